#include "import/estate.hpp"

#include "az/references.hpp"
#include "base/flow_yaml.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "import/identity_index.hpp"
#include "import/match.hpp"
#include "scenario/key_reference.hpp"
#include "scenario/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace cmksim::import {

namespace {

RawVersion versionNamed(std::string_view name) {
    RawVersion version;
    version.name = name;
    return version;
}

/// Of what is told alike no more than so much is told one by one.
constexpr std::size_t mostAlike = 100;

/// A vault as it is put together.
struct Vault {
    std::string name;
    std::string id;
    std::vector<std::pair<std::string, JsonValue>> settings;
    JsonObject policies;
    JsonObject roles;
    std::vector<std::pair<std::string, std::vector<RawVersion>>> keys;
    std::vector<std::pair<std::string, JsonObject>> keyRoles; // by key
};

class Joiner {
public:
    Joiner(const RawImport& raw, Catalog& catalog, Diagnostics& diagnostics)
        : raw_{raw}, catalog_{catalog}, terms_{catalog.azure()}, platform_{catalog.platform()},
          diagnostics_{diagnostics} {}

    ImportedEstate join() {
        for (const RawIdentity& identity : raw_.identities) {
            identities_.add(identity);
        }
        for (const RawVault& vault : raw_.vaults) {
            collect(vault);
        }
        for (const RawKey& key : raw_.keys) {
            collect(key);
        }
        for (const RawResource& resource : raw_.resources) {
            nameResource(resource);
        }
        for (std::size_t i = 0; i < raw_.resources.size(); ++i) {
            describe(raw_.resources[i], resourceNames_[i]);
        }
        for (const RawVault& vault : raw_.vaults) {
            policies(vault);
        }
        for (const RawGrant& grant : raw_.grants) {
            grants(grant);
        }
        write();
        countUntold();
        return std::move(estate_);
    }

private:
    template <class T>
    using ByText = std::unordered_map<std::string, T>;

    /// `help` says what becomes of it, and is what warnings are alike in.
    void warn(Mark mark, std::string message, std::string_view help) {
        std::size_t& told = told_[std::string{help}];
        if (++told <= mostAlike) {
            diagnostics_.warning(mark, std::move(message), std::string{help});
        }
    }

    void countUntold() {
        for (const auto& [help, told] : told_) {
            if (told > mostAlike) {
                diagnostics_.warning({}, fmt::format("{} more things of which holds: {}", told - mostAlike, help));
            }
        }
    }

    // --- identities --------------------------------------------------------------------------------------------------

    /// One that is used and that nothing says more of.
    std::string strange(std::string_view text, const RawResource& user) {
        RawIdentity made;
        const auto id = readAzureId(text.substr(text.find('=') == std::string_view::npos ? 0 : text.find('=') + 1));
        const bool named = id && !id->names.empty();
        made.name = named ? id->names.back() : std::string{text};
        (named ? made.id : made.clientId) = named ? std::string{text.substr(text.find('/'))} : std::string{text};
        identities_.add(made);
        const std::string name = identities_.nameOf(named ? made.id : made.clientId);
        warn(user.mark,
             fmt::format("nothing that was read is the identity {} of {} {}", inQuotes(text), user.service,
                         inQuotes(user.name)),
             "it stands as one of that name, to which nothing is granted but what names it so");
        return name;
    }

    // --- vaults and keys ---------------------------------------------------------------------------------------------

    void collect(const RawVault& found) {
        const auto [at, isNew] = vaultByName_.try_emplace(lowerCase(found.name), vaults_.size());
        if (isNew) {
            if (!isVaultName(found.name)) {
                warn(found.mark, fmt::format("{} can be no vault's name", inQuotes(found.name)),
                     "the vault is left out");
                vaultByName_.erase(at);
                return;
            }
            vaults_.push_back({found.name, {}, {}, {}, {}, {}, {}});
        }
        Vault& vault = vaults_[at->second];
        if (vault.settings.empty()) {
            for (const auto& [field, value] : found.settings) {
                if (auto fit = matchSetting(field, value, platform_)) {
                    vault.settings.emplace_back(field, std::move(*fit));
                } else {
                    warn(found.mark,
                         fmt::format("{} of vault {} cannot be {}", field, inQuotes(found.name), value.line()),
                         "the setting is left out");
                }
            }
        }
        vault.id = vault.id.empty() ? found.id : vault.id;
    }

