// `cmksim diagnose`.
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::diagnose_command_test {

using namespace cmksim::test;

namespace {

/// Two resources that share nothing; `ledger` lacks a permission, and `timeline` follows.
std::string estate(const std::string& timeline = "") {
    return R"(cmksim: 1
name: x
until: 8h
estate:
  vaults:
    kv1: {enableRbacAuthorization: true, keys: {cmk: }}
    kv2: {accessPolicies: {own: [get, wrapKey, unwrapKey]}, keys: {cmk: }}
  identities: {app: , own: }
  resources:
    orders: {service: postgresql, identity: app, key: kv1/cmk}
    ledger: {service: documentdb, identity: own, key: kv2/cmk}
)" + timeline;
}

/// What it prints of a symptom, on one line.
std::string diagnosed(const std::string& symptom, const std::string& story) {
    const Folder folder;
    std::string line = Ran{{"diagnose", "--faults", "1", "--symptom", symptom, folder.file("s.yaml", story)}}.out;
    for (std::size_t at = line.find('\n'); at != std::string::npos; at = line.find('\n', at)) {
        line.replace(at,
                     line.find_first_not_of(" \n", at) == std::string::npos ? line.size() - at
                                                                            : line.find_first_not_of(" \n", at) - at,
                     " ");
    }
    return line;
}

} // namespace

TEST_CASE("where no cause is found of what stands on another, it is said what was not looked at, and undecided") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: x
estate:
  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {k: }}}
  identities: {app: }
  resources:
    set: {service: diskencryptionset, identity: app, key: kv1/k}
    disk: {service: disk, on: [set]}
timeline: []
)");
    const Ran ran{{"diagnose", "--faults", "1", "--format", "json", "--symptom", "disk Unavailable at 30m", path}};
    INFO(ran.out << ran.err);
    CHECK(has(ran.out, "causes that show in disk at some phases alone of what it stands on"));
    CHECK(has(ran.out, R"("complete": false)"));
    CHECK((ran.code == 0 || ran.code == 4)); // never a plain no
}

TEST_CASE("a grant that the timeline makes is late, with until when, and not missing") {
    const std::string story = estate("timeline:\n  - {at: 30m, do: role.assign, target: kv1, with: {identity: app, "
                                     "role: Key Vault Crypto Service Encryption User}}\n");
    const std::string late = diagnosed("orders IdentityUnauthorized at 35m", story);
    CHECK(has(late, "the timeline makes it at +30m; it counts by +40m at the latest"));
    CHECK_FALSE(has(late, "not late"));
    const std::string before = diagnosed("orders IdentityUnauthorized at 20m", story);
    CHECK(has(before, "not late"));
    CHECK(has(before, "the timeline makes it at +30m, after the symptom"));
    CHECK(has(diagnosed("orders IdentityUnauthorized at 35m", estate()), "not late"));
}

TEST_CASE("what is down for another cause is told too") {
    CHECK(has(diagnosed("orders Inaccessible at 2h", estate()), "also down ledger"));
}

} // namespace cmksim::diagnose_command_test
