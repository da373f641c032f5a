#include "az/command_line.hpp"

#include "az/command_refusal.hpp"
#include "az/key_parts.hpp"
#include "az/placeholder.hpp"
#include "az/shell_line.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "catalog/azure_reader.hpp"
#include "catalog/fact_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>

namespace cmksim::az {

namespace {

bool isOption(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

/// The words of a command without its options, one blank apart.
std::string joined(std::span<const ShellWord> words) {
    std::string text;
    for (const ShellWord& word : words) {
        text.append(text.empty() ? "" : " ").append(word.text);
    }
    return text;
}

class CommandLineReader {
public:
    CommandLineReader(std::span<const ShellWord> words, const std::vector<AzureTerms>& terms,
                      CommandComplaints& complaints)
        : words_{words}, terms_{terms}, complaints_{complaints} {}

    std::optional<CommandLine> read() {
        if (!findCommand()) {
            return std::nullopt;
        }
        while (at_ < words_.size()) {
            option();
        }
        if (sound_) {
            checkAlways();
            checkRefusals();
        }
        for (const GivenOption& given : line_.given) {
            if (!given.option->leftOut.empty()) {
                complaints_.warn(given.raw,
                                 fmt::format("{} is left out: {}", inQuotes(given.raw), given.option->leftOut));
            }
        }
        return sound_ ? std::optional{std::move(line_)} : std::nullopt;
    }

private:
    void complain(std::string_view at, std::string message, std::string help = {}) {
        complaints_.complain(at, std::move(message), std::move(help));
        sound_ = false;
    }

    /// The longest command whose words the line begins with.
    bool findCommand() {
        const auto end = std::ranges::find_if(words_, [](const ShellWord& word) { return isOption(word.text); });
        const std::span<const ShellWord> head{words_.begin(), end};
        const bool asksForHelp = std::ranges::any_of(
            words_, [](const ShellWord& word) { return word.text == "-h" || word.text == "--help"; });
        if (asksForHelp) {
            take("* help");
        }
        for (std::size_t length = head.size(); length > 0 && !line_.rule; --length) {
            take(joined(head.first(length)));
            at_ = length;
        }
        if (!line_.rule && !head.empty()) {
            takeByVerb(head.back().text);
        } else if (line_.rule) {
            takeByValue();
        }
        if (!line_.rule) {
            std::vector<std::string_view> known;
            for (const AzureTerms& terms : terms_) {
                for (const CommandRule& rule : terms.commands) {
                    known.push_back(rule.words.starts_with("* ") ? std::string_view{} : rule.words);
                }
            }
            const std::string name = joined(head);
            complain(words_.front().raw, fmt::format("there is no command {} here", inQuotes("az " + name)),
                     suggestion(name, known));
            return false;
        }
        if (!line_.rule->notYet.empty()) {
            complain(words_.front().raw,
                     fmt::format("'az {}' is not simulated yet: {}", line_.rule->words, line_.rule->notYet));
            return false;
        }
        line_.words = asksForHelp ? joined(head) + " --help" : isOfAnyName() ? joined(head) : line_.rule->words;
        for (; at_ < head.size() && !line_.rule->takesWords; ++at_) {
            complainOfArgument(head[at_]);
        }
        at_ = head.size();
        return sound_;
    }

    void take(std::string_view name) {
        for (const AzureTerms& terms : terms_) {
            for (const CommandRule& rule : terms.commands) {
                if (rule.words == name) {
                    line_.rule = &rule;
                    line_.terms = &terms;
                    return;
                }
            }
        }
    }

    /// A command that is known with one value of an option only is, with another, what that says as a verb:
    /// `rest --method get`.
    void takeByValue() {
        const CommandRule* known = line_.rule;
        const AzureTerms* terms = line_.terms;
        for (const auto& [option, value] : known->always) {
            if (isPlaceholder(value)) {
                continue;
            }
            const auto given = std::ranges::find(words_, option, &ShellWord::text);
            if (given == words_.end() || std::next(given) == words_.end()) {
                continue;
            }
            const std::string verb = lowerCase(std::next(given)->text);
            if (verb != lowerCase(value)) {
                line_.rule = nullptr;
                takeByVerb(verb);
            }
        }
        if (!line_.rule) {
            line_.rule = known;
            line_.terms = terms;
        }
    }

    /// Commands of any name with one verb, `* list`, `* get-*`: they only read, whatever it is.
    void takeByVerb(std::string_view verb) {
        take(fmt::format("* {}", verb));
        if (const std::size_t dash = verb.find('-'); !line_.rule && dash != std::string_view::npos) {
            take(fmt::format("* {}-*", verb.substr(0, dash)));
        }
    }

    [[nodiscard]] bool isOfAnyName() const { return line_.rule->words.starts_with("* "); }

    /// The options of the command in hand, and those of every command.
    template <class Visit>
    void forEachOption(Visit visit) const {
        for (const CommandOption& option : line_.rule->options) {
            visit(option);
        }
        for (const AzureTerms& terms : terms_) {
            for (const CommandOption& option : terms.everywhere) {
                if (!hasItsOwn(option)) {
                    visit(option);
                }
            }
        }
    }

    /// Whether the command in hand takes an option of the same name itself.
    [[nodiscard]] bool hasItsOwn(const CommandOption& everywhere) const {
        return std::ranges::any_of(line_.rule->options, [&](const CommandOption& option) {
            return std::ranges::find_first_of(option.names, everywhere.names) != option.names.end();
        });
    }

    /// Whether an option names a vault of another kind, where one beside it names an ordinary one.
    [[nodiscard]] bool isOfOtherKind(const CommandOption& option) const {
        return !option.vaultKind.empty() && std::ranges::any_of(line_.rule->options, [&](const CommandOption& other) {
            return other.vaultKind.empty() && other.sets == option.sets;
        });
    }

    [[nodiscard]] std::string optionsOfCommand() const {
        std::string text;
        for (const CommandOption& option : line_.rule->options) {
            if (!option.sets.empty() && !isOfOtherKind(option) && (!isListed(option.sets) || isWholeKey(option.sets))) {
                text.append(text.empty() ? "its options: " : ", ").append(option.names.front());
            }
        }
        return text;
    }

    /// The option of that name; one that the beginning of its name tells from all others will do.
    [[nodiscard]] const CommandOption* find(std::string_view name, std::vector<std::string_view>& candidates) const {
        const CommandOption* exact = nullptr;
        std::vector<const CommandOption*> begun;
        forEachOption([&](const CommandOption& option) {
            for (const std::string& one : option.names) {
                if (one == name && !exact) {
                    exact = &option;
                } else if (name.starts_with("--") && one.starts_with(name) && one.find(' ') == std::string::npos) {
                    candidates.push_back(one);
                    if (std::ranges::find(begun, &option) == begun.end()) {
                        begun.push_back(&option);
                    }
                }
            }
        });
        return exact ? exact : begun.size() == 1 ? begun.front() : nullptr;
    }

    void complainOfArgument(const ShellWord& word) {
        constexpr std::string_view dashes[] = {"–", "—", "−"};
        const bool dash = std::ranges::any_of(dashes, [&](std::string_view d) { return word.text.starts_with(d); });
        complain(word.raw, fmt::format("'az {}' takes no argument {}", line_.rule->words, inQuotes(word.text)),
                 dash ? "an option begins with '--', not with a typographic dash" : optionsOfCommand());
    }

    void option() {
        const ShellWord& word = words_[at_++];
        if (!isOption(word.text)) {
            if (!isOfAnyName() && !line_.rule->takesWords) {
                complainOfArgument(word);
            }
            return;
        }
        if (word.text == "--") {
            complain(word.raw, "'--' says nothing", "an option has a name after it");
            return;
        }
        std::string_view name = word.text;
        std::optional<ShellWord> attached;
        if (const std::size_t equals = name.find('='); equals != std::string_view::npos) {
            attached = ShellWord{std::string{name.substr(equals + 1)}, word.raw};
            name = name.substr(0, equals);
        }
        std::vector<std::string_view> candidates;
        const CommandOption* found = find(name, candidates);
        if (!found && !name.starts_with("--") && name.size() > 2) { // -nVALUE
            found = find(name.substr(0, 2), candidates);
            attached = ShellWord{word.text.substr(2), word.raw};
        }
        if (!found && isOneOfOthers(word, name, candidates)) {
            skipValues();
            return;
        }
        if (!found && isOfAnyName()) { // which options there are is not known, and changes nothing
            skipValues();
            return;
        }
        if (!found) {
            unknown(word, name, candidates);
            return;
        }
        values(*found, word, std::move(attached));
    }

    [[nodiscard]] std::vector<std::string_view> knownOptions() const {
        std::vector<std::string_view> known;
        forEachOption(
            [&](const CommandOption& option) { known.insert(known.end(), option.names.begin(), option.names.end()); });
        return known;
    }

    /// Whether it is an option of a command of which not all are listed, and no slip of the pen; it is told.
    bool isOneOfOthers(const ShellWord& word, std::string_view name, const std::vector<std::string_view>& candidates) {
        if (line_.rule->others.empty() || !candidates.empty() || !nearestName(name, knownOptions()).empty()) {
            return false;
        }
        complaints_.warn(word.raw, fmt::format("{} is left out: {}", inQuotes(name), line_.rule->others));
        return true;
    }

    void unknown(const ShellWord& word, std::string_view name, const std::vector<std::string_view>& candidates) {
        const std::vector<std::string_view> known = knownOptions();
        std::string help = nearestName(name, known).empty() ? optionsOfCommand() : suggestion(name, known);
        if (!candidates.empty()) {
            help = "it may be ";
            for (std::size_t i = 0; i < candidates.size(); ++i) {
                help.append(i == 0 ? "" : " or ").append(candidates[i]);
            }
        }
        complain(word.raw, fmt::format("'az {}' has no option {}", line_.rule->words, inQuotes(name)), std::move(help));
        skipValues();
    }

    void skipValues() {
        while (at_ < words_.size() && !isOption(words_[at_].text)) {
            ++at_;
        }
    }

    void values(const CommandOption& option, const ShellWord& word, std::optional<ShellWord> attached) {
        GivenOption given{&option, word.raw, {}};
        const bool many = option.shape == OptionShape::List || option.shape == OptionShape::Each;
        const bool pairs = option.sets.starts_with("properties");
        const bool optional = option.shape == OptionShape::Switch || option.shape == OptionShape::Inverse ||
                              !option.leftOut.empty(); // whatever it says is told, be it a flag
        if (attached) {
            given.values.push_back(std::move(*attached));
        } else if (option.shape != OptionShape::Flag) {
            while (at_ < words_.size() && !isOption(words_[at_].text) && (many || pairs || given.values.empty())) {
                given.values.push_back(words_[at_++]);
            }
        }
        for (ShellWord& value : given.values) {
            value.text = withNamesFilledIn(std::move(value.text));
        }
        if (given.values.empty() && !optional && option.shape != OptionShape::Flag) {
            complain(word.raw, fmt::format("'{}' needs a value", option.names.front()));
        } else if (!given.values.empty() && option.shape == OptionShape::Flag) {
            complain(word.raw, fmt::format("'{}' takes no value", option.names.front()));
        }
        if (option.sets == catalog::parametersOption) {
            parameters(given);
        }
        if (isListed(option.sets) && isWholeKey(option.sets)) {
            keyOfList(std::move(given));
            return;
        }
        std::erase_if(line_.given, [&](const GivenOption& other) { return other.option == &option; });
        line_.given.push_back(std::move(given));
    }

    /// `NAME=VALUE`, of which some stand for arguments: each is as an option `--parameters NAME`.
    void parameters(const GivenOption& given) {
        for (const ShellWord& word : given.values) {
            const std::size_t equals = word.text.find('=');
            if (equals == std::string::npos) {
                continue; // a file
            }
            const std::string name = fmt::format("{} {}", given.option->names.front(), word.text.substr(0, equals));
            for (const CommandOption& one : line_.rule->options) {
                if (std::ranges::find(one.names, name) != one.names.end()) {
                    std::erase_if(line_.given, [&](const GivenOption& other) { return other.option == &one; });
                    line_.given.push_back({&one, word.raw, {{word.text.substr(equals + 1), word.raw}}});
                }
            }
        }
    }

    /// `NAME=VALUE …` of one key, each as an option `--encryption-config NAME`. Another such option is another key.
    void keyOfList(GivenOption given) {
        given.number =
            1 + static_cast<std::size_t>(std::ranges::count(line_.given, given.option, &GivenOption::option));
        const std::string& name = given.option->names.front();
        std::vector<std::string_view> known;
        for (const CommandOption& one : line_.rule->options) {
            if (one.names.front().starts_with(name + ' ')) {
                known.push_back(std::string_view{one.names.front()}.substr(name.size() + 1));
            }
        }
        for (const ShellWord& word : given.values) {
            const std::size_t equals = std::min(word.text.find('='), word.text.size());
            const std::string part = word.text.substr(0, equals);
            const auto option = std::ranges::find_if(line_.rule->options, [&](const CommandOption& one) {
                return one.names.front() == fmt::format("{} {}", name, part);
            });
            if (equals == word.text.size()) {
                complain(word.raw, fmt::format("expected NAME=VALUE behind '{}', not {}", name, inQuotes(word.text)),
                         fmt::format("its names: {}", fmt::join(known, ", ")));
                continue;
            }
            if (option == line_.rule->options.end()) {
                complain(word.raw, fmt::format("'{}' of 'az {}' takes no {}", name, line_.rule->words, inQuotes(part)),
                         nearestName(part, known).empty() ? fmt::format("its names: {}", fmt::join(known, ", "))
                                                          : suggestion(part, known));
                continue;
            }
            std::erase_if(line_.given, [&](const GivenOption& other) {
                return other.option == &*option && other.number == given.number;
            });
            line_.given.push_back({&*option, word.raw, {{word.text.substr(equals + 1), word.raw}}, given.number});
        }
        line_.given.push_back(std::move(given));
    }

    /// Options whose value makes the command what it is.
    void checkAlways() {
        for (const auto& [name, value] : line_.rule->always) {
            if (isPlaceholder(value)) {
                continue; // whatever a person fills in
            }
            const GivenOption* option = given(name);
            if (option == nullptr || option->values.empty() ||
                lowerCase(option->values.front().text) != lowerCase(value)) {
                complain(option == nullptr ? words_.front().raw : option->raw,
                         fmt::format("'az {}' is known here with '{} {}' only", line_.rule->words, name, value));
            }
        }
    }

    [[nodiscard]] const GivenOption* given(std::string_view name) const {
        const auto found = std::ranges::find_if(line_.given, [&](const GivenOption& one) {
            return std::ranges::find(one.option->names, name) != one.option->names.end();
        });
        return found != line_.given.end() ? &*found : nullptr;
    }

    /// What the tool, or the service behind it, refuses whatever the estate is like.
    void checkRefusals() {
        for (const CommandRefusal& refusal : line_.rule->refusals) {
            const GivenOption* option = given(refusal.option);
            if (option == nullptr || (!refusal.without.empty() && given(refusal.without) != nullptr) ||
                (!refusal.beside.empty() && given(refusal.beside) == nullptr)) {
                continue;
            }
            const std::string value = option->values.empty() ? "true" : option->values.front().text;
            if (!speaksOf(refusal, value)) {
                continue;
            }
            const std::string status = refusal.status == 0 ? std::string{} : fmt::format("{} ", refusal.status);
            std::string says = refusal.says.substr(0, refusal.says.find_last_not_of('.') + 1);
            if (const std::size_t hole = says.find("{value}"); hole != std::string::npos) {
                says.replace(hole, std::string_view{"{value}"}.size(), value);
            }
            complain(option->raw,
                     fmt::format("'az {}' is refused, {}{}: {}", line_.rule->words, status, refusal.error, says),
                     refusal.fix);
        }
    }

    std::span<const ShellWord> words_;
    const std::vector<AzureTerms>& terms_;
    CommandComplaints& complaints_;
    std::size_t at_ = 0;
    bool sound_ = true;
    CommandLine line_;
};

} // namespace

std::optional<CommandLine> readCommandLine(const std::vector<ShellWord>& words, std::string_view command,
                                           const std::vector<AzureTerms>& terms, CommandComplaints& complaints) {
    std::span<const ShellWord> rest{words};
    if (!rest.empty() && isProgram(rest.front().text)) {
        rest = rest.subspan(1);
    }
    if (rest.empty() || isOption(rest.front().text)) {
        complaints.complain(rest.empty() ? command : rest.front().raw, "expected a command of the Azure CLI",
                            "such as keyvault key delete --vault-name VAULT --name KEY");
        return std::nullopt;
    }
    return CommandLineReader{rest, terms, complaints}.read();
}

} // namespace cmksim::az
