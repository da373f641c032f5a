// What is typed at a prompt becomes the entry that a file would have.
#include "rehearsal/typed_entry.hpp"

#include <catch2/catch.hpp>

using namespace cmksim;
using namespace cmksim::rehearsal;

namespace {

std::string entryOf(std::string_view line) {
    const auto typed = typedEntry(line);
    const auto* complaint = std::get_if<TypedComplaint>(&typed);
    return complaint != nullptr ? "? " + complaint->message : JsonValue{std::get<JsonObject>(typed)}.line();
}

} // namespace

TEST_CASE("an action is its verb, its target and its arguments") {
    CHECK(entryOf("key.delete contoso-kv/cmk") == R"({"at": "0s", "do": "key.delete", "target": "contoso-kv/cmk"})");
    CHECK(
        entryOf("key.update contoso-kv/cmk enabled=false expires=30d") ==
        R"({"at": "0s", "do": "key.update", "target": "contoso-kv/cmk", "with": {"enabled": false, "expires": "30d"}})");
}

TEST_CASE("a command of the CLI and what a shell keeps for one are taken as they stand") {
    for (const std::string line : {"az keyvault show -n kv", "V=kv1", "KEY=$(az keyvault show -n kv)"}) {
        CHECK(entryOf(line) == JsonValue{JsonObject{{"at", "0s"}, {"az", line}}}.line());
    }
}

TEST_CASE("commas make a list, quotes keep blanks, dots go into a mapping") {
    CHECK(
        entryOf("policy.set kv identity=reader permissions=get,wrapKey") ==
        R"({"at": "0s", "do": "policy.set", "target": "kv", "with": {"identity": "reader", "permissions": ["get", "wrapKey"]}})");
    CHECK(entryOf("policy.set kv permissions=get,") ==
          R"({"at": "0s", "do": "policy.set", "target": "kv", "with": {"permissions": ["get"]}})");
    CHECK(
        entryOf("policy.set kv identity=reader permissions=get") ==
        R"({"at": "0s", "do": "policy.set", "target": "kv", "with": {"identity": "reader", "permissions": ["get"]}})");
    CHECK(entryOf("role.assign kv role='Key Vault Crypto User'") ==
          R"({"at": "0s", "do": "role.assign", "target": "kv", "with": {"role": "Key Vault Crypto User"}})");
    CHECK(
        entryOf("vault.update kv networkAcls.bypass=None publicNetworkAccess=Enabled networkAcls.defaultAction=Deny") ==
        R"({"at": "0s", "do": "vault.update", "target": "kv", "with": {"networkAcls": {"bypass": "None", "defaultAction": "Deny"}, "publicNetworkAccess": "Enabled"}})");
}

TEST_CASE("operations and commands of the CLI are entries of their own kind") {
    CHECK(entryOf("try registry pull") == R"({"at": "0s", "try": "pull", "target": "registry"})");
    CHECK(entryOf("az keyvault key delete --vault-name kv --name \"cmk\"") ==
          R"({"at": "0s", "az": "az keyvault key delete --vault-name kv --name \"cmk\""})");
}

TEST_CASE("what is no entry says what it lacks") {
    CHECK(entryOf("key.delete") == "? 'key.delete' needs a target");
    CHECK(entryOf("key.update kv/cmk disabled") == "? 'disabled' is no argument");
    CHECK(entryOf("try registry") == "? 'try' takes a resource and an operation");
    CHECK(entryOf("key.delete 'kv/cmk").substr(0, 1) == "?");
}
