// Pairs of phases of a resource with two clocks, against every pair played: of random models, whose periods are a few
// seconds long, and of services that are simulated.
#include "analysis/bounds.hpp"
#include "analysis/phase_pairs.hpp"
#include "analysis/verify.hpp"
#include "analysis/worlds.hpp"
#include "engine/expectation.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "property/model_generator.hpp"
#include "property/modelled_play.hpp"
#include "support/compiled.hpp"
#include "support/places.hpp"
#include "trace/intervals.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::phase_pairs_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

#ifdef NDEBUG
constexpr std::uint64_t worlds = 600;
#else
constexpr std::uint64_t worlds = 100;
#endif

/// A random world of random models, in which no phase is pinned; nothing where none has a second clock, or
/// phases of a third clock or of other resources count too.
std::optional<test::Compiled> openWorld(std::uint64_t seed, std::string& text) {
    const property::ModelledWorld world = property::randomModelledWorld(seed);
    static const std::regex pinned{"(, )?(revalidationPhase|rotationPhase|recoveryPhase): [0-9]+s"};
    text = std::regex_replace(toYaml(world.world), pinned, "");
    test::Compiled compiled{world.models, text};
    REQUIRE(compiled.program);
    bool several = false;
    bool others = false;
    for (const ResourceId id : compiled.program->resources.ids()) {
        const Model& model = compiled.program->modelOf(id);
        several = several || model.rotationClock.has_value();
        others = others || model.standsOn.has_value() || model.recoveryClock.has_value();
    }
    return several && !others ? std::optional{std::move(compiled)} : std::nullopt;
}

using Place = std::pair<EntryId, std::uint32_t>;

/// What all pairs of phases of one resource come to.
struct EveryPair {
    std::int64_t pairs = 0;
    std::int64_t downtimes = 0;
    std::int64_t losses = 0;
    std::int64_t outages = 0;
    std::optional<Extent<Duration>> downtime;
    std::map<Place, std::int64_t> failures; // of expectations
};

void play(const Program& program, const WorldHistory& history, ResourceId id, const OpenPhases& phases,
          EveryPair& every) {
    std::vector<Record> records;
    ResourceReplay walk{program, history, id, phases, records};
    walk.finish();
    const Duration downtime = walk.resource().statusAt(program.until).downtime;
    every.downtime = every.downtime.value_or(Extent<Duration>{downtime, downtime});
    every.downtime->include(downtime);
    every.downtimes += downtime.count();
    ++every.pairs;
    const ResourceStatus start = history.born(id).statusAt(scenarioStart);
    every.outages += start.down ? 1 : 0;
    DownWatch watch{start};
    bool lost = false;
    for (const Record& record : records) {
        every.outages += watch.follow(record) == DownWatch::Turn::Down ? 1 : 0;
        lost = lost || record.is<DataLost>();
        if (record.isFailedVerdict()) {
            ++every.failures[{record.entry(), record.item()}];
        }
    }
    every.losses += lost ? 1 : 0;
}

EveryPair everyPairOf(const Program& program, const WorldHistory& history, ResourceId id) {
    EveryPair every;
    const Model& model = program.modelOf(id);
    const Duration phases = hasOpenPhase(program, id) ? model.revalidation.nominal : Duration{1};
    for (Duration phase{}; phase < phases; ++phase) {
        for (Duration rotation{}; rotation < model.rotationClock->nominal; ++rotation) {
            play(program, history, id, {phase, rotation}, every);
        }
    }
    return every;
}

/// Where pairs decide, and no phase of another resource does.
bool goesByPairsAlone(const Program& program, ResourceId id) {
    const bool shaped = std::ranges::any_of(program.resources, &ResourceProgram::shapesWorld);
    return program.modelOf(id).rotationClock && !shaped;
}

/// The classes of a resource over all pairs, where it has some.
std::vector<PhaseClass> pairsOf(const Program& program, ResourceId id) {
    std::vector<PhaseClass> pairs;
    forEachWorld(program, OpenTimings::Phases, [&](const PossibleWorld& world) {
        if (world.goesByPairs(id)) {
            const std::vector<PhaseClass> classes = world.classesOf(id);
            pairs.insert(pairs.end(), classes.begin(), classes.end());
        }
        return true;
    });
    return pairs;
}

