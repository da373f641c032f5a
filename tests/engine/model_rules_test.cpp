// The rules that models may use, sentence by sentence, on a store that looks for its key every ten minutes.
#include "property/modelled_play.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cmksim::model_rules_test {

using namespace cmksim::property;

namespace {

using Lines = std::vector<std::string>;

/// A service with these states besides `Up`, and these rows for two reasons; the others lead to `Down`.
std::string store(const std::string& states, const std::string& disabled = "state: Down",
                  const std::string& unauthorized = "state: Down", const std::string& more = {}) {
    return R"(cmksim-model: 1
service: store
version: '1'
title: Store
states:
  Up: {meaning: x, assumed: x}
)" + states +
           R"(reasons:
  - reason: [IdentityNotAssigned, IdentityInactive, TokenAcquisitionFailed, KeyUriMalformed, VaultDnsUnresolved,
      VaultNotFound, VaultFirewallDenied, KeyNotFound, KeyVersionNotFound, KeyNotYetValid, KeyExpired, UnwrapFailed]
    state: Down
    fix: x
    assumed: x
  - {reason: KeyDisabled, )" +
           disabled + R"(, fix: x, assumed: x}
  - {reason: IdentityUnauthorized, )" +
           unauthorized + R"(, fix: x, assumed: x}
revalidation: {period: 10m, meaning: x, assumed: x}
identities: {kinds: [UserAssigned], assumed: x}
trusted: {kinds: [], assumed: x}
permissions: {required: [get, wrapKey], assumed: x}
rotation: {automatic: true, assumed: x}
existing-resources: {can-be-encrypted: false, assumed: x}
operations:
  read: {status: 403, assumed: x}
  list: {allowed-in: [Up, Limited], assumed: x}
)" + more;
}

std::string operationsWithoutLimited(std::string model) {
    const std::string_view list = "  list: {allowed-in: [Up, Limited], assumed: x}\n";
    return model.erase(model.find(list), list.size());
}

constexpr std::string_view down = "  Down: {meaning: x, assumed: x}\n";

/// What happens to the store's resource `app` beside actions, facts and expectations.
Lines storyOf(const std::string& model, const std::string& timeline, const std::string& fields = {}) {
    const std::string yaml = R"(cmksim: 1
name: a store
until: 3h
estate:
  vaults:
    kv1: {accessPolicies: {id: [get, wrapKey]}, keys: {cmk: {}}}
  identities:
    id: {}
  resources:
    app: {service: store, key: kv1/cmk, identity: id, revalidationPhase: 0s)" +
                             fields + "}\ntimeline:\n" + timeline;
    Lines lines;
    for (const std::string& line : linesOf({model}, yaml)) {
        if (line.find(" fact ") == std::string::npos) {
            lines.push_back(line);
        }
    }
    return lines;
}

/// Those lines that tell of a kind of event.
Lines only(std::string_view kind, const Lines& lines) {
    Lines some;
    for (const std::string& line : lines) {
        if (line.find(" " + std::string{kind} + " ") != std::string::npos) {
            some.push_back(line);
        }
    }
    return some;
}

const std::string disable = "  - {at: 5m, do: key.update, target: kv1/cmk, with: {enabled: false}}\n";
std::string enableAt(const std::string& at) {
    return "  - {at: " + at + ", do: key.update, target: kv1/cmk, with: {enabled: true}}\n";
}
std::string revokeAt(const std::string& at) {
    return "  - {at: " + at + ", do: policy.delete, target: kv1, with: {identity: id}}\n";
}

} // namespace

// --- section 3: time in a state --------------------------------------------------------------------------------------

TEST_CASE("a resource that has been in a state for as long as its 'then' says goes on, and the reason stays") {
    const std::string model =
        operationsWithoutLimited(store("  Down: {meaning: x, then: {after: 25m, to: Gone, assumed: x}, assumed: x}\n  "
                                       "Gone: {meaning: x, assumed: x}\n"));
    CHECK(storyOf(model, disable + enableAt("1h")).size() == 5);
    CHECK(only("transition", storyOf(model, disable + enableAt("1h"))) ==
          Lines{"t=600 transition subject=app from=Up to=Down reason=KeyDisabled",
                "t=2100 transition subject=app from=Down to=Gone reason=KeyDisabled",
                "t=3600 transition subject=app from=Gone to=Up reason=None"});
}

