// Bounds of stories with reactions over everything that is open, against every phase and every delay played.
#include "analysis/reaction_corners.hpp"

#include "analysis/bounds.hpp"
#include "analysis/reaction_worlds.hpp"
#include "engine/reactions.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "support/compiled.hpp"
#include "trace/intervals.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace cmksim::reaction_corners_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

#ifdef NDEBUG
constexpr int worlds = 30;
#else
constexpr int worlds = 3;
#endif

constexpr Duration period = 23s;

/// What takes seconds there and hours in the models. It must outlive the program.
struct Hasty {
    std::deque<Model> models;
    Platform platform;

    Program make(const Program& program, Duration effect) {
        Program hasty = program;
        platform = *program.platform;
        platform.policyEffect = {"", Duration::zero(), Duration::zero(), effect, "", {}, false};
        platform.roleEffect = platform.policyEffect;
        hasty.platform = &platform;
        for (const Model*& model : hasty.models) {
            models.push_back(*model);
            models.back().revalidation.nominal = period;
            model = &models.back();
        }
        return hasty;
    }
};

/// What one course comes to for a resource.
struct Came {
    std::set<Duration> downtimes;
    std::set<Instant> starts;
    std::set<Instant> ends;
    std::set<Duration> lengths;
};

/// Every choice of what is open, one by one.
class BruteForce {
public:
    explicit BruteForce(const Program& program) : program_{program}, came_(program.resources.size()) {
        for (const OpenDelay& delay : openDelays(program)) {
            ranges_.push_back({[this, delay](Duration chosen) { setDelay(program_, delay, chosen); },
                               delay.timing->earliest, delay.timing->latest});
        }
        for (std::size_t i = 0; i < program.reactions.size(); ++i) {
            Reaction& reaction = program_.reactions[i];
            ranges_.push_back(
                {[&reaction](Duration chosen) { reaction.delay = chosen; }, reaction.least, reaction.most});
            if (const Timing* timing = openTiming(program_, reaction.entry)) {
                ranges_.push_back({[&reaction](Duration chosen) { setDelay(reaction.entry, chosen); }, timing->earliest,
                                   timing->latest});
            }
        }
        phases_ = nominalPhases(program);
        choosePhase(0);
    }

    [[nodiscard]] const Came& of(ResourceId id) const { return came_[id.index()]; }
    /// By place of what is expected: whether it holds in every course.
    [[nodiscard]] const std::map<std::pair<TextPlace, std::uint32_t>, bool>& held() const { return held_; }

private:
    struct Choice {
        std::function<void(Duration)> choose;
        Duration least{};
        Duration most{};
    };

    void choosePhase(std::size_t next) {
        if (next == program_.resources.size()) {
            chooseDelay(0);
            return;
        }
        for (Duration phase{}; phase < period; ++phase) {
            phases_[ResourceId{next}] = phase;
            choosePhase(next + 1);
        }
    }

    void chooseDelay(std::size_t next) {
        if (next == ranges_.size()) {
            play();
            return;
        }
        for (Duration delay = ranges_[next].least; delay <= ranges_[next].most; ++delay) {
            ranges_[next].choose(delay);
            chooseDelay(next + 1);
        }
    }

    void play() {
        const Program course = react(program_, phases_).program;
        const Trace trace = replay(course, phases_);
        for (const ResourceId id : course.resources.ids()) {
            Came& came = came_[id.index()];
            const auto end = std::ranges::find(trace.ends, id, &ResourceEnd::resource);
            came.downtimes.insert(end->status.downtime);
            DownWatch watch{trace.starts[id]};
            Instant since = scenarioStart;
            const auto close = [&](Instant at) {
                came.starts.insert(since);
                came.ends.insert(at);
                came.lengths.insert(at - since);
            };
            for (const Record& record : trace.records) {
                if (!record.isOn(id)) {
                    continue;
                }
                switch (watch.follow(record)) {
                case DownWatch::Turn::None: break;
                case DownWatch::Turn::Down: since = record.position.at; break;
                case DownWatch::Turn::Up: close(record.position.at); break;
                }
            }
            if (watch.down()) {
                close(course.until);
            }
        }
        for (const Record& record : trace.records) {
            if (record.is<Verdict>()) {
                const auto known = held_.try_emplace({course.entries[record.entry()].place, record.item()}, true).first;
                known->second = known->second && record.as<Verdict>().held;
            }
        }
    }

    Program program_;
    Phases phases_;
    std::vector<Choice> ranges_;
    std::vector<Came> came_;
    std::map<std::pair<TextPlace, std::uint32_t>, bool> held_;
};

