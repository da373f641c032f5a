#include "program/runbook_file.hpp"

#include "base/text.hpp"
#include "compile/compile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <span>
#include <utility>

namespace cmksim::program {

namespace {

/// Where the steps stand while the scenario is compiled: behind everything, a second apart, so that each is known by
/// its instant.
Instant behind(const Scenario& scenario) {
    Instant last = scenario.until.value_or(scenarioStart);
    for (const EntrySpec& entry : scenario.timeline) {
        last = std::max(last, entry.at);
    }
    return last + std::chrono::hours{1};
}

EntrySpec entryFor(const RunbookCommand& command, Instant at, TextStore& texts) {
    EntrySpec entry;
    entry.mark = command.text.mark;
    entry.at = at;
    entry.what = CommandSpec{};
    entry.command = command.text;
    if (!command.keptIn.empty() && command.doubt.empty()) {
        entry.command.text = texts.keep(fmt::format("{}=$({})", command.keptIn, command.text.text));
    }
    return entry;
}

std::pair<std::uint32_t, std::uint32_t> placeOf(const Mark& mark) { return {mark.line, mark.column}; }

/// Where a command ends: its last line.
std::uint32_t lastLineOf(const Name& command) {
    return command.mark.line + static_cast<std::uint32_t>(std::ranges::count(command.text, '\n'));
}

/// Notes that commands which would change something may not run. Those that only look may do so or not.
bool leaveDoubtful(Runbook& runbook, std::span<const Instant> at, const Program& compiled) {
    bool found = false;
    for (std::size_t i = 0; i < runbook.commands.size(); ++i) {
        RunbookCommand& command = runbook.commands[i];
        const bool changes = std::ranges::any_of(compiled.entries, [&](const TimelineEntry& entry) {
            return entry.at == at[i] && entry.stage() == Stage::Actions;
        });
        if (!command.doubt.empty() && command.wrong.empty() && changes) {
            command.wrong = command.doubt;
            found = true;
        }
    }
    return found;
}

/// The commands of a file, and in their places the lines with a command that cannot be read.
void readCommands(Runbook& runbook, RunbookForm form) {
    RunbookText text = readRunbookText(*runbook.file, form);
    for (TextCommand& command : text.commands) {
        runbook.commands.push_back({command.text, std::move(command.keptIn), std::move(command.doubt), {}, {}, {}, {}});
    }
    for (const TextRest& rest : text.rest) {
        if (rest.holdsCommand) {
            runbook.commands.push_back({rest.raw, {}, rest.why, rest.why, {}, {}, {}});
        } else {
            runbook.rest.push_back(
                fmt::format("line {}: {} {}", rest.raw.mark.line, inQuotes(rest.raw.text), rest.why));
            if (rest.isStep) {
                runbook.unknownSteps.push_back(runbook.rest.back());
            }
        }
    }
    std::ranges::stable_sort(runbook.commands, {},
                             [](const RunbookCommand& command) { return placeOf(command.text.mark); });
    runbook.texts = std::move(text.texts);
}

/// Notes what is wrong with commands, of each the first thing, and takes them out of the story; until nothing is wrong
/// with the others, which may have needed what those would have made. Costs a compilation for each round, and there are
/// two where nothing needs what is wrong.
void judge(Runbook& runbook, const Scenario& before, std::span<const Instant> at, Catalog& catalog, Scenario& whole) {
    const auto texts = std::make_shared<TextStore>();
    runbook.texts.push_back(texts);
    for (bool more = true; more;) {
        more = false;
        whole = before;
        for (std::size_t i = 0; i < runbook.commands.size(); ++i) {
            if (runbook.commands[i].wrong.empty()) {
                whole.timeline.push_back(entryFor(runbook.commands[i], at[i], *texts));
            }
        }
        Diagnostics diagnostics;
        const auto compiled = compileScenario(whole, catalog, diagnostics);
        if (compiled) {
            more = leaveDoubtful(runbook, at, *compiled);
        }
        for (const Diagnostic& one : diagnostics.all()) {
            if (one.severity != Severity::Error || one.mark.source != runbook.file.get()) {
                continue;
            }
            const auto after =
                std::ranges::upper_bound(runbook.commands, placeOf(one.mark), {},
                                         [](const RunbookCommand& command) { return placeOf(command.text.mark); });
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

std::optional<Runbook> readRunbook(const std::string& path, const Scenario& scenario, Catalog& catalog,
                                   FileReader& files, Diagnostics& diagnostics, RunbookForm form) {
    const auto file = files.read(path, {}, diagnostics);
    if (!file) {
        return std::nullopt;
    }
    diagnostics.keep(file);
    Runbook runbook;
    runbook.file = file;
    readCommands(runbook, form);
    const Instant first = behind(scenario);
    std::vector<Instant> at;
    for (std::size_t i = 0; i < runbook.commands.size(); ++i) {
        at.push_back(first + Duration{static_cast<std::int64_t>(i)});
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
            continue;
        }
        RunbookCommand& command = runbook.commands[static_cast<std::size_t>((entry.at - first).count())];
        if (entry.stage() == Stage::Actions) {
            command.steps.push_back(runbook.steps.size());
            runbook.steps.push_back(std::move(entry));
        } else if (command.doubt.empty()) {
            command.looks.push_back(runbook.looks.size());
            runbook.looks.push_back({std::move(entry), runbook.steps.size()});
        }
    }
    const Instant until = scenario.until.value_or(first - std::chrono::hours{1} + timeAfterLastEntry);
    runbook.program = withTimeline(*compiled, std::move(story), until);
    return runbook;
}

} // namespace cmksim::program
