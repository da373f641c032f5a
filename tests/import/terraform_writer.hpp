// An estate as Terraform keeps it, by no code of the program: as a state, and as a plan that makes it.
#pragma once

#include "import/estate_writers.hpp"

namespace cmksim::test {

class TerraformWriter : EstateWriter {
public:
    using EstateWriter::EstateWriter;

    /// `terraform show -json` of a state; every other resource in a module.
    std::string state() {
        gather();
        JsonArray root;
        JsonArray inModule;
        for (std::size_t i = 0; i < things_.size(); ++i) {
            const Thing& one = things_[i];
            const bool nested = i % 2 == 1;
            (nested ? inModule : root)
                .emplace_back(JsonObject{{"address", (nested ? "module.m." : "") + one.address()},
                                         {"mode", "managed"},
                                         {"type", one.type},
                                         {"name", one.label},
                                         {"values", valuesOf(one, true)}});
        }
        JsonArray modules{JsonObject{{"address", "module.m"}, {"resources", std::move(inModule)}}};
        return JsonValue{
            JsonObject{{"format_version", "1.0"},
                       {"terraform_version", "1.9.0"},
                       {"values", JsonObject{{"root_module", JsonObject{{"resources", std::move(root)},
                                                                        {"child_modules", std::move(modules)}}}}}}}
            .line();
    }

    /// A state of format 4.
    std::string raw() {
        gather();
        JsonArray resources;
        for (const Thing& one : things_) {
            resources.emplace_back(JsonObject{
                {"mode", "managed"},
                {"type", one.type},
                {"name", one.label},
                {"instances", JsonArray{JsonObject{{"schema_version", 0}, {"attributes", valuesOf(one, true)}}}}});
        }
        return JsonValue{
            JsonObject{{"version", 4}, {"terraform_version", "1.9.0"}, {"resources", std::move(resources)}}}
            .line();
    }

    /// `terraform show -json` of a plan that makes everything.
    std::string plan() {
        gather();
        JsonArray planned;
        JsonArray changes;
        JsonArray configuration;
        for (const Thing& one : things_) {
            planned.emplace_back(JsonObject{{"address", one.address()},
                                            {"mode", "managed"},
                                            {"type", one.type},
                                            {"name", one.label},
                                            {"values", valuesOf(one, false)}});
            changes.emplace_back(JsonObject{{"address", one.address()},
                                            {"type", one.type},
                                            {"change", JsonObject{{"actions", JsonArray{"create"}},
                                                                  {"before", nullptr},
                                                                  {"after_unknown", unknownsOf(one)}}}});
            configuration.emplace_back(JsonObject{{"address", one.address()},
                                                  {"mode", "managed"},
                                                  {"type", one.type},
                                                  {"expressions", expressionsOf(one)}});
        }
        return JsonValue{
            JsonObject{
                {"format_version", "1.2"},
                {"terraform_version", "1.9.0"},
                {"planned_values", JsonObject{{"root_module", JsonObject{{"resources", std::move(planned)}}}}},
                {"resource_changes", std::move(changes)},
                {"configuration", JsonObject{{"root_module", JsonObject{{"resources", std::move(configuration)}}}}}}}
            .line();
    }

private:
    /// An attribute, perhaps in a block, that is known or refers to others.
    struct Attribute {
        std::string block; // empty: none
        std::string name;
        JsonValue value;                     // as a state has it
        std::vector<std::string> references; // `azurerm_key_vault.kv0.id`; empty: it is written down
        bool isComputed = false;             // only Azure knows it
    };
    struct Thing {
        std::string type;
        std::string label;
        std::vector<Attribute> attributes;

        [[nodiscard]] std::string address() const { return type + '.' + label; }
    };