    Vault* vaultNamed(std::string_view name) {
        const auto found = vaultByName_.find(lowerCase(name));
        return found != vaultByName_.end() ? &vaults_[found->second] : nullptr;
    }

    void collect(const RawKey& found) {
        Vault* vault = vaultNamed(found.vault);
        if (vault == nullptr || !isKeyName(found.name)) {
            warn(found.mark,
                 vault ? fmt::format("{} can be no key's name", inQuotes(found.name))
                       : fmt::format("key {} lies in vault {}, which nothing that was read describes",
                                     inQuotes(found.name), inQuotes(found.vault)),
                 "it is left out");
            return;
        }
        std::vector<RawVersion>& versions = versionsOf(*vault, found.name);
        for (const RawVersion& version : found.versions) {
            const auto same = std::ranges::find(versions, version.name, &RawVersion::name);
            if (version.name.empty() && !versions.empty()) {
                continue;
            }
            if (same == versions.end()) {
                std::erase_if(versions, [](const RawVersion& one) { return one.name.empty(); });
                versions.push_back(version);
            } else if (same->created.empty()) {
                *same = version;
            }
        }
        std::ranges::stable_sort(versions, {}, &RawVersion::created);
    }

    std::vector<RawVersion>& versionsOf(Vault& vault, std::string_view key) {
        const auto found =
            std::ranges::find_if(vault.keys, [&](const auto& one) { return equalIgnoringCase(one.first, key); });
        return found != vault.keys.end() ? found->second
                                         : vault.keys.emplace_back(std::string{key}, std::vector<RawVersion>{}).second;
    }

    [[nodiscard]] static const std::string* keyNamed(const Vault& vault, std::string_view key) {
        const auto found =
            std::ranges::find_if(vault.keys, [&](const auto& one) { return equalIgnoringCase(one.first, key); });
        return found != vault.keys.end() ? &found->first : nullptr;
    }

    // --- resources ---------------------------------------------------------------------------------------------------

    void nameResource(const RawResource& resource) {
        std::string name = matchName(resource.name);
        if (!taken_.insert(name).second) {
            name = unusedName(fmt::format("{}-{}", name, resource.service), taken_);
        }
        resourceNames_.push_back(name);
        if (!resource.ownPrincipal.empty()) {
            own_.emplace(lowerCase(resource.ownPrincipal), "system:" + name);
        }
    }

    void describe(const RawResource& resource, const std::string& name) {
        JsonObject fields{{"service", resource.service}};
        if (name != resource.name) {
            fields.emplace_back("name", resource.name);
        }
        for (const auto& [property, value] : resource.properties) {
            if (isKnown(resource.service, property, value)) {
                fields.emplace_back(property, value);
            } else {
                warn(resource.mark,
                     fmt::format("{} of {} {} cannot be {}", property, resource.service, inQuotes(resource.name),
                                 value.line()),
                     "the property is left out");
            }
        }
        JsonArray attached;
        if (!resource.ownPrincipal.empty()) {
            attached.emplace_back("SystemAssigned");
        }
        for (const PrincipalText& text : resource.attached) {
            const std::string identity = identities_.nameOf(text);
            const std::string named = identity.empty() && !text.empty() ? strange(text, resource) : identity;
            if (!named.empty()) {
                attached.emplace_back(named);
            }
        }
        if (!resource.key.empty()) {
            if (const std::string identity = identityOf(resource); !identity.empty()) {
                fields.emplace_back("identity", identity);
            }
            fields.emplace_back("key", keyOf(resource));
        }
        if (!attached.empty()) {
            fields.emplace_back("identities", std::move(attached));
        }
        estate_.resources.emplace_back(name, std::move(fields));
    }

    /// Whether the newest model of the service has the property with that value.
    bool isKnown(const std::string& service, const std::string& property, const JsonValue& value) {
        const Model* model = catalog_.model(service, {}, diagnostics_);
        if (model == nullptr) {
            return false;
        }
        const std::string text = flowYaml(value);
        return std::ranges::any_of(model->properties, [&](const PropertyRule& rule) {
            return rule.name == property && std::ranges::find(rule.values, text) != rule.values.end();
        });
    }

