#include "analysis/causes.hpp"
#include "report/replayed.hpp"
#include "trace/intervals.hpp"

#include <algorithm>
#include <functional>

using namespace cmksim;
using namespace cmksim::report;
using namespace cmksim::test;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

Instant after(Duration duration) { return scenarioStart + duration; }

/// What was done or came about, by its name; empty for nothing.
std::string nameOf(const Replayed& run, const Record* event) {
    if (event == nullptr) {
        return {};
    }
    if (const auto* fact = event->asIf<FactHappened>()) {
        return std::string{nameOf(fact->kind)};
    }
    return run.program->entries[event->entry()].name;
}

/// The causes of a resource's outage, interval by interval, and of its end.
std::vector<std::string> causesOf(const Replayed& run, std::string_view resource, std::size_t outage) {
    const Causes causes{*run.program, run.phases, run.trace};
    const std::vector<Outage> outages = outagesOf(run.trace, run.program->until, run.resource(resource));
    REQUIRE(outage < outages.size());
    std::vector<std::string> names;
    for (const StateInterval& interval : outages[outage].intervals) {
        names.push_back(interval.began == nullptr ? "" : nameOf(run, causes.of(*interval.began)));
    }
    if (outages[outage].over()) {
        names.push_back(nameOf(run, causes.of(*outages[outage].ended)));
    }
    return names;
}

using ActionNames = std::vector<std::string>;

/// The transitions of a resource.
std::vector<std::reference_wrapper<const Record>> changesOf(const Replayed& run, std::string_view resource) {
    std::vector<std::reference_wrapper<const Record>> changes;
    for (const Record& record : run.trace.records) {
        if (record.is<Transition>() && record.isOn(run.resource(resource))) {
            changes.emplace_back(record);
        }
    }
    return changes;
}

/// *The* cause of a change of a resource, and the others.
ActionNames allCausesOf(const Replayed& run, std::string_view resource, std::size_t change) {
    const Causes causes{*run.program, run.phases, run.trace};
    const auto changes = changesOf(run, resource);
    REQUIRE(change < changes.size());
    ActionNames names{nameOf(run, causes.of(changes[change]))};
    for (const Record* other : causes.othersOf(changes[change])) {
        names.push_back(nameOf(run, other));
    }
    return names;
}

/// One store and its world, with a timeline.
std::unique_ptr<Replayed> told(const std::string& timeline, const std::string& resource = "") {
    return story(R"(cmksim: 1
name: A story
estate:
  vaults:
    kv-one:
      accessPolicies: {app-id: [get, wrapKey, unwrapKey], other-id: [get, wrapKey, unwrapKey]}
      keys: {cmk: {}, other: {}}
  identities: {app-id: {}, other-id: {}}
  resources:
    store: {service: store, identity: app-id, key: kv-one/cmk, )" +
                 resource + R"(}
timeline:
)" + timeline);
}

} // namespace

TEST_CASE("outages add up to what the replay itself counts") {
    for (const auto* name : {"recovered", "everything", "long"}) {
        const auto run = golden(name);
        for (const ResourceEnd& end : run->trace.ends) {
            INFO(name << ": " << run->program->resources[end.resource].name);
            const std::vector<Outage> outages = outagesOf(run->trace, run->program->until, end.resource);
            Duration downtime{};
            for (const Outage& outage : outages) {
                downtime += outage.length();
            }
            CHECK(outages.size() == end.status.outages);
            CHECK(downtime == end.status.downtime);
        }
    }
}

TEST_CASE("spells leave no gap between the start and the end") {
    const auto run = golden("everything");
    for (const ResourceStory& story : storiesOf(run->trace, run->program->until)) {
        CHECK(story.intervals.front().from == scenarioStart);
        CHECK(story.intervals.back().to == run->program->until);
        CHECK(std::ranges::adjacent_find(story.intervals, [](const StateInterval& one, const StateInterval& next) {
                  return one.to != next.from;
              }) == story.intervals.end());
    }
}

