// Fleets: resources that are alike but for their phase. One is never held as a list of members; where their phases fall
// is all that is known of them (scenario language, `count`).
#pragma once

#include "base/instant.hpp"
#include "model/model.hpp"
#include "trace/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::engine {

class Draws;

/// How many members of a fleet revalidate at each second of the period, and, where that is known, where in the period
/// of their looks for a newer version those of each fall. Members are numbered by the one, then by the other.
class MemberPhases {
public:
    /// All at one.
    static MemberPhases together(std::uint32_t members, Duration phase, Duration period);
    /// Evenly over the period.
    static MemberPhases spread(std::uint32_t members, Duration period);
    /// Each member's drawn by itself.
    static MemberPhases drawn(std::uint32_t members, Duration period, const Draws& draws, ResourceId fleet);

    /// The members whose phase is below `phase`; they are numbered from 0 on.
    [[nodiscard]] Member before(Duration phase) const { return before_[static_cast<std::size_t>(phase.count())]; }
    /// Gives each member a phase for its looks for a newer version; those given stand in the order of the members.
    void giveRotations(std::vector<Duration> rotations);
    [[nodiscard]] bool haveRotations() const { return !rotations_.empty(); }
    [[nodiscard]] Duration rotationOf(Member member) const { return rotations_[member]; }
    /// The members before those with that phase and that one for their looks for a newer version.
    [[nodiscard]] Member before(Duration phase, Duration rotation) const;
    /// The members with that phase.
    [[nodiscard]] std::uint32_t at(Duration phase) const { return before(phase + Duration{1}) - before(phase); }
    [[nodiscard]] Duration phaseOf(Member member) const;
    /// The phases of all members from `first` to `last`, both in, added up.
    [[nodiscard]] Duration sumOfPhases(Duration first, Duration last) const;

private:
    explicit MemberPhases(std::vector<std::uint32_t> perSecond);
    std::vector<Member> before_;      // by second of the period, and one past it
    std::vector<Duration> sumBefore_; // of the phases of those members
    std::vector<Duration> rotations_; // by member; empty: not known one by one
};

struct Fleet {
    std::uint32_t members = 0;
    bool drawn = false;                 // the phases are drawn from a seed
    bool rotationsDrawn = false;        // those of looks for a newer version
    std::optional<MemberPhases> phases; // none: all members share one, pinned or open
};

/// Draws the phases of a fleet that has them drawn.
void drawPhases(Fleet& fleet, ResourceId id, const Model& model, const Draws& draws);

/// What a member is called: `edge-000042`.
std::string memberName(std::string_view fleet, Member member);

} // namespace cmksim::engine