TEST_CASE("what a 'then' has moved on stays moved on: of a failing look only the reason follows") {
    const std::string model =
        operationsWithoutLimited(store("  Down: {meaning: x, then: {after: 25m, to: Gone, assumed: x}, assumed: x}\n  "
                                       "Gone: {meaning: x, assumed: x}\n"));
    CHECK(only("transition", storyOf(model, disable + revokeAt("36m"))) ==
          Lines{"t=600 transition subject=app from=Up to=Down reason=KeyDisabled",
                "t=2100 transition subject=app from=Down to=Gone reason=KeyDisabled",
                "t=2400 transition subject=app from=Gone to=Gone reason=IdentityUnauthorized"});
}

TEST_CASE("a change of reason inside a state does not begin its time anew") {
    const std::string model =
        operationsWithoutLimited(store("  Down: {meaning: x, then: {after: 25m, to: Gone, assumed: x}, assumed: x}\n  "
                                       "Gone: {meaning: x, assumed: x}\n"));
    CHECK(only("transition", storyOf(model, disable + revokeAt("15m"))).back() ==
          "t=2100 transition subject=app from=Down to=Gone reason=IdentityUnauthorized");
}

TEST_CASE("a 'then' to a terminal state leaves the resource down to the end, and without looks") {
    const std::string model =
        operationsWithoutLimited(store("  Down: {meaning: x, then: {after: 25m, to: Gone, assumed: x}, assumed: x}\n"
                                       "  Gone: {meaning: x, terminal: true, assumed: x}\n"));
    const Lines lines =
        storyOf(model, disable + enableAt("1h") + "  - {at: 2h, expect: {app: {state: Gone, downtime: 110m}}}\n");
    CHECK(only("transition", lines).size() == 2);
    CHECK(only("expectation", lines).front().find("result=true") != std::string::npos);
}

// --- tolerance -------------------------------------------------------------------------------------------------------

namespace {

/// A store that is back 20 minutes after the look that finds its key, and goes on from `Down` after 30.
const std::string healing = operationsWithoutLimited(
    store("  Down: {meaning: x, heals: {takes: 20m, assumed: x}, then: {after: 30m, to: Gone, assumed: x}, "
          "assumed: x}\n  Gone: {meaning: x, assumed: x}\n"));

} // namespace

TEST_CASE("a state that heals is left some time after the look that finds the key, and no 'then' comes meanwhile") {
    // The look at 30m finds the key; the 'then' would have come at 40m.
    CHECK(only("transition", storyOf(healing, disable + enableAt("25m"))) ==
          Lines{"t=600 transition subject=app from=Up to=Down reason=KeyDisabled",
                "t=3000 transition subject=app from=Down to=Up reason=None"});
}

TEST_CASE("a look that fails ends a healing, and the time of a 'then' begins anew") {
    const std::string again = "  - {at: 32m, do: key.update, target: kv1/cmk, with: {enabled: false}}\n";
    CHECK(only("transition", storyOf(healing, disable + enableAt("25m") + again)) ==
          Lines{"t=600 transition subject=app from=Up to=Down reason=KeyDisabled",
                "t=4200 transition subject=app from=Down to=Gone reason=KeyDisabled"});
}

TEST_CASE("a key that is lost and back between two looks does not end a healing, and one lost at its end does") {
    const auto lostAt = [](const std::string& at) {
        return "  - {at: " + at + ", do: key.update, target: kv1/cmk, with: {enabled: false}}\n";
    };
    CHECK(only("transition", storyOf(healing, disable + enableAt("25m") + lostAt("32m") + enableAt("37m"))).back() ==
          "t=3000 transition subject=app from=Down to=Up reason=None");
    // The look with which it would end, at 50m, comes before the actions of that instant, and after those before.
    CHECK(only("transition", storyOf(healing, disable + enableAt("25m") + lostAt("49m"))).back() ==
          "t=4800 transition subject=app from=Down to=Gone reason=KeyDisabled");
    CHECK(only("transition", storyOf(healing, disable + enableAt("25m") + lostAt("50m"))).at(1) ==
          "t=3000 transition subject=app from=Down to=Up reason=None");
}

