// Commands that only read, played: what they would see.
#include "az/translated.hpp"

#include "engine/replay.hpp"
#include "report/json.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

using namespace cmksim;
using namespace cmksim::report;
using namespace cmksim::test;

namespace {

/// What is reported of the last entry of a timeline.
std::string seenAtTheEnd(std::string_view timeline) {
    const Compiled read{std::string{azureEstate} + std::string{timeline}};
    INFO(read.messages());
    REQUIRE(read.program);
    const std::string json = runJson(*read.program, replay(*read.program, nominalPhases(*read.program)), "in.yaml");
    const std::size_t begin = json.rfind("{\"t\"", json.find("], \"resources\""));
    return json.substr(begin, json.find('}', begin) + 1 - begin);
}

} // namespace

TEST_CASE("a look at a key says how many versions it has, and how the newest stands") {
    CHECK(seenAtTheEnd("- {at: 1h, az: keyvault key create --vault-name kv1 --name cmk --disabled}\n"
                       "- {at: 2h, az: keyvault key show --vault-name kv1 --name cmk}\n") ==
          R"({"t": 7200, "kind": "sight", "sight": "show", "target": "kv1/cmk", "result": "ok", "versions": 2, )"
          R"("version": "v2", "enabled": false})");
    CHECK(seenAtTheEnd("- {at: 2h, az: keyvault key show --vault-name kv1 --name cmk --version v1}\n") ==
          R"({"t": 7200, "kind": "sight", "sight": "show", "target": "kv1/cmk/v1", "result": "ok", "versions": 1, )"
          R"("version": "v1", "enabled": true})");
}

TEST_CASE("what is gone is not seen, what is soft-deleted only by who looks there") {
    const std::string gone = "- {at: 1h, az: keyvault key delete --vault-name kv1 --name cmk}\n";
    CHECK(seenAtTheEnd(gone + "- {at: 2h, az: keyvault key show --vault-name kv1 --name cmk}\n").find("KeyNotFound") !=
          std::string::npos);
    CHECK(seenAtTheEnd(gone + "- {at: 2h, az: keyvault key show-deleted --vault-name kv1 --name cmk}\n")
              .find(R"("result": "ok")") != std::string::npos);
    CHECK(seenAtTheEnd("- {at: 2h, az: keyvault show-deleted --name kv1}\n").find("VaultNotFound") !=
          std::string::npos);
    CHECK(seenAtTheEnd("- {at: 1h, az: identity delete -n db}\n- {at: 2h, az: identity show -n db}\n")
              .find("IdentityNotFound") != std::string::npos);
}

TEST_CASE("a look can be expected to find something, or nothing") {
    const std::string held = R"("passed": true)";
    CHECK(seenAtTheEnd("- {at: 2h, az: keyvault show --name kv1, expect: ok}\n").find(held) != std::string::npos);
    CHECK(
        seenAtTheEnd("- {at: 2h, az: keyvault show-deleted --name kv1, expect: {error: VaultNotFound}}\n").find(held) !=
        std::string::npos);
    CHECK(seenAtTheEnd("- {at: 2h, az: keyvault show-deleted --name kv1, expect: ok}\n").find(R"("passed": false)") !=
          std::string::npos);
    CHECK(seenAtTheEnd("- {at: 2h, az: acr check-health -n myregistry, expect: ok}\n").find(held) != std::string::npos);
}
