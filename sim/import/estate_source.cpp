#include "import/estate_source.hpp"

#include "az/references.hpp"
#include "base/time.hpp"
#include "catalog/fact_reader.hpp"
#include "catalog/vault_kinds.hpp"
#include "document/as_json.hpp"
#include "document/values.hpp"
#include "import/resource_place.hpp"
#include "import/tags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cmksim::import {

namespace {

/// One word or a list of them.
std::vector<std::string> wordsOf(Node node) {
    std::vector<std::string> words;
    if (node && node.isScalar()) {
        words.emplace_back(node.text());
    }
    if (node) {
        for (const Node item : node.items()) {
            words.emplace_back(item.text());
        }
    }
    return words;
}

JsonObject rolesAsWritten(Node roles) {
    JsonObject all;
    for (const auto [who, list] : roles.entries()) {
        const std::vector<std::string> words = wordsOf(list);
        all.emplace_back(who.text(), JsonArray(words.begin(), words.end()));
    }
    return all;
}

/// The fields of a thing, with its roles as lists.
JsonObject fieldsAsWritten(Node thing) {
    JsonObject fields;
    for (const auto [name, value] : thing.entries()) {
        if (name.text() == "roleAssignments") {
            fields.emplace_back(name.text(), rolesAsWritten(value));
        } else if (name.text() == "keys" && value.isMapping() && !thing.find("service")) {
            JsonObject keys;
            for (const auto [key, described] : value.entries()) {
                keys.emplace_back(key.text(), fieldsAsWritten(described));
            }
            fields.emplace_back(name.text(), std::move(keys));
        } else {
            fields.emplace_back(name.text(), asJson(value));
        }
    }
    return fields;
}

class EstateSource {
public:
    EstateSource(Node estate, CalendarTime start, const std::vector<AzureTerms>& terms, const Platform& platform)
        : estate_{estate}, start_{start}, terms_{terms}, platform_{platform} {}

    RawImport read() {
        for (const auto [name, fields] : section("identities")) {
            identity(name, fields);
        }
        grants("/", estate_.find("roleAssignments"));
        for (const auto [name, fields] : section("vaults")) {
            vault(name, fields);
        }
        for (const auto [name, fields] : section("resources")) {
            if (textOf(fields, "service") != "unmodelled") {
                resource(name, fields);
            }
        }
        return std::move(raw_);
    }

private:
    /// The entries of a section; none where it is absent.
    [[nodiscard]] std::vector<Entry> section(std::string_view name) const {
        std::vector<Entry> entries;
        if (const Node found = estate_.find(name)) {
            for (const Entry entry : found.entries()) {
                entries.push_back(entry);
            }
        }
        return entries;
    }

    static std::string textOf(Node node, std::string_view field) {
        const Node found = node.find(field);
        return found && found.isScalar() ? std::string{found.text()} : std::string{};
    }

    /// An instant of the calendar, whichever way it is written.
    [[nodiscard]] std::string instantOf(Node node, std::string_view field) const {
        const std::string text = textOf(node, field);
        const auto since = parseDuration(text);
        return since ? formatTimestamp(start_ + *since) : text;
    }

    [[nodiscard]] std::string idOf(AzureThing thing, std::string_view name, std::string_view vaultKind = {}) const {
        return resourceIdOf({}, {}, azureTypeOf(terms_, thing, vaultKind).name, name);
    }

    /// The kind of a vault; the ordinary one of a vault that the estate does not have.
    [[nodiscard]] VaultKindId kindOf(std::string_view vault) const {
        const Node vaults = estate_.find("vaults");
        const Node fields = vaults ? vaults.find(vault) : Node{};
        return catalog::vaultKindNamed(fields ? textOf(fields, "kind") : std::string{}, platform_);
    }

    /// As the types of Azure call it.
    [[nodiscard]] std::string_view typeKindOf(std::string_view vault) const {
        const VaultKindId kind = kindOf(vault);
        return kind == ordinaryVault ? std::string_view{} : platform_.vaultKinds[kind].name;
    }

    /// The text that stands for the principal of an identity, and joins what refers to it.
    [[nodiscard]] std::string principalOf(std::string_view name) const {
        const Node identities = estate_.find("identities");
        const Node found = identities ? identities.find(name) : Node{};
        const std::string id = found ? textOf(found, "id") : std::string{};
        return !found ? std::string{name} : id.empty() ? idOf(AzureThing::Identity, name) : id;
    }

    void identity(Node name, Node fields) {
        RawIdentity identity;
        identity.name = name.text();
        identity.mark = name.mark();
        identity.id = principalOf(name.text());
        identity.principalId = textOf(fields, "principalId");
        identity.clientId = textOf(fields, "clientId");
        raw_.identities.push_back(std::move(identity));
    }

