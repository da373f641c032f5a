// Fleets, against the same resources written out one by one.
#include "analysis/bounds.hpp"
#include "analysis/fleet_totals.hpp"
#include "analysis/verify.hpp"
#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/draws.hpp"
#include "engine/replay.hpp"
#include "engine/wording.hpp"
#include "property/generator.hpp"
#include "property/harness.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace cmksim::fleet_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

#ifdef NDEBUG
constexpr std::uint64_t worlds = 1'000;
#else
constexpr std::uint64_t worlds = 20;
#endif

constexpr std::string_view story = R"(cmksim: 1
name: Fleet
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    edge: {service: documentdb, count: 7, identity: app, key: kv1/cmk, revalidationPhase: spread}
timeline:
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {at: 2h, do: key.recover, target: kv1/cmk}
  - {at: 2h30m, try: read, target: edge}
  - {at: 2h31m, expect: {edge: {state: Ready, downtime: "<= 2h"}}}
)";

/// Makes a fleet of a resource: `members` of them, spread over its period, and over that of its looks for a newer
/// version where its service has a clock for them.
void makeFleet(Program& program, ResourceId id, std::uint32_t members) {
    Fleet fleet;
    fleet.members = members;
    fleet.phases = MemberPhases::spread(members, program.modelOf(id).revalidation.nominal);
    if (const auto& clock = program.modelOf(id).rotationClock) {
        std::vector<Duration> rotations;
        for (Member member = 0; member < members; ++member) { // neighbours far from each other
            rotations.push_back((clock->nominal * member / members + clock->nominal * (member % 2) / 2) %
                                clock->nominal);
        }
        fleet.phases->giveRotations(std::move(rotations));
        program.resources[id].described->rotationPhase.reset();
    }
    program.resources[id].described->phase.reset();
    program.resources[id].fleet = std::move(fleet);
}

/// The program with a fleet's members as resources of their own, each with its phase and its own entries.
class WrittenOut {
public:
    WrittenOut(const Program& original, ResourceId fleet)
        : original_{original}, fleet_{fleet}, members_{original.resources[fleet].fleet->members}, program{original} {
        program.resources = {};
        for (const ResourceId id : original.resources.ids()) {
            for (Member member = 0; member < membersOf(id); ++member) {
                add(id, member);
            }
        }
        std::vector<TimelineEntry> entries;
        for (const TimelineEntry& entry : original.entries) {
            writeOut(entry, entries);
        }
        program = withTimeline(program, std::move(entries), original.until);
    }

private:
    const Program& original_;
    ResourceId fleet_;
    std::uint32_t members_;

    [[nodiscard]] std::uint32_t membersOf(ResourceId id) const { return id == fleet_ ? members_ : 1; }

    [[nodiscard]] ResourceId idOf(ResourceId id, Member member = 0) const {
        return ResourceId{id.index() + (id > fleet_ ? members_ - 1 : member)};
    }

    void add(ResourceId id, Member member) {
        ResourceProgram resource = original_.resources[id];
        if (id == fleet_) {
            resource.described->phase = resource.fleet->phases->phaseOf(member);
            if (resource.fleet->phases->haveRotations()) {
                resource.described->rotationPhase = resource.fleet->phases->rotationOf(member);
            }
            resource.name = memberName(resource.name, member);
            resource.fleet.reset();
        }
        program.resources.push_back(std::move(resource));
    }

    void writeOut(TimelineEntry entry, std::vector<TimelineEntry>& entries) const {
        if (auto* expectations = std::get_if<std::vector<Expectation>>(&entry.what)) {
            std::vector<Expectation> all;
            for (const Expectation& expectation : *expectations) {
                for (Member member = 0; member < membersOf(expectation.resource); ++member) {
                    all.push_back(expectation);
                    all.back().resource = idOf(expectation.resource, member);
                }
            }
            *expectations = std::move(all);
            entries.push_back(std::move(entry));
            return;
        }
        const Action* action = entry.action();
        if (action != nullptr && !isOnResource(*action)) {
            entries.push_back(std::move(entry));
            return;
        }
        const ResourceId target = action != nullptr ? resourceOf(*action) : std::get<Attempt>(entry.what).resource;
        for (Member member = 0; member < membersOf(target); ++member) {
            entries.push_back(entry);
            if (action != nullptr) {
                std::visit(
                    [&](auto& one) {
                        if constexpr (requires { one.resource; }) {
                            one.resource = idOf(target, member);
                        }
                    },
                    std::get<Action>(entries.back().what));
            } else {
                std::get<Attempt>(entries.back().what).resource = idOf(target, member);
            }
            if (target == fleet_) {
                entries.back().target = memberName(entry.target, member);
            }
        }
    }

public:
    Program program;
};

