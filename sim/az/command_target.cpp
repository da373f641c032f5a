#include "az/command_target.hpp"

#include "action/action.hpp"
#include "az/key_parts.hpp"
#include "base/text.hpp"
#include "catalog/vault_kinds.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace cmksim::az {

namespace {

constexpr std::string_view targetPrefix = "target";

class TargetReader {
public:
    explicit TargetReader(GivenCommand& given) : given_{given} {}

    std::vector<CommandTarget> all() {
        if (const GivenOption* ids = given_.option("target.ids")) {
            std::vector<CommandTarget> found;
            for (const ShellWord& id : ids->values) {
                if (std::optional<CommandTarget> target = byId(id)) {
                    found.push_back(std::move(*target));
                }
            }
            return found;
        }
        if (given_.rule().effect == CommandEffect::ReadRequest && given_.rule().does == "everything") {
            return {CommandTarget{}};
        }
        std::optional<CommandTarget> target = single();
        return target ? std::vector{std::move(*target)} : std::vector<CommandTarget>{};
    }

private:
    std::optional<CommandTarget> single() {
        if (const GivenOption* uri = given_.option("target.uri")) {
            return byUri(uri->values.front());
        }
        if (const GivenOption* scope = given_.option("target.scope")) {
            return byScope(scope->values.front());
        }
        if (const GivenOption* scope = given_.option("target.local-scope")) {
            return byLocalScope(scope->values.front());
        }
        if (const GivenOption* within = given_.option("target.within")) {
            return byPattern(within->values.front());
        }
        if (takes("target.provider")) {
            return byProvider();
        }
        if (const GivenOption* application = given_.option("target.application")) {
            return byApplication(application->values.front());
        }
        if (const GivenOption* name = given_.option("target")) {
            return ofKind(*name, notAsApplication(byName(name->values.front())));
        }
        const GivenOption* vault = given_.option("target.vault");
        if (vault) {
            return ofKind(*vault, byVaultAndKey(vault->values.front()));
        }
        const auto preset =
            std::ranges::find(given_.rule().defaults, targetPrefix, &std::pair<std::string, std::string>::first);
        if (preset != given_.rule().defaults.end()) {
            return CommandTarget{.text = preset->second};
        }
        if (const GivenOption* leftOut = given_.leftOut()) {
            given_.complain(leftOut->raw,
                            fmt::format("{} cannot be simulated so: {}", given_.title(), leftOut->option->leftOut));
            return std::nullopt;
        }
        std::string names;
        for (const CommandOption& option : given_.rule().options) {
            if (isTargetPart(option.sets) && option.sets != "target.version" && option.sets != "target.type" &&
                option.vaultKind.empty()) {
                const bool pair = option.sets == "target.key";
                names.append(names.empty() ? "" : pair ? " and " : ", or ").append(option.names.front());
            }
        }
        given_.complain({}, fmt::format("{} needs {}", given_.title(), names));
        return std::nullopt;
    }

    /// A target in a vault, or a vault, of the kind that the option names: another one is not found by it.
    std::optional<CommandTarget> ofKind(const GivenOption& option, std::optional<CommandTarget> target) {
        if (!target || (target->thing != AzureThing::Vault && target->thing != AzureThing::Key)) {
            return target;
        }
        for (const GivenOption& other : given_.line().given) {
            if (other.option->sets == option.option->sets && other.option->vaultKind != option.option->vaultKind) {
                given_.complain(other.raw, fmt::format("{} takes one of {} and {}", given_.title(),
                                                       option.option->names.front(), other.option->names.front()));
                return std::nullopt;
            }
        }
        target->vaultKind = option.option->vaultKind;
        const std::string_view vault = std::string_view{target->text}.substr(0, target->text.find('/'));
        const auto known = given_.context().references.kindOf(vault);
        if (known && *known != target->vaultKind && given_.rule().does != "vault.create") {
            given_.complain(option.raw, fmt::format("vault {} is of kind {}", inQuotes(vault),
                                                    known->empty() ? std::string_view{"vault"} : *known));
            return std::nullopt;
        }
        return target;
    }

