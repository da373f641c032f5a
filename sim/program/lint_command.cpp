#include "program/lint_command.hpp"

#include "program/loading.hpp"
#include "program/reading_claims.hpp"
#include "program/terminal.hpp"
#include "report/lint_report.hpp"
#include "report/scope.hpp"
#include "report/unmodelled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {

constexpr OptionRule formatOption{"format", "text|json|sarif",
                                  "for a person (the default), a JSON object a scenario, or SARIF 2.1.0"};
constexpr OptionRule failOnOption{"fail-on", "warn|error", "exit with 1 from this level on; default error"};

constexpr std::array lintOptions{formatOption, failOnOption, outputOption, estateOption,  setOption,
                                 phaseOption,  modelOption,  modelsOption, readingOption, quietOption};

/// An estate that was looked at.
struct Linted {
    const LoadedScenario& from;
    std::vector<LintFinding> findings;
    UnderReadings readings;
};

/// Where a vault, key, identity or resource is described.
Mark placeOf(const EstateSpec& estate, std::string_view subject) {
    for (const VaultSpec& vault : estate.vaults) {
        if (vault.name.text == subject) {
            return vault.name.mark;
        }
        for (const KeySpec& key : vault.keys) {
            if (std::string{vault.name.text} + '/' + std::string{key.name.text} == subject) {
                return key.name.mark;
            }
        }
    }
    for (const IdentitySpec& identity : estate.identities) {
        if (identity.name.text == subject) {
            return identity.name.mark;
        }
    }
    const auto resource =
        std::ranges::find(estate.resources, subject, [](const ResourceSpec& spec) { return spec.key.text; });
    return resource != estate.resources.end() ? resource->key.mark : Mark{};
}

LintView viewOf(const Linted& one) {
    return {one.from.path, one.from.program.name, one.findings,
            [&one](const std::string& subject) { return placeOf(one.from.written->estate, subject); }};
}

Scope scopeOf(const Linted& one) {
    return Scope{fmt::format("{} rules, over the estate without its timeline", lintRuleCount),
                 {"other revalidation phases than those at which the stories are told"},
                 {}}
        .atNominal(one.from.program)
        .over(one.from.program);
}

std::string reportOf(const std::vector<Linted>& all, std::string_view format, const TextStyle& style,
                     std::ostream& err) {
    std::ostringstream text;
    if (format == "sarif") {
        std::vector<LintView> views;
        for (const Linted& one : all) {
            views.push_back(viewOf(one));
            noteReadings(one.from.path, one.readings, err);
        }
        text << lintSarif(views, CMKSIM_VERSION).print() << '\n';
        return std::move(text).str();
    }
    for (const Linted& one : all) {
        if (format == "json") {
            const JsonValue whole = withScope(withUnmodelled(lintJson(viewOf(one)), one.from.program), scopeOf(one));
            text << withReadings(whole, one.readings).line() << '\n';
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
    std::vector<Linted> all;
    OtherReadings others{arguments, input, streams, Written::Kept};
    for (const LoadedScenario& one : input.scenarios()) {
        all.push_back({one, lintEstate(one.program), {}});
        all.back().readings =
            others.look(one, claimsOf(all.back().findings), [](const LoadedScenario& other, Catalog&, Progress&) {
                return claimsOf(lintEstate(other.program));
            });
    }
    const std::string format = arguments.value(formatOption.name).value_or("text");
    const TextStyle style = textStyle(arguments.has(outputOption.name), streams);
    const ExitCode written = writeOutput(reportOf(all, format, style, streams.err), arguments, streams);
    const LintLevel least =
        arguments.value(failOnOption.name).value_or("error") == "warn" ? LintLevel::Warning : LintLevel::Error;
    const bool fails = std::ranges::any_of(all, [&](const Linted& one) {
        return std::ranges::any_of(one.findings,
                                   [&](const LintFinding& finding) { return textOf(finding.rule).level >= least; });
    });
    return written != ExitCode::Done ? written : fails ? ExitCode::FellShort : ExitCode::Done;
}

} // namespace

constinit const Command lintCommand{
    .name = "lint",
    .synopsis = "FILE…",
    .summary = "name what is risky about an estate, each proved by a pair of stories",
    .details = "Looks at the estate, without its timeline: what is down or impaired before any story, purge "
               "protection, soft delete and its retention, expiries, "
               "what is shared, grants that do not count, firewalls that keep a service out. A finding is made only "
               "where a short story goes worse in the estate as it is than in the estate as mended; both are shown. "
               "What no story can tell apart is advice. Exits with 1 from the level of '--fail-on' on.",
    .leastArguments = 1,
    .mostArguments = 1'000,
    .options = lintOptions,
    .run = run,
};

} // namespace cmksim::program
