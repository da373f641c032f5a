#include "program/runbook_file.hpp"

#include "compile/compile.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace cmksim::program {

namespace {

constexpr std::string_view program = "az ";

/// Where the steps stand while the scenario is compiled: behind everything, a second apart, so that each is known by
/// its instant.
Instant behind(const Scenario& scenario) {
    Instant last = scenario.until.value_or(scenarioStart);
    for (const EntrySpec& entry : scenario.timeline) {
        last = std::max(last, entry.at);
    }
    return last + std::chrono::hours{1};
}

EntrySpec entryFor(const Name& command, Instant at) {
    EntrySpec entry;
    entry.mark = command.mark;
    entry.at = at;
    entry.kind = EntryKind::Command;
    entry.command = command;
    return entry;
}

/// The first thing that is wrong with a command after those before it, which may make what it names.
void judge(RunbookCommand& command, const Scenario& before, Instant at, Catalog& catalog) {
    Scenario with = before;
    with.timeline.push_back(entryFor(command.text, at));
    Diagnostics diagnostics;
    compileScenario(with, catalog, diagnostics);
    for (const Diagnostic& one : diagnostics.all()) {
        if (one.severity == Severity::Error && command.wrong.empty()) {
            command.wrong = one.message;
            command.help = one.help;
        }
    }
}

} // namespace

std::vector<Name> commandsIn(const Source& file, RunbookForm form) {
    std::vector<Name> commands;
    const std::string_view text = file.text();
    bool code = form == RunbookForm::Script;
    std::uint32_t line = 1;
    for (std::size_t begin = 0; begin < text.size(); ++line) {
        std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::size_t first = std::min(text.find_first_not_of(" \t$>", begin), end);
        const std::string_view content = text.substr(first, end - first);
        if (form == RunbookForm::Markdown && content.starts_with("```")) {
            code = !code;
        } else if (code && content.starts_with(program)) {
            const std::uint32_t at = line;
            const auto goesOn = [&] {
                const std::size_t last = text.find_last_not_of(" \t\r", end - 1);
                return end < text.size() && last != std::string_view::npos && text[last] == '\\';
            };
            while (goesOn()) {
                end = std::min(text.find('\n', end + 1), text.size());
                ++line;
            }
            commands.push_back(
                {text.substr(first, end - first), {&file, at, static_cast<std::uint32_t>(first - begin + 1)}});
        }
        begin = end + 1;
    }
    return commands;
}

std::optional<Runbook> readRunbook(const std::string& path, const Scenario& scenario, Catalog& catalog,
                                   FileReader& files, Diagnostics& diagnostics, RunbookForm form) {
    const auto file = files.read(path, {}, diagnostics);
    if (!file) {
        return std::nullopt;
    }
    diagnostics.keep(file);
    Runbook runbook{file, {}, {}, {}};
    const Instant first = behind(scenario);
    Scenario whole = scenario;
    whole.until.reset();
    for (const Name& text : commandsIn(*file, form)) {
        RunbookCommand command{text, {}, {}, {}};
        const Instant at = first + Duration{static_cast<std::int64_t>(runbook.commands.size())};
        judge(command, whole, at, catalog);
        if (command.wrong.empty()) {
            whole.timeline.push_back(entryFor(text, at));
        }
        runbook.commands.push_back(std::move(command));
    }
    if (runbook.commands.empty()) {
        diagnostics.error({file.get(), 1, 1},
                          form == RunbookForm::Script ? "this file has no command of the Azure CLI"
                                                      : "no code block of this file has a command of the Azure CLI",
                          "commands begin with 'az'");
        return std::nullopt;
    }
    auto compiled = compileScenario(whole, catalog, diagnostics);
    if (!compiled) {
        return std::nullopt;
    }
    std::vector<TimelineEntry> story;
    for (TimelineEntry& entry : compiled->entries) {
        if (entry.at < first) {
            story.push_back(std::move(entry));
        } else if (entry.stage() == Stage::Actions) {
            const auto command = static_cast<std::size_t>((entry.at - first).count());
            runbook.commands[command].steps.push_back(runbook.steps.size());
            runbook.steps.push_back(std::move(entry));
        }
    }
    const Instant until = scenario.until.value_or(first - std::chrono::hours{1} + timeAfterLastEntry);
    runbook.program = withTimeline(*compiled, std::move(story), until);
    return runbook;
}

} // namespace cmksim::program
