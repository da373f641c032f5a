// What is to be seen of a simulated world and stands in its past.
#pragma once

#include "engine/program.hpp"
#include "engine/simulation_state.hpp"
#include "reads/folder.hpp"

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace cmksim::reads {

/// What a state does not tell, as its own rules do not ask for it: which principals have stood behind the names of
/// identities, which identities have been attached to resources since, and when resources have gone over to other
/// versions of their keys.
class Memory {
public:
    explicit Memory(const SimulationState& start);

    /// Notes who is there now. To be called after each action.
    void note(const World& world);
    void note(const std::vector<Record>& records);
    void note(const Program& program, const Action& action, const std::optional<Refusal>& refusal, Instant at);

    /// The identity whose principal it is, or was; invalid when none has been noted.
    [[nodiscard]] IdentityId identityBehind(PrincipalId principal) const;
    /// Whether it is the one that the estate speaks of.
    [[nodiscard]] bool isFirst(PrincipalId principal) const { return first_.contains(principal); }
    [[nodiscard]] std::optional<Instant> rotatedAt(ResourceId resource) const;
    /// Whether an identity has been attached, or detached, since the start; nothing: neither.
    [[nodiscard]] std::optional<bool> isAttached(ResourceId resource, IdentityId identity) const;

private:
    std::map<PrincipalId, IdentityId> identities_;
    std::set<PrincipalId> first_;
    std::map<ResourceId, Instant> rotated_;
    std::map<std::pair<ResourceId, IdentityId>, bool> attached_;
};

} // namespace cmksim::reads
