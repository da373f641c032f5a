#include "report/intervals.hpp"

namespace cmksim::report {

namespace {

/// Follows one resource through the records that concern it.
class Follower {
public:
    Follower(const Program& program, ResourceId id) : program_{program}, model_{program.modelOf(id)} {
        now_.from = scenarioStart;
        if (const auto& described = program.resources[id].described) {
            now_.presence = Presence::Present;
            now_.state = described->state.value_or(model_.ready());
        }
    }

    void follow(const Record& record) {
        switch (record.kind) {
        case RecordKind::Action: act(record); break;
        case RecordKind::Transition: {
            StateInterval next = after(record);
            next.state = record.to;
            next.reason = record.reason;
            turn(next);
            break;
        }
        case RecordKind::Condition: condition(record); break;
        case RecordKind::KeyRotated: story_.rotations.push_back(record.position.at); break;
        case RecordKind::DataLost: story_.losses.push_back(&record); break;
        case RecordKind::Fact:
        case RecordKind::Operation:
        case RecordKind::ReadRequest:
        case RecordKind::Expectation: break;
        }
    }

    ResourceStory finish() {
        now_.to = program_.until;
        story_.intervals.push_back(now_);
        return std::move(story_);
    }

private:
    void act(const Record& record) {
        const TimelineEntry& entry = program_.entries[record.entry];
        if (entry.action<ResourceCreate>() != nullptr) {
            create(record);
        } else if (entry.action<ResourceDelete>() != nullptr && !record.refused) {
            turn({record.position.at, {}, Presence::Deleted, {}, Reason::None, {}, &record});
        }
    }

    void create(const Record& record) {
        StateInterval made{record.position.at, {}, Presence::Present, model_.ready(), Reason::None, {}, &record};
        if (record.refused) {
            if (record.refusal.origin != Refusal::Origin::Model) {
                return;
            }
            made.state = model_.refusals[record.refusal.model].leaves;
            made.reason = record.refusal.reason;
            if (!made.state.valid()) {
                return;
            }
        }
        turn(made);
    }

    void condition(const Record& record) {
        StateInterval next = after(record);
        next.conditions = {};
        for (const ConditionId id : model_.conditions.ids()) {
            if (id == record.condition ? record.flag : now_.conditions.contains(id)) {
                next.conditions.insert(id);
            }
        }
        turn(next);
    }

    [[nodiscard]] StateInterval after(const Record& record) const {
        StateInterval next = now_;
        next.from = record.position.at;
        next.began = &record;
        return next;
    }

    void turn(const StateInterval& next) {
        now_.to = next.from;
        // What one revalidation changes together is one spell, and being up at the very start is none.
        const bool sameCause = now_.began != nullptr && now_.began->position == next.began->position;
        if (!sameCause && (now_.to > scenarioStart || isDown(model_, now_))) {
            story_.intervals.push_back(now_);
        }
        now_ = next;
    }

    const Program& program_;
    const Model& model_;
    ResourceStory story_;
    StateInterval now_;
};

} // namespace

IdVector<ResourceId, ResourceStory> storiesOf(const Program& program, const Trace& trace) {
    std::vector<Follower> followers;
    followers.reserve(program.resources.size());
    for (const ResourceId id : program.resources.ids()) {
        followers.emplace_back(program, id);
    }
    for (const Record& record : trace.records) {
        if (record.resource.valid()) {
            followers[record.resource.index()].follow(record);
        }
    }
    IdVector<ResourceId, ResourceStory> stories;
    for (Follower& follower : followers) {
        stories.push_back(follower.finish());
    }
    return stories;
}

bool isDown(const Model& model, const StateInterval& interval) {
    return interval.presence == Presence::Present && interval.state != model.ready() &&
           !model.states[interval.state].terminal;
}

bool sameState(const StateInterval& one, const StateInterval& other) {
    return one.presence == other.presence && one.state == other.state && one.reason == other.reason;
}

std::vector<Outage> outagesOf(const Model& model, const ResourceStory& story) {
    std::vector<Outage> outages;
    bool wasDown = false;
    for (const StateInterval& interval : story.intervals) {
        const bool down = isDown(model, interval);
        if (wasDown && !down) {
            outages.back().ended = interval.began;
        }
        if (down && !wasDown) {
            outages.push_back({interval.from, interval.to, {}});
        }
        if (down) {
            Outage& outage = outages.back();
            outage.to = interval.to;
            if (!outage.intervals.empty() && sameState(outage.intervals.back(), interval)) {
                outage.intervals.back().to = interval.to;
            } else {
                outage.intervals.push_back(interval);
            }
        }
        wasDown = down;
    }
    return outages;
}

std::vector<Outage> outagesOf(const Program& program, const Trace& trace, ResourceId resource) {
    Follower follower{program, resource};
    for (const Record& record : trace.records) {
        if (record.resource == resource) {
            follower.follow(record);
        }
    }
    return outagesOf(program.modelOf(resource), follower.finish());
}

} // namespace cmksim::report
