// An estate written down as Azure's tools write theirs, by no code of the program.
#pragma once

#include "import/random_estate.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::test {

/// Which things of an estate a source is asked about.
struct Selection {
    std::function<bool(std::string_view kind, std::size_t index)> has = [](std::string_view, std::size_t) {
        return true;
    };
};

inline JsonArray textsOf(const std::vector<std::string>& items) { return {items.begin(), items.end()}; }
inline JsonValue orNull(const std::string& text) { return text.empty() ? JsonValue{nullptr} : JsonValue{text}; }

/// What sources say alike of things.
class EstateWriter {
public:
    EstateWriter(const TestEstate& estate, Selection selection) : estate_{estate}, selection_{std::move(selection)} {}

protected:
    [[nodiscard]] bool has(std::string_view kind, std::size_t index) const { return selection_.has(kind, index); }
    [[nodiscard]] std::string principalOf(const Who& who) const {
        return who.isOwn ? ownPrincipal(estate_.resources[who.index]) : estate_.identities[who.index].principal;
    }
    [[nodiscard]] std::string keyUriOf(const TestResource& one) const {
        const TestKey& key = estate_.vaults[one.vault].keys[one.key];
        return keyUri(estate_.vaults[one.vault], key) + (one.isPinned ? '/' + key.version : "");
    }
    static std::string identityTypeOf(const TestResource& one) {
        return one.who.isOwn ? one.attached.empty() ? "SystemAssigned" : "SystemAssigned,UserAssigned" : "UserAssigned";
    }
    static JsonValue networkOf(const TestVault& one) {
        JsonArray rules;
        for (const std::string& rule : one.ipRules) {
            rules.push_back(JsonObject{{"value", rule}});
        }
        return JsonObject{{"bypass", one.bypasses ? "AzureServices" : "None"},
                          {"defaultAction", one.denies ? "Deny" : "Allow"},
                          {"ipRules", std::move(rules)},
                          {"virtualNetworkRules", JsonArray{}}};
    }
    /// `principal` says who by what the source calls it.
    static JsonArray policiesOf(const TestVault& one, const std::function<std::string(const Who&)>& principal) {
        JsonArray policies;
        for (const TestPolicy& policy : one.policies) {
            policies.push_back(JsonObject{
                {"objectId", principal(policy.who)},
                {"tenantId", "dddddddd-0000-0000-0000-000000000000"},
                {"permissions", JsonObject{{"keys", textsOf(policy.permissions)}, {"secrets", JsonArray{}}}}});
        }
        return policies;
    }
    static JsonValue vaultProperties(const TestVault& one, JsonArray policies) {
        if (one.isHsm) {
            return JsonObject{{"enableSoftDelete", true},
                              {"enablePurgeProtection", one.purgeProtection},
                              {"softDeleteRetentionInDays", one.retention},
                              {"publicNetworkAccess", one.isPublic ? "Enabled" : "Disabled"},
                              {"networkAcls", networkOf(one)},
                              {"hsmUri", "https://" + one.name + ".managedhsm.azure.net/"}};
        }
        return JsonObject{{"accessPolicies", std::move(policies)},
                          {"enableRbacAuthorization", one.rbac},
                          {"enablePurgeProtection", one.purgeProtection},
                          {"softDeleteRetentionInDays", one.retention},
                          {"publicNetworkAccess", one.isPublic ? "Enabled" : "Disabled"},
                          {"networkAcls", networkOf(one)},
                          {"vaultUri", "https://" + one.name + ".vault.azure.net/"}};
    }
    static JsonValue tagsOf(const TestResource& one) {
        JsonObject tags;
        for (const auto& [name, value] : one.tags) {
            tags.emplace_back(name, value);
        }
        return tags.empty() ? JsonValue{nullptr} : JsonValue{std::move(tags)};
    }
    static std::string_view kindOf(const TestGrant& one) { return one.isLocal ? "local grant" : "grant"; }
    /// The block by which a service names key and identity, where it stands among its properties.
    [[nodiscard]] JsonObject encryptionOf(const TestResource& one, const std::string& key,
                                          const std::string& client) const {
        const std::string used = one.who.isOwn ? "" : idOf(estate_.identities[one.who.index]);
        if (one.service == "acr") {
            return {{"encryption",
                     JsonObject{{"status", "enabled"},
                                {"keyVaultProperties", JsonObject{{"identity", client}, {"keyIdentifier", key}}}}}};
        }
        if (one.service == "cosmosdb") {
            return {{"keyVaultKeyUri", key},
                    {"defaultIdentity", used.empty() ? "SystemAssignedIdentity" : "UserAssignedIdentity=" + used}};
        }
        return {{"encryption", JsonObject{{"customerManagedKeyEncryption",
                                           JsonObject{{"keyEncryptionKeyUrl", key},
                                                      {"keyEncryptionKeyIdentity",
                                                       JsonObject{{"identityType", "UserAssignedIdentity"},
                                                                  {"userAssignedIdentityResourceId", used}}}}}}}};
    }
    [[nodiscard]] JsonValue identityBlock(const TestResource& one, bool withIds) const {
        JsonObject attached;
        for (const std::size_t index : one.attached) {
            const TestIdentity& identity = estate_.identities[index];
            attached.emplace_back(
                idOf(identity), withIds ? JsonObject{{"principalId", identity.principal}, {"clientId", identity.client}}
                                        : JsonObject{});
        }
        JsonObject block{{"type", identityTypeOf(one)}};
        if (withIds) {
            block.emplace_back("principalId", one.who.isOwn ? JsonValue{ownPrincipal(one)} : JsonValue{nullptr});
        }
        block.emplace_back("userAssignedIdentities", std::move(attached));
        return block;
    }

