#include "analysis/times_there.hpp"

#include "analysis/objective_intervals.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::analysis {

namespace {

/// Follows whether something holds, from moment to moment.
class StretchReader {
public:
    void follow(bool holds, Instant at) {
        if (holds == holds_) {
            return;
        }
        if (!holds && since_ < at) {
            stretches_.push_back({since_, at});
        }
        holds_ = holds;
        since_ = at;
    }

    Stretches finish(Instant until) {
        follow(false, until);
        return std::move(stretches_);
    }

private:
    bool holds_ = false;
    Instant since_{}; // when that began
    Stretches stretches_;
};

} // namespace

TimesThere timesThere(const Model& model, const ResourceStatus& start, std::span<const Record> records, Instant until) {
    StretchReader there;
    StretchReader failed;
    const auto follow = [&](const ResourceStatus& status, Instant at) {
        there.follow(status.presence == ResourceStatus::Presence::Present, at);
        failed.follow(hasFailed(model, status), at);
    };
    follow(start, scenarioStart);
    for (const Record& record : records) {
        follow(record.on->status, record.position.at);
    }
    return {there.finish(until), failed.finish(until)};
}

void addTo(Stretches& all, const Stretches& more) {
    all.insert(all.end(), more.begin(), more.end());
    std::ranges::sort(all, {}, &Extent<Instant>::least);
    Stretches joined;
    for (const Extent<Instant>& one : all) {
        if (!joined.empty() && one.least <= joined.back().most) {
            joined.back().include(one.most);
        } else {
            joined.push_back(one);
        }
    }
    all = std::move(joined);
}

} // namespace cmksim::analysis
