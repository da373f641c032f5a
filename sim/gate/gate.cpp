#include "gate/gate.hpp"

#include "analysis/deadlines.hpp"
#include "analysis/reaction_worlds.hpp"
#include "base/overloaded.hpp"
#include "blast/unmodelled.hpp"
#include "gate/order.hpp"
#include "recovery/moved_on.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace cmksim::gate {

namespace {

/// Until when the estate is looked at.
Instant endOf(const std::vector<TimelineEntry>& steps, Instant atLeast) {
    Instant end = atLeast;
    for (const TimelineEntry& entry : steps) {
        end = std::max(end, entry.at + lookedAtAfter);
        const auto* made = entry.action<KeyCreate>();
        const auto* changed = entry.action<KeyUpdate>();
        const VersionSettings settings = made != nullptr      ? made->settings
                                         : changed != nullptr ? changed->settings
                                                              : VersionSettings{};
        if (settings.expires && *settings.expires != never) {
            end = std::max(end, *settings.expires + std::chrono::hours{48});
        }
    }
    return end;
}

Program stepsAlone(const Program& program) {
    std::vector<TimelineEntry> steps;
    std::ranges::copy_if(program.entries, std::back_inserter(steps),
                         [](const TimelineEntry& one) { return one.action() != nullptr; });
    const Instant end = endOf(steps, program.until);
    return withTimeline(program, std::move(steps), end);
}

/// The first steps up to one, which is left out.
Program upTo(const Program& program, EntryId step) {
    std::vector<TimelineEntry> steps;
    for (const EntryId id : program.entries.ids()) {
        if (id < step) {
            steps.push_back(program.entries[id]);
        }
    }
    return withTimeline(program, std::move(steps), program.until);
}

bool mayLast(const Harm& harm) { return (harm.is<OutageHarm>() || harm.is<ImpairmentHarm>()) && !harm.length; }

class Judge {
public:
    Judge(const Program& program, const GateOptions& options) : options_{options} {
        judgement_.program = stepsAlone(analysis::nominalTimeline(program));
        judgement_.reactions = !program.reactions.empty();
    }

    Judgement judge() {
        const Program& program = judgement_.program;
        judgement_.atRest = troublesAtRest(program);
        FoundHarms found = findHarms(program);
        const std::vector<Harm> without = findHarms(withTimeline(program, {}, program.until)).harms;
        judgement_.exact = found.exact;
        judgement_.cutShort = std::move(found.cutShort);
        const std::vector<Harm> harms = harmsOfSteps(std::move(found.harms), without);
        for (const Harm& harm : harms) {
            judgement_.harms.push_back({.harm = harm});
        }
        addStopped(harms, without);
        addSwapped(harms, without);
        judgeEach();
        findUndo();
        findUnmodelled();
        const bool somethingToAvoid =
            std::ranges::any_of(judgement_.harms, [](const JudgedHarm& one) { return one.counts; });
        if (options_.searchOrders && somethingToAvoid && program.entries.size() > 1) {
            judgement_.order = searchOrders(program, harms, without, options_.patience);
        }
        judgement_.interrupted = options_.patience.isOver();
        return std::move(judgement_);
    }

private:
    /// A change that ends where a step is refused leaves things as they are then.
    void addStopped(const std::vector<Harm>& harms, const std::vector<Harm>& without) {
        constexpr std::size_t mostLookedAt = 8;
        std::vector<EntryId> refused;
        for (const Harm& harm : harms) {
            if (harm.is<RefusalHarm>() && std::ranges::find(refused, *harm.step) == refused.end()) {
                refused.push_back(*harm.step);
            }
        }
        std::ranges::sort(refused);
        judgement_.stopsLeftOut = refused.size() - std::min(refused.size(), mostLookedAt);
        for (std::size_t i = 0; i < std::min(refused.size(), mostLookedAt); ++i) {
            const Program before = upTo(judgement_.program, refused[i]);
            for (Harm& harm : harmsOfSteps(findHarms(before).harms, without)) {
                const bool isReported = std::ranges::any_of(judgement_.harms, [&](const JudgedHarm& one) {
                    return one.harm.isOfKind(harm) && one.harm.resource() == harm.resource() &&
                           (!one.harm.length || (harm.length && harm.length->most <= one.harm.length->most));
                });
                if (!harm.is<RefusalHarm>() && !isReported) {
                    harm.always = false;
                    judgement_.harms.push_back({.harm = std::move(harm), .course = StoppedAt{refused[i]}});
                }
            }
        }
    }