    static JsonObject inBlocks(const std::vector<Attribute>& attributes,
                               const std::function<std::optional<JsonValue>(const Attribute&)>& value, bool asList) {
        JsonObject fields;
        for (const Attribute& one : attributes) {
            const auto said = value(one);
            if (!said && one.block.empty()) {
                continue;
            }
            if (one.block.empty()) {
                fields.emplace_back(one.name, *said);
                continue;
            }
            auto block = std::ranges::find(fields, one.block, &JsonObject::value_type::first);
            JsonObject inner = block == fields.end() ? JsonObject{}
                               : asList              ? block->second.items().front().fields()
                                                     : block->second.fields();
            if (said) {
                inner.emplace_back(one.name, *said);
            }
            JsonValue whole = asList ? JsonValue{JsonArray{inner}} : JsonValue{inner};
            if (block == fields.end()) {
                fields.emplace_back(one.block, std::move(whole));
            } else {
                block->second = std::move(whole);
            }
        }
        return fields;
    }

    static JsonObject valuesOf(const Thing& one, bool isState) {
        return inBlocks(
            one.attributes,
            [&](const Attribute& attribute) {
                const bool known = isState || (attribute.references.empty() && !attribute.isComputed);
                return known ? std::optional{attribute.value} : std::nullopt;
            },
            true);
    }
    static JsonObject unknownsOf(const Thing& one) {
        return inBlocks(
            one.attributes,
            [&](const Attribute& attribute) {
                const bool known = attribute.references.empty() && !attribute.isComputed;
                return known ? std::nullopt : std::optional{JsonValue{true}};
            },
            true);
    }
    static JsonObject expressionsOf(const Thing& one) {
        return inBlocks(
            one.attributes,
            [&](const Attribute& attribute) -> std::optional<JsonValue> {
                if (attribute.isComputed) {
                    return std::nullopt;
                }
                if (attribute.references.empty()) {
                    return JsonObject{{"constant_value", attribute.value}};
                }
                JsonArray references;
                for (const std::string& reference : attribute.references) {
                    references.emplace_back(reference);
                    const std::size_t second = reference.find('.', reference.find('.') + 1);
                    references.emplace_back(reference.substr(0, second)); // the resource as such comes along
                }
                return JsonObject{{"references", std::move(references)}};
            },
            true);
    }

    static constexpr std::string_view hsmTypeName = "azurerm_key_vault_managed_hardware_security_module";

    static std::string label(std::string_view kind, std::size_t index) {
        return std::string{kind} + std::to_string(index);
    }

    [[nodiscard]] std::string principalReference(const Who& who) const {
        if (who.isOwn) {
            return typeName(estate_.resources[who.index]) + '.' + label("r", who.index) + ".identity[0].principal_id";
        }
        return "azurerm_user_assigned_identity." + label("i", who.index) + ".principal_id";
    }
    static std::string typeName(const TestResource& one) {
        return one.service == "acr"        ? "azurerm_container_registry"
               : one.service == "cosmosdb" ? "azurerm_cosmosdb_account"
                                           : "azurerm_mongo_cluster";
    }

    void gather() {
        things_.clear();
        for (std::size_t i = 0; i < estate_.identities.size(); ++i) {
            const TestIdentity& one = estate_.identities[i];
            if (has("identity", i)) {
                things_.push_back({"azurerm_user_assigned_identity",
                                   label("i", i),
                                   {{"", "name", one.name, {}},
                                    {"", "resource_group_name", one.group, {}},
                                    {"", "id", idOf(one), {}, true},
                                    {"", "principal_id", one.principal, {}, true},
                                    {"", "client_id", one.client, {}, true}}});
            }
        }
        for (std::size_t i = 0; i < estate_.vaults.size(); ++i) {
            vault(i);
        }
        for (std::size_t i = 0; i < estate_.resources.size(); ++i) {
            if (has("resource", i)) {
                resource(i);
            }
        }
        for (std::size_t i = 0; i < estate_.grants.size(); ++i) {
            if (has(kindOf(estate_.grants[i]), i)) {
                estate_.grants[i].isLocal ? localGrant(i) : grant(i);
            }
        }
    }

    [[nodiscard]] std::string vaultAddress(std::size_t i) const {
        return estate_.vaults[i].isHsm ? std::string{hsmTypeName} + '.' + label("hsm", i)
                                       : "azurerm_key_vault." + label("kv", i);
    }
    [[nodiscard]] std::string keyAddress(std::size_t vault, std::size_t key) const {
        return (estate_.vaults[vault].isHsm ? std::string{hsmTypeName} + "_key." : "azurerm_key_vault_key.") +
               label("k", vault * 10 + key);
    }

