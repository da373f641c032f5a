// Several keys of one resource, and versions that are retained (rules, section 5), sentence by sentence.
#include "engine/replay.hpp"
#include "engine/timeline_walk.hpp"
#include "property/model_generator.hpp"
#include "property/modelled_play.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::slots_test {

using namespace cmksim;
using namespace cmksim::property;

namespace {

using Lines = std::vector<std::string>;

std::string safe(const std::string& keys, const std::string& more = {}) {
    return R"(cmksim-model: 1
service: safe
version: '1'
title: Safe
states:
  Up: {meaning: x, assumed: x}
  Down: {meaning: x, assumed: x}
conditions:
  Hampered: {meaning: x, blocks-rotation: true, beyond: losses, assumed: x}
reasons:
  - reason: [IdentityNotAssigned, IdentityInactive, TokenAcquisitionFailed, KeyUriMalformed, VaultDnsUnresolved,
      VaultNotFound, IdentityUnauthorized, KeyNotFound, KeyVersionNotFound, KeyDisabled, KeyNotYetValid, KeyExpired,
      UnwrapFailed]
    state: Down
    fix: x
    assumed: x
  - {reason: VaultFirewallDenied, condition: Hampered, fix: x, assumed: x}
revalidation: {period: 10m, meaning: x, assumed: x}
identities: {kinds: [UserAssigned], assumed: x}
trusted: {kinds: [], assumed: x}
permissions: {required: [get, wrapKey], assumed: x}
rotation: {automatic: true, assumed: x}
existing-resources: {can-be-encrypted: true, assumed: x}
operations:
  read: {status: 403, assumed: x}
refusals:
  update:
    - {error: UpdateFails, when: {check: fails}, message: x, fix: x, assumed: x}
)" + keys + more;
}

const std::string all = "keys: {slots: [primary, backup], optional: [backup], needs: all, assumed: x}\n";
const std::string any = "keys: {slots: [primary, backup], needs: any, assumed: x}\n";
const std::string named = "keys: {most: 2, needs: any, assumed: x}\n";

Lines storyOf(
    const std::string& model, const std::string& timeline,
    const std::string& keys = "{primary: {key: kv1/one, identity: id}, backup: {key: kv2/two, identity: id}}") {
    const std::string yaml = R"(cmksim: 1
name: a safe
until: 3h
estate:
  vaults:
    kv1: {accessPolicies: {id: [get, wrapKey]}, keys: {one: {}, three: {}}}
    kv2: {accessPolicies: {id: [get, wrapKey]}, keys: {two: {}}}
  identities:
    id: {}
    other: {}
  resources:
    app: {service: safe, keys: )" +
                             keys + ", revalidationPhase: 0s}\ntimeline:\n" + timeline;
    Lines lines;
    for (const std::string& line : linesOf({model}, yaml)) {
        if (line.find(" fact ") == std::string::npos && line.find("result=ok") == std::string::npos) {
            lines.push_back(line);
        }
    }
    return lines;
}

std::string does(const std::string& at, const std::string& action, const std::string& target,
                 const std::string& with = {}) {
    return "  - {at: " + at + ", do: " + action + ", target: " + target + (with.empty() ? "" : ", with: " + with) +
           "}\n";
}

std::string disable(const std::string& at, const std::string& key) {
    return does(at, "key.update", key, "{enabled: false}");
}

std::string update(const std::string& at, const std::string& keys) {
    return does(at, "resource.update", "app", "{keys: " + keys + "}");
}

} // namespace

TEST_CASE("of several keys all of which are needed the first that fails is the answer, and its slot is told") {
    CHECK(storyOf(safe(all), disable("1m", "kv2/two") + does("12m", "key.delete", "kv1/one") +
                                 does("25m", "key.recover", "kv1/one")) ==
          Lines{"t=600 transition subject=app from=Up to=Down reason=KeyDisabled slot=backup",
                "t=1200 transition subject=app from=Down to=Down reason=KeyNotFound slot=primary",
                "t=1800 transition subject=app from=Down to=Down reason=KeyDisabled slot=backup"});
}

