// The cause of an outage is the same in `run`, `test` and `bounds`, and is what a much simpler program says: random
// worlds of overlapping faults, many at equal instants, against one that knows nothing of paths, segments or classes.
#include "analysis/bounds.hpp"
#include "analysis/causes.hpp"
#include "analysis/verify.hpp"
#include "base/time.hpp"
#include "engine/replay.hpp"
#include "property/random.hpp"
#include "suite/findings.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace cmksim::causes_agreement_test {

using namespace cmksim;
using namespace cmksim::suite;
using namespace cmksim::test;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

#ifdef NDEBUG
constexpr std::uint64_t worlds = 400;
#else
constexpr std::uint64_t worlds = 10;
#endif

constexpr Duration period = hours{1};
constexpr Duration whole = hours{7};

/// What can stand between the account and its key, each thing for itself.
enum Fault : std::uint8_t { NoGet, NoWrap, NoUnwrap, PublicOff, DefaultDeny, VaultGone, KeyGone, Disabled, Expired };
constexpr std::size_t faultCount = 9;

/// An entry of the timeline by its number, or the expiry of the key.
struct Done {
    Duration at{};
    bool isAction = false; // facts come first
    std::size_t entry = 0;

    friend auto operator<=>(const Done&, const Done&) = default;
};

/// Since when something is so; what turns there and back at one instant has not turned.
struct Run {
    bool broken = false;
    std::optional<Done> since; // nothing: from the start
    std::optional<Done> sinceBefore;
    bool canGoBack = false;

    void set(bool other, const Done& done) {
        if (other == broken) {
            return;
        }
        broken = other;
        if (canGoBack && since->at == done.at) {
            since = sinceBefore;
            canGoBack = false;
        } else {
            sinceBefore = since;
            since = done;
            canGoBack = true;
        }
    }
};

struct Step {
    Duration at{};
    std::string text; // of the entry, from `do` on
    int what = 0;
    std::optional<Duration> expires;
};

/// Outages of one phase, with their causes.
struct PlayedOutage {
    Duration start{};
    Duration end = whole;
    bool over = false;
    std::optional<Done> startInterval;
    std::optional<Done> endInterval;
    std::vector<Done> causes; // the first is *the* cause
    std::vector<Done> ended;
};

/// A vault, a key, an account and a few things done to them.
class SmallWorld {
public:
    explicit SmallWorld(std::uint64_t seed) : random_{seed} {
        expires_ = random_.chance(40);
        std::vector<Duration> instants;
        const auto count = static_cast<std::size_t>(random_.between(2, 9));
        while (instants.size() < count) {
            // Often the same instant again, and often one that a revalidation of some phase shares.
            instants.push_back(!instants.empty() && random_.chance(40) ? instants.back()
                                                                       : minutes{10 * random_.between(0, 36)});
        }
        std::ranges::sort(instants);
        for (const Duration at : instants) {
            steps_.push_back(step(at));
        }
    }

    [[nodiscard]] std::string yaml() const {
        std::string text = "cmksim: 1\nname: x\nuntil: 7h\nestate:\n  vaults:\n    kv1:\n"
                           "      networkAcls: {defaultAction: Allow, bypass: None}\n"
                           "      enablePurgeProtection: true\n"
                           "      accessPolicies: {app: [get, wrapKey, unwrapKey]}\n      keys: {cmk: {}}\n"
                           "  identities: {app: {}}\n"
                           "  resources: {acc: {service: cosmosdb, identity: app, key: kv1/cmk}}\ntimeline:\n";
        for (const Step& one : steps_) {
            text += "  - {at: " + formatDuration(one.at) + ", " + one.text + "}\n";
        }
        return text + "  - {at: 7h, expect: {acc: {outages: 0}}}\n";
    }

    [[nodiscard]] std::vector<PlayedOutage> play(Duration phase) const {
        World world;
        std::vector<PlayedOutage> outages;
        std::size_t next = 0;
        for (Duration look = phase; look <= whole; look += period) {
            for (; next < steps_.size() && steps_[next].at <= look; ++next) {
                world.elapse(steps_[next].at);
                world.act(steps_[next], next);
            }
            world.elapse(look);
            world.look(look, outages);
        }
        return outages;
    }

    [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }

private:
    struct World {
        std::array<Run, faultCount> faults;
        Run any;
        std::optional<Duration> expires;
        std::optional<Duration> downSince;

        void set(Fault fault, bool broken, const Done& done) { faults[fault].set(broken, done); }
        [[nodiscard]] bool has(Fault fault) const { return faults[fault].broken; }

        void noteAny(const Done& done) {
            any.set(std::ranges::any_of(faults, [](const Run& one) { return one.broken; }), done);
        }

        void elapse(Duration now) {
            if (expires && *expires <= now && !has(Expired)) {
                const Done done{*expires, false, 0};
                set(Expired, true, done);
                noteAny(done);
            }
        }

