#include "report/bounds_report.hpp"

#include "analysis/reaction_worlds.hpp"
#include "analysis/timing_texts.hpp"
#include "base/overloaded.hpp"
#include "blast/unmodelled.hpp"
#include "engine/wording.hpp"
#include "report/csv.hpp"
#include "report/extent.hpp"
#include "report/scope.hpp"
#include "report/state_losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <span>

namespace cmksim::report {

namespace {

JsonValue ratio(const Ratio& value) {
    return JsonArray{JsonNumber{value.numerator()}, JsonNumber{value.denominator()}};
}

/// Without a mean where it is not there while all but phases is nominal.
JsonValue length(const LengthBounds& value, bool hasMean = true) {
    return JsonObject{{"min", seconds(value.extent.least)},
                      {"max", seconds(value.extent.most)},
                      {"mean", hasMean ? ratio(value.mean) : JsonValue{nullptr}}};
}

void addProvenance(const Provenance& from, JsonObject& fields) {
    if (!from.sources.empty()) {
        fields.emplace_back("sources", JsonArray(from.sources.begin(), from.sources.end()));
    }
    if (!from.assumed.empty()) {
        fields.emplace_back("assumed", from.assumed);
    }
}

JsonObject timingFields(const Timing& timing) {
    JsonObject fields{{"timing", timing.name}, {"within", seconds(timing.latest)}};
    addProvenance(timing.provenance, fields);
    return fields;
}

/// What a turn follows, and the timing by which it comes then; others pass before that.
JsonValue because(const BoundsView& view, const Turn& turn) {
    JsonObject fields{{"t", seconds(turn.cause.at.least)}, {"cause", causeOf(view.program, turn.cause)}};
    if (!turn.others.empty()) {
        JsonArray others;
        for (const TurnCause& other : turn.others) {
            others.emplace_back(JsonObject{{"t", seconds(other.at.least)}, {"cause", causeOf(view.program, other)}});
        }
        fields.emplace_back("atOtherPhases", std::move(others));
    }
    if (turn.clocks.empty()) {
        return fields;
    }
    std::ranges::move(timingFields(*turn.clocks.back()), std::back_inserter(fields));
    if (turn.clocks.size() > 1) {
        JsonArray before;
        for (const Timing* clock : std::span{turn.clocks}.first(turn.clocks.size() - 1)) {
            before.emplace_back(timingFields(*clock));
        }
        fields.emplace_back("before", std::move(before));
    }
    return fields;
}

JsonValue outage(const BoundsView& view, const ResourceBounds& resource, const OutageBounds& one) {
    const bool hasMean = one.probability != 0;
    JsonObject fields{{"probability", resource.weighed ? JsonValue{ratio(one.probability)} : JsonValue{nullptr}},
                      {"start", extent(one.start.instant)},
                      {"end", extent(one.end.instant)},
                      {"length", length(one.length, hasMean)},
                      {"over", one.over},
                      {"reason", nameOf(one.reason())},
                      {"latent", length(one.latent, hasMean)},
                      {"startBecause", because(view, one.start)}};
    if (one.over) {
        fields.emplace_back("endBecause", because(view, one.end));
    }
    if (one.reasons.size() > 1) {
        JsonArray reasons;
        for (const OutageReason& each : one.reasons) {
            reasons.emplace_back(JsonObject{{"reason", nameOf(each.reason)}, {"start", extent(each.start)}});
        }
        fields.emplace_back("reasons", std::move(reasons));
    }
    if (one.byPhases) {
        fields.emplace_back("byPhases", JsonObject{{"start", extent(one.byPhases->start)},
                                                   {"end", extent(one.byPhases->end)},
                                                   {"length", extent(one.byPhases->length)}});
    }
    return fields;
}

JsonValue impairment(const Model& model, const ImpairmentBounds& one) {
    const Impairment impairment = impairmentBy(model, one.by);
    JsonArray denied;
    for (const OperationId operation : impairment.denied) {
        denied.emplace_back(model.operations[operation].name);
    }
    return JsonObject{{std::holds_alternative<StateId>(one.by) ? "state" : "condition", impairerName(model, one.by)},
                      {"denied", std::move(denied)},
                      {"rotationBlocked", impairment.rotationBlocked},
                      {"always", one.always},
                      {"start", extent(one.start)},
                      {"end", extent(one.end)},
                      {"over", one.over}};
}

JsonValue resource(const BoundsView& view, const ResourceBounds& one) {
    JsonArray outages;
    for (const OutageBounds& each : one.outages) {
        outages.push_back(outage(view, one, each));
    }
    JsonObject fields{{"name", view.program.resources[one.resource].name},
                      {"downtime", length(one.downtime, one.weighed)},
                      {"outages", std::move(outages)},
                      {"open", one.open},
                      {"period", seconds(one.period)},
                      {"dataLost", one.weighed ? JsonValue{ratio(one.dataLost)} : JsonValue{nullptr}},
                      {"mayLoseData", one.mayLoseData},
                      {"exact", one.exact}};
    if (!one.impairments.empty()) {
        JsonArray impairments;
        for (const ImpairmentBounds& each : one.impairments) {
            impairments.push_back(impairment(view.program.modelOf(one.resource), each));
        }
        fields.emplace_back("impairments", std::move(impairments));
    }
    if (!one.losses.empty()) {
        JsonArray losses;
        for (const StateLoss& each : one.losses) {
            JsonObject lost = lossFields(view.program, each);
            lost.emplace_back("always", each.always);
            lost.emplace_back("at", extent(each.at));
            losses.emplace_back(std::move(lost));
        }
        fields.emplace_back("losses", std::move(losses));
    }
    if (!one.failed.empty()) {
        JsonArray failed;
        for (const Extent<Instant>& each : one.failed) {
            failed.push_back(JsonObject{{"from", seconds(each.least)}, {"to", seconds(each.most)}});
        }
        fields.emplace_back("failed", std::move(failed));
        fields.emplace_back("alwaysFailed", one.alwaysFailed);
    }
    if (one.downtimeByPhases) {
        fields.emplace_back("downtimeByPhases", extent(*one.downtimeByPhases));
    }
    return fields;
}

JsonValue expectation(const BoundsView& view, const ExpectationBounds& one) {
    const TimelineEntry& entry = view.program.entries[one.entry];
    const auto* list = std::get_if<std::vector<Expectation>>(&entry.what);
    const Expectation* expected = list != nullptr ? &(*list)[one.item] : nullptr;
    const TextPlace place = expected != nullptr ? expected->place : entry.result ? entry.result->place : entry.place;
    JsonObject fields{
        {"line", std::int64_t{place.line}},
        {"t", seconds(entry.at)},
        {"subject", expected != nullptr ? view.program.resources[expected->resource].name
                                        : fmt::format("{} {}", entry.name, entry.target)},
        {"expected", expected != nullptr ? expected->text
                     : entry.result      ? entry.result->text
                                         : "ok"},
        {"probability", one.byBases || !one.weighed ? JsonValue{nullptr} : JsonValue{ratio(one.probability)}},
        {"always", one.always}};
    if (one.decides && one.weighed) {
        JsonArray holds;
        for (const PhaseClass& phases : one.decides->holds) {
            holds.emplace_back(JsonObject{{"first", seconds(phases.first)}, {"last", seconds(phases.last)}});
        }
        fields.emplace_back("resource", view.program.resources[one.decides->resource].name);
        fields.emplace_back("holds", std::move(holds));
    }
    if (one.byRotations) {
        fields.emplace_back("byRotations", true);
    }
    return fields;
}

JsonValue deadline(const BoundsView& view, const Deadline& one) {
    JsonArray loses;
    for (const ResourceId id : one.loses) {
        loses.emplace_back(view.program.resources[id].name);
    }
    JsonObject fields{{"t", seconds(one.at)},
                      {"fact", std::string{nameOf(one.ending)}},
                      {"target", targetOf(view.program, one)},
                      {"loses", std::move(loses)},
                      {"averted", one.averted ? seconds(*one.averted) : JsonValue{nullptr}}};
    if (const std::vector<std::string> names = notKnownBy(view.program, one); !names.empty()) {
        fields.emplace_back("notKnown", JsonArray(names.begin(), names.end()));
    }
    if (one.isOpen()) {
        fields.emplace_back("range", JsonArray{seconds(one.earliest), seconds(one.latest)});
    }
    return fields;
}

template <class Items, class Write>
JsonArray listOf(const BoundsView& view, const Items& items, Write write) {
    JsonArray list;
    for (const auto& item : items) {
        list.push_back(write(view, item));
    }
    return list;
}

std::string decimal(const Ratio& value) { return fmt::format("{:.6f}", value.toDouble()); }

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

JsonValue boundsJson(const BoundsView& view) {
    JsonArray notSearched;
    for (std::string& text : report::notSearched(view)) {
        notSearched.emplace_back(std::move(text));
    }
    if (!view.program.unmodelled.empty()) {
        notSearched.emplace_back(unmodelledText(view.program));
    }
    JsonObject json{{"scenario", view.program.name},
                    {"file", view.file},
                    {"end", seconds(view.program.until)},
                    {"resources", listOf(view, view.bounds.resources, resource)},
                    {"deadlines", listOf(view, view.deadlines, deadline)},
                    {"expectations", listOf(view, view.bounds.expectations, expectation)},
                    {"worlds", JsonNumber{std::to_string(view.bounds.worlds)}},
                    {"exact", view.bounds.exact()},
                    {"timing", openTimingsNames[static_cast<std::size_t>(view.bounds.open)]},
                    {"complete", notSearched.empty()},
                    {"notSearched", std::move(notSearched)}};
    if (const std::vector<std::string> unsaid = undocumentedTexts(view.program); !unsaid.empty()) {
        json.emplace_back("notDocumented", JsonArray(unsaid.begin(), unsaid.end()));
    }
    return json;
}

void writeBoundsCsv(const std::vector<BoundsView>& views, std::ostream& out) {
    out << "file,scenario,resource,outage,reason,probability,start_min,start_max,end_min,end_max,over,length_min,"
           "length_max,length_mean,downtime_min,downtime_max,downtime_mean,data_lost\n";
    for (const BoundsView& view : views) {
        for (const ResourceBounds& one : view.bounds.resources) {
            const std::string head = fmt::format("{},{},{}", csvField(view.file), csvField(view.program.name),
                                                 csvField(view.program.resources[one.resource].name));
            const std::string tail =
                fmt::format("{},{},{},{}", one.downtime.extent.least.count(), one.downtime.extent.most.count(),
                            one.weighed ? decimal(one.downtime.mean) : std::string{},
                            one.weighed ? decimal(one.dataLost) : std::string{});
            std::size_t number = 0;
            for (const OutageBounds& outage : one.outages) {
                const auto at = [](Instant instant) { return (instant - scenarioStart).count(); };
                out << fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", head, ++number, nameOf(outage.reason()),
                                   one.weighed ? decimal(outage.probability) : std::string{},
                                   at(outage.start.instant.least), at(outage.start.instant.most),
                                   at(outage.end.instant.least), at(outage.end.instant.most), outage.over,
                                   outage.length.extent.least.count(), outage.length.extent.most.count(),
                                   decimal(outage.length.mean), tail);
            }
            if (one.outages.empty()) {
                out << fmt::format("{},,,,,,,,,,,,{}\n", head, tail);
            }
        }
    }
}

} // namespace cmksim::report
