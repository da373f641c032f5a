// What the program's commands have in common: how their command lines are described and read, where their output goes.
#pragma once

#include "schema/kind.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::program {

/// What the program tells its caller.
enum class ExitCode : int {
    Done = 0,
    FellShort = 1,  // the simulation ran, and an expectation failed or something was refused unexpectedly
    WrongInput = 2, // nothing was simulated
    InternalError = 3,
    Undecided = 4,     // nothing fell short in what was looked at, but a search or a time limit ended early
    CannotWrite = 5,   // an output
    Interrupted = 130, // by SIGINT
    Terminated = 143,  // by SIGTERM
};

/// What an exit code says, for the manual and for help.
struct ExitCodeText {
    ExitCode code{};
    std::string_view meaning;
};
inline constexpr std::array exitCodeTexts{
    ExitCodeText{ExitCode::Done, "done; every expectation held"},
    ExitCodeText{ExitCode::FellShort, "the simulation ran, and something fell short"},
    ExitCodeText{ExitCode::WrongInput, "the input or the command line is wrong; nothing was simulated"},
    ExitCodeText{ExitCode::InternalError, "an internal error"},
    ExitCodeText{ExitCode::Undecided,
                 "undecided: nothing fell short in what was looked at, but a search or a time limit "
                 "cut it short"},
    ExitCodeText{ExitCode::CannotWrite, "an output could not be written"},
    ExitCodeText{ExitCode::Interrupted, "interrupted; what was known so far was printed"},
    ExitCodeText{ExitCode::Terminated, "terminated; what was known so far was printed"}};

/// What a command does with the file that an option names.
enum class FileRole : std::uint8_t {
    None,
    Read,
    Written,
    WrittenAs, // FORMAT=FILE
    Updated,   // read where it is there, then written
};

/// The whole numbers that an option takes.
struct NumberRange {
    std::uint64_t least = 0;
    std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

/// One option, the single definition behind parsing, checking, help, completion and the manual. A value is checked
/// before a command begins: as one of the words of a placeholder like `text|json`, as a pair where that is of the form
/// `NAME=VALUE`, as a part where it is `I/N`, and as a whole number where a range is given.
struct OptionRule {
    std::string_view name;        // without the dashes
    std::string_view placeholder; // of its value; empty: it takes none
    std::string_view meaning;
    bool repeatable = false;
    std::string_view letter = {}; // its short form, without the dash
    FileRole file = FileRole::None;
    std::optional<NumberRange> range = {};
};

constexpr OptionRule withNumbers(OptionRule option, std::uint64_t least,
                                 std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
    option.range = NumberRange{least, most};
    return option;
}

/// The words among which an option chooses, where its placeholder lists them: `text|json`. The reader of a command line
/// has been told that a value is one of them.
std::vector<std::string_view> wordsOf(const OptionRule& option);

/// A file that a command line asks for.
struct OutputPath {
    std::string path;
    bool isOneOfMany = false; // FORMAT=FILE
    bool isUpdated = false;   // and so read
};

/// What stood on a command line, once it has been found sound.
class Arguments {
public:
    std::vector<std::string> positional;
    std::vector<std::string> inputs; // the files that it names
    std::vector<OutputPath> outputs;
    std::vector<std::string> words; // the command and what shapes its result

    void add(std::string_view option, std::string value);

    [[nodiscard]] bool has(std::string_view option) const { return values_.contains(option); }
    /// The last value given, or nothing.
    [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
    /// All values given, in order.
    [[nodiscard]] std::vector<std::string> values(std::string_view option) const;
    /// All values of an option of the form NAME=VALUE.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> assignments(std::string_view option) const;
    /// The value of an option that takes whole numbers.
    [[nodiscard]] std::optional<std::uint64_t> number(std::string_view option) const;

private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

/// Where a command writes.
struct Streams {
    std::ostream& out;
    std::ostream& err;
    bool outIsTerminal = false; // colour, and the terminal's width, only then
    bool errIsTerminal = false; // progress only then
    bool ascii = false;         // texts for people have no other characters
};

/// One command of the program.
struct Command {
    std::string_view name;
    std::string_view synopsis; // of its positional arguments: `FILE…`
    std::string_view summary;
    std::string_view details;
    std::size_t leastArguments = 0;
    std::size_t mostArguments = 0;
    std::span<const OptionRule> options;
    ExitCode (*run)(const Arguments& arguments, const Streams& streams);
    std::span<const schema::Kind> results = {}; // what it prints as JSON, for `cmksim schema`
    bool isInteractive = false;                 // Ctrl-C and time are its own matter
};

/// Its own options, that of every command, and those of every command that works for a while on files.
std::vector<OptionRule> optionsOf(const Command& command);

/// Reads the part of a command line behind the command's name. Reports what is wrong with it and returns nothing.
std::optional<Arguments> readArguments(const Command& command, std::span<const std::string> words, std::ostream& err);

/// Runs the program: what `main` does, without the process around it. `within` is how long it may take, where its
/// command line does not give it less.
ExitCode runProgram(std::span<const std::string> words, const Streams& streams,
                    std::optional<std::chrono::milliseconds> within = {});

} // namespace cmksim::program
