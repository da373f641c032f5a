#include "trace/intervals.hpp"

#include <algorithm>
#include <utility>

namespace cmksim {

namespace {

/// Follows one resource through the records that concern it.
class Follower {
public:
    explicit Follower(const ResourceStatus& start) { now_.status = start; }

    void follow(const Record& record) {
        if (record.is<KeyRotated>()) {
            story_.rotations.push_back(record.position.at);
        } else if (record.is<DataLost>()) {
            story_.losses.push_back(&record);
        } else if (record.is<Created>() || record.is<Deleted>() || record.is<Transition>() ||
                   record.is<ConditionChanged>()) {
            turn(record);
        }
    }

    ResourceStory finish(Instant until) {
        now_.to = until;
        story_.intervals.push_back(now_);
        return std::move(story_);
    }

private:
    void turn(const Record& record) {
        now_.to = record.position.at;
        // What one revalidation changes together is one interval, and being up at the very start is none.
        const bool sameCause = now_.began != nullptr && now_.began->position == record.position;
        if (!sameCause && (now_.to > scenarioStart || now_.status.down)) {
            story_.intervals.push_back(now_);
        }
        const bool isOfCondition = record.is<ConditionChanged>();
        StateInterval next{record.position.at, {}, record.on->status, &record, {}};
        if (sameCause) {
            next.conditions = std::move(now_.conditions);
            next.began = isOfCondition ? now_.began : &record;
        }
        if (isOfCondition) {
            next.conditions.push_back(&record);
        }
        now_ = std::move(next);
    }

    ResourceStory story_;
    StateInterval now_{scenarioStart, {}, {}, nullptr};
};

} // namespace

const Record* StateInterval::changeOf(ConditionId condition) const {
    const auto found = std::ranges::find_if(
        conditions, [&](const Record* record) { return record->as<ConditionChanged>().condition == condition; });
    return found != conditions.end() ? *found : began;
}

IdVector<ResourceId, ResourceStory> storiesOf(const Trace& trace, Instant until) {
    std::vector<Follower> followers{trace.starts.begin(), trace.starts.end()};
    for (const Record& record : trace.records) {
        if (record.on) {
            followers[record.on->resource.index()].follow(record);
        }
    }
    IdVector<ResourceId, ResourceStory> stories;
    for (Follower& follower : followers) {
        stories.push_back(follower.finish(until));
    }
    return stories;
}

bool sameState(const ResourceStatus& one, const ResourceStatus& other) {
    return one.presence == other.presence && one.state == other.state && one.reason == other.reason;
}

std::vector<Outage> outagesOf(const ResourceStory& story) {
    std::vector<Outage> outages;
    bool wasDown = false;
    for (const StateInterval& interval : story.intervals) {
        const bool down = interval.status.down;
        if (wasDown && !down) {
            outages.back().ended = interval.began;
        }
        if (down && !wasDown) {
            outages.push_back({interval.from, interval.to, {}, nullptr});
        }
        if (down) {
            Outage& outage = outages.back();
            outage.to = interval.to;
            if (!outage.intervals.empty() && sameState(outage.intervals.back().status, interval.status)) {
                outage.intervals.back().to = interval.to;
            } else {
                outage.intervals.push_back(interval);
            }
        }
        wasDown = down;
    }
    return outages;
}

std::vector<Outage> outagesOf(const Trace& trace, Instant until, ResourceId resource) {
    Follower follower{trace.starts[resource]};
    for (const Record& record : trace.records) {
        if (record.isOn(resource)) {
            follower.follow(record);
        }
    }
    return outagesOf(follower.finish(until));
}

} // namespace cmksim
