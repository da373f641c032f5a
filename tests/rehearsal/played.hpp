// A rehearsal of a scenario that stands in a test.
#pragma once

#include "rehearsal/drill.hpp"
#include "rehearsal/rehearsal.hpp"
#include "support/text_files.hpp"

#include "document/yaml.hpp"

#include <catch2/catch.hpp>

#include <sstream>
#include <string>

namespace cmksim::test {

using namespace rehearsal;

/// One key, one registry, and a mistake at 10m.
inline const std::string keyDeleted = R"(cmksim: 1
name: Key deleted
estate:
  vaults:
    contoso-kv:
      accessPolicies: {reader: [get, wrapKey, unwrapKey]}
      keys: {cmk: }
  identities: {reader: }
  resources: {registry: {service: acr, identity: reader, key: contoso-kv/cmk}}
timeline:
  - {at: 10m, do: key.delete, target: contoso-kv/cmk}
  - {at: 3h, expect: {registry: Inaccessible}}
)";

/// A rehearsal with a prompt whose answers can be read.
class Played {
public:
    explicit Played(const std::string& yaml = keyDeleted, Disclosure disclosure = Disclosure::Everything)
        : scenario_{read(yaml)}, rehearsal_{begin()}, prompt_{rehearsal_,
                                                              disclosure,
                                                              "story.yaml",
                                                              TextStyle{},
                                                              out_,
                                                              [this](const std::string&, const std::string& text) {
                                                                  saved_ = text;
                                                                  return std::string{"saved"};
                                                              }} {}

    Rehearsal& rehearsal() { return rehearsal_; }
    Prompt& prompt() { return prompt_; }
    std::ostream& out() { return out_; }
    const Scenario& scenario() const { return scenario_; }
    Catalog& catalog() { return catalog_; }
    const std::string& saved() const { return saved_; }

    /// What the prompt says to a line.
    std::string say(std::string_view line) {
        out_.str("");
        reply_ = prompt_.answer(line);
        return out_.str();
    }
    [[nodiscard]] Reply reply() const { return reply_; }
    std::string said() {
        std::string text = out_.str();
        out_.str("");
        return text;
    }

private:
    static Scenario read(const std::string& yaml) {
        TextFiles files{"story.yaml", yaml};
        Diagnostics diagnostics;
        auto scenario = parseScenario("story.yaml", files, {}, diagnostics);
        REQUIRE(scenario);
        REQUIRE_FALSE(diagnostics.hasErrors());
        return *std::move(scenario);
    }
    Rehearsal begin() {
        Diagnostics diagnostics;
        auto rehearsal = Rehearsal::begin(
            scenario_, catalog_, [](Program& program) { return nominalPhases(program); }, diagnostics);
        REQUIRE(rehearsal);
        return *std::move(rehearsal);
    }

    Catalog catalog_;
    Scenario scenario_;
    Rehearsal rehearsal_;
    std::ostringstream out_;
    std::string saved_;
    Prompt prompt_;
    Reply reply_ = Reply::Done;
};

} // namespace cmksim::test
