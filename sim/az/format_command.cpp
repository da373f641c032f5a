#include "az/format_command.hpp"

#include "az/action_words.hpp"
#include "az/actions_behind.hpp"
#include "az/argument_text.hpp"
#include "az/command_refusal.hpp"
#include "az/flag_words.hpp"
#include "az/key_parts.hpp"
#include "az/placeholder.hpp"
#include "az/property_text.hpp"
#include "base/held_value.hpp"
#include "base/shell_word.hpp"
#include "catalog/azure_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

namespace cmksim::az {

namespace {

/// What the language takes for granted and the CLI does not.
constexpr std::array<std::pair<std::string_view, std::string_view>, 1> languageDefaults{
    {{"enableRbacAuthorization", "false"}}};

/// What every new vault has, so that it is not said.
constexpr std::array<std::pair<std::string_view, std::string_view>, 1> everyVault{{{"enableSoftDelete", "true"}}};

/// What Azure has no word for.
constexpr std::array<std::string_view, 6> ownWords{"revalidationPhase", "recoveryPhase", "rotationPhase",
                                                   "outboundIp",        "state",         "tenant"};

/// Where Azure tells what it made itself, which nothing sets.
constexpr std::string_view givenByAzure = ".principalId";

/// Where the name of an entry is read, which nothing sets by such a path.
constexpr std::string_view onlyEntry = ".only";

/// What the options say by which a vault is named.
constexpr std::string_view saidByName = "kind";

/// What a command says where it has an option for it, and is complete without.
constexpr std::string_view saidWherePossible = "region";

class CommandFormatter {
public:
    CommandFormatter(const ActionText& action, const AzureNames& names, const std::vector<AzureTerms>& terms,
                     const Platform& platform)
        : action_{action}, names_{names}, terms_{terms}, words_{action, names, terms, platform} {}

    std::optional<std::string> command() {
        for (const auto& [name, value] : action_.with) {
            argument(name, value);
        }
        for (const AzureTerms& terms : terms_) {
            for (const CommandRule& rule : terms.commands) {
                if (fits(rule, terms)) {
                    if (std::optional<std::string> command = formatAs(rule, terms)) {
                        return command;
                    }
                }
            }
        }
        return std::nullopt;
    }

private:
    // --- what is to be said ------------------------------------------------------------------------------------------

    void argument(const std::string& name, const JsonValue& value) {
        const auto isIn = [&](const auto& words) { return std::ranges::find(words, name) != words.end(); };
        if (name == "keys" && !action_.service.empty()) {
            std::ranges::move(argumentsOfSlots(value), std::back_inserter(arguments_));
            return;
        }
        if (isIn(ownWords) || isIn(addedAfterwards) || name == "service" || name == saidByName) {
            return;
        }
        const auto* fields = heldAs<JsonObject>(value);
        if (fields == nullptr || fields->empty()) {
            arguments_.push_back(argumentOf(name, value));
            return;
        }
        for (const auto& [inner, held] : *fields) {
            arguments_.push_back(argumentOf(name + '.' + inner, held));
        }
    }

    [[nodiscard]] bool fits(const CommandRule& rule, const AzureTerms& terms) const {
        const bool needsFile = std::ranges::any_of(
            rule.options, [](const CommandOption& option) { return option.sets == catalog::parametersOption; });
        const bool isOfOther = !terms.service.empty() && terms.service != action_.service;
        // Applications are not made and deleted as identities are.
        const bool isOfOtherKind = optionFor(rule, words_.isApplication() ? "target" : "target.application") != nullptr;
        if (needsFile || rule.effect != CommandEffect::Action || isOfOther || isOfOtherKind) {
            return false;
        }
        if (!rule.does.starts_with('*')) {
            return rule.does == action_.action;
        }
        // A command for things of any type needs a type.
        return action_.action.ends_with(rule.does.substr(1)) && words_.type() != nullptr;
    }

    // --- a command ---------------------------------------------------------------------------------------------------

