#include "gate/order.hpp"

#include "base/overloaded.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <compare>
#include <map>
#include <set>
#include <variant>

namespace cmksim::gate {

namespace {

constexpr std::size_t mostToPermute = 5;     // 120 orders
constexpr std::size_t mostEvaluated = 1'000; // orders of a small estate
constexpr std::size_t workAtMost = 20'000;   // orders times resources
constexpr std::size_t leastEvaluated = 8;

/// How bad an order is; the lesser is the better.
struct Badness {
    std::size_t lost = 0;
    std::size_t refused = 0; // in every case
    std::size_t lasting = 0;
    std::size_t down = 0;
    std::size_t impaired = 0;
    std::size_t mayBeRefused = 0;
    Duration longest{}; // the most that all outages together may last

    friend auto operator<=>(const Badness&, const Badness&) = default;
};

/// Counts resources, as several steps may be behind what happens to one.
Badness badnessOf(const std::vector<Harm>& harms) {
    std::set<ResourceId> lost;
    std::set<ResourceId> lasting;
    std::set<ResourceId> impaired;
    std::map<ResourceId, Duration> down;
    Badness bad;
    for (const Harm& harm : harms) {
        std::visit(Overloaded{[&](const DataLossHarm& one) { lost.insert(one.resource); },
                              [&](const DeletionHarm& one) { lost.insert(one.resource); },
                              [&](const OutageHarm& one) {
                                  Duration& longest = down[one.resource];
                                  longest = std::max(longest, harm.length ? harm.length->most : Duration::zero());
                                  if (!harm.length) {
                                      lasting.insert(one.resource);
                                  }
                              },
                              [&](const ImpairmentHarm& one) { impaired.insert(one.resource); },
                              [&](const RefusalHarm&) { (harm.always ? bad.refused : bad.mayBeRefused) += 1; }},
                   harm.what);
    }
    bad.lost = lost.size();
    bad.lasting = lasting.size();
    bad.down = down.size();
    bad.impaired = impaired.size();
    for (const auto& [resource, longest] : down) {
        bad.longest += longest;
    }
    return bad;
}

using Order = std::vector<EntryId>;

/// Whether a vault comes to be, goes or comes back, with all that is in it.
bool isOfVaultsLife(const Action& action) {
    return std::holds_alternative<VaultCreate>(action) || std::holds_alternative<VaultDelete>(action) ||
           std::holds_alternative<VaultPurge>(action) || std::holds_alternative<VaultRecover>(action);
}

/// Whether two steps must keep their order, as the end would be another one.
bool areTied(const Action& one, const Action& other) {
    if (resourceOf(one).valid() || resourceOf(other).valid()) {
        return resourceOf(one).valid() && resourceOf(one) == resourceOf(other);
    }
    const auto isOnIdentity = [](const Action& action) { return ruleOf(action).traits.target == TargetKind::Identity; };
    if (isOnIdentity(one) || isOnIdentity(other)) {
        // A new principal of the same name has none of the old one's grants.
        return identityOf(one).valid() && identityOf(one) == identityOf(other);
    }
    if (vaultOf(one) != vaultOf(other)) {
        return false;
    }
    if (isOfVaultsLife(one) || isOfVaultsLife(other)) {
        return true;
    }
    const bool oneGrants = identityOf(one).valid();
    const bool otherGrants = identityOf(other).valid();
    if (oneGrants || otherGrants) {
        return oneGrants && otherGrants && identityOf(one) == identityOf(other) && keyOf(one) == keyOf(other) &&
               roleOf(one) == roleOf(other);
    }
    return keyOf(one) == keyOf(other); // of no key: settings of the vault
}

bool leadsToTheSame(const Program& program, const Order& order) {
    for (std::size_t i = 0; i < order.size(); ++i) {
        for (std::size_t k = i + 1; k < order.size(); ++k) {
            if (order[k] < order[i] &&
                areTied(*program.entries[order[k]].action(), *program.entries[order[i]].action())) {
                return false;
            }
        }
    }
    return true;
}

/// The harms of the steps in another order, at the same instants, or with a pause between them; they name the steps as
/// the program does.
std::vector<Harm> harmsIn(const Program& program, const Order& order, const std::vector<Harm>& without,
                          Duration pause = Duration::zero()) {
    std::vector<TimelineEntry> entries;
    for (std::size_t i = 0; i < order.size(); ++i) {
        entries.push_back(program.entries[order[i]]);
        entries.back().at = pause == Duration::zero()
                                ? program.entries[EntryId{i}].at
                                : program.entries[EntryId{0}].at + pause * static_cast<std::int64_t>(i);
    }
    std::vector<Harm> harms =
        harmsOfSteps(findHarms(withTimeline(program, std::move(entries), program.until)).harms, without);
    for (Harm& harm : harms) {
        harm.step = harm.step ? std::optional{order[harm.step->index()]} : std::nullopt;
    }
    return harms;
}

Order asWritten(const Program& program) {
    Order order(program.entries.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = EntryId{i};
    }
    return order;
}

std::size_t mostOrders(const Program& program) {
    return std::clamp(workAtMost / (program.resources.size() + 1), leastEvaluated, mostEvaluated);
}

/// Whether one harm says what another does, and no more.
bool isReportedBy(const Harm& harm, const Harm& other) {
    const bool endsAsSoon = !other.length || (harm.length && harm.length->most <= other.length->most);
    const bool isSame = harm.is<ImpairmentHarm>() ? harm.what == other.what
                                                  : harm.isOfKind(other) && harm.resource() == other.resource();
    return isSame && (!harm.is<RefusalHarm>() || harm.step == other.step) && endsAsSoon;
}

class OrderFinder {
public:
    OrderFinder(const Program& program, const std::vector<Harm>& without, const Patience& patience)
        : program_{program}, without_{without}, patience_{patience}, most_{mostOrders(program)} {}