/// An event as a line, without what depends on how entries are numbered.
std::string told(const Program& program, const Record& record) {
    std::string text =
        std::to_string(record.position.at.time_since_epoch().count()) + " " + std::to_string(record.what.index()) + " ";
    text += record.on ? subjectName(program, record) : "world";
    if (record.entry().valid()) {
        text += " " + program.entries[record.entry()].name;
    }
    if (const auto* moved = record.asIf<Transition>()) {
        text += fmt::format(" {} {} {}", moved->from.index(), moved->to.index(), nameOf(moved->reason));
    } else if (const auto* change = record.asIf<ConditionChanged>()) {
        text += fmt::format(" {} {}", change->condition.index(), change->raised);
    }
    return text + fmt::format(" {} {} {}", nameOf(record.reason()), record.isFailedVerdict(), record.refused());
}

std::vector<std::string> told(const Program& program, const Trace& trace) {
    std::vector<std::string> lines;
    for (const Record& record : trace.records) {
        lines.push_back(told(program, record));
    }
    return lines;
}

/// Whether a resource has an identity of its own, which the members of a fleet would share.
bool hasOwnIdentity(const Program& program, ResourceId id) {
    const ResourceProgram& resource = program.resources[id];
    return resource.shapesWorld || (resource.described && resource.described->names(resource.ownIdentity));
}

} // namespace