    /// What may be taken in another order may do another harm.
    void addSwapped(const std::vector<Harm>& harms, const std::vector<Harm>& without) {
        if (options_.order == nullptr) {
            return;
        }
        SwapSearch search = searchSwaps(judgement_.program, *options_.order, harms, without, options_.patience);
        judgement_.swapsTried = search.tried;
        judgement_.everySwap = search.every;
        for (SwapSearch::Found& one : search.found) {
            judgement_.harms.push_back({.harm = std::move(one.harm), .course = one.swap});
        }
    }

    /// What only may be refused, and where the change can stop without harm, is told and does not count.
    void judgeEach() {
        for (JudgedHarm& one : judgement_.harms) {
            one.withinRto =
                one.harm.is<OutageHarm>() && one.harm.length && options_.rto && one.harm.length->most <= *options_.rto;
            one.whileMade = isWhileMade(one.harm);
            one.counts = !one.withinRto && !one.whileMade && (!one.harm.is<RefusalHarm>() || one.harm.always);
        }
    }

    /// Nothing relied on what is made, as long as it comes up: a disk encryption set exists before its identity can be
    /// granted anything.
    [[nodiscard]] bool isWhileMade(const Harm& harm) const {
        const Program& program = judgement_.program;
        return harm.is<OutageHarm>() && harm.length && harm.step && program.entries[*harm.step].creation() != nullptr &&
               !program.resources[*harm.resource()].described;
    }

    void findUndo() {
        const Program& program = judgement_.program;
        std::vector<ResourceId> lasting;
        for (const JudgedHarm& one : judgement_.harms) {
            const std::optional<ResourceId> resource = one.harm.resource();
            if (mayLast(one.harm) && one.swapped() == nullptr &&
                std::ranges::find(lasting, *resource) == lasting.end()) {
                lasting.push_back(*resource);
            }
        }
        if (!lasting.empty()) {
            PlanOptions options;
            options.goal = lasting;
            judgement_.recovery = planRecovery(program, program.entries.back().at, options);
        }
        const WayBack whole{judgement_.recovery ? &*judgement_.recovery : nullptr, deadlines(program)};
        for (JudgedHarm& one : judgement_.harms) {
            // Of another order than the written one the way back was not looked for.
            one.undo = one.swapped() != nullptr && mayLast(one.harm) ? undo::NotKnown{}
                       : one.stopped() != nullptr                    ? undoOfStopped(one.harm, one.stopped()->step)
                                                                     : undoOf(one.harm, whole);
            if (!mayLast(one.harm) || one.swapped() != nullptr) {
                continue;
            }
            if (const StoppedAt* stopped = one.stopped()) {
                limitSteps(upTo(program, stopped->step), one);
            } else {
                limitSteps(program, one);
            }
        }
    }

    /// A resource that time alone moves on to another state may need other steps from then on, or have none.
    void limitSteps(const Program& program, JudgedHarm& judged) const {
        const bool canBe =
            std::holds_alternative<undo::NoLimit>(judged.undo) || std::holds_alternative<undo::Until>(judged.undo);
        if (!canBe || program.entries.empty()) {
            return;
        }
        const Instant last = program.entries.back().at;
        std::vector<MovedOn> moves = movedOn(program);
        std::erase_if(
            moves, [&](const MovedOn& one) { return one.resource != *judged.harm.resource() || one.at.least <= last; });
        if (moves.empty()) {
            return;
        }
        PlanOptions options;
        options.goal = {*judged.harm.resource()};
        const Recovery atOnce = planRecovery(program, last, options);
        if (!atOnce.lost.empty()) {
            return;
        }
        for (const MovedOn& move : moves) {
            if (options_.patience.isOver()) {
                return;
            }
            const Recovery later = planRecovery(program, move.at.most + Duration{1}, options);
            const Instant before = move.at.least - Duration{1};
            const auto* until = std::get_if<undo::Until>(&judged.undo);
            if (until != nullptr && until->last <= before) {
                return;
            }
            if (!later.lost.empty()) {
                judged.undo = undo::Until{before};
                return;
            }
            if (stepsOf(later) != stepsOf(atOnce)) {
                judged.stepsUntil = before;
                return;
            }
        }
    }

    /// What leads back from where the steps end, and what ends that.
    struct WayBack {
        const Recovery* recovery; // where something lasts
        std::vector<Deadline> ends;
    };

    /// Of a harm that the steps do up to one that is refused: none behind it begins a time limit.
    [[nodiscard]] Undo undoOfStopped(const Harm& harm, EntryId step) const {
        const Program before = upTo(judgement_.program, step);
        std::optional<Recovery> recovery;
        if (mayLast(harm) && !before.entries.empty()) {
            PlanOptions options;
            options.goal = {*harm.resource()};
            recovery = planRecovery(before, before.entries.back().at, options);
        }
        return undoOf(harm, {recovery ? &*recovery : nullptr, deadlines(before)});
    }

