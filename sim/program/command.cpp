#include "program/command.hpp"

#include "program/commands.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "program/limits.hpp"
#include "program/loading.hpp"
#include "program/number_options.hpp"
#include "program/output.hpp"
#include "program/terminal.hpp"
#include "program/version.hpp"

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace options = boost::program_options;

namespace {

constexpr OptionRule asciiOption{"ascii", "", "texts for people have ASCII characters alone"};

/// What the library files positional arguments under; no option can be called so.
constexpr const char* positionalName = "positional arguments";

options::options_description described(const Command& command) {
    options::options_description description;
    for (const OptionRule& option : optionsOf(command)) {
        std::string name{option.name};
        if (!option.letter.empty()) {
            name.append(",").append(option.letter);
        }
        if (option.placeholder.empty()) {
            description.add_options()(name.c_str(), "");
        } else {
            description.add_options()(name.c_str(), options::value<std::vector<std::string>>()->composing(), "");
        }
    }
    description.add_options()("help", "");
    description.add_options()(positionalName, options::value<std::vector<std::string>>()->composing(), "");
    return description;
}

std::optional<OptionRule> find(const Command& command, std::string_view name) {
    const std::vector<OptionRule> all = optionsOf(command);
    const auto found = std::ranges::find(all, name, &OptionRule::name);
    return found == all.end() ? std::nullopt : std::optional{*found};
}

bool takesFiles(const Command& command) {
    return command.synopsis.find("FILE") != std::string_view::npos ||
           command.synopsis.find("PATH") != std::string_view::npos ||
           command.synopsis.find("CHANGE") != std::string_view::npos;
}

/// How long a command may take in all. A suite watches its own times, and has a while for its report.
std::optional<std::chrono::milliseconds> limitOf(const Command& command, const Arguments& arguments) {
    constexpr std::chrono::seconds forTheReport{5};
    const auto each = secondsOf(arguments, timeoutOption);
    const auto all = secondsOf(arguments, timeoutTotalOption);
    const bool hasCases =
        std::ranges::find(command.options, timeoutOption.name, &OptionRule::name) != command.options.end();
    if (hasCases) {
        return all ? std::optional{*all + forTheReport} : std::nullopt;
    }
    return shorter(each, all);
}

ExitCode runWithLimits(const Command& command, const Arguments& arguments, const Streams& streams,
                       std::optional<std::chrono::milliseconds> within) {
    if (command.isInteractive) {
        return command.run(arguments, streams);
    }
    const LimitWatch watch{shorter(limitOf(command, arguments), within)};
    const ExitCode code = command.run(arguments, streams);
    return exitCodeOf(LimitWatch::ending(), code);
}

std::string unknownOption(const Command& command, std::string_view given) {
    given = given.substr(0, given.find('='));
    const std::string_view written = given;
    given.remove_prefix(std::min(given.find_first_not_of('-'), given.size()));
    std::vector<std::string_view> known{"help"};
    for (const OptionRule& option : optionsOf(command)) {
        known.push_back(option.name);
    }
    const std::string_view nearest = nearestName(given, known);
    return fmt::format("unknown option {}{}", inQuotes(written),
                       nearest.empty() ? "" : fmt::format("; did you mean '--{}'?", nearest));
}

/// The library takes a word behind an option for the next option where there is one of that name.
std::string dashHelp(const options::invalid_command_line_syntax& error, std::span<const std::string> words) {
    const auto option = std::ranges::find(words, error.get_option_name());
    if (error.kind() != options::invalid_syntax::missing_parameter || option == words.end() ||
        std::next(option) == words.end()) {
        return {};
    }
    const std::string given = *option + '=' + *std::next(option);
    return fmt::format("; a value that begins with '-' is given as {}", inQuotes(given));
}

/// What is wrong with a value of an option; empty when nothing is.
std::string problemOf(const OptionRule& option, const std::string& value) {
    const auto expected = [&](std::string_view what) {
        return fmt::format("--{}: expected {}, not {}", option.name, what, inQuotes(value));
    };
    const std::vector<std::string_view> known = wordsOf(option);
    if (!known.empty()) {
        return std::ranges::find(known, value) != known.end()
                   ? std::string{}
                   : withSuggestion(fmt::format("unknown {} {}", option.name, inQuotes(value)), value, known);
    }
    if (option.range) {
        const auto number = parseNumber<std::uint64_t>(value);
        const auto [least, most] = *option.range;
        const bool isOpen = most == std::numeric_limits<std::uint64_t>::max();
        return number && *number >= least && *number <= most ? std::string{}
               : isOpen                                      ? expected(fmt::format("a whole number from {} on", least))
                        : expected(fmt::format("a whole number from {} to {}", least, most));
    }
    if (option.placeholder == "I/N" && !parsePart(value)) {
        return expected("I/N, a part of a whole such as 1/4");
    }
    const bool isPair = option.placeholder.find('=') != std::string_view::npos;
    return isPair && (value.find('=') == std::string::npos || value.starts_with('=')) ? expected(option.placeholder)
                                                                                      : std::string{};
}

/// Whether a result can differ by an option: not by where it goes, nor by how many threads work on it.
bool shapesResult(const OptionRule& option) {
    return option.file != FileRole::Written && option.file != FileRole::WrittenAs && option.name != jobsOption.name &&
           option.name != quietOption.name;
}

/// Notes which files a command line names.
void noteFiles(const Command& command, Arguments& arguments) {
    const std::size_t first = command.synopsis.ends_with(" FILE…") ? 1 : 0; // behind a word that is no file
    for (std::size_t i = first; takesFiles(command) && i < arguments.positional.size(); ++i) {
        arguments.inputs.push_back(arguments.positional[i]);
    }
    for (const OptionRule& option : optionsOf(command)) {
        for (const std::string& value : arguments.values(option.name)) {
            switch (option.file) {
            case FileRole::None: break;
            case FileRole::Read: arguments.inputs.push_back(value); break;
            case FileRole::Written: arguments.outputs.push_back({.path = value}); break;
            case FileRole::WrittenAs:
                arguments.outputs.push_back({.path = value.substr(value.find('=') + 1), .isOneOfMany = true});
                break;
            case FileRole::Updated: arguments.outputs.push_back({.path = value, .isUpdated = true}); break;
            }
        }
    }
}

/// Text behind a margin, broken at spaces.
void printWrapped(std::ostream& out, std::string_view text, std::size_t margin, std::size_t width) {
    std::size_t column = margin;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        if (column > margin && column + 1 + word.size() > width) {
            out << '\n' << std::string(margin, ' ');
            column = margin;
        }
        if (column > margin) {
            out << ' ';
            ++column;
        }
        out << word;
        column += word.size();
        text.remove_prefix(std::min(text.size(), word.size() + 1));
    }
    out << '\n';
}

