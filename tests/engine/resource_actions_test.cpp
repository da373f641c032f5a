// One resource alone: what updates, creation and deletion do to it, and what refuses them.
#include "alone.hpp"

namespace cmksim::resource_actions_test {

using namespace cmksim;
using namespace cmksim::engine;
using namespace cmksim::test::alone;

// --- updates ---------------------------------------------------------------------------------------------------------

TEST_CASE("an update that names a key wraps the data by the version that the check found") {
    Alone alone;
    alone.refuse(RefusableAction::Update, whenCheckFails());
    alone.world.letUse(app, oldKey, oldMaterial);
    alone.world.letUse(app, newKey, newMaterial);
    alone.revalidated(Reason::None, 1h, oldMaterial, degradedOnly());
    const ActionResult result = alone.perform<ResourceUpdate>({}, newKey);
    CHECK_FALSE(result.refusal);
    CHECK(alone.resource.key == newKey);
    CHECK(alone.resource.wrapping == Wrapping::by(newMaterial));
    CHECK(result.step.conditionsChanged);
    CHECK(alone.resource.conditions.empty());
}

TEST_CASE("an update that names a key needs the present one too, with the present identity or the new one") {
    const auto updated = [](bool presentUsesOld, bool newUsesOld) {
        Alone alone;
        alone.refuse(RefusableAction::Update, whenCheckFails());
        if (presentUsesOld) {
            alone.world.letUse(app, oldKey, oldMaterial);
        }
        if (newUsesOld) {
            alone.world.letUse(db, oldKey, oldMaterial);
        }
        alone.world.letUse(db, newKey, newMaterial);
        return !alone.perform<ResourceUpdate>(db, newKey).refusal;
    };
    CHECK(updated(true, false));
    CHECK(updated(false, true));
    CHECK_FALSE(updated(false, false));
}

TEST_CASE("a refused update leaves key, identity and wrapping as they were") {
    Alone alone;
    alone.refuse(RefusableAction::Update, whenCheckFails());
    alone.world.letUse(app, oldKey, oldMaterial);
    CHECK(checkOf(alone.perform<ResourceUpdate>(db, newKey)) == "IdentityUnauthorized");
    CHECK(alone.resource.key == oldKey);
    CHECK(alone.resource.identity == app);
    CHECK(alone.resource.wrapping == Wrapping::by(oldMaterial));
    CHECK(commonOf(alone.perform<ResourceRemoveIdentity>(db)) == CommonRefusal::IdentityNotFound);
}

TEST_CASE("a refusal may attach the identity that it refuses") {
    Alone alone;
    RefusalRule rule = whenCheckFails();
    rule.attachesIdentity = true;
    alone.refuse(RefusableAction::Update, rule);
    CHECK(alone.perform<ResourceUpdate>(db).refusal);
    CHECK(alone.resource.identity == app);
    CHECK_FALSE(alone.perform<ResourceRemoveIdentity>(db).refusal);
}

TEST_CASE("an update to an identity takes effect at once where no check is asked for, and the old one stays attached") {
    Alone alone;
    alone.revalidated(Reason::KeyDisabled, 30min);
    CHECK_FALSE(alone.perform<ResourceUpdate>(db).refusal);
    CHECK(alone.resource.identity == db);
    CHECK(alone.resource.principal == PrincipalId{12});
    CHECK(alone.resource.state == revoked);
    CHECK_FALSE(alone.perform<ResourceRemoveIdentity>(app).refusal);
}

TEST_CASE("an update is refused for an identity that is not there before anything else") {
    Alone alone;
    alone.world.principals.erase(db);
    alone.resource.key = {};
    CHECK(commonOf(alone.perform<ResourceUpdate>(db, newKey)) == CommonRefusal::IdentityNotFound);
}

TEST_CASE("encryption is for life, and comes later only where the model lets it") {
    Alone alone;
    const ResourceUpdate clearing{{}, {}, {{}, true}, {}};
    CHECK(commonOf(apply(alone.rules(), alone.resource, clearing, alone.world, 0s, at(1h))) ==
          CommonRefusal::EncryptionImmutable);

    alone.resource.key = {};
    alone.refuse(RefusableAction::EnableEncryption, whenCheckFails());
    alone.world.letUse(app, newKey, newMaterial);
    CHECK(commonOf(alone.perform<ResourceUpdate>({}, newKey)) == CommonRefusal::EncryptionImmutable);
    alone.model.encryptionLater = true;
    CHECK(commonOf(alone.perform<ResourceUpdate>(db)) == CommonRefusal::EncryptionImmutable);
    CHECK(checkOf(alone.perform<ResourceUpdate>(db, newKey)) == "IdentityUnauthorized");
    CHECK_FALSE(alone.perform<ResourceUpdate>({}, newKey).refusal);
    CHECK(alone.resource.wrapping == Wrapping::by(newMaterial));
}

TEST_CASE("a lapsed credential unwraps nothing, but that of another identity does") {
    Alone alone;
    alone.refuse(RefusableAction::Update, whenCheckFails());
    alone.world.letUse(app, oldKey, oldMaterial);
    alone.world.letUse(app, newKey, newMaterial);
    alone.world.letUse(db, newKey, newMaterial);
    alone.lapsed(1h);
    CHECK(checkOf(alone.perform<ResourceUpdate>({}, newKey)) == "IdentityInactive");
    CHECK(checkOf(alone.perform<ResourceUpdate>(db, newKey)) == "IdentityInactive");
    alone.world.letUse(db, oldKey, oldMaterial);
    CHECK_FALSE(alone.perform<ResourceUpdate>(db, newKey).refusal);
}

TEST_CASE("a model refuses by state, reason, credential and what is named, the first rule that holds") {
    Alone alone;
    RefusalRule whenDown;
    whenDown.statesExcept = {ready};
    whenDown.reasonsExcept.insert(Reason::KeyUriMalformed);
    RefusalRule whenLapsing;
    whenLapsing.credential.insert(Credential::Lapsing);
    whenLapsing.namesKey = true;
    alone.refuse(RefusableAction::Update, whenDown);
    alone.refuse(RefusableAction::Update, whenLapsing);
    CHECK_FALSE(ruleOf(alone.perform<ResourceUpdate>({}, newKey)));
    alone.perform<ResourceRemoveIdentity>(app);
    CHECK_FALSE(ruleOf(alone.perform<ResourceUpdate>(app)));
    CHECK(ruleOf(alone.perform<ResourceUpdate>({}, oldKey)) == RefusalId{1});
    alone.revalidated(Reason::KeyDisabled, 2h);
    CHECK(ruleOf(alone.perform<ResourceUpdate>({}, oldKey)) == RefusalId{0});
    alone.revalidated(Reason::KeyUriMalformed, 3h);
    CHECK(ruleOf(alone.perform<ResourceUpdate>({}, oldKey)) == RefusalId{1});
}

// --- creation and deletion -------------------------------------------------------------------------------------------

TEST_CASE("a creation wraps the data by the version that the check found, and revalidates after its phase") {
    Alone alone;
    alone.refuse(RefusableAction::Create, whenCheckFails());
    alone.world.letUse(app, newKey, newMaterial);
    alone.resource = {};
    NewResource anew;
    anew.identity = app;
    anew.key = newKey;
    CHECK_FALSE(alone.created(anew, 1h, 10min).refusal);
    CHECK(alone.resource.state == ready);
    CHECK(alone.resource.wrapping == Wrapping::by(newMaterial));
    CHECK(alone.resource.firstRevalidation == at(1h + 10min));
    CHECK(commonOf(alone.created(anew)) == CommonRefusal::ResourceExists);
}

TEST_CASE("a refused creation leaves nothing, unless the model leaves something behind") {
    Alone alone;
    alone.resource = {};
    NewResource anew;
    anew.identity = db;
    anew.key = newKey;
    RefusalRule rule = whenCheckFails();
    alone.refuse(RefusableAction::Create, rule);
    CHECK(checkOf(alone.created(anew)) == "IdentityUnauthorized");
    CHECK(alone.resource.presence == Presence::Absent);
    alone.model.refusals[RefusalId{0}].leaves = failed;
    CHECK(checkOf(alone.created(anew)) == "IdentityUnauthorized");
    CHECK(alone.resource.state == failed);
    CHECK(alone.resource.reason == Reason::IdentityUnauthorized);
    CHECK_FALSE(takesPart(alone.model, alone.resource));
    CHECK(alone.downtimeAt(9h) == 0s);
}

TEST_CASE("a creation needs the identities that it names, but for the resource's own") {
    Alone alone;
    alone.resource = {};
    alone.world.principals.erase(db);
    NewResource anew;
    anew.identity = app;
    anew.identities = {db};
    CHECK(commonOf(alone.created(anew)) == CommonRefusal::IdentityNotFound);
    anew.identities = {own};
    CHECK(alone.created(anew).ownIdentity == ActionResult::OwnIdentity::Created);
}

TEST_CASE("a creation is refused for the vault only where the vault is there, and for a property's value") {
    Alone alone;
    RefusalRule unprotected;
    unprotected.vaultPurgeProtection = false;
    RefusalRule basic;
    basic.property = PropertyId{0};
    basic.propertyValues = {0, 1};
    alone.refuse(RefusableAction::Create, unprotected);
    alone.refuse(RefusableAction::Create, basic);
    NewResource anew;
    anew.key = newKey;
    const auto refusedBy = [&](bool active, bool purgeProtection, std::size_t value) {
        alone.resource = {};
        alone.world.vault = {.active = active, .softDelete = true, .purgeProtection = purgeProtection};
        anew.properties.set(PropertyId{0}, value);
        return ruleOf(alone.created(anew));
    };
    CHECK(refusedBy(true, false, 2) == RefusalId{0});
    CHECK_FALSE(refusedBy(false, false, 2));
    CHECK_FALSE(refusedBy(true, true, 2));
    CHECK(refusedBy(true, true, 1) == RefusalId{1});
}

TEST_CASE("a deleted resource's downtime ends, its data is gone, and no action finds it") {
    Alone alone;
    alone.revalidated(Reason::KeyDisabled, 1h);
    CHECK_FALSE(alone.perform<ResourceDelete>({}, {}, 2h).refusal);
    const ResourceStatus status = alone.resource.statusAt(at(9h));
    CHECK(status.presence == Presence::Deleted);
    CHECK(status.reason == Reason::None);
    CHECK(status.downtime == 1h);
    CHECK(status.outages == 1);
    CHECK_FALSE(status.recoverable);
    for (const Action& action : std::vector<Action>{
             ResourceDelete{}, ResourceUpdate{{}, app, {}, {}}, ResourceAssignIdentity{{}, app},
             ResourceRemoveIdentity{{}, app, {}}, SupportRestoreIdentity{}, ServiceStall{}, ServiceResume{}}) {
        CHECK(commonOf(apply(alone.rules(), alone.resource, action, alone.world, 0s, at(1h))) ==
              CommonRefusal::ResourceNotFound);
    }
}

TEST_CASE("no rule of a creation looks at a former life of the name") {
    Alone alone;
    RefusalRule whenLapsing;
    whenLapsing.credential.insert(Credential::Lapsing);
    alone.refuse(RefusableAction::Create, whenLapsing);
    alone.perform<ResourceRemoveIdentity>(app);
    alone.perform<ResourceDelete>();
    NewResource anew;
    anew.identity = app;
    anew.key = newKey;
    CHECK_FALSE(alone.created(anew).refusal);
}

TEST_CASE("a resource created anew under its name starts from nothing") {
    Alone alone;
    alone.perform<ResourceRemoveIdentity>(app);
    alone.perform<ServiceStall>();
    alone.revalidated(Reason::KeyDisabled, 1h);
    alone.resource.dataLost = true;
    alone.perform<ResourceDelete>({}, {}, 2h);
    NewResource anew;
    CHECK_FALSE(alone.created(anew, 3h).refusal);
    const ResourceStatus status = alone.resource.statusAt(at(9h));
    CHECK(status.downtime == 0s);
    CHECK(status.outages == 0);
    CHECK(status.recoverable);
    CHECK_FALSE(alone.resource.stalled);
    CHECK(alone.resource.credential == Credential::Renewed);
    CHECK(commonOf(alone.perform<ResourceRemoveIdentity>(app)) == CommonRefusal::IdentityNotFound);
}

} // namespace cmksim::resource_actions_test