    /// Whether Azure's tools have a word for a setting of a vault; what only the language knows is no source's.
    [[nodiscard]] bool isSaidByTools(std::string_view field) const {
        return std::ranges::any_of(terms_, [&](const AzureTerms& terms) {
            return std::ranges::any_of(terms.properties, [&](const AzureProperty& one) {
                return one.thing == AzureThing::Vault && one.field == field;
            });
        });
    }

    void settings(Node fields, const std::string& prefix, RawVault& vault) {
        constexpr std::array<std::string_view, 4> parts{"accessPolicies", "roleAssignments", "keys", "deleted"};
        for (const auto [name, value] : fields.entries()) {
            const bool isPart = prefix.empty() && std::ranges::find(parts, name.text()) != parts.end();
            if (isPart) {
                continue;
            }
            const std::string field = prefix + std::string{name.text()};
            if (value.isMapping()) {
                settings(value, field + '.', vault);
            } else if (isSaidByTools(field)) {
                vault.settings.emplace_back(field, asJson(value));
            }
        }
    }

    void vault(Node name, Node fields) {
        RawVault vault;
        vault.name = name.text();
        vault.mark = name.mark();
        vault.kind = kindOf(name.text());
        vault.id = idOf(AzureThing::Vault, name.text(), typeKindOf(name.text()));
        vault.isWhole = true;
        vault.hasAllPolicies = true;
        vault.hasAllRoles = true;
        settings(fields, {}, vault);
        if (const Node policies = fields.find("accessPolicies")) {
            for (const auto [who, permissions] : policies.entries()) {
                vault.policies.push_back({principalOf(who.text()), wordsOf(permissions), who.mark()});
            }
        }
        grants(vault.id, fields.find("roleAssignments"));
        if (const std::string at = instantOf(fields, "deleted"); !at.empty()) {
            vault.deleted = Deletion{at, {}};
        }
        if (const Node keys = fields.find("keys")) {
            for (const auto [key, described] : keys.entries()) {
                this->key(vault.name, key, described);
            }
        }
        raw_.vaults.push_back(std::move(vault));
    }

    void key(const std::string& vault, Node name, Node fields) {
        RawKey key;
        key.vault = vault;
        key.vaultKind = kindOf(vault);
        key.name = name.text();
        key.mark = name.mark();
        const Node versions = fields.find("versions");
        if (versions) {
            for (const Node version : versions.items()) {
                key.versions.push_back(versionOf(version));
            }
        } else {
            key.versions.push_back(versionOf(fields));
        }
        if (const std::string at = instantOf(fields, "deleted"); !at.empty()) {
            key.deleted = Deletion{at, {}};
        }
        grants(idOf(AzureThing::Key, vault + '/' + key.name, typeKindOf(vault)), fields.find("roleAssignments"));
        raw_.keys.push_back(std::move(key));
    }

    [[nodiscard]] RawVersion versionOf(Node fields) const {
        RawVersion version;
        version.name = textOf(fields, "name");
        const Node enabled = fields.find("enabled");
        version.enabled = !enabled || asBoolean(enabled).value_or(true);
        version.notBefore = instantOf(fields, "notBefore");
        version.expires = instantOf(fields, "expires");
        return version;
    }

    void grants(const std::string& scope, Node roles) {
        if (!roles) {
            return;
        }
        for (const auto [who, list] : roles.entries()) {
            for (const std::string& role : wordsOf(list)) {
                RawGrant grant;
                grant.mark = who.mark();
                grant.principal = principalOf(who.text());
                grant.role = role;
                grant.scope = scope;
                raw_.grants.push_back(std::move(grant));
            }
        }
    }

    static std::string typeOf(const AzureTerms& terms) {
        const auto type = std::ranges::find(terms.types, AzureThing::Resource, &AzureType::thing);
        return type != terms.types.end() ? type->name : terms.service;
    }