void printRow(std::ostream& out, std::string_view name, std::string_view text, std::size_t margin, std::size_t width) {
    out << fmt::format("  {:<{}}", name, margin - 2);
    if (name.size() + 2 >= margin) { // what it means begins on a line of its own
        out << '\n' << std::string(margin, ' ');
    }
    printWrapped(out, text, margin, width);
}

/// Help is as wide as other texts are, and in ASCII where that is asked for.
template <class Print>
void printAsWanted(const Streams& streams, std::ostream& out, Print print) {
    const auto width = static_cast<std::size_t>(textStyle(false, streams).columns);
    std::ostringstream text;
    print(text, width);
    out << (streams.ascii ? asciiOnly(text.str()) : text.str());
}

void printHelp(std::ostream& out, std::size_t width) {
    printWrapped(out, "cmksim replays what happens to encrypted cloud resources when their key goes away.", 0, width);
    out << "\nUsage: cmksim COMMAND [OPTIONS] ARGS\n\nCommands\n";
    for (const Command& command : commands()) {
        printRow(out, command.name, command.summary, 14, width);
    }
    out << '\n';
    printRow(out, "--help", "this text; 'cmksim COMMAND --help' and 'cmksim help COMMAND' show the command's own", 14,
             width);
    printRow(out, "--version", "which cmksim this is", 14, width);
}