    std::optional<std::string> formatAs(const CommandRule& rule, const AzureTerms& terms) {
        std::string text = "az " + rule.words;
        for (const auto& [name, value] : rule.always) {
            if (!isPlaceholder(value)) {
                text.append(" ").append(name).append(" ").append(value);
            } else if (names_.toBeRun) {
                text.append(" ").append(name).append(" ").append(shellWord(value));
            }
        }
        if (!target(rule, text)) {
            return std::nullopt;
        }
        std::vector<ArgumentText> said = arguments_;
        for (const auto& [name, value] : languageDefaults) {
            const bool taken = std::ranges::any_of(rule.defaults, [&](const auto& one) { return one.first == name; });
            const bool isSaid = std::ranges::find(said, name, &ArgumentText::name) != said.end();
            if (taken && !isSaid && words_.vaultKind().empty()) { // another kind goes by roles of its own
                said.push_back({std::string{name}, {std::string{value}}, false, false});
            }
        }
        if (std::ranges::find(rule.needs, "file") != rule.needs.end() &&
            std::ranges::find(said, "file", &ArgumentText::name) == said.end()) {
            const std::string file = std::string{words_.targetParts().back()} + ".keybackup";
            said.push_back({"file", {ruleMakesFile() ? file : words_.toFillIn(fileToFillIn, file)}, false, false});
        }
        splitKeys(rule, said);
        takeKeyAway(rule, said);
        if (!nameApplication(rule, said)) {
            return std::nullopt;
        }
        nameOwnIdentity(rule, said);
        if (!keysOfList(rule, terms, said, text)) {
            return std::nullopt;
        }
        for (const ArgumentText& argument : said) {
            if (!option(rule, terms, argument, text)) {
                return std::nullopt;
            }
        }
        return text + group(rule) + objects(rule, terms, said);
    }

    /// A key in parts, where the rule takes it so: the URI of its vault, its name, and its version, which is none where
    /// an update lets go of one.
    void splitKeys(const CommandRule& rule, std::vector<ArgumentText>& said) const {
        std::vector<ArgumentText> split;
        for (ArgumentText& argument : said) {
            if (isWholeKey(argument.name) && isTakenInParts(rule, argument)) {
                const bool saysNoVersion = !words_.makes() && !isListed(argument.name);
                std::ranges::move(keyInParts(argument.name, words_.keyUri(argument.values.front()), saysNoVersion),
                                  std::back_inserter(split));
            } else {
                split.push_back(std::move(argument));
            }
        }
        said = std::move(split);
    }

    [[nodiscard]] bool isTakenInParts(const CommandRule& rule, const ArgumentText& key) const {
        if (isListed(key.name)) {
            return optionFor(rule, partOf(unnumbered(key.name), namePart)) != nullptr;
        }
        const ArgumentText name{partOf(key.name, namePart), {}, false, false};
        return !key.null && !key.values.empty() && optionFor(rule, key.name) == nullptr &&
               (optionFor(rule, name.name) != nullptr || property(rule, name) != nullptr);
    }

    /// No key, where the rule has an option that says so.
    static void takeKeyAway(const CommandRule& rule, std::vector<ArgumentText>& said) {
        const auto key = std::ranges::find(said, "key", &ArgumentText::name);
        if (key == said.end() || !key->null) {
            return;
        }
        if (optionFor(rule, noKeyPart) != nullptr) {
            *key = {std::string{noKeyPart}, {}, false, false};
        } else if (optionFor(rule, keySourcePart) != nullptr) {
            *key = {std::string{keySourcePart}, {"false"}, false, false};
        }
    }

