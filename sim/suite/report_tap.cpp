// A suite as TAP 14: a test point a case, and what fell short as YAML under it.

#include "base/hidden_text.hpp"
#include "base/text.hpp"
#include "report/clock.hpp"
#include "suite/report_formats.hpp"
#include "suite/report_shared.hpp"

#include <fmt/format.h>

#include <iterator>
#include <ostream>

namespace cmksim::suite {

namespace {

/// Text of a test point: one line, in which `#` starts no directive.
std::string described(std::string_view text) {
    std::string escaped;
    for (const char c : oneLine(text)) {
        if (c == '#' || c == '\\') {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped;
}

bool needsEscapeInYaml(char32_t value) {
    return value < 0x20 || (value >= 0x7F && value < 0xA0) || value == 0x2028 || value == 0x2029 || value == 0xFEFF ||
           value == 0xFFFE || value == 0xFFFF;
}

/// `text` as a double-quoted scalar on one line.
std::string yamlString(std::string_view text) {
    std::string scalar = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = codePointAt(text, at);
        if (!point.valid) {
            scalar += "\uFFFD";
        } else if (point.value == U'\n') {
            scalar += "\\n";
        } else if (needsEscapeInYaml(point.value) || isHidden(point.value)) {
            const auto value = static_cast<unsigned>(point.value);
            scalar += value > 0xFFFF ? fmt::format("\\U{:08x}", value) : fmt::format("\\u{:04x}", value);
        } else if (point.value == U'"' || point.value == U'\\') {
            scalar.append({'\\', static_cast<char>(point.value)});
        } else {
            scalar += text.substr(at, point.bytes);
        }
        at += point.bytes;
    }
    return scalar + '"';
}

class TapWriter {
public:
    explicit TapWriter(std::ostream& out) : out_{out} {}

    void write(const SuiteResult& suite) {
        out_ << "TAP version 14\n1.." << suite.cases.size() << (suite.cases.empty() ? " # SKIP no cases" : "") << '\n';
        std::size_t number = 0;
        for (const CaseResult& result : suite.cases) {
            writeCase(result, ++number);
        }
        out_ << "# " << countsLine(suite) << '\n';
    }

private:
    void writeCase(const CaseResult& result, std::size_t number) {
        const bool holds = result.outcome == CaseOutcome::Passed || result.outcome == CaseOutcome::Skipped ||
                           result.outcome == CaseOutcome::TodoPassed || result.outcome == CaseOutcome::Listed;
        out_ << (holds ? "ok " : "not ok ") << number << " - " << described(caseTitle(result));
        if (result.outcome == CaseOutcome::Skipped) {
            out_ << " # SKIP " << described(result.reason);
        }
        if (result.outcome == CaseOutcome::Listed) {
            out_ << " # SKIP listed";
        }
        if (result.outcome == CaseOutcome::Todo || result.outcome == CaseOutcome::TodoPassed) {
            out_ << " # TODO " << described(result.reason);
        }
        out_ << '\n';
        if (result.outcome == CaseOutcome::Failed || hasDiagnostics(result.outcome) || !result.findings.empty()) {
            writeDiagnostics(result);
        }
    }

    void writeDiagnostics(const CaseResult& result) {
        out_ << "  ---\n";
        field(2, "message", caseMessage(result));
        field(2, "severity", result.outcome == CaseOutcome::Failed ? "fail" : outcomeName(result.outcome));
        if (linesOf(result.reason).size() > 1) {
            field(2, "reason", result.reason);
        }
        if (!result.findings.empty()) {
            out_ << "  findings:\n";
            for (const Finding& finding : result.findings) {
                writeFinding(finding);
            }
        }
        out_ << "  ...\n";
    }

    void writeFinding(const Finding& finding) {
        out_ << "    - id: " << yamlString(finding.id) << '\n';
        field(6, "kind", kindName(finding.kind));
        field(6, "subject", finding.subject);
        field(6, "time", Clock::sinceStart(finding.at));
        field(6, "expected", finding.expected);
        field(6, "actual", finding.actual);
        if (finding.place.line > 0) {
            field(6, "at",
                  fmt::format("{}:{}:{}", slashedPath(finding.place.file), finding.place.line, finding.place.column));
        }
        if (const std::string phases = phasesInWords(finding); !phases.empty()) {
            field(6, "resource", finding.resource);
            field(6, "fails", phases);
        }
        if (!finding.steps.empty()) {
            out_ << "      before:\n";
        }
        for (const FindingStep& step : finding.steps) {
            out_ << "        - "
                 << yamlString(fmt::format("{} {}{}", Clock::sinceStart(step.at), step.text,
                                           step.isCause ? " (the first cause)" : ""))
                 << '\n';
        }
        if (!finding.fix.empty()) {
            field(6, "fix", finding.fix);
        }
        if (!finding.sources.empty()) {
            out_ << "      sources:\n";
        }
        for (const std::string& source : finding.sources) {
            out_ << "        - " << yamlString(source) << '\n';
        }
        if (!finding.replay.empty()) {
            field(6, "replay", finding.replay);
        }
    }

    void field(std::size_t indent, std::string_view name, std::string_view value) {
        out_ << std::string(indent, ' ') << name << ": " << yamlString(value) << '\n';
    }

    std::ostream& out_;
};

} // namespace

void writeSuiteTap(const SuiteResult& suite, std::ostream& out) { TapWriter{out}.write(suite); }

} // namespace cmksim::suite