TEST_CASE("the key of a resource that heals is wrapped by its newest version when it is back, and not before") {
    const std::string rotate = "  - {at: 31m, do: key.rotate, target: kv1/cmk}\n";
    CHECK(only("key-rotated", storyOf(healing, disable + enableAt("25m") + rotate)) ==
          Lines{"t=3000 key-rotated subject=app from=v1 to=v2"});
}

TEST_CASE("a tolerated reason moves a resource when it has lasted from its first look on") {
    const std::string model = operationsWithoutLimited(store(std::string{down}, "state: Down, tolerated: 25m"));
    CHECK(only("condition", storyOf(model, disable)) ==
          Lines{"t=600 condition name=Tolerating subject=app result=true",
                "t=2100 condition name=Tolerating subject=app result=false"});
    CHECK(only("transition", storyOf(model, disable)) ==
          Lines{"t=2100 transition subject=app from=Up to=Down reason=KeyDisabled"});
}

TEST_CASE("a look that answers None breaks the run of a tolerance") {
    const std::string model = operationsWithoutLimited(store(std::string{down}, "state: Down, tolerated: 25m"));
    const std::string story =
        disable + enableAt("22m") + "  - {at: 31m, do: key.update, target: kv1/cmk, with: {enabled: false}}\n";
    CHECK(only("transition", storyOf(model, story)) ==
          Lines{"t=3900 transition subject=app from=Up to=Down reason=KeyDisabled"});
}

TEST_CASE("a reason that is tolerated for less than the run has lasted moves at once") {
    const std::string model = operationsWithoutLimited(
        store(std::string{down}, "state: Down, tolerated: 50m", "state: Down, tolerated: 15m"));
    CHECK(only("transition", storyOf(model, disable + revokeAt("25m"))) ==
          Lines{"t=1800 transition subject=app from=Up to=Down reason=IdentityUnauthorized"});
}

TEST_CASE("a reason that is tolerated for ever moves nothing, and breaks the run of others") {
    const std::string model = operationsWithoutLimited(
        store(std::string{down}, "state: Down, tolerated: 25m", "state: Down, tolerated: forever"));
    CHECK(only("transition", storyOf(model, disable + revokeAt("15m"))).empty());
}

TEST_CASE("a stall stops looks, and no tolerance") {
    const std::string model = operationsWithoutLimited(store(std::string{down}, "state: Down, tolerated: 25m"));
    const std::string story = disable + "  - {at: 11m, do: service.stall, target: app}\n" + enableAt("12m");
    CHECK(only("transition", storyOf(model, story)) ==
          Lines{"t=2100 transition subject=app from=Up to=Down reason=KeyDisabled"});
}

// --- section 4: recovery by hand -------------------------------------------------------------------------------------

namespace {

const std::string byAction = "  Down: {meaning: x, returns: by-action, assumed: x}\n";
const std::string recovery = "recovery-action: {error: StoreDenied, takes: 15m, fix: x, assumed: x}\n";
std::string byHandAt(const std::string& at) { return "  - {at: " + at + ", do: resource.revalidate, target: app}\n"; }

std::string storeByHand(const std::string& states = byAction) {
    return operationsWithoutLimited(store(states, "state: Down", "state: Down", recovery));
}

} // namespace

TEST_CASE("no look leads out of a by-action state, and one that passes says what is required") {
    CHECK(only("transition", storyOf(storeByHand(), disable + enableAt("1h"))) ==
          Lines{"t=600 transition subject=app from=Up to=Down reason=KeyDisabled",
                "t=3600 transition subject=app from=Down to=Down reason=RevalidationRequired"});
}