        void act(const Step& step, std::size_t entry) {
            const Done done{step.at, true, entry};
            const bool vaultHere = !has(VaultGone);
            const bool keyHere = vaultHere && !has(KeyGone);
            switch (step.what) {
            case 0: set(VaultGone, true, done); break;
            case 1: set(VaultGone, false, done); break;
            case 2: vaultHere ? set(KeyGone, true, done) : void(); break;
            case 3: vaultHere ? set(KeyGone, false, done) : void(); break;
            case 4: keyHere ? set(Disabled, true, done) : void(); break;
            case 5: keyHere ? set(Disabled, false, done) : void(); break;
            case 6: vaultHere ? set(DefaultDeny, true, done) : void(); break;
            case 7: vaultHere ? set(DefaultDeny, false, done) : void(); break;
            case 8: vaultHere ? set(PublicOff, true, done) : void(); break;
            case 9: vaultHere ? set(PublicOff, false, done) : void(); break;
            case 10:
                expires = step.expires;
                set(Expired, false, done);
                break;
            default:
                if (vaultHere) {
                    set(NoGet, ((step.what - 11) & 1) != 0, done);
                    set(NoWrap, ((step.what - 11) & 2) != 0, done);
                    set(NoUnwrap, ((step.what - 11) & 4) != 0, done);
                }
            }
            noteAny(done);
        }

        void look(Duration now, std::vector<PlayedOutage>& outages) {
            if (any.broken == downSince.has_value()) {
                return;
            }
            if (any.broken) {
                downSince = now;
                PlayedOutage& outage = outages.emplace_back();
                outage.start = now;
                outage.startInterval = any.since;
                for (const Run& one : faults) {
                    if (one.broken) {
                        outage.causes.push_back(*one.since);
                    }
                }
                inOrder(outage.causes);
                return;
            }
            PlayedOutage& outage = outages.back();
            outage.end = now;
            outage.over = true;
            outage.endInterval = any.since;
            for (const Run& one : faults) {
                if (one.since && one.since->at > *downSince) {
                    outage.ended.push_back(*one.since);
                }
            }
            inOrder(outage.ended);
            std::ranges::reverse(outage.ended);
            downSince.reset();
        }

        static void inOrder(std::vector<Done>& list) {
            std::ranges::sort(list);
            const auto repeated = std::ranges::unique(list);
            list.erase(repeated.begin(), repeated.end());
        }
    };

    Step step(Duration at) {
        // A key that expires is not deleted: whether time goes on for what is deleted is not the question here.
        static const std::vector<int> lasting{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 18};
        static const std::vector<int> expiring{4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13, 15, 18};
        Step one{at, {}, random_.of(expires_ ? expiring : lasting), {}};
        static const std::array<std::string, 10> texts{
            "do: vault.delete, target: kv1",
            "do: vault.recover, target: kv1",
            "do: key.delete, target: kv1/cmk",
            "do: key.recover, target: kv1/cmk",
            "do: key.update, target: kv1/cmk, with: {enabled: false}",
            "do: key.update, target: kv1/cmk, with: {enabled: true}",
            "do: vault.update, target: kv1, with: {networkAcls: {defaultAction: Deny}}",
            "do: vault.update, target: kv1, with: {networkAcls: {defaultAction: Allow}}",
            "do: vault.update, target: kv1, with: {publicNetworkAccess: Disabled}",
            "do: vault.update, target: kv1, with: {publicNetworkAccess: Enabled}"};
        if (one.what < 10) {
            one.text = texts[static_cast<std::size_t>(one.what)];
        } else if (one.what == 10) {
            one.expires = at + minutes{10 * random_.between(1, 12)};
            one.text = "do: key.update, target: kv1/cmk, with: {expires: " + formatDuration(*one.expires) + "}";
        } else {
            const int lacking = one.what - 11;
            std::string held;
            for (const auto& [bit, name] : {std::pair{1, "get"}, std::pair{2, "wrapKey"}, std::pair{4, "unwrapKey"}}) {
                held += (lacking & bit) != 0 ? "" : (held.empty() ? "" : ", ") + std::string{name};
            }
            one.text = "do: policy.set, target: kv1, with: {identity: app, permissions: [" + held + "]}";
        }
        return one;
    }

    property::Random random_;
    bool expires_ = false;
    std::vector<Step> steps_;
};

Done doneBy(const Record& record) {
    const bool isAction = record.is<ActionDone>();
    return {record.position.at - scenarioStart, isAction, isAction ? record.entry().index() : 0};
}

std::vector<Done> causesOf(const Causes& causes, const Record& change) {
    std::vector<Done> list;
    if (const Record* cause = causes.of(change)) {
        list.push_back(doneBy(*cause));
    }
    for (const Record* other : causes.othersOf(change)) {
        list.push_back(doneBy(*other));
    }
    return list;
}

std::string texts(const std::vector<Done>& list) {
    std::string text;
    for (const Done& one : list) {
        text += (one.isAction ? "entry " + std::to_string(one.entry) : "fact") + " at " + formatDuration(one.at) + "; ";
    }
    return text;
}