std::vector<Record> recordsAt(const Program& program, const WorldHistory& history, ResourceId id,
                              const OpenPhases& phases) {
    std::vector<Record> records;
    ResourceReplay{program, history, id, phases, records}.finish();
    return records;
}

/// The same things happen in the same order, each at the same time or later as one of the clocks is.
bool goTheSameWay(const std::vector<Record>& one, const std::vector<Record>& other, Duration revalidation,
                  Duration rotation) {
    return std::ranges::equal(one, other, [&](const Record& a, const Record& b) {
        const Duration later = b.position.at - a.position.at;
        return a.what.index() == b.what.index() && a.entry() == b.entry() && a.item() == b.item() &&
               (a.is<Verdict>() || a.what == b.what) &&
               (later == Duration::zero() || later == (a.is<KeyRotated>() ? rotation : revalidation)) &&
               a.on->status.state == b.on->status.state && a.on->status.outages == b.on->status.outages;
    });
}

template <class See>
void forEachPair(const PhaseClass& one, See see) {
    for (Duration phase = one.first; phase <= one.last; ++phase) {
        for (const PhaseClass& part : within(one, phase, phase)) {
            for (Duration rotation = part.rotation; rotation <= part.lastRotation(); ++rotation) {
                see(phase, rotation);
            }
        }
    }
}

std::uint64_t oneOf(std::mt19937_64& random, std::uint64_t count) { return random() % count; }

/// The model of a service with two clocks, whose periods are some seconds.
std::string quickModel(std::mt19937_64& random) {
    const std::string service = oneOf(random, 2) == 0 ? "cosmosdb-2026-11" : "storage-2023-05";
    std::ifstream file{testsFolder() + "/../models/" + service + ".yaml"};
    std::string model{std::istreambuf_iterator<char>{file}, {}};
    // Of the first two the one is, or is not, a multiple of the other.
    constexpr std::array<std::pair<int, int>, 5> periods{{{12, 48}, {12, 50}, {7, 17}, {10, 10}, {20, 15}}};
    const auto [revalidation, rotation] = periods.at(oneOf(random, periods.size()));
    const auto replace = [&](const std::regex& what, const std::string& by) {
        model = std::regex_replace(model, what, by, std::regex_constants::format_first_only);
    };
    replace(std::regex{"\nservice: [a-z]+\n"}, "\nservice: quick\n");
    replace(std::regex{"(period|within-the-hour): 60m"}, "$1: " + std::to_string(revalidation) + "s");
    replace(std::regex{"period: 24h"}, "period: " + std::to_string(rotation) + "s");
    return model;
}

/// Versions come, and can or cannot be used, at any second.
std::string rotatingStory(std::mt19937_64& random) {
    std::string text = "cmksim: 1\nname: x\nuntil: 150s\nestate:\n"
                       "  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, list, wrapKey, "
                       "unwrapKey]}, keys: {cmk: {}}}}\n"
                       "  identities: {app: {}}\n"
                       "  resources: {db: {service: quick, identity: app, key: kv1/cmk}}\ntimeline:\n";
    std::uint64_t now = 0;
    std::uint64_t versions = 1;
    for (std::uint64_t i = 5 + oneOf(random, 4); i > 0; --i) {
        now += oneOf(random, 20);
        text += "  - {at: " + std::to_string(now) + "s, ";
        switch (oneOf(random, 4)) {
        case 0:
            text += "do: key.rotate, target: kv1/cmk}\n";
            ++versions;
            break;
        case 1: text += "expect: {db: {downtime: '<= " + std::to_string(oneOf(random, 30)) + "s'}}}\n"; break;
        default:
            text += "do: key.update, target: kv1/cmk/v" + std::to_string(1 + oneOf(random, versions)) +
                    ", with: {enabled: " + (oneOf(random, 5) < 2 ? "true" : "false") + "}}\n";
        }
    }
    return text + "  - {at: 150s, expect: {db: {downtime: '<= 20s', outages: '<= 1'}}}\n";
}

struct Compared {
    std::size_t exact = 0;   // resources that were compared
    std::size_t divided = 0; // expectations that hold at some revalidation phase for some of the other phases
};

