#include "suite/report_diff.hpp"

#include "base/time.hpp"
#include "suite/report_shared.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::suite {

namespace {

constexpr std::string_view notThere = "is not there";

std::string endText(const SideOutcome& outcome) {
    if (!outcome.exists) {
        return std::string{notThere};
    }
    std::string text = outcome.state;
    if (outcome.reason != nameOf(Reason::None)) {
        text += fmt::format(", {}", outcome.reason);
    }
    if (!outcome.recoverable) {
        text += ", not recoverable";
    }
    return text;
}

std::string outagesText(const SideOutcome& outcome) {
    if (!outcome.exists) {
        return std::string{notThere};
    }
    if (outcome.leastOutages == outcome.mostOutages) {
        return std::to_string(outcome.outages);
    }
    return fmt::format("{} ({} to {})", outcome.outages, outcome.leastOutages, outcome.mostOutages);
}

std::string downtimeText(const SideOutcome& outcome) {
    if (!outcome.exists) {
        return std::string{notThere};
    }
    const std::string shown = formatDuration(outcome.downtime);
    if (outcome.leastDowntime == outcome.mostDowntime) {
        return shown;
    }
    return fmt::format("{} ({} to {})", shown, formatDuration(outcome.leastDowntime),
                       formatDuration(outcome.mostDowntime));
}

} // namespace

std::vector<DiffRow> rowsOf(const ResourceDifference& difference) {
    std::vector<DiffRow> rows;
    const auto add = [&](std::string what, std::string a, std::string b) {
        rows.push_back({difference.name, std::move(what), std::move(a), std::move(b), {}});
    };
    const SideOutcome& a = difference.a;
    const SideOutcome& b = difference.b;
    if (difference.end) {
        add("ends", endText(a), endText(b));
    }
    if (a.exists && b.exists && difference.outages) {
        add("outages", outagesText(a), outagesText(b));
    }
    if (a.exists && b.exists && difference.downtime) {
        add("downtime", downtimeText(a), downtimeText(b));
    }
    if (rows.empty()) {
        add("goes another way", "to the same end", "to the same end");
    }
    return rows;
}

DiffRow rowOf(const CheckDifference& difference, std::string_view file) {
    return {difference.subject,
            fmt::format("at +{} expected {}", formatDuration(difference.at.time_since_epoch()), difference.expected),
            difference.a.empty() ? "not asked" : difference.a,
            difference.b.empty() ? "not asked" : difference.b,
            fmt::format("{}:{}", slashedPath(file), difference.place.line),
            difference.holdsInA,
            difference.holdsInB};
}

DiffRow rowOf(const ObjectiveDifference& difference) {
    return {difference.name,
            "objective " + difference.asked,
            difference.a.empty() ? "not asked" : difference.a,
            difference.b.empty() ? "not asked" : difference.b,
            {},
            difference.holdsInA,
            difference.holdsInB};
}

std::vector<ObjectiveDifference> differencesOf(const JudgedObjectives& a, const JudgedObjectives& b) {
    std::vector<ObjectiveDifference> all;
    const auto placeOf = [&](const JudgedObjectives& side, const ObjectiveResult& result) {
        const Objective& objective = side.objectives[result.objective];
        const std::string asked = askedText(objective, result.kind);
        const auto same = std::ranges::find_if(
            all, [&](const ObjectiveDifference& one) { return one.name == objective.name && one.asked == asked; });
        return same != all.end() ? same : all.insert(all.end(), {objective.name, asked, false, false, {}, {}});
    };
    for (const ObjectiveResult& one : a.results) {
        const auto place = placeOf(a, one);
        place->holdsInA = one.held == Held::Always;
        place->a = heldText(one);
    }
    for (const ObjectiveResult& one : b.results) {
        const auto place = placeOf(b, one);
        place->holdsInB = one.held == Held::Always;
        place->b = heldText(one);
    }
    std::erase_if(all, [](const ObjectiveDifference& one) {
        return one.holdsInA == one.holdsInB && one.a.empty() == one.b.empty();
    });
    return all;
}

std::string phasesOf(const DifferingPhases& where, std::string_view ellipsis) {
    Finding finding;
    finding.period = where.period;
    for (const PhaseClass& one : where.phases) {
        finding.phases.push_back({one.first, one.last});
    }
    finding.shownPhase = where.shown;
    if (const auto& pairs = where.pairs) {
        finding.pairs = FailingPairs{pairs->differing, pairs->all, pairs->ofBoth, pairs->period, pairs->shown};
    }
    const std::string phases = phasesInWords(finding, ellipsis);
    return phases.empty() ? phases : fmt::format("{}, told for {}", phases, shownPhases(finding));
}

std::string eventsOf(const std::vector<std::string>& events) {
    return events.empty() ? "nothing" : fmt::format("{}", fmt::join(events, "; "));
}

std::string diffSummary(const DiffResult& result) {
    const std::string_view cut = result.interrupted ? "; interrupted before all were compared" : "";
    if (result.differences.empty()) {
        return fmt::format("no difference in {} {}{}", result.cases, result.cases == 1 ? "case" : "cases", cut);
    }
    return fmt::format("{} of {} {} {}{}", result.differences.size(), result.cases,
                       result.cases == 1 ? "case" : "cases", result.differences.size() == 1 ? "differs" : "differ",
                       cut);
}

std::vector<std::string> notCompared(const DiffResult& result) {
    std::vector<std::string> texts;
    if (result.interrupted) {
        texts.emplace_back("the cases that were left: it was interrupted");
    }
    if (!result.atNominal.empty()) {
        texts.push_back(fmt::format("other than nominal phases of {}", fmt::join(result.atNominal, ", ")));
    }
    return texts;
}

std::optional<DiffFormat> diffFormatNamed(std::string_view name) {
    const auto at = std::ranges::find(diffFormatNames, name);
    if (at == diffFormatNames.end()) {
        return {};
    }
    return static_cast<DiffFormat>(at - diffFormatNames.begin());
}

void writeDiff(DiffFormat format, const DiffResult& result, const TextStyle& style, const JsonValue& evidence,
               std::ostream& out) {
    switch (format) {
    case DiffFormat::Text: writeDiffText(result, style, out); break;
    case DiffFormat::Json: writeDiffJson(result, evidence, out); break;
    case DiffFormat::Markdown: writeDiffMarkdown(result, out); break;
    }
}

} // namespace cmksim::suite
