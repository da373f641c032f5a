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

JsonValue secondsOrNever(Duration value) { return value == forEver ? JsonValue{nullptr} : seconds(value); }

JsonValue ratioJson(const Ratio& ratio) {
    return JsonArray{JsonNumber{ratio.numerator()}, JsonNumber{ratio.denominator()}};
}

JsonValue outcomeJson(Instant at, const ResourceOutcome& outcome, bool hasObjective) {
    JsonObject fields{{"at", seconds(at)},
                      {"longest", JsonObject{{"min", secondsOrNever(outcome.longest.least)},
                                             {"max", secondsOrNever(outcome.longest.most)}}},
                      {"downtime", JsonObject{{"min", secondsOrNever(outcome.downtime.least)},
                                              {"max", secondsOrNever(outcome.downtime.most)}}},
                      {"noOutage", ratioJson(outcome.untouched)}};
    if (hasObjective) {
        fields.emplace_back("within", ratioJson(outcome.within));
    }
    fields.emplace_back("mayLoseData", outcome.mayLoseData);
    return fields;
}

/// An instant, or null; an end that is only that of the range counts as none.
JsonValue latestJson(const std::optional<Instant>& instant, bool toTheEnd = false) {
    return instant && !toTheEnd ? seconds(*instant) : JsonValue{nullptr};
}

std::string lengthText(Duration length) {
    return length == forEver ? std::string{"without end"} : formatDuration(length);
}

std::string_view tableHead(bool hasObjective) {
    return hasObjective ? "file,scenario,resource,repair,longest min,longest max,no outage,within,may lose data\n"
                        : "file,scenario,resource,repair,longest min,longest max,no outage,may lose data\n";
}

} // namespace

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
                       Phrase{fmt::format("{} {}", signs.held, textOf(AllClear::NoneDownAtAnyRepair)), Paint::Good});
    }
    const auto fact = [&](std::string_view label, const Phrase& body) {
        page.paragraph(Phrase{"  "}.add(label, Paint::Quiet).padTo(32), body);
    };
    const auto by = [&](const std::optional<Instant>& instant, bool toTheEnd) {
        return Phrase{toTheEnd  ? std::string{textOf(AllClear::RepairWhenever)}
                      : instant ? "by " + Clock::sinceStart(*instant)
                                : fmt::format("not at {}, where the search begins (--from)",
                                              Clock::sinceStart(view.curve.pieces.front().repair.least)),
                      toTheEnd  ? Paint::Good
                      : instant ? Paint::Plain
                                : Paint::Bad};
    };
    for (const LatestRepair& one : view.curve.latest) {
        page.blank();
        page.paragraph({}, Phrase{view.curve.program.resources[one.resource].name, Paint::Strong});
        fact("no outage in any case", by(one.noOutage, one.noOutageToTheEnd));
        if (!one.noOutageToTheEnd) {
            fact("no outage at half the phases", by(one.noOutageHalf, false));
        }
        if (view.rto) {
            fact(fmt::format("at most {} in every case", formatDuration(*view.rto)),
                 by(one.within, one.withinToTheEnd));
            if (!one.withinToTheEnd) {
                fact(fmt::format("at most {} at half of them", formatDuration(*view.rto)), by(one.withinHalf, false));
            }
        }
        if (one.dataLostFrom) {
            fact("its data is lost for good",
                 Phrase{"from " + Clock::sinceStart(*one.dataLostFrom) + " on", Paint::Bad});
        }
        const auto& last = view.curve.pieces.back().last.resources[one.resource.index()];
        fact(fmt::format("longest outage if at {}", Clock::sinceStart(view.curve.pieces.back().repair.most)),
             Phrase{last.longest.isPoint()
                        ? lengthText(last.longest.least)
                        : fmt::format("{} to {}", lengthText(last.longest.least), lengthText(last.longest.most))});
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
                          {"noOutage", latestJson(one.noOutage, one.noOutageToTheEnd)},
                          {"noOutageToTheEnd", one.noOutageToTheEnd},
                          {"noOutageHalf", latestJson(one.noOutageHalf)}};
        if (view.rto) {
            fields.emplace_back("within", latestJson(one.within, one.withinToTheEnd));
            fields.emplace_back("withinToTheEnd", one.withinToTheEnd);
            fields.emplace_back("withinHalf", latestJson(one.withinHalf));
        }
        fields.emplace_back("dataLostFrom", latestJson(one.dataLostFrom));
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
        out << (one.mayLoseData ? ",yes\n" : ",no\n");
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
