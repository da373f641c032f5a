#include "program/commands.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "compile/names.hpp"
#include "program/lint_rules.hpp"
#include "program/loading.hpp"
#include "program/reading_claims.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "report/lint_report.hpp"
#include "report/readings.hpp"
#include "report/rests_on.hpp"
#include "report/scope.hpp"
#include "report/state_losses.hpp"
#include "report/unmodelled.hpp"
#include "schema/printed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <iterator>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cmksim::program {

namespace {
namespace lint_command {

constexpr OptionRule formatOption{"format", "text|json|sarif",
                                  "for a person (the default), a JSON object a scenario, or SARIF 2.1.0"};
constexpr OptionRule failOnOption{"fail-on", "warn|error", "exit with 1 from this level on; default error"};

constexpr OptionRule ignoreOption{"ignore", "RULE[@SUBJECT]=REASON",
                                  "leave findings of a rule, of one subject or of all", true};
constexpr OptionRule rulesOption{"rules", "FILE", "a YAML file with rules of your own, and findings that are left",
                                 false,   {},     FileRole::Read};

constexpr std::array lintOptions{formatOption, failOnOption, ignoreOption, rulesOption,  outputOption,  estateOption,
                                 setOption,    phaseOption,  modelOption,  modelsOption, readingOption, quietOption};

/// An estate that was looked at.
struct Linted {
    const LoadedScenario& from;
    std::vector<LintFinding> findings;
    std::vector<LeftFinding> left;
    std::vector<std::string> notSearched; // for rules of one's own
    UnderReadings readings;
};

/// Whether the day up to which a finding is left has passed.
bool hasRunOut(const IgnoredFinding& ignored) {
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    return ignored.until && std::chrono::sys_days{*ignored.until} < today;
}

/// What findings are left, and which of that leaves any.
class LeftOut {
public:
    /// What a file says of it, the same for each scenario, comes behind what the command line says.
    LeftOut(const std::vector<IgnoredFinding>& given, const LintRulesFile& file) : all_{given}, source_{file.source()} {
        all_.insert(all_.end(), file.ignored().begin(), file.ignored().end());
        leaves_.resize(all_.size());
    }

    /// Puts the findings aside that are left.
    void leave(Linted& linted) {
        isComplete_ = isComplete_ && linted.notSearched.empty();
        std::vector<LintFinding> found = std::exchange(linted.findings, {});
        for (LintFinding& finding : found) {
            subjects_.emplace(textOf(finding).id, finding.subject);
            const IgnoredFinding* by = nullptr;
            for (std::size_t i = 0; i < all_.size(); ++i) {
                const IgnoredFinding& one = all_[i];
                if (one.rule == textOf(finding).id && (one.subject.empty() || one.subject == finding.subject) &&
                    !hasRunOut(one)) {
                    by = by != nullptr ? by : &one;
                    leaves_[i] = true;
                }
            }
            if (by != nullptr) {
                linted.left.push_back({std::move(finding), by->reason});
            } else {
                linted.findings.push_back(std::move(finding));
            }
        }
    }

    /// Warns of what leaves nothing: it is spelled otherwise, not needed any more, or over.
    void tellIdle(Diagnostics& diagnostics) const {
        if (source_) {
            diagnostics.keep(source_);
        }
        for (std::size_t i = 0; i < all_.size(); ++i) {
            const IgnoredFinding& one = all_[i];
            const std::string what =
                inQuotes(one.subject.empty() ? one.rule : fmt::format("{}@{}", one.rule, one.subject));
            const std::string name = one.mark.source == nullptr ? "--ignore: " + what : what;
            if (hasRunOut(one)) {
                diagnostics.warning(one.mark,
                                    fmt::format("{} leaves nothing any more: its last day was {:04}-{:02}-{:02}", name,
                                                static_cast<int>(one.until->year()),
                                                static_cast<unsigned>(one.until->month()),
                                                static_cast<unsigned>(one.until->day())));
            } else if (!leaves_[i]) {
                diagnostics.warning(one.mark,
                                    fmt::format("{} leaves nothing: there is no such finding{}", name,
                                                isComplete_ ? "" : " among those that were made by the end"),
                                    nearestSubject(one));
            }
        }
    }

private:
    /// `did you mean 'x'?`, of what the rule found.
    [[nodiscard]] std::string nearestSubject(const IgnoredFinding& ignored) const {
        std::vector<std::string_view> known;
        for (const auto& [rule, subject] : subjects_) {
            if (rule == ignored.rule) {
                known.push_back(subject);
            }
        }
        return ignored.subject.empty() || nearestName(ignored.subject, known).empty()
                   ? std::string{}
                   : suggestion(ignored.subject, known);
    }