    void hsm(std::size_t i) {
        const TestVault& one = estate_.vaults[i];
        if (has("vault", i)) {
            things_.push_back({std::string{hsmTypeName},
                               label("hsm", i),
                               {{"", "name", one.name, {}},
                                {"", "resource_group_name", one.group, {}},
                                {"", "id", idOf(one), {}, true},
                                {"", "hsm_uri", "https://" + one.name + ".managedhsm.azure.net/", {}, true},
                                {"", "soft_delete_retention_days", one.retention, {}},
                                {"", "purge_protection_enabled", one.purgeProtection, {}},
                                {"", "public_network_access_enabled", one.isPublic, {}},
                                {"network_acls", "default_action", one.denies ? "Deny" : "Allow", {}},
                                {"network_acls", "bypass", one.bypasses ? "AzureServices" : "None", {}}}});
        }
        for (std::size_t k = 0; has("key", i) && k < one.keys.size(); ++k) {
            const TestKey& key = one.keys[k];
            const std::string uri = keyUri(one, key);
            things_.push_back({std::string{hsmTypeName} + "_key",
                               label("k", i * 10 + k),
                               {{"", "name", key.name, {}},
                                {"", "managed_hsm_id", idOf(one), {vaultAddress(i) + ".id"}},
                                {"", "id", uri, {}, true},
                                {"", "versioned_id", uri + '/' + key.version, {}, true},
                                {"", "expiration_date", orNull(key.expires), {}},
                                {"", "not_before_date", nullptr, {}}}});
        }
    }

    void localGrant(std::size_t i) {
        const TestGrant& one = estate_.grants[i];
        things_.push_back(
            {std::string{hsmTypeName} + "_role_assignment",
             label("g", i),
             {{"", "name", one.assignment, {}},
              {"", "managed_hsm_id", idOf(estate_.vaults[*one.vault]), {vaultAddress(*one.vault) + ".id"}},
              {"", "scope", one.scope, {}},
              {"",
               "role_definition_id",
               "/Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/" + hsmRoleIds().at(one.role),
               {}},
              {"", "principal_id", principalOf(one.who), {principalReference(one.who)}}}});
    }

    void vault(std::size_t i) {
        const TestVault& one = estate_.vaults[i];
        if (one.isHsm) {
            hsm(i);
            return;
        }
        const std::string self = "azurerm_key_vault." + label("kv", i);
        if (has("vault", i)) {
            things_.push_back(
                {"azurerm_key_vault",
                 label("kv", i),
                 {{"", "name", one.name, {}},
                  {"", "resource_group_name", one.group, {}},
                  {"", "id", idOf(one), {}, true},
                  {"", "vault_uri", "https://" + one.name + ".vault.azure.net/", {}, true},
                  {"", i % 2 == 0 ? "rbac_authorization_enabled" : "enable_rbac_authorization", one.rbac, {}},
                  {"", "soft_delete_retention_days", one.retention, {}},
                  {"", "purge_protection_enabled", one.purgeProtection, {}},
                  {"", "public_network_access_enabled", one.isPublic, {}},
                  {"", "access_policy", JsonArray{}, {}},
                  {"network_acls", "default_action", one.denies ? "Deny" : "Allow", {}},
                  {"network_acls", "bypass", one.bypasses ? "AzureServices" : "None", {}},
                  {"network_acls", "ip_rules", textsOf(one.ipRules), {}}}});
            for (std::size_t p = 0; p < one.policies.size(); ++p) {
                things_.push_back(
                    {"azurerm_key_vault_access_policy",
                     label("p", i * 10 + p),
                     {{"", "key_vault_id", idOf(one), {self + ".id"}},
                      {"", "object_id", principalOf(one.policies[p].who), {principalReference(one.policies[p].who)}},
                      {"", "key_permissions", textsOf(one.policies[p].permissions), {}}}});
            }
        }
        for (std::size_t k = 0; has("key", i) && k < one.keys.size(); ++k) {
            const TestKey& key = one.keys[k];
            const std::string uri = keyUri(one, key);
            // A disabled key is none that this tool can make: its state says nothing of it.
            things_.push_back({"azurerm_key_vault_key",
                               label("k", i * 10 + k),
                               {{"", "name", key.name, {}},
                                {"", "key_vault_id", idOf(one), {self + ".id"}},
                                {"", "id", uri + '/' + key.version, {}, true},
                                {"", "versionless_id", uri, {}, true},
                                {"", "version", key.version, {}, true},
                                {"", "expiration_date", orNull(key.expires), {}},
                                {"", "not_before_date", nullptr, {}}}});
        }
    }

