#include "az/command_action.hpp"

#include "action/action.hpp"
#include "az/key_parts.hpp"
#include "az/property_text.hpp"
#include "az/query.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace cmksim::az {

namespace {

constexpr std::string_view targetPrefix = "target";

bool isTargetPart(std::string_view field) { return field.starts_with(targetPrefix); }

/// The field that an option sets.
std::string_view fieldOf(std::string_view sets) { return sets.substr(0, sets.find('=')); }

/// Whether an option says what a command prints, and how.
bool isOfOutput(std::string_view field) { return field.starts_with(outputPrefix); }

/// What a command acts on.
struct Target {
    std::string text{};
    AzureThing thing{};
    const AzureTerms* terms = nullptr; // of its type, where it was named by one
    std::string_view at{};
};

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
        : line_{line}, rule_{*line.rule}, command_{command}, context_{context}, complaints_{complaints} {}

    std::vector<CommandAction> read() {
        checkOutput();
        std::vector<CommandAction> actions;
        for (const Target& target : targets()) {
            if (std::optional<CommandAction> action = actionOn(target)) {
                spread(std::move(*action), actions);
            }
        }
        return sound_ ? std::move(actions) : std::vector<CommandAction>{};
    }

private:
    void complain(std::string_view at, std::string message, std::string help = {}) {
        complaints_.complain(at.empty() ? command_ : at, std::move(message), std::move(help));
        sound_ = false;
    }

    [[nodiscard]] std::string title() const { return fmt::format("'az {}'", rule_.words); }

    [[nodiscard]] const GivenOption* given(std::string_view sets) const {
        const auto found = std::ranges::find_if(
            line_.given, [&](const GivenOption& one) { return one.option->sets == sets && !one.values.empty(); });
        return found != line_.given.end() ? &*found : nullptr;
    }

    /// Which format is asked for, and whether what is to be picked of it can be.
    void checkOutput() {
        const GivenOption* format = given(outputFormat);
        if (format != nullptr && std::ranges::find(outputFormats, format->values.front().text) == outputFormats.end()) {
            complain(format->values.front().raw,
                     fmt::format("there is no output format {}", inQuotes(format->values.front().text)),
                     suggestion(format->values.front().text, outputFormats));
        }
        const GivenOption* query = given(outputQuery);
        if (query != nullptr && rule_.effect != CommandEffect::Action && !Query::read(query->values.front().text)) {
            complaints_.warn(query->raw,
                             fmt::format("{} is left out: of queries only fields, indices, lists and filters "
                                         "by equality are simulated; everything is printed",
                                         inQuotes(query->raw)));
        }
    }

    /// The names of the options that set a field, for a message.
    [[nodiscard]] std::string optionsFor(std::string_view field) const {
        std::string text;
        for (const CommandOption& option : rule_.options) {
            const bool isPart = field == "key" && fieldOf(option.sets) == keyNamePart;
            if (fieldOf(option.sets) == field || isPart ||
                (option.sets.starts_with("properties") && !isTargetPart(field))) {
                text.append(text.empty() ? "" : " or ").append(option.names.front());
            }
        }
        return text;
    }

    // --- the target --------------------------------------------------------------------------------------------------

    std::vector<Target> targets() {
        if (const GivenOption* ids = given("target.ids")) {
            std::vector<Target> all;
            for (const ShellWord& id : ids->values) {
                if (std::optional<Target> target = byId(id)) {
                    all.push_back(std::move(*target));
                }
            }
            return all;
        }
        if (rule_.effect == CommandEffect::ReadRequest && rule_.does == "everything") {
            return {Target{}};
        }
        std::optional<Target> target = single();
        return target ? std::vector{std::move(*target)} : std::vector<Target>{};
    }

