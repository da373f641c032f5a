// Bounds where the clocks of resources' own rules are open, against every length and phase played, or many drawn ones.
#include "../engine/stacked_worlds.hpp"

#include "analysis/bounds.hpp"
#include "engine/draws.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "property/model_generator.hpp"
#include "property/modelled_play.hpp"
#include "trace/intervals.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace cmksim::open_clocks_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::engine;

namespace {

constexpr std::size_t mostPlayed = 12'000;

struct Truth {
    Extent<Duration> downtime{Duration::max(), Duration::min()};
    Extent<Instant> start{Instant::max(), Instant::min()};
    Extent<Instant> end{Instant::max(), Instant::min()};
};

void include(const Program& program, const Phases& phases, std::map<ResourceId, Truth>& all) {
    const Trace trace = replay(program, phases);
    for (const ResourceEnd& end : trace.ends) {
        Truth& truth = all[end.resource];
        truth.downtime.include(end.status.downtime);
        for (const Outage& outage : outagesOf(trace, program.until, end.resource)) {
            truth.start.include(outage.from);
            truth.end.include(outage.to);
        }
    }
}

template <class T>
bool holds(const Extent<T>& outer, const Extent<T>& inner) {
    return inner.least > inner.most || (outer.least <= inner.least && inner.most <= outer.most);
}

Truth found(const ResourceBounds& bounds) {
    Truth all;
    all.downtime = bounds.downtime.extent;
    for (const OutageBounds& outage : bounds.outages) {
        all.start.include(outage.start.instant.least);
        all.start.include(outage.start.instant.most);
        all.end.include(outage.end.instant.least);
        all.end.include(outage.end.instant.most);
    }
    return all;
}

/// Every combination of what is open, where these are not too many.
class EveryWay {
public:
    explicit EveryWay(Program program) : program_{std::move(program)}, phases_{nominalPhases(program_)} {
        for (const OpenDelay& delay : openDelays(program_)) {
            add({delay.timing->earliest, delay.timing->latest},
                [this, delay](Duration length) { setDelay(program_, delay, length); });
        }
        for (const ResourceId id : program_.resources.ids()) {
            if (program_.resources[id].described->key.valid()) {
                add({Duration::zero(), program_.modelOf(id).revalidation.nominal - Duration{1}},
                    [this, id](Duration phase) { phases_[id] = phase; });
            }
        }
    }

    [[nodiscard]] bool isSmall() const { return ways_ <= mostPlayed; }

    std::map<ResourceId, Truth> play() {
        std::map<ResourceId, Truth> all;
        play(0, all);
        return all;
    }

private:
    struct Open {
        Extent<Duration> values;
        std::function<void(Duration)> choose;
    };

    void add(Extent<Duration> values, std::function<void(Duration)> choose) {
        ways_ = std::min(ways_ * static_cast<std::size_t>((values.most - values.least).count() + 1), mostPlayed + 1);
        open_.push_back({values, std::move(choose)});
    }

    void play(std::size_t next, std::map<ResourceId, Truth>& all) {
        if (next == open_.size()) {
            include(program_, phases_, all);
            return;
        }
        for (Duration value = open_[next].values.least; value <= open_[next].values.most; ++value) {
            open_[next].choose(value);
            play(next + 1, all);
        }
    }

    Program program_;
    Phases phases_;
    std::vector<Open> open_;
    std::size_t ways_ = 1;
};

/// `within: 7s` as a range around that, of those by whose place in the text `choose` says so.
std::string withRanges(std::string model, property::Random& random) {
    for (const std::string word : {" within: ", "back-within: "}) {
        const std::size_t at = model.find(word) + word.size();
        const std::size_t end = model.find_first_of(",}", at);
        const std::int64_t nominal = std::stoll(model.substr(at, end - at));
        if (random.chance(40)) {
            model.replace(at, end - at,
                          "{nominal: " + test::seconds(nominal) +
                              ", range: " + test::seconds(std::max<std::int64_t>(0, nominal - random.between(0, 6))) +
                              ".." + test::seconds(nominal + random.between(0, 9)) + ", meaning: x, assumed: x}");
        }
    }
    return model;
}

} // namespace

TEST_CASE("bounds of what stands on others are those of every length of a change of bases") {
    std::size_t exact = 0;
    std::size_t moved = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        test::StackedShape shape;
        shape.resources = 3;
        shape.actions = 4;
        shape.until = 120;
        shape.longestPeriod = 12;
        shape.mostKeys = 1 + seed % 2;
        shape.pinned = seed % 3 == 0;
        shape.lives = false;
        test::StackedText made = test::stackedWorld(seed, shape);
        property::Random random{seed};
        for (std::string& model : made.models) {
            model = withRanges(std::move(model), random);
        }
        test::Compiled world{made.models, made.text};
        CAPTURE(seed, made.text, made.models, world.errors);
        REQUIRE(world.program);
        EveryWay every{*world.program};
        if (!every.isSmall()) {
            continue;
        }
        const std::map<ResourceId, Truth> played = every.play();
        for (const ResourceBounds& bounds : boundsOf(*world.program, OpenTimings::All).resources) {
            const Truth& truth = played.at(bounds.resource);
            const Truth told = found(bounds);
            CAPTURE(world.program->resources[bounds.resource].name, bounds.exact);
            CHECK(holds(told.downtime, truth.downtime));
            CHECK(holds(told.start, truth.start));
            CHECK(holds(told.end, truth.end));
            if (bounds.exact) {
                ++exact;
                moved += truth.downtime.isPoint() ? 0U : 1U;
                CHECK(told.downtime == truth.downtime);
                CHECK(told.start == truth.start);
                CHECK(told.end == truth.end);
            }
        }
    }
    CHECK(exact > 100);
    CHECK(moved > 30);
}

TEST_CASE("no length of a rule's clock that is drawn leads beyond the bounds") {
    std::size_t exact = 0;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        const property::ModelledWorld world = property::randomModelledWorld(seed);
        const test::Compiled compiled{world.models, toYaml(world.world)};
        REQUIRE(compiled.program);
        const Program program = withFreePhases(*compiled.program);
        const bool clocksAlone = std::ranges::all_of(openDelays(program), [](const OpenDelay& delay) {
            return std::holds_alternative<OpenDelay::OwnClock>(delay.of);
        });
        if (!program.reactions.empty() || !clocksAlone) {
            continue;
        }
        std::map<ResourceId, Truth> drawn;
        for (std::uint64_t trial = 0; trial < 60; ++trial) {
            const Draws draws{seed, trial};
            Program one = program;
            Phases phases = nominalPhases(one);
            drawDelays(draws, one);
            drawPhases(draws, one, phases);
            include(one, phases, drawn);
        }
        for (const ResourceBounds& bounds : boundsOf(program, OpenTimings::All).resources) {
            const Truth& truth = drawn.at(bounds.resource);
            const Truth told = found(bounds);
            INFO("seed " << seed << ", " << program.resources[bounds.resource].name << ", exact " << bounds.exact
                         << "\n"
                         << toYaml(world.world) << world.models.front());
            CHECK(holds(told.downtime, truth.downtime));
            CHECK(holds(told.start, truth.start));
            CHECK(holds(told.end, truth.end));
            exact += bounds.exact ? 1U : 0U;
        }
    }
    CHECK(exact > 5);
}

} // namespace cmksim::open_clocks_test