void printHelp(const Command& command, std::ostream& out, std::size_t width) {
    out << fmt::format("Usage: cmksim {} [OPTIONS] {}\n\n", command.name, command.synopsis);
    printWrapped(out, command.details, 0, width);
    out << "\nOptions\n";
    constexpr std::size_t margin = 28;
    for (const OptionRule& option : optionsOf(command)) {
        std::string name = option.letter.empty() ? "" : fmt::format("-{}, ", option.letter);
        name += fmt::format("--{}{}{}", option.name, option.placeholder.empty() ? "" : " ", option.placeholder);
        printRow(out, name, option.meaning, margin, width);
    }
    printRow(out, "--help", "this text", margin, width);
}

void printHelp(const Streams& streams, std::ostream& out) {
    printAsWanted(streams, out, [](std::ostream& text, std::size_t width) { printHelp(text, width); });
}

void printHelp(const Command& command, const Streams& streams) {
    printAsWanted(streams, streams.out,
                  [&](std::ostream& text, std::size_t width) { printHelp(command, text, width); });
}

/// A command line that asks for help, without `--ascii`.
std::vector<std::string> withoutAscii(std::span<const std::string> words) {
    std::vector<std::string> rest;
    std::ranges::copy_if(words, std::back_inserter(rest),
                         [](const std::string& word) { return word != fmt::format("--{}", asciiOption.name); });
    return rest;
}

} // namespace

std::vector<OptionRule> optionsOf(const Command& command) {
    std::vector<OptionRule> all{command.options.begin(), command.options.end()};
    all.push_back(asciiOption);
    for (const OptionRule& shared : {timeoutOption, timeoutTotalOption}) {
        const bool isOwn = std::ranges::find(all, shared.name, &OptionRule::name) != all.end();
        if (takesFiles(command) && !command.isInteractive && !isOwn) {
            all.push_back(shared);
        }
    }
    return all;
}

std::vector<std::string_view> wordsOf(const OptionRule& option) {
    std::vector<std::string_view> words;
    std::string_view rest = option.placeholder;
    while (option.placeholder.find('|') != std::string_view::npos && !rest.empty()) {
        const std::size_t bar = std::min(rest.find('|'), rest.size());
        words.push_back(rest.substr(0, bar));
        rest.remove_prefix(std::min(bar + 1, rest.size()));
    }
    return words;
}

void Arguments::add(std::string_view option, std::string value) {
    values_[std::string{option}].push_back(std::move(value));
}

std::optional<std::string> Arguments::value(std::string_view option) const {
    const auto found = values_.find(option);
    return found == values_.end() ? std::nullopt : std::optional{found->second.back()};
}

std::vector<std::string> Arguments::values(std::string_view option) const {
    const auto found = values_.find(option);
    return found == values_.end() ? std::vector<std::string>{} : found->second;
}

std::vector<std::pair<std::string, std::string>> Arguments::assignments(std::string_view option) const {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const std::string& value : values(option)) {
        const std::size_t sign = value.find('=');
        pairs.emplace_back(value.substr(0, sign), value.substr(sign + 1));
    }
    return pairs;
}

std::optional<std::uint64_t> Arguments::number(std::string_view option) const {
    const auto text = value(option);
    return text ? parseNumber<std::uint64_t>(*text) : std::nullopt;
}

