// A plan on top of an estate that is known says no less than the plan alone.
#include "import/estate_change.hpp"
#include "import/estate_source.hpp"
#include "import/terraform.hpp"

#include "base/flow_yaml.hpp"
#include "document/json.hpp"
#include "document/yaml.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::giving_way_test {

using namespace cmksim;
using namespace cmksim::import;

namespace {

constexpr std::string_view i1 =
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i1";
constexpr std::string_view st1 = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st1";

/// What a plan says of the storage account st1, as JSON.
struct Said {
    std::string after;       // its block of a key; empty: none
    std::string unknown;     // of that block
    std::string expressions; // of that block
    std::string type = R"("UserAssigned")";
};

std::string accountOf(const std::string& block, std::string_view type) {
    return fmt::format(R"({{"id": "{}", "name": "st1", "resource_group_name": "rg", "identity": [{{"type": {}, )"
                       R"("identity_ids": ["{}"], "principal_id": "own"}}]{}}})",
                       st1, type, i1, block.empty() ? "" : R"(, "customer_managed_key": )" + block);
}

/// A plan that makes the identity i2 and changes st1, which uses the key kv1/k1 as i1.
std::string planOf(const Said& said) {
    const std::string before = accountOf(
        fmt::format(
            R"([{{"key_vault_key_id": "https://kv1.vault.azure.net/keys/k1", "user_assigned_identity_id": "{}"}}])",
            i1),
        said.type);
    const std::string after = accountOf(said.after, said.type);
    const std::string rest = fmt::format(
        R"({{"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {{"id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1", "rbac_authorization_enabled": true}}}},
 {{"address": "azurerm_key_vault_key.k", "mode": "managed", "type": "azurerm_key_vault_key", "values": {{"id": "https://kv1.vault.azure.net/keys/k1/v1", "versionless_id": "https://kv1.vault.azure.net/keys/k1", "version": "v1", "name": "k1", "key_vault_id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv1"}}}},
 {{"address": "azurerm_user_assigned_identity.a", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {{"id": "{}", "name": "i1", "principal_id": "p1", "client_id": "c1"}}}},
 {{"address": "azurerm_role_assignment.r", "mode": "managed", "type": "azurerm_role_assignment", "values": {{"principal_id": "p1", "role_definition_name": "Key Vault Crypto Service Encryption User", "scope": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv1"}}}},
 )",
        i1);
    const auto account = [](const std::string& values) {
        return R"({"address": "azurerm_storage_account.s", "mode": "managed", "type": "azurerm_storage_account", "values": )" +
               values + "}";
    };
    return fmt::format(
        R"({{"prior_state": {{"values": {{"root_module": {{"resources": [{0}{1}]}}}}}},
"planned_values": {{"root_module": {{"resources": [{0}{2},
 {{"address": "azurerm_user_assigned_identity.b", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {{"name": "i2", "resource_group_name": "rg"}}}}]}}}},
"resource_changes": [
 {{"address": "azurerm_user_assigned_identity.b", "type": "azurerm_user_assigned_identity", "change": {{"actions": ["create"], "before": null, "after_unknown": {{"id": true, "principal_id": true, "client_id": true}}}}}},
 {{"address": "azurerm_storage_account.s", "type": "azurerm_storage_account", "change": {{"actions": ["update"], "before": {3}, "after": {4}, "after_unknown": {{{5}}}}}}}],
"configuration": {{"root_module": {{"resources": [
 {{"address": "azurerm_storage_account.s", "expressions": {{{6}}}}}]}}}}}})",
        rest, account(before), account(after), before, after,
        said.unknown.empty() ? "" : R"("customer_managed_key": )" + said.unknown,
        said.expressions.empty() ? "" : R"("customer_managed_key": )" + said.expressions);
}

/// The steps and what is not known, each as a text.
std::vector<std::string> textsOf(const EstateChange& change) {
    std::vector<std::string> texts = change.unknown;
    for (const JsonObject& entry : change.entries) {
        std::string text = flowYaml(JsonValue{entry});
        texts.push_back(text.substr(text.find("do: "))); // at what instant does not matter here
    }
    return texts;
}

