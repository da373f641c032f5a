#include "program/lint_rules.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "document/mapping_reader.hpp"
#include "document/values.hpp"
#include "document/yaml.hpp"
#include "exploration/explore.hpp"
#include "program/invariant_file.hpp"
#include "scenario/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace cmksim::program {

namespace {

constexpr std::string_view rulesVersion = "cmksim-lint";
constexpr int mostFaults = 3;

std::vector<std::string_view> builtInRules() {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < lintRuleCount; ++i) {
        names.push_back(textOf(static_cast<LintRule>(i)).id);
    }
    return names;
}

} // namespace

std::optional<std::vector<IgnoredFinding>> readIgnored(const Arguments& arguments, std::ostream& err) {
    std::vector<IgnoredFinding> ignored;
    for (const auto& [what, reason] : arguments.assignments("ignore")) {
        const std::size_t at = std::min(what.find('@'), what.size());
        IgnoredFinding one{what.substr(0, at), what.substr(std::min(at + 1, what.size())), reason, {}, {}};
        if (one.reason.find_first_not_of(' ') == std::string::npos) {
            err << fmt::format(
                "cmksim lint: error: '--ignore {}' needs a reason, such as: --ignore {}='a vault of tests'\n",
                printable(what), printable(what));
            return std::nullopt;
        }
        ignored.push_back(std::move(one));
    }
    return ignored;
}

class LintRulesFile::Reader {
public:
    Reader(LintRulesFile& file, const Scenario& scenario, Catalog& catalog, Diagnostics& diagnostics)
        : file_{file}, scenario_{scenario}, catalog_{catalog}, diagnostics_{diagnostics} {}

    void read(Node root) {
        MappingReader fields{root, "a file of lint rules", diagnostics_};
        if (!fields.readable()) {
            return;
        }
        fields.integer(rulesVersion, 1, 1);
        if (!root.find(rulesVersion)) {
            diagnostics_.error(root.mark(), "this is no file of lint rules", "such a file says 'cmksim-lint: 1'");
        }
        if (const Node rules = fields.take("rules")) {
            for (const Node item : itemsOf(rules)) {
                readRule(item);
            }
        }
        if (const Node ignored = fields.take("ignore")) {
            for (const Node item : itemsOf(ignored)) {
                readIgnored(item);
            }
        }
        fields.finish();
    }

private:
    std::vector<Node> itemsOf(Node list) {
        std::vector<Node> items;
        if (!list.isSequence()) {
            reportUnexpected(list, "a list", diagnostics_);
            return items;
        }
        for (const Node item : list.items()) {
            items.push_back(item);
        }
        return items;
    }

    std::string_view keep(Node node, std::string_view what) {
        return node ? file_.texts_.keep(std::string{readText(node, what, diagnostics_)}) : std::string_view{};
    }

    void readRule(Node node) {
        MappingReader fields{node, "a rule", diagnostics_};
        if (!fields.readable()) {
            return;
        }
        OwnLintRule rule;
        constexpr std::array levels{std::pair{std::string_view{"advice"}, LintLevel::Advice},
                                    std::pair{std::string_view{"warn"}, LintLevel::Warning},
                                    std::pair{std::string_view{"error"}, LintLevel::Error}};
        rule.text.id = keep(fields.require("name"), "the name of a rule");
        checkName(rule.text.id, node);
        rule.text.level = fields.choice("level", levels).value_or(LintLevel::Error);
        rule.text.why = keep(fields.require("why"), "why it matters");
        rule.text.repair = keep(fields.take("mend"), "what to do");
        rule.text.source = keep(fields.take("source"), "where that stands");
        rule.faults = static_cast<unsigned>(fields.integer("faults", 0, mostFaults).value_or(0));
        if (const Node during = fields.take("during")) {
            rule.during = readDuration(during, diagnostics_).value_or(rule.during);
        }
        std::optional<Invariant> invariant;
        if (const Node text = fields.take("invariant")) {
            invariant = parseInvariant(text.text());
            if (!invariant) {
                diagnostics_.error(text.mark(), fmt::format("unknown invariant {}", inQuotes(text.text())),
                                   fmt::format("known: {}", invariantForms));
            }
        } else {
            invariant = takeInvariant(fields, node, scenario_, catalog_, diagnostics_);
        }
        fields.finish();
        if (invariant) {
            rule.invariant = *std::move(invariant);
            rule.text.title = file_.texts_.keep(fmt::format("breaks '{}'", rule.invariant.text));
            file_.rules_.push_back(std::move(rule));
        }
    }