    /// Within a vault that has roles of its own: all of it, or one of its keys.
    std::optional<CommandTarget> byLocalScope(const ShellWord& word) {
        const GivenOption* vault = given_.option("target.vault");
        if (vault == nullptr) {
            given_.complain({}, fmt::format("{} needs {}", given_.title(), given_.optionsFor("target.vault")));
            return std::nullopt;
        }
        CommandTarget target{.text = given_.context().references.vault(vault->values.front().text),
                             .thing = AzureThing::Vault,
                             .at = word.raw};
        constexpr std::string_view keys = "/keys/";
        if (word.text.starts_with(keys) && word.text.find('/', keys.size()) == std::string::npos) {
            target.thing = AzureThing::Key;
            target.text.append("/").append(word.text.substr(keys.size()));
        } else if (word.text != "/" && word.text != "/keys") {
            given_.complain(word.raw, fmt::format("{} is no scope in a vault", inQuotes(word.text)),
                            "give /, /keys or /keys/KEY");
            return std::nullopt;
        }
        return ofKind(*vault, std::move(target));
    }

    std::optional<CommandTarget> byId(const ShellWord& word) {
        const auto id = readAzureId(word.text);
        if (!id || id->names.empty()) {
            given_.complain(word.raw, fmt::format("{} is no resource id", inQuotes(word.text)),
                            "such as /subscriptions/…/resourceGroups/…/providers/TYPE/NAME");
            return std::nullopt;
        }
        if (const KnownAzureType known = findAzureType(given_.context().terms, id->type); known && isTarget(known)) {
            return ofThing(known.type->thing, *id, *known.terms, word);
        }
        given_.complain(word.raw, fmt::format("resources of type {} are not simulated", inQuotes(id->type)));
        return std::nullopt;
    }

    /// What is part of something else is no target.
    static bool isTarget(const KnownAzureType& known) { return canBeTarget(known.type->thing); }

    CommandTarget ofThing(AzureThing thing, const AzureId& id, const AzureTerms& terms, const ShellWord& word) {
        CommandTarget target{.text = {}, .thing = thing, .terms = &terms, .at = word.raw};
        switch (thing) {
        case AzureThing::Vault: target.text = given_.context().references.vault(id.names.front()); break;
        case AzureThing::Key:
            target.text = given_.context().references.vault(id.names.front()) + '/' + id.names.back();
            break;
        case AzureThing::Identity: target.text = given_.context().references.principal(word.text); break;
        case AzureThing::Resource:
            target.text = given_.context().references.resource(terms.service, id.names.back());
            break;
        case AzureThing::Policies:
        case AzureThing::Grant:
        case AzureThing::Scope:
        case AzureThing::DeletedVault:
        case AzureThing::Role:
        case AzureThing::Lock: break; // no targets
        }
        return target;
    }

    std::optional<CommandTarget> byUri(const ShellWord& word) {
        std::string uri = word.text;
        constexpr std::string_view deleted = "/deletedkeys/";
        if (const std::size_t at = uri.find(deleted); at != std::string::npos) {
            uri.replace(at, deleted.size(), "/keys/");
        }
        const auto key = catalog::locateKey(uri, given_.context().platform);
        if (!key) {
            given_.complain(word.raw, fmt::format("{} is no key identifier", inQuotes(word.text)),
                            "such as https://VAULT.vault.azure.net/keys/KEY");
            return std::nullopt;
        }
        CommandTarget target{given_.context().references.vault(key->vault) + '/' + std::string{key->key},
                             AzureThing::Key, nullptr, word.raw};
        if (!key->version.empty() && takesVersion()) {
            target.text.append("/").append(key->version);
        } else if (!key->version.empty() && given_.rule().effect == CommandEffect::Action) {
            given_.warn(word.raw,
                        fmt::format("{} acts on the whole key {}, with all its versions, and not on version {}",
                                    given_.title(), inQuotes(target.text), inQuotes(key->version)));
        }
        return target;
    }

    /// `target.version` is an option of those commands alone that act on one version.
    [[nodiscard]] bool takesVersion() const { return takes("target.version"); }

    [[nodiscard]] bool takes(std::string_view part) const {
        return std::ranges::find(given_.rule().options, part, &CommandOption::sets) != given_.rule().options.end();
    }