    std::string identityOf(const RawResource& resource) {
        if (resource.identity.empty()) {
            const auto terms = std::ranges::find(terms_, resource.service, &AzureTerms::service);
            return terms != terms_.end() ? terms->identityDefault : std::string{};
        }
        if (IdentityIndex::isOwn(resource.identity) ||
            (!resource.ownPrincipal.empty() && lowerCase(resource.identity) == lowerCase(resource.ownPrincipal))) {
            return "SystemAssigned";
        }
        const std::string known = identities_.nameOf(resource.identity);
        return known.empty() ? strange(resource.identity, resource) : known;
    }

    /// VAULT/KEY where both are known; else the identifier as it stands.
    std::string keyOf(const RawResource& resource) {
        const KeyParts parts = keyPartsOf(resource.key);
        Vault* vault = vaultNamed(parts.vault);
        if (vault == nullptr || !isKeyName(parts.key)) {
            warn(resource.mark,
                 parts.key.empty() ? fmt::format("{} of {} {} is no key identifier", inQuotes(resource.key),
                                                 resource.service, inQuotes(resource.name))
                                   : fmt::format("{} {} uses a key in vault {}, which nothing that was read describes",
                                                 resource.service, inQuotes(resource.name), inQuotes(parts.vault)),
                 "its first revalidation will find none; import the vault too");
            std::string text = resource.key;
            std::erase(text, unknownMark);
            return text.find("://") == std::string::npos ? "https://" + matchName(text) : text; // which leads nowhere
        }
        const std::string* key = keyNamed(*vault, parts.key);
        if (key == nullptr) {
            warn(resource.mark,
                 fmt::format("nothing that was read describes key {} in vault {}", inQuotes(parts.key),
                             inQuotes(vault->name)),
                 "it is taken to be there, enabled, and never to expire");
            versionsOf(*vault, parts.key).push_back(versionNamed(parts.version));
            key = keyNamed(*vault, parts.key);
        }
        std::string text = vault->name + '/' + *key;
        if (!parts.version.empty() && !isVersionName(parts.version)) {
            return resource.key;
        }
        if (!parts.version.empty()) {
            std::vector<RawVersion>& versions = versionsOf(*vault, parts.key);
            if (std::ranges::find(versions, parts.version, &RawVersion::name) == versions.end()) {
                const bool single = versions.size() == 1 && versions.front().name.empty();
                if (single) {
                    versions.front().name = parts.version;
                } else {
                    warn(resource.mark,
                         fmt::format("nothing that was read describes version {} of key {}", inQuotes(parts.version),
                                     inQuotes(text)),
                         "it is taken to be an older one, and enabled");
                    versions.insert(versions.begin(), versionNamed(parts.version));
                }
            }
            text.append("/").append(parts.version);
        }
        return text;
    }

    // --- grants ------------------------------------------------------------------------------------------------------

    std::string grantee(const std::string& text) const {
        std::string known = identities_.nameOf(text);
        if (known.empty()) {
            const auto own = own_.find(lowerCase(text));
            known = own != own_.end() ? own->second : std::string{};
        }
        return known;
    }

    void policies(const RawVault& found) {
        Vault* vault = vaultNamed(found.name);
        if (vault == nullptr) {
            return;
        }
        for (const RawPolicy& policy : found.policies) {
            const std::string who = grantee(policy.principal);
            if (who.empty()) {
                warn(policy.mark,
                     fmt::format("the policy of {} in vault {} is of nobody that was read", inQuotes(policy.principal),
                                 inQuotes(vault->name)),
                     "it is left out");
                continue;
            }
            addPolicy(policy, who, *vault);
        }
    }

