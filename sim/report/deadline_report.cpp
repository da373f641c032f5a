#include "report/deadline_report.hpp"

#include "base/time.hpp"
#include "report/all_clear.hpp"
#include "report/clock.hpp"
#include "report/csv.hpp"
#include "report/shapes.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <optional>
#include <ostream>
#include <vector>

namespace cmksim::report {

namespace {

using deadline::forEver;
using deadline::ResourceOutcome;
using deadline::Stretch;

/// None: for ever.
std::optional<Duration> ifItEnds(Duration length) { return length == forEver ? std::nullopt : std::optional{length}; }

/// How a resource fares where the repair is made at an instant.
struct PrintedOutcome {
    ResourceId resource;
    Instant at;
    const ResourceOutcome& outcome;
};

/// At both ends of each piece of the curve.
std::vector<PrintedOutcome> curveOf(const LatestRepair& repair, const DeadlineView& view) {
    const ResourceId id = repair.resource;
    std::vector<PrintedOutcome> curve;
    for (const CurvePiece& piece : view.curve.pieces) {
        curve.push_back({id, piece.repair.least, piece.first.resources[id.index()]});
        if (!piece.repair.isPoint()) {
            curve.push_back({id, piece.repair.most, piece.last.resources[id.index()]});
        }
    }
    return curve;
}

bool reachesTheEnd(const std::optional<Stretch>& stretch) { return stretch && stretch->toTheEnd; }

std::string lengthText(Duration length) {
    return length == forEver ? std::string{"without end"} : formatDuration(length);
}

/// `30m to 1h`, `without end`.
std::string lengthsText(const analysis::Extent<Duration>& lengths) {
    return lengths.isPoint() ? lengthText(lengths.least)
                             : fmt::format("{} to {}", lengthText(lengths.least), lengthText(lengths.most));
}

const shape::Record<PrintedOutcome, DeadlineView>& outcomeShape() {
    using One = PrintedOutcome;
    using Lengths = analysis::Extent<Duration>;
    using shape::Record;
    static const auto lengths = Record<Lengths>{}
                                    .field("min", [](const Lengths& of) { return ifItEnds(of.least); })
                                    .field("max", [](const Lengths& of) { return ifItEnds(of.most); });
    static const auto all =
        Record<One, DeadlineView>{}
            .field("at", &One::at)
            .field("longest", lengths, [](const One& one) { return one.outcome.longest; })
            .field("downtime", lengths, [](const One& one) { return one.outcome.downtime; })
            .field("noOutage", [](const One& one) { return one.outcome.untouched; })
            .optional("within",
                      [](const One& one, const DeadlineView& of) { return of.rto ? &one.outcome.within : nullptr; })
            .field("mayLoseData", [](const One& one) { return one.outcome.mayLoseData; })
            .field("impaired", lengths, [](const One& one) { return one.outcome.impaired; })
            .field("mayFail", [](const One& one) { return one.outcome.mayFail; });
    return all;
}

using MaybeStretch = std::optional<Stretch>;

/// The end of a stretch, or none; an end that is only that of the range counts as none.
std::optional<Instant> endOf(const MaybeStretch& stretch) {
    return stretch && !stretch->toTheEnd ? std::optional{stretch->when.most} : std::nullopt;
}

/// Its beginning, where an earlier repair does not do.
std::optional<Instant> beginningOf(const MaybeStretch& stretch) {
    return stretch && !stretch->fromTheStart ? std::optional{stretch->when.least} : std::nullopt;
}

const shape::Record<LatestRepair, DeadlineView>& latestShape() {
    using One = LatestRepair;
    using OfAStretch = MaybeStretch One::*;
    using IsAsked = bool (*)(const One&, const DeadlineView&);
    // Until when a repair does, whether to the end of the range, and from when on: where that is asked.
    const auto until = [](IsAsked isAsked, OfAStretch of) {
        return [isAsked, of](const One& one, const DeadlineView& view) {
            return isAsked(one, view) ? std::make_optional(endOf(one.*of)) : std::nullopt;
        };
    };
    const auto toTheEnd = [](IsAsked isAsked, OfAStretch of) {
        return [isAsked, of](const One& one, const DeadlineView& view) {
            return isAsked(one, view) ? std::optional{reachesTheEnd(one.*of)} : std::nullopt;
        };
    };
    const auto from = [](IsAsked isAsked, OfAStretch of) {
        return [isAsked, of](const One& one, const DeadlineView& view) {
            return isAsked(one, view) ? beginningOf(one.*of) : std::nullopt;
        };
    };
    const IsAsked always = [](const One&, const DeadlineView&) { return true; };
    const IsAsked withRto = [](const One&, const DeadlineView& view) { return view.rto.has_value(); };
    const IsAsked ifImpaired = [](const One& one, const DeadlineView&) { return one.mayBeImpaired; };
    const IsAsked ifFailing = [](const One& one, const DeadlineView&) { return one.mayFail; };
    static const auto all = shape::Record<One, DeadlineView>{}
                                .field("name", resourceName(), &One::resource)
                                .field("noOutage", [](const One& one) { return endOf(one.noOutage); })
                                .field("noOutageToTheEnd", [](const One& one) { return reachesTheEnd(one.noOutage); })
                                .field("noOutageHalf", [](const One& one) { return endOf(one.noOutageHalf); })
                                .optional("within", until(withRto, &One::within))
                                .optional("withinToTheEnd", toTheEnd(withRto, &One::within))
                                .optional("withinHalf", until(withRto, &One::withinHalf))
                                .optional("withinFrom", from(withRto, &One::within))
                                .optional("withinHalfFrom", from(withRto, &One::withinHalf))
                                .optional("noOutageFrom", from(always, &One::noOutage))
                                .optional("noOutageHalfFrom", from(always, &One::noOutageHalf))
                                .field("dataLostFrom", &One::dataLostFrom)
                                .optional("noImpairment", until(ifImpaired, &One::noImpairment))
                                .optional("noImpairmentToTheEnd", toTheEnd(ifImpaired, &One::noImpairment))
                                .optional("noImpairmentFrom", from(ifImpaired, &One::noImpairment))
                                .optional("noFailure", until(ifFailing, &One::noFailure))
                                .optional("noFailureToTheEnd", toTheEnd(ifFailing, &One::noFailure))
                                .optional("noFailureFrom", from(ifFailing, &One::noFailure))
                                .unlessEmpty("deletedByStory", &One::deletedByStory)
                                .field("curve", shape::list(outcomeShape()), curveOf);
    return all;
}

const shape::Record<DeadlineView, DeadlineView>& deadlineViewShape() {
    using View = DeadlineView;
    static const auto all = shape::Record<View, View>{}
                                .field("scenario", &View::scenario)
                                .field("file", &View::file)
                                .field("repair", &View::repair)
                                .field("from", [](const View& view) { return view.curve.pieces.front().repair.least; })
                                .field("to", [](const View& view) { return view.curve.pieces.back().repair.most; })
                                .optional("rto", &View::rto)
                                .field("resources", shape::list(latestShape()),
                                       [](const View& view) -> const auto& { return view.curve.latest; });
    return all;
}

CsvTable<PrintedOutcome> curveTable(const DeadlineView& view) {
    using Row = PrintedOutcome;
    const auto share = [](const Ratio& ratio) { return fmt::format("{:.6f}", ratio.toDouble()); };
    const auto yesOrNo = [](bool value) { return value ? "yes" : "no"; };
    CsvTable<Row> table;
    table.column("file", [&view](const Row&) { return view.file; })
        .column("scenario", [&view](const Row&) { return view.scenario; })
        .column("resource", [&view](const Row& row) { return view.curve.program.resources[row.resource].name; })
        .column("repair", &Row::at)
        .column("longest min", [](const Row& row) { return ifItEnds(row.outcome.longest.least); })
        .column("longest max", [](const Row& row) { return ifItEnds(row.outcome.longest.most); })
        .column("no outage", [share](const Row& row) { return share(row.outcome.untouched); });
    if (view.rto) {
        table.column("within", [share](const Row& row) { return share(row.outcome.within); });
    }
    return table.column("may lose data", [yesOrNo](const Row& row) { return yesOrNo(row.outcome.mayLoseData); })
        .column("impaired min", [](const Row& row) { return ifItEnds(row.outcome.impaired.least); })
        .column("impaired max", [](const Row& row) { return ifItEnds(row.outcome.impaired.most); })
        .column("may fail", [yesOrNo](const Row& row) { return yesOrNo(row.outcome.mayFail); });
}

} // namespace

std::string stretchText(const Stretch& stretch) {
    if (stretch.fromTheStart) {
        return stretch.toTheEnd ? std::string{textOf(AllClear::RepairWhenever)}
                                : "by " + Clock::sinceStart(stretch.when.most);
    }
    const std::string from = "not before " + Clock::sinceStart(stretch.when.least);
    return stretch.toTheEnd ? from : from + ", by " + Clock::sinceStart(stretch.when.most);
}

void writeDeadlineText(const DeadlineView& view, const TextStyle& style, std::ostream& out) {
    const Signs& signs = style.unicode ? unicodeSigns : asciiSigns;
    Page page{style, out};
    page.paragraph({}, Phrase{view.scenario, Paint::Strong});
    page.paragraph({}, Phrase{view.file, Paint::Quiet});
    page.blank();
    std::string steps;
    for (const std::string& one : view.repair) {
        steps += (steps.empty() ? "" : ", then ") + one;
    }
    page.paragraph({}, Phrase{fmt::format("By when must it be done: {}?", steps.empty() ? "nothing" : steps)});
    if (view.curve.latest.empty()) {
        page.blank();
        page.paragraph({},
                       Phrase{fmt::format("{} {}", signs.held, textOf(AllClear::NoneDownAtAnyRepair)), Paint::Good}.add(
                           besideUnmodelled(view.curve.program), Paint::Warning));
    }
    const auto fact = [&](std::string_view label, const Phrase& body) {
        page.paragraph(Phrase{"  "}.add(label, Paint::Quiet).add(" ").padTo(32), body);
    };
    const auto by = [&](const std::optional<Stretch>& stretch) {
        return stretch ? Phrase{stretchText(*stretch),
                                stretch->toTheEnd && stretch->fromTheStart ? Paint::Good : Paint::Plain}
                       : Phrase{fmt::format("at no instant from {} to {}",
                                            Clock::sinceStart(view.curve.pieces.front().repair.least),
                                            Clock::sinceStart(view.curve.pieces.back().repair.most)),
                                Paint::Bad};
    };
    for (const LatestRepair& one : view.curve.latest) {
        page.blank();
        page.paragraph({}, Phrase{view.curve.program.resources[one.resource].name, Paint::Strong});
        fact("no outage in any case", by(one.noOutage));
        if (!reachesTheEnd(one.noOutage)) {
            fact("no outage at half the phases", by(one.noOutageHalf));
        }
        if (view.rto) {
            fact(fmt::format("at most {} in every case", formatDuration(*view.rto)), by(one.within));
            if (!reachesTheEnd(one.within)) {
                fact(fmt::format("at most {} at half of them", formatDuration(*view.rto)), by(one.withinHalf));
            }
        }
        if (one.dataLostFrom) {
            fact("its data is lost for good",
                 Phrase{"from " + Clock::sinceStart(*one.dataLostFrom) + " on", Paint::Bad});
        }
        const auto& last = view.curve.pieces.back().last.resources[one.resource.index()];
        const std::string atLast = Clock::sinceStart(view.curve.pieces.back().repair.most);
        fact("longest outage if at " + atLast, Phrase{lengthsText(last.longest)});
        if (one.mayBeImpaired) {
            fact("no impairment in any case", by(one.noImpairment));
            fact("impaired if at " + atLast, Phrase{lengthsText(last.impaired), Paint::Warning});
        }
        if (one.mayFail) {
            fact("made without a failure", by(one.noFailure));
        }
        for (const Instant deleted : one.deletedByStory) {
            fact("the story deletes it", Phrase{"at " + Clock::sinceStart(deleted) + ", whenever the repair is made"});
        }
    }
}

shape::Properties deadlineProperties() { return shape::joined({deadlineViewShape().properties(), scopeProperties()}); }

JsonValue deadlineJson(const DeadlineView& view) {
    return withScope(deadlineViewShape().write(view, view), view.scope);
}

void writeDeadlineCsv(const DeadlineView& view, std::ostream& out) {
    const CsvTable<PrintedOutcome> table = curveTable(view);
    out << table.head();
    for (const LatestRepair& one : view.curve.latest) {
        for (const PrintedOutcome& row : curveOf(one, view)) {
            out << table.line(row);
        }
    }
}

} // namespace cmksim::report
