// The clock of a naive replay (semantics, section 1): it stops at every instant at which anything can happen, every
// look of every resource among them. What resources do is `Resources`' matter.
#pragma once

#include "action/action.hpp"
#include "reference/event.hpp"
#include "reference/replay.hpp"
#include "reference/world.hpp"

#include <algorithm>

namespace cmksim::reference {

template <class Resources>
class Clock {
public:
    Clock(const Scenario& scenario, const Delays& delays, World& world, Resources& resources)
        : scenario_{scenario}, delays_{delays}, world_{world}, resources_{resources}, until_{endOf(scenario)} {}

    Replay play() {
        for (Instant now = scenarioStart; now <= until_; now = nextInstantAfter(now)) {
            facts(now);
            actions(now);
            resources_.revalidate(now, replay_.events);
            if constexpr (requires { resources_.settleBases(now, replay_.events); }) {
                resources_.settleBases(now, replay_.events);
            }
            observations(now);
        }
        for (const auto& resource : resources_.all()) {
            replay_.resources.push_back({resource.name, resource.serviceName(), resource.state, resource.reason,
                                         resource.downtimeAt(until_).count(), resource.outages, resource.recoverable});
        }
        replay_.rules = resources_.rules();
        return std::move(replay_);
    }

private:
    static Instant endOf(const Scenario& scenario) {
        if (scenario.until) {
            return *scenario.until;
        }
        Instant last = scenarioStart;
        for (const EntrySpec& entry : scenario.timeline) {
            last = std::max(last, entry.at);
        }
        return last + std::chrono::hours{2};
    }

    [[nodiscard]] Instant nextInstantAfter(Instant now) const {
        Instant next = std::min(world_.nextFactAfter(now), resources_.nextInstantAfter(now));
        for (const EntrySpec& entry : scenario_.timeline) {
            if (entry.at > now) {
                next = std::min(next, entry.at);
            }
        }
        return next;
    }

    void facts(Instant now) {
        world_.bringAbout(now, [&](const std::string& fact, const std::string& target) {
            Event& event = add(EventKind::Fact, now);
            event.name = fact;
            event.subject = target;
            resources_.noticeDataLoss(now, replay_.events);
        });
        resources_.elapse(now, replay_.events);
    }

    void actions(Instant now) {
        for (const EntrySpec& entry : scenario_.timeline) {
            if (entry.at == now && entry.action() != nullptr) {
                act(entry, now);
            }
        }
    }

    void act(const EntrySpec& entry, Instant now) {
        const ActionSpec& action = *entry.action();
        std::vector<Event> consequences;
        const std::optional<Duration> delay = delays_ ? delays_(entry) : std::nullopt;
        const Refusal refusal = ruleOf(action.kind).traits.target == TargetKind::Resource
                                    ? resources_.apply(action, now, delay, consequences)
                                    : world_.apply(action, now, delay.value_or(Duration::zero()));
        Event& event = add(EventKind::Action, now);
        event.name = ruleOf(action.kind).traits.name;
        event.subject = action.target.text;
        event.result = refusal.empty() ? "ok" : "refused";
        event.error = refusal;
        const scenario::FailureSpec* expected = entry.result ? entry.result->failure() : nullptr;
        const auto* code = expected != nullptr ? std::get_if<Name>(&expected->error) : nullptr;
        if ((expected != nullptr) == refusal.empty() || (code != nullptr && code->text != refusal)) {
            replay_.passed = false;
        }
        replay_.events.insert(replay_.events.end(), consequences.begin(), consequences.end());
        resources_.noticeDataLoss(now, replay_.events);
    }

    void observations(Instant now) {
        for (const EntrySpec& entry : scenario_.timeline) {
            if (entry.at != now) {
                continue;
            }
            if (const auto* tried = std::get_if<TrySpec>(&entry.what)) {
                attempt(*tried, entry, now);
            }
            if (const auto* expectations = std::get_if<std::vector<ExpectationSpec>>(&entry.what)) {
                for (const ExpectationSpec& expectation : *expectations) {
                    look(expectation, now);
                }
            }
        }
    }

    void attempt(const TrySpec& tried, const EntrySpec& entry, Instant now) {
        const auto* resource = resources_.find(std::string{tried.resource.text});
        OperationAnswer answer{.ok = false, .status = 404};
        if (resource != nullptr && resource->state != "Deleted") {
            answer = resources_.attempt(*resource, std::string{tried.operation.text});
        }
        Event& event = add(EventKind::Operation, now);
        event.name = tried.operation.text;
        event.subject = tried.resource.text;
        event.result = answer.ok ? "ok" : "denied";
        event.status = answer.status;
        const scenario::FailureSpec* denial = entry.result ? entry.result->failure() : nullptr;
        if (entry.result && ((denial != nullptr) == answer.ok ||
                             (denial != nullptr && denial->status && *denial->status != answer.status))) {
            replay_.passed = false;
        }
    }

    void look(const ExpectationSpec& expectation, Instant now) {
        const auto* resource = resources_.find(std::string{expectation.resource.text});
        const auto absent = Resources::absent();
        const auto& seen = resource != nullptr ? *resource : absent;
        const Duration downtime = seen.state == "Absent" ? Duration{} : seen.downtimeAt(now);
        const bool stateHolds =
            expectation.states.empty() || std::any_of(expectation.states.begin(), expectation.states.end(),
                                                      [&](const Name& state) { return state.text == seen.state; });
        const bool holds = stateHolds && (!expectation.reason.present() || expectation.reason.text == seen.reason) &&
                           (!expectation.downtime || expectation.downtime->hold(downtime)) &&
                           (!expectation.outages || expectation.outages->hold(seen.outages)) &&
                           (!expectation.recoverable || *expectation.recoverable == seen.recoverable);
        replay_.passed = replay_.passed && holds;
        Event& event = add(EventKind::Expectation, now);
        event.subject = expectation.resource.text;
        event.result = holds ? "true" : "false";
        event.to = seen.state;
        event.reason = seen.reason;
        event.from = std::to_string(downtime.count()) + "s, " + std::to_string(seen.outages);
        event.recoverable = seen.recoverable;
    }

    Event& add(EventKind kind, Instant now) {
        Event& event = replay_.events.emplace_back();
        event.t = now.time_since_epoch().count();
        event.kind = kind;
        return event;
    }

    const Scenario& scenario_;
    const Delays& delays_;
    World& world_;
    Resources& resources_;
    Instant until_;
    Replay replay_;
};

} // namespace cmksim::reference