struct OnEstate {
    std::vector<std::string> alone;
    std::vector<std::string> known; // on the estate that the plan's own state is
};

OnEstate changesOf(const std::string& plan) {
    Catalog catalog;
    Diagnostics diagnostics;
    const auto document = parseJson(std::make_shared<const Source>("plan.json", plan), diagnostics);
    REQUIRE(document);
    const auto reading = readTerraform(document->root(), catalog.azure(), catalog.platform(), diagnostics);
    REQUIRE(reading);
    REQUIRE(reading->isPlan);
    ReportedChange reported;
    reported.before = reading->before;
    reported.after = reading->after;
    reported.replaced = reading->replaced;
    const std::string text = estateYaml(joinEstate(reading->before, catalog, diagnostics));
    const auto estate = parseDocument(std::make_shared<const Source>("now.yaml", text), diagnostics);
    REQUIRE(estate);
    const KnownEstate known{estateAsWritten(estate->root()),
                            rawOf(estate->root(), CalendarTime{}, catalog.azure(), catalog.platform())};
    return {textsOf(estateChange(KnownEstate{}, reported, catalog, diagnostics)),
            textsOf(estateChange(known, reported, catalog, diagnostics))};
}

bool tells(const std::vector<std::string>& texts, std::string_view part) {
    return std::ranges::any_of(texts, [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

const std::string key = R"("key_vault_key_id": "https://kv1.vault.azure.net/keys/k1")";
const std::string who = fmt::format(R"("user_assigned_identity_id": "{}")", i1);
const std::string toI2 = R"([{"user_assigned_identity_id": {"references": )"
                         R"(["azurerm_user_assigned_identity.b.id", "azurerm_user_assigned_identity.b"]}}])";

const Said newIdentity{"[{" + key + "}]", R"([{"user_assigned_identity_id": true}])", toI2};
const Said unknownKey{"[{" + who + "}]", R"([{"key_vault_key_id": true}])",
                      R"([{"key_vault_key_id": {"references": ["local.key"]}}])"};
const Said unknownBlock{"", "true", ""};
const Said noIdentity{"[{" + key + "}]", "", "", R"("SystemAssigned, UserAssigned")"};
const Said otherKey{R"([{"key_vault_key_id": "https://kv1.vault.azure.net/keys/other", )" + who + "}]", "", ""};
const Said noKey{"[]", "", ""};

} // namespace

TEST_CASE("what a plan tells alone it tells on the estate that its state is as well") {
    for (const Said& said : {newIdentity, unknownKey, unknownBlock, noIdentity, otherKey, noKey}) {
        const OnEstate changes = changesOf(planOf(said));
        for (const std::string& text : changes.alone) {
            INFO(said.after << " tells alone: " << text);
            CHECK(tells(changes.known, text));
        }
    }
}

TEST_CASE("an identity that only applying a plan tells is not the one that the estate knows") {
    CHECK(tells(changesOf(planOf(newIdentity)).known, "do: resource.update, target: st1, with: {identity: i2}"));
}

TEST_CASE("a key that is not known is not the one that the estate knows, and no key that is taken away") {
    for (const Said& said : {unknownKey, unknownBlock}) {
        const std::vector<std::string> known = changesOf(planOf(said)).known;
        CHECK(tells(known, "storage 'st1': its key is not known"));
        CHECK_FALSE(tells(known, "key: null"));
    }
}

TEST_CASE("a key that names no identity any more is used by the default one") {
    CHECK(tells(changesOf(planOf(noIdentity)).known, "target: st1, with: {identity: SystemAssigned}"));
}

TEST_CASE("a key that a plan takes away is taken away on an estate") {
    CHECK(tells(changesOf(planOf(noKey)).known, "do: resource.update, target: st1, with: {key: null}"));
}

} // namespace cmksim::giving_way_test
