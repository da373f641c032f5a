#include "exploration/watch.hpp"

#include "engine/expectation.hpp"
#include "recovery/search.hpp"

#include <algorithm>
#include <array>

namespace cmksim {

namespace {

/// One invariant while time goes on.
struct Watched {
    Instant failsSince = never; // of `Eventually`
};

class Watch {
public:
    Watch(const Program& program, const Situation& situation, Instant end, const std::vector<Invariant>& invariants,
          const std::vector<bool>& wanted, Situation& scratch)
        : program_{program}, start_{situation}, later_{scratch}, end_{end}, invariants_{invariants}, wanted_{wanted},
          watched_(invariants.size()), breaches_(invariants.size()) {}

    std::vector<std::optional<Breach>> run(const std::vector<Record>& before) {
        noteLosses(before);
        Situation& later = later_;
        later = start_;
        std::vector<Record> records;
        later.settle(records);
        noteLosses(records);
        lookAt(later);
        while (true) {
            const Instant due = std::min(later.nextDue(), nextTurn(later.now()));
            if (due > end_) {
                break;
            }
            records.clear();
            later.advanceTo(due, records);
            later.settle(records);
            noteLosses(records);
            lookAt(later);
        }
        records.clear();
        later.advanceTo(end_, records);
        later.settle(records);
        noteLosses(records);
        lookAt(later);
        plans();
        return std::move(breaches_);
    }

private:
    void breach(std::size_t i, ResourceId resource, Instant at) {
        if (wanted_[i] && !breaches_[i]) {
            breaches_[i] = Breach{resource, at};
        }
    }

    void noteLosses(const std::vector<Record>& records) {
        const auto lost = std::ranges::find(records, RecordKind::DataLost, &Record::kind);
        for (std::size_t i = 0; lost != records.end() && i < invariants_.size(); ++i) {
            if (invariants_[i].kind == InvariantKind::NoDataLoss) {
                breach(i, lost->resource, lost->position.at);
            }
        }
    }

    /// When one that must come true again has had its time.
    [[nodiscard]] Instant nextTurn(Instant now) const {
        Instant next = never;
        for (std::size_t i = 0; i < invariants_.size(); ++i) {
            if (watched_[i].failsSince != never) {
                const Instant turn = watched_[i].failsSince + invariants_[i].within + Duration{1};
                next = turn > now ? std::min(next, turn) : next;
            }
        }
        return next;
    }

    [[nodiscard]] bool isDown(const Situation& situation, ResourceId id) const {
        const ResourceState& state = situation.resource(id);
        return state.presence == Presence::Present && state.state != program_.modelOf(id).ready();
    }

    /// The first resource that is not as expected; invalid when all are.
    [[nodiscard]] ResourceId firstFailing(const Invariant& invariant, const Situation& situation) const {
        for (const Expectation& one : invariant.expected) {
            if (!holds(program_.modelOf(one.resource), one,
                       situation.resource(one.resource).statusAt(situation.now()))) {
                return one.resource;
            }
        }
        return {};
    }

    void lookAt(const Situation& situation) {
        for (std::size_t i = 0; i < invariants_.size(); ++i) {
            if (wanted_[i] && !breaches_[i]) {
                lookAt(i, situation);
            }
        }
        for (const ResourceId id : program_.resources.ids()) {
            if (firstDown_ == never && isDown(situation, id)) {
                firstDown_ = situation.now();
            }
        }
    }

