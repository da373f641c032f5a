#include "az/kept_values.hpp"

#include "action/action.hpp"
#include "catalog/vault_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace cmksim::az {

namespace {

constexpr std::string_view plainText = "tsv";

/// What stands at `a.b` of what is printed; null where nothing does, or where it hangs on what happens.
const ReadShape* shapeAt(const ReadShape& shape, std::string_view path) {
    if (path.empty()) {
        return &shape;
    }
    const auto* mapping = std::get_if<shape::Fields>(&shape.what);
    if (mapping == nullptr) {
        return nullptr;
    }
    const std::string_view name = path.substr(0, path.find('.'));
    const auto field = std::ranges::find(mapping->fields, name, &shape::Field::name);
    return field != mapping->fields.end() ? shapeAt(field->shape, path.substr(std::min(name.size() + 1, path.size())))
                                          : nullptr;
}

/// The one value that a text is made of, without its braces; empty where it is something else.
std::string_view valueName(const ReadShape& shape) {
    const auto* text = std::get_if<shape::Text>(&shape.what);
    const std::string_view whole = text != nullptr ? std::string_view{text->text} : std::string_view{};
    const bool isOne = whole.size() > 2 && whole.front() == '{' && whole.find('}') == whole.size() - 1;
    return isOne ? whole.substr(1, whole.size() - 2) : std::string_view{};
}

std::string optionOf(const CommandLine& line, std::string_view sets) {
    const auto option = std::ranges::find(line.given, sets,
                                          [](const GivenOption& one) -> std::string_view { return one.option->sets; });
    return option != line.given.end() && !option->values.empty() ? option->values.front().text : std::string{};
}

std::string idOf(std::string_view type, std::string_view name) {
    return fmt::format("/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/{}/{}", type, name);
}

} // namespace

KeptValues::KeptValues(const EstateSpec& estate, const std::vector<AzureTerms>& terms, const Platform& platform)
    : estate_{estate}, terms_{terms}, platform_{platform} {
    for (const VaultSpec& vault : estate.vaults) {
        add(vault);
    }
}

void KeptValues::add(const VaultSpec& vault) {
    if (vault.kind.present()) {
        vaultKinds_.insert_or_assign(std::string{vault.name.text}, std::string{vault.kind.text});
    }
    for (const KeySpec& key : vault.keys) {
        const std::size_t count = std::max<std::size_t>(key.versions.size(), 1);
        const bool isNamed = !key.versions.empty() && key.versions.back().name.present();
        versions_[fmt::format("{}/{}", vault.name.text, key.name.text)] = {
            count, isNamed ? std::string{key.versions.back().name.text} : fmt::format("v{}", count)};
    }
}

void KeptValues::note(const ActionSpec& action) {
    if (action.kind == kindOf<VaultCreate>) {
        add(*action.vault());
    } else {
        note(ruleOf(action.kind).traits.name, action.target.text);
    }
}

void KeptValues::note(const CommandAction& action) { note(action.name, action.target); }

void KeptValues::note(std::string_view action, std::string_view target) {
    const auto isAny = [&](auto... kinds) { return ((action == ruleOf(kinds).traits.name) || ...); };
    if (isAny(kindOf<KeyCreate>)) {
        Versions& versions = versions_[std::string{target}];
        versions.newest = fmt::format("v{}", ++versions.count);
    } else if (isAny(kindOf<KeyRotate>)) {
        if (const auto versions = versions_.find(target); versions != versions_.end()) {
            versions->second.newest = fmt::format("v{}", ++versions->second.count);
        }
    } else if (isAny(kindOf<KeyPurge>, kindOf<KeyRestore>, kindOf<VaultPurge>)) {
        forget(target);
    }
}

/// What comes under that name later is something else.
void KeptValues::forget(std::string_view target) {
    std::erase_if(versions_, [&](const auto& key) {
        return key.first == target ||
               (key.first.starts_with(target) && key.first.size() > target.size() && key.first[target.size()] == '/');
    });
}

