// A suite as the XML of JUnit that Jenkins and GitLab accept: a `testsuite` a file, a `testcase` a case.

#include "base/xml_text.hpp"
#include "suite/report_formats.hpp"
#include "suite/report_shared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <span>

namespace cmksim::suite {

namespace {

/// Lines as the content of an element.
std::string xmlLines(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += xmlText(line) + '\n';
    }
    return text;
}

/// The path without its ending, its folders as the packages of a class: how both tools group cases.
std::string className(const CaseResult& result) {
    std::string name = slashedPath(result.file);
    for (const std::string_view ending : {".yaml", ".yml"}) {
        if (name.ends_with(ending)) {
            name.erase(name.size() - ending.size());
        }
    }
    std::ranges::replace(name, '/', '.');
    return name;
}

struct Totals {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;
    std::size_t expectations = 0;
    std::size_t phaseClasses = 0;
    Duration simulated{};
    std::chrono::duration<double> elapsed{};
};

Totals totalsOf(std::span<const CaseResult> cases) {
    Totals totals;
    for (const CaseResult& result : cases) {
        ++totals.tests;
        totals.failures += result.outcome == CaseOutcome::Failed ? 1U : 0U;
        totals.errors += hasDiagnostics(result.outcome) ? 1U : 0U;
        totals.skipped += result.outcome == CaseOutcome::Skipped || result.outcome == CaseOutcome::Todo ||
                                  result.outcome == CaseOutcome::Listed
                              ? 1U
                              : 0U;
        totals.expectations += result.expectations;
        totals.phaseClasses += result.phaseClasses;
        totals.simulated += result.simulated;
        totals.elapsed += result.elapsed;
    }
    return totals;
}

class JUnitWriter {
public:
    JUnitWriter(const SuiteReportStyle& style, std::ostream& out) : style_{style}, out_{out} {}

    void write(const SuiteResult& suite) {
        const std::span<const CaseResult> cases{suite.cases};
        const Totals totals = totalsOf(cases);
        out_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             << fmt::format("<testsuites name=\"cmksim\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\">\n",
                            totals.tests, totals.failures, totals.errors, totals.elapsed.count());
        for (std::size_t begin = 0; begin < cases.size();) {
            std::size_t end = begin + 1;
            while (end < cases.size() && cases[end].file == cases[begin].file) {
                ++end;
            }
            writeFile(cases.subspan(begin, end - begin));
            begin = end;
        }
        out_ << "</testsuites>\n";
    }

private:
    void writeFile(std::span<const CaseResult> cases) {
        const Totals totals = totalsOf(cases);
        out_ << fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
                            "time=\"{:.3f}\">\n    <properties>\n",
                            xmlText(slashedPath(cases.front().file)), totals.tests, totals.failures, totals.errors,
                            totals.skipped, totals.elapsed.count());
        property("cmksim.version", style_.version);
        property("cmksim.expectations", std::to_string(totals.expectations));
        property("cmksim.phaseClasses", std::to_string(totals.phaseClasses));
        property("cmksim.simulatedSeconds", std::to_string(totals.simulated.count()));
        if (!cases.front().tags.empty()) {
            property("cmksim.tags", fmt::format("{}", fmt::join(cases.front().tags, " ")));
        }
        for (const CaseResult& result : cases) {
            for (const Finding& finding : result.findings) {
                if (const std::string phases = phasesInWords(finding); !phases.empty()) {
                    property("cmksim.failingPhases",
                             fmt::format("{}: {} fails for {}", result.name, finding.resource, phases));
                }
            }
        }
        out_ << "    </properties>\n";
        for (const CaseResult& result : cases) {
            writeCase(result);
        }
        out_ << "  </testsuite>\n";
    }

    void property(std::string_view name, std::string_view value) {
        out_ << fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", xmlText(name), xmlText(value));
    }

    /// `time` is what the machine took, which is what readers of the format make of it.
    void writeCase(const CaseResult& result) {
        out_ << fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"{:.3f}\"", xmlText(result.name),
                            xmlText(className(result)), result.elapsed.count());
        if (result.outcome == CaseOutcome::Passed) {
            out_ << "/>\n";
            return;
        }
        out_ << ">\n";
        switch (result.outcome) {
        case CaseOutcome::Failed:
            trouble("failure", caseMessage(result),
                    result.findings.empty() ? "case" : kindName(result.findings.front().kind), result);
            break;
        case CaseOutcome::Error: trouble("error", caseMessage(result), "error", result); break;
        case CaseOutcome::Undecided: trouble("error", caseMessage(result), "undecided", result); break;
        case CaseOutcome::Listed: skipped("listed, not run"); break;
        case CaseOutcome::Skipped: skipped(caseMessage(result)); break;
        case CaseOutcome::Todo: skipped("to do: " + caseMessage(result)); break;
        case CaseOutcome::TodoPassed:
            out_ << fmt::format("      <system-out>{}</system-out>\n", xmlText(caseMessage(result)));
            break;
        case CaseOutcome::Passed: break;
        }
        out_ << "    </testcase>\n";
    }

    void trouble(std::string_view element, std::string_view message, std::string_view type, const CaseResult& result) {
        out_ << fmt::format("      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n", element, xmlText(message), type,
                            xmlLines(caseLines(result)));
    }

    void skipped(std::string_view message) {
        out_ << fmt::format("      <skipped message=\"{}\"/>\n", xmlText(message));
    }

    const SuiteReportStyle& style_;
    std::ostream& out_;
};

} // namespace

void writeSuiteJUnit(const SuiteResult& suite, const SuiteReportStyle& style, std::ostream& out) {
    JUnitWriter{style, out}.write(suite);
}

} // namespace cmksim::suite
