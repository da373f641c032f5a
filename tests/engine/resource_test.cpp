// One resource alone: what revalidations, lapses and operations come to, whatever the world.
#include "alone.hpp"

namespace cmksim::resource_test {

using namespace cmksim;
using namespace cmksim::engine;
using namespace cmksim::test::alone;

// --- revalidations ---------------------------------------------------------------------------------------------------

TEST_CASE("revalidations fall on birth plus phase plus whole periods") {
    ResourceState resource;
    resource.firstRevalidation = at(10min);
    CHECK(nextLook(resource.firstRevalidation, 1h, at(0s)) == at(10min));
    CHECK(nextLook(resource.firstRevalidation, 1h, at(10min)) == at(10min));
    CHECK(nextLook(resource.firstRevalidation, 1h, at(10min + 1s)) == at(1h + 10min));
    CHECK(nextLook(resource.firstRevalidation, 1h, at(1h + 10min)) == at(1h + 10min));
    CHECK(nextLook(resource.firstRevalidation, 1h, at(24h)) == at(24h + 10min));
}

TEST_CASE("a pinned phase counts, and an open one where there is none") {
    Alone alone;
    CHECK(established(alone.rules(), alone.described, {slotOf(alone.described, Wrapping::unknown())}, Duration{7min})
              .firstRevalidation == at(7min));
    alone.described.phase = 5min;
    CHECK(established(alone.rules(), alone.described, {slotOf(alone.described, Wrapping::unknown())}, Duration{7min})
              .firstRevalidation == at(5min));
}

TEST_CASE("what has no key, has failed or is not there takes no part in revalidations") {
    Alone alone;
    CHECK(takesPart(alone.model, alone.resource));
    ResourceState plain = alone.resource;
    plain.key = {};
    CHECK_FALSE(takesPart(alone.model, plain));
    ResourceState broken = alone.resource;
    broken.state = failed;
    CHECK_FALSE(takesPart(alone.model, broken));
    CHECK_FALSE(takesPart(alone.model, ResourceState{}));
}

TEST_CASE("downtime counts from leaving Ready to being Ready again, and an open outage to the moment of asking") {
    Alone alone;
    alone.revalidated(Reason::KeyNotFound, 1h);
    CHECK(alone.downtimeAt(90min) == 30min);
    alone.revalidated(Reason::None, 3h);
    CHECK(alone.downtimeAt(5h) == 2h);
    alone.revalidated(Reason::KeyDisabled, 6h);
    CHECK(alone.downtimeAt(7h) == 3h);
    CHECK(alone.resource.outages == 2);
}

TEST_CASE("a change from one failing state to another is a transition of the same outage") {
    Alone alone;
    alone.revalidated(Reason::KeyDisabled, 1h);
    CHECK(alone.resource.state == revoked);
    const Step step = alone.revalidated(Reason::KeyNotFound, 2h);
    CHECK(step.moved);
    CHECK(step.from == revoked);
    CHECK(step.to == inaccessible);
    CHECK(alone.resource.outages == 1);
    alone.revalidated(Reason::None, 4h);
    CHECK(alone.downtimeAt(9h) == 3h);
}

TEST_CASE("another reason for the same state is a transition, the same reason is nothing new") {
    Alone alone;
    alone.revalidated(Reason::KeyNotFound, 1h);
    const Step other = alone.revalidated(Reason::VaultNotFound, 2h);
    CHECK(other.moved);
    CHECK(other.from == inaccessible);
    CHECK(other.to == inaccessible);
    CHECK(other.reason == Reason::VaultNotFound);
    CHECK_FALSE(alone.revalidated(Reason::VaultNotFound, 3h).moved);
    CHECK_FALSE(Alone{}.revalidated(Reason::None, 1h).moved);
}

TEST_CASE("a resource that the estate says is down has been so since the start, for no reason yet") {
    Alone alone{inaccessible};
    CHECK(alone.resource.outages == 1);
    CHECK(alone.downtimeAt(1h) == 1h);
    CHECK(alone.resource.reason == Reason::None);
    CHECK(alone.revalidated(Reason::None, 2h).moved);
    CHECK(alone.downtimeAt(5h) == 2h);
}

TEST_CASE("what never came up has no downtime and no outage") {
    const Alone alone{failed};
    CHECK(alone.resource.outages == 0);
    CHECK(alone.downtimeAt(1h) == 0s);
}

TEST_CASE("a revalidation that passes wraps the data anew, and says so") {
    Alone alone;
    CHECK(alone.revalidated(Reason::None, 1h).rotations.empty());
    const Step step = alone.revalidated(Reason::None, 2h, newMaterial);
    REQUIRE(step.rotations.size() == 1);
    CHECK(step.rotations.front().from == oldMaterial);
    CHECK(step.rotations.front().to == newMaterial);
    CHECK(alone.resource.wrapping == Wrapping::by(newMaterial));
}

TEST_CASE("a revalidation that fails wraps nothing") {
    Alone alone;
    const Step step = alone.revalidated(Reason::KeyDisabled, 1h, newMaterial);
    CHECK(step.rotations.empty());
    CHECK(alone.resource.wrapping == Wrapping::by(oldMaterial));
}

TEST_CASE("an unknown wrapping is settled by the first revalidation that passes, which is no rotation") {
    Alone alone;
    alone.resource.wrapping = Wrapping::unknown();
    alone.revalidated(Reason::KeyDisabled, 1h);
    CHECK_FALSE(alone.resource.wrapping.known());
    CHECK(alone.revalidated(Reason::None, 2h).rotations.empty());
    CHECK(alone.resource.wrapping == Wrapping::by(oldMaterial));
}

TEST_CASE("a condition is what the latest revalidation met, in Ready or not") {
    Alone alone;
    Step step = alone.revalidated(Reason::None, 1h, oldMaterial, degradedOnly());
    CHECK(step.conditionsChanged);
    CHECK_FALSE(step.moved);
    CHECK_FALSE(alone.revalidated(Reason::KeyDisabled, 2h, oldMaterial, degradedOnly()).conditionsChanged);
    step = alone.revalidated(Reason::VaultNotFound, 3h);
    CHECK(step.conditionsChanged);
    CHECK(step.after.empty());
}

// --- the credential --------------------------------------------------------------------------------------------------

TEST_CASE("removing the identity in use is refused, and yet the credential lapses, counted from the first attempt") {
    Alone alone;
    CHECK(commonOf(alone.perform<ResourceRemoveIdentity>(app, {}, 1h)) == CommonRefusal::IdentityInUse);
    CHECK(alone.resource.credential == Credential::Lapsing);
    CHECK(alone.resource.lapseAt == at(1h + lapseAfter));
    CHECK(commonOf(alone.perform<ResourceRemoveIdentity>(app, {}, 5h)) == CommonRefusal::IdentityInUse);
    CHECK(alone.resource.lapseAt == at(1h + lapseAfter));
}

TEST_CASE("without renewal a refused removal changes nothing") {
    Alone alone;
    alone.model.renewal.reset();
    CHECK(commonOf(alone.perform<ResourceRemoveIdentity>(app)) == CommonRefusal::IdentityInUse);
    CHECK(alone.resource.credential == Credential::Renewed);
    CHECK(alone.resource.lapseAt == never);
}

TEST_CASE("a lapse takes the resource down at once and ends its conditions") {
    Alone alone;
    alone.revalidated(Reason::None, 1h, oldMaterial, degradedOnly());
    alone.perform<ResourceRemoveIdentity>(app);
    const Step step = alone.lapsed(2h);
    CHECK(step.moved);
    CHECK(step.to == inaccessible);
    CHECK(step.reason == Reason::IdentityInactive);
    CHECK(step.conditionsChanged);
    CHECK(step.after.empty());
    CHECK(alone.resource.lapseAt == never);
}

TEST_CASE("with a lapsed credential every revalidation answers IdentityInactive, but that no identity is set") {
    Alone alone;
    alone.lapsed(1h);
    CHECK_FALSE(alone.revalidated(Reason::None, 2h, newMaterial, degradedOnly()).moved);
    CHECK(alone.resource.conditions.empty());
    CHECK(alone.resource.wrapping == Wrapping::by(oldMaterial));
    CHECK(alone.revalidated(Reason::IdentityNotAssigned, 3h).reason == Reason::IdentityNotAssigned);
}

TEST_CASE("assigning the identity in use renews its credential, lapsed or not, and so does support") {
    for (const Action& renewal : std::vector<Action>{ResourceAssignIdentity{{}, app}, SupportRestoreIdentity{}}) {
        for (const bool lapsed : {false, true}) {
            Alone alone;
            alone.perform<ResourceRemoveIdentity>(app);
            if (lapsed) {
                alone.lapsed(2h);
            }
            CHECK_FALSE(apply(alone.rules(), alone.resource, renewal, alone.world, 0s, at(1h)).refusal);
            CHECK(alone.resource.credential == Credential::Renewed);
            CHECK(alone.resource.lapseAt == never);
            CHECK(alone.revalidated(Reason::None, 3h).moved == lapsed);
        }
    }
}

TEST_CASE("assigning another identity renews nothing") {
    Alone alone;
    alone.perform<ResourceRemoveIdentity>(app);
    CHECK_FALSE(alone.perform<ResourceAssignIdentity>(db).refusal);
    CHECK(alone.resource.credential == Credential::Lapsing);
}

// --- identities ------------------------------------------------------------------------------------------------------

TEST_CASE("an identity is removed only where it is attached, which goes by name") {
    Alone alone;
    CHECK(commonOf(alone.perform<ResourceRemoveIdentity>(db)) == CommonRefusal::IdentityNotFound);
    CHECK_FALSE(alone.perform<ResourceAssignIdentity>(db).refusal);
    alone.world.principals.erase(db);
    CHECK_FALSE(alone.perform<ResourceRemoveIdentity>(db).refusal);
    CHECK(commonOf(alone.perform<ResourceRemoveIdentity>(db)) == CommonRefusal::IdentityNotFound);
    CHECK(commonOf(alone.perform<ResourceAssignIdentity>(db)) == CommonRefusal::IdentityNotFound);
}

TEST_CASE("the own identity comes to be when it is attached and ends when it is not") {
    Alone alone;
    CHECK(alone.perform<ResourceAssignIdentity>(own).ownIdentity == ActionResult::OwnIdentity::Created);
    alone.world.principals[own] = PrincipalId{13};
    CHECK(alone.perform<ResourceAssignIdentity>(own).ownIdentity == ActionResult::OwnIdentity::Unchanged);
    CHECK(alone.perform<ResourceRemoveIdentity>(own).ownIdentity == ActionResult::OwnIdentity::Ended);
}

TEST_CASE("without a key no identity is in use") {
    Alone alone;
    alone.resource.key = {};
    alone.resource.identity = {};
    CHECK_FALSE(alone.perform<ResourceRemoveIdentity>(app).refusal);
}

// --- operations ------------------------------------------------------------------------------------------------------

TEST_CASE("an operation is denied by the state, by a condition, or because there is no such resource") {
    Alone alone;
    const OperationId pull{0};
    const OperationId show{2};
    const auto denied = [&](OperationId operation) { return attempt(alone.model, alone.resource, operation).denied; };
    CHECK_FALSE(denied(pull));
    alone.revalidated(Reason::None, 1h, oldMaterial, degradedOnly());
    CHECK_FALSE(denied(pull));
    CHECK(denied(importImage));
    CHECK(attempt(alone.model, alone.resource, importImage).blockedBy == degraded);
    alone.revalidated(Reason::KeyDisabled, 2h, oldMaterial, degradedOnly());
    CHECK(denied(pull));
    CHECK_FALSE(attempt(alone.model, alone.resource, importImage).blockedBy);
    CHECK_FALSE(denied(show));
    alone.perform<ResourceDelete>();
    CHECK(denied(show));
}

} // namespace cmksim::resource_test
