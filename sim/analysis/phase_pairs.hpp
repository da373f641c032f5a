// Pairs of phases that go the same way, of a resource that looks for newer versions of its key by a clock of its own
// (semantics, sections 2 and 5). Both phases are cut where something changes. For some time after that it matters which
// clock strikes first, so there a square of pairs is cut once more from corner to corner.
#pragma once

#include "analysis/phase_classes.hpp"
#include "analysis/resource_moments.hpp"
#include "engine/program.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cmksim::analysis {

/// Cuts the classes of one resource, whose looks for a newer version are open in some of its lives.
class PairCutter {
public:
    PairCutter(const Program& program, const ResourceMoments& moments, ResourceId resource);

    /// The classes of pairs into which a class of revalidation phases falls; together they are all that there are.
    /// Costs what happens to the resource times how many periods of revalidations there are in one of the other clock.
    [[nodiscard]] std::vector<PhaseClass> cut(const PhaseClass& revalidations) const;

    /// The same of several; nothing where there are more than `most`.
    [[nodiscard]] std::optional<std::vector<PhaseClass>> cut(std::span<const PhaseClass> revalidations,
                                                             std::size_t most) const;

private:
    struct Stretch {
        Duration first{};
        Duration last{};
        bool near = false; // behind something that changes, so that the order of looks matters
    };

    void findMeetings(const Program& program, const ResourceMoments& moments, std::span<const Duration> offsets);
    void findStretches(const Model& model, const ResourceMoments& moments);
    [[nodiscard]] std::uint64_t boxesOf(const PhaseClass& revalidations) const;
    void cutBox(const PhaseClass& box, std::vector<PhaseClass>& found) const;

    Duration revalidation_{};      // the period of revalidations
    Duration rotation_{};          // and that of looks for a newer version
    std::vector<Duration> shifts_; // by which looks of both, or what is counted from them, stand apart where they meet
    Duration grid_{};              // they meet where both phases, shifted, are alike by this measure
    bool ties_ = false;            // where looks meet, things go a third way
    bool movesTogether_ = false;   // some life has both phases open
    std::vector<Stretch> stretches_;
};

/// Classes with one phase of looks for a newer version each that together go every way that a class of pairs goes, and
/// reach its first and its last times.
std::vector<PhaseClass> atOneRotation(const PhaseClass& one);

/// How much of all pairs some classes make up, whether or not they have pairs in common.
struct PairCover {
    std::int64_t covered = 0; // of the pairs, or of the members with every rotation phase
    std::int64_t all = 0;
    std::vector<PhaseClass> none; // revalidation phases of which they have no pair, merged and in order
    bool splitsSomePhase = false; // they have some pairs of a revalidation phase, and not all
};

/// Costs the revalidation phases that the classes have.
PairCover coverOf(const Program& program, ResourceId resource, std::span<const PhaseClass> classes);

} // namespace cmksim::analysis
