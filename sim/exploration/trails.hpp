// Which mishaps led to which situation, for searches that reach too many situations to keep them all.
#pragma once

#include "engine/situation.hpp"
#include "exploration/mishaps.hpp"

#include <cstdint>
#include <vector>

namespace cmksim {

using TrailId = Id<struct TrailTag>;

/// A mishap, and when.
struct TrailStep {
    Instant at{};
    Mishap mishap;
};

/// Trails in the order in which they were found. A situation takes more room than it takes time to go its trail once
/// more, so trails alone are kept, and what several have in common only once.
class Trails {
public:
    /// Begins with the trail of no step.
    explicit Trails(const Situation& start);

    [[nodiscard]] std::size_t size() const { return trails_.size(); }

    /// A trail that is one step longer.
    TrailId add(TrailId before, const TrailStep& step);

    [[nodiscard]] std::vector<TrailStep> steps(TrailId trail) const;

    /// The situation at the end of a trail, right after its last mishap; the reference is good until another is asked
    /// for. What the trail has in common with the one asked for before is not gone again.
    const Situation& after(TrailId trail);

private:
    struct Trail {
        TrailId before; // invalid: this is the start
        std::uint32_t length = 0;
        TrailStep last;
    };
    /// A trail that was gone, up to its end.
    struct Gone {
        TrailId trail;
        Situation situation;
    };

    IdVector<TrailId, Trail> trails_;
    std::vector<Gone> gone_; // by length, each the beginning of the next
    std::vector<Record> records_;
};

} // namespace cmksim
