#include "suite/snapshot.hpp"

#include "analysis/event_text.hpp"
#include "engine/replay.hpp"
#include "engine/wording.hpp"
#include "suite/report_shared.hpp"

#include <fmt/format.h>

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

bool isBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

/// The lines of a text with their ends.
std::vector<std::string_view> wholeLines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

/// What stands behind a value on the line of its key: a comment with the blanks before it.
std::string_view commentOf(std::string_view behindKey) {
    const std::size_t comment = behindKey.find(" #");
    if (comment == std::string_view::npos) {
        return {};
    }
    return behindKey.substr(behindKey.substr(0, comment).find_last_not_of(' ') + 1);
}

} // namespace

std::string snapshotOf(const Program& program) {
    const Trace trace = replay(program, nominalPhases(program));
    std::string text;
    for (const Record& record : trace.records) {
        if (record.kind != RecordKind::Expectation) {
            text +=
                fmt::format("{} {}\n", formatDuration(record.position.at - scenarioStart), eventText(program, record));
        }
    }
    for (const ResourceEnd& end : trace.ends) {
        text += endText(program, end) + '\n';
    }
    return text;
}

std::optional<std::string_view> sectionOf(std::string_view recorded, std::string_view label) {
    if (label.empty()) {
        return recorded;
    }
    const std::string title = fmt::format("[{}]\n", label);
    std::size_t at = 0;
    while (at < recorded.size()) {
        const std::size_t next = recorded.find("\n[", at);
        const std::string_view part = recorded.substr(at, next == std::string_view::npos ? next : next + 1 - at);
        if (part.starts_with(title)) {
            return part.substr(title.size());
        }
        at += part.size();
    }
    return std::nullopt;
}

std::string section(std::string_view label, const std::string& snapshot) {
    return label.empty() ? snapshot : fmt::format("[{}]\n{}", label, snapshot);
}

std::optional<std::string> withSnapshot(const Source& source, Mark key, std::string_view recorded) {
    constexpr std::string_view field = "snapshot:";
    const std::vector<std::string_view> lines = wholeLines(source.text());
    const std::size_t indent = key.column - 1;
    const std::size_t first = key.line - 1;
    if (key.source != &source || first >= lines.size() || !isBlank(lines[first].substr(0, indent)) ||
        !lines[first].substr(indent).starts_with(field)) {
        return std::nullopt;
    }
    // The old value: what is deeper than its key, and blank lines only between such.
    std::size_t end = first + 1;
    for (std::size_t i = end; i < lines.size(); ++i) {
        if (isBlank(lines[i])) {
            continue;
        }
        if (lines[i].find_first_not_of(' ') <= indent) {
            break;
        }
        end = i + 1;
    }

    const std::string_view keyLine = linesOf(lines[first]).front();
    std::string text;
    for (std::size_t i = 0; i < first; ++i) {
        text += lines[i];
    }
    text += keyLine.substr(0, indent + field.size());
    text += " |";
    text += commentOf(keyLine.substr(indent + field.size()));
    text += '\n';
    for (const std::string_view line : linesOf(recorded)) {
        text.append(indent + 2, ' ').append(line).append("\n");
    }
    for (std::size_t i = end; i < lines.size(); ++i) {
        text += lines[i];
    }
    return text;
}

} // namespace cmksim::suite
