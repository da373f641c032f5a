#include "report/bounds_report.hpp"

#include "analysis/reaction_worlds.hpp"
#include "analysis/timing_texts.hpp"
#include "base/overloaded.hpp"
#include "blast/unmodelled.hpp"
#include "engine/wording.hpp"
#include "report/csv.hpp"
#include "report/scope.hpp"
#include "report/shapes.hpp"
#include "report/state_losses.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>

namespace cmksim::report {

namespace {

/// Without a mean where it is not there while all but phases is nominal.
struct PrintedLength {
    Extent<Duration> extent;
    const Ratio* mean;
};

PrintedLength printed(const LengthBounds& length, bool hasMean) {
    return {length.extent, hasMean ? &length.mean : nullptr};
}

/// Something of a resource, with the resource.
struct PrintedOutage {
    const ResourceBounds& of;
    const OutageBounds& outage;

    [[nodiscard]] bool hasMean() const { return outage.probability != 0; }
};

struct PrintedImpairment {
    const Model& model;
    const ImpairmentBounds& bounds;
    Impairment impairment;
};

std::vector<PrintedOutage> outagesOf(const ResourceBounds& resource) {
    std::vector<PrintedOutage> all;
    for (const OutageBounds& one : resource.outages) {
        all.push_back({resource, one});
    }
    return all;
}

std::vector<PrintedImpairment> impairmentsOf(const ResourceBounds& resource, const Program& program) {
    const Model& model = program.modelOf(resource.resource);
    std::vector<PrintedImpairment> all;
    for (const ImpairmentBounds& one : resource.impairments) {
        all.push_back({model, one, impairmentBy(model, one.by)});
    }
    return all;
}

/// What is expected of a resource, or of what an action comes to, with its place.
struct PrintedExpectation {
    const ExpectationBounds& bounds;
    std::int64_t line;
    Instant at;
    std::string subject;
    std::string expected;
};

std::vector<PrintedExpectation> expectationsOf(const BoundsView& view) {
    std::vector<PrintedExpectation> all;
    for (const ExpectationBounds& one : view.bounds.expectations) {
        const TimelineEntry& entry = view.program.entries[one.entry];
        const auto* list = std::get_if<std::vector<Expectation>>(&entry.what);
        if (list != nullptr) {
            const Expectation& expected = (*list)[one.item];
            all.push_back(
                {one, expected.place.line, entry.at, view.program.resources[expected.resource].name, expected.text});
        } else {
            all.push_back({one, entry.result ? entry.result->place.line : entry.place.line, entry.at,
                           fmt::format("{} {}", entry.name, entry.target), entry.result ? entry.result->text : "ok"});
        }
    }
    return all;
}

const shape::Record<PrintedLength>& lengthShape() {
    static const auto all = shape::Record<PrintedLength>{}
                                .field("min", [](const PrintedLength& one) { return one.extent.least; })
                                .field("max", [](const PrintedLength& one) { return one.extent.most; })
                                .field("mean", shape::orNull(shape::Deduced{}), &PrintedLength::mean);
    return all;
}

/// What a turn follows, and the timing by which it comes then; others pass before that.
const shape::Record<Turn, Program>& becauseShape() {
    using shape::list;
    using shape::Record;
    static const auto timing =
        Record<Timing>{}
            .field("timing", &Timing::name)
            .field("within", &Timing::latest)
            .unlessEmpty("sources", [](const Timing& one) -> const auto& { return one.provenance.sources; })
            .unlessEmpty("assumed", [](const Timing& one) -> const auto& { return one.provenance.assumed; });
    static const auto cause =
        Record<TurnCause, Program>{}
            .field("t", [](const TurnCause& one) { return one.at.least; })
            .field("cause", [](const TurnCause& one, const Program& of) { return causeOf(of, one); });
    static const auto earlier = [](const Turn& turn) {
        std::vector<Timing> clocks;
        for (std::size_t i = 0; i + 1 < turn.clocks.size(); ++i) {
            clocks.push_back(*turn.clocks[i]);
        }
        return clocks;
    };
    static const auto all =
        Record<Turn, Program>{}
            .include(cause, &Turn::cause)
            .unlessEmpty("atOtherPhases", list(cause), &Turn::others)
            .include(timing, [](const Turn& turn) { return turn.clocks.empty() ? nullptr : turn.clocks.back(); })
            .unlessEmpty("before", list(timing), earlier);
    return all;
}

shape::Record<PrintedOutage, Program> outageShape() {
    using One = PrintedOutage;
    using shape::list;
    using shape::Record;
    static const auto reason = Record<OutageReason>{}
                                   .field("reason", shape::word<Reason>(reasonNames), &OutageReason::reason)
                                   .field("start", &OutageReason::start);
    static const auto narrow = Record<NarrowOutage>{}
                                   .field("start", &NarrowOutage::start)
                                   .field("end", &NarrowOutage::end)
                                   .field("length", &NarrowOutage::length);
    const auto length = lengthShape().as("length");
    const auto because = becauseShape().as("because");
    return Record<One, Program>{} // Null: too many pairs of phases to count.
        .field("probability", shape::orNull(shape::Deduced{}),
               [](const One& one) { return one.of.weighed ? &one.outage.probability : nullptr; })
        .field("start", [](const One& one) { return one.outage.start.instant; })
        .field("end", [](const One& one) { return one.outage.end.instant; })
        .field("length", length, [](const One& one) { return printed(one.outage.length, one.hasMean()); })
        .field("over", [](const One& one) { return one.outage.over; })
        .field("reason", shape::word<Reason>(reasonNames), [](const One& one) { return one.outage.reason(); })
        .field("latent", length, [](const One& one) { return printed(one.outage.latent, one.hasMean()); })
        .field("startBecause", because, [](const One& one) -> const auto& { return one.outage.start; })
        .optional("endBecause", because, [](const One& one) { return one.outage.over ? &one.outage.end : nullptr; })
        .optional("reasons", list(reason),
                  [](const One& one) { return one.outage.reasons.size() > 1 ? &one.outage.reasons : nullptr; })
        .optional("byPhases", narrow, [](const One& one) -> const auto& { return one.outage.byPhases; });
}

shape::Record<PrintedImpairment> impairmentBoundsShape() {
    using One = PrintedImpairment;
    const auto nameIf = [](bool ofState) {
        return [ofState](const One& one) {
            return std::holds_alternative<StateId>(one.bounds.by) == ofState
                       ? std::optional{std::string{impairerName(one.model, one.bounds.by)}}
                       : std::nullopt;
        };
    };
    const auto denied = [](const One& one) {
        std::vector<std::string> names;
        for (const OperationId operation : one.impairment.denied) {
            names.push_back(one.model.operations[operation].name);
        }
        return names;
    };
    return shape::Record<One>{}
        .optional("condition", nameIf(false))
        .optional("state", nameIf(true))
        .field("denied", denied)
        .field("rotationBlocked", [](const One& one) { return one.impairment.rotationBlocked; })
        .field("always", [](const One& one) { return one.bounds.always; })
        .field("start", [](const One& one) { return one.bounds.start; })
        .field("end", [](const One& one) { return one.bounds.end; })
        .field("over", [](const One& one) { return one.bounds.over; });
}

shape::Record<ResourceBounds, Program> resourceBoundsShape() {
    using One = ResourceBounds;
    using shape::list;
    using shape::Record;
    static const auto loss = Record<StateLoss, Program>{}
                                 .include(lossShape(), std::identity{})
                                 .field("always", &StateLoss::always)
                                 .field("at", &StateLoss::at);
    return Record<One, Program>{}
        .field("name", resourceName(), &One::resource)
        .field("downtime", lengthShape().as("length"),
               [](const One& one) { return printed(one.downtime, one.weighed); })
        .field("outages", list(outageShape()), outagesOf)
        .field("open", &One::open)
        .field("period", shape::line<Duration>(), &One::period)
        .field("dataLost", shape::orNull(shape::Deduced{}),
               [](const One& one) { return one.weighed ? &one.dataLost : nullptr; })
        .field("mayLoseData", &One::mayLoseData)
        .field("exact", &One::exact)
        .unlessEmpty("impairments", list(impairmentBoundsShape()), impairmentsOf)
        .unlessEmpty("losses", list(loss), &One::losses)
        .unlessEmpty("failed", list(fromToShape()), &One::failed)
        .optional("alwaysFailed", [](const One& one) { return one.failed.empty() ? nullptr : &one.alwaysFailed; })
        .optional("downtimeByPhases", &One::downtimeByPhases);
}

shape::Record<PrintedExpectation, Program> expectationBoundsShape() {
    using One = PrintedExpectation;
    using shape::Record;
    static const auto phases = Record<PhaseClass>{}.field("first", &PhaseClass::first).field("last", &PhaseClass::last);
    const auto deciding = [](const One& one) {
        return one.bounds.decides && one.bounds.weighed ? &*one.bounds.decides : nullptr;
    };
    return Record<One, Program>{}
        .field("line", shape::line<std::int64_t>(), &One::line)
        .field("t", &One::at)
        .field("subject", &One::subject)
        .field("expected", &One::expected)
        // Null: phases decide that are not counted.
        .field("probability", shape::orNull(shape::Deduced{}),
               [](const One& one) {
                   return one.bounds.byBases || !one.bounds.weighed ? nullptr : &one.bounds.probability;
               })
        .field("always", [](const One& one) { return one.bounds.always; })
        .optional("resource", resourceName(),
                  [deciding](const One& one) { return deciding(one) != nullptr ? &deciding(one)->resource : nullptr; })
        .optional("holds", shape::list(phases),
                  [deciding](const One& one) { return deciding(one) != nullptr ? &deciding(one)->holds : nullptr; })
        .unlessEmpty("byRotations", [](const One& one) { return one.bounds.byRotations; });
}

shape::Record<Deadline, Program> deadlineShape() {
    return shape::Record<Deadline, Program>{}
        .field("t", &Deadline::at)
        .field("fact", shape::word<std::size_t>(deadlineNames), [](const Deadline& one) { return one.ending.index(); })
        .field("target", [](const Deadline& one, const Program& of) { return targetOf(of, one); })
        .field("loses", shape::list(resourceName()), &Deadline::loses)
        .field("averted", &Deadline::averted)
        .unlessEmpty("notKnown", [](const Deadline& one, const Program& of) { return notKnownBy(of, one); })
        // Where `t` is one of many.
        .optional("range",
                  [](const Deadline& one) {
                      return one.isOpen() ? std::optional{std::vector{one.earliest, one.latest}} : std::nullopt;
                  })
        .listedBefore("notKnown");
}

std::vector<std::string> allNotSearched(const BoundsView& view) {
    std::vector<std::string> texts = notSearched(view);
    if (!view.program.unmodelled.empty()) {
        texts.push_back(unmodelledText(view.program));
    }
    return texts;
}

const shape::Record<BoundsView, Program>& boundsShape() {
    using shape::list;
    using View = BoundsView;
    static const auto all =
        shape::Record<View, Program>{}
            .field("scenario", [](const View& view) { return view.program.name; })
            .field("file", &View::file)
            .field("end", [](const View& view) { return view.program.until; })
            .field("resources", list(resourceBoundsShape()),
                   [](const View& view) -> const auto& { return view.bounds.resources; })
            .field("deadlines", list(deadlineShape()), [](const View& view) -> const auto& { return view.deadlines; })
            .field("expectations", list(expectationBoundsShape()), expectationsOf)
            .field("worlds", shape::line<std::uint64_t>(), [](const View& view) { return view.bounds.worlds; })
            .field("exact", [](const View& view) { return view.bounds.exact(); })
            .field("timing", shape::word<OpenTimings>(openTimingsNames),
                   [](const View& view) { return view.bounds.open; })
            .field("complete", [](const View& view) { return allNotSearched(view).empty(); })
            .field("notSearched", allNotSearched)
            .unlessEmpty("notDocumented", [](const View& view) { return undocumentedTexts(view.program); });
    return all;
}

std::string decimal(const Ratio& value) { return fmt::format("{:.6f}", value.toDouble()); }

/// An outage, or a resource without any.
struct BoundsRow {
    const BoundsView& view;
    const ResourceBounds& resource;
    const OutageBounds* outage;
    std::size_t number; // of the outage
};

CsvTable<BoundsRow> boundsTable() {
    using Row = BoundsRow;
    const auto ofOutage = [](auto get) {
        return [get](const Row& row) { return row.outage != nullptr ? std::optional{get(row)} : std::nullopt; };
    };
    const auto ifWeighed = [](const Row& row, const Ratio& value) {
        return row.resource.weighed ? decimal(value) : std::string{};
    };
    return CsvTable<Row>{}
        .column("file", [](const Row& row) { return row.view.file; })
        .column("scenario", [](const Row& row) { return row.view.program.name; })
        .column("resource", [](const Row& row) { return row.view.program.resources[row.resource.resource].name; })
        .column("outage", ofOutage([](const Row& row) { return row.number; }))
        .column("reason", ofOutage([](const Row& row) { return nameOf(row.outage->reason()); }))
        .column("probability",
                ofOutage([ifWeighed](const Row& row) { return ifWeighed(row, row.outage->probability); }))
        .column("start_min", ofOutage([](const Row& row) { return row.outage->start.instant.least; }))
        .column("start_max", ofOutage([](const Row& row) { return row.outage->start.instant.most; }))
        .column("end_min", ofOutage([](const Row& row) { return row.outage->end.instant.least; }))
        .column("end_max", ofOutage([](const Row& row) { return row.outage->end.instant.most; }))
        .column("over", ofOutage([](const Row& row) { return row.outage->over; }))
        .column("length_min", ofOutage([](const Row& row) { return row.outage->length.extent.least; }))
        .column("length_max", ofOutage([](const Row& row) { return row.outage->length.extent.most; }))
        .column("length_mean", ofOutage([](const Row& row) { return decimal(row.outage->length.mean); }))
        .column("downtime_min", [](const Row& row) { return row.resource.downtime.extent.least; })
        .column("downtime_max", [](const Row& row) { return row.resource.downtime.extent.most; })
        .column("downtime_mean", [ifWeighed](const Row& row) { return ifWeighed(row, row.resource.downtime.mean); })
        .column("data_lost", [ifWeighed](const Row& row) { return ifWeighed(row, row.resource.dataLost); });
}

} // namespace

std::string causeOf(const Program& program, const TurnCause& cause) {
    return std::visit(Overloaded{[](FromStart) { return std::string{"the start"}; },
                                 [&](EntryId id) {
                                     const TimelineEntry& entry = program.entries[id];
                                     return fmt::format("{} {}", entry.name, entry.target);
                                 },
                                 [](const ActionElsewhere& action) { return action.text; },
                                 [&](const FactHappened& fact) {
                                     const std::string kind{nameOf(fact.kind)};
                                     return fact == ownLapse
                                                ? kind
                                                : fmt::format("{} {}", kind, factTarget(program, fact.target));
                                 }},
                      cause.what);
}

std::string targetOf(const Program& program, const Deadline& deadline) {
    return std::visit(Overloaded{[&](const RetentionEnd& end) {
                                     const std::string& vault = program.names.vaults[end.vault].text;
                                     return end.key ? fmt::format("{}/{}", vault, program.names.keys[*end.key].text)
                                                    : vault;
                                 },
                                 [&](const RecoveryEnd& end) { return program.names.identities[end.identity].text; },
                                 [&](const CredentialEnd& end) { return program.resources[end.resource].name; }},
                      deadline.ending);
}

std::vector<std::string> notKnownBy(const Program& program, const Deadline& deadline) {
    const Action loss = std::visit(
        Overloaded{[](const RetentionEnd& end) {
                       return end.key ? Action{KeyDelete{{end.vault, *end.key}}} : Action{VaultDelete{{end.vault}}};
                   },
                   [](const RecoveryEnd& end) {
                       return Action{IdentityDelete{{end.identity}, {}}};
                   },
                   [](const CredentialEnd& end) { return Action{ResourceDelete{{end.resource}}}; }},
        deadline.ending);
    std::vector<std::string> names;
    for (const Unmodelled* one : unmodelledUsing(program, loss, deadline.loses)) {
        names.push_back(one->name);
    }
    return names;
}

std::vector<std::string> notSearched(const BoundsView& view) {
    std::vector<std::string> texts;
    if (view.bounds.interrupted) {
        texts.emplace_back("interrupted: what was found until then is shown; there can be others beyond it, resources, "
                           "expectations and points of no return may be missing, and probabilities are not known");
    }
    if (!view.bounds.everyWorld) {
        texts.push_back(fmt::format("reactions can go more ways than are followed; {} of them, drawn, say how likely "
                                    "anything is",
                                    view.bounds.worlds));
    }
    if (!view.bounds.everyReaction) {
        texts.push_back(fmt::format("{}; what is expected, and points of no return, are those of the courses that are "
                                    "looked at",
                                    reactionsLeftOut));
    }
    for (const ResourceBounds& one : view.bounds.resources) {
        if (!one.exact) {
            texts.push_back(
                fmt::format("{} has more courses than are looked at; what is shown holds all of them and may "
                            "be wider than the truth",
                            view.program.resources[one.resource].name));
        }
    }
    return texts;
}

shape::Properties boundsProperties() { return boundsShape().properties(); }

shape::Properties boundsDefinitions() {
    return {{"ratio", ratioSchema()}, {"length", lengthShape().schema()}, {"because", becauseShape().schema()}};
}

JsonValue boundsJson(const BoundsView& view) { return boundsShape().write(view, view.program); }

void writeBoundsCsv(const std::vector<BoundsView>& views, std::ostream& out) {
    const CsvTable<BoundsRow> table = boundsTable();
    out << table.head();
    for (const BoundsView& view : views) {
        for (const ResourceBounds& one : view.bounds.resources) {
            std::size_t number = 0;
            for (const OutageBounds& outage : one.outages) {
                out << table.line({view, one, &outage, ++number});
            }
            if (one.outages.empty()) {
                out << table.line({view, one, nullptr, 0});
            }
        }
    }
}

} // namespace cmksim::report
