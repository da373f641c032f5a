#include "analysis/phase_classes.hpp"

#include "analysis/clock_offsets.hpp"
#include "analysis/roster.hpp"
#include "engine/chosen_clocks.hpp"
#include "engine/timings.hpp"

#include <algorithm>

namespace cmksim::analysis {

bool everHasKey(const Program& program, ResourceId id) {
    if (std::ranges::any_of(livesOf(program, id), [](const NewResource* life) { return life->key.valid(); })) {
        return true;
    }
    return std::ranges::any_of(program.resources[id].entries, [&](const OwnEntry& own) {
        const auto* update = program.entries[own.entry].action<ResourceUpdate>();
        return update != nullptr &&
               (update->key.to.valid() || std::ranges::any_of(update->slots, [](const SlotChange& change) {
                    return !change.removed && change.key.valid();
                }));
    });
}

namespace {

/// When lives begin whose phase is open.
std::vector<Instant> openBirths(const Program& program, ResourceId id) {
    const ResourceProgram& resource = program.resources[id];
    std::vector<Instant> births;
    if (program.modelOf(id).standsOn && !everHasKey(program, id)) {
        return births; // it makes no looks
    }
    if (resource.described && !resource.described->phase) {
        births.push_back(scenarioStart);
    }
    for (const OwnEntry& own : resource.entries) {
        const TimelineEntry& entry = program.entries[own.entry];
        const auto* creation = entry.creation();
        if (creation != nullptr && !creation->described->phase) {
            births.push_back(entry.at);
        }
    }
    return births;
}

/// Where in the period of revalidations, counted from the resource's birth, the looks of another clock fall: one that
/// finds something changes what the revalidations after it see.
std::vector<Duration> looksOfOther(const Program& program, ResourceId id, const std::optional<Timing>& clock,
                                   std::optional<Duration> NewResource::*phase) {
    if (!clock) {
        return {};
    }
    const Duration period = program.modelOf(id).revalidation.nominal;
    std::vector<Duration> looks;
    const auto add = [&](const NewResource& described) {
        const Duration first = (described.*phase).value_or(Duration::zero()) % period;
        Duration look = first;
        do {
            looks.push_back(look);
            look = (look + clock->nominal) % period;
        } while (look != first);
    };
    if (const auto& described = program.resources[id].described) {
        add(*described);
    }
    for (const OwnEntry& own : program.resources[id].entries) {
        if (const auto* creation = program.entries[own.entry].creation()) {
            add(*creation->described);
        }
    }
    return looks;
}

/// Cuts from classes what is before the first member and after the last, and leaves out those that have none.
void trim(std::vector<PhaseClass>& classes, const MemberPhases& members) {
    std::erase_if(classes, [&](PhaseClass& one) {
        const Member first = members.before(one.first);
        const Member next = members.before(one.last + Duration{1});
        if (first == next) {
            return true;
        }
        one = {members.phaseOf(first), members.phaseOf(next - 1)};
        return false;
    });
}

/// A class of its own for each way in which the two clocks of a member stand: looks for a newer version do not move
/// with the phase.
std::vector<PhaseClass> memberByMember(const Fleet& fleet) {
    std::vector<PhaseClass> classes;
    for (Member member = 0; member < fleet.members; ++member) {
        const Duration phase = fleet.phases->phaseOf(member);
        const PhaseClass one{phase, phase, fleet.phases->rotationOf(member)};
        if (classes.empty() || classes.back() != one) {
            classes.push_back(one);
        }
    }
    return classes;
}

} // namespace

std::vector<Instant> instantsThatMatter(const Program& program, const WorldHistory& history, ResourceId id) {
    std::vector<Instant> instants{program.until};
    const auto addDeath = [&](MaterialId material) {
        if (material.valid() && history.goneAt(material).valid()) {
            instants.push_back(history.position(history.goneAt(material)).at);
        }
    };
    if (program.resources[id].described) {
        history.born(id).eachSlot([&](const SlotState& slot) {
            addDeath(slot.wrapping.material()); // of a key that no check has ever reached, too
        });
    }
    for (const PathId path : history.pathsOf(id)) {
        const PathTimeline& timeline = history.timeline(path);
        for (const Segment& segment : timeline.segments) {
            instants.push_back(segment.at);
        }
        for (const Cell& cell : timeline.cells) {
            addDeath(cell.wrappedBy);
        }
    }
    for (const BaseCourse* course : history.bases().all(program, id)) {
        const Model& model = program.modelOf(id);
        for (const BaseTurn& turn : *course) {
            const TimingId clock = turn.enough ? backWithinClock(model) : withinClock(model);
            instants.push_back(turn.at);
            instants.push_back(turn.at + lengthOf(program.rulesOf(id), clock));
        }
    }
    for (const OwnEntry& own : program.resources[id].entries) {
        const TimelineEntry& entry = program.entries[own.entry];
        instants.push_back(entry.at);
        instants.push_back(entry.at + delayOf(program, entry));
        if (program.modelOf(id).standsOn && entry.creation() != nullptr) {
            instants.push_back(entry.at + lengthOf(program.rulesOf(id), withinClock(program.modelOf(id))));
        }
    }
    return instants;
}

bool hasOpenPhase(const Program& program, ResourceId resource) { return !openBirths(program, resource).empty(); }

bool hasSeveralPhases(const Program& program, ResourceId resource) {
    const auto& fleet = program.resources[resource].fleet;
    return hasOpenPhase(program, resource) || (fleet && fleet->phases && fleet->phases->haveRotations());
}

std::vector<PhaseClass> phaseClasses(const Program& program, const WorldHistory& history, ResourceId id) {
    return phaseClassesAt(program, id, instantsThatMatter(program, history, id));
}

std::vector<PhaseClass> phaseClassesAt(const Program& program, ResourceId id, const std::vector<Instant>& instants) {
    const Duration period = program.modelOf(id).revalidation.nominal;
    std::vector<Duration> starts{Duration::zero()};
    const auto cutAt = [&](Duration cut) {
        starts.push_back(cut);
        if (cut + Duration{1} < period) {
            starts.push_back(cut + Duration{1});
        }
    };
    // What rules count from a look moves with it, so a class ends too where that passes another instant, or what is
    // counted from one.
    const std::vector<Duration> offsets = clockOffsets(program, id);
    for (const Instant birth : openBirths(program, id)) {
        for (const Instant instant : instants) {
            if (instant < birth || instant > program.until) {
                continue;
            }
            for (const Duration counted : offsets) {
                for (const Duration moved : offsets) {
                    const Duration cut = (instant + counted - moved - birth) % period;
                    cutAt(cut < Duration::zero() ? cut + period : cut);
                }
            }
        }
        if (offsets.size() > 1) {
            for (const Duration counted : offsets) {
                for (const Duration moved : offsets) {
                    const Duration cut = (counted - moved) % period; // of what is counted from the birth
                    cutAt(cut < Duration::zero() ? cut + period : cut);
                }
            }
        }
    }
    if (hasOpenPhase(program, id)) {
        const Model& model = program.modelOf(id);
        std::ranges::for_each(looksOfOther(program, id, model.rotationClock, &NewResource::rotationPhase), cutAt);
        for (const Duration look : looksOfOther(program, id, model.recoveryClock, &NewResource::recoveryPhase)) {
            for (const Duration counted : offsets) {
                for (const Duration moved : offsets) {
                    const Duration cut = (look + counted - moved) % period;
                    cutAt(cut < Duration::zero() ? cut + period : cut);
                }
            }
        }
    }
    std::ranges::sort(starts);
    const auto repeated = std::ranges::unique(starts);
    starts.erase(repeated.begin(), repeated.end());

    std::vector<PhaseClass> classes;
    for (std::size_t i = 0; i < starts.size(); ++i) {
        classes.push_back({starts[i], (i + 1 < starts.size() ? starts[i + 1] : period) - Duration{1}});
    }
    if (const auto& fleet = program.resources[id].fleet; fleet && fleet->phases) {
        if (fleet->phases->haveRotations()) {
            return memberByMember(*fleet);
        }
        trim(classes, *fleet->phases);
    }
    return classes;
}

Ratio shareOf(const Program& program, ResourceId resource, const PhaseClass& phases) {
    const auto& fleet = program.resources[resource].fleet;
    if (fleet && fleet->phases) {
        return {Roster{program, resource}.count(phases), fleet->members};
    }
    if (!hasOpenPhase(program, resource)) {
        return 1;
    }
    return {phases.width().count(), program.modelOf(resource).revalidation.nominal.count()};
}

std::int64_t pairsIn(const PhaseClass& one) {
    const std::int64_t width = one.width().count();
    switch (one.pairing) {
    case Pairing::All: return width * (one.rotationSpan.count() + 1);
    case Pairing::Together: return width;
    case Pairing::RevalidatesFirst:
    case Pairing::RotatesFirst: break;
    }
    return width * (width + 1) / 2;
}

std::int64_t leanOf(const PhaseClass& one) {
    return one.pairing == Pairing::RevalidatesFirst ? 4 : one.pairing == Pairing::RotatesFirst ? 2 : 3;
}

std::vector<PhaseClass> within(const PhaseClass& one, Duration first, Duration last) {
    const Duration from = std::max(one.first, first);
    const Duration to = std::min(one.last, last);
    if (from > to) {
        return {};
    }
    if (one.pairing == Pairing::All || (from == one.first && to == one.last)) {
        PhaseClass part = one;
        part.first = from;
        part.last = to;
        return {part};
    }
    // What is left of a half square is a smaller one, and beside it a rectangle.
    PhaseClass half = one;
    half.first = from;
    half.last = to;
    half.rotation = one.rotation + (from - one.first);
    half.rotationSpan = to - from;
    half.pairing = from == to ? Pairing::All : one.pairing;
    PhaseClass beside{from, to, one.rotation, one.recovery, from - one.first - Duration{1}};
    if (one.pairing == Pairing::RevalidatesFirst) {
        beside.rotation = half.lastRotation() + Duration{1};
        beside.rotationSpan = one.lastRotation() - beside.rotation;
    }
    if (one.pairing == Pairing::Together || beside.rotationSpan < Duration::zero()) {
        return {half};
    }
    return {half, beside};
}

void merge(std::vector<PhaseClass>& phases) {
    std::ranges::sort(phases, {}, &PhaseClass::first);
    std::vector<PhaseClass> merged;
    for (const PhaseClass& one : phases) {
        if (!merged.empty() && one.first <= merged.back().last + Duration{1}) {
            merged.back().last = std::max(merged.back().last, one.last);
        } else {
            merged.push_back(one);
        }
    }
    phases = std::move(merged);
}

std::vector<PhaseClass> without(const std::vector<PhaseClass>& some, const std::vector<PhaseClass>& others) {
    std::vector<PhaseClass> left;
    for (const PhaseClass& one : some) {
        Duration next = one.first;
        for (const PhaseClass& other : others) {
            if (other.last < next || one.last < other.first) {
                continue;
            }
            if (next < other.first) {
                left.push_back({next, other.first - Duration{1}});
            }
            next = other.last + Duration{1};
        }
        if (next <= one.last) {
            left.push_back({next, one.last});
        }
    }
    return left;
}

} // namespace cmksim::analysis