/// Checks the bounds of a program against every pair played.
Compared compareWithEveryPair(const Program& program) {
    Compared compared;
    const WorldHistory history = simulateWorld(program, nominalPhases(program));
    const ScenarioBounds bounds = boundsOf(program, OpenTimings::Phases);
    for (const ResourceBounds& one : bounds.resources) {
        if (!goesByPairsAlone(program, one.resource) || !one.exact) {
            continue;
        }
        CAPTURE(program.resources[one.resource].name);
        const EveryPair every = everyPairOf(program, history, one.resource);
        CHECK(one.downtime.extent == every.downtime);
        CHECK(one.downtime.mean == Ratio{every.downtimes, every.pairs});
        CHECK(one.dataLost == Ratio{every.losses, every.pairs});
        Ratio outages;
        for (const OutageBounds& outage : one.outages) {
            outages += outage.probability;
        }
        CHECK(outages == Ratio{every.outages, every.pairs});
        for (const ExpectationBounds& expected : bounds.expectations) {
            const auto* list = std::get_if<std::vector<Expectation>>(&program.entries[expected.entry].what);
            if (list == nullptr || (*list)[expected.item].resource != one.resource) {
                continue;
            }
            const auto failures = every.failures.find({expected.entry, expected.item});
            const std::int64_t failing = failures == every.failures.end() ? 0 : failures->second;
            CHECK(expected.probability == Ratio{every.pairs - failing, every.pairs});
            CHECK(expected.always == (failing == 0));
            compared.divided += expected.byRotations ? 1U : 0U;
        }
        ++compared.exact;
    }
    return compared;
}

std::string story(const std::string& resource, const std::string& timeline) {
    return "cmksim: 1\nname: x\nuntil: 40h\nestate:\n"
           "  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, "
           "keys: {cmk: {}}}}\n"
           "  identities: {app: {}}\n"
           "  resources: {db: {identity: app, key: kv1/cmk, " +
           resource + "}}\ntimeline:\n" + timeline;
}

const std::string rotatedAndDisabled = "  - {at: 1h, do: key.rotate, target: kv1/cmk}\n"
                                       "  - {at: 24h30m, do: key.update, target: kv1/cmk/v1, with: {enabled: false}}\n"
                                       "  - {at: 30h, expect: {db: Ready}}\n";

} // namespace

TEST_CASE("classes of pairs hold every pair once, and all pairs of one go the same way, on random models") {
    std::size_t several = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        std::string text;
        const auto compiled = openWorld(seed, text);
        if (!compiled) {
            continue;
        }
        const Program& program = *compiled->program;
        const WorldHistory history = simulateWorld(program, nominalPhases(program));
        for (const ResourceId id : program.resources.ids()) {
            const std::vector<PhaseClass> classes =
                goesByPairsAlone(program, id) ? pairsOf(program, id) : std::vector<PhaseClass>{};
            std::map<std::pair<Duration, Duration>, int> times;
            for (const PhaseClass& one : classes) {
                const std::vector<Record> first = recordsAt(program, history, id, one.firstPhases());
                std::int64_t pairs = 0;
                forEachPair(one, [&](Duration phase, Duration rotation) {
                    ++times[{phase, rotation}];
                    ++pairs;
                    const bool same = goTheSameWay(first, recordsAt(program, history, id, {phase, rotation}),
                                                   phase - one.first, rotation - one.rotation);
                    if (!same) {
                        CAPTURE(seed, program.resources[id].name, one.first.count(), one.last.count(),
                                one.rotation.count(), one.lastRotation().count(), static_cast<int>(one.pairing),
                                phase.count(), rotation.count(), text);
                        FAIL("two pairs of one class go different ways");
                    }
                });
                CHECK(pairs == pairsIn(one));
            }
            if (!classes.empty()) {
                const Model& model = program.modelOf(id);
                const std::int64_t phases = hasOpenPhase(program, id) ? model.revalidation.nominal.count() : 1;
                CHECK(static_cast<std::int64_t>(times.size()) == phases * model.rotationClock->nominal.count());
                CHECK(std::ranges::all_of(times, [](const auto& one) { return one.second == 1; }));
                ++several;
            }
        }
    }
    CHECK(several > worlds / 20);
}