    /// A federated identity as the one that is attached, and the client id of the application as which it is used,
    /// where one text does not say both. False: the rule has no place for the latter.
    [[nodiscard]] bool nameApplication(const CommandRule& rule, std::vector<ArgumentText>& said) const {
        const AzureTerms* terms = words_.termsOfTarget();
        if (terms == nullptr || terms->identityForm == IdentityForm::AsDefaultIdentity ||
            action_.action == "resource.assign-identity" || action_.action == "resource.remove-identity") {
            return true;
        }
        for (std::size_t i = 0; i < said.size(); ++i) {
            const bool isUser = said[i].name == "identity" || isSlotIdentity(said[i].name);
            const auto two = isUser && !said[i].values.empty() ? names_.federated.find(said[i].values.front())
                                                               : names_.federated.end();
            if (two == names_.federated.end()) {
                continue;
            }
            ArgumentText client{std::string{federatedClient}, {two->second.app}, false, false};
            if (said[i].name != "identity" ||
                (optionFor(rule, federatedClient) == nullptr && property(rule, client) == nullptr)) {
                return false;
            }
            said.insert(said.begin() + static_cast<std::ptrdiff_t>(++i), std::move(client));
        }
        return true;
    }

    /// The resource's own identity, where the rule has an option for it alone; another by the id that the rule takes.
    static void nameOwnIdentity(const CommandRule& rule, std::vector<ArgumentText>& said) {
        const auto identity = std::ranges::find(said, "identity", &ArgumentText::name);
        if (identity != said.end() && optionFor(rule, clientIdentityPart) != nullptr) {
            identity->name = clientIdentityPart;
            return;
        }
        if (identity != said.end() && optionFor(rule, ownIdentityPart) != nullptr && identity->values.size() == 1 &&
            ActionWords::isOwnIdentity(identity->values.front())) {
            *identity = {std::string{ownIdentityPart}, {"true"}, false, false};
        }
    }

    /// Each key that comes onto a list or goes off it behind an option of its own: `--encryption-config NAME=VALUE …`.
    bool keysOfList(const CommandRule& rule, const AzureTerms& terms, std::vector<ArgumentText>& said,
                    std::string& text) const {
        const auto whole = std::ranges::find_if(
            rule.options, [](const CommandOption& one) { return isListed(one.sets) && isWholeKey(one.sets); });
        const auto isOfList = [](const ArgumentText& argument) { return isListed(argument.name); };
        if (std::ranges::any_of(said, isOfList) != (whole != rule.options.end())) {
            return false;
        }
        std::string key;
        bool isComplete = true; // the tool fills in an identity where none is named
        for (const ArgumentText& argument : said) {
            if (!isOfList(argument)) {
                continue;
            }
            if (slotKeyOf(argument.name) != key) {
                if (!isComplete) {
                    return false;
                }
                key = slotKeyOf(argument.name);
                isComplete = false;
                text.append(" ").append(whole->names.front());
            }
            const std::string field = unnumbered(argument.name);
            const CommandOption* part = optionFor(rule, field);
            if (part == nullptr || isWholeKey(field) || argument.values.empty()) {
                return false; // it has no word for it, or what is named is no URI of a key
            }
            isComplete = isComplete || isSlotIdentity(argument.name);
            const auto filledIn = std::ranges::find(rule.defaults, field, &std::pair<std::string, std::string>::first);
            if (filledIn == rule.defaults.end() || !isFilledIn(filledIn->second, argument)) {
                const std::string_view name =
                    std::string_view{part->names.front()}.substr(whole->names.front().size() + 1);
                const std::string value = words_.valueText(argument.name, argument.values.front(), terms);
                text.append(" ").append(shellWord(fmt::format("{}={}", name, value)));
            }
        }
        std::erase_if(said, isOfList);
        return isComplete;
    }

    /// Where a resource or an identity lies, or something new is to lie; names of vaults are unique without, and a text
    /// that names its target says nothing of where that is.
    [[nodiscard]] std::string group(const CommandRule& rule) const {
        const bool makes = words_.makes() && words_.thing() != AzureThing::Key;
        const bool lies = words_.thing() == AzureThing::Resource || words_.thing() == AzureThing::Identity || makes;
        return names_.toBeRun && lies && !words_.isApplication() && optionFor(rule, "target.within") == nullptr
                   ? " --resource-group " + shellWord(groupToFillIn)
                   : "";
    }

