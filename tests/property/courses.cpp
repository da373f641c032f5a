#include "property/courses.hpp"

#include "property/random.hpp"
#include "reference/replay.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <stdexcept>
#include <utility>

namespace cmksim::property {

namespace {

constexpr std::int64_t period = 3'600;
constexpr std::int64_t rotationPeriod = 24 * period;

std::uint64_t seedOf(const Course& course, std::uint64_t purpose, std::uint64_t place) {
    return Random{course.number * 1'000'003 + purpose * 10'007 + place}.next();
}

std::int64_t drawPhase(Random random, std::int64_t length, const std::vector<std::int64_t>& moments) {
    if (random.chance(50)) {
        const std::int64_t near = random.of(moments) + random.oneOf<std::int64_t>({-1, 0, 1});
        return (near % length + length) % length;
    }
    return random.chance(30) ? random.oneOf<std::int64_t>({0, 1, length - 1}) : random.between(0, length - 1);
}

Duration drawWithin(Random random, std::int64_t least, std::int64_t most) {
    return Duration{random.chance(60) ? random.oneOf({least, most}) : random.between(least, most)};
}

Duration drawDelay(const Course& course, const EntrySpec& entry) {
    const bool latest = course.number == 1;
    const Random random{seedOf(course, 3, entry.mark.line)};
    std::int64_t least = 0;
    std::int64_t most = 600;
    const auto kind = entry.action()->kind;
    if (kind == action::kindOf<action::IdentityDelete>) {
        most = 24 * period;
    } else if (kind == action::kindOf<action::ResourceRemoveIdentity>) {
        least = 45 * 24 * period;
        most = 90 * 24 * period;
    }
    return latest ? Duration{most} : drawWithin(random, least, most);
}

reference::Readings drawReadings(const Course& course) {
    Random random{seedOf(course, 4, 0)};
    reference::Readings readings;
    if (random.chance(30)) {
        return readings;
    }
    readings.identitiesCanBeRecovered = random.chance(50);
    readings.firewallSight = static_cast<reference::Readings::FirewallSight>(random.below(3));
    readings.rotatesFromDeletedIdentity = random.chance(50);
    readings.validatesDefaultIdentity = random.chance(50);
    readings.databasesAreTrusted = random.chance(50);
    return readings;
}

void choosePhases(const Course& course, std::uint64_t place, const std::vector<std::int64_t>& moments,
                  ResourceSpec& resource) {
    if (resource.phaseKind == PhaseKind::Open) {
        resource.phase =
            Duration{course.number == 1 ? period - 1 : drawPhase(Random{seedOf(course, 1, place)}, period, moments)};
    }
    if (!resource.rotationPhase) {
        const std::int64_t phase = course.number == 1
                                       ? rotationPeriod - 1
                                       : drawPhase(Random{seedOf(course, 2, place)}, rotationPeriod, moments);
        resource.rotationPhase = Marked<Duration>{Duration{phase}, {}};
    }
}

Scenario scenarioOf(const std::string& yaml, const Course& course) {
    ReadWorld world = readWorld(yaml);
    if (!world.scenario) {
        throw std::logic_error{world.complaints + yaml};
    }
    Scenario scenario = *std::move(world.scenario);
    if (course.number == 0) {
        return scenario;
    }
    const std::vector<std::int64_t> moments = course.moments.empty() ? std::vector<std::int64_t>{0} : course.moments;
    for (std::size_t i = 0; i < scenario.estate.resources.size(); ++i) {
        choosePhases(course, i, moments, scenario.estate.resources[i]);
    }
    for (EntrySpec& entry : scenario.timeline) {
        scenario::ActionSpec* action = entry.action();
        if (action != nullptr && action->kind == action::kindOf<action::ResourceCreate>) {
            choosePhases(course, 1'000 + entry.mark.line, moments, *action->resource());
        }
    }
    return scenario;
}

/// Puts together what a resource denies over time.
class DenialWatch {
public:
    explicit DenialWatch(const Scenario& scenario) {
        for (const ResourceSpec& resource : scenario.estate.resources) {
            const bool down = resource.state.present() && resource.state.text != "Ready";
            now_[std::string{resource.key.text}] = {0, down, false};
        }
    }

    void follow(const reference::Event& event) {
        DenialState& state = now_[event.subject];
        const DenialState before = state;
        switch (event.kind) {
        case reference::EventKind::Transition: state.down = event.to != "Ready"; break;
        case reference::EventKind::Condition: state.degraded = event.result == "true"; break;
        case reference::EventKind::Action:
            if (event.name != "resource.delete" || event.result != "ok") {
                return;
            }
            state = {};
            break;
        default: return;
        }
        end(event.subject, before, event.t);
        state.since = event.t;
    }

    std::vector<Denial> finish(std::int64_t until) {
        for (const auto& [resource, state] : now_) {
            end(resource, state, until + 1);
        }
        return std::move(denials_);
    }

private:
    struct DenialState {
        std::int64_t since = 0;
        bool down = false;
        bool degraded = false;
    };

    void end(const std::string& resource, const DenialState& state, std::int64_t at) {
        if ((state.down || state.degraded) && at > state.since) {
            denials_.push_back({resource, state.since, at, state.down});
        }
    }

    std::map<std::string, DenialState> now_;
    std::vector<Denial> denials_;
};

reference::Replay replayOf(const Scenario& scenario, const Course& course) {
    const bool drawn = course.number > 0;
    const reference::Delays delays = [&](const EntrySpec& entry) { return drawDelay(course, entry); };
    return reference::replay(scenario, drawn && course.freedom.timings ? delays : reference::Delays{},
                             drawn && course.freedom.readings ? drawReadings(course) : reference::Readings{});
}

} // namespace

std::vector<std::int64_t> momentsOf(const std::string& yaml) {
    std::vector<std::int64_t> moments{0};
    const ReadWorld world = readWorld(yaml);
    for (const EntrySpec& entry : world.scenario ? world.scenario->timeline : std::vector<EntrySpec>{}) {
        moments.push_back(entry.at.time_since_epoch().count());
    }
    return moments;
}

reference::Replay play(const std::string& yaml, const Course& course) {
    return replayOf(scenarioOf(yaml, course), course);
}

std::vector<Denial> denialsIn(const std::string& yaml, const Course& course) {
    const Scenario scenario = scenarioOf(yaml, course);
    DenialWatch watch{scenario};
    for (const reference::Event& event : replayOf(scenario, course).events) {
        watch.follow(event);
    }
    return watch.finish(scenario.until ? scenario.until->time_since_epoch().count() : 0);
}

std::vector<Denial> denialsBeyond(const std::vector<Denial>& more, const std::vector<Denial>& fewer) {
    std::vector<Denial> beyond;
    for (const Denial& one : more) {
        // One may hold what several do that follow on each other.
        std::int64_t covered = one.from;
        for (bool grows = true; grows && covered < one.to;) {
            grows = false;
            for (const Denial& other : fewer) {
                if (other.resource == one.resource && (other.down || !one.down) && other.from <= covered &&
                    other.to > covered) {
                    covered = other.to;
                    grows = true;
                }
            }
        }
        if (covered < one.to) {
            beyond.push_back(one);
        }
    }
    return beyond;
}

WorldText withOpenPhases(WorldText world) {
    static const std::regex pinned{"(, )?(revalidationPhase|rotationPhase): [0-9]+s"};
    for (std::vector<std::string>* section : {&world.resources, &world.timeline}) {
        for (std::string& piece : *section) {
            piece = std::regex_replace(piece, pinned, "");
        }
    }
    return world;
}

std::string describe(const Denial& denial) {
    return denial.resource + (denial.down ? " is down" : " is degraded") + " from " + std::to_string(denial.from) +
           "s to " + std::to_string(denial.to) + "s";
}

} // namespace cmksim::property