    /// A feature, by the provider that knows it.
    std::optional<CommandTarget> byProvider() {
        const GivenOption* provider = given_.option("target.provider");
        const GivenOption* name = given_.option("target");
        if (provider == nullptr || name == nullptr) {
            given_.complain({}, fmt::format("{} needs {}", given_.title(),
                                            given_.optionsFor(provider == nullptr ? "target.provider" : "target")));
            return std::nullopt;
        }
        return CommandTarget{.text = provider->values.front().text + '/' + name->values.front().text,
                             .at = name->values.front().raw};
    }

    /// An application, by its name or any id of it.
    std::optional<CommandTarget> byApplication(const ShellWord& word) {
        std::string name = given_.context().references.principal(word.text);
        if (!given_.context().references.isApplication(name)) {
            given_.complain(word.raw, fmt::format("no application here is {}", inQuotes(word.text)),
                            "describe it in the estate with 'type: Application' and its 'clientId', or leave the "
                            "command out");
            return std::nullopt;
        }
        return CommandTarget{.text = std::move(name), .thing = AzureThing::Identity, .at = word.raw};
    }

    /// Commands that make and delete user-assigned identities find no application.
    std::optional<CommandTarget> notAsApplication(std::optional<CommandTarget> target) {
        const bool isAction = given_.rule().effect == CommandEffect::Action;
        if (isAction && target && target->thing == AzureThing::Identity &&
            given_.context().references.isApplication(target->text)) {
            given_.complain(target->at, fmt::format("{} is no user-assigned identity", inQuotes(target->text)));
            return std::nullopt;
        }
        return target;
    }

    std::optional<CommandTarget> byScope(const ShellWord& word) {
        const auto id = readAzureId(word.text);
        if (!id) {
            given_.complain(word.raw, fmt::format("{} is no scope", inQuotes(word.text)),
                            "give the resource id of a vault, a key, a resource group or a subscription");
            return std::nullopt;
        }
        if (id->names.empty() || findAzureType(given_.context().terms, id->type).is(AzureThing::Scope)) {
            return CommandTarget{.text = "/", .at = word.raw};
        }
        std::optional<CommandTarget> target = byId(word);
        if (target && target->thing != AzureThing::Vault && target->thing != AzureThing::Key) {
            given_.complain(word.raw, fmt::format("a role on {} gives nothing on keys", inQuotes(target->text)),
                            "give it on a vault or a key, or leave the command out");
            return std::nullopt;
        }
        return target;
    }

    std::optional<CommandTarget> byPattern(const ShellWord& word) {
        const std::size_t hole = given_.rule().within.find("{}");
        const std::string_view before = std::string_view{given_.rule().within}.substr(0, hole);
        const std::string_view after = std::string_view{given_.rule().within}.substr(hole + 2);
        const std::string_view text = word.text;
        if (text.size() <= before.size() + after.size() || !text.starts_with(before) || !text.ends_with(after)) {
            given_.complain(
                word.raw, fmt::format("{} is known here with {} only", given_.title(), inQuotes(given_.rule().within)));
            return std::nullopt;
        }
        return named(text.substr(before.size(), text.size() - before.size() - after.size()), word);
    }

    std::optional<CommandTarget> byName(const ShellWord& word) {
        if (word.text.starts_with('/')) {
            return byId(word);
        }
        if (const GivenOption* type = given_.option("target.type")) {
            const KnownAzureType known = findAzureType(given_.context().terms, type->values.front().text);
            if (known && isTarget(known)) {
                return ofThing(known.type->thing, AzureId{known.type->name, {word.text}}, *known.terms, word);
            }
            given_.complain(type->raw,
                            fmt::format("resources of type {} are not simulated", inQuotes(type->values.front().text)));
            return std::nullopt;
        }
        return named(word.text, word);
    }

