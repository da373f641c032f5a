#include "reads/read_command.hpp"

#include "az/command_line.hpp"
#include "az/shell_script.hpp"
#include "az/shell_words.hpp"

namespace cmksim::reads {

namespace {

class NoComplaints final : public CommandComplaints {
public:
    void complain(std::string_view /*at*/, std::string /*message*/, std::string /*help*/) override {}
    void warn(std::string_view /*at*/, std::string /*message*/) override {}
};

} // namespace

std::optional<ReadCommand> readCommandOf(std::string_view command, const std::vector<AzureTerms>& terms,
                                         const ReadShapes& shapes) {
    NoComplaints complaints;
    ShellSession shell;
    command = shell.read(command).command;
    const auto line = readCommandLine(splitShellWords(command).words, command, terms, complaints);
    if (!line) {
        return std::nullopt;
    }
    const auto found = shapes.commands.find(line->rule->words);
    ReadCommand read{.words = line->words,
                     .shape = found != shapes.commands.end() ? &found->second : nullptr,
                     .isOfAnyName = line->rule->words.starts_with("* ") && !line->words.ends_with("--help"),
                     .terms = line->terms,
                     .format = "json",
                     .query = std::nullopt,
                     .grants = {},
                     .things = {},
                     .managed = &shapes.managed};
    for (const GivenOption& option : line->given) {
        const std::string_view sets = option.option->sets;
        const std::string value = option.values.empty() ? std::string{} : option.values.front().text;
        if (sets == outputFormat) {
            read.format = value;
        } else if (sets == outputQuery) {
            read.query = Query::read(value);
        } else if (sets == "output.principal") {
            read.grants.principal = value;
        } else if (sets == "output.role") {
            read.grants.role = value;
        } else if (sets == "output.scope") {
            read.grants.scope = value;
        } else if (sets == "output.everywhere") {
            read.grants.everywhere = true;
        } else if (sets == "output.inherited") {
            read.grants.inherited = true;
        } else if (sets == "output.name") {
            read.things.name = value;
        } else if (sets == "output.type") {
            read.things.type = value;
        }
    }
    return read;
}

} // namespace cmksim::reads
