#include "gate/gate.hpp"

#include "analysis/deadlines.hpp"
#include "analysis/reaction_worlds.hpp"
#include "blast/unmodelled.hpp"
#include "gate/order.hpp"

#include <algorithm>
#include <utility>

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

bool mayLast(const Harm& harm) {
    return (harm.kind == HarmKind::Outage || harm.kind == HarmKind::Impairment) && !harm.length;
}

class Judge {
public:
    Judge(const Program& program, const GateOptions& options) : options_{options} {
        judgement_.program = stepsAlone(analysis::nominalTimeline(program));
        judgement_.everyCase = program.reactions.empty();
    }

    Judgement judge() {
        const Program& program = judgement_.program;
        judgement_.atRest = troublesAtRest(program);
        FoundHarms found = findHarms(program);
        const std::vector<Harm> without = findHarms(withTimeline(program, {}, program.until)).harms;
        judgement_.exact = found.exact;
        judgement_.everyCase = judgement_.everyCase && found.everyCase;
        const std::vector<Harm> harms = harmsOfSteps(std::move(found.harms), without);
        for (const Harm& harm : harms) {
            judgement_.harms.push_back({harm, {}, {}, {}, false, true});
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
            if (harm.kind == HarmKind::Refusal && std::ranges::find(refused, harm.step) == refused.end()) {
                refused.push_back(harm.step);
            }
        }
        std::ranges::sort(refused);
        judgement_.everyCase = judgement_.everyCase && refused.size() <= mostLookedAt;
        for (std::size_t i = 0; i < std::min(refused.size(), mostLookedAt); ++i) {
            const Program before = upTo(judgement_.program, refused[i]);
            for (Harm& harm : harmsOfSteps(findHarms(before).harms, without)) {
                const bool isTold = std::ranges::any_of(judgement_.harms, [&](const JudgedHarm& one) {
                    return one.harm.kind == harm.kind && one.harm.resource == harm.resource &&
                           (!one.harm.length || (harm.length && harm.length->most <= one.harm.length->most));
                });
                if (harm.kind != HarmKind::Refusal && !isTold) {
                    harm.always = false;
                    judgement_.harms.push_back({std::move(harm), {}, refused[i], {}, false, true});
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
            judgement_.harms.push_back({std::move(one.harm), one.swap, {}, {}, false, true});
        }
    }

    /// What only may be refused, and where the change can stop without harm, is told and does not count.
    void judgeEach() {
        for (JudgedHarm& one : judgement_.harms) {
            one.withinRto = one.harm.kind == HarmKind::Outage && one.harm.length && options_.rto &&
                            one.harm.length->most <= *options_.rto;
            one.counts = !one.withinRto && (one.harm.kind != HarmKind::Refusal || one.harm.always);
        }
    }

    void findUndo() {
        const Program& program = judgement_.program;
        std::vector<ResourceId> lasting;
        for (const JudgedHarm& one : judgement_.harms) {
            if (mayLast(one.harm) && !one.swapped && std::ranges::find(lasting, one.harm.resource) == lasting.end()) {
                lasting.push_back(one.harm.resource);
            }
        }
        if (!lasting.empty()) {
            PlanOptions options;
            options.goal = lasting;
            judgement_.recovery = planRecovery(program, program.entries.back().at, options);
        }
        const std::vector<Deadline> ends = deadlines(program);
        for (JudgedHarm& one : judgement_.harms) {
            // Of another order than the written one the way back was not looked for.
            one.undo = one.swapped && mayLast(one.harm) ? Undo{} : undoOf(one.harm, ends);
        }
    }

    [[nodiscard]] Undo undoOf(const Harm& harm, const std::vector<Deadline>& ends) const {
        switch (harm.kind) {
        case HarmKind::Refusal: return {UndoKind::Nothing, {}};
        case HarmKind::Deletion: return {UndoKind::Never, {}};
        case HarmKind::DataLoss:
            return harm.fact ? Undo{UndoKind::Until, harm.start.least - Duration{1}} : Undo{UndoKind::Never, {}};
        case HarmKind::Outage:
        case HarmKind::Impairment: break;
        }
        if (!mayLast(harm)) {
            return {UndoKind::Nothing, {}};
        }
        const Recovery& recovery = *judgement_.recovery;
        const auto lost = std::ranges::find(recovery.lost, harm.resource, &Loss::resource);
        if (lost != recovery.lost.end()) {
            const bool undecided = std::ranges::find(recovery.undecided, harm.resource) != recovery.undecided.end();
            return undecided     ? Undo{UndoKind::NotKnown, {}}
                   : lost->until ? Undo{UndoKind::Until, *lost->until}
                                 : Undo{UndoKind::Never, {}};
        }
        Undo undo{UndoKind::NoLimit, {}};
        for (const Deadline& end : ends) {
            const bool concerns =
                !end.isSurelyAverted() && std::ranges::find(end.loses, harm.resource) != end.loses.end();
            const Instant last = end.earliest - Duration{1};
            if (concerns && (undo.kind == UndoKind::NoLimit || last < undo.until)) {
                undo = {UndoKind::Until, last};
            }
        }
        return undo;
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
                if (one.harm.step == id && one.harm.resource.valid()) {
                    taken.push_back(one.harm.resource);
                }
            }
            const std::vector<const Unmodelled*> users = blast::unmodelledUsing(program, action, taken);
            for (std::size_t i = 0; i < program.unmodelled.size(); ++i) {
                const Unmodelled& one = program.unmodelled[i];
                const bool isTold = std::ranges::find(judgement_.unmodelled, i, &TouchedUnmodelled::index) !=
                                    judgement_.unmodelled.end();
                if (!isTold && std::ranges::find(users, &one) != users.end()) {
                    judgement_.unmodelled.push_back({i, id});
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
