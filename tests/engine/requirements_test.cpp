// One resource alone: how its properties change, and what refusals see of the key that is named and of its vault.
#include "alone.hpp"

namespace cmksim::requirements_test {

using namespace cmksim;
using namespace cmksim::engine;
using namespace cmksim::test::alone;

namespace {

constexpr PropertyId trust{0};

ActionResult changed(Alone& alone, std::size_t value, IdentityId identity = {}, KeyReferenceId key = {}) {
    ResourceUpdate update{{}, identity, {key, false}, {}};
    update.properties.set(trust, value);
    return apply(alone.rules(), alone.resource, update, alone.world, 0s, at(1h));
}

RefusalRule whenTrustBecomes(std::size_t value) {
    RefusalRule rule;
    rule.property = trust;
    rule.propertyValues = {value};
    return rule;
}

/// Whether a creation with the new key is refused by the rule, as the world is told.
bool refuses(const RefusalRule& rule, const GivenWorld& world, const Locality& place = {}) {
    Alone alone;
    alone.resource = {};
    alone.refuse(RefusableAction::Create, rule);
    alone.world = world;
    NewResource anew;
    anew.key = newKey;
    anew.place = place;
    return alone.created(anew).refusal.has_value();
}

} // namespace

// --- properties ------------------------------------------------------------------------------------------------------

TEST_CASE("a property changes in whatever state the resource is, and nothing else does") {
    Alone alone;
    alone.revalidated(Reason::KeyDisabled, 30min);
    const ResourceState before = alone.resource;
    CHECK_FALSE(changed(alone, 1).refusal);
    CHECK(alone.resource.properties[trust] == 1);
    CHECK(alone.resource.state == before.state);
    CHECK(alone.resource.key == before.key);
    CHECK(alone.resource.wrapping == before.wrapping);
}

TEST_CASE("a refused change of a property leaves it as it was, and one to the value that it has is none") {
    Alone alone;
    alone.refuse(RefusableAction::ChangeProperties, whenTrustBecomes(1));
    CHECK(ruleOf(changed(alone, 1)) == RefusalId{0});
    CHECK(alone.resource.properties[trust] == 0);
    CHECK_FALSE(changed(alone, 0).refusal);
    alone.resource.properties.set(trust, 1);
    CHECK_FALSE(changed(alone, 1).refusal);
}

TEST_CASE("a change of properties is judged as of the resource that it leads to") {
    RefusalRule keyed = whenTrustBecomes(1);
    keyed.namesKey = true;
    const auto refused = [&](KeyReferenceId present, KeyReferenceId named) {
        Alone alone;
        alone.model.encryptionLater = true;
        alone.refuse(RefusableAction::ChangeProperties, keyed);
        alone.resource.key = present;
        return changed(alone, 1, {}, named).refusal.has_value();
    };
    CHECK(refused(oldKey, {}));
    CHECK(refused({}, newKey));
    CHECK_FALSE(refused({}, {}));

    Alone alone;
    RefusalRule ofOwn = whenTrustBecomes(1);
    ofOwn.identityKinds.insert(IdentityKind::SystemAssigned);
    alone.refuse(RefusableAction::ChangeProperties, ofOwn);
    alone.world.principals.emplace(own, PrincipalId{13});
    CHECK(changed(alone, 1, own).refusal);
    CHECK(alone.resource.identity == app);
    CHECK_FALSE(changed(alone, 1, db).refusal);
    CHECK(alone.resource.identity == db);
}

TEST_CASE("another key and a property that changes are one update too much where the model says so") {
    Alone alone;
    RefusalRule rule;
    rule.combined = true;
    alone.refuse(RefusableAction::Update, rule);
    CHECK(ruleOf(changed(alone, 1, {}, newKey)) == RefusalId{0});
    CHECK(alone.resource.key == oldKey);
    CHECK_FALSE(changed(alone, 1, {}, oldKey).refusal);
    CHECK_FALSE(changed(alone, 1, {}, newKey).refusal); // it is 1 already
}

TEST_CASE("a resource without a key changes its properties, though it can be given no key") {
    Alone alone;
    alone.resource.key = {};
    CHECK_FALSE(changed(alone, 1).refusal);
    CHECK(commonOf(changed(alone, 0, {}, newKey)) == CommonRefusal::EncryptionImmutable);
    CHECK(alone.resource.properties[trust] == 1);
}

TEST_CASE("what is made anew under a name has the properties that it is made with") {
    Alone alone;
    changed(alone, 1);
    alone.perform<ResourceDelete>();
    NewResource anew;
    anew.properties.set(trust, 2);
    alone.created(anew);
    CHECK(alone.resource.properties[trust] == 2);
}

// --- what is required of a key and its vault -------------------------------------------------------------------------

TEST_CASE("a vault is in another region, or of another tenant, only where both are said") {
    RefusalRule elsewhere;
    elsewhere.sameRegion = false;
    RefusalRule here;
    here.sameRegion = true;
    GivenWorld world;
    world.vault.place = {RegionId{0}, TenantId{0}};
    CHECK(refuses(elsewhere, world, {RegionId{1}, {}}));
    CHECK_FALSE(refuses(elsewhere, world, {RegionId{0}, {}}));
    CHECK(refuses(here, world, {RegionId{0}, {}}));
    CHECK_FALSE(refuses(here, world, {}));
    CHECK_FALSE(refuses(elsewhere, world, {}));
    RefusalRule foreign;
    foreign.sameTenant = false;
    CHECK(refuses(foreign, world, {{}, TenantId{1}}));
    CHECK_FALSE(refuses(foreign, world, {RegionId{1}, TenantId{0}}));
    world.vault.place = {};
    CHECK_FALSE(refuses(elsewhere, world, {RegionId{1}, TenantId{1}}));
    CHECK_FALSE(refuses(foreign, world, {RegionId{1}, TenantId{1}}));
    world.vault.place = {RegionId{0}, TenantId{0}};
    world.vault.active = false;
    CHECK_FALSE(refuses(elsewhere, world, {RegionId{1}, TenantId{1}}));
}

TEST_CASE("a key has a type, a size and an expiry for a refusal only where it is active and they are said") {
    RefusalRule curves;
    curves.keyTypeSet = 0b110;
    RefusalRule small;
    small.keySizes = {1024, 2048};
    RefusalRule expiring;
    expiring.keyExpires = true;
    RefusalRule lasting;
    lasting.keyExpires = false;
    GivenWorld world;
    CHECK_FALSE(refuses(curves, world));
    CHECK_FALSE(refuses(small, world));
    CHECK_FALSE(refuses(expiring, world));
    CHECK(refuses(lasting, world));
    world.key = {true, {KeyTypeId{1}, 2048}, true};
    CHECK(refuses(curves, world));
    CHECK(refuses(small, world));
    CHECK(refuses(expiring, world));
    CHECK_FALSE(refuses(lasting, world));
    world.key = {true, {KeyTypeId{0}, 4096}, true};
    CHECK_FALSE(refuses(curves, world));
    CHECK_FALSE(refuses(small, world));
    world.key = {false, {KeyTypeId{1}, 2048}, true};
    CHECK_FALSE(refuses(curves, world));
    CHECK_FALSE(refuses(expiring, world));
}

} // namespace cmksim::requirements_test