TEST_CASE("an outage goes from reason to reason, and is over when the data is back") {
    const auto run = told(R"(
  - {at: 10m, do: key.update, target: kv-one/cmk, with: {enabled: false}}
  - {at: 90m, do: key.delete, target: kv-one/cmk}
  - {at: 150m, do: key.recover, target: kv-one/cmk}
  - {at: 210m, do: key.update, target: kv-one/cmk, with: {enabled: true}}
)");
    const std::vector<Outage> outages = outagesOf(run->trace, run->program->until, run->resource("store"));
    REQUIRE(outages.size() == 1);
    CHECK(outages[0].from == after(hours{1}));
    CHECK(outages[0].to == after(hours{4}));
    CHECK(outages[0].over());
    REQUIRE(outages[0].intervals.size() == 3);
    CHECK(outages[0].intervals[0].status.reason == Reason::KeyDisabled);
    CHECK(outages[0].intervals[1].status.reason == Reason::KeyNotFound);
    CHECK(outages[0].intervals[2].status.reason == Reason::KeyDisabled);
    CHECK(causesOf(*run, "store", 0) ==
          std::vector<std::string>{"key.update", "key.delete", "key.recover", "key.update"});
}

TEST_CASE("an outage that lasts to the end is not over") {
    const auto run = told("  - {at: 10m, do: key.delete, target: kv-one/cmk}\n");
    const std::vector<Outage> outages = outagesOf(run->trace, run->program->until, run->resource("store"));
    REQUIRE(outages.size() == 1);
    CHECK_FALSE(outages[0].over());
    CHECK(outages[0].to == run->program->until);
}

TEST_CASE("a cause is what changed the answer, not what was done last") {
    const auto run = told(R"(
  - {at: 10m, do: key.delete, target: kv-one/cmk}
  - {at: 20m, do: key.update, target: kv-one/other, with: {enabled: false}}
  - {at: 30m, do: policy.delete, target: kv-one, with: {identity: other-id}}
)");
    CHECK(causesOf(*run, "store", 0) == std::vector<std::string>{"key.delete"});
}

TEST_CASE("of several faults at once the cause is the earliest that still holds, and the others follow") {
    const auto run = told(R"(
  - {at: 5m, do: key.update, target: kv-one/cmk, with: {enabled: false}}
  - {at: 10m, do: key.delete, target: kv-one/cmk}
  - {at: 15m, do: policy.delete, target: kv-one, with: {identity: app-id}}
  - {at: 20m, do: vault.delete, target: kv-one}
  - {at: 25m, do: vault.recover, target: kv-one}
  - {at: 30m, do: policy.set, target: kv-one, with: {identity: app-id, permissions: [get, wrapKey, unwrapKey]}}
  - {at: 2h, do: key.recover, target: kv-one/cmk}
  - {at: 2h10m, do: key.update, target: kv-one/cmk, with: {enabled: true}}
)");
    CHECK(allCausesOf(*run, "store", 0) == ActionNames{"key.update", "key.delete"});
    CHECK(allCausesOf(*run, "store", 1) == ActionNames{"key.recover"}); // to another reason
    CHECK(allCausesOf(*run, "store", 2) == ActionNames{"key.update", "key.recover"});
}

TEST_CASE("what was undone before the outage is no cause of it") {
    const auto run = told(R"(
  - {at: 10m, do: key.delete, target: kv-one/cmk}
  - {at: 20m, do: policy.delete, target: kv-one, with: {identity: app-id}}
  - {at: 30m, do: key.recover, target: kv-one/cmk}
)");
    CHECK(allCausesOf(*run, "store", 0) == ActionNames{"policy.delete"});
}

TEST_CASE("each permission and each rule of the firewall is looked at for itself") {
    const auto run = told(R"(
  - {at: 10m, do: policy.set, target: kv-one, with: {identity: app-id, permissions: [get, wrapKey]}}
  - {at: 20m, do: policy.set, target: kv-one, with: {identity: app-id, permissions: [get, unwrapKey]}}
)");
    CHECK(allCausesOf(*run, "store", 0) == ActionNames{"policy.set"});
    CHECK(Causes{*run->program, run->phases, run->trace}.of(changesOf(*run, "store")[0])->position.at ==
          after(minutes{20}));
}