    OrderSearch find(const std::vector<Harm>& harms) {
        const Order written = asWritten(program_);
        best_ = {written, Duration::zero(), harms, badnessOf(harms)};
        pause_ = longestGrant();
        OrderSearch search;
        consider(written);
        if (written.size() <= mostToPermute) {
            permute(written);
            search.all = !patience_.isOver();
        } else {
            climb();
        }
        search.tried = tried_.size() - 1; // without the written one
        if (best_.order != written || best_.pause > Duration::zero()) {
            search.better = BetterOrder{best_.order, best_.pause, best_.harms};
        }
        return search;
    }

private:
    struct Judged {
        Order order;
        Duration pause{};
        std::vector<Harm> harms;
        Badness badness;
    };

    [[nodiscard]] bool leadsToTheSame(const Order& order) const { return gate::leadsToTheSame(program_, order); }

    /// Takes an order, as it is or with a pause after each step, where it is better than all before it.
    bool consider(const Order& order) {
        if (!leadsToTheSame(order) || !tried_.insert(order).second) {
            return false;
        }
        bool isBetter = false;
        for (const Duration pause : {Duration::zero(), pause_}) {
            std::vector<Harm> harms = harmsIn(program_, order, without_, pause);
            const Badness badness = badnessOf(harms);
            if (badness < best_.badness) {
                best_ = {order, pause, std::move(harms), badness};
                isBetter = true;
            }
            if (pause_ == Duration::zero()) {
                break;
            }
        }
        return isBetter;
    }

    /// How long it can take until any of the grants counts; zero where none is given.
    [[nodiscard]] Duration longestGrant() const {
        Duration longest{};
        for (const TimelineEntry& entry : program_.entries) {
            const Action& action = *entry.action();
            const Timing* timing = isOnResource(action) ? nullptr : openTiming(program_, entry);
            const bool isGrant = identityOf(action).valid() && ruleOf(action).traits.target != TargetKind::Identity;
            longest = timing != nullptr && isGrant ? std::max(longest, timing->latest + Duration{1}) : longest;
        }
        return longest;
    }

