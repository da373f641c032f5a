// `cmksim schema`.
#include "program/commands.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "program/loading.hpp"
#include "schema/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::program {

namespace {
namespace schema_command {

constexpr OptionRule listOption{"list", "", "print the kinds that there are, one a line"};

constexpr std::array schemaOptions{listOption, modelsOption, outputOption, quietOption};

/// The kinds of files, then what commands print.
std::vector<schema::Kind> allKinds() {
    const auto files = fileKinds();
    std::vector<schema::Kind> all{files.begin(), files.end()};
    for (const Command& command : commands()) {
        all.insert(all.end(), command.results.begin(), command.results.end());
    }
    return all;
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::vector<schema::Kind> kinds = allKinds();
    if (arguments.has(listOption.name)) {
        std::string names;
        for (const schema::Kind& kind : kinds) {
            names.append(kind.name).append("\n");
        }
        return writeOutput(names, arguments, streams);
    }
    const std::string asked = arguments.positional.empty() ? "scenario" : arguments.positional.front();
    const auto kind = std::ranges::find(kinds, asked, &schema::Kind::name);
    if (kind == kinds.end()) {
        std::vector<std::string_view> names;
        std::ranges::transform(kinds, std::back_inserter(names), &schema::Kind::name);
        streams.err << withSuggestion(fmt::format("cmksim schema: error: there is no schema {}", inQuotes(asked)),
                                      asked, names, "'cmksim schema --list' lists them")
                    << '\n';
        return ExitCode::WrongInput;
    }
    DiskFileReader files;
    Diagnostics diagnostics;
    Catalog catalog = loadCatalog(arguments, files, diagnostics);
    const std::string text = schemaText(*kind, catalog, diagnostics);
    report(diagnostics, arguments, streams.err);
    return diagnostics.hasErrors() ? ExitCode::WrongInput
                                   : writeOutput(streams.ascii ? asciiOnly(text) : text, arguments, streams);
}

} // namespace schema_command
} // namespace

constinit const Command schemaCommand{
    .name = "schema",
    .synopsis = "[KIND]",
    .summary = "print the JSON Schema of a kind of file, for editors, or of what a command prints",
    .details =
        "Prints the JSON Schema (draft 2020-12) of scenarios, or of the kind of file that is named: it catches "
        "what can be caught without looking at a file as a whole. KIND is scenario, estate, model, platform or azure, "
        "or a result that a command prints as JSON, such as run, one line of what 'run --format json' prints; "
        "'--list' names all of them. With --models it knows your own services too. An editor with the YAML "
        "language server finds a schema through the first line of a file: # yaml-language-server: $schema=PATH",
    .leastArguments = 0,
    .mostArguments = 1,
    .options = schema_command::schemaOptions,
    .run = schema_command::run,
};

} // namespace cmksim::program
