#include "suite/report.hpp"

#include "suite/report_formats.hpp"

#include <algorithm>

namespace cmksim::suite {

std::optional<SuiteFormat> suiteFormatNamed(std::string_view name) {
    const auto found = std::ranges::find(suiteFormatNames, name);
    if (found == suiteFormatNames.end()) {
        return std::nullopt;
    }
    return static_cast<SuiteFormat>(found - suiteFormatNames.begin());
}

void writeSuite(SuiteFormat format, const SuiteResult& suite, const SuiteReportStyle& style, std::ostream& out) {
    switch (format) {
    case SuiteFormat::Text: writeSuiteText(suite, style, out); break;
    case SuiteFormat::Tap: writeSuiteTap(suite, out); break;
    case SuiteFormat::JUnit: writeSuiteJUnit(suite, style, out); break;
    case SuiteFormat::Json: writeSuiteJson(suite, style.evidence, out); break;
    case SuiteFormat::GitHub: writeSuiteGitHub(suite, out); break;
    case SuiteFormat::AzureDevOps: writeSuiteAzureDevOps(suite, out); break;
    case SuiteFormat::Sarif: writeSuiteSarif(suite, style, out); break;
    case SuiteFormat::Markdown: writeSuiteMarkdown(suite, out); break;
    }
}

} // namespace cmksim::suite
