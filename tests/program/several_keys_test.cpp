// Which of its keys a resource with several lost, in every picture and report.
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::several_keys_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view backupLost = R"(cmksim: 1
name: Backup lost
until: 1d
estate:
  vaults:
    data-kv: {enablePurgeProtection: true, accessPolicies: {data-id: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}
    backup-kv:
      enablePurgeProtection: true
      accessPolicies: {backup-id: [get, list, wrapKey, unwrapKey]}
      keys: {cmk: {}}
  identities: {data-id: {}, backup-id: {}}
  resources:
    orders:
      service: postgresql
      keys: {primary: {key: data-kv/cmk, identity: data-id}, backup: {key: backup-kv/cmk, identity: backup-id}}
timeline:
  - {at: 2h, do: key.update, target: backup-kv/cmk, with: {enabled: false}}
  - {at: 4h, expect: {orders: Inaccessible}}
)";

constexpr std::string_view oneKey = R"(cmksim: 1
name: One key
until: 1d
estate:
  vaults:
    data-kv: {enablePurgeProtection: true, accessPolicies: {data-id: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {data-id: {}}
  resources: {orders: {service: postgresql, key: data-kv/cmk, identity: data-id}}
timeline:
  - {at: 2h, do: key.update, target: data-kv/cmk, with: {enabled: false}}
  - {at: 4h, expect: {orders: Inaccessible}}
)";

} // namespace

TEST_CASE("a graph of an estate says by which key a resource hangs on what, where it has several") {
    const Folder folder;
    const std::string several = folder.file("several.yaml", backupLost);
    const Ran dot{{"blast", "--format", "dot", several}};
    CHECK(has(dot.out, "[label=\"primary\"]"));
    CHECK(has(dot.out, "[label=\"backup\"]"));
    CHECK(has(Ran{{"blast", "--format", "mermaid", several}}.out, "-->|\"backup\"|"));
    const std::string one = folder.file("one.yaml", oneKey);
    CHECK_FALSE(has(Ran{{"blast", "--format", "dot", one}}.out, "[label=\"primary\"]"));
    CHECK_FALSE(has(Ran{{"blast", "--format", "mermaid", one}}.out, "-->|"));
}

TEST_CASE("diagrams and the page say which key a resource lost, where it has several") {
    const Folder folder;
    const std::string several = folder.file("several.yaml", backupLost);
    const std::string one = folder.file("one.yaml", oneKey);
    CHECK(has(Ran{{"diagram", "--format", "svg", several}}.out, "KeyDisabled (backup)"));
    CHECK(has(Ran{{"diagram", "--format", "mermaid", several}}.out, "KeyDisabled (backup)"));
    CHECK(has(Ran{{"report", several}}.out, "Inaccessible: KeyDisabled (backup)"));
    CHECK_FALSE(has(Ran{{"diagram", "--format", "svg", one}}.out, "KeyDisabled ("));
    CHECK_FALSE(has(Ran{{"diagram", "--format", "mermaid", one}}.out, "KeyDisabled ("));
    CHECK_FALSE(has(Ran{{"report", one}}.out, "KeyDisabled ("));
}

TEST_CASE("coverage has a row for the key of each slot that a resource needs") {
    const Folder folder;
    const Ran several{{"test", "--coverage", "text", folder.file("several.yaml", backupLost)}};
    CHECK(has(several.out, "the key of primary cannot be used"));
    CHECK_FALSE(has(several.out, "the key of backup cannot be used"));
    const Ran one{{"test", "--coverage", "text", folder.file("one.yaml", oneKey)}};
    CHECK(has(one.out, "the key of backup cannot be used"));
    CHECK_FALSE(has(one.out, "the key of primary cannot be used"));
}

} // namespace cmksim::several_keys_test
