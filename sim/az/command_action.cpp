#include "az/command_action.hpp"

#include "action/action.hpp"
#include "az/command_parts.hpp"
#include "az/command_target.hpp"
#include "az/command_values.hpp"
#include "az/flag_words.hpp"
#include "az/followed_keys.hpp"
#include "az/key_parts.hpp"
#include "az/property_text.hpp"
#include "az/query.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "catalog/azure_reader.hpp"
#include "catalog/fact_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

namespace cmksim::az {

namespace {

/// What an update of a resource says of nothing else at the same time.
constexpr std::string_view updatedAlone = "automaticRotation";

/// Whether an option says what a command prints, and how.
bool isOfOutput(std::string_view field) { return field.starts_with(outputPrefix); }

std::optional<bool> readSwitch(std::string_view text) {
    constexpr std::array<std::string_view, 5> yes{"true", "t", "yes", "y", "1"};
    constexpr std::array<std::string_view, 5> no{"false", "f", "no", "n", "0"};
    const std::string word = lowerCase(text);
    if (std::ranges::find(yes, word) != yes.end()) {
        return true;
    }
    return std::ranges::find(no, word) != no.end() ? std::optional{false} : std::nullopt;
}

class CommandReader {
public:
    CommandReader(const CommandLine& line, std::string_view command, const CommandContext& context,
                  CommandComplaints& complaints)
        : line_{line}, rule_{*line.rule}, command_{command}, context_{context}, complaints_{complaints},
          given_{line, command, context, complaints} {}

    std::vector<CommandAction> read() {
        checkOutput();
        std::vector<CommandAction> actions;
        for (const CommandTarget& target : targetsOf(given_)) {
            if (std::optional<CommandAction> action = actionOn(target)) {
                for (CommandAction& each : ofEachGrant(std::move(*action))) {
                    apart(std::move(each), actions);
                }
            }
        }
        return given_.isSound() ? std::move(actions) : std::vector<CommandAction>{};
    }

private:
    /// Which format is asked for, and whether what is to be picked of it can be.
    void checkOutput() {
        const GivenOption* format = given_.option(outputFormat);
        if (format != nullptr && std::ranges::find(outputFormats, format->values.front().text) == outputFormats.end()) {
            given_.complain(format->values.front().raw,
                            fmt::format("there is no output format {}", inQuotes(format->values.front().text)),
                            suggestion(format->values.front().text, outputFormats));
        }
        const GivenOption* query = given_.option(outputQuery);
        if (query != nullptr && rule_.effect != CommandEffect::Action && !Query::read(query->values.front().text)) {
            complaints_.warn(query->raw,
                             fmt::format("{} is left out: this kind of query is not simulated; everything is printed",
                                         inQuotes(query->raw)));
        }
    }

    std::optional<CommandAction> actionOn(const CommandTarget& target) {
        CommandAction action{rule_.effect, rule_.does, target.text, target.at, {}};
        if (action.name.starts_with('*')) {
            action.name.replace(0, 1, azureThingNames[static_cast<std::size_t>(target.thing)]);
        }
        if (rule_.effect != CommandEffect::Action) {
            return action;
        }
        const auto kind = actionNamed(action.name);
        if (!kind) {
            given_.complain(target.at, fmt::format("{} cannot be done to {}", given_.title(), inQuotes(target.text)));
            return std::nullopt;
        }
        for (const GivenOption& option : line_.given) {
            const std::string_view sets = option.option->sets;
            const bool standsForItself = sets != catalog::parametersOption && sets != catalog::othersOption &&
                                         !(isListed(sets) && isWholeKey(sets));
            if (!sets.empty() && !isTargetPart(sets) && !isOfOutput(sets) && standsForItself) {
                field(option, target, action);
            }
        }
        joinParts(given_, action);
        leaveVersions(given_, target.terms ? *target.terms : *line_.terms, action);
        fillIn(*kind, target, action);
        if (action.name == "vault.create" && !target.vaultKind.empty()) {
            action.fields.push_back({"kind", {target.vaultKind}, false, false, target.at});
        }
        if (given_.isSound() && leavesAsIs(*kind, action)) {
            complaints_.warn(command_, fmt::format("{} changes nothing here that is simulated", given_.title()));
            return std::nullopt;
        }
        if (!removesByFilter(action)) {
            checkNeeds(*kind, action);
        }
        return action;
    }

    static bool gives(const CommandAction& action, std::string_view name) {
        return std::ranges::find(action.fields, name, &CommandField::name) != action.fields.end();
    }