std::optional<std::string> KeptValues::printedBy(const CommandLine& line, std::span<const CommandAction> actions) {
    const std::string path = optionOf(line, outputQuery);
    if (actions.size() != 1 || optionOf(line, outputFormat) != plainText || path.empty()) {
        return std::nullopt;
    }
    if (!shapes_) {
        shapes_ = catalog::readShapes(terms_);
    }
    const CommandRule& rule = *line.rule;
    const auto shape = shapes_->commands.find(rule.printsLike.empty() ? rule.words : rule.printsLike);
    if (shape == shapes_->commands.end() || !shape->second.prints) {
        return std::nullopt;
    }
    const ReadShape* part = shapeAt(*shape->second.prints, path);
    const std::string_view name = part != nullptr ? valueName(*part) : std::string_view{};
    return name.empty() ? std::nullopt : value(name, actions.front(), *line.terms);
}

std::optional<std::string> KeptValues::value(std::string_view name, const CommandAction& action,
                                             const AzureTerms& terms) const {
    const auto isOf = [&](AzureThing thing) {
        const std::string_view word = azureThingNames[static_cast<std::size_t>(thing)];
        return action.name == word || action.name.starts_with(std::string{word}.append("."));
    };
    if (isOf(AzureThing::Key)) {
        return ofKey(name, action.target);
    }
    if (isOf(AzureThing::Vault)) {
        const auto kind = vaultKinds_.find(action.target);
        const std::string_view kindName =
            kind != vaultKinds_.end() && vaultKindNamed(kind->second, platform_) != ordinaryVault
                ? std::string_view{kind->second}
                : std::string_view{};
        return name == "id" ? std::optional{idOf(azureTypeOf(terms_, AzureThing::Vault, kindName).name, action.target)}
               : name == "name"     ? std::optional{action.target}
               : name == "vaultUri" ? std::optional{fmt::format("https://{}/", hostOf(action.target))}
                                    : std::nullopt;
    }
    if (isOf(AzureThing::Identity)) {
        const auto known = std::ranges::find(estate_.identities, std::string_view{action.target},
                                             [](const IdentitySpec& one) { return one.name.text; });
        const auto own = [&](Name IdentitySpec::*id) {
            return known != estate_.identities.end() && ((*known).*id).present() ? std::string{((*known).*id).text}
                                                                                 : std::string{};
        };
        const std::string id = own(&IdentitySpec::id);
        const std::string said = name == "principalId" ? own(&IdentitySpec::principalId)
                                 : name == "clientId"  ? own(&IdentitySpec::clientId)
                                                       : std::string{};
        if (name == "id") {
            return id.empty() ? idOf(azureTypeOf(terms_, AzureThing::Identity).name, action.target) : id;
        }
        if (name == "principalId" || name == "clientId" || name == "name") {
            return said.empty() ? action.target : said; // its name stands for an id that is not known
        }
        return std::nullopt;
    }
    const std::string_view type = resourceTypeOf(terms);
    if (!isOf(AzureThing::Resource) || type.empty()) {
        return std::nullopt;
    }
    const auto known = std::ranges::find(estate_.resources, std::string_view{action.target},
                                         [](const ResourceSpec& one) { return one.key.text; });
    const std::string called{known != estate_.resources.end() && known->azureName.present()
                                 ? known->azureName.text
                                 : std::string_view{action.target}};
    return name == "id"               ? std::optional{idOf(type, called)}
           : name == "name"           ? std::optional{called}
           : name == "ownPrincipalId" ? std::optional{fmt::format("system:{}", action.target)}
                                      : std::nullopt;
}

std::optional<std::string> KeptValues::ofKey(std::string_view name, std::string_view target) const {
    const std::size_t first = std::min(target.find('/'), target.size());
    const std::size_t second = std::min(target.find('/', first + 1), target.size());
    const std::string_view key = target.substr(0, second);
    const std::string uri =
        fmt::format("https://{}/keys/{}", hostOf(target.substr(0, first)), key.substr(std::min(first + 1, key.size())));
    if (name == "keyUri") {
        return uri;
    }
    if (name == "name") {
        return std::string{key.substr(std::min(first + 1, key.size()))};
    }
    if (name != "versionUri") {
        return std::nullopt;
    }
    if (second < target.size()) {
        return uri + std::string{target.substr(second)};
    }
    const auto versions = versions_.find(key);
    return versions != versions_.end() ? std::optional{fmt::format("{}/{}", uri, versions->second.newest)}
                                       : std::nullopt;
}

std::string KeptValues::hostOf(std::string_view vault) const {
    const auto kind = vaultKinds_.find(vault);
    return platform_.hostOf(vault, kind != vaultKinds_.end() ? vaultKindNamed(kind->second, platform_) : ordinaryVault);
}

} // namespace cmksim::az
