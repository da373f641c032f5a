#include "support/read_scenario.hpp"

#include <catch2/catch.hpp>

namespace cmksim::estate_errors_test {

using namespace cmksim;
using namespace cmksim::scenario;
using namespace cmksim::test;

namespace {

/// What an estate in braces is refused with, without the name of the file; its line is the third.
std::string errorsOf(const std::string& estate) {
    const Read read{"cmksim: 1\nname: x\nestate: " + estate + "\n"};
    std::string messages = messagesOf(read.errors);
    for (std::size_t at = 0; (at = messages.find("in.yaml:3:", at)) != std::string::npos;) {
        messages.erase(at, std::string_view{"in.yaml:3:"}.size());
    }
    return messages;
}

} // namespace

TEST_CASE("an unknown field of the estate is an error, shown where it stands") {
    CHECK(Read{"cmksim: 1\nname: x\nestate:\n  vaults:\n    contoso-kv:\n      enablePurgeProtecton: true\n"}.errors ==
          "in.yaml:6:7: error: a vault has no field 'enablePurgeProtecton'; did you mean 'enablePurgeProtection'?\n"
          "      enablePurgeProtecton: true\n"
          "      ^\n");
    CHECK(errorsOf("{vault: {}}") == "10: error: an estate has no field 'vault'; did you mean 'vaults'?\n");
    CHECK(errorsOf("{vaults: {kv1: {networkAcls: {iprule: []}}}}") ==
          "39: error: networkAcls has no field 'iprule'; did you mean 'ipRules'?\n");
    CHECK(errorsOf("{vaults: {kv1: {keys: {k: {expire: 1d}}}}}") ==
          "36: error: a key has no field 'expire'; did you mean 'expires'?\n");
    CHECK(errorsOf("{vaults: {kv1: {keys: {k: {versions: [{enable: true}]}}}}}") ==
          "48: error: a version has no field 'enable'; did you mean 'enabled'?\n");
    CHECK(errorsOf("{identities: {a: {recoverabel: true}}}") ==
          "27: error: an identity has no field 'recoverabel'; did you mean 'recoverable'?\n");
}

TEST_CASE("what should be a mapping by name and is not is an error") {
    CHECK(errorsOf("{vaults: [kv1]}") == "18: error: expected vaults by name (a mapping), not a list\n");
    CHECK(errorsOf("{vaults: {kv1: yes}}") == "24: error: expected a vault (a mapping), not 'yes'\n");
    CHECK(errorsOf("{vaults: {kv1: {keys: [k]}}}") == "31: error: expected keys by name (a mapping), not a list\n");
    CHECK(errorsOf("{vaults: {kv1: {accessPolicies: [a]}}}") ==
          "41: error: expected identities with their permissions (a mapping), not a list\n");
    CHECK(errorsOf("{vaults: {kv1: {accessPolicies: {a: get}}}}") == "45: error: expected a list, not 'get'\n");
    CHECK(errorsOf("{vaults: {kv1: {accessPolicies: {a: [[get]]}}}}") ==
          "46: error: expected the name of a permission, not a list\n");
    CHECK(errorsOf("{roleAssignments: {a: {}}}") == "31: error: expected a list, not a mapping\n");
    CHECK(errorsOf("{identities: {'': {}}}") == "23: error: expected a name, not an empty text\n");
}

TEST_CASE("values of vaults are checked") {
    CHECK(errorsOf("{vaults: {kv1: {softDeleteRetentionInDays: 6}}}") ==
          "52: error: expected a number from 7 to 90, not '6'\n");
    CHECK(errorsOf("{vaults: {kv1: {softDeleteRetentionInDays: 91}}}") ==
          "52: error: expected a number from 7 to 90, not '91'\n");
    CHECK(errorsOf("{vaults: {kv1: {softDeleteRetentionInDays: 7}, kv2: {softDeleteRetentionInDays: 90}}}").empty());
    CHECK(errorsOf("{vaults: {kv1: {enableSoftDelete: on}}}") == "43: error: expected true or false, not 'on'\n");
    CHECK(errorsOf("{vaults: {kv1: {publicNetworkAccess: enabled}}}") ==
          "46: error: expected Enabled or Disabled or SecuredByPerimeter, not 'enabled'\n");
    CHECK(errorsOf("{vaults: {kv1: {networkAcls: {defaultAction: Block, bypass: ~}}}}") ==
          "54: error: expected Allow or Deny, not 'Block'\n"
          "69: error: expected AzureServices or None, not nothing\n");
    CHECK(errorsOf("{vaults: {kv1: {networkAcls: {ipRules: [10.0.0.256, 10.0.0.0/33]}}}}") ==
          "49: error: expected an IPv4 address or block such as 203.0.113.0/24, not '10.0.0.256'\n"
          "61: error: expected an IPv4 address or block such as 203.0.113.0/24, not '10.0.0.0/33'\n");
}

TEST_CASE("purge protection without soft delete does not exist") {
    CHECK(errorsOf("{vaults: {kv1: {enablePurgeProtection: true, enableSoftDelete: false}}}") ==
          "48: error: purge protection needs soft delete; it does not exist without 'enableSoftDelete: true'\n");
    CHECK(errorsOf("{vaults: {kv1: {enablePurgeProtection: true}}}").empty());
    CHECK(errorsOf("{vaults: {kv1: {enablePurgeProtection: false, enableSoftDelete: false}}}").empty());
}

TEST_CASE("names are held to their rules") {
    CHECK(errorsOf("{vaults: {kv: {}}}") ==
          "19: error: a vault cannot be called 'kv'; its name has 3 to 24 letters, digits and hyphens\n");
    CHECK(errorsOf("{vaults: {contoso_kv: {}}}") ==
          "19: error: a vault cannot be called 'contoso_kv'; its name has 3 to 24 letters, digits and hyphens\n");
    CHECK(errorsOf("{vaults: {abcdefghijklmnopqrstuvwxy: {}}}") ==
          "19: error: a vault cannot be called 'abcdefghijklmnopqrstuvwxy'; its name has 3 to 24 letters, digits and "
          "hyphens\n");
    CHECK(errorsOf("{vaults: {kv1: {keys: {my_key: {}}}}}") ==
          "32: error: a key cannot be called 'my_key'; its name has 1 to 127 letters, digits and hyphens\n");
    CHECK(errorsOf("{vaults: {kv1: {keys: {" + std::string(127, 'k') + ": {}}}}}").empty());
    CHECK(errorsOf("{resources: {a/b: {service: acr}, 'c:d': {service: acr}}}") ==
          "22: error: a resource cannot be called 'a/b'; its name may hold anything but '/', ':' and control "
          "characters\n"
          "43: error: a resource cannot be called 'c:d'; its name may hold anything but '/', ':' and control "
          "characters\n");
    CHECK(errorsOf("{identities: {system:r: {}}}") ==
          "23: error: an identity cannot be called 'system:r'; its name may hold anything but '/', ':' and control "
          "characters\n");
    CHECK(errorsOf(R"({identities: {"a\0b": {}}})") ==
          "23: error: an identity cannot be called 'a\\x00b'; its name may hold anything but '/', ':' and control "
          "characters\n");
    CHECK(errorsOf("{identities: {SystemAssigned: {}}}") ==
          "23: error: an identity cannot be called 'SystemAssigned'; that stands for a resource's own identity\n");
    CHECK(errorsOf("{identities: {a b.c: {}, Ünïcode: {}, 42: {}, 'true': {}}}").empty());
}

TEST_CASE("versions of a key are named by their place or by a name of their own") {
    CHECK(errorsOf("{vaults: {kv1: {keys: {k: {versions: [{name: v1}, {}, {name: v3}, {name: abc123}]}}}}}").empty());
    CHECK(errorsOf("{vaults: {kv1: {keys: {k: {versions: [{}, {name: v1}]}}}}}") ==
          "58: error: version 2 of the key cannot be called 'v1'; by its place it is 'v2'\n");
    CHECK(errorsOf("{vaults: {kv1: {keys: {k: {versions: [{name: v01}]}}}}}") ==
          "54: error: version 1 of the key cannot be called 'v01'; by its place it is 'v1'\n");
    CHECK(errorsOf("{vaults: {kv1: {keys: {k: {versions: [{name: abc}, {name: abc}]}}}}}") ==
          "67: error: the key has a version 'abc' already; it stands on line 3\n");
    CHECK(errorsOf("{vaults: {kv1: {keys: {k: {versions: [{name: a-b}]}}}}}") ==
          "54: error: a version cannot be called 'a-b'; its name has 1 to 32 letters and digits\n");
    CHECK(errorsOf("{vaults: {kv1: {keys: {k: {versions: []}}}}}") == "46: error: a key has at least one version\n");
    CHECK(errorsOf("{vaults: {kv1: {keys: {k: {versions: {}}}}}}") ==
          "46: error: expected a list of versions, oldest first, not a mapping\n");
    CHECK(errorsOf("{vaults: {kv1: {keys: {k: {versions: [{}], expires: 1d}}}}}") ==
          "52: error: 'expires' and 'versions' exclude each other; give each version its own 'expires'\n");
}

TEST_CASE("times of a key are durations or instants") {
    CHECK(errorsOf("{vaults: {kv1: {keys: {k: {expires: 30}}}}}") ==
          "45: error: expected a duration since the start such as 1h30m, or an instant such as 2026-01-01T03:00:00Z, "
          "not '30'\n");
    CHECK(errorsOf("{vaults: {kv1: {keys: {k: {expires: ~, notBefore: ~}}}}}").empty());
}

TEST_CASE("values of resources are checked") {
    CHECK(errorsOf("{resources: {r: {}}}") == "22: error: a resource needs the field 'service'\n");
    CHECK(errorsOf("{resources: {r: {service: }}}") == "35: error: expected the name of a service, not nothing\n");
    CHECK(errorsOf("{resources: {r: {service: acr, identities: a}}}") == "52: error: expected a list, not 'a'\n");
    CHECK(errorsOf("{resources: {r: {service: acr, outboundIp: 10.0.0.0/8}}}") ==
          "52: error: expected an IPv4 address, not '10.0.0.0/8'\n");
    CHECK(errorsOf("{resources: {r: {service: acr, revalidationPhase: 15}}}") ==
          "59: error: expected a duration such as 90s, 1h30m or P90D, not '15'\n");
    CHECK(errorsOf("{resources: {r: {service: acr, identtiy: [a], sku: ~}}}")
              .starts_with("40: error: a resource has no field 'identtiy'; did you mean 'identity'?\n"
                           "55: error: a resource has no field 'sku'; known: "));
}

TEST_CASE("a fleet has from one to ten million members, and only a fleet spreads") {
    CHECK(errorsOf("{resources: {r: {service: acr, count: 250, revalidationPhase: spread}}}").empty());
    CHECK(errorsOf("{resources: {r: {service: acr, count: 0}}}") ==
          "47: error: expected a number from 1 to 10000000, not '0'\n");
    CHECK(errorsOf("{resources: {r: {service: acr, revalidationPhase: random}}}") ==
          "59: error: only the members of a fleet can spread; give the resource a 'count'\n");
}

TEST_CASE("a name that stands twice is an error at the second") {
    CHECK(errorsOf("{identities: {a: {}, b: {}, a: {}}}") ==
          "37: error: duplicate key 'a'; it first stands on line 3\n");
}

} // namespace cmksim::estate_errors_test