    /// Whether it takes away every grant that fits what it says, and leaves open whose or which.
    [[nodiscard]] bool removesByFilter(const CommandAction& action) const {
        const bool isClosed = gives(action, "identity") && gives(action, "role");
        const bool saysAny = gives(action, "identity") || gives(action, "role") || given_.option("target.scope");
        return action.name == "role.remove" && context_.held != nullptr && !isClosed && saysAny;
    }

    /// One action for each grant that there is by then, where it does not say itself which it means.
    std::vector<CommandAction> ofEachGrant(CommandAction action) {
        if (!removesByFilter(action)) {
            return {std::move(action)};
        }
        const auto said = [&](std::string_view name) -> std::string_view {
            const auto field = std::ranges::find(action.fields, name, &CommandField::name);
            return field != action.fields.end() && !field->values.empty() ? field->values.front() : std::string_view{};
        };
        std::vector<CommandAction> all;
        for (const HeldRole& held : *context_.held) {
            if (held.scope == action.target && (said("identity").empty() || said("identity") == held.identity) &&
                (said("role").empty() || said("role") == held.role)) {
                CommandAction& one = all.emplace_back(action);
                one.fields = {{"identity", {held.identity}, false, false, action.targetAt},
                              {"role", {held.role}, false, false, action.targetAt}};
            }
        }
        if (all.empty() && given_.isSound()) {
            given_.complain({},
                            fmt::format("{} is refused: no matched assignments were found to delete", given_.title()),
                            "at the scope itself this file gives none by then; those above it stay");
        }
        return all;
    }

    /// Whether the command only sets what nothing here depends on: tags, permissions on secrets. What is left out may
    /// be anything.
    [[nodiscard]] bool leavesAsIs(ActionKind kind, const CommandAction& action) const {
        const auto gives = [&](bool lists) {
            return std::ranges::any_of(line_.given, [&](const GivenOption& one) {
                const CommandOption& option = *one.option;
                return option.sets.empty() && option.leftOut.empty() && (!lists || option.shape == OptionShape::List) &&
                       option.shape != OptionShape::Flag;
            });
        };
        const auto isMissingList = [&](const ArgumentRule& argument) {
            return argument.required &&
                   std::ranges::find(action.fields, argument.name, &CommandField::name) == action.fields.end() &&
                   std::ranges::any_of(rule_.options, [&](const CommandOption& option) {
                       return option.sets == argument.name && option.shape == OptionShape::List;
                   });
        };
        const ActionRule& rule = ruleOf(kind);
        if (std::ranges::any_of(rule_.needs, isListed)) {
            return false; // without its key it is no command
        }
        const bool leavesOut = given_.leftOut() != nullptr;
        return !rule.traits.makes && ((needsArgument(rule) && action.fields.empty() && gives(false) && !leavesOut) ||
                                      (gives(true) && std::ranges::any_of(rule.arguments, isMissingList)));
    }

    [[nodiscard]] bool needsArgument(const ActionRule& rule) const {
        const bool changesOthers = std::ranges::any_of(
            line_.given, [](const GivenOption& one) { return one.option->sets == catalog::othersOption; });
        return rule.traits.needsArgument && !changesOthers;
    }

    void field(const GivenOption& given, const CommandTarget& target, CommandAction& action) {
        const std::string_view sets = given.option->sets;
        if (sets.starts_with("properties")) {
            properties(given, target, action);
            return;
        }
        if (sets == keyOperations) {
            checkOperations(given);
            return;
        }
        CommandField field{isListed(sets) ? numbered(sets, given.number) : std::string{fieldOf(sets)},
                           {},
                           given.option->shape == OptionShape::List,
                           false,
                           given.values.empty() ? given.raw : given.values.front().raw};
        if (given.option->shape == OptionShape::Switch || given.option->shape == OptionShape::Inverse) {
            const auto value = given.values.empty() ? std::optional{true} : readSwitch(given.values.front().text);
            if (!value) {
                given_.complain(given.values.front().raw,
                                fmt::format("expected true or false, not {}", inQuotes(given.values.front().text)));
                return;
            }
            field.values = {*value == (given.option->shape == OptionShape::Switch) ? "true" : "false"};
        }
        if (const auto words = flagPathOf(given.option->sets).words) {
            field.values = {flag(*words, given.values.front())};
        }
        for (const ShellWord& value : given.values) {
            if (field.values.empty() || field.list || given.option->shape == OptionShape::Each) {
                appendValue(fieldOf(sets), value, given_, field);
            }
        }
        action.fields.push_back(std::move(field));
    }

