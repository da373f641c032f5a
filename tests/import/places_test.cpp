// Which descriptions are of one thing.
#include "import/resource_place.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <random>
#include <string>
#include <vector>

namespace cmksim::places_test {

using namespace cmksim;
using namespace cmksim::import;

namespace {

std::vector<std::size_t> things(const std::vector<std::string>& ids) {
    std::vector<PlacedDescription> descriptions;
    for (const std::string& id : ids) {
        descriptions.push_back({id, {}});
    }
    return joinPlaces(descriptions, false).thingOf;
}

std::string anyOf(const std::vector<std::string>& words, std::mt19937& random) {
    return words[std::uniform_int_distribution<std::size_t>{0, words.size() - 1}(random)];
}

/// An id out of few, in one of the ways in which sources write it.
std::string anyId(std::mt19937& random) {
    std::string id =
        fmt::format("/{}/{}/{}/{}/{}/{}/{}", anyOf({"subscriptions", "Subscriptions"}, random),
                    anyOf({"s-1", "S-1", "s-2"}, random), anyOf({"resourceGroups", "resourcegroups"}, random),
                    anyOf({"g", "G", "h"}, random), anyOf({"providers", "Providers"}, random),
                    anyOf({"Microsoft.KeyVault/vaults", "microsoft.keyvault/Vaults"}, random),
                    anyOf({"one", "ONE", "two"}, random));
    return id + anyOf({"", "", "/keys/k", "/Keys/K", "/providers/Microsoft.Authorization/locks/l"}, random);
}

} // namespace

TEST_CASE("ids that say all are of one thing where they are alike but for their case") {
    std::mt19937 random{23};
    for (int round = 0; round < 500; ++round) {
        std::vector<std::string> ids;
        for (int i = 0; i < 12; ++i) {
            ids.push_back(anyId(random));
        }
        const std::vector<std::size_t> said = things(ids);
        // One that says less is a thing of its own here, and has the others compared part by part.
        ids.push_back("/subscriptions/-/resourceGroups/-/providers/Microsoft.Other/things/other");
        std::vector<std::size_t> byParts = things(ids);
        byParts.pop_back();
        CHECK(said == byParts);
    }
}

TEST_CASE("an id that leaves a part open is of the one thing that it may be of") {
    const std::string whole = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv";
    const std::string noGroup = "/subscriptions/s/resourceGroups/-/providers/Microsoft.KeyVault/vaults/kv";
    CHECK(things({whole, noGroup}) == std::vector<std::size_t>{0, 0});
    CHECK(things({whole, noGroup, "/subscriptions/t/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv"}) ==
          std::vector<std::size_t>{0, 0, 1});
    CHECK(things({whole, whole + "/"}) == std::vector<std::size_t>{0, 0});
}

} // namespace cmksim::places_test
