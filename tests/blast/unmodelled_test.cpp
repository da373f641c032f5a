// What may use a key that was not read, and what uses a vault of which it names no key.
#include "blast/unmodelled.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace cmksim::unmodelled_blast_test {

using namespace blast;
using namespace compile;

namespace {

struct World : test::Compiled {
    explicit World(const std::string& fields)
        : Compiled{"cmksim-estate: 1\n"
                   "vaults: {kv1: {keys: {cmk: {}}}, kv2: {keys: {cmk: {}}}}\n"
                   "identities: {app: {}, lone: {}}\n"
                   "resources:\n"
                   "  it: {service: unmodelled, type: x, " +
                   fields + "}\n"} {}

    [[nodiscard]] VaultId vault(std::string_view name) const {
        for (const VaultId id : program->names.vaults.ids()) {
            if (program->names.vaults[id].text == name) {
                return id;
            }
        }
        return {};
    }
    [[nodiscard]] IdentityId identity(std::string_view name) const {
        for (const IdentityId id : program->identities) {
            if (program->names.identities[id].text == name) {
                return id;
            }
        }
        return {};
    }
    [[nodiscard]] bool uses(const Action& loss) const { return !unmodelledUsing(*program, loss, {}).empty(); }
    [[nodiscard]] bool usesVault(std::string_view name) const { return uses(VaultDelete{{vault(name)}}); }
    [[nodiscard]] bool usesKeyIn(std::string_view name) const {
        return uses(KeyDelete{{vault(name), program->names.keysOf[vault(name)].front()}});
    }
    [[nodiscard]] bool usesIdentity(std::string_view name) const { return uses(IdentityDelete{{identity(name)}, {}}); }
    [[nodiscard]] bool usesPolicy(std::string_view of, std::string_view name) const {
        return uses(PolicyDelete{{vault(of)}, identity(name), {}});
    }
};

} // namespace

TEST_CASE("a key that was not read may be any, through the identities that are named") {
    const World world{"identities: [app], keyNotRead: true"};
    REQUIRE(world.program);
    CHECK(world.usesVault("kv1"));
    CHECK(world.usesKeyIn("kv1"));
    CHECK(world.usesKeyIn("kv2"));
    CHECK(world.usesIdentity("app"));
    CHECK_FALSE(world.usesIdentity("lone"));
    CHECK(world.usesPolicy("kv2", "app"));
    CHECK_FALSE(world.usesPolicy("kv2", "lone"));
    const Unmodelled& it = world.program->unmodelled.front();
    CHECK(isUseGuessed(it, VaultDelete{{world.vault("kv1")}}));
    CHECK_FALSE(isUseGuessed(it, IdentityDelete{{world.identity("app")}, {}}));
}

TEST_CASE("a key that was not read may be used through any identity where none is named") {
    const World world{"keyNotRead: true"};
    REQUIRE(world.program);
    CHECK(world.usesKeyIn("kv1"));
    CHECK(world.usesIdentity("lone"));
    CHECK(world.usesPolicy("kv2", "lone"));
}

TEST_CASE("a key that was not read lies in one of the vaults that are named") {
    const World world{"key: kv2/cmk, identity: app, vaults: [kv1], keyNotRead: true"};
    REQUIRE(world.program);
    CHECK(world.usesVault("kv1"));
    CHECK(world.usesKeyIn("kv1"));
    CHECK(world.usesPolicy("kv1", "app"));
    CHECK(world.usesKeyIn("kv2"));
    const World one{"vaults: [kv1], keyNotRead: true"};
    REQUIRE(one.program);
    CHECK_FALSE(one.usesVault("kv2"));
    CHECK_FALSE(one.usesKeyIn("kv2"));
}

TEST_CASE("what names a vault alone uses it, and no key in it") {
    const World world{"identity: app, vaults: [kv1]"};
    REQUIRE(world.program);
    CHECK(world.usesVault("kv1"));
    CHECK_FALSE(world.usesVault("kv2"));
    CHECK_FALSE(world.usesKeyIn("kv1"));
    CHECK(world.usesPolicy("kv1", "app"));
    CHECK_FALSE(world.usesPolicy("kv2", "app"));
    CHECK_FALSE(World{"type2: y, vaults: [kv1]"}.program);
    CHECK_FALSE(World{"vaults: [kv3]"}.program);
}

} // namespace cmksim::unmodelled_blast_test
