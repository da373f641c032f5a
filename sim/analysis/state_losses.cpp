#include "analysis/state_losses.hpp"

#include "engine/replay.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <iterator>

namespace cmksim::analysis {

bool canLose(const Model& model) {
    return std::ranges::any_of(model.states, [](const StateRule& state) { return !state.losses.empty(); });
}

namespace {

bool anyCanLose(const Program& program) {
    return std::ranges::any_of(program.resources.ids(), [&](ResourceId id) { return canLose(program.modelOf(id)); });
}

std::vector<Record> recordsAt(const Program& program, TimingEnd end) {
    Program timed = program;
    setDelays(timed, end);
    return replay(timed, phasesAt(timed, end)).records;
}

} // namespace

const LossRule& ruleOfLoss(const Program& program, const StateLoss& loss) {
    return program.modelOf(loss.resource).states[loss.state].losses[loss.loss];
}

void StateLossCollector::add(std::span<const Record> earliest, std::span<const Record> latest) {
    std::map<std::tuple<ResourceId, StateId, std::uint32_t>, Extent<Instant>> here;
    for (const std::span<const Record> records : {earliest, latest}) {
        std::map<std::tuple<ResourceId, StateId, std::uint32_t>, Instant> first;
        for (const Record& record : records) {
            if (const auto* loss = record.asIf<LossCame>()) {
                first.try_emplace({record.on->resource, loss->state, loss->loss}, record.position.at);
            }
        }
        for (const auto& [loss, at] : first) {
            here.try_emplace(loss, Extent<Instant>{at, at}).first->second.include(at);
        }
    }
    for (const auto& [loss, at] : here) {
        Collected& collected = losses_.try_emplace(loss, Collected{at, 0}).first->second;
        collected.at.include(at.least);
        collected.at.include(at.most);
        ++collected.courses;
    }
    ++courses_;
}

void StateLossCollector::widen(Instant until) {
    wide_ = true;
    for (auto& [loss, collected] : losses_) {
        collected.at.include(scenarioStart);
        collected.at.include(until);
    }
}

std::vector<StateLoss> StateLossCollector::finish() const {
    std::vector<StateLoss> losses;
    for (const auto& [loss, collected] : losses_) {
        const auto& [resource, state, place] = loss;
        losses.push_back({resource, state, place, collected.at, !wide_ && collected.courses == courses_});
    }
    std::ranges::stable_sort(losses, {}, [](const StateLoss& one) { return one.at.least; });
    return losses;
}

std::vector<StateLoss> lossesAtEnds(const Program& program) {
    StateLossCollector collector;
    if (anyCanLose(program)) {
        collector.add(recordsAt(program, TimingEnd::Earliest), recordsAt(program, TimingEnd::Latest));
    }
    return collector.finish();
}

std::vector<StateLoss> lostBy(const Program& program, Instant at) {
    std::vector<StateLoss> lost;
    if (!anyCanLose(program)) {
        return lost;
    }
    std::vector<TimelineEntry> entries;
    std::ranges::copy_if(program.entries, std::back_inserter(entries),
                         [&](const TimelineEntry& entry) { return entry.at <= at; });
    const Program until = withTimeline(program, std::move(entries), at);
    for (const Record& record : replay(until, nominalPhases(until)).records) {
        if (const auto* loss = record.asIf<LossCame>()) {
            const Instant now = record.position.at;
            lost.push_back({record.on->resource, loss->state, loss->loss, {now, now}, true});
        } else if (record.is<Deleted>() || record.is<Created>()) {
            std::erase_if(lost, [&](const StateLoss& one) { return record.isOn(one.resource); });
        } else if (const auto* moved = record.asIf<Transition>()) {
            std::erase_if(lost, [&](const StateLoss& one) {
                return record.isOn(one.resource) && one.state != moved->to && !ruleOfLoss(program, one).forGood;
            });
        }
    }
    return lost;
}

} // namespace cmksim::analysis