    std::optional<Target> single() {
        if (const GivenOption* uri = given("target.uri")) {
            return byUri(uri->values.front());
        }
        if (const GivenOption* scope = given("target.scope")) {
            return byScope(scope->values.front());
        }
        if (const GivenOption* within = given("target.within")) {
            return byPattern(within->values.front());
        }
        if (const GivenOption* name = given("target")) {
            return byName(name->values.front());
        }
        const GivenOption* vault = given("target.vault");
        if (vault) {
            return byVaultAndKey(vault->values.front());
        }
        const auto preset =
            std::ranges::find(rule_.defaults, targetPrefix, &std::pair<std::string, std::string>::first);
        if (preset != rule_.defaults.end()) {
            return Target{.text = preset->second};
        }
        std::string names;
        for (const CommandOption& option : rule_.options) {
            if (isTargetPart(option.sets) && option.sets != "target.version" && option.sets != "target.type") {
                const bool pair = option.sets == "target.key";
                names.append(names.empty() ? "" : pair ? " and " : ", or ").append(option.names.front());
            }
        }
        complain({}, fmt::format("{} needs {}", title(), names));
        return std::nullopt;
    }

    std::optional<Target> byId(const ShellWord& word) {
        const auto id = readAzureId(word.text);
        if (!id || id->names.empty()) {
            complain(word.raw, fmt::format("{} is no resource id", inQuotes(word.text)),
                     "such as /subscriptions/…/resourceGroups/…/providers/TYPE/NAME");
            return std::nullopt;
        }
        if (const KnownAzureType known = findAzureType(context_.terms, id->type); known && isTarget(known)) {
            return ofThing(known.type->thing, *id, *known.terms, word);
        }
        complain(word.raw, fmt::format("resources of type {} are not simulated", inQuotes(id->type)));
        return std::nullopt;
    }

    /// What is part of something else is no target.
    static bool isTarget(const KnownAzureType& known) { return canBeTarget(known.type->thing); }

    Target ofThing(AzureThing thing, const AzureId& id, const AzureTerms& terms, const ShellWord& word) {
        Target target{.text = {}, .thing = thing, .terms = &terms, .at = word.raw};
        switch (thing) {
        case AzureThing::Vault: target.text = context_.references.vault(id.names.front()); break;
        case AzureThing::Key: target.text = context_.references.vault(id.names.front()) + '/' + id.names.back(); break;
        case AzureThing::Identity: target.text = context_.references.principal(word.text); break;
        case AzureThing::Resource: target.text = context_.references.resource(terms.service, id.names.back()); break;
        case AzureThing::Policies:
        case AzureThing::Grant:
        case AzureThing::Scope:
        case AzureThing::DeletedVault:
        case AzureThing::Role:
        case AzureThing::Lock: break; // no targets
        }
        return target;
    }

    std::optional<Target> byUri(const ShellWord& word) {
        std::string uri = word.text;
        constexpr std::string_view deleted = "/deletedkeys/";
        if (const std::size_t at = uri.find(deleted); at != std::string::npos) {
            uri.replace(at, deleted.size(), "/keys/");
        }
        const auto key = parseKeyUri(uri, context_.platform.vaultSuffixes);
        if (!key) {
            complain(word.raw, fmt::format("{} is no key identifier", inQuotes(word.text)),
                     "such as https://VAULT.vault.azure.net/keys/KEY");
            return std::nullopt;
        }
        Target target{context_.references.vault(key->vault) + '/' + std::string{key->key}, AzureThing::Key, nullptr,
                      word.raw};
        if (!key->version.empty() && takesVersion()) {
            target.text.append("/").append(key->version);
        }
        return target;
    }

    /// `target.version` is an option of those commands alone that act on one version.
    [[nodiscard]] bool takesVersion() const {
        return std::ranges::find(rule_.options, "target.version", &CommandOption::sets) != rule_.options.end();
    }

