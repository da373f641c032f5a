// Scenarios from text, compiled, with what was reported about them.
#pragma once

#include "support/read_scenario.hpp"

#include "compile/compile.hpp"

#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::test {

using namespace compile;

/// A scenario read from `in.yaml` and compiled; `errors` is what the user would see.
struct Compiled {
    explicit Compiled(const std::string& text, const ScenarioOverrides& overrides = {},
                      const catalog::ReadingChoice& readings = {}, OpenInstants open = OpenInstants::Refused)
        : catalog{readings}, read{text, overrides} {
        compile(open);
    }
    /// With models of its own besides those that are shipped.
    Compiled(const std::vector<std::string>& models, const std::string& text, OpenInstants open = OpenInstants::Refused)
        : read{text} {
        TextFiles files;
        for (std::size_t i = 0; i < models.size(); ++i) {
            const std::string name = "model" + std::to_string(i) + ".yaml";
            files.add(name, models[i]);
            catalog.addFile(name, files, read.diagnostics);
        }
        compile(open);
    }

    /// The program of a scenario that must be sound.
    [[nodiscard]] const Program& sound() const {
        if (!program) {
            throw std::runtime_error{errors};
        }
        return *program;
    }

    /// The lines of what was reported, without excerpts and carets.
    [[nodiscard]] std::string messages() const {
        std::istringstream lines{errors};
        std::string messages;
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("in.yaml:")) {
                messages += line.substr(std::string_view{"in.yaml:"}.size()) + '\n';
            }
        }
        return messages;
    }

    Catalog catalog;
    Read read;
    std::optional<Program> program;
    std::string errors;

private:
    void compile(OpenInstants open) {
        if (read.scenario) {
            program = compileScenario(*read.scenario, catalog, read.diagnostics, open);
        }
        std::ostringstream out;
        read.diagnostics.print(out);
        errors = out.str();
    }
};

/// The program of a scenario that must be sound, with the models of a catalog that outlives it.
inline Program soundProgram(const std::string& text, Catalog& catalog) {
    Read read{text};
    std::optional<Program> program;
    if (read.scenario) {
        program = compileScenario(*read.scenario, catalog, read.diagnostics);
    }
    if (!program) {
        throw std::runtime_error{read.errors + text};
    }
    return *std::move(program);
}

} // namespace cmksim::test
