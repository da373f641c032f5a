#include "program/runbook_file.hpp"

#include "compile/compile.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <span>
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

/// Where a command ends: its last line.
std::uint32_t lastLineOf(const Name& command) {
    return command.mark.line + static_cast<std::uint32_t>(std::ranges::count(command.text, '\n'));
}

/// Notes what is wrong with commands, of each the first thing, and takes them out of the story; until nothing is wrong
/// with the others, which may have needed what those would have made. Costs a compilation for each round, and there are
/// two where nothing needs what is wrong.
void judge(Runbook& runbook, const Scenario& before, std::span<const Instant> at, Catalog& catalog, Scenario& whole) {
    for (bool more = true; more;) {
        more = false;
        whole = before;
        for (std::size_t i = 0; i < runbook.commands.size(); ++i) {
            if (runbook.commands[i].wrong.empty()) {
                whole.timeline.push_back(entryFor(runbook.commands[i].text, at[i]));
            }
        }
        Diagnostics diagnostics;
        compileScenario(whole, catalog, diagnostics);
        for (const Diagnostic& one : diagnostics.all()) {
            if (one.severity != Severity::Error || one.mark.source != runbook.file.get()) {
                continue;
            }
            const auto after =
                std::ranges::upper_bound(runbook.commands, one.mark.line, {},
                                         [](const RunbookCommand& command) { return command.text.mark.line; });
            if (after == runbook.commands.begin() || lastLineOf(std::prev(after)->text) < one.mark.line) {
                continue;
            }
            RunbookCommand& command = *std::prev(after);
            if (command.wrong.empty()) {
                command.wrong = one.message;
                command.help = one.help;
                more = true;
            }
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
    std::vector<Instant> at;
    for (const Name& text : commandsIn(*file, form)) {
        at.push_back(first + Duration{static_cast<std::int64_t>(runbook.commands.size())});
        runbook.commands.push_back({text, {}, {}, {}});
    }
    if (runbook.commands.empty()) {
        diagnostics.error({file.get(), 1, 1},
                          form == RunbookForm::Script ? "this file has no command of the Azure CLI"
                                                      : "no code block of this file has a command of the Azure CLI",
                          "commands begin with 'az'");
        return std::nullopt;
    }
    Scenario before = scenario;
    before.until.reset();
    Scenario whole;
    judge(runbook, before, at, catalog, whole);
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