    std::optional<Target> byScope(const ShellWord& word) {
        const auto id = readAzureId(word.text);
        if (!id) {
            complain(word.raw, fmt::format("{} is no scope", inQuotes(word.text)),
                     "give the resource id of a vault, a key, a resource group or a subscription");
            return std::nullopt;
        }
        if (id->names.empty() || findAzureType(context_.terms, id->type).is(AzureThing::Scope)) {
            return Target{.text = "/", .at = word.raw};
        }
        std::optional<Target> target = byId(word);
        if (target && target->thing != AzureThing::Vault && target->thing != AzureThing::Key) {
            complain(word.raw, fmt::format("a role on {} gives nothing on keys", inQuotes(target->text)),
                     "give it on a vault or a key, or leave the command out");
            return std::nullopt;
        }
        return target;
    }

    std::optional<Target> byPattern(const ShellWord& word) {
        const std::size_t hole = rule_.within.find("{}");
        const std::string_view before = std::string_view{rule_.within}.substr(0, hole);
        const std::string_view after = std::string_view{rule_.within}.substr(hole + 2);
        const std::string_view text = word.text;
        if (text.size() <= before.size() + after.size() || !text.starts_with(before) || !text.ends_with(after)) {
            complain(word.raw, fmt::format("{} is known here with {} only", title(), inQuotes(rule_.within)));
            return std::nullopt;
        }
        return named(text.substr(before.size(), text.size() - before.size() - after.size()), word);
    }

    std::optional<Target> byName(const ShellWord& word) {
        if (word.text.starts_with('/')) {
            return byId(word);
        }
        if (const GivenOption* type = given("target.type")) {
            const KnownAzureType known = findAzureType(context_.terms, type->values.front().text);
            if (known && isTarget(known)) {
                return ofThing(known.type->thing, AzureId{known.type->name, {word.text}}, *known.terms, word);
            }
            complain(type->raw,
                     fmt::format("resources of type {} are not simulated", inQuotes(type->values.front().text)));
            return std::nullopt;
        }
        return named(word.text, word);
    }

    /// By a name alone, whose kind the command tells.
    std::optional<Target> named(std::string_view name, const ShellWord& word) {
        Target target{.text = {}, .thing = AzureThing::Resource, .terms = line_.terms, .at = word.raw};
        if (rule_.effect == CommandEffect::Action) {
            const auto action = actionNamed(rule_.does);
            switch (action ? ruleOf(*action).traits.target : TargetKind::Resource) {
            case TargetKind::Vault: target.thing = AzureThing::Vault; break;
            case TargetKind::Identity: target.thing = AzureThing::Identity; break;
            default: break;
            }
        } else if (rule_.does.ends_with("vault")) {
            target.thing = AzureThing::Vault;
        } else if (rule_.does.ends_with("identity")) {
            target.thing = AzureThing::Identity;
        }
        switch (target.thing) {
        case AzureThing::Vault: target.text = context_.references.vault(name); break;
        case AzureThing::Identity: target.text = context_.references.principal(name); break;
        default: target.text = resourceNamed(name, word); break;
        }
        return target.text.empty() ? std::nullopt : std::optional{std::move(target)};
    }

    std::string resourceNamed(std::string_view name, const ShellWord& word) {
        std::string text = context_.references.resource(line_.terms->service, name);
        const std::string_view service = context_.references.serviceOf(text);
        if (!service.empty() && !line_.terms->service.empty() && service != line_.terms->service) {
            complain(word.raw, fmt::format("{} is of service {}", inQuotes(text), service),
                     fmt::format("{} acts on {}", title(), line_.terms->service));
            return {};
        }
        return text;
    }