    /// Several policies of one principal come to one.
    void addPolicy(const RawPolicy& policy, const std::string& who, Vault& vault) {
        auto held = std::ranges::find(vault.policies, who, &JsonObject::value_type::first);
        JsonArray permissions = held != vault.policies.end() ? held->second.items() : JsonArray{};
        const auto add = [&](std::string_view name) {
            if (std::ranges::none_of(permissions,
                                     [&](const JsonValue& one) { return one.line() == jsonString(name); })) {
                permissions.emplace_back(name);
            }
        };
        for (const std::string& permission : policy.permissions) {
            const std::string_view known = matchPermission(permission, platform_);
            if (equalIgnoringCase(permission, "all")) {
                std::ranges::for_each(platform_.keyPermissions, add);
            } else if (!known.empty()) {
                add(known);
            } else {
                warn(policy.mark, fmt::format("there is no key permission {}", inQuotes(permission)),
                     "the permission is left out");
            }
        }
        if (held != vault.policies.end()) {
            held->second = JsonValue{std::move(permissions)};
        } else if (!permissions.empty()) {
            ++estate_.grants;
            vault.policies.emplace_back(who, std::move(permissions));
        }
    }

    /// The name of a role that may use keys or is known not to; empty for all others.
    std::string roleNamed(std::string_view text) const {
        const std::string lower =
            lowerCase(text.substr(text.rfind('/') == std::string_view::npos ? 0 : text.rfind('/') + 1));
        for (const AzureTerms& terms : terms_) {
            for (const auto& [id, name] : terms.roles) {
                if (lower == id || lower == lowerCase(name)) {
                    return name;
                }
            }
        }
        return {};
    }

    void grants(const RawGrant& grant) {
        const auto scope = readAzureId(grant.scope);
        const std::string role = roleNamed(grant.role);
        const bool above = scope && scope->names.empty();
        const bool onKeys = scope && isOfVault(*scope);
        if (role.empty() || !(above || onKeys)) {
            ++estate_.others;
            if (onKeys) {
                warn(grant.mark, fmt::format("role {} gives nothing on keys that is known here", inQuotes(grant.role)),
                     "its assignment is left out");
            } else if (!scope) {
                warn(grant.mark, fmt::format("{} is no scope that is known here", inQuotes(grant.scope)),
                     "the assignment is left out");
            }
            return;
        }
        const std::string who = grantee(grant.principal);
        if (who.empty()) {
            ++estate_.others;
            warn(grant.mark,
                 fmt::format("the assignment of {} is to nobody that was read, {}", inQuotes(role),
                             inQuotes(grant.principal)),
                 "it is left out");
            return;
        }
        ++estate_.grants;
        if (above) {
            grantAbove(grant, who, role);
        } else if (Vault* vault = vaultNamed(scope->names.front())) {
            if (scope->names.size() == 1) {
                add(vault->roles, who, role);
            } else {
                grantOnKey(*vault, scope->names.back(), who, role);
            }
        } else {
            --estate_.grants;
            warn(grant.mark, fmt::format("nothing that was read describes vault {}", inQuotes(scope->names.front())),
                 "the assignment there is left out");
        }
    }

    [[nodiscard]] bool isOfVault(const AzureId& id) const {
        const KnownAzureType known = findAzureType(terms_, id.type);
        return known.is(AzureThing::Vault) || known.is(AzureThing::Key);
    }

    /// A grant at a resource group holds for the vaults in it; for all of them, it is written once.
    void grantAbove(const RawGrant& grant, const std::string& who, const std::string& role) {
        std::string prefix = lowerCase(grant.scope);
        prefix += prefix.ends_with('/') ? "" : "/";
        const auto isUnder = [&](const Vault& vault) {
            return vault.id.empty() || !vault.id.starts_with('/') || !prefix.starts_with("/subscriptions/") ||
                   lowerCase(vault.id).starts_with(prefix);
        };
        if (std::ranges::all_of(vaults_, isUnder)) {
            add(estate_.roleAssignments, who, role);
            return;
        }
        for (Vault& vault : vaults_) {
            if (isUnder(vault)) {
                add(vault.roles, who, role);
            }
        }
        warn(grant.mark,
             fmt::format("{} of {} at {} is written at each vault in it", inQuotes(role), inQuotes(who),
                         inQuotes(grant.scope)),
             "deleting such a vault takes the assignment there");
    }

