#include "rehearsal/drill_rules.hpp"

#include "base/overloaded.hpp"
#include "base/time.hpp"
#include "engine/timeline_walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cmksim::rehearsal {

namespace {

/// Whether the rules of a firewall let in whatever comes.
bool letsEveryAddressIn(std::vector<AddressBlock> rules) {
    std::ranges::sort(rules);
    std::uint64_t covered = 0;
    for (const AddressBlock& block : rules) {
        if (block.address > covered) {
            return false;
        }
        covered = std::max(covered, block.address + (std::uint64_t{1} << (32 - block.prefixLength)));
    }
    return covered >= std::uint64_t{1} << 32;
}

template <class T>
bool agrees(const std::optional<T>& asked, const T& is) {
    return !asked || *asked == is;
}

bool standsSo(const Vault& vault, const VaultSettings& settings) {
    if (vault.state != Lifecycle::Active) {
        return false;
    }
    const bool allows = vault.allowByDefault || letsEveryAddressIn(vault.ipRules);
    return agrees(settings.rbac, vault.rbac) && agrees(settings.softDelete, vault.softDelete) &&
           agrees(settings.purgeProtection, vault.purgeProtection) &&
           agrees(settings.publicAccess, vault.publicAccess) && agrees(settings.perimeter, vault.perimeter) &&
           agrees(settings.allowByDefault, allows) && agrees(settings.trustedBypass, vault.trustedBypass) &&
           agrees(settings.retention, vault.retention) &&
           (!settings.ipRules || std::ranges::all_of(*settings.ipRules, [&](const AddressBlock& block) {
               return std::ranges::find(vault.ipRules, block) != vault.ipRules.end();
           }));
}

bool isForbidden(const ForbiddenAction& forbidden, const Action& action, std::string_view target) {
    const bool isTarget =
        forbidden.target.empty() || target == forbidden.target ||
        (target.starts_with(forbidden.target) && target.substr(forbidden.target.size()).starts_with('/'));
    return ruleOf(action).kind == forbidden.kind && isTarget;
}

/// A grant that an action makes, or that a vault comes with.
using Grant = std::variant<PolicySet, RoleAssign>;

std::vector<Grant> grantsOf(const NewVault& vault) {
    std::vector<Grant> grants;
    for (const NewPolicy& policy : vault.policies) {
        grants.emplace_back(PolicySet{{vault.vault}, policy.identity, policy.permissions, {}});
    }
    for (const NewRole& role : vault.roles) {
        grants.emplace_back(RoleAssign{{OnVault{vault.vault}}, role.identity, role.role, {}});
    }
    for (const NewKey& key : vault.keys) {
        for (const NewRole& role : key.roles) {
            grants.emplace_back(RoleAssign{{OnKey{vault.vault, key.key}}, role.identity, role.role, {}});
        }
    }
    return grants;
}

std::vector<Grant> grantsOf(const Action& action) {
    if (const auto* policy = std::get_if<PolicySet>(&action)) {
        return {*policy};
    }
    if (const auto* role = std::get_if<RoleAssign>(&action)) {
        return {*role};
    }
    const auto* created = std::get_if<VaultCreate>(&action);
    return created != nullptr && created->described ? grantsOf(*created->described) : std::vector<Grant>{};
}

/// What is more than a service needs, and more than the estate had.
class BroadGrants {
public:
    explicit BroadGrants(const Program& program) : platform_{program.platform} {
        for (const NewVault& vault : program.vaults) {
            std::ranges::copy(grantsOf(vault), std::back_inserter(had_));
        }
        for (const NewRole& role : program.rootRoles) {
            had_.emplace_back(RoleAssign{{AboveVaults{}}, role.identity, role.role, {}});
        }
        for (const Model* model : program.models) {
            needed_ |= model->permissionSet;
        }
    }

    [[nodiscard]] bool isIn(const Action& action) const {
        return std::ranges::any_of(grantsOf(action), [this](const Grant& grant) {
            return std::visit([this](const auto& one) { return isBroad(one); }, grant);
        });
    }

private:
    [[nodiscard]] bool isBroad(const PolicySet& grant) const {
        PermissionSet allowed = needed_;
        for (const Grant& one : had_) {
            const auto* before = std::get_if<PolicySet>(&one);
            if (before != nullptr && before->vault == grant.vault && before->identity == grant.identity) {
                allowed |= before->permissions;
            }
        }
        return (grant.permissions & ~allowed) != 0;
    }