    const TestEstate& estate_;
    Selection selection_;
};

// --- az and Resource Graph -------------------------------------------------------------------------------------------

class ExportWriter : EstateWriter {
public:
    using EstateWriter::EstateWriter;

    /// What `az … show` and `az … list` print, in one list.
    std::string commands() {
        rows([this](const Located& thing, const std::string& type, JsonObject properties, JsonObject beside) {
            JsonObject row{{"id", idOf(thing, type)}, {"name", thing.name}, {"type", type}};
            row.insert(row.end(), beside.begin(), beside.end());
            const bool nests = type == vaultType || type == hsmType || type == typeOfService("documentdb");
            if (nests) {
                row.emplace_back("properties", std::move(properties));
            } else {
                row.insert(row.end(), properties.begin(), properties.end());
            }
            rows_.emplace_back(std::move(row));
        });
        keys();
        return JsonValue{std::move(rows_)}.line();
    }

    /// What a graph query exports, with its types in lower case, and keys as resources of their own.
    std::string graph() {
        rows([this](const Located& thing, const std::string& type, JsonObject properties, JsonObject beside) {
            JsonObject row{{"id", idOf(thing, type)},
                           {"name", thing.name},
                           {"type", lower(type)},
                           {"resourceGroup", thing.group},
                           {"subscriptionId", thing.subscription}};
            row.insert(row.end(), beside.begin(), beside.end());
            row.emplace_back("properties", std::move(properties));
            rows_.emplace_back(std::move(row));
        });
        keys();
        const auto count = static_cast<std::int64_t>(rows_.size());
        return JsonValue{
            JsonObject{{"count", count}, {"data", std::move(rows_)}, {"skip_token", nullptr}, {"total_records", count}}}
            .line();
    }

private:
    using Row = std::function<void(const Located&, const std::string&, JsonObject, JsonObject)>;

    static std::string lower(std::string text) {
        std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return text;
    }

    void rows(const Row& row) {
        for (std::size_t i = 0; i < estate_.vaults.size(); ++i) {
            const TestVault& one = estate_.vaults[i];
            if (has("vault", i)) {
                row(one, std::string{typeOf(one)},
                    vaultProperties(one, policiesOf(one, [this](const Who& who) { return principalOf(who); })).fields(),
                    {});
            }
        }
        for (std::size_t i = 0; i < estate_.identities.size(); ++i) {
            const TestIdentity& one = estate_.identities[i];
            if (has("identity", i)) {
                row(one, std::string{identityType}, {{"principalId", one.principal}, {"clientId", one.client}}, {});
            }
        }
        for (std::size_t i = 0; i < estate_.resources.size(); ++i) {
            const TestResource& one = estate_.resources[i];
            if (has("resource", i)) {
                JsonObject beside{{"identity", identityBlock(one, true)}, {"tags", tagsOf(one)}};
                if (!one.sku.empty()) {
                    beside.emplace_back("sku", JsonObject{{"name", one.sku}, {"tier", one.sku}});
                }
                const std::string client = one.who.isOwn ? "" : estate_.identities[one.who.index].client;
                row(one, typeOfService(one.service), encryptionOf(one, keyUriOf(one), client), std::move(beside));
            }
        }
        for (std::size_t i = 0; i < estate_.grants.size(); ++i) {
            if (has(kindOf(estate_.grants[i]), i)) {
                grant(estate_.grants[i]);
            }
        }
    }