    /// True or false, by the word for it.
    std::string flag(const FlagWords& words, const ShellWord& said) {
        const std::optional<bool> value = flagOf(words, said.text);
        if (!value) {
            given_.complain(said.raw,
                            fmt::format("expected {} or {}, not {}", words.yes, words.no, inQuotes(said.text)));
        }
        return value.value_or(false) ? "true" : "false";
    }

    /// A key that is made for what the services of the estate ask of it is as any other.
    void checkOperations(const GivenOption& given) {
        std::vector<std::string_view> asked{"wrapKey", "unwrapKey"};
        for (const AzureTerms& terms : context_.terms) {
            if (!terms.service.empty() && context_.references.has(terms.service)) {
                asked.insert(asked.end(), terms.usesKeyTo.begin(), terms.usesKeyTo.end());
            }
        }
        const bool isAll = std::ranges::all_of(asked, [&](std::string_view one) {
            return std::ranges::any_of(given.values,
                                       [&](const ShellWord& value) { return lowerCase(value.text) == lowerCase(one); });
        });
        if (!isAll) {
            complaints_.warn(given.raw,
                             fmt::format("{} is left out: what a key may be used for is not simulated; it is "
                                         "taken to {}",
                                         inQuotes(given.raw), fmt::join(asked, ", ")));
        }
    }

    void properties(const GivenOption& given, const CommandTarget& target, CommandAction& action) {
        const std::string_view sets = given.option->sets;
        const std::size_t dot = sets.find('.');
        const std::string_view root = dot == std::string_view::npos ? std::string_view{} : sets.substr(dot + 1);
        for (const ShellWord& word : given.values) {
            const std::vector<PropertyText> texts = readPropertyText(root, word.text);
            if (texts.empty()) {
                given_.complain(word.raw, fmt::format("{} is no property with its value", inQuotes(word.text)),
                                "write PATH=VALUE, or an object as JSON");
            }
            for (const PropertyText& property : texts) {
                this->property(property, word, target, action);
            }
        }
    }

    void property(const PropertyText& property, const ShellWord& word, const CommandTarget& target,
                  CommandAction& action) {
        const AzureTerms& terms = target.terms ? *target.terms : *line_.terms;
        std::vector<std::string_view> known;
        for (const AzureProperty& one : terms.properties) {
            if (one.thing != target.thing) {
                continue;
            }
            const std::string_view path = flagPathOf(one.path).path;
            if (isSamePath(path, property.path) || isSamePath(path, "properties." + property.path)) {
                CommandField field{one.field, {}, false, false, word.raw};
                const auto words = flagPathOf(one.path).words;
                if (one.field == keyedWhen) { // it says whether there is a key, and others say which
                    if (words && !flagOf(*words, property.value).value_or(false)) {
                        action.fields.push_back({std::string{noKeyPart}, {}, false, false, word.raw});
                    }
                    return;
                }
                if (words) {
                    field.values = {flag(*words, {property.value, word.raw})};
                } else {
                    appendValue(one.field, {property.value, word.raw}, given_, field);
                }
                action.fields.push_back(std::move(field));
                return;
            }
            known.push_back(path);
        }
        if (isSamePath(lastName(property.path), "keySource")) {
            action.fields.push_back({std::string{keySourcePart}, {property.value}, false, false, word.raw});
        } else if (!isSamePath(lastName(property.path), "identityType")) { // it says what another one names
            given_.complain(word.raw, fmt::format("nothing here depends on {}", inQuotes(property.path)),
                            suggestion(property.path, known));
        }
    }

    static std::string_view lastName(std::string_view path) { return path.substr(path.rfind('.') + 1); }

    /// What the CLI, and the service, take for granted.
    void fillIn(ActionKind kind, const CommandTarget& target, CommandAction& action) const {
        const auto has = [&](std::string_view name) {
            return std::ranges::find(action.fields, name, &CommandField::name) != action.fields.end();
        };
        // Who uses the key of a slot is filled in where there is one.
        const auto isWithoutKey = [&](const std::string& name) {
            return isSlotIdentity(name) && std::ranges::none_of(action.fields, [&](const CommandField& one) {
                       return slotKeyOf(one.name) == slotKeyOf(name);
                   });
        };
        for (const auto& [name, value] : rule_.defaults) {
            if (isListed(name)) {
                fillInListed(name, value, action);
            } else if (!isTargetPart(name) && !has(name) && !isWithoutKey(name)) {
                action.fields.push_back({name, {value}, false, false, {}});
            }
        }
        if (kind == kindOf<ResourceCreate> || kind == kindOf<TemplateDeploy>) {
            const AzureTerms& terms = target.terms ? *target.terms : *line_.terms;
            action.fields.push_back({"service", {terms.service}, false, false, {}});
            if (has("key") && !has("identity") && !terms.identityDefault.empty()) {
                action.fields.push_back({"identity", {terms.identityDefault}, false, false, {}});
            }
        }
    }

