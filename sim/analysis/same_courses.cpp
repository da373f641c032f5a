#include "analysis/same_courses.hpp"

#include "analysis/worlds.hpp"
#include "engine/impairment.hpp"
#include "engine/resource_replay.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace cmksim::analysis {

namespace {

/// How a resource stands, as far as bounds tell.
struct CourseState {
    ResourceStatus::Presence presence{};
    bool recoverable = true;
    bool down = false;
    Impairment impairment; // of what is up

    friend bool operator==(const CourseState&, const CourseState&) = default;
};

struct Since {
    Instant at{};
    CourseState state;

    friend bool operator==(const Since&, const Since&) = default;
};

/// From when on it stands how, at one phase. What lasts no time is left out.
std::vector<Since> courseOf(const PossibleWorld& world, ResourceId id, const OpenPhases& phases) {
    std::vector<Record> records;
    ResourceReplay walk{world.program(), world.history(), id, phases, records};
    walk.finish();
    const Model& model = world.program().modelOf(id);
    std::vector<Since> course;
    for (const Record& record : records) {
        if (!record.on) {
            continue;
        }
        const ResourceStatus& status = record.on->status;
        const bool isUp = status.presence == ResourceStatus::Presence::Present && !status.down;
        Impairment impairment = isUp ? impairmentOf(model, status) : Impairment{};
        Since now{record.position.at, {status.presence, status.recoverable, status.down, std::move(impairment)}};
        if (!course.empty() && course.back().at == now.at) {
            course.pop_back();
        }
        if (course.empty() || course.back().state != now.state) {
            course.push_back(std::move(now));
        }
    }
    return course;
}

bool goTheSameWay(const PossibleWorld& one, const PossibleWorld& other, ResourceId id) {
    const std::vector<PhaseClass> others = other.classesOf(id);
    for (const PhaseClass& a : one.classesOf(id)) {
        for (const PhaseClass& b : others) {
            const Duration first = std::max(a.first, b.first);
            const Duration last = std::min(a.last, b.last);
            if (first > last) {
                continue;
            }
            for (const Duration phase : {first, last}) {
                OpenPhases phases = a.firstPhases();
                phases.revalidation = phase;
                if (courseOf(one, id, phases) != courseOf(other, id, phases)) {
                    return false;
                }
            }
        }
    }
    return true;
}

/// Calls `visit` with the first world that stands for a resource. Whether it is the only one, and stands for all.
template <class Visit>
bool inTheOnlyWorld(const Program& program, OpenTimings open, ResourceId resource, Visit visit) {
    std::size_t count = 0;
    const WorldsVisited visited = forEachWorld(program, open, [&](const PossibleWorld& world) {
        if (!world.classesOf(resource).empty() && ++count == 1) {
            visit(world);
        }
        return count < 2;
    });
    return count == 1 && std::ranges::find(visited.cutShort, resource) == visited.cutShort.end();
}

} // namespace

Courses coursesOf(const Program& one, const Program& other, OpenTimings open, ResourceId resource) {
    const Model& model = one.modelOf(resource);
    if (model.rotationClock || model.recoveryClock) {
        return Courses::NotKnown;
    }
    bool isOtherAlone = false;
    bool same = false;
    const bool isOneAlone = inTheOnlyWorld(one, open, resource, [&](const PossibleWorld& here) {
        isOtherAlone = inTheOnlyWorld(other, open, resource,
                                      [&](const PossibleWorld& there) { same = goTheSameWay(here, there, resource); });
    });
    if (!isOneAlone || !isOtherAlone) {
        return Courses::NotKnown;
    }
    return same ? Courses::Same : Courses::Different;
}

} // namespace cmksim::analysis