    std::optional<Target> byVaultAndKey(const ShellWord& vault) {
        Target target{context_.references.vault(vault.text), AzureThing::Key, nullptr, vault.raw};
        if (const GivenOption* key = given("target.key")) {
            target.text.append("/").append(key->values.front().text);
        } else if (const GivenOption* file = rule_.does == "key.restore" ? given("file") : nullptr) {
            const auto backup = context_.backups.find(file->values.front().text);
            if (backup == context_.backups.end()) {
                complain(file->values.front().raw,
                         fmt::format("no backup here is written to {}", inQuotes(file->values.front().text)),
                         fmt::format("name the key with {}", optionsFor("target.key")));
                return std::nullopt;
            }
            target.text.append(backup->second.substr(backup->second.find('/')));
        } else {
            complain({}, fmt::format("{} needs {}", title(), optionsFor("target.key")));
            return std::nullopt;
        }
        if (const GivenOption* version = given("target.version")) {
            target.text.append("/").append(version->values.front().text);
        }
        return target;
    }

    // --- the fields --------------------------------------------------------------------------------------------------

    std::optional<CommandAction> actionOn(const Target& target) {
        CommandAction action{rule_.effect, rule_.does, target.text, target.at, {}};
        if (action.name.starts_with('*')) {
            action.name.replace(0, 1, azureThingNames[static_cast<std::size_t>(target.thing)]);
        }
        if (rule_.effect != CommandEffect::Action) {
            return action;
        }
        const auto kind = actionNamed(action.name);
        if (!kind) {
            complain(target.at, fmt::format("{} cannot be done to {}", title(), inQuotes(target.text)));
            return std::nullopt;
        }
        for (const GivenOption& option : line_.given) {
            if (!option.option->sets.empty() && !isTargetPart(option.option->sets) &&
                !isOfOutput(option.option->sets)) {
                field(option, target, action);
            }
        }
        joinKey(action);
        fillIn(*kind, target, action);
        checkNeeds(*kind, action);
        return action;
    }

    /// A key that is named in parts, as one.
    void joinKey(CommandAction& action) {
        const auto take = [&](std::string_view name) -> std::optional<CommandField> {
            const auto part = std::ranges::find(action.fields, name, &CommandField::name);
            if (part == action.fields.end()) {
                return std::nullopt;
            }
            CommandField taken = std::move(*part);
            action.fields.erase(part);
            return taken;
        };
        const auto textOf = [](const std::optional<CommandField>& part) {
            return part && !part->values.empty() ? part->values.front() : std::string{};
        };
        const auto vault = take(keyVaultPart);
        const auto name = take(keyNamePart);
        const auto version = take(keyVersionPart);
        if (!vault && !name && !version) {
            return;
        }
        CommandField key{"key", {}, false, false, name ? name->at : vault ? vault->at : version->at};
        std::string uri = textOf(vault);
        while (uri.ends_with('/')) {
            uri.pop_back();
        }
        if (name && textOf(name).empty()) {
            key.null = true;
        } else if (uri.empty() || textOf(name).empty()) {
            complain(key.at, fmt::format("{} names a key by its vault and its name", title()),
                     fmt::format("give {} and {}", optionsFor(keyVaultPart), optionsFor(keyNamePart)));
            return;
        } else {
            uri.append("/keys/").append(textOf(name));
            key.values.push_back(textOf(version).empty() ? uri : uri + '/' + textOf(version));
        }
        action.fields.push_back(std::move(key));
    }

    void field(const GivenOption& given, const Target& target, CommandAction& action) {
        const std::string_view sets = given.option->sets;
        if (sets.starts_with("properties")) {
            properties(given, target, action);
            return;
        }
        CommandField field{std::string{fieldOf(sets)},
                           {},
                           given.option->shape == OptionShape::List,
                           false,
                           given.values.empty() ? given.raw : given.values.front().raw};
        if (given.option->shape == OptionShape::Switch || given.option->shape == OptionShape::Inverse) {
            const auto value = given.values.empty() ? std::optional{true} : readSwitch(given.values.front().text);
            if (!value) {
                complain(given.values.front().raw,
                         fmt::format("expected true or false, not {}", inQuotes(given.values.front().text)));
                return;
            }
            field.values = {*value == (given.option->shape == OptionShape::Switch) ? "true" : "false"};
        }
        if (const auto words = flagWordsOf(*given.option)) {
            const auto isWord = [&](std::string_view word) {
                return lowerCase(given.values.front().text) == lowerCase(word);
            };
            if (!isWord(words->yes) && !words->no.empty() && !isWord(words->no)) {
                complain(given.values.front().raw, fmt::format("expected {} or {}, not {}", words->yes, words->no,
                                                               inQuotes(given.values.front().text)));
            }
            field.values = {isWord(words->yes) ? "true" : "false"};
        }
        for (const ShellWord& value : given.values) {
            if (field.values.empty() || field.list || given.option->shape == OptionShape::Each) {
                append(sets, value, field);
            }
        }
        action.fields.push_back(std::move(field));
    }

