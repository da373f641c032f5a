// A file with rules of one's own for lint, and with findings that are known and why they are left.
#pragma once

#include "catalog/catalog.hpp"
#include "document/text_store.hpp"
#include "exploration/invariant.hpp"
#include "lint/lint.hpp"
#include "program/command.hpp"
#include "scenario/parse.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cmksim::program {

/// A finding that is left, and why: of one subject, or of all.
struct IgnoredFinding {
    std::string rule;
    std::string subject; // empty: any
    std::string reason;
    std::optional<std::chrono::year_month_day> until; // the last day on which it is left
    Mark mark = {};                                   // of the rule in a file; none on the command line
};

/// `broad-grant=REASON` or `broad-grant@contoso-kv=REASON` of `--ignore`; reports what is none, and returns nothing.
std::optional<std::vector<IgnoredFinding>> readIgnored(const Arguments& arguments, std::ostream& err);

/// An invariant as a rule: no sequence of so many faults may break it.
struct OwnLintRule {
    LintRuleText text;
    Invariant invariant;
    unsigned faults = 0;
    Duration during = std::chrono::hours{24}; // the faults and what comes of them
};

class LintRulesFile {
public:
    /// Reads it in the light of a scenario; what is wrong is reported. What it returns views into this.
    void read(const std::string& path, const Scenario& scenario, Catalog& catalog, FileReader& files,
              Diagnostics& diagnostics);

    /// Reports findings to be left whose rule is neither one of these nor of the program.
    void checkIgnored(const std::vector<IgnoredFinding>& ignored, Diagnostics& diagnostics) const;

    /// The file; nothing where none was read.
    [[nodiscard]] const std::shared_ptr<const Source>& source() const { return source_; }
    [[nodiscard]] const std::vector<IgnoredFinding>& ignored() const { return ignored_; }
    [[nodiscard]] const std::deque<OwnLintRule>& rules() const { return rules_; }

private:
    class Reader;

    [[nodiscard]] std::vector<std::string_view> knownRules() const;

    TextStore texts_;
    std::shared_ptr<const Source> source_;
    std::vector<IgnoredFinding> ignored_;
    std::deque<OwnLintRule> rules_; // findings point to their texts
};

/// What breaks rules of one's own in an estate, each by its shortest story.
struct OwnFindings {
    std::vector<LintFinding> findings;
    std::vector<std::string> notSearched; // where a search ended early
};
OwnFindings findingsOf(const std::deque<OwnLintRule>& rules, const Program& estate);

} // namespace cmksim::program
