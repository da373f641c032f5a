// `cmksim schema`.
#include "program/commands.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "program/loading.hpp"
#include "schema/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace cmksim::program {

namespace {
namespace schema_command {

constexpr std::array schemaOptions{modelsOption, outputOption, quietOption};

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::string asked = arguments.positional.empty() ? "scenario" : arguments.positional.front();
    const auto name = std::ranges::find(schemaNames, asked);
    if (name == schemaNames.end()) {
        streams.err << fmt::format("cmksim schema: error: there is no schema {}; {}\n", inQuotes(asked),
                                   suggestion(asked, schemaNames));
        return ExitCode::WrongInput;
    }
    DiskFileReader files;
    Diagnostics diagnostics;
    Catalog catalog = loadCatalog(arguments, files, diagnostics);
    const std::string text = schemaText(static_cast<SchemaKind>(name - schemaNames.begin()), catalog, diagnostics);
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
        "what can be caught without looking at a file as a whole. KIND is scenario, estate, model, platform or azure; "
        "run or bounds, for one line of what these print with '--format json'; or test, coverage or "
        "diff, for the JSON that these print. With --models it knows your own services too. An editor with the YAML "
        "language server finds a schema through the first line of a file: # yaml-language-server: $schema=PATH",
    .leastArguments = 0,
    .mostArguments = 1,
    .options = schema_command::schemaOptions,
    .run = schema_command::run,
};

} // namespace cmksim::program