    void permute(Order order) {
        while (!patience_.isOver() && std::ranges::next_permutation(order).found) {
            consider(order);
        }
    }

    [[nodiscard]] bool mayGoOn() const { return tried_.size() < most_ && !patience_.isOver(); }

    void climb() {
        for (bool better = true; better && mayGoOn();) {
            better = false;
            const Order from = best_.order;
            for (std::size_t i = 0; i < from.size(); ++i) {
                for (std::size_t to = 0; to < from.size() && mayGoOn(); ++to) {
                    Order moved = from;
                    moved.erase(moved.begin() + static_cast<std::ptrdiff_t>(i));
                    moved.insert(moved.begin() + static_cast<std::ptrdiff_t>(to), from[i]);
                    better = (moved != from && consider(moved)) || better;
                }
            }
        }
    }

    const Program& program_;
    const std::vector<Harm>& without_;
    Patience patience_;
    std::size_t most_;
    Duration pause_{};
    std::set<Order> tried_;
    Judged best_;
};

/// The written order with a step, and all that must come before it, moved in front of another.
Order withSwap(const Program& program, const StepOrder& order, const Swap& swap) {
    Order moved;
    for (const EntryId id : asWritten(program)) {
        const bool goesAhead = id > swap.before && id < swap.step && order.before[id.index()][swap.step.index()];
        if (id == swap.before) {
            for (EntryId ahead{id.index() + 1}; ahead < swap.step; ahead = EntryId{ahead.index() + 1}) {
                if (order.before[ahead.index()][swap.step.index()]) {
                    moved.push_back(ahead);
                }
            }
            moved.push_back(swap.step);
        }
        if (!goesAhead && id != swap.step) {
            moved.push_back(id);
        }
    }
    return moved;
}

/// Whether what is moved ahead may come before all that it passes.
bool mayBe(const Program& program, const StepOrder& order, const Order& moved) {
    for (std::size_t i = 0; i < moved.size(); ++i) {
        for (std::size_t k = i + 1; k < moved.size(); ++k) {
            if (moved[k] < moved[i] && order.before[moved[k].index()][moved[i].index()]) {
                return false;
            }
        }
    }
    return leadsToTheSame(program, moved);
}

} // namespace

OrderSearch searchOrders(const Program& program, const std::vector<Harm>& harms, const std::vector<Harm>& without,
                         const Patience& patience) {
    return OrderFinder{program, without, patience}.find(harms);
}

SwapSearch searchSwaps(const Program& program, const StepOrder& order, const std::vector<Harm>& harms,
                       const std::vector<Harm>& without, const Patience& patience) {
    SwapSearch search;
    const std::size_t most = mostOrders(program);
    std::set<Order> tried;
    for (const EntryId step : program.entries.ids()) {
        for (const EntryId before : program.entries.ids()) {
            const Swap swap{step, before};
            if (before >= step || order.before[before.index()][step.index()]) {
                continue;
            }
            const Order moved = withSwap(program, order, swap);
            if (!mayBe(program, order, moved) || !tried.insert(moved).second) {
                continue;
            }
            if (search.tried == most || patience.isOver()) {
                search.every = false;
                return search;
            }
            ++search.tried;
            for (Harm& harm : harmsIn(program, moved, without)) {
                const auto tells = [&](const Harm& other) { return isReportedBy(harm, other); };
                const bool isReported = std::ranges::any_of(harms, tells) ||
                                        std::ranges::any_of(search.found, tells, &SwapSearch::Found::harm);
                if (!isReported) {
                    harm.always = false;
                    search.found.push_back({swap, std::move(harm)});
                }
            }
        }
    }
    return search;
}

} // namespace cmksim::gate
