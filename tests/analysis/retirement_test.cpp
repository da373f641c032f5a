// From when on a version can be disabled: one story by hand, and random ones against disabling it at every phase.
#include "analysis/retirement.hpp"

#include "analysis/bounds.hpp"
#include "analysis/impairment_bounds.hpp"
#include "engine/replay.hpp"
#include "engine/timeline_walk.hpp"
#include "every_phase.hpp"
#include "property/model_generator.hpp"
#include "property/modelled_play.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::retirement_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t mostReplays = 1'000;

Program withDisabled(const Program& program, const OnVersion& version, std::optional<Instant> at, Instant until) {
    std::vector<TimelineEntry> entries(program.entries.begin(), program.entries.end());
    if (at) {
        KeyUpdate disabling{version, {}};
        disabling.settings.enabled = false;
        entries.push_back(entryOf(program, disabling, *at));
    }
    return withTimeline(program, std::move(entries), until);
}

enum class How { Well, Impaired, Down };

/// How a resource fares from when on, at each phase of its clocks.
using Fared = std::vector<std::vector<std::pair<Instant, How>>>;

Fared faredAtEveryPhase(const Program& program, ResourceId id) {
    const Model& model = program.modelOf(id);
    Fared fared;
    atEveryPhase(program, simulateWorld(program, nominalPhases(program)), id,
                 [&](const ResourceReplay&, const std::vector<Record>& records) {
                     fared.emplace_back();
                     for (const Record& record : records) {
                         if (!record.on) {
                             continue;
                         }
                         const How now = record.on->status.down                 ? How::Down
                                         : isImpaired(model, record.on->status) ? How::Impaired
                                                                                : How::Well;
                         if (fared.back().empty() || fared.back().back().second != now) {
                             fared.back().emplace_back(record.position.at, now);
                         }
                     }
                 });
    return fared;
}

bool makesADifference(const Program& program, const OnVersion& version, Instant at, Instant until) {
    const Program with = withDisabled(program, version, at, until);
    const Program without = withDisabled(program, version, {}, until);
    return std::ranges::any_of(program.resources.ids(), [&](ResourceId id) {
        return faredAtEveryPhase(with, id) != faredAtEveryPhase(without, id);
    });
}

/// Whether something is wrapped by it at the end, or retains it, at some phase.
bool isInUseAtTheEnd(const Program& program, const OnVersion& version, Instant until) {
    const Program longer = withDisabled(program, version, {}, until);
    const SimulationState end = stateAt(longer, until);
    const auto& versions = end.world().key(version.key).versions;
    const auto it = std::ranges::find(versions, version.version, &KeyVersion::name);
    const WorldHistory history = simulateWorld(longer, nominalPhases(longer));
    return it != versions.end() && std::ranges::any_of(longer.resources.ids(), [&](ResourceId id) {
               bool uses = false;
               atEveryPhase(longer, history, id, [&](const ResourceReplay& walk, const std::vector<Record>&) {
                   walk.resource().eachSlot([&](const SlotState& slot) {
                       const auto isIt = [&](const RetainedVersion& one) { return one.material == it->material; };
                       uses = uses || (slot.wrapping.known() && slot.wrapping.material() == it->material) ||
                              std::ranges::any_of(slot.retained, isIt);
                   });
               });
               return uses;
           });
}

} // namespace

TEST_CASE("a version can be disabled once the last resource has left it, at any phase") {
    const Compiled compiled{R"(cmksim: 1
name: Rotated
until: 6h
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    clu: {service: documentdb, identity: app, key: kv1/cmk}
timeline:
  - {at: 2h, do: key.rotate, target: kv1/cmk}
)"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const std::vector<OnVersion> versions = versionsOf(*compiled.program);
    REQUIRE(versions.size() == 2);
    const Retirement old = retirementOf(*compiled.program, versions.front(), OpenTimings::All, mostReplays);
    CHECK(old.verdict == RetirementVerdict::Found);
    CHECK(old.from == scenarioStart + 3h); // the last look at the latest phase sees the new version
    CHECK(old.needing == std::vector{ResourceId{0}});
    const Retirement used = retirementOf(*compiled.program, versions.back(), OpenTimings::All, mostReplays);
    CHECK(used.verdict == RetirementVerdict::Needed);
    CHECK(used.needing == std::vector{ResourceId{0}});
}

TEST_CASE("that a story disables a version too early does not hide when it can be") {
    const auto retired = [](const std::string& disabling) {
        const Compiled compiled{R"(cmksim: 1
name: Rotated
until: 40h
estate:
  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}}
  identities: {app: {}}
  resources: {dbx: {service: databricks, keys: {managed-services: {key: kv1/cmk/v1, identity: app}}}}
timeline:
  - {at: 1h, do: key.rotate, target: kv1/cmk}
  - {at: 1h10m, do: resource.update, target: dbx, with: {keys: {managed-services: {key: kv1/cmk/v2, identity: app}}}}
)" + disabling};
        INFO(compiled.errors);
        REQUIRE(compiled.program);
        return retirementOf(*compiled.program, versionsOf(*compiled.program).front(), OpenTimings::Phases, mostReplays);
    };
    const std::string disabled = "do: key.update, target: kv1/cmk/v1, with: {enabled: false}}\n";
    const Retirement none = retired("");
    CHECK(none.verdict == RetirementVerdict::Found);
    CHECK(none.from == scenarioStart + 25h + 10min); // a day after the update
    CHECK_FALSE(none.disabledByStory);
    const Retirement early = retired("  - {at: 2h5m, " + disabled);
    CHECK(early.verdict == RetirementVerdict::Found);
    CHECK(early.from == none.from);
    CHECK(early.needing == std::vector{ResourceId{0}});
    CHECK(early.disabledByStory == scenarioStart + 2h + 5min);
    const Retirement late = retired("  - {at: 30h, " + disabled);
    CHECK(late.from == none.from);
    CHECK(late.disabledByStory == scenarioStart + 30h);
    // What is enabled again is a part of the story: nothing is left out.
    const Retirement drill = retired("  - {at: 26h, " + disabled +
                                     "  - {at: 27h, do: key.update, target: kv1/cmk/v1, with: {enabled: true}}\n");
    CHECK_FALSE(drill.disabledByStory);
}