/// A story of two resources with one or two reactions that take some seconds.
std::string storyOf(std::mt19937& random, bool withEffects) {
    const auto below = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
    const auto pick = [&](std::vector<std::string> from) {
        return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
    };
    const std::vector<std::string> harms{"do: key.delete, target: kv1/a", "do: key.delete, target: kv1/b",
                                         "do: vault.fail-dns, target: kv1",
                                         "do: key.update, target: kv1/a/v1, with: {enabled: false}"};
    const std::vector<std::string> repairs{"do: key.recover, target: kv1/a", "do: key.recover, target: kv1/b",
                                           "do: vault.restore-dns, target: kv1",
                                           "do: key.update, target: kv1/a/v1, with: {enabled: true}"};
    std::string text = R"(
cmksim: 1
name: x
estate:
  vaults: {kv1: {keys: {a: {}, b: {}}, accessPolicies: {id: [get, wrapKey, unwrapKey], other: [get, wrapKey, unwrapKey]}}}
  identities: {id: {}, other: {}}
  resources:
    reg: {service: acr, sku: Premium, identity: id, key: kv1/a}
    acc: {service: cosmosdb, identity: other, key: kv1/b}
until: 100s
timeline:
)";
    const int first = 3 + below(12);
    const bool takes = withEffects && below(2) == 0;
    text += "  - {at: " + std::to_string(first) + "s, " +
            (takes ? "do: policy.delete, target: kv1, with: {identity: id}" : pick(harms)) + "}\n";
    if (below(2) == 0) {
        text += "  - {at: " + std::to_string(first + 4 + below(16)) + "s, " + pick(repairs) + "}\n";
    }
    const auto range = [&] {
        const int least = 1 + below(9);
        return std::to_string(least) + "s.." + std::to_string(least + below(9)) + "s";
    };
    const std::vector<std::string> triggers{"reg: Inaccessible", "acc: Revoked", "reg: {outages: \">= 1\"}",
                                            "reg: Inaccessible, acc: Revoked"};
    text += "  - {when: {" + pick(triggers) + "}, after: " + range() + ", " +
            (takes ? "do: policy.set, target: kv1, with: {identity: id, permissions: [get, wrapKey, unwrapKey]}"
             : below(3) == 0 ? pick(harms)
                             : pick(repairs)) +
            "}\n";
    if (!withEffects && below(3) == 0) {
        text += "  - {when: {" + pick(triggers) + "}, after: 3s, " + pick(repairs) + "}\n";
    }
    text += "  - {at: 95s, expect: {reg: {downtime: \"<= " + std::to_string(8 + below(20)) +
            "s\"}, acc: {state: Ready}}}\n";
    return text;
}

template <class T>
bool holds(const Extent<T>& extent, const std::set<T>& values) {
    return values.empty() || (extent.least <= *values.begin() && *values.rbegin() <= extent.most);
}

template <class T>
bool isReached(const Extent<T>& extent, const std::set<T>& values) {
    return values.contains(extent.least) && values.contains(extent.most);
}

} // namespace

TEST_CASE("bounds of stories with reactions hold every course there is, and reach their ends where they are exact") {
    std::mt19937 random{7};
    int exact = 0;
    int played = 0;
    for (int i = 0; i < worlds; ++i) {
        const bool withEffects = i % 3 == 0;
        const std::string text = storyOf(random, withEffects);
        const Compiled compiled{text};
        CAPTURE(i, text, compiled.errors);
        REQUIRE(compiled.program);
        Hasty seconds;
        const Program program = seconds.make(*compiled.program, withEffects ? 4s : 0s);
        const BruteForce all{program};
        const ScenarioBounds bounds = boundsOf(program, nominalTimeline(program), OpenTimings::All, 10'000);
        for (const ResourceBounds& one : bounds.resources) {
            const Came& came = all.of(one.resource);
            const std::string& name = program.resources[one.resource].name;
            CAPTURE(name, one.exact, one.downtime.extent.least.count(), one.downtime.extent.most.count(),
                    came.downtimes.begin()->count(), came.downtimes.rbegin()->count());
            CHECK(holds(one.downtime.extent, came.downtimes));
            exact += one.exact ? 1 : 0;
            ++played;
            if (one.exact) {
                CHECK(isReached(one.downtime.extent, came.downtimes));
            }
            std::set<Instant> starts;
            for (const OutageBounds& outage : one.outages) {
                starts.insert({outage.start.instant.least, outage.start.instant.most});
                if (one.exact) {
                    CHECK(isReached(outage.start.instant, came.starts));
                    CHECK(isReached(outage.end.instant, came.ends));
                    CHECK(isReached(outage.length.extent, came.lengths));
                }
            }
            if (!came.starts.empty() && !starts.empty()) {
                CHECK(*starts.begin() <= *came.starts.begin());
                CHECK(*starts.rbegin() >= *came.starts.rbegin());
            }
        }
        if (bounds.everyReaction) {
            const Program shown = nominalTimeline(program);
            for (const ExpectationBounds& one : bounds.expectations) {
                const TimelineEntry& entry = shown.entries[one.entry];
                if (const auto* list = std::get_if<std::vector<Expectation>>(&entry.what)) {
                    CAPTURE((*list)[one.item].text);
                    CHECK(one.always == all.held().at({entry.place, one.item}));
                }
            }
        }
    }
    CHECK(exact * 2 > played);
}

} // namespace cmksim::reaction_corners_test
