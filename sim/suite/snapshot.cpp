#include "suite/snapshot.hpp"

#include "analysis/event_text.hpp"
#include "base/json_value.hpp"
#include "base/text.hpp"
#include "document/replace_text.hpp"
#include "engine/replay.hpp"
#include "engine/wording.hpp"
#include "suite/report_shared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace cmksim::suite {

namespace {

std::string endText(const Program& program, const ResourceEnd& end) {
    const ResourceStatus& status = end.status;
    std::string text = fmt::format("end {}: {}", program.resources[end.resource].name,
                                   stateName(program.modelOf(end.resource), status));
    if (status.reason != Reason::None) {
        text += fmt::format(", {}", nameOf(status.reason));
    }
    if (status.outages > 0) {
        text += fmt::format(", down {} in {} {}", formatDuration(status.downtime), status.outages,
                            status.outages == 1 ? "outage" : "outages");
    }
    return status.recoverable ? text : text + ", not recoverable";
}

/// What a case's part of a recorded text stands under. A label that holds what no line can show is written as a JSON
/// text; no other begins with quotes.
std::string titleOf(std::string_view label) {
    return fmt::format("[{}]\n", printable(label) == label ? std::string{label} : jsonString(label));
}

/// The parts of a recorded text, each with its title.
std::vector<std::string_view> partsOf(std::string_view recorded) {
    std::vector<std::string_view> parts;
    while (!recorded.empty()) {
        const std::size_t next = recorded.find("\n[");
        parts.push_back(recorded.substr(0, next == std::string_view::npos ? next : next + 1));
        recorded.remove_prefix(parts.back().size());
    }
    return parts;
}

} // namespace

std::string snapshotOf(const Program& program) {
    const Trace trace = replay(program, nominalPhases(program));
    std::string text;
    for (const Record& record : trace.records) {
        if (!record.is<Verdict>() && !record.isUnlisted()) {
            text += fmt::format("{} {}\n", formatDuration(record.position.at - scenarioStart),
                                printable(eventText(program, record)));
        }
    }
    for (const ResourceEnd& end : trace.ends) {
        text += printable(endText(program, end)) + '\n';
    }
    return text;
}

std::optional<std::string_view> sectionOf(std::string_view recorded, std::string_view label) {
    if (label.empty()) {
        return recorded;
    }
    const std::string title = titleOf(label);
    for (const std::string_view part : partsOf(recorded)) {
        if (part.starts_with(title)) {
            return part.substr(title.size());
        }
    }
    return std::nullopt;
}

std::string recordedAnew(std::string_view before, std::span<const CaseSnapshot> cases) {
    std::string text;
    bool allAnew = true;
    std::vector<std::string> titles;
    for (const CaseSnapshot& one : cases) {
        titles.push_back(one.label.empty() ? std::string{} : titleOf(one.label));
        const std::optional<std::string_view> kept =
            one.now ? std::optional<std::string_view>{*one.now} : sectionOf(before, one.label);
        if (kept) {
            text.append(titles.back()).append(*kept);
        }
        allAnew = allAnew && one.now;
    }
    for (const std::string_view part : partsOf(before)) {
        const bool isOfCase =
            std::ranges::any_of(titles, [&](const std::string& title) { return part.starts_with(title); });
        if (!allAnew && !isOfCase && part.starts_with('[')) {
            text += part;
        }
    }
    return text;
}

std::optional<std::string> withSnapshot(const Document& document, std::string recorded) {
    // In a file with a matrix '${' begins a parameter.
    for (std::size_t at = 0; document.root().find("matrix") && (at = recorded.find("${", at)) != std::string::npos;) {
        recorded.insert(at, 1, '$');
        at += 3;
    }
    return withRootText(document, "snapshot", recorded);
}

} // namespace cmksim::suite