    [[nodiscard]] static Undo undoOf(const Harm& harm, const WayBack& back) {
        return std::visit(Overloaded{[](const RefusalHarm&) -> Undo { return undo::Nothing{}; },
                                     [](const DeletionHarm&) -> Undo { return undo::Never{}; },
                                     [&](const DataLossHarm& loss) -> Undo {
                                         return loss.fact ? Undo{undo::Until{harm.start.least - Duration{1}}}
                                                          : undo::Never{};
                                     },
                                     [&](const auto& one) -> Undo {
                                         return mayLast(harm) ? undoOfLasting(one.resource, back) : undo::Nothing{};
                                     }},
                          harm.what);
    }

    /// Of an outage or impairment that nothing in the change ends.
    [[nodiscard]] static Undo undoOfLasting(ResourceId resource, const WayBack& back) {
        if (back.recovery == nullptr) {
            return undo::NotKnown{};
        }
        const Recovery& recovery = *back.recovery;
        const auto lost = std::ranges::find(recovery.lost, resource, &Loss::resource);
        if (lost != recovery.lost.end()) {
            const bool undecided = std::ranges::find(recovery.undecided, resource) != recovery.undecided.end();
            return undecided ? Undo{undo::NotKnown{}} : lost->until ? Undo{undo::Until{*lost->until}} : undo::Never{};
        }
        std::optional<Instant> last;
        for (const Deadline& end : back.ends) {
            if (!end.isSurelyAverted() && std::ranges::find(end.loses, resource) != end.loses.end()) {
                last = std::min(last.value_or(never), end.earliest - Duration{1});
            }
        }
        return last ? Undo{undo::Until{*last}} : undo::NoLimit{};
    }

    /// Whether an action takes something from an identity that is there at the start and is no resource's own.
    [[nodiscard]] bool isOfShared(const Action& action) const {
        const Program& program = judgement_.program;
        const IdentityId identity = identityOf(action);
        return identity.valid() && !isOnResource(action) &&
               std::ranges::find(program.identities, identity) != program.identities.end() &&
               std::ranges::none_of(program.resources, [&](const auto& one) { return one.ownIdentity == identity; });
    }

    void findUnmodelled() {
        const Program& program = judgement_.program;
        for (const EntryId id : program.entries.ids()) {
            const Action& action = *program.entries[id].action();
            if (!takesAway(action)) {
                continue;
            }
            std::vector<ResourceId> taken;
            if (const ResourceId on = resourceOf(action); on.valid()) {
                taken.push_back(on);
            }
            for (const JudgedHarm& one : judgement_.harms) {
                const std::optional<ResourceId> resource = one.harm.resource();
                if (one.harm.step == id && resource) {
                    taken.push_back(*resource);
                }
            }
            const std::vector<const Unmodelled*> users = blast::unmodelledUsing(program, action, taken);
            for (std::size_t i = 0; i < program.unmodelled.size(); ++i) {
                const Unmodelled& one = program.unmodelled[i];
                const bool isReported = std::ranges::find(judgement_.unmodelled, i, &TouchedUnmodelled::index) !=
                                        judgement_.unmodelled.end();
                if (isReported) {
                    continue;
                }
                if (std::ranges::find(users, &one) != users.end()) {
                    judgement_.unmodelled.push_back({i, id});
                } else if (isOfShared(action) && blast::mayUseThrough(one, action)) {
                    judgement_.unmodelled.push_back({i, id, true});
                }
            }
        }
    }

    const GateOptions& options_;
    Judgement judgement_;
};

} // namespace

Judgement judge(const Program& program, const GateOptions& options) { return Judge{program, options}.judge(); }

bool takesAway(const Action& action) {
    const auto isOne = [&]<class... A>(std::type_identity<A>...) { return (std::holds_alternative<A>(action) || ...); };
    return isOne(std::type_identity<VaultDelete>{}, std::type_identity<VaultPurge>{}, std::type_identity<VaultUpdate>{},
                 std::type_identity<VaultRemoveNetworkRule>{}, std::type_identity<VaultFailDns>{},
                 std::type_identity<PolicySet>{}, std::type_identity<PolicyDelete>{}, std::type_identity<RoleRemove>{},
                 std::type_identity<KeyRotate>{}, std::type_identity<KeyUpdate>{}, std::type_identity<KeyDelete>{},
                 std::type_identity<KeyPurge>{}, std::type_identity<IdentityDelete>{},
                 std::type_identity<ResourceDelete>{}, std::type_identity<ResourceUpdate>{},
                 std::type_identity<TemplateDeploy>{});
}

} // namespace cmksim::gate
