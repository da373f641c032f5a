// Scenarios from text, compiled, with what was reported about them.
#pragma once

#include "scenario/read_scenario.hpp"

#include "compile/compile.hpp"

#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace cmksim::test {

using namespace compile;

/// A scenario read from `in.yaml` and compiled; `errors` is what the user would see.
struct Compiled {
    explicit Compiled(const std::string& text, const ScenarioOverrides& overrides = {},
                      const catalog::ReadingChoice& readings = {})
        : catalog{readings}, read{text, overrides} {
        if (read.scenario) {
            program = compileScenario(*read.scenario, catalog, read.diagnostics);
        }
        std::ostringstream out;
        read.diagnostics.print(out);
        errors = out.str();
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
};

/// Two vaults, three identities and one resource of each service, on lines 3 to 16; what follows stands on line 17.
inline constexpr std::string_view threeServices = R"(cmksim: 1
name: x
estate:
  vaults:
    kv1:
      keys: {cmk: {}, other: {}}
    kv2:
      keys: {cmk: {}}
  identities:
    app: {}
    db: {}
    out: {type: DelegatedUserAssigned}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
    acc: {service: cosmosdb, identity: app, key: kv1/cmk}
    clu: {service: documentdb, identity: app, key: kv1/cmk}
)";

/// What is reported of one entry, in braces, of a timeline; it stands at 18:3.
inline std::string reportOfEntry(std::string_view entry) {
    return Compiled{std::string{threeServices} + "timeline:\n- " + std::string{entry} + "\n"}.messages();
}

/// What is reported of one more resource, `new`; its description stands at 17:10.
inline std::string reportOfResource(std::string_view description) {
    return Compiled{std::string{threeServices} + "    new: " + std::string{description} + "\n"}.messages();
}

} // namespace cmksim::test
