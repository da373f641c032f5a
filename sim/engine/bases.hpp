// What resources stand on (rules, section 6): the rules for one resource, and the course of its bases through a replay.
// Bases are dealt with before what stands on them, so each is replayed alone, and what stands on it reads how that
// went.
#pragma once

#include "engine/program.hpp"
#include "engine/resource.hpp"
#include "trace/record.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace cmksim::engine {

/// Whether a resource carries what stands on it: it is there, has not failed at its creation, and is not down.
[[nodiscard]] bool carries(const Model& model, const ResourceState& resource);
[[nodiscard]] bool carries(const Model& model, const ResourceStatus& status);

/// Whether the bases of a resource are enough, by what `carries` says of each. Without bases there is nothing to miss.
template <class Carries>
[[nodiscard]] bool areEnough(const Model& model, const NewResource& described, Carries carries) {
    if (!model.standsOn || described.on.empty()) {
        return true;
    }
    const auto count = static_cast<std::size_t>(std::ranges::count_if(described.on, carries));
    return model.standsOn->all ? count == described.on.size() : count > 0 || described.onUnmodelled;
}

/// The stage of bases of one resource at `now`: `enough` says how its bases are. It must be called at the instant of
/// the resource's birth, at each at which `enough` has changed, and at `basesTurn`.
Step settleBases(const ResourceRules& rules, ResourceState& resource, bool enough, Instant now);

/// The first change of what one base, or all bases of a resource, come to at the end of an instant.
struct BaseTurn {
    Instant at{};
    bool enough = true;
    AnswerInterval interval; // of checks, or the action, that is behind it
    ResourceId base;         // whose change it is; invalid: it was so from the start
    Duration phase{};        // of that base
    Duration rotation{};     // likewise
    Record change;           // of that base
};

/// How the bases of a resource go, as one of its lives sees it: the first turn is at the start, and each differs from
/// the one before.
using BaseCourse = std::vector<BaseTurn>;

/// The courses of the bases of every resource that stands on any.
class BaseCourses {
public:
    [[nodiscard]] bool empty() const { return courses_.empty(); }
    /// The course for a life that is described so; null where it stands on nothing.
    [[nodiscard]] const BaseCourse* of(const NewResource* described) const;
    void set(const NewResource* described, BaseCourse course);
    /// All courses of a resource's lives.
    [[nodiscard]] std::vector<const BaseCourse*> all(const Program& program, ResourceId resource) const;

    friend bool operator==(const BaseCourses& one, const BaseCourses& other);

private:
    std::vector<std::pair<const NewResource*, BaseCourse>> courses_;
};

/// What a walk of a resource leaves behind, at the phases at which it is walked.
struct BaseWalk {
    OpenPhases phases;
    ResourceStatus start; // before anything happens
    std::vector<Record> records;
};

/// How one base goes.
BaseCourse courseOf(const Model& model, ResourceId base, const BaseWalk& walk);

/// How several go together, `needsAll` of them or one; not empty.
BaseCourse togetherOf(std::span<const BaseCourse* const> bases, bool needsAll, bool alwaysOne);

// --- the order -------------------------------------------------------------------------------------------------------

/// Which resources stand on which in any of their lives, and in which order they are worked out.
class BaseGraph {
public:
    explicit BaseGraph(const Program& program);

    /// Whether nothing stands on anything.
    [[nodiscard]] bool empty() const { return edges_ == 0; }

    /// Bases before what stands on them: all resources. Meaningless where there is a circle.
    [[nodiscard]] const std::vector<ResourceId>& order() const { return order_; }

    /// Resources that stand on one another in a circle, each on the next; empty where there is none.
    [[nodiscard]] const std::vector<ResourceId>& circle() const { return circle_; }

    [[nodiscard]] std::span<const ResourceId> basesOf(ResourceId resource) const { return in(bases_, resource); }
    [[nodiscard]] std::span<const ResourceId> dependentsOf(ResourceId base) const { return in(dependents_, base); }

    /// Everything that a resource stands on, and what that stands on.
    [[nodiscard]] std::vector<ResourceId> allBasesOf(ResourceId resource) const;

private:
    using Neighbours = IdVector<ResourceId, std::vector<ResourceId>>;
    static std::span<const ResourceId> in(const Neighbours& all, ResourceId resource) {
        return all.empty() ? std::span<const ResourceId>{} : std::span<const ResourceId>{all[resource]};
    }

    std::size_t edges_ = 0;
    Neighbours bases_; // empty where nothing stands on anything
    Neighbours dependents_;
    std::vector<ResourceId> order_;
    std::vector<ResourceId> circle_;
};

/// The life in which each resource is; null for one that is not there.
using PresentLives = IdVector<ResourceId, const NewResource*>;

/// The order of the stage of bases at an instant: again and again the first of `list`, which are those that are there
/// or have been, all of whose bases have been dealt with. What other lives stand on, or a creation that was refused
/// would have stood on, holds nothing back.
[[nodiscard]] std::vector<ResourceId> dealing(std::span<const ResourceId> list, const PresentLives& lives);

/// The descriptions of a resource's lives: in the estate, and by the timeline.
std::vector<const NewResource*> livesOf(const Program& program, ResourceId resource);

/// The longest that it can take a change of a base to come to count for all that stands on it, near or far.
[[nodiscard]] Duration longestBaseDelay(const Program& program);

/// Whether anything stands on anything.
[[nodiscard]] bool hasBases(const Program& program);

} // namespace cmksim::engine