    void checkName(std::string_view name, Node node) {
        const std::vector<std::string_view> known = builtInRules();
        if (std::ranges::find(known, name) != known.end()) {
            diagnostics_.error(node.mark(), fmt::format("{} is a rule of the program", inQuotes(name)),
                               "give your rule a name of its own");
        }
    }

    void readIgnored(Node node) {
        MappingReader fields{node, "what is left", diagnostics_};
        if (!fields.readable()) {
            return;
        }
        IgnoredFinding one;
        const Node rule = fields.require("rule");
        one.rule = rule ? readText(rule, "the name of a rule", diagnostics_) : std::string_view{};
        one.mark = rule ? rule.mark() : node.mark();
        if (const Node subject = fields.take("subject")) {
            one.subject = readText(subject, "what it is about", diagnostics_);
        }
        const Node reason = fields.require("reason");
        one.reason = reason ? readText(reason, "the reason", diagnostics_) : std::string_view{};
        if (const Node until = fields.take("until")) {
            one.until = readDate(until, diagnostics_);
        }
        fields.finish();
        const std::vector<std::string_view> known = file_.knownRules();
        if (rule && std::ranges::find(known, one.rule) == known.end()) {
            diagnostics_.error(rule.mark(), fmt::format("unknown rule {}", inQuotes(one.rule)),
                               suggestion(one.rule, known));
        }
        file_.ignored_.push_back(std::move(one));
    }

    LintRulesFile& file_;
    const Scenario& scenario_;
    Catalog& catalog_;
    Diagnostics& diagnostics_;
};

void LintRulesFile::read(const std::string& path, const Scenario& scenario, Catalog& catalog, FileReader& files,
                         Diagnostics& diagnostics) {
    source_ = files.read(path, {}, diagnostics);
    if (const auto document = source_ ? parseDocument(source_, diagnostics) : nullptr) {
        Reader{*this, scenario, catalog, diagnostics}.read(document->root());
    }
}

std::vector<std::string_view> LintRulesFile::knownRules() const {
    std::vector<std::string_view> known = builtInRules();
    for (const OwnLintRule& own : rules_) {
        known.push_back(own.text.id);
    }
    return known;
}

void LintRulesFile::checkIgnored(const std::vector<IgnoredFinding>& ignored, Diagnostics& diagnostics) const {
    const std::vector<std::string_view> known = knownRules();
    for (const IgnoredFinding& one : ignored) {
        if (std::ranges::find(known, one.rule) == known.end()) {
            diagnostics.error({}, fmt::format("--ignore: unknown rule {}", inQuotes(one.rule)),
                              suggestion(one.rule, known));
        }
    }
}

OwnFindings findingsOf(const std::deque<OwnLintRule>& rules, const Program& estate) {
    OwnFindings own;
    for (const OwnLintRule& rule : rules) {
        ExplorationOptions options;
        options.faults = rule.faults;
        options.within = rule.during;
        options.invariants = {rule.invariant};
        const Exploration found = explore(estate, options, nullptr);
        if (found.leavesOpen()) {
            own.notSearched.push_back(fmt::format("all that could break {}: the search was cut short", rule.text.id));
        }
        for (const Violation& violation : found.violations) {
            std::vector<TimelineEntry> entries;
            for (const CourseStep& step : violation.steps) {
                entries.push_back(entryOf(found.program, step.action, step.at));
            }
            LintFinding finding;
            finding.own = &rule.text;
            finding.subject = found.program.resources[violation.resource].name;
            finding.harmed = {violation.resource};
            Program played =
                withTimeline(found.program, std::move(entries), std::max(violation.at, scenarioStart) + Duration{1});
            Trace trace = replay(played, violation.phases);
            finding.asIs.emplace(LintWorld{std::move(played), std::move(trace)});
            own.findings.push_back(std::move(finding));
        }
    }
    return own;
}

} // namespace cmksim::program
