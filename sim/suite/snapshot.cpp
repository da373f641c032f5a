#include "suite/snapshot.hpp"

#include "analysis/event_text.hpp"
#include "base/json_value.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "document/replace_text.hpp"
#include "engine/replay.hpp"
#include "engine/wording.hpp"
#include "scenario/matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
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
/// text; no other begins with quotes. Without a matrix there is neither.
std::string titleOf(std::string_view label) {
    if (label.empty()) {
        return {};
    }
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

/// A case's part as the file has it.
struct TitledSnapshot {
    std::string title;
    std::optional<std::string> now; // nothing: what was recorded of it before is kept
};

/// What stands under a title, which is empty where all of the text is the one case's.
std::optional<std::string_view> partUnder(std::string_view title, std::string_view recorded) {
    if (title.empty()) {
        return recorded;
    }
    for (const std::string_view part : partsOf(recorded)) {
        if (part.starts_with(title)) {
            return part.substr(title.size());
        }
    }
    return std::nullopt;
}

/// The text to record, of texts as the file has them: what is kept of it is kept as it is written there, whatever that
/// stands for. `before` may lack the end of its last line, which is not its last any more.
std::string recordedAnew(std::string before, std::span<const TitledSnapshot> cases) {
    if (!before.empty() && !before.ends_with('\n')) {
        before += '\n';
    }
    std::string text;
    const bool allAnew = std::ranges::all_of(cases, [](const TitledSnapshot& one) { return one.now.has_value(); });
    for (const TitledSnapshot& one : cases) {
        if (one.now) {
            text.append(one.title).append(*one.now);
        } else if (const auto kept = partUnder(one.title, before)) {
            text.append(one.title).append(*kept);
        }
    }
    for (const std::string_view part : partsOf(before)) {
        const bool isOfCase =
            std::ranges::any_of(cases, [&](const TitledSnapshot& one) { return part.starts_with(one.title); });
        if (!allAnew && !isOfCase && part.starts_with('[')) {
            text += part;
        }
    }
    return text;
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
    return partUnder(titleOf(label), recorded);
}

std::optional<std::string> withSnapshot(const Document& document, std::span<const CaseSnapshot> cases) {
    const Node before = document.root().find("snapshot");
    const bool hasMatrix = static_cast<bool>(document.root().find(scenario::matrixField));
    if (hasMatrix && before && before.text().starts_with("${")) {
        return std::nullopt; // a parameter has the snapshots
    }
    const auto asWritten = [&](std::string text) {
        return hasMatrix ? scenario::withoutReferences(std::move(text)) : text;
    };
    std::vector<TitledSnapshot> titled;
    for (const CaseSnapshot& one : cases) {
        titled.push_back({asWritten(titleOf(one.label)), {}});
        if (one.now) {
            titled.back().now = asWritten(*one.now);
        }
    }
    return withRootText(document, "snapshot",
                        recordedAnew(std::string{before && before.quoted() ? before.text() : ""}, titled));
}

} // namespace cmksim::suite