    /// One value, in the words of the language.
    void append(std::string_view name, const ShellWord& value, CommandField& field) {
        if (name == "identity" || name == "identities") {
            field.values.push_back(identity(value));
        } else if (name == "role") {
            field.values.push_back(role(value));
        } else if (name == "permissions") {
            permissions(value.text, field);
        } else if ((name == "expires" || name == "notBefore") && (value.text.empty() || value.text == "null")) {
            field.null = true;
        } else if (name == "key" && value.text.empty()) {
            field.null = true;
        } else if (value.text.starts_with('[') && name.starts_with("networkAcls")) {
            field.list = true;
            field.values = readListText(value.text);
        } else {
            field.values.push_back(word(value.text));
        }
    }

    std::string identity(const ShellWord& value) {
        constexpr std::string_view federated = "&federatedclientid=";
        if (lowerCase(value.text).find(federated) != std::string::npos) {
            complain(value.raw, "a key in another tenant, by FederatedClientId, is not simulated yet");
        }
        for (const AzureTerms& terms : context_.terms) {
            if (!terms.firstParty.empty() && lowerCase(value.text) == terms.firstParty) {
                return "FirstPartyIdentity";
            }
        }
        std::string name = context_.references.principal(value.text);
        if (name == value.text && AzureReferences::isUuid(name)) {
            complain(value.raw, fmt::format("no identity here has the id {}", inQuotes(name)),
                     "give one 'principalId' or 'clientId' in the estate, or write its name");
        }
        return name;
    }

    /// A role by its name in any case, or by the id of its definition.
    std::string role(const ShellWord& word) {
        const std::string_view text = word.text;
        const std::string lower =
            lowerCase(text.substr(text.rfind('/') == std::string_view::npos ? 0 : text.rfind('/') + 1));
        for (const AzureTerms& terms : context_.terms) {
            for (const auto& [id, name] : terms.roles) {
                if (lower == id) {
                    return name;
                }
            }
        }
        const auto known = std::ranges::find_if(context_.platform.roles,
                                                [&](const RoleRule& rule) { return lowerCase(rule.name) == lower; });
        if (known != context_.platform.roles.end()) {
            return known->name;
        }
        std::vector<std::string_view> names;
        for (const RoleRule& rule : context_.platform.roles) {
            names.push_back(rule.name);
        }
        const std::string nearest = suggestion(text, names);
        complain(word.raw, fmt::format("no role that is built in and known here is called {}", inQuotes(text)),
                 nearest.empty() ? "custom roles are not simulated yet" : nearest);
        return std::string{text};
    }

    void permissions(std::string_view text, CommandField& field) const {
        const std::string lower = lowerCase(text);
        if (lower == "all") {
            field.values = context_.platform.keyPermissions;
            return;
        }
        const auto known = std::ranges::find_if(context_.platform.keyPermissions,
                                                [&](const std::string& one) { return lowerCase(one) == lower; });
        field.values.push_back(known != context_.platform.keyPermissions.end() ? *known : std::string{text});
    }