    void grantOnKey(Vault& vault, std::string_view key, const std::string& who, const std::string& role) {
        const std::string* known = keyNamed(vault, key);
        if (known == nullptr && isKeyName(key)) {
            versionsOf(vault, key);
            known = keyNamed(vault, key);
        }
        if (known != nullptr) {
            auto of = std::ranges::find_if(vault.keyRoles, [&](const auto& one) { return one.first == *known; });
            if (of == vault.keyRoles.end()) {
                of = vault.keyRoles.insert(of, {*known, {}});
            }
            add(of->second, who, role);
        }
    }

    static void add(JsonObject& roles, const std::string& who, const std::string& role) {
        auto found = std::ranges::find(roles, who, &JsonObject::value_type::first);
        JsonArray list;
        if (found == roles.end()) {
            found = roles.insert(found, {who, JsonValue{nullptr}});
        } else {
            list = found->second.items();
        }
        if (std::ranges::none_of(list, [&](const JsonValue& one) { return one.line() == jsonString(role); })) {
            list.emplace_back(role);
        }
        found->second = JsonValue{std::move(list)};
    }

    // --- writing it down ---------------------------------------------------------------------------------------------

    void write() {
        for (const IdentityIndex::Identity& identity : identities_.all()) {
            JsonObject fields;
            const auto say = [&](std::string_view name, const std::string& value) {
                if (!value.empty() && value.find(unknownMark) == std::string::npos) {
                    fields.emplace_back(name, value);
                }
            };
            say("principalId", identity.principalId);
            say("clientId", identity.clientId);
            say("id", identity.id);
            estate_.identities.emplace_back(identity.name, std::move(fields));
        }
        for (Vault& vault : vaults_) {
            writeVault(vault);
        }
        estate_.others += raw_.others;
    }

    /// Purge protection without soft delete does not exist.
    static void mend(Vault& vault) {
        const auto is = [&](std::string_view name, std::string_view value) {
            return std::ranges::any_of(
                vault.settings, [&](const auto& one) { return one.first == name && one.second.line() == value; });
        };
        if (is("enableSoftDelete", "false") && is("enablePurgeProtection", "true")) {
            std::erase_if(vault.settings, [](const auto& one) { return one.first == "enableSoftDelete"; });
        }
    }

    void writeVault(Vault& vault) {
        mend(vault);
        JsonObject fields;
        JsonObject network;
        for (auto& [name, value] : vault.settings) {
            constexpr std::string_view acls = "networkAcls.";
            if (std::string_view{name}.starts_with(acls)) {
                network.emplace_back(name.substr(acls.size()), std::move(value));
            } else {
                fields.emplace_back(name, std::move(value));
            }
        }
        const auto say = [&](std::string_view name, JsonObject value) {
            if (!value.empty()) {
                fields.emplace_back(name, std::move(value));
            }
        };
        say("networkAcls", std::move(network));
        say("accessPolicies", std::move(vault.policies));
        say("roleAssignments", std::move(vault.roles));
        JsonObject keys;
        for (const auto& [name, versions] : vault.keys) {
            ++estate_.keys;
            JsonObject key = keyFieldsOf(versions);
            const auto roles = std::ranges::find_if(vault.keyRoles, [&](const auto& one) { return one.first == name; });
            if (roles != vault.keyRoles.end()) {
                key.emplace_back("roleAssignments", roles->second);
            }
            keys.emplace_back(name, std::move(key));
        }
        say("keys", std::move(keys));
        estate_.vaults.emplace_back(vault.name, std::move(fields));
    }

    const RawImport& raw_;
    Catalog& catalog_;
    const std::vector<AzureTerms>& terms_;
    const Platform& platform_;
    Diagnostics& diagnostics_;
    std::map<std::string, std::size_t> told_;
    ImportedEstate estate_;
    IdentityIndex identities_;
    std::vector<Vault> vaults_;
    ByText<std::size_t> vaultByName_;
    std::vector<std::string> resourceNames_;
    std::set<std::string> taken_;
    ByText<std::string> own_; // system:RESOURCE by the principal's text
};

} // namespace

ImportedEstate joinEstate(const RawImport& raw, Catalog& catalog, Diagnostics& diagnostics) {
    return Joiner{raw, catalog, diagnostics}.join();
}

} // namespace cmksim::import