    void resource(std::size_t i) {
        const TestResource& one = estate_.resources[i];
        const bool isInHsm = estate_.vaults[one.vault].isHsm;
        const std::string pinned = isInHsm ? ".versioned_id" : ".id";
        const std::string key = keyAddress(one.vault, one.key) + (one.isPinned ? pinned
                                                                  : isInHsm    ? ".id"
                                                                               : ".versionless_id");
        const std::string used = one.who.isOwn ? "" : "azurerm_user_assigned_identity." + label("i", one.who.index);
        std::vector<Attribute> fields{
            {"", "name", one.name, {}}, {"", "resource_group_name", one.group, {}}, {"", "id", idOf(one), {}, true}};
        const std::string block = one.service == "acr"        ? "encryption"
                                  : one.service == "cosmosdb" ? ""
                                                              : "customer_managed_key";
        const std::string attribute = isInHsm && one.service == "cosmosdb" ? "managed_hsm_key_id" : "key_vault_key_id";
        fields.push_back({block, attribute, keyUriOf(one),
                          one.isOpen ? std::vector<std::string>{} : std::vector<std::string>{key}, one.isOpen});
        fields.push_back({"", "tags", tagsOf(one), {}});
        if (one.service == "acr") {
            fields.push_back({"", "sku", one.sku, {}});
            fields.push_back(
                {block, "identity_client_id", estate_.identities[one.who.index].client, {used + ".client_id"}});
        } else if (one.service == "cosmosdb" && one.who.isOwn) {
            fields.push_back({"", "default_identity_type", "SystemAssignedIdentity", {}});
        } else if (one.service == "cosmosdb") {
            fields.push_back({"",
                              "default_identity_type",
                              "UserAssignedIdentity=" + idOf(estate_.identities[one.who.index]),
                              {used + ".id"}});
        } else {
            fields.push_back(
                {block, "user_assigned_identity_id", idOf(estate_.identities[one.who.index]), {used + ".id"}});
        }
        std::vector<std::string> ids;
        std::vector<std::string> references;
        for (const std::size_t attached : one.attached) {
            ids.push_back(idOf(estate_.identities[attached]));
            references.push_back("azurerm_user_assigned_identity." + label("i", attached) + ".id");
        }
        fields.push_back({"identity",
                          "type",
                          one.who.isOwn && !one.attached.empty() ? "SystemAssigned, UserAssigned" : identityTypeOf(one),
                          {}});
        fields.push_back({"identity", "identity_ids", textsOf(ids), references});
        fields.push_back(
            {"identity", "principal_id", one.who.isOwn ? JsonValue{ownPrincipal(one)} : JsonValue{""}, {}, true});
        things_.push_back({typeName(one), label("r", i), std::move(fields)});
    }

    void grant(std::size_t i) {
        const TestGrant& one = estate_.grants[i];
        std::vector<std::string> scope;
        if (one.key) {
            scope = {"azurerm_key_vault_key." + label("k", *one.vault * 10 + *one.key) + ".resource_versionless_id"};
        } else if (one.vault) {
            scope = {"azurerm_key_vault." + label("kv", *one.vault) + ".id"};
        }
        things_.push_back({"azurerm_role_assignment",
                           label("g", i),
                           {{"", "scope", one.scope, scope},
                            {"", "role_definition_name", one.role, {}},
                            {"", "principal_id", principalOf(one.who), {principalReference(one.who)}}}});
    }

    std::vector<Thing> things_;
};

} // namespace cmksim::test