    std::vector<IgnoredFinding> all_;
    std::shared_ptr<const Source> source_; // into which they point
    std::vector<bool> leaves_;
    std::set<std::pair<std::string, std::string>> subjects_; // of all findings, by rule
    bool isComplete_ = true;
};

/// Where the vaults, keys, identities and resources of an estate are described. Of one name for two things the first
/// in this order counts.
class Places {
public:
    explicit Places(const EstateSpec& estate) {
        for (const VaultSpec& vault : estate.vaults) {
            places_.try_emplace(std::string{vault.name.text}, vault.name.mark);
            for (const KeySpec& key : vault.keys) {
                places_.try_emplace(std::string{vault.name.text} + '/' + std::string{key.name.text}, key.name.mark);
            }
        }
        for (const IdentitySpec& identity : estate.identities) {
            places_.try_emplace(std::string{identity.name.text}, identity.name.mark);
        }
        for (const ResourceSpec& resource : estate.resources) {
            places_.try_emplace(std::string{resource.key.text}, resource.key.mark);
        }
    }

    /// Of what has no place of its own that of what it belongs to: of a version its key, of an own identity its
    /// resource.
    [[nodiscard]] Mark of(std::string subject) const {
        if (subject.starts_with(compile::ownIdentityPrefix)) {
            subject.erase(0, compile::ownIdentityPrefix.size());
        }
        while (true) {
            const auto found = places_.find(subject);
            const std::size_t end = subject.find_last_of("/[");
            if (found != places_.end() || end == std::string::npos) {
                return found != places_.end() ? found->second : Mark{};
            }
            subject.resize(end);
        }
    }

private:
    std::unordered_map<std::string, Mark> places_;
};

LintView viewOf(const Linted& one) {
    return {one.from.path, one.from.program.name, one.findings,
            [places = Places{one.from.written->estate}](const std::string& subject) { return places.of(subject); },
            one.left};
}

Scope scopeOf(const Linted& one) {
    std::vector<std::string> notSearched = one.notSearched;
    notSearched.emplace_back("other revalidation phases than those at which the stories are told");
    std::ranges::move(lossesNotLookedAt(one.from.program), std::back_inserter(notSearched));
    return Scope{fmt::format("{} rules, over the estate without its timeline, and over old versions of keys that the "
                             "timeline disables and "
                             "what it does while a grant may not count yet",
                             lintRuleCount),
                 std::move(notSearched),
                 {}}
        .atEnds(one.from.program)
        .over(one.from.program);
}

std::string reportOf(const std::vector<Linted>& all, std::string_view format, const TextStyle& style,
                     const Evidence& evidence, std::ostream& err) {
    std::ostringstream text;
    if (format == "sarif") {
        std::vector<LintView> views;
        std::vector<std::string> undone;
        for (const Linted& one : all) {
            views.push_back(viewOf(one));
            noteReadings(one.from.path, one.readings, err);
            for (const std::string& what : one.notSearched) {
                undone.push_back(fmt::format("{}: not complete: {}", one.from.path, what));
                err << fmt::format("{}: warning: not complete: {}\n", printable(one.from.path), printable(what));
            }
        }
        text << lintSarif(views, CMKSIM_VERSION, undone).print() << '\n';
        return std::move(text).str();
    }
    for (const Linted& one : all) {
        if (format == "json") {
            const JsonValue whole = withScope(withUnmodelled(lintJson(viewOf(one)), one.from.program), scopeOf(one));
            text << withReadings(whole, one.readings).with(evidenceField, evidence.of(one.from.program)).line() << '\n';
        } else {
            text << (&one == &all.front() ? "" : "\n");
            writeLintText(viewOf(one), style, text);
            writeUnmodelledText(one.from.program, style, text);
            writeReadingsText(one.readings, style, text);
            writeScopeText(scopeOf(one), style, text);
        }
    }
    return std::move(text).str();
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    ScenarioInput input{arguments, streams.err, Written::Kept};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    const auto given = readIgnored(arguments, streams.err);
    if (!given) {
        return ExitCode::WrongInput;
    }
    const auto rulesPath = arguments.value(rulesOption.name);
    std::deque<LintRulesFile> rules; // of each scenario; findings point into them
    std::vector<Linted> all;
    std::optional<LeftOut> leftOut;
    OtherReadings others{arguments, input, streams, Written::Kept};
    for (const LoadedScenario& one : input.scenarios()) {
        Diagnostics diagnostics;
        LintRulesFile& own = rules.emplace_back();
        if (rulesPath) {
            own.read(*rulesPath, *one.written, input.catalog(), input.files(), diagnostics);
        }
        if (!diagnostics.hasErrors()) {
            own.checkIgnored(*given, diagnostics);
        }
        report(diagnostics, arguments, streams.err);
        if (diagnostics.hasErrors()) {
            return ExitCode::WrongInput;
        }
        TerminalProgress progress{arguments, streams, "vaults", one.program.vaults.size()};
        all.push_back({one, lintEstate(one.program, &progress), {}, {}, {}});
        Linted& linted = all.back();
        linted.readings =
            others.look(one, claimsOf(linted.findings), [](const LoadedScenario& other, Catalog&, Progress&) {
                return claimsOf(lintEstate(other.program));
            });
        OwnFindings found = progress.cancelled()
                                ? OwnFindings{}
                                : findingsOf(own.rules(), withTimeline(one.program, {}, one.program.until));
        std::ranges::move(found.findings, std::back_inserter(linted.findings));
        linted.notSearched = std::move(found.notSearched);
        if (progress.cancelled()) {
            linted.notSearched.emplace_back("the vaults and rules that are missing here: it was interrupted");
        }
        if (!leftOut) {
            leftOut.emplace(*given, own);
        }
        leftOut->leave(linted);
    }
    if (leftOut) {
        Diagnostics idle;
        leftOut->tellIdle(idle);
        report(idle, arguments, streams.err);
    }
    const std::string format = arguments.value(formatOption.name).value_or("text");
    const TextStyle style = textStyle(arguments.has(outputOption.name), streams);
    const ExitCode written =
        writeOutput(reportOf(all, format, style, input.evidence(), streams.err), arguments, streams);
    const LintLevel least =
        arguments.value(failOnOption.name).value_or("error") == "warn" ? LintLevel::Warning : LintLevel::Error;
    const bool fails = std::ranges::any_of(all, [&](const Linted& one) {
        return std::ranges::any_of(one.findings,
                                   [&](const LintFinding& finding) { return textOf(finding).level >= least; });
    });
    const bool undecided = std::ranges::any_of(all, [](const Linted& one) { return !one.notSearched.empty(); });
    return written != ExitCode::Done ? written
           : fails                   ? ExitCode::FellShort
           : undecided               ? ExitCode::Undecided
                                     : ExitCode::Done;
}

/// What it prints as JSON.
JsonValue resultSchema(const KnownWords& /*words*/) {
    return printedSchema(
        "A line of what cmksim lint --format json prints",
        {lintProperties(), unmodelledProperties(), evidenceProperties(), readingsProperties(), scopeProperties()});
}
constexpr std::array lintResults{schema::Kind{"lint", resultSchema}};

} // namespace lint_command
} // namespace

constinit const Command lintCommand{
    .name = "lint",
    .synopsis = "FILE…",
    .summary = "name what is risky about an estate, each proved by a pair of stories",
    .details =
        "Looks at the estate, without its timeline: what is down or impaired before any story, purge "
        "protection, soft delete and its retention, expiries, "
        "what is shared, grants that do not count, firewalls that keep a service out. A finding is made only "
        "where a short story goes worse in the estate as it is than in the estate as repaired; both are shown. "
        "What no story can tell apart is advice. '--rules' adds rules of your own, invariants that so many faults must "
        "not break, each finding with its shortest story; what is ignored is listed with its reason. Exits with 1 "
        "from the level of '--fail-on' on, with 4 where a search for your own rules was cut short.",
    .leastArguments = 1,
    .mostArguments = 1'000,
    .options = lint_command::lintOptions,
    .run = lint_command::run,
    .results = lint_command::lintResults,
};

} // namespace cmksim::program
