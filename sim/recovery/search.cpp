#include "recovery/search.hpp"

#include "recovery/proof.hpp"
#include "recovery/repairs.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <tuple>

namespace cmksim::recovery {

namespace {

/// How many points on the way are looked at, for one resource and for several at once. A look costs as much as the
/// estate is large, so that there are fewer where it is larger than a thousand resources.
std::size_t fewerIn(const Program& program, std::size_t looks) {
    return looks / std::clamp<std::size_t>(program.resources.size() / 1'000, 1, 20);
}
std::size_t looksAtOne(const Program& program) { return fewerIn(program, 20'000); }
std::size_t looksAtAll(const Program& program) { return fewerIn(program, 4'000); }
constexpr std::size_t mostSteps = 24;

/// Which steps were taken, in no order.
using StepSet = std::vector<std::uint32_t>;

/// A point on the way: what was done. How things stand then takes more room than time, and is worked out again.
struct Node {
    PlanCost cost;
    std::size_t order = 0; // of equally dear ones the one that was found first
    Steps steps;
    StepSet taken;
};

struct Dearer {
    bool operator()(const std::shared_ptr<Node>& one, const std::shared_ptr<Node>& other) const {
        return std::tie(one->cost, one->order) > std::tie(other->cost, other->order);
    }
};

/// Tells apart what repairs say in their arguments; of what is passed over they know but one value.
struct NameArguments {
    std::string& name;

    template <class Tag>
    void operator()(const ArgumentRule&, Id<Tag> id) const {
        name += ' ' + (id.valid() ? std::to_string(id.index()) : "-");
    }
    template <class T>
    void operator()(const ArgumentRule&, const std::optional<T>& given) const {
        name += given ? '+' : '-';
    }
    void operator()(const ArgumentRule& rule, const KeyChange& key) const { (*this)(rule, key.to); }
    void operator()(const ArgumentRule& rule, const std::vector<SlotChange>& slots) const {
        for (const SlotChange& slot : slots) {
            (*this)(rule, slot.slot);
            (*this)(rule, slot.key);
            (*this)(rule, slot.identity);
            name += slot.removed ? '-' : '+';
        }
    }
    template <class T>
    void operator()(const ArgumentRule&, const T&) const {}
};

/// What a step does, so that the same step is known again.
std::string nameOf(const Program& program, const SimulationState& before, const Action& step) {
    const TimelineEntry entry = entryOf(program, step, {});
    std::string name = entry.name + ' ' + entry.target;
    if (const auto* rotation = std::get_if<KeyRotate>(&step)) {
        name += ' ' + std::to_string(before.world().key(rotation->key).created); // each makes another version
    }
    const NameArguments add{name};
    std::visit([&](const auto& one) { visitArguments(one, add); }, step);
    return name;
}

/// When all that has been granted, or taken, counts.
Instant lastToCount(const SimulationState& simulation) {
    Instant last = simulation.now();
    for (const PendingGrant& pending : simulation.world().pendingGrants()) {
        last = std::max(last, pending.at);
    }
    return last;
}

/// How things stand when every resource has looked, once all counts that has been granted or taken: what is well now
/// may be about to end, and what is not may recover by itself. Assigning to the same state again and again takes no
/// memory anew.
void letLook(const Program& program, const SimulationState& now, SimulationState& later) {
    std::vector<Record> ignored;
    later = now;
    later.advanceTo(lastToCount(now) + longestPeriod(program) + longestRecovery(program) + Duration{1}, ignored);
}

/// Performs a step; a revalidation by hand that is refused waits until every resource has looked, as what the resource
/// stands on may come back by then. False: it is refused all the same.
bool perform(const Program& program, const Action& action, SimulationState& simulation) {
    std::vector<Record> ignored;
    if (!simulation.act(action, ignored)) {
        return true;
    }
    if (!std::holds_alternative<ResourceRevalidate>(action)) {
        return false;
    }
    const SimulationState now = simulation;
    letLook(program, now, simulation);
    return !simulation.act(action, ignored);
}

class Search {
public:
    Search(const Program& program, const SimulationState& start, const Goal& goal, std::size_t most,
           std::size_t mostLooks, Doubt doubt)
        : program_{program}, start_{start}, goal_{goal}, most_{most}, mostLooks_{mostLooks}, doubt_{doubt}, now_{start},
          after_{start}, later_{start} {}

    Ways run() {
        open_.push(std::make_shared<Node>());
        std::size_t looks = 0;
        for (; !open_.empty() && looks < mostLooks_ && ways_.found.size() < most_; ++looks) {
            const std::shared_ptr<Node> node = open_.top();
            open_.pop();
            expand(node);
            if (!ways_.found.empty() && looks > enoughFor(firstFoundAt_ = std::min(firstFoundAt_, looks))) {
                break;
            }
        }
        ways_.cutShort = ways_.found.empty() && !open_.empty();
        return std::move(ways_);
    }

private:
    /// Other ways are worth as many looks again as the first.
    static std::size_t enoughFor(std::size_t first) { return 2 * first + 50; }

    void expand(const std::shared_ptr<Node>& node) {
        now_ = start_;
        performAll(program_, node->steps, now_);
        letLook(program_, now_, later_);
        if (!std::ranges::all_of(goal_.wanted, [&](ResourceId id) { return isWhole(program_, later_, id); })) {
            if (!repair(*node, now_, never)) {
                const auto decline = declineOf(program_, now_, goal_.wanted);
                repair(*node, later_, decline ? decline->due : never);
            }
            return;
        }
        if (most_ > 1) {
            repairSooner(*node);
        }
        if (const auto decline = declineOf(program_, later_, goal_.lasting)) {
            repair(*node, decline->seen, decline->due);
        } else {
            ways_.found.push_back(node->steps);
        }
    }

    /// What time alone repairs before all have looked is repaired by a step as well: which is sooner at the latest is
    /// seen when both are timed.
    void repairSooner(const Node& node) {
        for (const ResourceId id : goal_.wanted) {
            if (repairSooner(node, id)) {
                return;
            }
        }
    }

    bool repairSooner(const Node& node, ResourceId resource) {
        const auto rootCause = rootCauseOf(program_, now_, resource);
        if (rootCause && notesOn(rootCause->reason).remedy == Remedy::RepairVersion) {
            return node.steps.size() < mostSteps &&
                   tryAll(node, repairsFor(program_, now_, resource, *rootCause), never);
        }
        const NewResource* described = now_.resource(resource).described;
        return rootCause && rootCause->reason == Reason::BaseUnavailable && described != nullptr &&
               std::ranges::any_of(described->on, [&](ResourceId base) { return repairSooner(node, base); });
    }

    /// Tries whatever may help the first resource that is impaired in `seen`; false when none does.
    bool repair(const Node& node, const SimulationState& seen, Instant due) {
        return std::ranges::any_of(goal_.wanted, [&](ResourceId id) { return repair(node, seen, id, due); });
    }

    /// The same of one, or of the first that is impaired of what it stands on.
    bool repair(const Node& node, const SimulationState& seen, ResourceId resource, Instant due) {
        const auto rootCause = rootCauseOf(program_, seen, resource);
        if (rootCause && rootCause->reason != Reason::BaseUnavailable) {
            if (node.steps.size() < mostSteps) {
                tryAll(node, repairsFor(program_, seen, resource, *rootCause), due);
            }
            return true;
        }
        const NewResource* described = seen.resource(resource).described;
        return described != nullptr &&
               std::ranges::any_of(described->on, [&](ResourceId base) { return repair(node, seen, base, due); });
    }

    /// Says whether there is one that was not tried before.
    bool tryAll(const Node& node, std::vector<Candidate> candidates, Instant due) {
        const std::size_t before = pushed_;
        for (Candidate& candidate : candidates) {
            if (doubt_ == Doubt::Avoided && costOf(candidate.action).doubt > 0) {
                continue;
            }
            candidate.due = due;
            const std::uint32_t step = idOf(nameOf(program_, now_, candidate.action));
            StepSet taken = node.taken;
            const auto place = std::ranges::lower_bound(taken, step);
            if (place != taken.end() && *place == step) {
                continue; // doing it twice
            }
            taken.insert(place, step);
            if (!seen_.insert(taken).second) {
                continue; // the same in another order
            }
            Steps steps = node.steps;
            steps.push_back(std::make_shared<const Candidate>(std::move(candidate)));
            after_ = now_;
            const Action& action = steps.back()->action;
            if (perform(program_, action, after_) && (!goal_.allowed || goal_.allowed(now_, action, after_))) {
                const PlanCost cost = node.cost + costOf(action);
                open_.push(std::make_shared<Node>(Node{cost, ++pushed_, std::move(steps), std::move(taken)}));
            }
        }
        return pushed_ > before;
    }

    std::uint32_t idOf(const std::string& name) {
        return ids_.try_emplace(name, static_cast<std::uint32_t>(ids_.size())).first->second;
    }

    const Program& program_;
    const SimulationState& start_;
    const Goal& goal_;
    std::size_t most_;
    std::size_t mostLooks_;
    Doubt doubt_;
    std::priority_queue<std::shared_ptr<Node>, std::vector<std::shared_ptr<Node>>, Dearer> open_;
    std::map<std::string, std::uint32_t> ids_;
    std::set<StepSet> seen_;
    Ways ways_;
    std::size_t firstFoundAt_ = ~std::size_t{0};
    std::size_t pushed_ = 0;
    SimulationState now_;   // at the point that is gone on from
    SimulationState after_; // one step further
    SimulationState later_; // when every resource has looked
};

/// The first `count` of the resources wanted.
Goal firstOf(const Goal& goal, std::size_t count) {
    Goal part{{goal.wanted.begin(), goal.wanted.begin() + static_cast<std::ptrdiff_t>(count)}, {}, goal.allowed};
    std::ranges::copy_if(part.wanted, std::back_inserter(part.lasting),
                         [&](ResourceId id) { return std::ranges::find(goal.lasting, id) != goal.lasting.end(); });
    return part;
}

/// One resource after the other, each in its own best way; not always the best for all.
std::optional<Steps> oneByOne(const Program& program, const SimulationState& start, const Goal& goal, Doubt doubt) {
    Steps steps;
    SimulationState simulation = start;
    for (std::size_t count = 1; count <= goal.wanted.size(); ++count) {
        // Those before must stay well.
        const auto found = Search{program, simulation, firstOf(goal, count), 1, looksAtOne(program), doubt}.run().found;
        if (found.empty()) {
            return std::nullopt;
        }
        steps.insert(steps.end(), found.front().begin(), found.front().end());
        performAll(program, found.front(), simulation);
    }
    return steps;
}

/// When what time alone brings about can come at the earliest: nominally a credential lapses at the latest.
Instant earliestOf(const Program& program, const Record& fact) {
    if (fact.as<FactHappened>().kind != FactKind::IdentityLapsed) {
        return fact.position.at;
    }
    const Timing& lapse = program.modelOf(fact.on->resource).renewal->lapse;
    return fact.position.at - lapse.nominal + lapse.earliest;
}

/// The first of some that is not whole; invalid when all are.
ResourceId firstImpaired(const Program& program, const SimulationState& simulation,
                         std::span<const ResourceId> resources) {
    const auto found =
        std::ranges::find_if(resources, [&](ResourceId id) { return !isWhole(program, simulation, id); });
    return found == resources.end() ? ResourceId{} : *found;
}

} // namespace

Instant whenAccepted(const SimulationState& simulation, const Action& action) {
    const Instant counts = lastToCount(simulation);
    if (counts == simulation.now()) {
        return counts;
    }
    std::vector<Record> ignored;
    SimulationState tried = simulation;
    if (!tried.act(action, ignored)) {
        return simulation.now();
    }
    tried = simulation;
    tried.advanceTo(counts, ignored);
    return tried.act(action, ignored) ? simulation.now() : counts;
}

void performAll(const Program& program, const Steps& steps, SimulationState& simulation) {
    for (const auto& step : steps) {
        if (const Instant accepted = whenAccepted(simulation, step->action); accepted > simulation.now()) {
            std::vector<Record> ignored;
            simulation.advanceTo(accepted, ignored);
        }
        perform(program, step->action, simulation);
    }
}

Steps countingAt(const Program& program, const Steps& steps, TimingEnd end) {
    Steps all;
    for (const auto& step : steps) {
        const Timing* timing = openTiming(program, step->action);
        if (timing == nullptr) {
            all.push_back(step);
            continue;
        }
        Candidate timed = *step;
        setDelay(timed.action, lengthAt(*timing, end));
        all.push_back(std::make_shared<const Candidate>(std::move(timed)));
    }
    return all;
}

bool isDoubtful(const Steps& steps) {
    return std::ranges::any_of(steps, [](const auto& step) { return costOf(step->action).doubt > 0; });
}

Ways findRecoveries(const Program& program, const SimulationState& start, const Goal& goal, std::size_t most,
                    Doubt doubt) {
    const std::size_t looks = goal.wanted.size() == 1 ? looksAtOne(program) : looksAtAll(program);
    Ways ways = Search{program, start, goal, most, looks, doubt}.run();
    if (ways.found.empty() && goal.wanted.size() > 1) {
        if (auto steps = oneByOne(program, start, goal, doubt)) {
            ways.found.push_back(std::move(*steps));
            ways.cutShort = false;
        }
    }
    return ways;
}

WayBack findWayBack(const Program& program, const SimulationState& acting, Instant noticed, const Goal& goal) {
    WayBack back{findRecoveries(program, acting, goal, 1), acting};
    if (back.ways.found.empty() && noticed > acting.now()) {
        std::vector<Record> ignored;
        back.from.advanceTo(noticed, ignored);
        const bool cutShort = back.ways.cutShort;
        back.ways = findRecoveries(program, back.from, goal, 1);
        back.ways.cutShort = back.ways.found.empty() && (back.ways.cutShort || cutShort);
    }
    return back;
}

std::optional<Decline> declineOf(const Program& program, const SimulationState& simulation,
                                 std::span<const ResourceId> resources) {
    if (resources.empty() || simulation.nextDue() == never) {
        return std::nullopt;
    }
    std::vector<Record> records;
    SimulationState later = simulation;
    for (Instant due = later.nextDue(); due != never; due = later.nextDue()) {
        later.advanceTo(due, records);
        later.settle(records);
        const ResourceId impaired = firstImpaired(program, later, resources);
        if (!impaired.valid()) {
            continue;
        }
        const auto fact = std::find_if(records.rbegin(), records.rend(),
                                       [](const Record& record) { return record.is<FactHappened>(); });
        if (fact == records.rend()) {
            return Decline{due, {}, impaired, std::move(later)};
        }
        return Decline{earliestOf(program, *fact), *fact, impaired, std::move(later)};
    }
    return std::nullopt;
}

} // namespace cmksim::recovery
