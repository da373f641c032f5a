// Scenarios from text, with what was reported about them.
#pragma once

#include "scenario/parse.hpp"

#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

namespace cmksim::test {

using namespace scenario;

/// Files that are only in memory.
class MemoryFiles final : public FileReader {
public:
    explicit MemoryFiles(std::map<std::string, std::string> files) : files_{std::move(files)} {}

    std::shared_ptr<const Source> read(const std::string& path, Mark from, Diagnostics& diagnostics) override {
        const auto file = files_.find(path);
        if (file == files_.end()) {
            diagnostics.error(from, "cannot read '" + path + "'");
            return nullptr;
        }
        return std::make_shared<const Source>(path, file->second);
    }

private:
    std::map<std::string, std::string> files_;
};

/// A scenario read from `in.yaml` among files in memory; `errors` is what the user would see.
struct Read {
    explicit Read(std::map<std::string, std::string> files, const ScenarioOverrides& overrides = {}) {
        MemoryFiles reader{std::move(files)};
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
