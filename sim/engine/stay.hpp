// How long a resource has stood as it does, where its model counts that (rules, section 3): what time alone brings
// about for it hangs on this.
#pragma once

#include "base/fields.hpp"
#include "base/instant.hpp"
#include "model/model.hpp"

#include <cstdint>

namespace cmksim::engine {

/// Of a resource whose model counts no time it stays as it was made.
struct Stay {
    Instant since{};                   // a change of reason does not begin it anew
    Instant turnedAt = Instant::min(); // when it last came to be in a state that is down, or that is not, from another
    bool downBefore = false;           // whether it was in one that is down at the end of the instant before that
    std::uint32_t lossesReported = 0;  // of those of its state, bit by bit
    Instant thenFrom{};            // since when the time of its `then` counts: as the stay, or a healing that failed
    Instant recoversAt = never;    // when the check of a revalidation by hand, or the look with which a healing
                                   // began, is made again; never: none is under way
    StateSet movedOn;              // states that a `then` has led out of since the state last changed otherwise
    Instant runSince = never;      // the first look of the unbroken run of those that answered reasons tolerated
                                   // for a time; never: there is none
    Instant toleranceEnds = never; // when the resource moves as the latest of them says, if none does it before
    Reason toleratedReason = Reason::None; // what that answered
    SlotId toleratedSlot = {};             // whose answer that was

    static constexpr auto fields() {
        return std::tuple{
            decides(&Stay::since),           decides(&Stay::turnedAt),       decides(&Stay::downBefore),
            decides(&Stay::lossesReported),  decides(&Stay::thenFrom),       decides(&Stay::recoversAt),
            decides(&Stay::movedOn),         decides(&Stay::runSince),       decides(&Stay::toleranceEnds),
            decides(&Stay::toleratedReason), remembers(&Stay::toleratedSlot)};
    }

    void endTolerance() {
        runSince = never;
        toleranceEnds = never;
    }
};
static_assert(listsEveryMember<Stay>, "a member is missing in fields()");

} // namespace cmksim::engine
