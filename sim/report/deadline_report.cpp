#include "report/deadline_report.hpp"

#include "report/all_clear.hpp"
#include "report/clock.hpp"
#include "report/csv.hpp"
#include "report/extent.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cmksim::report {

namespace {

using deadline::forEver;
using deadline::ResourceOutcome;
using deadline::Stretch;

JsonValue secondsOrNever(Duration value) { return value == forEver ? JsonValue{nullptr} : seconds(value); }

JsonValue ratioJson(const Ratio& ratio) {
    return JsonArray{JsonNumber{ratio.numerator()}, JsonNumber{ratio.denominator()}};
}

JsonValue lengthJson(const analysis::Extent<Duration>& length) {
    return JsonObject{{"min", secondsOrNever(length.least)}, {"max", secondsOrNever(length.most)}};
}

JsonValue outcomeJson(Instant at, const ResourceOutcome& outcome, bool hasObjective) {
    JsonObject fields{{"at", seconds(at)},
                      {"longest", lengthJson(outcome.longest)},
                      {"downtime", lengthJson(outcome.downtime)},
                      {"noOutage", ratioJson(outcome.untouched)}};
    if (hasObjective) {
        fields.emplace_back("within", ratioJson(outcome.within));
    }
    fields.emplace_back("mayLoseData", outcome.mayLoseData);
    fields.emplace_back("impaired", lengthJson(outcome.impaired));
    fields.emplace_back("mayFail", outcome.mayFail);
    return fields;
}

/// The end of a stretch, or null; an end that is only that of the range counts as none.
JsonValue latestJson(const std::optional<Stretch>& stretch) {
    return stretch && !stretch->toTheEnd ? seconds(stretch->when.most) : JsonValue{nullptr};
}

/// Its beginning, where an earlier repair does not do.
void addBeginning(JsonObject& fields, std::string_view name, const std::optional<Stretch>& stretch) {
    if (stretch && !stretch->fromTheStart) {
        fields.emplace_back(std::string{name}, seconds(stretch->when.least));
    }
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

std::string tableHead(bool hasObjective) {
    return fmt::format("file,scenario,resource,repair,longest min,longest max,no outage,{}may lose data,impaired min,"
                       "impaired max,may fail\n",
                       hasObjective ? "within," : "");
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
        page.paragraph(Phrase{"  "}.add(label, Paint::Quiet).padTo(32), body);
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

JsonValue deadlineJson(const DeadlineView& view) {
    JsonArray resources;
    for (const LatestRepair& one : view.curve.latest) {
        JsonArray curve;
        for (const CurvePiece& piece : view.curve.pieces) {
            const std::size_t index = one.resource.index();
            curve.push_back(outcomeJson(piece.repair.least, piece.first.resources[index], view.rto.has_value()));
            if (!piece.repair.isPoint()) {
                curve.push_back(outcomeJson(piece.repair.most, piece.last.resources[index], view.rto.has_value()));
            }
        }
        JsonObject fields{{"name", view.curve.program.resources[one.resource].name},
                          {"noOutage", latestJson(one.noOutage)},
                          {"noOutageToTheEnd", reachesTheEnd(one.noOutage)},
                          {"noOutageHalf", latestJson(one.noOutageHalf)}};
        if (view.rto) {
            fields.emplace_back("within", latestJson(one.within));
            fields.emplace_back("withinToTheEnd", reachesTheEnd(one.within));
            fields.emplace_back("withinHalf", latestJson(one.withinHalf));
            addBeginning(fields, "withinFrom", one.within);
            addBeginning(fields, "withinHalfFrom", one.withinHalf);
        }
        addBeginning(fields, "noOutageFrom", one.noOutage);
        addBeginning(fields, "noOutageHalfFrom", one.noOutageHalf);
        fields.emplace_back("dataLostFrom", one.dataLostFrom ? seconds(*one.dataLostFrom) : JsonValue{nullptr});
        if (one.mayBeImpaired) {
            fields.emplace_back("noImpairment", latestJson(one.noImpairment));
            fields.emplace_back("noImpairmentToTheEnd", reachesTheEnd(one.noImpairment));
            addBeginning(fields, "noImpairmentFrom", one.noImpairment);
        }
        if (one.mayFail) {
            fields.emplace_back("noFailure", latestJson(one.noFailure));
            fields.emplace_back("noFailureToTheEnd", reachesTheEnd(one.noFailure));
            addBeginning(fields, "noFailureFrom", one.noFailure);
        }
        if (!one.deletedByStory.empty()) {
            JsonArray deletions;
            for (const Instant deleted : one.deletedByStory) {
                deletions.push_back(seconds(deleted));
            }
            fields.emplace_back("deletedByStory", std::move(deletions));
        }
        fields.emplace_back("curve", std::move(curve));
        resources.push_back(std::move(fields));
    }
    JsonObject whole{{"scenario", view.scenario},
                     {"file", view.file},
                     {"repair", JsonArray(view.repair.begin(), view.repair.end())},
                     {"from", seconds(view.curve.pieces.front().repair.least)},
                     {"to", seconds(view.curve.pieces.back().repair.most)}};
    if (view.rto) {
        whole.emplace_back("rto", seconds(*view.rto));
    }
    whole.emplace_back("resources", std::move(resources));
    return withScope(JsonValue{std::move(whole)}, view.scope);
}

void writeDeadlineCsv(const DeadlineView& view, std::ostream& out) {
    out << tableHead(view.rto.has_value());
    const auto row = [&](ResourceId id, Instant at, const ResourceOutcome& one) {
        const auto length = [](Duration value) {
            return value == forEver ? std::string{} : std::to_string(value.count());
        };
        out << fmt::format("{},{},{},{},{},{},{:.6f}", csvField(view.file), csvField(view.scenario),
                           csvField(view.curve.program.resources[id].name), at.time_since_epoch().count(),
                           length(one.longest.least), length(one.longest.most), one.untouched.toDouble());
        if (view.rto) {
            out << fmt::format(",{:.6f}", one.within.toDouble());
        }
        out << fmt::format(",{},{},{},{}\n", one.mayLoseData ? "yes" : "no", length(one.impaired.least),
                           length(one.impaired.most), one.mayFail ? "yes" : "no");
    };
    for (const LatestRepair& one : view.curve.latest) {
        for (const CurvePiece& piece : view.curve.pieces) {
            row(one.resource, piece.repair.least, piece.first.resources[one.resource.index()]);
            if (!piece.repair.isPoint()) {
                row(one.resource, piece.repair.most, piece.last.resources[one.resource.index()]);
            }
        }
    }
}

} // namespace cmksim::report