    /// The CLI takes its own words in any case; the language does not.
    static std::string word(std::string_view text) {
        constexpr std::array<std::string_view, 6> words{"Enabled", "Disabled",      "Allow",
                                                        "Deny",    "AzureServices", "None"};
        for (const std::string_view known : words) {
            if (lowerCase(known) == lowerCase(text)) {
                return std::string{known};
            }
        }
        return std::string{text};
    }

    void properties(const GivenOption& given, const Target& target, CommandAction& action) {
        const std::string_view sets = given.option->sets;
        const std::size_t dot = sets.find('.');
        const std::string_view root = dot == std::string_view::npos ? std::string_view{} : sets.substr(dot + 1);
        for (const ShellWord& word : given.values) {
            const std::vector<PropertyText> texts = readPropertyText(root, word.text);
            if (texts.empty()) {
                complain(word.raw, fmt::format("{} is no property with its value", inQuotes(word.text)),
                         "write PATH=VALUE, or an object as JSON");
            }
            for (const PropertyText& property : texts) {
                this->property(property, word, target, action);
            }
        }
    }

    void property(const PropertyText& property, const ShellWord& word, const Target& target, CommandAction& action) {
        const AzureTerms& terms = target.terms ? *target.terms : *line_.terms;
        std::vector<std::string_view> known;
        for (const AzureProperty& one : terms.properties) {
            if (one.thing != target.thing) {
                continue;
            }
            if (isSamePath(one.path, property.path) || isSamePath(one.path, "properties." + property.path)) {
                CommandField field{one.field, {}, false, false, word.raw};
                append(one.field, {property.value, word.raw}, field);
                action.fields.push_back(std::move(field));
                return;
            }
            known.push_back(one.path);
        }
        if (!isSilent(property.path)) {
            complain(word.raw, fmt::format("nothing here depends on {}", inQuotes(property.path)),
                     suggestion(property.path, known));
        }
    }

    /// Properties that say the type of what another one names.
    static bool isSilent(std::string_view path) { return isSamePath(path.substr(path.rfind('.') + 1), "identityType"); }

    /// What the CLI, and the service, take for granted.
    void fillIn(ActionKind kind, const Target& target, CommandAction& action) const {
        const auto has = [&](std::string_view name) {
            return std::ranges::find(action.fields, name, &CommandField::name) != action.fields.end();
        };
        for (const auto& [name, value] : rule_.defaults) {
            if (!isTargetPart(name) && !has(name)) {
                action.fields.push_back({name, {value}, false, false, {}});
            }
        }
        if (kind == kindOf<ResourceCreate>) {
            const AzureTerms& terms = target.terms ? *target.terms : *line_.terms;
            action.fields.push_back({"service", {terms.service}, false, false, {}});
            if (has("key") && !has("identity") && !terms.identityDefault.empty()) {
                action.fields.push_back({"identity", {terms.identityDefault}, false, false, {}});
            }
        }
    }

    void checkNeeds(ActionKind kind, const CommandAction& action) {
        const auto need = [&](std::string_view name) {
            const bool there = std::ranges::find(action.fields, name, &CommandField::name) != action.fields.end();
            const auto leftOut =
                std::ranges::find_if(line_.given, [](const GivenOption& one) { return !one.option->leftOut.empty(); });
            if (!there && leftOut != line_.given.end()) {
                complain(leftOut->raw, fmt::format("{} cannot be simulated so: {}", title(), leftOut->option->leftOut));
            } else if (!there) {
                complain({}, fmt::format("{} needs {}", title(), optionsFor(name)));
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
        if (ruleOf(kind).traits.needsArgument && action.fields.empty() && sound_) {
            complain({}, "this changes nothing that is simulated",
                     fmt::format("give {} or {}, or leave the command out", optionsFor("key"), optionsFor("identity")));
        }
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
    bool sound_ = true;
};

} // namespace

std::vector<CommandAction> actionsOf(const CommandLine& line, std::string_view command, const CommandContext& context,
                                     CommandComplaints& complaints) {
    return CommandReader{line, command, context, complaints}.read();
}

} // namespace cmksim::az