TEST_CASE("a revalidation by hand leads back after the time that it takes") {
    CHECK(only("transition", storyOf(storeByHand(), disable + enableAt("20m") + byHandAt("22m"))) ==
          Lines{"t=600 transition subject=app from=Up to=Down reason=KeyDisabled",
                "t=1200 transition subject=app from=Down to=Down reason=RevalidationRequired",
                "t=2220 transition subject=app from=Down to=Up reason=None"});
}

TEST_CASE("a revalidation by hand is refused while its check fails, and while one is under way") {
    const std::string story = disable + byHandAt("20m") + enableAt("21m") + byHandAt("22m") + byHandAt("23m");
    const Lines actions = only("action", storyOf(storeByHand(), story));
    CHECK(actions[1].find("result=refused error=StoreDenied") != std::string::npos);
    CHECK(actions[3].find("result=ok") != std::string::npos);
    CHECK(actions[4].find("result=refused error=OperationInProgress") != std::string::npos);
}

TEST_CASE("the check of a revalidation by hand is made again at its end, and sets the reason") {
    const std::string story = disable + enableAt("20m") + byHandAt("21m") + revokeAt("22m");
    CHECK(only("transition", storyOf(storeByHand(), story)).back() ==
          "t=1800 transition subject=app from=Down to=Down reason=IdentityUnauthorized");
}

