#include "recovery/proof.hpp"

#include "analysis/worlds.hpp"
#include "engine/alike.hpp"
#include "engine/impairment.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace cmksim::recovery {

namespace {

/// What becomes of one resource at one phase.
struct Way {
    std::optional<Duration> after; // the moment of the plan it is whole for good
    bool accepted = true;          // none of its steps is refused
};

Way wayOf(const PossibleWorld& world, ResourceId id, const OpenPhases& phases, Instant at) {
    const Model& model = world.program().modelOf(id);
    const auto isWhole = [&](const ResourceStatus& status) {
        return status.presence == Presence::Present && status.recoverable && !isImpaired(model, status);
    };
    std::vector<Record> records;
    ResourceReplay walk{world.program(), world.history(), id, phases, records};
    bool whole = isWhole(walk.resource().statusAt(scenarioStart));
    walk.finish();
    Way way;
    Duration since{};
    for (const Record& record : records) {
        const bool later = record.position.at > at;
        way.accepted = way.accepted && !(later && record.is<ActionDone>() && record.refused());
        const bool turns = isWhole(record.on->status) && !whole;
        whole = isWhole(record.on->status);
        since = turns && later ? record.position.at - at : since;
    }
    if (whole) {
        way.after = since;
    }
    return way;
}

/// What is found of all worlds together.
class Findings {
public:
    explicit Findings(const ProofQuestion& question) : at_{question.at}, wanted_{question.wanted}, aim_{question.aim} {}

    /// Says whether there is any use in going on.
    bool include(const PossibleWorld& world) {
        for (const Record& record : world.history().records()) {
            const bool refused = record.is<ActionDone>() && record.refused();
            accepted = accepted && !(refused && record.position.at > at_);
        }
        if (isDone()) {
            return false;
        }
        for (const ResourceId id : wanted_) {
            world.forEachEnd(id, [&](const OpenPhases& phases) { include(wayOf(world, id, phases, at_), id); });
            if (isDone()) {
                return false;
            }
        }
        return true;
    }

    /// The last of all decides: at the least, the greatest of what each takes at the least.
    [[nodiscard]] Extent<Duration> within() const {
        Extent<Duration> all;
        for (const auto& [id, own] : own_) {
            all.least = std::max(all.least, own.least);
            all.most = std::max(all.most, own.most);
        }
        return all;
    }

    /// Those that are not whole in some world, as far as was looked.
    [[nodiscard]] std::vector<ResourceId> failing() const { return {failing_.begin(), failing_.end()}; }

    bool whole = true;
    bool accepted = true;

private:
    /// Nothing more that is asked for is to be learned.
    [[nodiscard]] bool isDone() const {
        switch (aim_) {
        case ProofAim::All: break;
        case ProofAim::Holds: return !whole || !accepted;
        case ProofAim::Accepted: return !accepted;
        }
        return !whole && !accepted; // worse it cannot come
    }

    void include(const Way& way, ResourceId id) {
        whole = whole && way.after.has_value();
        accepted = accepted && way.accepted;
        if (!way.after) {
            failing_.insert(id);
            return;
        }
        own_.try_emplace(id, Extent<Duration>{*way.after, *way.after}).first->second.include(*way.after);
    }

    Instant at_;
    std::span<const ResourceId> wanted_;
    ProofAim aim_;
    std::map<ResourceId, Extent<Duration>> own_;
    std::set<ResourceId> failing_;
};

Proof proveOver(const Program& program, const ProofQuestion& question) {
    Findings findings{question};
    const WorldsVisited visited =
        forEachWorld(program, question.open, [&](const PossibleWorld& world) { return findings.include(world); });
    return {findings.whole, findings.accepted, findings.within(), !visited.cutShort.empty(),
            question.open,  findings.failing()};
}

} // namespace

std::vector<TimelineEntry> actionsUpTo(const Program& program, Instant at) {
    std::vector<TimelineEntry> entries;
    for (const TimelineEntry& entry : program.entries) {
        if (entry.at <= at && entry.stage() == Stage::Actions) {
            entries.push_back(entry);
            entries.back().result.reset();
        }
    }
    return entries;
}