    /// Whether it writes a file, so that any name will do.
    [[nodiscard]] bool ruleMakesFile() const { return action_.action == "key.backup"; }

    static const CommandOption* optionFor(const CommandRule& rule, std::string_view sets) {
        const auto found = std::ranges::find_if(rule.options, [&](const CommandOption& option) {
            return std::string_view{option.sets}.substr(0, option.sets.find('=')) == sets;
        });
        return found != rule.options.end() ? &*found : nullptr;
    }

    /// The option by which a vault of the target's kind is named.
    [[nodiscard]] const CommandOption* optionForVault(const CommandRule& rule, std::string_view sets) const {
        const auto found = std::ranges::find_if(rule.options, [&](const CommandOption& option) {
            return option.sets == sets && option.vaultKind == words_.vaultKind();
        });
        return found != rule.options.end() ? &*found : nullptr;
    }

    static void add(std::string& text, const CommandOption& option, std::string_view value) {
        text.append(" ").append(option.names.front()).append(" ").append(shellWord(value));
    }

    bool target(const CommandRule& rule, std::string& text) const {
        const std::vector<std::string_view> parts = words_.targetParts();
        const CommandOption* vault = optionForVault(rule, "target.vault");
        if (const CommandOption* local = optionFor(rule, "target.local-scope")) {
            if (vault == nullptr || parts.empty()) {
                return false;
            }
            add(text, *vault, parts[0]);
            add(text, *local, parts.size() > 1 ? fmt::format("/keys/{}", parts[1]) : "/keys");
            return true;
        }
        if (vault && parts.size() > 1) {
            add(text, *vault, parts[0]);
            add(text, *optionFor(rule, "target.key"), parts[1]);
            const CommandOption* version = optionFor(rule, "target.version");
            if (parts.size() > 2 && version) {
                add(text, *version, words_.versionText(parts[2]));
            }
            return true;
        }
        if (const CommandOption* within = optionFor(rule, "target.within")) {
            std::string value = rule.within;
            value.replace(value.find("{}"), 2,
                          words_.thing() == AzureThing::Resource ? std::string{words_.azureName()}
                                                                 : words_.deletedObject(action_.target));
            add(text, *within, value);
            return true;
        }
        if (const CommandOption* scope = optionFor(rule, "target.scope")) {
            if (!words_.vaultKind().empty()) {
                return false;
            }
            add(text, *scope, words_.scopeId(parts));
            return true;
        }
        if (const CommandOption* application = optionFor(rule, "target.application")) {
            const std::string called{action_.target};
            add(text, *application, words_.makes() ? called : words_.clientId(called));
            return true;
        }
        const CommandOption* name = optionForVault(rule, "target");
        if (!name) {
            return false;
        }
        if (const CommandOption* provider = optionFor(rule, "target.provider")) {
            add(text, *provider, parts.front());
            add(text, *name, parts.back());
            return true;
        }
        add(text, *name, words_.azureName());
        if (const CommandOption* option = optionFor(rule, "target.type")) {
            add(text, *option, words_.type()->name);
        }
        return true;
    }

