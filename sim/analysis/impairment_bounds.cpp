#include "analysis/impairment_bounds.hpp"

#include "base/overloaded.hpp"

#include <algorithm>
#include <set>

namespace cmksim::analysis {

namespace {

/// Follows what impairs a resource from record to record.
class ImpairmentReader {
public:
    ImpairmentReader(const Model& model, Instant until) : model_{model}, until_{until} {}

    void follow(const ResourceStatus& status, Instant at, bool seen) {
        if (open_.empty() && isPlain(status)) {
            return; // as nearly always
        }
        const std::set<Impairer> now = impairersOf(status);
        for (auto known = open_.begin(); known != open_.end();) {
            if (now.contains(known->first)) {
                ++known;
                continue;
            }
            ImpairmentInterval& interval = intervals_[known->second];
            interval.end = at;
            interval.endSeen = seen;
            interval.over = true;
            known = open_.erase(known);
        }
        for (const Impairer& impairer : now) {
            if (open_.try_emplace(impairer, intervals_.size()).second) {
                intervals_.push_back({impairer, at, until_, seen, false, false});
            }
        }
    }

    std::vector<ImpairmentInterval> finish() { return std::move(intervals_); }

private:
    [[nodiscard]] bool isPlain(const ResourceStatus& status) const {
        return status.conditions.empty() && (status.down || !status.state.valid() || status.state == model_.ready());
    }

    [[nodiscard]] std::set<Impairer> impairersOf(const ResourceStatus& status) const {
        std::set<Impairer> impairers;
        if (status.presence != ResourceStatus::Presence::Present) {
            return impairers;
        }
        const ConditionSet conditions = impairmentOf(model_, status).conditions;
        for (const ConditionId condition : model_.conditions.ids()) {
            if (conditions.contains(condition)) {
                impairers.insert(condition);
            }
        }
        const bool terminal = model_.states[status.state].terminal;
        if (!status.down && !terminal && isImpaired(model_, status.state, {})) {
            impairers.insert(status.state);
        }
        return impairers;
    }

    const Model& model_;
    Instant until_;
    std::vector<ImpairmentInterval> intervals_;
    std::map<Impairer, std::size_t> open_; // their intervals
};

} // namespace

Impairment impairmentBy(const Model& model, const Impairer& impairer) {
    if (const auto* state = std::get_if<StateId>(&impairer)) {
        return impairmentOf(model, *state, {});
    }
    ConditionSet conditions;
    conditions.insert(std::get<ConditionId>(impairer));
    return impairmentOf(model, model.ready(), conditions);
}

const std::string& impairerName(const Model& model, const Impairer& impairer) {
    return std::visit(
        Overloaded{[&](StateId state) -> const std::string& { return model.states[state].name; },
                   [&](ConditionId condition) -> const std::string& { return model.conditions[condition].name; }},
        impairer);
}

std::vector<ImpairmentInterval> impairmentIntervals(const Model& model, const ResourceStatus& start,
                                                    std::span<const Record> records, Instant until) {
    ImpairmentReader reader{model, until};
    reader.follow(start, scenarioStart, false);
    for (const Record& record : records) {
        reader.follow(record.on->status, record.position.at,
                      record.position.stage == Stage::Revalidations || record.position.stage == Stage::OwnFacts);
    }
    return reader.finish();
}

Duration impairedFor(std::span<const ImpairmentInterval> intervals) {
    Duration sum{};
    Instant counted = scenarioStart;
    for (const ImpairmentInterval& interval : intervals) {
        sum += std::max(interval.end - std::max(interval.start, counted), Duration::zero());
        counted = std::max(counted, interval.end);
    }
    return sum;
}

void ImpairmentCollector::add(std::span<const ImpairmentInterval> first, Duration later) {
    std::vector<ImpairmentInterval> last{first.begin(), first.end()};
    for (ImpairmentInterval& interval : last) {
        interval.start += interval.startSeen ? later : Duration::zero();
        interval.end += interval.endSeen ? later : Duration::zero();
    }
    add(first, last);
}

void ImpairmentCollector::add(std::span<const ImpairmentInterval> first, std::span<const ImpairmentInterval> last) {
    ++classes_;
    std::map<Impairer, std::size_t> before;
    for (std::size_t i = 0; i < std::min(first.size(), last.size()); ++i) {
        const Impairer& by = first[i].by;
        const auto [known, isNew] = intervals_.try_emplace({by, before[by]++});
        ImpairmentBounds& bounds = known->second.bounds;
        if (isNew) {
            bounds = {by, {first[i].start, first[i].start}, {first[i].end, first[i].end}, true, false};
        }
        bounds.start.include(first[i].start);
        bounds.start.include(last[i].start);
        bounds.end.include(first[i].end);
        bounds.end.include(last[i].end);
        bounds.over = bounds.over && first[i].over;
        ++known->second.classes;
    }
}

void ImpairmentCollector::widen(Instant until) {
    for (auto& [name, collected] : intervals_) {
        for (Extent<Instant>* instant : {&collected.bounds.start, &collected.bounds.end}) {
            instant->include(scenarioStart);
            instant->include(until);
        }
    }
}

std::vector<ImpairmentBounds> ImpairmentCollector::finish() const {
    std::vector<ImpairmentBounds> all;
    for (const auto& [name, collected] : intervals_) {
        all.push_back(collected.bounds);
        all.back().always = collected.classes == classes_;
    }
    std::ranges::stable_sort(all, {}, [](const ImpairmentBounds& one) { return one.start.least; });
    return all;
}

} // namespace cmksim::analysis