TEST_CASE("the end of a revalidation by hand sees what time does in that instant to bases that are listed before it") {
    const std::string model = operationsWithoutLimited(
        store("  Down: {meaning: x, returns: by-action, assumed: x}\n", "state: Down, tolerated: 15m", "state: Down",
              "recovery-action: {takes: 10m, fix: x, assumed: x}\n"
              "stands-on: {services: [store], state: Down, assumed: x}\n"));
    const auto story = [&](const std::string& first, const std::string& second) {
        return only("transition", linesOf({model}, R"(cmksim: 1
name: a store on a store
until: 29m
estate:
  vaults:
    kv1: {accessPolicies: {id: [get, wrapKey]}, keys: {cmk: {}, own: {}}}
  identities:
    id: {}
  resources:
)" + first + second + "timeline:\n" + disable + "  - {at: 15m, do: resource.revalidate, target: top}\n"));
    };
    const std::string base = "    app: {service: store, key: kv1/cmk, identity: id}\n";
    const std::string top = "    top: {service: store, on: [app], key: kv1/own, identity: id, state: Down}\n";
    const std::string asked = "t=0 transition subject=top from=Down to=Down reason=RevalidationRequired";
    CHECK(story(base, top) == Lines{asked, "t=1500 transition subject=app from=Up to=Down reason=KeyDisabled",
                                    "t=1500 transition subject=top from=Down to=Down reason=BaseUnavailable"});
    CHECK(story(top, base) == Lines{asked, "t=1500 transition subject=top from=Down to=Up reason=None",
                                    "t=1500 transition subject=app from=Up to=Down reason=KeyDisabled",
                                    "t=1500 transition subject=top from=Up to=Down reason=BaseUnavailable"});
}

TEST_CASE("a revalidation by hand is dropped when the resource leaves the state") {
    const std::string model =
        storeByHand("  Down: {meaning: x, returns: by-action, then: {after: 20m, to: Gone, assumed: x}, assumed: x}\n"
                    "  Gone: {meaning: x, returns: by-action, assumed: x}\n");
    const std::string story = disable + enableAt("20m") + byHandAt("21m");
    CHECK(only("transition", storyOf(model, story)).back() ==
          "t=1800 transition subject=app from=Down to=Gone reason=RevalidationRequired");
}

TEST_CASE("where looks lead back, a revalidation by hand is a look") {
    const std::string model =
        operationsWithoutLimited(store(std::string{down}, "state: Down", "state: Down", recovery));
    CHECK(only("transition", storyOf(model, disable + enableAt("12m") + byHandAt("13m"))).back() ==
          "t=780 transition subject=app from=Down to=Up reason=None");
}

// --- section 1: what counts as a loss --------------------------------------------------------------------------------

TEST_CASE("downtime counts in states that are down, and operations are allowed where the model says") {
    const std::string model =
        store("  Down: {meaning: x, assumed: x}\n  Limited: {meaning: x, down: false, assumed: x}\n", "state: Limited");
    const std::string story =
        disable + "  - {at: 15m, try: read, target: app}\n  - {at: 15m, try: list, target: app}\n" + revokeAt("25m") +
        "  - {at: 1h, expect: {app: {state: Down, downtime: 30m, outages: 1}}}\n";
    const Lines lines = storyOf(model, story);
    CHECK(only("operation", lines) == Lines{"t=900 operation name=read subject=app result=denied status=403",
                                            "t=900 operation name=list subject=app result=ok"});
    CHECK(only("expectation", lines).front().find("result=true") != std::string::npos);
}

TEST_CASE("what a state loses is lost once a stay, when it has lasted") {
    const std::string model = operationsWithoutLimited(
        store("  Down: {meaning: x, loses: [{what: tags, after: 0s, assumed: x}, {what: history, after: 15m, "
              "for-good: true, assumed: x}], assumed: x}\n"));
    CHECK(storyOf(model, disable + revokeAt("15m") + enableAt("16m") +
                             "  - {at: 31m, do: policy.set, target: kv1, with: {identity: id, permissions: [get, "
                             "wrapKey]}}\n")
              .size() == 9);
    CHECK(only("loss", storyOf(model, disable)) ==
          Lines{"t=600 loss name=tags subject=app", "t=1500 loss name=history subject=app"});
}

TEST_CASE("a condition ends at the look after the version for which it was raised is left") {
    std::string model = operationsWithoutLimited(
        store(std::string{down} + "conditions:\n  Weak: {meaning: x, assumed: x}\n", "condition: Weak"));
    const std::string_view rotation = "rotation: {automatic: true, assumed: x}";
    model.replace(model.find(rotation), rotation.size(), "rotation: {automatic: true, period: 1h, assumed: x}");
    const Lines lines = storyOf(model,
                                "  - {at: 30m, do: key.rotate, target: kv1/cmk}\n"
                                "  - {at: 30m, do: key.update, target: kv1/cmk/v1, with: {enabled: false}}\n",
                                ", rotationPhase: 30m");
    CHECK(only("condition", lines) == Lines{"t=1800 condition name=Weak subject=app result=true",
                                            "t=2400 condition name=Weak subject=app result=false"});
}

TEST_CASE("a key is not taken away while a condition holds that the model names") {
    const auto given = [](const std::string& unless) {
        const std::string conditions = std::string{down} + "conditions:\n  Off: {meaning: x, assumed: x}\n";
        std::string model = operationsWithoutLimited(store(conditions, "condition: Off"));
        const std::string_view without = "can-be-encrypted: false, ";
        model.insert(model.find(without) + without.size(), "can-be-decrypted: true, " + unless);
        return only("action", storyOf(model, disable + "  - {at: 15m, do: resource.update, target: app, "
                                                       "with: {key: null}}\n"))
            .back();
    };
    CHECK(given("").find("result=ok") != std::string::npos);
    CHECK(given("unless: Off, ").find("result=refused error=EncryptionImmutable") != std::string::npos);
}

TEST_CASE("{error: null} expects a denial without a code") {
    const std::string model = operationsWithoutLimited(store(std::string{down}, "state: Down, error: Locked"));
    const std::string tried = "  - {at: 15m, try: read, target: app, expect: {error: null}}\n";
    CHECK(passes({model}, R"(cmksim: 1
name: a store
until: 3h
estate:
  vaults: {kv1: {accessPolicies: {id: [get, wrapKey]}, keys: {cmk: {}}}}
  identities: {id: {}}
  resources: {app: {service: store, key: kv1/cmk, identity: id, revalidationPhase: 0s}}
timeline:
)" + revokeAt("5m") + tried));
    CHECK_FALSE(passes({model}, R"(cmksim: 1
name: a store
until: 3h
estate:
  vaults: {kv1: {accessPolicies: {id: [get, wrapKey]}, keys: {cmk: {}}}}
  identities: {id: {}}
  resources: {app: {service: store, key: kv1/cmk, identity: id, revalidationPhase: 0s}}
timeline:
)" + disable + tried));
}

} // namespace cmksim::model_rules_test
