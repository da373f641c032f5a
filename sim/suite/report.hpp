// What running a suite came to, in the formats that people, test runners and code hosts read.
#pragma once

#include "base/json_value.hpp"
#include "report/layout.hpp"
#include "suite/result.hpp"

#include <array>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace cmksim::suite {

enum class SuiteFormat : std::uint8_t {
    Text,        // for a person at a terminal
    Tap,         // Test Anything Protocol 14
    JUnit,       // the XML that Jenkins and GitLab accept
    Json,        // our own, one object
    GitHub,      // workflow commands of GitHub Actions
    AzureDevOps, // logging commands of Azure Pipelines
    Sarif,       // SARIF 2.1.0, for code scanning
    Markdown,    // a job summary
};

/// What the command line calls them, in the order of SuiteFormat.
inline constexpr std::array<std::string_view, 8> suiteFormatNames{"text",   "tap",         "junit", "json",
                                                                  "github", "azuredevops", "sarif", "markdown"};

/// The format of that name; nothing when there is none.
std::optional<SuiteFormat> suiteFormatNamed(std::string_view name);

/// What the formats leave open. All but Text look at `version` alone.
struct SuiteReportStyle {
    TextStyle text;
    bool listPassed = true;              // Text: a line for each case that passed, too
    std::string version;                 // of the program
    std::optional<JsonValue> evidence{}; // Json: what the result rests on, where it is told
};

/// Writes the report of `suite`: the same bytes for the same result. Nothing of it can be mistaken by a reader of the
/// format for something that the suite did not say, whatever names and messages hold.
void writeSuite(SuiteFormat format, const SuiteResult& suite, const SuiteReportStyle& style, std::ostream& out);

} // namespace cmksim::suite
