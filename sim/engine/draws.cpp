#include "engine/draws.hpp"

#include "base/overloaded.hpp"
#include "engine/every_timing.hpp"
#include "engine/timings.hpp"

#include <Random123/philox.h>

namespace cmksim::engine {

namespace {

/// A value below `bound`, each as likely as any other but for one part in 2^64 / bound.
std::uint64_t below(std::uint64_t bound, std::uint64_t number) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((Wide{number} * bound) >> 64U);
}

Duration below(Duration bound, std::uint64_t number) {
    return Duration{static_cast<std::int64_t>(below(static_cast<std::uint64_t>(bound.count()), number))};
}

} // namespace

std::uint64_t Draws::number(Purpose purpose, std::uint32_t index, std::uint64_t place) const {
    // The generator takes four words of counter and two of key: purpose and place share a word of 32 bits, which is
    // enough for fleets of 2^29 members.
    const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word); };
    const auto high = [](std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32U); };
    const std::uint32_t what = (low(place) << 3U) | static_cast<std::uint32_t>(purpose);
    const r123::Philox4x32::ctr_type counter{{low(trial_), high(trial_), index, what}};
    const r123::Philox4x32::key_type key{{low(seed_), high(seed_)}};
    const auto drawn = r123::Philox4x32{}(counter, key);
    return (std::uint64_t{drawn[1]} << 32U) | drawn[0];
}

Duration Draws::phase(ResourceId resource, Duration period) const {
    return below(period, number(Purpose::Phase, static_cast<std::uint32_t>(resource.index()), 0));
}

Duration Draws::rotationPhase(ResourceId resource, Duration period) const {
    return below(period, number(Purpose::Rotation, static_cast<std::uint32_t>(resource.index()), 0));
}

Duration Draws::recoveryPhase(ResourceId resource, Duration period) const {
    return below(period, number(Purpose::Recovery, static_cast<std::uint32_t>(resource.index()), 0));
}

Duration Draws::memberPhase(ResourceId fleet, std::uint64_t place, Duration period) const {
    return below(period, number(Purpose::MemberPhase, static_cast<std::uint32_t>(fleet.index()), place));
}

Duration Draws::memberRotation(ResourceId fleet, std::uint64_t place, Duration period) const {
    // Those of the fleet as one are at place 0.
    return below(period, number(Purpose::Rotation, static_cast<std::uint32_t>(fleet.index()), place + 1));
}

std::uint64_t Draws::member(ResourceId fleet, std::uint64_t members) const {
    return below(members, number(Purpose::AnyMember, static_cast<std::uint32_t>(fleet.index()), 0));
}

Duration Draws::delay(EntryId entry, const Timing& timing) const {
    return within(timing, Purpose::Delay, entry.index());
}

Duration Draws::tokenLife(IdentityId identity, const Timing& timing) const {
    return within(timing, Purpose::Token, identity.index());
}

Duration Draws::ownClock(ResourceId resource, TimingId clock, const Timing& timing) const {
    // Its looks while it is down are at place 0.
    return timing.earliest +
           below(timing.latest - timing.earliest + Duration{1},
                 number(Purpose::Recovery, static_cast<std::uint32_t>(resource.index()), clock.index() + 1));
}

Duration Draws::within(const Timing& timing, Purpose purpose, std::size_t index) const {
    return timing.earliest +
           below(timing.latest - timing.earliest + Duration{1}, number(purpose, static_cast<std::uint32_t>(index), 0));
}

Duration Draws::reaction(std::uint32_t index, Duration least, Duration most) const {
    return least + below(most - least + Duration{1}, number(Purpose::Reaction, index, 0));
}

void drawPhases(const Draws& draws, const Program& program, Phases& phases) {
    for (const ResourceId id : program.resources.ids()) {
        const Model& model = program.modelOf(id);
        phases[id] = draws.phase(id, model.revalidation.nominal);
        if (model.recoveryClock) {
            phases.setRecovery(id, draws.recoveryPhase(id, model.recoveryClock->nominal));
        }
        if (model.rotationClock) {
            phases.setRotation(id, draws.rotationPhase(id, model.rotationClock->nominal));
        }
    }
}

void drawDelays(const Draws& draws, Program& program) {
    const auto drawn =
        Overloaded{[&](const OpenDelay::EarlierDeletion& one, const Timing& timing) {
                       return draws.tokenLife(one.identity, timing);
                   },
                   [&](const OpenDelay::OwnClock& one, const Timing& timing) {
                       return draws.ownClock(one.resource, one.clock, timing);
                   },
                   [&](const auto& one, const Timing& timing) { return draws.delay(one.entry, timing); }};
    forEachTiming(program, [&](const auto& of, Instant, const Timing& timing) {
        setDelay(program, OpenDelay{of, {}, &timing}, drawn(of, timing));
    });
    for (std::uint32_t i = 0; i < program.reactions.size(); ++i) {
        Reaction& reaction = program.reactions[i];
        reaction.delay = draws.reaction(i, reaction.least, reaction.most);
        if (const Timing* timing = openTiming(program, reaction.entry)) {
            setDelay(reaction.entry, draws.delay(EntryId{program.entries.size() + i}, *timing));
        }
    }
}

} // namespace cmksim::engine
