#include "property/engine_player.hpp"
#include "property/harness.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <string_view>

using namespace cmksim::property;

namespace {

// Without optimisation the same worlds take ten times as long.
#ifdef NDEBUG
constexpr std::uint64_t worlds = 20'000;
#else
constexpr std::uint64_t worlds = 2'000;
#endif

/// Some at once, some long enough for a revalidation, or for another change of the same grant, to fall in between.
std::optional<cmksim::Duration> someDelay(const cmksim::scenario::EntrySpec& entry) {
    using namespace std::chrono_literals;
    if (entry.action()->kind == cmksim::action::kindOf<cmksim::action::IdentityDelete>) {
        return entry.mark.line % 5 * 6h;
    }
    if (entry.action()->kind == cmksim::action::kindOf<cmksim::action::ResourceRemoveIdentity>) {
        return (45 + entry.mark.line % 46) * 24h;
    }
    return entry.mark.line * 7 % 5 * 50min;
}

/// Each reading of what documents disagree about, in every combination, by turns.
cmksim::reference::Readings someReadings(std::uint64_t seed) {
    cmksim::reference::Readings readings;
    readings.identitiesCanBeRecovered = seed % 2 == 0;
    readings.firewallSight = static_cast<cmksim::reference::Readings::FirewallSight>(seed / 2 % 3);
    readings.rotatesFromDeletedIdentity = seed / 6 % 2 == 0;
    readings.validatesDefaultIdentity = seed / 12 % 2 == 1;
    readings.databasesAreTrusted = seed / 24 % 2 == 0;
    return readings;
}

} // namespace

TEST_CASE("the engine and the naive reference tell the same story of every random world", "[property]") {
    const std::optional<Difference> difference = findDifference(1, worlds, enginePlayer());
    INFO((difference ? describe(*difference) : std::string{}));
    CHECK_FALSE(difference);
}

TEST_CASE("so they do when grants, tokens and lapses take some time to count", "[property]") {
    const std::optional<Difference> difference = findDifference(1, worlds, enginePlayer(), nullptr, someDelay);
    INFO((difference ? describe(*difference) : std::string{}));
    CHECK_FALSE(difference);
}

TEST_CASE("so they do under every reading of what documents disagree about", "[property]") {
    const std::optional<Difference> difference =
        findDifference(1, worlds / 2, enginePlayer(), nullptr, {}, someReadings);
    INFO((difference ? describe(*difference) : std::string{}));
    CHECK_FALSE(difference);
}

TEST_CASE("so they do where the estate grants something to an own identity that no resource names", "[property]") {
    constexpr std::array<std::string_view, 3> vaults{
        "{accessPolicies: {i: [get, list, wrapKey, unwrapKey], \"system:r\": [get, wrapKey, unwrapKey]}, keys: {k: }}",
        "{enableRbacAuthorization: true, roleAssignments: {i: Key Vault Crypto User, \"system:r\": Key Vault Crypto "
        "User}, "
        "keys: {k: }}",
        "{enableRbacAuthorization: true, roleAssignments: {i: Key Vault Crypto User}, keys: {k: {roleAssignments: "
        "{\"system:r\": Key Vault Crypto User}}}}"};
    constexpr std::array<std::string_view, 4> stories{
        "  - {at: 1h, do: resource.update, target: r, with: {identity: SystemAssigned}}\n"
        "  - {at: 3h, do: resource.remove-identity, target: r, with: {identity: SystemAssigned}}\n",
        "  - {at: 1h, do: resource.remove-identity, target: r, with: {identity: SystemAssigned}}\n"
        "  - {at: 2h, do: resource.update, target: r, with: {identity: SystemAssigned}}\n",
        "  - {at: 1h, do: resource.remove-identity, target: r, with: {identity: SystemAssigned}}\n"
        "  - {at: 2h, do: resource.assign-identity, target: r, with: {identity: SystemAssigned}}\n"
        "  - {at: 3h, do: resource.update, target: r, with: {identity: SystemAssigned}}\n",
        "  - {at: 1h, do: identity.delete, target: i}\n"
        "  - {at: 30h, do: resource.update, target: r, with: {identity: SystemAssigned}}\n"};
    const Player engine = enginePlayer();
    for (const std::string_view service : {"acr", "cosmosdb", "documentdb"}) {
        for (const std::string_view vault : vaults) {
            for (const std::string_view story : stories) {
                const std::string yaml =
                    "cmksim: 1\nname: x\nuntil: 60h\nestate:\n  vaults: {kv1: " + std::string{vault} +
                    "}\n  identities: {i: }\n  resources: {r: {service: " + std::string{service} +
                    ", identity: i, key: kv1/k, revalidationPhase: 10m}}\ntimeline:\n" + std::string{story};
                INFO(yaml);
                const ReadWorld world = readWorld(yaml);
                INFO(world.complaints);
                REQUIRE(world.scenario);
                const auto expected = cmksim::reference::replay(*world.scenario, {}, {});
                const auto actual = engine(*world.scenario, {}, {});
                REQUIRE(actual);
                CHECK(cmksim::reference::firstDifference(expected, *actual) == "");
            }
        }
    }
}