    /// As 'az keyvault role assignment list' prints it.
    void localGrant(const TestGrant& one) {
        rows_.emplace_back(
            JsonObject{{"id", "/providers/Microsoft.Authorization/roleAssignments/" + one.assignment},
                       {"type", "Microsoft.Authorization/roleAssignments"},
                       {"name", one.assignment},
                       {"principalId", principalOf(one.who)},
                       {"roleDefinitionId", "Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/" +
                                                hsmRoleIds().at(one.role)},
                       {"roleName", one.role},
                       {"scope", one.scope}});
    }

    void grant(const TestGrant& one) {
        if (one.isLocal) {
            localGrant(one);
            return;
        }
        const std::string definition = "/providers/Microsoft.Authorization/roleDefinitions/";
        rows_.emplace_back(
            JsonObject{{"id", one.scope + "/providers/Microsoft.Authorization/roleAssignments/" + one.assignment},
                       {"type", "Microsoft.Authorization/roleAssignments"},
                       {"name", one.assignment},
                       {"principalId", principalOf(one.who)},
                       {"roleDefinitionId", one.scope.substr(0, 51) + definition + roleIds().at(one.role)},
                       {"roleDefinitionName", one.role},
                       {"scope", one.scope}});
    }

    void keys() {
        for (std::size_t i = 0; i < estate_.vaults.size(); ++i) {
            for (const TestKey& key : estate_.vaults[i].keys) {
                if (has("key", i)) {
                    rows_.emplace_back(JsonObject{
                        {"attributes", JsonObject{{"enabled", key.enabled},
                                                  {"created", "2026-01-01T00:00:00+00:00"},
                                                  {"notBefore", nullptr},
                                                  {"expires", key.expires.empty()
                                                                  ? JsonValue{nullptr}
                                                                  : JsonValue{key.expires.substr(0, 19) + "+00:00"}}}},
                        {"key", JsonObject{{"kid", keyUri(estate_.vaults[i], key) + '/' + key.version},
                                           {"kty", "RSA"},
                                           {"keyOps", textsOf({"sign", "wrapKey", "unwrapKey"})}}},
                        {"tags", nullptr}});
                }
            }
        }
    }

    JsonArray rows_;
};

// --- templates -------------------------------------------------------------------------------------------------------

/// A template for a subscription, with a deployment into each group.
class TemplateWriter : EstateWriter {
public:
    using EstateWriter::EstateWriter;

    std::string text() {
        std::map<std::string, JsonArray> inGroup;
        std::map<std::string, JsonArray> inSubscription;
        const auto groupOf = [](const Located& one) { return one.subscription + ' ' + one.group; };
        for (std::size_t i = 0; i < estate_.identities.size(); ++i) {
            if (has("identity", i)) {
                inGroup[groupOf(estate_.identities[i])].emplace_back(JsonObject{
                    {"type", identityType}, {"apiVersion", "2023-01-31"}, {"name", estate_.identities[i].name}});
            }
        }
        for (std::size_t i = 0; i < estate_.vaults.size(); ++i) {
            const TestVault& one = estate_.vaults[i];
            if (has("vault", i)) {
                inGroup[groupOf(one)].emplace_back(
                    JsonObject{{"type", typeOf(one)},
                               {"name", one.name},
                               {"properties", vaultProperties(one, policiesOf(one, [this](const Who& who) {
                                                                  return '[' + principalExpression(who) + ']';
                                                              }))}});
            }
            for (const TestKey& key : one.keys) {
                if (has("key", i)) {
                    inGroup[groupOf(one)].emplace_back(keyOf(one, key));
                }
            }
        }
        for (std::size_t i = 0; i < estate_.resources.size(); ++i) {
            if (has("resource", i)) {
                inGroup[groupOf(estate_.resources[i])].emplace_back(resourceOf(estate_.resources[i]));
            }
        }
        for (std::size_t i = 0; i < estate_.grants.size(); ++i) {
            const TestGrant& one = estate_.grants[i];
            if (one.isLocal || !has("grant", i)) {
                continue;
            }
            const std::size_t group = one.scope.find("/resourceGroups/");
            const std::string subscription = one.scope.substr(15, 36);
            if (group == std::string::npos) {
                inSubscription[subscription].emplace_back(grantOf(one));
                continue;
            }
            const std::string rest = one.scope.substr(group + 16);
            inGroup[subscription + ' ' + rest.substr(0, rest.find('/'))].emplace_back(grantOf(one));
        }
        JsonArray deployments;
        for (auto& [where, resources] : inGroup) {
            deployments.push_back(deployment(where.substr(0, 36), where.substr(37), std::move(resources)));
        }
        for (auto& [where, resources] : inSubscription) {
            deployments.push_back(deployment(where, "", std::move(resources)));
        }
        return JsonValue{JsonObject{{"$schema", schema("subscriptionDeploymentTemplate")},
                                    {"contentVersion", "1.0.0.0"},
                                    {"resources", std::move(deployments)}}}
            .line();
    }

private:
    /// What a script puts out that makes the key.
    const std::string openKey =
        "[reference(resourceId('Microsoft.Resources/deploymentScripts', 'cmk'), '2023-08-01').outputs.uri]";