    void lookAt(std::size_t i, const Situation& situation) {
        const Invariant& invariant = invariants_[i];
        const Instant now = situation.now();
        switch (invariant.kind) {
        case InvariantKind::AtMostDown: {
            std::size_t down = 0;
            for (const ResourceId id : program_.resources.ids()) {
                down += isDown(situation, id) ? 1U : 0U;
                if (down > invariant.most) {
                    breach(i, id, now);
                    break;
                }
            }
            break;
        }
        case InvariantKind::Always:
            if (const ResourceId failing = firstFailing(invariant, situation); failing.valid()) {
                breach(i, failing, now);
            }
            break;
        case InvariantKind::Never:
            if (!firstFailing(invariant, situation).valid()) {
                breach(i, invariant.expected.front().resource, now);
            }
            break;
        case InvariantKind::Eventually: {
            const ResourceId failing = firstFailing(invariant, situation);
            if (!failing.valid()) {
                watched_[i].failsSince = never;
            } else if (watched_[i].failsSince == never) {
                watched_[i].failsSince = now;
            } else if (now - watched_[i].failsSince > invariant.within) {
                breach(i, failing, now);
            }
            break;
        }
        case InvariantKind::NoDataLoss:
        case InvariantKind::Recoverable:
        case InvariantKind::MaxDowntime:
        case InvariantKind::Reachable: break; // looked at elsewhere
        }
    }

    // --- what plans can do -------------------------------------------------------------------------------------------

    void plans() {
        for (std::size_t i = 0; i < invariants_.size(); ++i) {
            if (!wanted_[i]) {
                continue;
            }
            if (invariants_[i].kind == InvariantKind::Recoverable) {
                recoverable(i, {program_.resources.ids().begin(), program_.resources.ids().end()});
            } else if (invariants_[i].kind == InvariantKind::Reachable) {
                std::vector<ResourceId> resources;
                for (const Expectation& one : invariants_[i].expected) {
                    resources.push_back(one.resource);
                }
                recoverable(i, resources);
            } else if (invariants_[i].kind == InvariantKind::MaxDowntime && firstDown_ != never) {
                maxDowntime(i);
            }
        }
    }

    void recoverable(std::size_t i, const std::vector<ResourceId>& resources) {
        for (const ResourceId id : resources) {
            if (start_.resource(id).presence == Presence::Present && !isWell(id) &&
                findRecoveries(program_, start_, std::array{id}, 1).empty()) {
                breach(i, id, start_.now());
                return;
            }
        }
    }

    /// Nothing is to be brought back where nothing is wrong.
    [[nodiscard]] bool isWell(ResourceId id) const {
        const ResourceState& resource = start_.resource(id);
        const std::optional<Answer> answer = start_.answer(id);
        return resource.state == program_.modelOf(id).ready() && resource.credential == Credential::Renewed &&
               (!answer || answer->reason == Reason::None);
    }

    /// Somebody carries out the best plan some time after the first symptom.
    void maxDowntime(std::size_t i) {
        Situation later = start_;
        std::vector<Record> ignored;
        const Instant response = std::max(firstDown_, start_.now()) + invariants_[i].response;
        later.advanceTo(response, ignored);
        std::vector<ResourceId> wanted;
        for (const ResourceId id : program_.resources.ids()) {
            if (later.resource(id).presence == Presence::Present) {
                wanted.push_back(id);
            }
        }
        const std::vector<Steps> ways = findRecoveries(program_, later, wanted, 1);
        for (const auto& step : ways.empty() ? Steps{} : ways.front()) {
            std::visit([&](const auto& action) { later.act(action, ignored); }, step->action);
        }
        later.advanceTo(std::max(end_, response + 2 * invariants_[i].within), ignored);
        later.settle(ignored);
        for (const ResourceId id : wanted) {
            if (later.resource(id).statusAt(later.now()).downtime > invariants_[i].within) {
                breach(i, id, firstDown_ + invariants_[i].within);
                return;
            }
        }
    }

    const Program& program_;
    const Situation& start_;
    Situation& later_;
    Instant end_;
    const std::vector<Invariant>& invariants_;
    const std::vector<bool>& wanted_;
    std::vector<Watched> watched_;
    std::vector<std::optional<Breach>> breaches_;
    Instant firstDown_ = never;
};

} // namespace

std::vector<std::optional<Breach>> breachesFrom(const Program& program, const Situation& situation, Instant end,
                                                const std::vector<Invariant>& invariants,
                                                const std::vector<bool>& wanted, const std::vector<Record>& records,
                                                Situation& scratch) {
    return Watch{program, situation, end, invariants, wanted, scratch}.run(records);
}

} // namespace cmksim