TEST_CASE("what is counted of pairs of phases is what every pair comes to, on random models") {
    std::size_t exact = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        std::string text;
        if (const auto compiled = openWorld(seed, text)) {
            CAPTURE(seed, text);
            exact += compareWithEveryPair(*compiled->program).exact;
        }
    }
    CHECK(exact > worlds / 20);
}

TEST_CASE("what is counted of pairs of phases is what every pair comes to, for services with short periods") {
    Compared all;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        std::mt19937_64 random{seed};
        const std::string text = rotatingStory(random);
        const test::Compiled compiled{{quickModel(random)}, text};
        CAPTURE(seed, text, compiled.errors);
        REQUIRE(compiled.program);
        const Compared one = compareWithEveryPair(*compiled.program);
        all.exact += one.exact;
        all.divided += one.divided;
    }
    CHECK(all.exact == worlds);
    CHECK(all.divided > worlds / 4);
}

TEST_CASE("an expectation that some rotation phases let hold is not said never to hold") {
    const Compiled compiled{story("service: cosmosdb", rotatedAndDisabled)};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const ScenarioBounds bounds = boundsOf(*compiled.program, OpenTimings::Phases);
    REQUIRE(bounds.exact());
    REQUIRE(bounds.expectations.size() == 1);
    const ExpectationBounds& expected = bounds.expectations.front();
    // Looks that fall from half an hour to an hour after midnight come too early on the first day, too late on the
    // next.
    CHECK(expected.probability == Ratio{47, 48});
    CHECK_FALSE(expected.always);
    CHECK(expected.byRotations);
    REQUIRE(expected.decides);
    CHECK(expected.decides->holds.empty());
    const ResourceBounds& db = bounds.resources.front();
    REQUIRE(db.outages.size() == 1);
    CHECK(db.outages.front().probability == Ratio{1, 48});
    CHECK(db.outages.front().length.mean == Ratio{15 * 3'600 * 2 + 1, 2});
    CHECK(db.phasesAlone);
    CHECK(boundsOf(*compiled.program, OpenTimings::All).expectations.front().probability == Ratio{47, 48});
}

TEST_CASE("pairs are counted where the revalidation phase is pinned, and where looks for newer versions never come") {
    for (const auto& [fields, holds] : std::map<std::string, Ratio>{
             {"service: cosmosdb, revalidationPhase: 20m", Ratio{47, 48}},
             {"service: cosmosdb, rotationPhase: 40m", Ratio{0}},
             {"service: cosmosdb, rotationPhase: 20m", Ratio{1}},
         }) {
        CAPTURE(fields);
        const Compiled compiled{story(fields, rotatedAndDisabled)};
        INFO(compiled.errors);
        REQUIRE(compiled.program);
        const ScenarioBounds bounds = boundsOf(*compiled.program, OpenTimings::Phases);
        CHECK(bounds.expectations.front().probability == holds);
        CHECK(bounds.expectations.front().always == (holds == 1));
        CHECK(bounds.exact());
    }
}

TEST_CASE("which clock strikes first decides, and half of the pairs of an hour go either way") {
    // The old version cannot be used for a minute. A revalidation that meets that takes the account down, and there is
    // no rotation before the next one lets it up again.
    const Compiled compiled{story("service: cosmosdb", "  - {at: 1h, do: key.update, target: kv1/cmk/v1, with: "
                                                       "{enabled: false}}\n"
                                                       "  - {at: 2h, do: key.update, target: kv1/cmk/v1, with: "
                                                       "{enabled: true}}\n"
                                                       "  - {at: 2h, do: key.rotate, target: kv1/cmk}\n"
                                                       "  - {at: 3h, do: key.update, target: kv1/cmk/v1, with: "
                                                       "{enabled: false}}\n"
                                                       "  - {at: 30h, expect: {db: Ready}}\n")};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const ScenarioBounds bounds = boundsOf(*compiled.program, OpenTimings::Phases);
    // Of the looks from 2h to 3h those that come no earlier than the revalidation of that hour.
    CHECK(bounds.expectations.front().probability == Ratio{3'601, 2 * 24 * 3'600});
}

} // namespace cmksim::phase_pairs_test