Instant settledAfter(const Program& program, Instant at, std::span<const TimelineEntry> steps) {
    Instant last = steps.empty() ? at : steps.back().at;
    const auto include = [&](const TimelineEntry& entry) {
        if (const Timing* timing = openTiming(program, entry); timing != nullptr && !isOnResource(*entry.action())) {
            last = std::max(last, entry.at + timing->latest);
        }
    };
    for (const TimelineEntry& entry : program.entries) {
        if (entry.at <= at && entry.action() != nullptr) {
            include(entry);
        }
    }
    std::ranges::for_each(steps, include);
    return last + 2 * longestPeriod(program) + longestRecovery(program);
}

namespace {

/// The resources wanted by kind: those that go the same way, as they are described alike and no action is on them.
class Kinds {
public:
    Kinds(const Program& program, std::span<const ResourceId> wanted, const std::set<ResourceId>& actedOn)
        : classes_{alikeResources(program, nominalPhases(program))}, wanted_{wanted}, actedOn_{actedOn} {}

    /// One of each; those that an action is on come with `actedOn`.
    [[nodiscard]] std::vector<ResourceId> oneOfEach() const {
        std::set<std::uint32_t> seen;
        std::vector<ResourceId> few;
        std::ranges::copy_if(wanted_, std::back_inserter(few),
                             [&](ResourceId id) { return actedOn_.contains(id) || seen.insert(classes_[id]).second; });
        return few;
    }

    /// All that go the same way as one of these.
    [[nodiscard]] std::vector<ResourceId> allLike(std::span<const ResourceId> few) const {
        std::set<std::uint32_t> kinds;
        for (const ResourceId id : few) {
            if (!actedOn_.contains(id)) {
                kinds.insert(classes_[id]);
            }
        }
        std::vector<ResourceId> all;
        std::ranges::copy_if(wanted_, std::back_inserter(all), [&](ResourceId id) {
            return actedOn_.contains(id) ? std::ranges::find(few, id) != few.end() : kinds.contains(classes_[id]);
        });
        return all;
    }

private:
    ResourceClasses classes_;
    std::span<const ResourceId> wanted_;
    const std::set<ResourceId>& actedOn_;
};

std::set<ResourceId> actedOnIn(std::span<const TimelineEntry> entries) {
    std::set<ResourceId> actedOn;
    for (const TimelineEntry& entry : entries) {
        if (const Action* action = entry.resourceAction()) {
            actedOn.insert(resourceOf(*action));
        }
    }
    return actedOn;
}

} // namespace

Proof prove(const Program& original, const ProofQuestion& all, std::span<const TimelineEntry> steps) {
    std::vector<TimelineEntry> entries = actionsUpTo(original, all.at);
    entries.insert(entries.end(), steps.begin(), steps.end());
    const std::set<ResourceId> actedOn = actedOnIn(entries);
    ProofQuestion question = all;
    const Kinds kinds{original, all.wanted, actedOn};
    question.wanted = kinds.oneOfEach();
    if (all.aim == ProofAim::Accepted) {
        std::erase_if(question.wanted, [&](ResourceId id) { return !actedOn.contains(id); }); // refuse nothing
    }
    std::vector<ResourceId> needed{actedOn.begin(), actedOn.end()};
    std::ranges::copy(question.wanted, std::back_inserter(needed));
    Instant until = settledAfter(original, question.at, steps);
    until = std::max(until, question.atLeastUntil.value_or(until));
    until = std::min(until, question.atMostUntil.value_or(until));
    Proof proof = proveOver(withTimeline(withResources(original, needed), std::move(entries), until), question);
    proof.failing = kinds.allLike(proof.failing);
    return proof;
}

Proof proveAsFarAsItHolds(const Program& program, const ProofQuestion& question, std::span<const TimelineEntry> steps) {
    const Proof proof = prove(program, question, steps);
    if (proof.holds() || question.open != OpenTimings::All) {
        return proof;
    }
    ProofQuestion narrower = question;
    narrower.open = OpenTimings::Phases;
    return prove(program, narrower, steps);
}

} // namespace cmksim::recovery