    /// What the CLI takes for granted of each key that comes onto a list, or goes off it.
    static void fillInListed(std::string_view name, const std::string& value, CommandAction& action) {
        std::vector<CommandField> filledIn;
        for (const CommandField& key : action.fields) {
            if (!isWholeKey(key.name) || !isListed(key.name) || unnumbered(key.name) != slotKeyOf(name)) {
                continue;
            }
            std::string its = key.name + std::string{name.substr(slotKeyOf(name).size())};
            if (!gives(action, its)) {
                filledIn.push_back({std::move(its), {value}, false, false, {}});
            }
        }
        std::ranges::move(filledIn, std::back_inserter(action.fields));
    }

    void checkNeeds(ActionKind kind, const CommandAction& action) {
        const auto need = [&](std::string_view name) {
            const bool there = std::ranges::any_of(action.fields, [&](const CommandField& field) {
                return isListed(field.name) ? unnumbered(field.name) == name : field.name == name;
            });
            const GivenOption* leftOut = given_.leftOut();
            if (!there && leftOut != nullptr) {
                given_.complain(leftOut->raw,
                                fmt::format("{} cannot be simulated so: {}", given_.title(), leftOut->option->leftOut));
            } else if (!there) {
                given_.complain({}, fmt::format("{} needs {}", given_.title(), given_.optionsFor(name)));
            }
        };
        for (const ArgumentRule& argument : ruleOf(kind).arguments) {
            if (argument.required && !argument.name.empty()) {
                need(argument.name);
            }
        }
        for (const std::string& name : rule_.needs) {
            need(name);
        }
        if (needsArgument(ruleOf(kind)) && action.fields.empty() && given_.isSound()) {
            if (const GivenOption* leftOut = given_.leftOut()) {
                given_.complain(leftOut->raw,
                                fmt::format("{} cannot be simulated so: {}", given_.title(), leftOut->option->leftOut));
                return;
            }
            std::string options = given_.optionsFor("key");
            const std::string others = given_.optionsFor("identity");
            options.append(options.empty() || others.empty() ? "" : " or ").append(others);
            given_.complain({}, "this changes nothing that is simulated",
                            options.empty() ? "leave the command out"
                                            : fmt::format("give {}, or leave the command out", options));
        }
    }

    /// A setting that is updated alone, and what else the command says, one after the other.
    void apart(CommandAction action, std::vector<CommandAction>& actions) const {
        const auto alone = std::ranges::find(action.fields, updatedAlone, &CommandField::name);
        if (action.name != ruleOf(kindOf<ResourceUpdate>).traits.name || alone == action.fields.end() ||
            action.fields.size() == 1) {
            spread(std::move(action), actions);
            return;
        }
        CommandAction setting = action;
        setting.fields = {std::move(*alone)};
        action.fields.erase(alone);
        spread(std::move(action), actions);
        actions.push_back(std::move(setting));
    }

    /// An action for each value of a field that stands for several.
    void spread(CommandAction action, std::vector<CommandAction>& actions) const {
        const auto several = std::ranges::find_if(
            action.fields, [](const CommandField& field) { return !field.list && field.values.size() > 1; });
        if (several == action.fields.end()) {
            actions.push_back(std::move(action));
            return;
        }
        const auto place = several - action.fields.begin();
        for (const std::string& value : several->values) {
            CommandAction one = action;
            one.fields[static_cast<std::size_t>(place)].values = {value};
            actions.push_back(std::move(one));
        }
    }

    const CommandLine& line_;
    const CommandRule& rule_;
    std::string_view command_;
    const CommandContext& context_;
    CommandComplaints& complaints_;
    GivenCommand given_;
};

} // namespace

std::vector<CommandAction> actionsOf(const CommandLine& line, std::string_view command, const CommandContext& context,
                                     CommandComplaints& complaints) {
    return CommandReader{line, command, context, complaints}.read();
}

} // namespace cmksim::az