    /// By a name alone, whose kind the command tells.
    std::optional<CommandTarget> named(std::string_view name, const ShellWord& word) {
        CommandTarget target{.text = {}, .thing = AzureThing::Resource, .terms = given_.line().terms, .at = word.raw};
        if (given_.rule().effect == CommandEffect::Action) {
            const auto action = actionNamed(given_.rule().does);
            switch (action ? ruleOf(*action).traits.target : TargetKind::Resource) {
            case TargetKind::Vault: target.thing = AzureThing::Vault; break;
            case TargetKind::Identity: target.thing = AzureThing::Identity; break;
            default: break;
            }
        } else if (given_.rule().does.ends_with("vault")) {
            target.thing = AzureThing::Vault;
        } else if (given_.rule().does.ends_with("identity")) {
            target.thing = AzureThing::Identity;
        }
        switch (target.thing) {
        case AzureThing::Vault: target.text = given_.context().references.vault(name); break;
        case AzureThing::Identity: target.text = given_.context().references.principal(name); break;
        default: target.text = resourceNamed(name, word); break;
        }
        return target.text.empty() ? std::nullopt : std::optional{std::move(target)};
    }

    std::string resourceNamed(std::string_view name, const ShellWord& word) {
        std::string text = given_.context().references.resource(given_.line().terms->service, name);
        const std::string_view service = given_.context().references.serviceOf(text);
        if (!service.empty() && !given_.line().terms->service.empty() && service != given_.line().terms->service) {
            given_.complain(word.raw, fmt::format("{} is of service {}", inQuotes(text), service),
                            fmt::format("{} acts on {}", given_.title(), given_.line().terms->service));
            return {};
        }
        return text;
    }

    std::optional<CommandTarget> byVaultAndKey(const ShellWord& vault) {
        CommandTarget target{given_.context().references.vault(vault.text), AzureThing::Key, nullptr, vault.raw};
        if (const GivenOption* key = given_.option("target.key")) {
            target.text.append("/").append(key->values.front().text);
        } else if (const GivenOption* file = given_.rule().does == "key.restore" ? given_.option("file") : nullptr) {
            const auto backup = given_.context().backups.find(file->values.front().text);
            if (backup == given_.context().backups.end()) {
                given_.complain(file->values.front().raw,
                                fmt::format("no backup here is written to {}", inQuotes(file->values.front().text)),
                                fmt::format("name the key with {}", given_.optionsFor("target.key")));
                return std::nullopt;
            }
            target.text.append(backup->second.substr(backup->second.find('/')));
        } else {
            given_.complain({}, fmt::format("{} needs {}", given_.title(), given_.optionsFor("target.key")));
            return std::nullopt;
        }
        if (const GivenOption* version = given_.option("target.version")) {
            target.text.append("/").append(version->values.front().text);
        }
        return target;
    }

    GivenCommand& given_;
};

} // namespace

bool isTargetPart(std::string_view field) { return field.starts_with(targetPrefix); }

std::string_view fieldOf(std::string_view sets) {
    constexpr std::string_view identity = "identity";
    return sets == clientIdentityPart ? identity : sets.substr(0, sets.find('='));
}

void GivenCommand::complain(std::string_view at, std::string message, std::string help) {
    complaints_.complain(at.empty() ? command_ : at, std::move(message), std::move(help));
    sound_ = false;
}

std::string GivenCommand::title() const { return fmt::format("'az {}'", rule().words); }

const GivenOption* GivenCommand::option(std::string_view sets) const {
    const auto found = std::ranges::find_if(
        line_.given, [&](const GivenOption& one) { return one.option->sets == sets && !one.values.empty(); });
    return found != line_.given.end() ? &*found : nullptr;
}

const GivenOption* GivenCommand::leftOut() const {
    const auto found =
        std::ranges::find_if(line_.given, [](const GivenOption& one) { return !one.option->leftOut.empty(); });
    return found != line_.given.end() ? &*found : nullptr;
}

std::string GivenCommand::optionsFor(std::string_view field) const {
    std::string text;
    for (const CommandOption& option : rule().options) {
        const bool isPart = isWholeKey(field) && !isListed(field) && fieldOf(option.sets) == partOf(field, namePart);
        if (fieldOf(option.sets) == field || isPart ||
            (option.sets.starts_with("properties") && !isTargetPart(field))) {
            text.append(text.empty() ? "" : " or ").append(option.names.front());
        }
    }
    return text;
}

std::vector<CommandTarget> targetsOf(GivenCommand& given) { return TargetReader{given}.all(); }

} // namespace cmksim::az