    [[nodiscard]] bool isBroad(const RoleAssign& grant) const {
        const bool had = std::ranges::any_of(had_, [&](const Grant& one) {
            const auto* before = std::get_if<RoleAssign>(&one);
            return before != nullptr && before->scope == grant.scope && before->identity == grant.identity &&
                   before->role == grant.role;
        });
        if (had) {
            return false;
        }
        const VaultKindId kind = platform_->roles[grant.role.index()].vaultKind;
        return std::holds_alternative<AboveVaults>(grant.scope) || grant.role != platform_->leastRole(kind, {});
    }

    const Platform* platform_;
    std::vector<Grant> had_;
    PermissionSet needed_ = 0;
};

/// An action of the player that was done.
struct PlayedAction {
    const TimelineEntry& entry;
    const Action& action;

    [[nodiscard]] std::string text() const { return entry.name + ' ' + entry.target; }
};

std::vector<PlayedAction> playedActionsOf(const PlayedSession& session) {
    std::vector<PlayedAction> playedActions;
    for (const Record& record : session.trace.records) {
        if (record.is<ActionDone>() && !record.refused()) {
            const TimelineEntry& entry = session.program.entries[record.entry()];
            if (session.isDoneByPlayer(entry) && entry.action() != nullptr) {
                playedActions.push_back({entry, *entry.action()});
            }
        }
    }
    return playedActions;
}

/// The first action after which a vault stands so that did not before it.
const PlayedAction* madeToStand(const PlayedSession& session, const std::vector<PlayedAction>& playedActions,
                                const ForbiddenSettings& forbidden) {
    std::vector<Record> ignored;
    TimelineWalk walk{session.program, session.phases};
    for (const PlayedAction& played : playedActions) {
        walk.advanceTo(std::max(played.entry.at - Duration{1}, walk.state().now()), ignored);
        const bool before = standsSo(walk.state().world().vault(forbidden.vault), forbidden.settings);
        walk.advanceTo(played.entry.at, ignored);
        if (!before && standsSo(walk.state().world().vault(forbidden.vault), forbidden.settings)) {
            return &played;
        }
        ignored.clear();
    }
    return nullptr;
}

/// The records with which data went that the best course keeps.
std::vector<const Record*> lossesOf(const PlayedSession& session) {
    std::vector<const Record*> losses;
    IdVector<ResourceId, ResourceStatus> before = session.trace.starts;
    for (const Record& record : session.trace.records) {
        if (!record.on) {
            continue;
        }
        const ResourceStatus last = std::exchange(before[record.on->resource], record.on->status);
        const bool isKept = std::ranges::find(session.kept, record.on->resource) != session.kept.end();
        const bool hadData = last.presence == ResourceStatus::Presence::Present &&
                             !session.program.modelOf(record.on->resource).states[last.state].terminal;
        const bool isDeleted = hadData && record.on->status.presence == ResourceStatus::Presence::Deleted;
        if (isKept && record.position.at > session.began && (record.is<DataLost>() || isDeleted)) {
            losses.push_back(&record);
        }
    }
    return losses;
}

/// Those of what must be that was not, by their places in the list.
std::vector<std::size_t> missedPlaces(const Program& played, const Phases& phases, Instant began,
                                      std::span<const DrillMust> must) {
    std::vector<TimelineEntry> entries{played.entries.begin(), played.entries.end()};
    std::erase_if(entries, [](const TimelineEntry& entry) { return entry.stage() != Stage::Actions; });
    const Instant end = played.until;
    for (std::size_t i = 0; i < must.size(); ++i) {
        TimelineEntry entry;
        entry.at = std::min(must[i].within ? began + *must[i].within : end, end);
        entry.what = must[i].expected;
        entry.place.line = static_cast<std::uint32_t>(i); // to be found again
        entries.push_back(std::move(entry));
    }
    const Program judged = withTimeline(played, std::move(entries), end);
    std::vector<bool> held(must.size(), true);
    for (const Record& record : replay(judged, phases).records) {
        if (record.isFailedVerdict() && judged.entries[record.entry()].action() == nullptr) {
            held[judged.entries[record.entry()].place.line] = false;
        }
    }
    std::vector<std::size_t> missed;
    for (std::size_t i = 0; i < must.size(); ++i) {
        if (!held[i]) {
            missed.push_back(i);
        }
    }
    return missed;
}

} // namespace

