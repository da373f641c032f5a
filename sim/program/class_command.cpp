// `cmksim class`.
#include "program/commands.hpp"

#include "base/text.hpp"
#include "program/loading.hpp"
#include "program/output.hpp"
#include "program/terminal.hpp"
#include "rehearsal/class_results.hpp"
#include "schema/printed.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <ostream>
#include <set>
#include <sstream>
#include <system_error>

namespace cmksim::program {

namespace {
namespace class_command {

constexpr OptionRule formatOption{"format", "text|csv|json|html",
                                  "a table (the default), comma-separated values, a JSON object a drill, or a page"};

constexpr std::array classOptions{formatOption, outputOption, quietOption};

std::string reportOf(const std::vector<ClassDrill>& drills, std::string_view format, const TextStyle& style) {
    std::ostringstream text;
    if (format == "csv") {
        writeClassCsv(drills, text);
    } else if (format == "json") {
        for (const ClassDrill& drill : drills) {
            text << classJson(drill).line() << '\n';
        }
    } else if (format == "html") {
        writeClassPage(drills, text);
    } else {
        writeClassText(drills, style, text);
    }
    return std::move(text).str();
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    DiskFileReader files;
    Diagnostics diagnostics;
    std::vector<ClassResult> results;
    std::set<std::filesystem::path> seen;
    for (const std::string& path : arguments.positional) {
        std::error_code none;
        const std::filesystem::path whole = std::filesystem::weakly_canonical(path, none);
        if (!none && !seen.insert(whole).second) {
            if (!arguments.has(quietOption.name)) {
                streams.err << fmt::format("{}: warning: the file is given more than once, and counts once\n",
                                           printable(path));
            }
            continue;
        }
        if (const auto source = files.read(path, {}, diagnostics)) {
            readResults(source, std::filesystem::path{path}.stem().string(), results, diagnostics);
        }
    }
    report(diagnostics, arguments, streams.err);
    if (diagnostics.hasErrors()) {
        return ExitCode::WrongInput;
    }
    const TextStyle style = textStyle(arguments.has(outputOption.name), streams);
    return writeOutput(reportOf(classOf(results), arguments.value(formatOption.name).value_or("text"), style),
                       arguments, streams);
}

/// What it prints as JSON.
JsonValue resultSchema(const KnownWords& /*words*/) {
    return printedSchema("A line of what cmksim class --format json prints", {classProperties()});
}
constexpr std::array classResults{schema::Kind{"class", resultSchema}};

} // namespace class_command
} // namespace

constinit const Command classCommand{
    .name = "class",
    .synopsis = "FILE…",
    .summary = "compare the results of a class of drills",
    .details =
        "Reads results that 'drill --format json' printed, one on each line or one a file. By drill: who repaired "
        "everything first and with how many commands, what was tried most, what stayed unrepaired longest, and "
        "the longest waits. A result without a '--player' is that of its file's name. A player who failed stands "
        "behind those who passed. Drills are in the order of the names of their files. A file that is given twice "
        "counts once.",
    .leastArguments = 1,
    .mostArguments = 10'000,
    .options = class_command::classOptions,
    .run = class_command::run,
    .results = class_command::classResults,
};

} // namespace cmksim::program
