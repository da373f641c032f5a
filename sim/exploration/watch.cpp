#include "exploration/watch.hpp"

#include "base/overloaded.hpp"
#include "engine/expectation.hpp"
#include "engine/impairment.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>
#include <variant>

namespace cmksim::exploration {

namespace {

/// Nothing is to be brought back where nothing is wrong.
bool isWell(const Program& program, const SimulationState& simulation, ResourceId id) {
    const ResourceState& resource = simulation.resource(id);
    const std::optional<Answer> answer = simulation.answer(id);
    return !isImpaired(program.modelOf(id), resource) && resource.credential == Credential::Renewed &&
           (!answer || answer->reason == Reason::None);
}

/// When every resource has noticed how things are, and all counts that was granted or taken.
Instant noticedAfter(const Program& program, const SimulationState& simulation) {
    Instant counts = simulation.now();
    for (const PendingGrant& pending : simulation.world().pendingGrants()) {
        counts = std::max(counts, pending.at);
    }
    for (const LastToken& token : simulation.world().lastTokens()) {
        counts = std::max(counts, token.endsAt);
    }
    return counts + longestPeriod(program);
}

/// How long what fails may go on failing; nothing of those to which that does not apply.
std::optional<Duration> timeOf(const Invariant& one) {
    const auto* eventually = std::get_if<invariant::Eventually>(&one.rule);
    const auto* keeps = std::get_if<invariant::KeepsWithin>(&one.rule);
    return eventually != nullptr ? std::optional{eventually->within}
           : keeps != nullptr    ? std::optional{keeps->within}
                                 : std::nullopt;
}

} // namespace

Watch::Watch(const Program& program, const SimulationState& any, Instant end, const std::vector<Invariant>& invariants)
    : program_{program}, end_{end}, invariants_{invariants},
      everyResource_{program.resources.ids().begin(), program.resources.ids().end()}, later_{any},
      looksAtTime_{std::ranges::any_of(invariants, &Invariant::asksForSingle)}, missedWays_(invariants.size()) {}

std::span<const Breach> Watch::breachesFrom(const SimulationState& simulation, const std::vector<bool>& wanted,
                                            const std::vector<Record>& records) {
    begin(wanted);
    noteLosses(records);
    makePlans(simulation);
    if (simulation.nextDue() > end_ && !looksAtTime_) {
        lookAt(simulation); // it stays as it is
    } else {
        followFrom(simulation);
    }
    std::ranges::sort(breaches_, {}, &Breach::invariant);
    return breaches_;
}

void Watch::followFrom(const SimulationState& simulation) {
    later_ = simulation;
    const auto settleAndLook = [&] {
        later_.settle(records_);
        noteLosses(records_);
        lookAt(later_);
        records_.clear();
    };
    settleAndLook();
    const auto nextDue = [&] { return std::min(later_.nextDue(), nextTurn(later_.now())); };
    for (Instant due = nextDue(); due <= end_; due = nextDue()) {
        later_.advanceTo(due, records_);
        if (std::ranges::any_of(records_, [](const Record& one) { return isFact(one.position.stage); })) {
            makePlans(later_); // what time alone brings about may take a way back
        }
        settleAndLook();
    }
    later_.advanceTo(end_, records_);
    settleAndLook();
}

void Watch::begin(const std::vector<bool>& wanted) {
    open_ = wanted;
    failsSince_.assign(invariants_.size(), never);
    breaches_.clear();
    records_.clear();
}

void Watch::breach(std::size_t invariant, ResourceId resource, Instant at) {
    if (open_[invariant]) {
        breaches_.push_back({invariant, resource, at});
        open_[invariant] = false;
    }
}

void Watch::noteLosses(const std::vector<Record>& records) {
    const auto lost = std::ranges::find_if(records, &Record::is<DataLost>);
    for (std::size_t i = 0; lost != records.end() && i < invariants_.size(); ++i) {
        if (invariants_[i].is<invariant::NoDataLoss>()) {
            breach(i, lost->on->resource, lost->position.at);
        }
    }
}

/// When one that must come true again has had its time.
Instant Watch::nextTurn(Instant now) const {
    Instant next = never;
    for (std::size_t i = 0; i < invariants_.size(); ++i) {
        if (const auto within = timeOf(invariants_[i]); within && failsSince_[i] != never) {
            const Instant turn = failsSince_[i] + *within + Duration{1};
            next = turn > now ? std::min(next, turn) : next;
        }
    }
    return next;
}

bool Watch::isDown(const SimulationState& simulation, ResourceId id) const {
    const ResourceState& state = simulation.resource(id);
    return state.presence == Presence::Present &&
           (engine::isDown(state) || program_.modelOf(id).states[state.state].terminal);
}

/// The first resource that is not as expected.
std::optional<ResourceId> Watch::firstFailing(std::span<const Expectation> expected,
                                              const SimulationState& simulation) const {
    for (const Expectation& one : expected) {
        const ResourceState& state = simulation.resource(one.resource);
        if (!holds(program_.modelOf(one.resource), one, state.statusAt(simulation.now()))) {
            return one.resource;
        }
    }
    return std::nullopt;
}

/// The first resource for lack of which a need is not met.
std::optional<ResourceId> Watch::firstMissing(const Need& need, const SimulationState& simulation) const {
    if (const auto* id = std::get_if<ResourceId>(&need.of)) {
        const bool isOut = simulation.resource(*id).presence == Presence::Deleted || isDown(simulation, *id);
        return isOut ? std::optional{*id} : std::nullopt;
    }
    const auto& several = std::get<NeedOfSeveral>(need.of);
    std::optional<ResourceId> first;
    std::size_t missing = 0;
    for (const Need& part : several.parts) {
        if (const auto one = firstMissing(part, simulation)) {
            first = first ? first : one;
            ++missing;
        }
    }
    const bool isMet = several.how == NeedOfSeveral::How::All ? missing == 0 : missing < several.parts.size();
    return isMet ? std::nullopt : first;
}

void Watch::lookAt(const SimulationState& simulation) {
    for (std::size_t i = 0; i < invariants_.size(); ++i) {
        if (open_[i]) {
            lookAt(i, simulation);
        }
    }
}

void Watch::lookAt(std::size_t i, const SimulationState& simulation) {
    const Instant now = simulation.now();
    const auto elsewhere = [](const auto&) {}; // when plans are made, or where records come in
    std::visit(Overloaded{[&](const invariant::AtMostDown& rule) {
                              std::size_t down = 0;
                              for (const ResourceId id : everyResource_) {
                                  down += isDown(simulation, id) ? 1U : 0U;
                                  if (down > rule.most) {
                                      breach(i, id, now);
                                      break;
                                  }
                              }
                          },
                          [&](const invariant::NoImpairment&) {
                              const auto impaired = std::ranges::find_if(everyResource_, [&](ResourceId id) {
                                  return isImpaired(program_.modelOf(id), simulation.resource(id));
                              });
                              if (impaired != everyResource_.end()) {
                                  breach(i, *impaired, now);
                              }
                          },
                          [&](const invariant::Always& rule) {
                              if (const auto failing = firstFailing(rule.expected, simulation)) {
                                  breach(i, *failing, now);
                              }
                          },
                          [&](const invariant::Never& rule) {
                              if (!firstFailing(rule.expected, simulation)) {
                                  breach(i, rule.expected.front().resource, now);
                              }
                          },
                          [&](const invariant::Eventually& rule) {
                              lookAgain(i, firstFailing(rule.expected, simulation), rule.within, now);
                          },
                          [&](const invariant::KeepsWithin& rule) {
                              lookAgain(i, firstMissing(rule.need, simulation), rule.within, now);
                          },
                          elsewhere},
               invariants_[i].rule);
}

void Watch::lookAgain(std::size_t i, std::optional<ResourceId> failing, Duration within, Instant now) {
    if (!failing) {
        failsSince_[i] = never;
    } else if (failsSince_[i] == never) {
        failsSince_[i] = now;
    } else if (now - failsSince_[i] > within) {
        breach(i, *failing, now);
    }
}

// --- what plans can do -----------------------------------------------------------------------------------------------

void Watch::makePlans(const SimulationState& then) {
    for (std::size_t i = 0; i < invariants_.size(); ++i) {
        if (!open_[i]) {
            continue;
        }
        if (invariants_[i].is<invariant::Recoverable>()) {
            planFor(i, everyResource_, then);
        } else if (const auto* reachable = std::get_if<invariant::Reachable>(&invariants_[i].rule)) {
            std::vector<ResourceId> resources;
            for (const Expectation& one : reachable->expected) {
                resources.push_back(one.resource);
            }
            planFor(i, resources, then);
        }
    }
}

void Watch::planFor(std::size_t i, std::span<const ResourceId> resources, const SimulationState& then) {
    for (const ResourceId id : resources) {
        if (then.resource(id).presence != Presence::Present || isWell(program_, then, id)) {
            continue;
        }
        const Instant noticed = noticedAfter(program_, then);
        const recovery::Ways ways = recovery::findWayBack(program_, then, noticed, {{id}, {}}).ways;
        if (ways.found.empty() && !ways.cutShort) {
            breach(i, id, then.now());
            return;
        }
        missedWays_[i] = missedWays_[i] || ways.found.empty();
    }
}

} // namespace cmksim::exploration
