#include "analysis/objective_intervals.hpp"

#include "analysis/impairment_bounds.hpp"

#include <algorithm>
#include <set>

namespace cmksim::analysis {

namespace {

Instant between(Instant first, Instant last, std::int64_t phase, std::int64_t width) {
    return width < 2 ? first : first + Duration{(last - first).count() * phase / (width - 1)};
}

std::vector<DownTime> unionOf(std::vector<DownTime> all) {
    std::ranges::sort(all, {}, &DownTime::from);
    std::vector<DownTime> joined;
    for (const DownTime& one : all) {
        if (one.from == one.to) {
            continue;
        }
        if (!joined.empty() && one.from <= joined.back().to) {
            DownTime& last = joined.back();
            last.over = one.to > last.to ? one.over : one.to == last.to ? last.over && one.over : last.over;
            last.to = std::max(last.to, one.to);
        } else {
            joined.push_back(one);
        }
    }
    return joined;
}

std::vector<DownTime> common(const std::vector<DownTime>& some, const std::vector<DownTime>& others) {
    std::vector<DownTime> both;
    for (const DownTime& one : some) {
        for (const DownTime& other : others) {
            const DownTime part{std::max(one.from, other.from), std::min(one.to, other.to), one.over || other.over};
            if (part.from < part.to) {
                both.push_back(part);
            }
        }
    }
    return unionOf(std::move(both));
}

/// An instant of one resource that moves with its phase, or does not.
struct Bend {
    ResourceId resource;
    std::int64_t at = 0; // at the first phase of its class
    bool moves = false;
};

std::vector<Bend> bendsOf(const ClassChoice& choice) {
    std::vector<Bend> bends;
    for (const auto& [resource, one] : choice) {
        for (std::size_t i = 0; i < std::min(one->first.size(), one->last.size()); ++i) {
            const DownTime& first = one->first[i];
            const DownTime& last = one->last[i];
            bends.push_back({resource, first.from.time_since_epoch().count(), first.from != last.from});
            bends.push_back({resource, first.to.time_since_epoch().count(), first.to != last.to});
        }
    }
    return bends;
}

using PhaseSets = std::map<ResourceId, std::set<std::int64_t>>;

/// Adds the phases at which an instant of a resource meets one of another, or comes `by` before or behind it.
void meet(const Bend& one, const Bend& other, std::int64_t by, const ClassChoice& choice, PhaseSets& phases) {
    const std::int64_t width = choice.at(one.resource)->width;
    const auto add = [&](std::int64_t phase) {
        for (const std::int64_t beside : {phase - 1, phase, phase + 1}) {
            if (beside >= 0 && beside < width) {
                phases[one.resource].insert(beside);
            }
        }
    };
    const std::int64_t distance = other.at + by - one.at;
    if (!other.moves) {
        add(distance);
    } else if (one.resource != other.resource) {
        for (const std::int64_t phase : std::set{phases[other.resource]}) {
            add(distance + phase);
        }
    }
}

} // namespace

bool hasFailed(const Model& model, const ResourceStatus& status) {
    return status.presence == ResourceStatus::Presence::Present && !status.down && status.state.valid() &&
           model.states[status.state].terminal;
}

bool isOut(const Model& model, const ResourceStatus& status) {
    switch (status.presence) {
    case ResourceStatus::Presence::Absent: return false;
    case ResourceStatus::Presence::Deleted: return true;
    case ResourceStatus::Presence::Present: break;
    }
    return status.down || hasFailed(model, status);
}

ObjectiveCourse courseOf(const Model& model, const ResourceStatus& start, std::span<const Record> records,
                         Instant until) {
    ObjectiveCourse course;
    bool out = isOut(model, start);
    if (out) {
        course.down.push_back({scenarioStart, until, false});
    }
    for (const Record& record : records) {
        course.keyIsGone = course.keyIsGone || record.is<DataLost>();
        course.losesData = course.losesData || course.keyIsGone || record.is<Deleted>();
        const bool turns = record.is<Transition>() || record.is<Created>() || record.is<Deleted>();
        if (!turns || isOut(model, record.on->status) == out) {
            continue;
        }
        out = !out;
        if (out) {
            course.down.push_back({record.position.at, until, false});
        } else {
            course.down.back().to = record.position.at;
            course.down.back().over = true;
        }
    }
    std::erase_if(course.down, [](const DownTime& one) { return one.from == one.to && one.over; });
    course.impaired = !course.down.empty();
    for (const ImpairmentInterval& interval : impairmentIntervals(model, start, records, until)) {
        course.impaired = course.impaired || interval.start < interval.end || !interval.over;
    }
    return course;
}

std::vector<DownTime> ClassDown::at(std::int64_t phase) const {
    std::vector<DownTime> down = first;
    for (std::size_t i = 0; i < std::min(first.size(), last.size()); ++i) {
        down[i].from = between(first[i].from, last[i].from, phase, width);
        down[i].to = between(first[i].to, last[i].to, phase, width);
    }
    return down;
}

bool ClassDown::isRigid() const {
    for (std::size_t i = 0; i < std::min(first.size(), last.size()); ++i) {
        if (last[i].from - first[i].from != last.front().from - first.front().from ||
            last[i].to - first[i].to != last.front().from - first.front().from) {
            return false;
        }
    }
    return true;
}

Measured longestOf(std::span<const DownTime> down) {
    Measured most;
    for (const DownTime& one : down) {
        most.value = std::max(most.value, one.to - one.from);
        most.open = most.open || !one.over;
    }
    return most;
}

Measured mostWithin(std::span<const DownTime> down, Duration window) {
    Measured most;
    // A stretch that holds the most can be moved until it begins where a down time does.
    for (const DownTime& start : down) {
        Duration sum{};
        for (const DownTime& one : down) {
            sum += std::max(Duration::zero(), std::min(one.to, start.from + window) - std::max(one.from, start.from));
        }
        most.value = std::max(most.value, sum);
        most.open = most.open || !start.over;
    }
    return most;
}

std::vector<DownTime> unmet(const Need& need, const std::map<ResourceId, std::vector<DownTime>>& down) {
    if (const auto* resource = std::get_if<ResourceId>(&need.of)) {
        const auto found = down.find(*resource);
        return found != down.end() ? unionOf(found->second) : std::vector<DownTime>{};
    }
    std::vector<DownTime> all;
    bool isFirst = true;
    const auto& several = std::get<NeedOfSeveral>(need.of);
    for (const Need& part : several.parts) {
        std::vector<DownTime> one = unmet(part, down);
        if (several.how == NeedOfSeveral::How::All) {
            all.insert(all.end(), one.begin(), one.end());
        } else {
            all = isFirst ? std::move(one) : common(all, one);
        }
        isFirst = false;
    }
    return unionOf(std::move(all));
}

std::vector<std::map<ResourceId, std::int64_t>> turningPhases(const ClassChoice& choice, Duration window,
                                                              std::size_t most) {
    PhaseSets phases;
    for (const auto& [resource, one] : choice) {
        phases[resource] = {0, one->width - 1};
    }
    const std::vector<Bend> bends = bendsOf(choice);
    for (std::size_t round = 0; round < choice.size(); ++round) {
        for (const Bend& one : bends) {
            for (const Bend& other : bends) {
                if (!one.moves || (one.resource == other.resource && other.moves)) {
                    continue;
                }
                meet(one, other, 0, choice, phases);
                if (window > Duration::zero()) {
                    meet(one, other, window.count(), choice, phases);
                    meet(one, other, -window.count(), choice, phases);
                }
            }
            if (phases[one.resource].size() > most) {
                return {};
            }
        }
    }
    std::vector<std::map<ResourceId, std::int64_t>> all{{}};
    for (const auto& [resource, values] : phases) {
        std::vector<std::map<ResourceId, std::int64_t>> longer;
        if (all.size() * values.size() > most) {
            return {};
        }
        for (const auto& one : all) {
            for (const std::int64_t value : values) {
                longer.push_back(one);
                longer.back()[resource] = value;
            }
        }
        all = std::move(longer);
    }
    return all;
}

} // namespace cmksim::analysis