    /// Whether the rule has an option for the argument, or it need not be said.
    bool option(const CommandRule& rule, const AzureTerms& terms, const ArgumentText& argument,
                std::string& text) const {
        const CommandOption* option = optionFor(rule, argument.name);
        if (argument.null && !slotKeyOf(argument.name).empty()) {
            return false; // no command is known that takes one of several keys away
        }
        if (argument.list && argument.values.empty() && words_.makes()) {
            return true; // as it is without
        }
        if (!option) {
            const bool known = std::ranges::any_of(everyVault, [&](const auto& one) {
                return one.first == argument.name &&
                       argument.values == std::vector<std::string>{std::string{one.second}};
            });
            const bool filledIn = std::ranges::any_of(rule.defaults, [&](const auto& one) {
                return one.first == argument.name && isFilledIn(one.second, argument);
            });
            return known || filledIn || isServicesOwn(terms, argument) || argument.name == saidWherePossible ||
                   property(rule, argument) != nullptr;
        }
        if (const auto words = flagPathOf(option->sets).words) {
            const std::string_view word = argument.values == std::vector<std::string>{"true"} ? words->yes : words->no;
            if (!word.empty()) { // else it is what the service has without it
                add(text, *option, word);
            }
            return true;
        }
        if (isRefused(rule, *option, argument)) {
            // A switch that may not be told to be off is off without.
            return option->shape == OptionShape::Switch && argument.values == std::vector<std::string>{"false"};
        }
        text.append(" ").append(option->names.front());
        if (option->shape == OptionShape::Flag) {
            return true;
        }
        if (argument.null) {
            text.append(" ").append(argument.name == "key" ? "''" : words_.noMoment(argument.name));
            return true;
        }
        for (const std::string& value : argument.values) {
            std::string said = words_.valueText(argument.name, value, terms);
            if (option->shape == OptionShape::Inverse) {
                said = value == "true" ? "false" : "true";
            }
            text.append(" ").append(shellWord(said));
        }
        return !argument.values.empty();
    }

    /// Whether an argument says what the rule fills in; actions name a resource's own identity with the resource.
    static bool isFilledIn(const std::string& value, const ArgumentText& argument) {
        return argument.values == std::vector<std::string>{value} ||
               (isSlotIdentity(argument.name) && value == ownIdentity && argument.values.size() == 1 &&
                ActionWords::isOwnIdentity(argument.values.front()));
    }

    /// Whether it is the identity that the service gives whatever it makes with a key.
    [[nodiscard]] bool isServicesOwn(const AzureTerms& terms, const ArgumentText& argument) const {
        const bool namesKey =
            std::ranges::any_of(arguments_, [](const ArgumentText& one) { return one.name == shortKey && !one.null; });
        return words_.makes() && namesKey && argument.name == "identity" && !terms.identityDefault.empty() &&
               argument.values == std::vector<std::string>{terms.identityDefault};
    }

    /// Whether the tool or the service takes the option with no such value, whatever else is said of a vault of its
    /// kind.
    [[nodiscard]] bool isRefused(const CommandRule& rule, const CommandOption& option,
                                 const ArgumentText& argument) const {
        const auto isOfOtherVaults = [&](const std::string& name) {
            return std::ranges::any_of(rule.options, [&](const CommandOption& other) {
                return !other.vaultKind.empty() && other.vaultKind != words_.vaultKind() &&
                       std::ranges::find(other.names, name) != other.names.end();
            });
        };
        return std::ranges::any_of(rule.refusals, [&](const CommandRefusal& one) {
            return one.beside.empty() && (one.without.empty() || isOfOtherVaults(one.without)) &&
                   std::ranges::find(option.names, one.option) != option.names.end() &&
                   std::ranges::any_of(argument.values, [&](const std::string& value) { return speaksOf(one, value); });
        });
    }

    // --- properties --------------------------------------------------------------------------------------------------

    /// The path at which the argument is set, where the rule takes properties.
    const AzureProperty* property(const CommandRule& rule, const ArgumentText& argument) const {
        const AzureTerms* terms = words_.termsOfTarget();
        const CommandOption* option = propertyOption(rule);
        if (terms == nullptr || option == nullptr) {
            return nullptr;
        }
        const auto found = std::ranges::find_if(terms->properties, [&](const AzureProperty& one) {
            return one.thing == words_.thing() && one.field == argument.name && one.path.starts_with(rootOf(*option)) &&
                   !one.path.ends_with(givenByAzure) && !one.path.ends_with(onlyEntry);
        });
        return found != terms->properties.end() ? &*found : nullptr;
    }

    static const CommandOption* propertyOption(const CommandRule& rule) {
        const auto found = std::ranges::find_if(
            rule.options, [](const CommandOption& one) { return one.sets.starts_with("properties"); });
        return found != rule.options.end() ? &*found : nullptr;
    }

