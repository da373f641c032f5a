#include "suite/report_ci_shared.hpp"

#include "base/markdown_text.hpp"
#include "report/clock.hpp"
#include "suite/report_shared.hpp"

#include <algorithm>

namespace cmksim::suite {

std::string replaced(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> replacements) {
    std::string result;
    result.reserve(text.size());
    for (const char c : text) {
        const auto found = std::ranges::find(replacements, c, [](const auto& one) { return one.first; });
        if (found == replacements.end()) {
            result += c;
        } else {
            result += found->second;
        }
    }
    return result;
}

std::string plainLogLine(std::string_view line) {
    std::string plain;
    for (std::size_t at = 0; at < line.size(); ++at) {
        plain += line[at];
        const std::string_view rest = line.substr(at);
        if (rest.starts_with("##[") || rest.starts_with("##vso[")) {
            plain += ' ';
        }
    }
    return plain;
}

std::string annotation(const Finding& finding, std::string_view separator) {
    std::string text = headline(finding);
    if (const std::string phases = phasesInWords(finding); !phases.empty()) {
        text.append(separator).append("fails for ").append(phases);
    }
    const auto cause = std::ranges::find(finding.steps, true, &FindingStep::isCause);
    if (cause != finding.steps.end()) {
        text.append(separator).append("first cause: ").append(Clock::sinceStart(cause->at)).append(" " + cause->text);
    }
    if (!finding.fix.empty()) {
        text.append(separator).append("fix: ").append(finding.fix);
    }
    if (!finding.replay.empty()) {
        text.append(separator).append("replay: ").append(finding.replay);
    }
    return text;
}

std::string prose(std::string_view text) { return markdownText(oneLine(text)); }

} // namespace cmksim::suite
