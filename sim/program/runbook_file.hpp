// A user's runbook: the commands of the Azure CLI in a Markdown file, as actions of a scenario.
#pragma once

#include "catalog/catalog.hpp"
#include "engine/program.hpp"
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
    Name text;                      // as it stands in the file
    std::string wrong;              // why it is none, or cannot be done here; empty: it can be tried
    std::string help;               // what would be right
    std::vector<std::size_t> steps; // of those below, that it comes to; none for one that only looks
};

/// A scenario with its story, and the steps of a runbook in its ids.
struct Runbook {
    std::shared_ptr<const Source> file;
    std::vector<RunbookCommand> commands;
    Program program; // without the steps
    std::vector<TimelineEntry> steps;
};

/// How commands stand in a file.
enum class RunbookForm : std::uint8_t { Markdown, Script };

/// The commands of a script, or in the code blocks of a Markdown text, `az …`, each with the lines that a backslash
/// joins to it.
std::vector<Name> commandsIn(const Source& file, RunbookForm form = RunbookForm::Markdown);

/// Reads a runbook in the light of a scenario, which must be sound. Nothing when the file cannot be read, as reported.
std::optional<Runbook> readRunbook(const std::string& path, const Scenario& scenario, Catalog& catalog,
                                   FileReader& files, Diagnostics& diagnostics,
                                   RunbookForm form = RunbookForm::Markdown);

} // namespace cmksim::program