TEST_CASE("a change of slot alone is no event") {
    CHECK(storyOf(safe(all), disable("1m", "kv2/two") + disable("12m", "kv1/one")) ==
          Lines{"t=600 transition subject=app from=Up to=Down reason=KeyDisabled slot=backup"});
}

TEST_CASE("where one key will do a resource goes down with the last, for the reason of the first slot") {
    CHECK(storyOf(safe(any), disable("1m", "kv2/two") + does("12m", "key.delete", "kv1/one")) ==
          Lines{"t=1200 transition subject=app from=Up to=Down reason=KeyNotFound slot=primary"});
}

TEST_CASE("each key rotates for itself, and tells its slot") {
    CHECK(storyOf(safe(all), does("1m", "key.rotate", "kv2/two")) ==
          Lines{"t=600 key-rotated subject=app from=v1 to=v2 slot=backup"});
}

TEST_CASE("a key of one slot alone tells no slot") {
    CHECK(storyOf(safe(all), does("1m", "key.rotate", "kv1/one") + disable("12m", "kv1/one"),
                  "{primary: {key: kv1/one, identity: id}}") ==
          Lines{"t=600 key-rotated subject=app from=v1 to=v2",
                "t=1200 transition subject=app from=Up to=Down reason=KeyDisabled"});
}

TEST_CASE("what blocks rotation for one slot blocks it for all, and makes the whole look blind") {
    const std::string closed = does("1m", "vault.update", "kv1", "{networkAcls: {defaultAction: Deny, bypass: None}}");
    CHECK(storyOf(safe(all), closed + does("2m", "key.rotate", "kv2/two")) ==
          Lines{"t=600 condition name=Hampered subject=app result=true"});
    // A loss is seen, and then, down, nothing any more: that the key is back stays unseen.
    CHECK(storyOf(safe(all),
                  closed + disable("12m", "kv2/two") + does("22m", "key.update", "kv2/two", "{enabled: true}")) ==
          Lines{"t=600 condition name=Hampered subject=app result=true",
                "t=1200 transition subject=app from=Up to=Down reason=KeyDisabled slot=backup"});
}

TEST_CASE("data is lost with a key that is needed, not with an optional one, and where one will do, with the last") {
    const std::string purgeTwo = does("1m", "key.delete", "kv2/two") + does("2m", "key.purge", "kv2/two");
    const std::string purgeOne = does("3m", "key.delete", "kv1/one") + does("4m", "key.purge", "kv1/one");
    const auto losses = [](const Lines& lines) {
        Lines some;
        std::ranges::copy_if(lines, std::back_inserter(some),
                             [](const std::string& line) { return line.find("data-lost") != std::string::npos; });
        return some;
    };
    CHECK(losses(storyOf(safe(all), purgeTwo)).empty());
    CHECK(losses(storyOf(safe(all), purgeOne)) == Lines{"t=240 data-lost subject=app"});
    CHECK(losses(storyOf(safe(any), purgeTwo)).empty());
    CHECK(losses(storyOf(safe(any), purgeTwo + purgeOne)) == Lines{"t=240 data-lost subject=app"});
}

TEST_CASE("an optional slot can be taken away, and another one not, unless one will do") {
    CHECK(storyOf(safe(all), disable("1m", "kv2/two") + update("15m", "{backup: null}")) ==
          Lines{"t=600 transition subject=app from=Up to=Down reason=KeyDisabled slot=backup",
                "t=1200 transition subject=app from=Down to=Up reason=None"});
    CHECK(storyOf(safe(all), update("1m", "{primary: null}")) ==
          Lines{"t=60 action name=resource.update subject=app result=refused error=EncryptionImmutable"});
    CHECK(storyOf(safe(any), update("1m", "{primary: null}") + update("2m", "{backup: null}")) ==
          Lines{"t=120 action name=resource.update subject=app result=refused error=EncryptionImmutable"});
    CHECK(storyOf(safe(any), disable("1m", "kv2/two") + update("2m", "{primary: null}")) ==
          Lines{"t=120 action name=resource.update subject=app result=refused error=KeyAccessDenied"});
}