TEST_CASE("disabling a key without a version is disabling its newest one of then") {
    const Compiled compiled{R"(cmksim: 1
name: x
until: 6h
estate:
  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}}
  identities: {app: {}}
  resources: {clu: {service: documentdb, identity: app, key: kv1/cmk}}
timeline:
  - {at: 1h, do: key.update, target: kv1/cmk, with: {enabled: false}}
  - {at: 2h, do: key.update, target: kv1/cmk, with: {enabled: true}}
  - {at: 3h, do: key.rotate, target: kv1/cmk}
  - {at: 4h, do: key.update, target: kv1/cmk, with: {enabled: false}}
)"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const std::vector<OnVersion> versions = versionsOf(*compiled.program);
    REQUIRE(versions.size() == 2);
    CHECK_FALSE(disablingOf(*compiled.program, versions.front()));
    CHECK(disablingOf(*compiled.program, versions.back()) == EntryId{3});
    const Program without = withoutDisabling(*compiled.program, versions.back(), EntryId{3});
    CHECK_FALSE(disablingOf(without, versions.back()));
    CHECK(without.entries.size() == compiled.program->entries.size()); // what else an update does stays
}

TEST_CASE("disabling a version that only makes two outages in the bounds one is no harm") {
    // The version has expired at 1h30m, and again at 3h; in between it is valid while the service is stalled, so that
    // no look sees that. Some phases go down before the stall and the others after it, which are two outages. Disabled
    // from 1h30m on, at every phase the same happens at the same instants, but the key is never in reach between the
    // two: they are one outage in the bounds.
    const Compiled compiled{R"(cmksim: 1
name: Stalled
until: 6h
estate:
  vaults:
    kv1:
      enablePurgeProtection: true
      accessPolicies: {app: [get, list, wrapKey, unwrapKey]}
      keys: {cmk: {expires: 1h30m}}
  identities: {app: {}}
  resources:
    clu: {service: documentdb, identity: app, key: kv1/cmk}
timeline:
  - {at: 2h, do: service.stall, target: clu}
  - {at: 2h30m, do: key.update, target: kv1/cmk, with: {expires: 3h}}
  - {at: 4h, do: service.resume, target: clu}
  - {at: 5h30m, do: resource.delete, target: clu}
)"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const std::vector<OnVersion> versions = versionsOf(*compiled.program);
    REQUIRE(versions.size() == 1);
    const Retirement found = retirementOf(*compiled.program, versions.front(), OpenTimings::All, mostReplays);
    CHECK(found.verdict == RetirementVerdict::Found);
    CHECK(found.from == scenarioStart + 90min);
    CHECK_FALSE(found.mayBeLater);
    CHECK(found.needing == std::vector{ResourceId{0}}); // a second earlier it is down a second earlier
}

TEST_CASE("of random stories no phase shows a difference from then on, and mostly one does a second before") {
    std::size_t found = 0;
    std::size_t needed = 0;
    std::size_t bounded = 0; // by something that needs it a second before
    std::size_t reached = 0; // and shows it at some phase
    for (std::uint64_t seed = 26; seed <= 41; ++seed) {
        const property::ModelledWorld world = property::randomModelledWorld(seed);
        const test::Compiled compiled{world.models, toYaml(world.world)};
        REQUIRE(compiled.program);
        const Program program = withFreePhases(*compiled.program);
        const bool alone = std::ranges::none_of(
            program.resources.ids(), [&](ResourceId id) { return program.modelOf(id).standsOn.has_value(); });
        if (!alone) {
            continue; // what stands on others goes by their phases too
        }
        for (const OnVersion& version : versionsOf(program)) {
            const Retirement one = retirementOf(program, version, OpenTimings::Phases, mostReplays);
            const std::optional<EntryId> own = disablingOf(program, version);
            const Program asked = own ? withoutDisabling(program, version, *own) : program;
            const Instant until = one.lookedUntil + 2min;
            INFO("seed " << seed << ", " << one.from.time_since_epoch().count() << "\n"
                         << toYaml(world.world) << world.models.front());
            if (one.verdict == RetirementVerdict::Found) {
                ++found;
                for (const Duration later : {0s, 1s, 7s, 40s}) {
                    CHECK_FALSE(makesADifference(asked, version, one.from + later, until));
                }
                // Where it may be later than needed, outages that are only taken together otherwise count as well.
                if (!one.needing.empty() && !one.mayBeLater) {
                    ++bounded;
                    reached += makesADifference(asked, version, one.from - 1s, until) ? 1U : 0U;
                }
            } else if (one.verdict == RetirementVerdict::Needed && !one.needing.empty()) {
                ++needed;
                CHECK((isInUseAtTheEnd(asked, version, until) ||
                       makesADifference(asked, version, one.lookedUntil, until)));
            }
        }
    }
    CHECK(found > 10);
    CHECK(needed > 2);
    CHECK(bounded > 0);
    CHECK(10 * reached >= 8 * bounded);
}

} // namespace cmksim::retirement_test