void checkRun(const Program& program, Duration phase, const std::vector<PlayedOutage>& expected) {
    const Phases phases(1, phase);
    const Trace trace = replay(program, phases);
    const Causes causes{program, phases, trace};
    const StateId ready = program.modelOf(ResourceId{0}).ready();
    std::size_t outage = 0;
    for (const Record& record : trace.records) {
        const auto* moved = record.asIf<Transition>();
        if (moved == nullptr || (moved->from != ready && moved->to != ready)) {
            continue;
        }
        REQUIRE(outage < expected.size());
        const PlayedOutage& one = expected[outage];
        const bool down = moved->to != ready;
        CHECK(record.position.at - scenarioStart == (down ? one.start : one.end));
        CHECK(texts(causesOf(causes, record)) == texts(down ? one.causes : one.ended));
        outage += down ? 0 : 1;
    }
    CHECK(outage == expected.size() - (expected.empty() || expected.back().over ? 0 : 1));
}

/// `test` shows a replay in which there was an outage, and marks what caused the last.
void checkTest(const Compiled& compiled, const SmallWorld& world) {
    const Program& program = *compiled.program;
    const std::vector<Shortfall> shortfalls = verify(program, OpenTimings::Phases).shortfalls;
    const Source source{"in.yaml", world.yaml()};
    for (std::size_t i = 0; i < shortfalls.size(); ++i) {
        if (!std::holds_alternative<std::vector<Expectation>>(program.entries[shortfalls[i].entry].what)) {
            continue; // an action that was refused
        }
        const Finding finding = findingsOf({program, source, "x", "cmksim run in.yaml"}, shortfalls)[i];
        const Done cause = world.play(finding.shownPhase).back().causes.front();
        const auto marked = std::ranges::find(finding.steps, true, &FindingStep::isCause);
        REQUIRE(marked != finding.steps.end());
        CHECK(marked->at - scenarioStart == cause.at);
        if (cause.isAction) {
            CHECK(marked->text.starts_with(program.entries[EntryId{cause.entry}].name));
        }
    }
}

void checkBounds(const Program& program, const SmallWorld& world) {
    struct All {
        Duration least = Duration::max();
        Duration most = Duration::min();
        std::set<Done> causes;
        std::set<Done> ends;
    };
    std::map<std::pair<std::optional<Done>, std::optional<Done>>, All> expected;
    for (Duration phase{}; phase < period; ++phase) {
        for (const PlayedOutage& one : world.play(phase)) {
            All& all = expected[{one.startInterval, one.endInterval}];
            all.least = std::min(all.least, one.start);
            all.most = std::max(all.most, one.start);
            all.causes.insert(one.causes.front());
            if (one.over) {
                all.ends.insert(one.ended.front());
            }
        }
    }
    const ScenarioBounds bounds = boundsOf(program, OpenTimings::Phases);
    const std::vector<OutageBounds>& outages = bounds.resources.front().outages;
    std::multiset<std::tuple<Duration, Duration, std::string, std::string>> told;
    std::multiset<std::tuple<Duration, Duration, std::string, std::string>> played;
    const auto doneOf = [](const Turn& turn) {
        std::vector<Done> list;
        const auto add = [&](const TurnCause& cause) {
            const auto* entry = std::get_if<EntryId>(&cause.what);
            list.push_back({cause.at.least - scenarioStart, entry != nullptr, entry != nullptr ? entry->index() : 0});
        };
        add(turn.cause);
        std::ranges::for_each(turn.others, add);
        return texts(list);
    };
    const auto inTime = [](const std::set<Done>& set) { return texts({set.begin(), set.end()}); };
    for (const OutageBounds& one : outages) {
        told.emplace(one.start.instant.least - scenarioStart, one.start.instant.most - scenarioStart, doneOf(one.start),
                     one.over ? doneOf(one.end) : "");
    }
    for (const auto& [intervals, all] : expected) {
        played.emplace(all.least, all.most, inTime(all.causes), inTime(all.ends));
    }
    CHECK(told == played);
}

} // namespace

TEST_CASE("a replay and its bounds and findings name the causes that a simple program finds") {
    std::size_t outages = 0;
    std::size_t several = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const SmallWorld world{seed};
        const Compiled compiled{world.yaml()};
        INFO("seed " << seed << "\n" << world.yaml() << compiled.errors);
        REQUIRE(compiled.program);
        property::Random random{seed};
        for (int i = 0; i < 8; ++i) {
            const Duration phase{random.chance(50) ? 600 * random.between(0, 5) : random.between(0, 3599)};
            INFO("phase " << formatDuration(phase));
            const std::vector<PlayedOutage> expected = world.play(phase);
            outages += expected.size();
            several += static_cast<std::size_t>(
                std::ranges::count_if(expected, [](const PlayedOutage& one) { return one.causes.size() > 1; }));
            checkRun(*compiled.program, phase, expected);
        }
        checkBounds(*compiled.program, world);
        checkTest(compiled, world);
    }
    // The worlds have what they are about.
    CHECK(outages > worlds);
    CHECK(several > worlds / 4);
}

} // namespace cmksim::causes_agreement_test