    void resource(Node name, Node fields) {
        const std::string service = textOf(fields, "service");
        const auto terms = std::ranges::find(terms_, service, &AzureTerms::service);
        if (terms == terms_.end()) {
            return;
        }
        RawResource resource;
        const std::string called = textOf(fields, "name");
        resource.name = called.empty() ? std::string{name.text()} : called;
        resource.mark = name.mark();
        resource.service = service;
        resource.type = typeOf(*terms);
        resource.id = resourceIdOf({}, {}, resource.type, resource.name);
        resource.isWhole = true;
        const auto identifierOf = [&](const std::string& key) {
            if (key.empty() || key.find("://") != std::string::npos) {
                return key;
            }
            const std::string vault = key.substr(0, key.find('/'));
            return fmt::format("https://{}/keys/{}", platform_.hostOf(vault, kindOf(vault)),
                               key.substr(key.find('/') + 1));
        };
        resource.key = identifierOf(textOf(fields, "key"));
        if (const Node keys = fields.find("keys"); keys && keys.isMapping()) {
            for (const auto [slot, use] : keys.entries()) {
                const std::string who = textOf(use, "identity");
                resource.slots.push_back({std::string{slot.text()},
                                          {identifierOf(textOf(use, "key")), who.empty() ? who : principalOf(who)}});
            }
        }
        const std::string identity = textOf(fields, "identity");
        resource.identity = identity.empty() ? identity : principalOf(identity);
        const std::string own = "system:" + std::string{name.text()};
        for (const std::string& one : wordsOf(fields.find("identities"))) {
            if (one == "SystemAssigned") {
                resource.ownPrincipal = own;
            } else {
                resource.attached.push_back(principalOf(one));
            }
        }
        if (identity == "SystemAssigned") {
            resource.ownPrincipal = own;
        }
        for (const std::string& base : wordsOf(fields.find("on"))) {
            const Node described = estate_.find("resources").find(base);
            const auto of = described ? std::ranges::find(terms_, textOf(described, "service"), &AzureTerms::service)
                                      : terms_.end();
            if (of != terms_.end()) {
                const std::string calledSo = textOf(described, "name");
                resource.bases.push_back(resourceIdOf({}, {}, typeOf(*of), calledSo.empty() ? base : calledSo));
            }
        }
        resource.tags = tagsIn(fields.find("tags"));
        raw_.resources.push_back(std::move(resource));
    }

    Node estate_;
    CalendarTime start_;
    const std::vector<AzureTerms>& terms_;
    const Platform& platform_;
    RawImport raw_;
};

} // namespace

namespace {

/// Where grants of a scope stand.
void notePlaces(const std::string& scope, Node roles, ThingPlaces& places) {
    if (roles) {
        for (const auto [who, list] : roles.entries()) {
            for (const std::string& role : wordsOf(list)) {
                places.emplace(fmt::format("role {} {} {}", scope, who.text(), role), who.mark());
            }
        }
    }
}

ThingPlaces placesOf(Node estate) {
    ThingPlaces places;
    const auto each = [](Node parent, std::string_view name, auto visit) {
        if (const Node found = parent.isMapping() ? parent.find(name) : Node{}) {
            for (const auto [key, value] : found.entries()) {
                visit(key, value);
            }
        }
    };
    for (const auto& [section, kind] : {std::pair{"identities", "identity"}, std::pair{"resources", "resource"}}) {
        each(estate, section,
             [&](Node name, Node) { places.emplace(fmt::format("{} {}", kind, name.text()), name.mark()); });
    }
    notePlaces("/", estate.find("roleAssignments"), places);
    each(estate, "vaults", [&](Node vault, Node fields) {
        places.emplace(fmt::format("vault {}", vault.text()), vault.mark());
        each(fields, "accessPolicies", [&](Node who, Node) {
            places.emplace(fmt::format("policy {} {}", vault.text(), who.text()), who.mark());
        });
        notePlaces(std::string{vault.text()}, fields.isMapping() ? fields.find("roleAssignments") : Node{}, places);
        each(fields, "keys", [&](Node key, Node described) {
            const std::string name = fmt::format("{}/{}", vault.text(), key.text());
            places.emplace("key " + name, key.mark());
            notePlaces(name, described.isMapping() ? described.find("roleAssignments") : Node{}, places);
        });
    });
    return places;
}

} // namespace

ImportedEstate estateAsWritten(Node estate) {
    ImportedEstate written;
    written.places = placesOf(estate);
    const auto section = [&](std::string_view name, JsonObject& into) {
        if (const Node found = estate.find(name)) {
            for (const auto [thing, fields] : found.entries()) {
                into.emplace_back(thing.text(), fieldsAsWritten(fields));
            }
        }
    };
    section("vaults", written.vaults);
    section("identities", written.identities);
    section("resources", written.resources);
    if (const Node roles = estate.find("roleAssignments")) {
        written.roleAssignments = rolesAsWritten(roles);
    }
    return written;
}

RawImport rawOf(Node estate, CalendarTime start, const std::vector<AzureTerms>& terms, const Platform& platform) {
    return EstateSource{estate, start, terms, platform}.read();
}

} // namespace cmksim::import