TEST_CASE("what turns there and back at one instant ends no outage and begins none") {
    const auto run = told(R"(
  - {at: 1h, do: key.delete, target: kv-one/cmk}
  - {at: 3h, do: key.recover, target: kv-one/cmk}
  - {at: 3h10m, do: policy.delete, target: kv-one, with: {identity: app-id}}
  - {at: 3h10m, do: policy.set, target: kv-one, with: {identity: app-id, permissions: [get, wrapKey, unwrapKey]}}
)",
                          "revalidationPhase: 30m");
    CHECK(allCausesOf(*run, "store", 0) == ActionNames{"key.delete"});
    CHECK(allCausesOf(*run, "store", 1) == ActionNames{"key.recover"});
}

TEST_CASE("time itself can be the cause") {
    const auto run = told(R"(
  - {at: 10m, do: key.update, target: kv-one/cmk, with: {expires: 30m}}
  - {at: 2h, expect: {store: Dark}}
)");
    CHECK(causesOf(*run, "store", 0) == std::vector<std::string>{"KeyExpired"});
}

TEST_CASE("what was wrong from the start has no cause") {
    const auto run = told("  - {at: 2h, expect: {store: Ready}}\n", "state: Dark, revalidationPhase: 30m");
    CHECK(causesOf(*run, "store", 0) == std::vector<std::string>{"", ""});
}

TEST_CASE("a resource's own action can be the cause") {
    const auto run = told(R"(
  - {at: 10m, do: policy.delete, target: kv-one, with: {identity: app-id}}
  - {at: 90m, do: resource.update, target: store, with: {identity: other-id}}
)");
    CHECK(causesOf(*run, "store", 0) == std::vector<std::string>{"policy.delete", "resource.update"});
}

TEST_CASE("behind a lapse stands the removal that stopped the renewal") {
    const auto run = told(R"(
  - {at: 10m, do: resource.remove-identity, target: store, with: {identity: app-id}, expect: refused}
  - {at: 5d, do: resource.remove-identity, target: store, with: {identity: app-id}, expect: refused}
  - {at: 91d, do: resource.assign-identity, target: store, with: {identity: app-id}}
)");
    CHECK(causesOf(*run, "store", 0) == std::vector<std::string>{"IdentityLapsed", "resource.assign-identity"});
    const auto lapse = std::ranges::find_if(run->trace.records, &Record::is<FactHappened>);
    REQUIRE(lapse != run->trace.records.end());
    const Causes causes{*run->program, run->phases, run->trace};
    const Record* removal = causes.of(*lapse);
    REQUIRE(removal != nullptr);
    CHECK(removal->position.at == after(minutes{10}));
}

TEST_CASE("what is created anew starts from nothing, and what was before it stays in the story") {
    const auto run = told(R"(
  - {at: 10m, do: key.delete, target: kv-one/cmk}
  - {at: 2h, do: resource.delete, target: store}
  - {at: 3h, do: resource.create, target: store, with: {service: store, identity: app-id, key: kv-one/other}}
)");
    CHECK(run->trace.ends.front().status.outages == 0);
    const std::vector<Outage> outages = outagesOf(run->trace, run->program->until, run->resource("store"));
    REQUIRE(outages.size() == 1);
    CHECK(outages[0].length() == hours{1});
    const std::string text = run->text({});
    CHECK(text.find("store (store 2026-01): Ready, before its deletion down 1h in 1 outage") != std::string::npos);
}

TEST_CASE("an outage from before the start that the first revalidation ends lasts no time, and counts") {
    const auto run = told("  - {at: 2h, expect: {store: Ready}}\n", "state: Dark, revalidationPhase: 0s");
    const std::vector<Outage> outages = outagesOf(run->trace, run->program->until, run->resource("store"));
    REQUIRE(outages.size() == run->trace.ends.front().status.outages);
    REQUIRE(outages.size() == 1);
    CHECK(outages[0].length() == Duration::zero());
    CHECK(outages[0].over());
}
