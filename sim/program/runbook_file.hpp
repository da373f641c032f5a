// A user's runbook: the commands of the Azure CLI in a Markdown file, as actions of a scenario.
#pragma once

#include "catalog/catalog.hpp"
#include "engine/program.hpp"
#include "program/runbook_text.hpp"
#include "recovery/runbook.hpp"
#include "scenario/ast.hpp"
#include "scenario/parse.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::program {

/// One command of a runbook.
struct RunbookCommand {
    Name text;                      // as it stands in the file, its variables filled in
    std::string keptIn;             // the shell variable that takes what it prints; empty: none
    std::string doubt;              // why it may not run; empty: it runs
    std::string wrong;              // why it is none, or cannot be done here; empty: it can be tried
    std::string help;               // what would be right
    std::vector<std::size_t> steps; // of those below, that it comes to; none for one that only looks
    std::vector<std::size_t> looks; // likewise

    /// Whether it, or whether it runs, is not known.
    [[nodiscard]] bool isUnknown() const { return !doubt.empty() && !wrong.empty(); }
};

/// A scenario with its story, and the steps of a runbook in its ids.
struct Runbook {
    std::shared_ptr<const Source> file;
    std::vector<RunbookCommand> commands;  // also those in lines that cannot be read
    std::vector<std::string> rest;         // what else of the file may do anything, each as a sentence
    std::vector<std::string> unknownSteps; // those of them that are to be run
    Program program;                       // without the steps
    std::vector<TimelineEntry> steps;
    std::vector<recovery::RunbookLook> looks;            // of commands that run, as far as is known
    std::vector<std::shared_ptr<const TextStore>> texts; // of the commands
};

/// Reads a runbook in the light of a scenario, which must be sound. Nothing when the file cannot be read, as reported.
std::optional<Runbook> readRunbook(const std::string& path, const Scenario& scenario, Catalog& catalog,
                                   FileReader& files, Diagnostics& diagnostics,
                                   RunbookForm form = RunbookForm::Markdown);

} // namespace cmksim::program