TEST_CASE("the identity for the first key of a slot comes with it, and has access once it is given some") {
    const auto made = [](std::string_view refusal) {
        std::string model = safe("keys: {slots: [primary, backup], makes-identity: [backup], assumed: x}\n");
        const auto set = [&](std::string_view from, std::string_view to) {
            model.replace(model.find(from), from.size(), to);
        };
        set("kinds: [UserAssigned]", "kinds: [UserAssigned, SystemAssigned]");
        set("{error: UpdateFails, ", refusal);
        return model;
    };
    const std::string keeps = made("{error: UpdateFails, attaches-identity: true, ");
    const std::string one = "{primary: {key: kv1/one, identity: id}}";
    const std::string first = "{backup: {key: kv2/two}}";
    const std::string byName = "{backup: {key: kv2/two, identity: SystemAssigned}}";
    const Lines failed{"t=60 action name=resource.update subject=app result=refused error=UpdateFails"};
    const std::string grant = does("2m", "policy.set", "kv2", "{identity: 'system:app', permissions: [get, wrapKey]}");
    // From the attempt that fails on it is there to be granted access, and the next one goes through.
    CHECK(storyOf(keeps, update("1m", first) + grant + update("61m", first) + does("62m", "key.rotate", "kv2/two"),
                  one) == Lines{failed.front(), "t=4200 key-rotated subject=app from=v1 to=v2 slot=backup"});
    CHECK(storyOf(keeps, update("1m", first) + update("2m", byName), one) ==
          Lines{failed.front(), "t=120 action name=resource.update subject=app result=refused error=UpdateFails"});
    // It goes with a refusal that leaves nothing behind; one that is named is there already, or is missing.
    CHECK(storyOf(made("{error: UpdateFails, "), update("1m", first) + update("2m", byName), one) ==
          Lines{failed.front(), "t=120 action name=resource.update subject=app result=refused error=IdentityNotFound"});
    CHECK(storyOf(keeps, update("1m", byName), one) ==
          Lines{"t=60 action name=resource.update subject=app result=refused error=IdentityNotFound"});
    // A key that is there is used with the identity that it has.
    CHECK(storyOf(keeps, update("1m", "{backup: {key: kv1/three}}") + disable("2m", "kv2/two"),
                  "{primary: {key: kv1/one, identity: id}, backup: {key: kv2/two, identity: id}}")
              .empty());
    // A slot that the estate gives a key without an identity has it from the start.
    const Lines born = storyOf(keeps, "", "{primary: {key: kv1/one, identity: id}, backup: {key: kv2/two}}");
    CHECK_FALSE(born.empty());
    CHECK(born == storyOf(keeps, "",
                          "{primary: {key: kv1/one, identity: id}, backup: {key: kv2/two, identity: SystemAssigned}}"));
}

TEST_CASE("a slot is added with a key that passes, up to as many as there may be after what is taken away") {
    const std::string one = "{primary: {key: kv1/one, identity: id}}";
    const std::string two = "{primary: {key: kv1/one, identity: id}, spare: {key: kv2/two, identity: id}}";
    CHECK(storyOf(safe(named), update("1m", "{spare: {key: kv2/two, identity: id}}"), one).empty());
    CHECK(storyOf(safe(named), update("1m", "{spare: {key: kv2/two, identity: other}}"), one) ==
          Lines{"t=60 action name=resource.update subject=app result=refused error=UpdateFails"});
    CHECK(storyOf(safe(named), update("1m", "{spare: {identity: id}}"), one) ==
          Lines{"t=60 action name=resource.update subject=app result=refused error=EncryptionImmutable"});
    CHECK(storyOf(safe(named), update("1m", "{third: {key: kv1/three, identity: id}}"), two) ==
          Lines{"t=60 action name=resource.update subject=app result=refused error=TooManyKeys"});
    CHECK(storyOf(safe(named), update("1m", "{third: {key: kv1/three, identity: id}, spare: null}"), two).empty());
}