    static std::string_view rootOf(const CommandOption& option) {
        const std::string_view sets = option.sets;
        const std::size_t dot = sets.find('.');
        const std::string_view root = dot == std::string_view::npos ? std::string_view{} : sets.substr(dot + 1);
        return root;
    }

    /// What the properties say that have no option of their own: `--set PATH=VALUE …`, or one object as JSON.
    std::string objects(const CommandRule& rule, const AzureTerms& terms, const std::vector<ArgumentText>& said) const {
        JsonObject object;
        std::string text;
        const CommandOption* option = propertyOption(rule);
        for (const ArgumentText& argument : said) {
            const AzureProperty* path = optionFor(rule, argument.name) ? nullptr : property(rule, argument);
            if (path == nullptr) {
                continue;
            }
            const std::string_view root = rootOf(*option);
            if (root.empty()) {
                text.append(text.empty() ? fmt::format(" {}", option->names.front()) : "");
                const std::string at = indexedPath(flagPathOf(path->path).path);
                text.append(" ").append(shellWord(at + '=' + propertyText(argument, *path, terms)));
            } else {
                const std::string_view at = flagPathOf(path->path).path.substr(root.size() + 1);
                insertAt(object, at, propertyValue(argument, *path, terms));
            }
        }
        if (!object.empty()) {
            text = fmt::format(" {} {}", option->names.front(), shellWord(JsonValue{std::move(object)}.line()));
        }
        return text;
    }

    /// The same for JSON, which has booleans, numbers and lists.
    [[nodiscard]] JsonValue propertyValue(const ArgumentText& argument, const AzureProperty& property,
                                          const AzureTerms& terms) const {
        const std::string written = propertyText(argument, property, terms);
        if (flagPathOf(property.path).words) {
            return written;
        }
        if (argument.list) {
            return JsonArray(argument.values.begin(), argument.values.end());
        }
        if (argument.plain && (written == "true" || written == "false")) {
            return written == "true";
        }
        return argument.plain ? JsonValue{JsonNumber{written}} : JsonValue{written};
    }

    [[nodiscard]] std::string propertyText(const ArgumentText& argument, const AzureProperty& property,
                                           const AzureTerms& terms) const {
        if (const auto words = flagPathOf(property.path).words) {
            return std::string{argument.values == std::vector<std::string>{"true"} ? words->yes : words->no};
        }
        if (!argument.list) {
            const AzureTerms* own = words_.termsOfTarget();
            const bool byClientId = own != nullptr && own->identityForm == IdentityForm::ByClientId &&
                                    (argument.name == "identity" || isSlotIdentity(argument.name));
            const std::string_view name = byClientId ? clientIdentityPart : std::string_view{argument.name};
            return argument.values.empty() ? "" : words_.valueText(name, argument.values.front(), own ? *own : terms);
        }
        std::string text = "[";
        for (const std::string& value : argument.values) {
            text.append(text.size() == 1 ? "" : ",").append(value);
        }
        return text + ']';
    }

    const ActionText& action_;
    const AzureNames& names_;
    const std::vector<AzureTerms>& terms_;
    ActionWords words_;
    std::vector<ArgumentText> arguments_;
};

} // namespace

std::vector<std::string> formatCommands(const ActionText& action, const AzureNames& names,
                                        const std::vector<AzureTerms>& terms, const Platform& platform) {
    std::optional<std::string> command = CommandFormatter{action, names, terms, platform}.command();
    if (!command) {
        return {};
    }
    std::vector<std::string> commands{std::move(*command)};
    for (const FurtherAction& one : actionsBehind(action)) {
        const std::string_view service = one.action.starts_with("resource.") ? action.service : std::string_view{};
        std::ranges::move(formatCommands({one.action, one.target, service, one.with}, names, terms, platform),
                          std::back_inserter(commands));
    }
    return commands;
}

} // namespace cmksim::az
