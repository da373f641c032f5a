// The world's history, computed once for all resources: for each access path a timeline of answers, for each key
// material the moment at which it is gone. Resources then walk it alone, each with its own phase.
#pragma once

#include "engine/bases.hpp"
#include "engine/check.hpp"
#include "engine/program.hpp"
#include "trace/record.hpp"

#include <boost/container/small_vector.hpp>

#include <span>
#include <unordered_map>
#include <vector>

namespace cmksim::engine {

using MomentId = Id<struct MomentTag>; // a fact or an entry of the timeline, in the order in which they happen
using PathId = Id<struct PathTag>;

/// What a check on a path answers to a resource whose key is wrapped so.
struct Cell {
    MaterialId wrappedBy; // for the first two cells of a span: invalid
    Answer revalidation;
    MaterialId wrapsNext; // after a revalidation that passes
    Answer asked;

    friend bool operator==(const Cell&, const Cell&) = default;
};

/// The answers of one path from one moment on. Cells: of an unknown wrapping, of one that the key does not hold, then
/// of each of the key's versions; or a single one, where the check does not get as far as a version.
struct Segment {
    MomentId since;
    Instant at{};
    std::uint32_t firstCell = 0;
    std::uint32_t cellCount = 0;
};

struct PathTimeline {
    AccessPath path;
    std::vector<Segment> segments;
    std::vector<Cell> cells;
    std::vector<Lacks> lacks; // of each cell, where the history tells them

    [[nodiscard]] const Cell& cell(const Segment& segment, Wrapping wrapping) const {
        return cells[placeOf(segment, wrapping)];
    }
    /// Where the cell of a wrapping stands.
    [[nodiscard]] std::size_t placeOf(const Segment& segment, Wrapping wrapping) const {
        return segment.cellCount == 1 || !wrapping.known() ? segment.firstCell : placeOf(segment, wrapping.material());
    }
    [[nodiscard]] std::size_t placeOf(const Segment& segment, MaterialId material) const;
    /// The index of the segment that holds at `moment`.
    [[nodiscard]] std::size_t segmentAt(MomentId moment) const;
};

/// What an action on a resource reads of the world at its moment, besides answers.
struct EntryView {
    struct NamedKey {
        KeyReferenceId reference;
        WorldView::VaultSetUp vault;
        WorldView::KeySetUp key;
    };
    std::vector<std::pair<IdentityId, PrincipalId>> principals; // of the identities that it names
    std::vector<NamedKey> keys;                                 // that it names
    bool carriesOthers = false;                                 // something that is there stands on its resource
    FeatureSet features;                                        // that the subscription has

    /// Null where it does not name the key.
    [[nodiscard]] const NamedKey* keyNamed(KeyReferenceId reference) const {
        for (const NamedKey& one : keys) {
            if (one.reference == reference) {
                return &one;
            }
        }
        return nullptr;
    }
};

class WorldHistory {
public:
    /// The moment before all others, at the scenario's start.
    static constexpr MomentId beginning{0};

    /// The moment after all others: everything up to and at the program's end comes before it.
    [[nodiscard]] MomentId end() const { return MomentId{moments_.size() - 1}; }

    [[nodiscard]] const Position& position(MomentId moment) const { return moments_[moment]; }
    /// Where the moments stand, but for the one after all others.
    [[nodiscard]] std::span<const Position> moments() const { return {&*moments_.begin(), end().index()}; }
    /// The first moment at a position; invalid when there is none.
    [[nodiscard]] MomentId find(const Position& position) const;
    [[nodiscard]] MomentId momentOf(EntryId entry) const { return momentOfEntry_[entry]; }
    /// The moment of the action that brought about, after a while, what changed at `moment`; `moment` itself for most.
    [[nodiscard]] MomentId causeOf(MomentId moment) const;
    [[nodiscard]] const EntryView& view(EntryId entry) const { return views_[entry]; }
    [[nodiscard]] const PathTimeline& timeline(PathId path) const { return paths_[path]; }
    [[nodiscard]] PathId find(const AccessPath& path) const;
    /// When material is gone; invalid: never, as far as this history goes.
    [[nodiscard]] MomentId goneAt(MaterialId material) const { return gone_[material]; }
    [[nodiscard]] VersionNameId nameOf(MaterialId material) const { return materialNames_[material]; }
    /// What wraps a resource of the estate, and the principal behind its identity, at the start.
    [[nodiscard]] const ResourceState& born(ResourceId resource) const { return born_[resource]; }
    /// The paths that the resource can come to be on, whatever becomes of its own actions.
    [[nodiscard]] std::span<const PathId> pathsOf(ResourceId resource) const {
        return {pathsOf_[resource].data(), pathsOf_[resource].size()};
    }
    /// How what resources stand on goes, at the phases for which that was worked out last.
    [[nodiscard]] const BaseCourses& bases() const { return bases_; }
    [[nodiscard]] BaseCourses& bases() { return bases_; }
    /// What happened to the world, in order.
    [[nodiscard]] std::span<const Record> records() const& { return records_; }
    std::span<const Record> records() const&& = delete; // which would outlive what it looks at

private:
    friend class WorldSimulation;

    struct PathHash {
        std::size_t operator()(const AccessPath& path) const noexcept;
    };

    IdVector<MomentId, Position> moments_;
    std::vector<std::pair<MomentId, MomentId>> lateEffects_; // by moment, each with that of its action
    IdVector<EntryId, MomentId> momentOfEntry_;
    IdVector<EntryId, EntryView> views_;
    IdVector<PathId, PathTimeline> paths_;
    std::unordered_map<AccessPath, PathId, PathHash> pathIds_;
    IdVector<MaterialId, MomentId> gone_;
    IdVector<MaterialId, VersionNameId> materialNames_;
    IdVector<ResourceId, ResourceState> born_;
    IdVector<ResourceId, boost::container::small_vector<PathId, 1>> pathsOf_;
    BaseCourses bases_;
    std::vector<Record> records_;
};

/// Where in its period each resource revalidates, as far as the program does not pin it, and where in theirs its looks
/// for a newer version, and those of what is down, fall, where its service has a clock for them: nominally at 0.
class Phases : public IdVector<ResourceId, Duration> {
public:
    using IdVector::IdVector;

    [[nodiscard]] Duration rotation(ResourceId id) const {
        return rotations_.empty() ? Duration::zero() : rotations_[id];
    }
    void setRotation(ResourceId id, Duration phase) {
        rotations_.resize(size());
        rotations_[id] = phase;
    }
    [[nodiscard]] Duration recovery(ResourceId id) const {
        return recoveries_.empty() ? Duration::zero() : recoveries_[id];
    }
    void setRecovery(ResourceId id, Duration phase) {
        recoveries_.resize(size());
        recoveries_[id] = phase;
    }
    [[nodiscard]] OpenPhases of(ResourceId id) const { return {(*this)[id], rotation(id), recovery(id)}; }

private:
    IdVector<ResourceId, Duration> rotations_;  // empty: all at 0
    IdVector<ResourceId, Duration> recoveries_; // likewise
};

/// What a history tells of its paths: what their checks answer, or all that stands between a resource and its key as
/// well. The second has more segments; walks through it go the same way.
enum class HistoryDetail : std::uint8_t { Answers, Lacks };

/// Plays the world's part of a program. `phases` matter only where a resource's own actions shape the world.
WorldHistory simulateWorld(const Program& program, const Phases& phases, HistoryDetail detail = HistoryDetail::Answers);

} // namespace cmksim::engine