TEST_CASE("a key comes onto the list in a slot that is free, and goes off it from whichever it is in") {
    const std::string one = "{primary: {key: kv1/one, identity: id}}";
    const std::string two = "{first: {key: kv1/one, identity: id}, spare: {key: kv2/two, identity: id}}";
    const auto refused = [](const std::string& error) {
        return Lines{"t=60 action name=resource.update subject=app result=refused error=" + error};
    };
    const std::string add = update("1m", "[{add: kv2/two, identity: id}]");
    CHECK(storyOf(safe(named), add + update("2m", "{key-2: null}"), one).empty());
    CHECK(storyOf(safe(named), add + update("2m", "[{remove: kv1/one, identity: id}]") + disable("3m", "kv1/one"), one)
              .empty());
    CHECK(storyOf(safe(named), add + disable("2m", "kv1/one") + disable("3m", "kv2/two"), one) ==
          Lines{"t=600 transition subject=app from=Up to=Down reason=KeyDisabled slot=primary"});
    CHECK(storyOf(safe(named), update("1m", "[{add: kv1/three, identity: id}]"), two) == refused("TooManyKeys"));
    CHECK(storyOf(safe(named), update("1m", "[{add: kv2/two, identity: other}]"), one) == refused("UpdateFails"));
    CHECK(storyOf(safe(named), update("1m", "[{remove: kv2/two}, {add: kv1/three, identity: id}]"), two).empty());
    // One that is there already stays there once.
    CHECK(storyOf(safe(named),
                  update("1m", "[{add: kv1/one, identity: id}]") + update("2m", "[{add: kv2/two, identity: id}]"), one)
              .empty());
}

TEST_CASE("a key that is not on the list goes off it without a word, and the last one not at all") {
    const std::string one = "{primary: {key: kv1/one, identity: id}}";
    const std::string two = "{first: {key: kv1/one, identity: id}, spare: {key: kv2/two, identity: id}}";
    const std::string lost = disable("2m", "kv1/one");
    for (const std::string keys :
         {"[{remove: kv1/three}]", "[{remove: kv2/two, identity: other}]", "[{remove: kv2/two/v1}]"}) {
        CHECK(storyOf(safe(named), update("1m", keys) + lost, two).empty()); // the other one is still there
    }
    CHECK(storyOf(safe(named), update("1m", "[{remove: kv2/two}]") + lost, two).size() == 1);
    CHECK(storyOf(safe(named), update("1m", "[{remove: kv1/one}]"), one) ==
          Lines{"t=60 action name=resource.update subject=app result=refused error=EncryptionImmutable"});
}

TEST_CASE("the first slot that is refused refuses the whole update") {
    CHECK(storyOf(safe(all),
                  update("1m", "{primary: {key: kv1/three, identity: id}, backup: {key: kv2/two, identity: other}}") +
                      does("2m", "key.delete", "kv1/three")) ==
          Lines{"t=60 action name=resource.update subject=app result=refused error=UpdateFails"});
}

TEST_CASE("where one key will do another one opens what the present one does not") {
    const std::string change = update("15m", "{backup: {key: kv1/three, identity: id}}");
    CHECK(storyOf(safe(any), disable("1m", "kv2/two") + change).empty());
    CHECK(storyOf(safe(all), disable("1m", "kv2/two") + change).back() ==
          "t=900 action name=resource.update subject=app result=refused error=UpdateFails");
}