std::optional<Arguments> readArguments(const Command& command, std::span<const std::string> words, std::ostream& err) {
    const auto fail = [&](std::string_view what) {
        err << fmt::format("cmksim {}: error: {}\nTry 'cmksim {} --help'.\n", command.name, what, command.name);
        return std::nullopt;
    };
    const options::options_description description = described(command);
    options::positional_options_description positional;
    positional.add(positionalName, -1);
    try {
        using namespace options::command_line_style;
        const auto parsed = options::command_line_parser{std::vector<std::string>{words.begin(), words.end()}}
                                .options(description)
                                .positional(positional)
                                .style(allow_long | long_allow_adjacent | long_allow_next | allow_short |
                                       allow_dash_for_short | short_allow_adjacent | short_allow_next)
                                .allow_unregistered()
                                .run();
        Arguments arguments;
        arguments.words.emplace_back(command.name);
        bool hasWrongValues = false; // all of them are reported
        for (const options::option& option : parsed.options) {
            if (option.unregistered) {
                return fail(unknownOption(command, option.original_tokens.front()));
            }
            if (option.position_key >= 0) {
                arguments.positional.insert(arguments.positional.end(), option.value.begin(), option.value.end());
                arguments.words.insert(arguments.words.end(), option.value.begin(), option.value.end());
                continue;
            }
            const std::optional<OptionRule> rule = find(command, option.string_key);
            if (!rule || shapesResult(*rule)) {
                std::ranges::copy(option.original_tokens, std::back_inserter(arguments.words));
            }
            if (rule && !rule->repeatable && arguments.has(rule->name)) {
                return fail(fmt::format("'--{}' is given more than once", rule->name));
            }
            if (rule && !option.value.empty()) {
                if (const std::string problem = problemOf(*rule, option.value.front()); !problem.empty()) {
                    err << fmt::format("cmksim {}: error: {}\n", command.name, problem);
                    hasWrongValues = true;
                }
            }
            arguments.add(option.string_key, option.value.empty() ? std::string{} : option.value.front());
        }
        // A word that looks like an option and is none reads as a file name to the library.
        for (const std::string& word : arguments.positional) {
            if (word.size() > 1 && word.front() == '-') {
                return fail(unknownOption(command, word));
            }
        }
        if (arguments.has("help")) {
            return arguments;
        }
        if (arguments.positional.size() < command.leastArguments) {
            return fail(fmt::format("expected {}", command.synopsis));
        }
        if (arguments.positional.size() > command.mostArguments) {
            return fail(fmt::format("did not expect {}", inQuotes(arguments.positional[command.mostArguments])));
        }
        if (hasWrongValues) {
            return std::nullopt;
        }
        noteFiles(command, arguments);
        return arguments;
    } catch (const options::invalid_command_line_syntax& error) {
        return fail(error.what() + dashHelp(error, words));
    } catch (const options::error& error) {
        return fail(error.what());
    }
}

ExitCode runProgram(std::span<const std::string> given, const Streams& plain,
                    std::optional<std::chrono::milliseconds> within) {
    if (given.empty()) {
        printHelp(plain, plain.err);
        return ExitCode::WrongInput;
    }
    Streams streams = plain;
    std::vector<std::string> words{given.begin(), given.end()};
    if (words[0] == "help" || words[0] == "--help" || words[0] == "-h") {
        words = withoutAscii(given);
        streams.ascii = streams.ascii || words.size() < given.size();
    }
    const bool asksForHelp = words[0] == "help" && words.size() > 1;
    const bool asksForHelpOfHelp = asksForHelp && words.size() == 2 && words[1] == "help";
    if (words[0] == "--help" || words[0] == "-h" || (words[0] == "help" && !asksForHelp) || asksForHelpOfHelp) {
        printHelp(streams, streams.out);
        return finishOutput(streams);
    }
    if (words[0] == "--version") {
        streams.out << versionText();
        return finishOutput(streams);
    }
    const std::string& name = words[asksForHelp ? 1 : 0];
    const auto all = commands();
    const auto command = std::ranges::find(all, name, &Command::name);
    if (command == all.end()) {
        std::vector<std::string_view> known;
        for (const Command& one : all) {
            known.push_back(one.name);
        }
        const std::string help = suggestion(name, known);
        streams.err << fmt::format("cmksim: error: unknown command {}{}{}\nTry 'cmksim --help'.\n", inQuotes(name),
                                   help.empty() ? "" : "; ", help);
        return ExitCode::WrongInput;
    }
    if (asksForHelp && words.size() > 2) {
        streams.err << fmt::format("cmksim help: error: did not expect {}\nTry 'cmksim help {}'.\n", inQuotes(words[2]),
                                   name);
        return ExitCode::WrongInput;
    }
    if (asksForHelp) {
        printHelp(*command, streams);
        return finishOutput(streams);
    }
    const auto arguments = readArguments(*command, std::span{words}.subspan(1), streams.err);
    if (!arguments) {
        return ExitCode::WrongInput;
    }
    streams.ascii = arguments->has(asciiOption.name);
    if (arguments->has("help")) {
        printHelp(*command, streams);
        return finishOutput(streams);
    }
    if (const ExitCode sound = checkOutputs(*arguments, streams.err); sound != ExitCode::Done) {
        return sound;
    }
    const ExitCode code = runWithLimits(*command, *arguments, streams, within);
    if (code == ExitCode::CannotWrite) {
        return code; // as was told
    }
    const ExitCode written = finishOutput(streams);
    return written == ExitCode::Done ? code : written;
}

} // namespace cmksim::program