    static std::string schema(const std::string& which) {
        return "https://schema.management.azure.com/schemas/2019-04-01/" + which + ".json#";
    }

    static JsonValue deployment(const std::string& subscription, const std::string& group, JsonArray resources) {
        JsonObject one{{"type", "Microsoft.Resources/deployments"},
                       {"name", "in-" + (group.empty() ? subscription : group)},
                       {"subscriptionId", subscription}};
        if (!group.empty()) {
            one.emplace_back("resourceGroup", group);
        } else {
            one.emplace_back("location", "westeurope");
        }
        one.emplace_back(
            "properties",
            JsonObject{{"mode", "Incremental"},
                       {"expressionEvaluationOptions", JsonObject{{"scope", "inner"}}},
                       {"template", JsonObject{{"$schema", schema(group.empty() ? "subscriptionDeploymentTemplate"
                                                                                : "deploymentTemplate")},
                                               {"contentVersion", "1.0.0.0"},
                                               {"resources", std::move(resources)}}}});
        return one;
    }

    static std::string resourceId(const Located& one, const std::string& type) {
        return "resourceId('" + one.subscription + "', '" + one.group + "', '" + type + "', '" + one.name + "')";
    }

    [[nodiscard]] std::string principalExpression(const Who& who) const {
        if (who.isOwn) {
            const TestResource& one = estate_.resources[who.index];
            return "reference(" + resourceId(one, typeOfService(one.service)) +
                   ", '2024-01-01', 'Full').identity.principalId";
        }
        return "reference(" + resourceId(estate_.identities[who.index], std::string{identityType}) +
               ", '2023-01-31').principalId";
    }

    static JsonValue keyOf(const TestVault& vault, const TestKey& key) {
        JsonObject attributes{{"enabled", key.enabled}};
        if (!key.expires.empty()) {
            attributes.emplace_back("exp", 1'809'587'289); // the one instant at which keys expire here
        }
        return JsonObject{{"type", std::string{typeOf(vault)} + "/keys"},
                          {"name", vault.name + '/' + key.name},
                          {"properties", JsonObject{{"kty", "RSA"}, {"attributes", std::move(attributes)}}}};
    }

    [[nodiscard]] JsonValue resourceOf(const TestResource& one) const {
        const std::string client =
            one.who.isOwn ? ""
                          : "[reference(" + resourceId(estate_.identities[one.who.index], std::string{identityType}) +
                                ", '2023-01-31').clientId]";
        JsonObject resource{{"type", typeOfService(one.service)},
                            {"name", one.name},
                            {"identity", identityBlock(one, false)},
                            {"tags", tagsOf(one)},
                            {"properties", encryptionOf(one, one.isOpen ? openKey : keyUriOf(one), client)}};
        if (!one.sku.empty()) {
            resource.emplace_back("sku", JsonObject{{"name", one.sku}});
        }
        return resource;
    }

    [[nodiscard]] JsonValue grantOf(const TestGrant& one) const {
        JsonObject grant{
            {"type", "Microsoft.Authorization/roleAssignments"},
            {"name", one.assignment},
            {"properties", JsonObject{{"principalId", '[' + principalExpression(one.who) + ']'},
                                      {"roleDefinitionId", "[subscriptionResourceId('Microsoft.Authorization/"
                                                           "roleDefinitions', '" +
                                                               roleIds().at(one.role) + "')]"}}}};
        if (one.vault) {
            const TestVault& vault = estate_.vaults[*one.vault];
            grant.emplace_back("scope", std::string{vaultType} + '/' + vault.name +
                                            (one.key ? "/keys/" + vault.keys[*one.key].name : ""));
        }
        return grant;
    }
};

} // namespace cmksim::test