std::vector<BrokenRule> brokenRules(const PlayedSession& session, std::span<const DrillForbidden> forbidden) {
    std::vector<BrokenRule> broken;
    const std::vector<PlayedAction> playedActions = playedActionsOf(session);
    const auto note = [&](const DrillForbidden& rule, const PlayedAction& played) {
        broken.push_back({rule.text, played.text(), played.entry.at});
    };
    for (const DrillForbidden& rule : forbidden) {
        std::visit(Overloaded{[&](const ForbidDataLoss&) {
                                  for (const Record* loss : lossesOf(session)) {
                                      broken.push_back({rule.text, session.program.resources[loss->on->resource].name,
                                                        loss->position.at});
                                  }
                              },
                              [&](const ForbidBroadGrants&) {
                                  const BroadGrants grants{session.program};
                                  for (const PlayedAction& played : playedActions) {
                                      if (grants.isIn(played.action)) {
                                          note(rule, played);
                                      }
                                  }
                              },
                              [&](const ForbiddenAction& action) {
                                  for (const PlayedAction& played : playedActions) {
                                      if (isForbidden(action, played.action, played.entry.target)) {
                                          note(rule, played);
                                      }
                                  }
                              },
                              [&](const ForbiddenSettings& settings) {
                                  if (const PlayedAction* played = madeToStand(session, playedActions, settings)) {
                                      note(rule, *played);
                                  }
                              }},
                   rule.what);
    }
    return broken;
}

StepFilter stepsWithin(const Program& program, std::span<const DrillForbidden> forbidden) {
    if (forbidden.empty()) {
        return {};
    }
    return [&program, grants = BroadGrants{program}, rules = std::vector(forbidden.begin(), forbidden.end())](
               const SimulationState& before, const Action& step, const SimulationState& after) {
        return std::ranges::none_of(rules, [&](const DrillForbidden& rule) {
            return std::visit(Overloaded{[](const ForbidDataLoss&) { return false; }, // no step of a plan loses data
                                         [&](const ForbidBroadGrants&) { return grants.isIn(step); },
                                         [&](const ForbiddenAction& action) {
                                             return isForbidden(action, step, targetName(program, step));
                                         },
                                         [&](const ForbiddenSettings& settings) {
                                             const auto stands = [&](const SimulationState& state) {
                                                 return standsSo(state.world().vault(settings.vault),
                                                                 settings.settings);
                                             };
                                             return stands(after) && !stands(before);
                                         }},
                              rule.what);
        });
    };
}

std::vector<std::string> missedGoals(const PlayedSession& session, std::span<const DrillMust> must) {
    std::vector<std::string> missed;
    for (const std::size_t place : missedPlaces(session.program, session.phases, session.began, must)) {
        missed.push_back(must[place].text);
    }
    return missed;
}

bool reportOutOfReach(const BestCourse& course, const Phases& phases, Instant began, const DrillSpec& written,
                      std::span<const DrillMust> must, Diagnostics& diagnostics) {
    const std::vector<std::size_t> missed = missedPlaces(course.played, phases, began, must);
    if (missed.empty()) {
        return false;
    }
    const auto since = wholeSince(course.played, replay(course.played, phases), course.kept);
    const std::string help = since ? fmt::format("with the best plan all is whole {} after the first symptom",
                                                 formatDuration(std::max(Duration::zero(), *since - began)))
                                   : std::string{};
    for (const std::size_t place : missed) {
        diagnostics.error(written.must[place].mark,
                          fmt::format("the best plan does not come to what must be: {}", must[place].text), help);
    }
    return true;
}

std::vector<ResourceId> lostResources(const PlayedSession& session) {
    std::vector<ResourceId> resources;
    for (const Record* loss : lossesOf(session)) {
        if (std::ranges::find(resources, loss->on->resource) == resources.end()) {
            resources.push_back(loss->on->resource);
        }
    }
    return resources;
}

} // namespace cmksim::rehearsal