TEST_CASE("members spread evenly over the period and are numbered by phase") {
    const MemberPhases seven = MemberPhases::spread(7, 1h);
    CHECK(seven.phaseOf(0) == 0s);
    CHECK(seven.phaseOf(1) == 514s);
    CHECK(seven.phaseOf(6) == 3085s);
    CHECK(seven.before(514s) == 1);
    CHECK(seven.at(514s) == 1);
    CHECK(seven.sumOfPhases(1s, 3599s) == Duration{514 + 1028 + 1542 + 2057 + 2571 + 3085});
    const MemberPhases many = MemberPhases::spread(250'000, 1h);
    CHECK(many.before(1h) == 250'000);
    CHECK(many.phaseOf(249'999) == 3599s);
    CHECK(many.phaseOf(125'000) == 1800s);
}

TEST_CASE("drawn phases are the seed's, and members are numbered by them") {
    const MemberPhases one = MemberPhases::drawn(1'000, 1h, Draws{1, 0}, ResourceId{0});
    const MemberPhases same = MemberPhases::drawn(1'000, 1h, Draws{1, 0}, ResourceId{0});
    const MemberPhases other = MemberPhases::drawn(1'000, 1h, Draws{2, 0}, ResourceId{0});
    bool differs = false;
    for (Member member = 0; member < 1'000; ++member) {
        CHECK(one.phaseOf(member) == same.phaseOf(member));
        CHECK((member == 0 || one.phaseOf(member - 1) <= one.phaseOf(member)));
        differs = differs || one.phaseOf(member) != other.phaseOf(member);
    }
    CHECK(differs);
}

TEST_CASE("members at one phase are numbered by where their looks for a newer version fall") {
    MemberPhases members = MemberPhases::together(4, 10s, 1h);
    members.giveRotations({30s, 0s, 20s, 20s});
    CHECK(members.phaseOf(3) == 10s);
    CHECK(members.rotationOf(0) == 0s);
    CHECK(members.rotationOf(3) == 30s);
    CHECK(members.before(10s, 20s) == 1);
    CHECK(members.before(10s, 21s) == 3);
    CHECK(members.before(11s, 0s) == 4);
}

TEST_CASE("each member of a fleet takes a new version up at its own look for one") {
    const auto downAfter = [](std::string_view rotation) {
        const Compiled compiled{fmt::format(R"(cmksim: 1
name: Rotation
estate:
  vaults:
    kv1: {{enablePurgeProtection: true, accessPolicies: {{app: [get, list, wrapKey, unwrapKey]}}, keys: {{cmk: {{}}}}}}
  identities: {{app: {{}}}}
  resources:
    db: {{service: cosmosdb, count: 4, identity: app, key: kv1/cmk, revalidationPhase: 0s, rotationPhase: {}}}
timeline:
  - {{at: 1h, do: key.rotate, target: kv1/cmk}}
  - {{at: 13h, do: key.update, target: kv1/cmk/v1, with: {{enabled: false}}}}
  - {{at: 14h, expect: {{db: {{state: Revoked}}}}}}
)",
                                            rotation)};
        REQUIRE(compiled.program);
        const auto [trace, runs] =
            replayWithFleets(*compiled.program, nominalPhases(*compiled.program), FleetDetail::Joined);
        const Record& verdict = trace.records.back();
        return verdict.on->members.count - verdict.on->members.fellShort;
    };
    CHECK(downAfter("0s") == 4);
    CHECK(downAfter("12h") == 0);
    CHECK(downAfter("spread") == 2); // looks at 0h, 6h, 12h and 18h
}

TEST_CASE("a fleet is told as one: who, how many, from when to when") {
    const Compiled compiled{std::string{story}};
    REQUIRE(compiled.program);
    const auto [trace, fleets] =
        replayWithFleets(*compiled.program, nominalPhases(*compiled.program), FleetDetail::Joined);
    REQUIRE(trace.records.size() == 6);
    const Members down = trace.records[1].on->members;
    CHECK(trace.records[1].position.at == scenarioStart + 1028s);
    CHECK(down == Members{2, 7, 0, false, scenarioStart + 4114s});
    CHECK(trace.records[3].on->members.count == 7);
    CHECK(trace.records[4].is<OperationTried>());
    CHECK(trace.records[4].on->members.fellShort == 3);
    CHECK(trace.records[5].on->members.fellShort == 3);
    CHECK_FALSE(trace.passed);
}

TEST_CASE("a fleet's totals are those of its members") {
    const Compiled compiled{std::string{story}};
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    const auto [trace, fleets] = replayWithFleets(program, nominalPhases(program), FleetDetail::Joined);
    std::vector<Duration> downtimes;
    forEachMember(program, fleets.runs.front(),
                  [&](Member, const ResourceStatus& status) { downtimes.push_back(status.downtime); });
    REQUIRE(downtimes.size() == 7);
    std::ranges::sort(downtimes);
    const DowntimeDistribution all = downtimesOf(program, fleets.runs.front());
    CHECK(all.min == downtimes.front());
    CHECK(all.median == downtimes[3]);
    CHECK(all.p90 == downtimes[6]);
    CHECK(all.max == downtimes.back());
    Duration sum{};
    for (const Duration one : downtimes) {
        sum += one;
    }
    CHECK(all.total == sum);
}

TEST_CASE("a fleet's expanded events equal those of the same resources written out one by one, on random worlds") {
    Catalog catalog;
    std::size_t fleets = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const std::string yaml = property::toYaml(property::randomWorld(seed));
        const Program program = test::soundProgram(yaml, catalog);
        for (const ResourceId id : program.resources.ids()) {
            if (!program.resources[id].described || hasOwnIdentity(program, id)) {
                continue;
            }
            ++fleets;
            Program fleet = program;
            makeFleet(fleet, id, 3 + static_cast<std::uint32_t>(seed % 7));
            const WrittenOut written{fleet, id};
            CAPTURE(seed, program.resources[id].name, yaml);
            const Trace expected = replay(written.program, nominalPhases(written.program));
            const auto [trace, runs] = replayWithFleets(fleet, nominalPhases(fleet), FleetDetail::Listed);
            CHECK(trace.passed == expected.passed);
            REQUIRE(told(fleet, trace) == told(written.program, expected));

            std::vector<Duration> downtimes;
            forEachMember(fleet, *runs.of(id),
                          [&](Member, const ResourceStatus& status) { downtimes.push_back(status.downtime); });
            Duration total{};
            std::int64_t downNow = 0;
            for (std::size_t member = 0; member < downtimes.size(); ++member) {
                const ResourceId own{id.index() + member};
                const auto end = std::ranges::find(expected.ends, own, &ResourceEnd::resource);
                REQUIRE(downtimes[member] == end->status.downtime);
                total += end->status.downtime;
                downNow += end->status.presence == ResourceStatus::Presence::Present &&
                           end->status.state != fleet.modelOf(id).ready();
            }
            CHECK(totalDowntime(fleet, *runs.of(id)) == total);
            std::int64_t down = runs.of(id)->downAtStart();
            for (const DownChange& change : downChanges(fleet, *runs.of(id))) {
                down += change.more;
            }
            CHECK(down == downNow);
        }
    }
    CHECK(fleets > worlds / 2);
}

TEST_CASE("bounds of a fleet are over its members, each as likely as any other") {
    const Compiled compiled{std::string{story}};
    REQUIRE(compiled.program);
    const ScenarioBounds bounds = boundsOf(*compiled.program, OpenTimings::Phases);
    const ResourceBounds& edge = bounds.resources.front();
    REQUIRE(edge.outages.size() == 1);
    CHECK(edge.outages.front().start.instant == Extent<Instant>{scenarioStart + 1028s, scenarioStart + 4114s});
    CHECK(edge.outages.front().probability == Ratio{1});
    CHECK(bounds.expectations.back().probability == Ratio{4, 7});
}

TEST_CASE("members that differ in where they look for newer versions alone all count") {
    // The bounds of a fleet, against its members written out one by one.
    std::size_t parted = 0;
    for (std::uint64_t seed = 0; seed < 44; ++seed) {
        const Compiled compiled{fmt::format(R"(cmksim: 1
name: Rotation
until: 3d
estate:
  vaults:
    kv1: {{enablePurgeProtection: true, accessPolicies: {{app: [get, list, wrapKey, unwrapKey]}}, keys: {{cmk: {{}}}}}}
  identities: {{app: {{}}}}
  resources:
    db: {{service: cosmosdb, count: {}, identity: app, key: kv1/cmk, revalidationPhase: {}, rotationPhase: {}}}
timeline:
  - {{at: {}m, do: key.rotate, target: kv1/cmk}}
  - {{at: {}m, do: key.update, target: kv1/cmk/v1, with: {{enabled: false}}}}
  - {{at: 60h, expect: {{db: Ready}}}}
)",
                                            2 + seed % 9, seed % 3 == 0 ? "30m" : "0s",
                                            seed % 2 == 0 ? "spread" : "random", 60 + 37 * seed, 75 + 97 * seed)};
        REQUIRE(compiled.program);
        const Program& program = *compiled.program;
        const WrittenOut written{program, ResourceId{0}};
        CAPTURE(seed);
        std::int64_t held = 0;
        const ScenarioBounds each = boundsOf(written.program, OpenTimings::Phases);
        for (const ExpectationBounds& one : each.expectations) {
            held += one.always ? 1 : 0;
        }
        const auto members = static_cast<std::int64_t>(each.resources.size());
        Extent<Duration> downtime = each.resources.front().downtime.extent;
        for (const ResourceBounds& one : each.resources) {
            downtime.include(one.downtime.extent.least);
            downtime.include(one.downtime.extent.most);
        }
        parted += held > 0 && held < members ? 1 : 0;
        for (const OpenTimings open : {OpenTimings::Nominal, OpenTimings::Phases, OpenTimings::All}) {
            const ScenarioBounds bounds = boundsOf(program, open);
            CHECK(bounds.resources.front().downtime.extent == downtime);
            CHECK(bounds.expectations.front().probability == Ratio{held, members});
            CHECK(bounds.expectations.front().always == (held == members));
            CHECK(verify(program, open).shortfalls.empty() == (held == members));
        }
    }
    CHECK(parted > 10);
}

} // namespace cmksim::fleet_test
