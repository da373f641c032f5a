// Scenarios from text, with what was reported about them.
#pragma once

#include "support/text_files.hpp"

#include <map>
#include <optional>
#include <sstream>
#include <string>

namespace cmksim::test {

using namespace scenario;

/// A scenario read from `in.yaml` among files in memory; `errors` is what the user would see.
struct Read {
    explicit Read(std::map<std::string, std::string> files, const ScenarioOverrides& overrides = {}) {
        TextFiles reader{std::move(files)};
        scenario = parseScenario("in.yaml", reader, overrides, diagnostics);
        std::ostringstream out;
        diagnostics.print(out);
        errors = out.str();
    }
    explicit Read(std::string text, const ScenarioOverrides& overrides = {})
        : Read{std::map<std::string, std::string>{{"in.yaml", std::move(text)}}, overrides} {}

    Diagnostics diagnostics;
    std::optional<Scenario> scenario;
    std::string errors;
};

/// The messages alone, without lines and carets.
inline std::string messagesOf(const std::string& errors) {
    std::istringstream lines{errors};
    std::string messages;
    for (std::string line; std::getline(lines, line);) {
        if (line.find(": error: ") != std::string::npos || line.starts_with("error: ")) {
            messages += line + "\n";
        }
    }
    return messages;
}

} // namespace cmksim::test