TEST_CASE("an old version is needed until the time for which it is retained is over, and no longer") {
    const std::string retains = "retains: {versions: 1h, assumed: x}\n";
    const std::string rotated = does("1m", "key.rotate", "kv1/one");
    const std::string one = "{primary: {key: kv1/one, identity: id}}";
    // It left at 10m: at 70m it is not asked for any more.
    CHECK(storyOf(safe("", retains), rotated + disable("25m", "kv1/one/v1"), one) ==
          Lines{"t=600 key-rotated subject=app from=v1 to=v2",
                "t=1800 transition subject=app from=Up to=Down reason=KeyDisabled",
                "t=4200 transition subject=app from=Down to=Up reason=None"});
    CHECK(storyOf(safe("", retains), rotated + disable("70m", "kv1/one/v1"), one).size() == 1);
    CHECK(storyOf(safe(""), rotated + disable("25m", "kv1/one/v1"), one).size() == 1);
}

TEST_CASE("a version of another key is retained after an update, for the identity that the slot has then") {
    const std::string retains = "retains: {versions: 1h, assumed: x}\n";
    const std::string one = "{primary: {key: kv1/one, identity: id}}";
    const std::string change = update("1m", "{primary: {key: kv1/three}}");
    CHECK(storyOf(safe("", retains), change + does("12m", "key.delete", "kv1/one"), one) ==
          Lines{"t=1200 transition subject=app from=Up to=Down reason=KeyNotFound",
                "t=4200 transition subject=app from=Down to=Up reason=None"});
    // One that the new identity cannot use is not retained.
    const std::string granted = does("0s", "policy.set", "kv2", "{identity: other, permissions: [get, wrapKey]}");
    CHECK(storyOf(safe("", retains),
                  granted + update("1m", "{primary: {key: kv2/two, identity: other}}") +
                      does("12m", "key.delete", "kv1/one"),
                  one)
              .empty());
}

TEST_CASE("a version that wraps again is not retained, and no data is lost with one that is") {
    const std::string retains = "retains: {versions: 2h, assumed: x}\n";
    const std::string one = "{primary: {key: kv1/one, identity: id}}";
    const std::string there = update("1m", "{primary: {key: kv1/three}}");
    const Lines purged = storyOf(
        safe("", retains), there + does("12m", "key.delete", "kv1/one") + does("13m", "key.purge", "kv1/one"), one);
    CHECK(std::ranges::none_of(purged,
                               [](const std::string& line) { return line.find("data-lost") != std::string::npos; }));
    const std::string back = there + update("2m", "{primary: {key: kv1/one}}");
    CHECK(storyOf(safe("", retains), back + does("12m", "key.delete", "kv1/three"), one) ==
          Lines{"t=1200 transition subject=app from=Up to=Down reason=KeyNotFound",
                "t=7800 transition subject=app from=Down to=Up reason=None"});
}

TEST_CASE("a live state goes the way of a replay, whatever keys a resource has") {
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        const ModelledWorld world = randomModelledWorld(seed);
        const test::Compiled compiled{world.models, toYaml(world.world)};
        REQUIRE(compiled.program);
        const engine::Program& program = *compiled.program;
        const Trace trace = engine::replay(program, engine::nominalPhases(program));
        std::vector<Record> records;
        engine::TimelineWalk walk{program, engine::nominalPhases(program)};
        for (Instant next = walk.next(); next <= program.until; next = walk.next()) {
            walk.advanceTo(next, records);
        }
        walk.advanceTo(program.until, records);
        for (const ResourceEnd& end : trace.ends) {
            const ResourceStatus status = walk.state().resource(end.resource).statusAt(program.until);
            INFO("seed " << seed << ", " << program.resources[end.resource].name << "\n"
                         << toYaml(world.world) << world.models.front());
            CHECK(status.presence == end.status.presence);
            CHECK(status.reason == end.status.reason);
            CHECK(status.downtime == end.status.downtime);
            CHECK(status.outages == end.status.outages);
            CHECK(status.recoverable == end.status.recoverable);
            CHECK((status.presence != ResourceStatus::Presence::Present || status.state == end.status.state));
        }
    }
}

} // namespace cmksim::slots_test
