// What resources lose by staying in states (`loses` of models), beside what their keys open: the membership of a group,
// the data that is sent in the meantime.
#pragma once

#include "analysis/extent.hpp"
#include "engine/program.hpp"
#include "trace/record.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <vector>

namespace cmksim::analysis {

struct StateLoss {
    ResourceId resource;
    StateId state;
    std::uint32_t loss = 0; // its place among those of the state
    Extent<Instant> at;     // for the first time
    bool always = false;    // in every course that was looked at
};
const LossRule& ruleOfLoss(const Program& program, const StateLoss& loss);

/// What courses lose, each told by the records of its earliest and its latest timing.
class StateLossCollector {
public:
    void add(std::span<const Record> earliest, std::span<const Record> latest);

    /// Not everything that is open could be looked at: losses are to hold whatever there can be up to the end.
    void widen(Instant until);

    /// In order of time.
    [[nodiscard]] std::vector<StateLoss> finish() const;

private:
    struct Collected {
        Extent<Instant> at;
        std::size_t courses = 0;
    };
    std::map<std::tuple<ResourceId, StateId, std::uint32_t>, Collected> losses_;
    std::size_t courses_ = 0;
    bool wide_ = false;
};

/// Whether its resources can lose anything by a state.
bool canLose(const Model& model);

/// Those of a program at the two ends of the timings that are open. Costs two replays where a model has any. Right only
/// where all that is done is done at the start: of a later fault, the first look is not the earliest one after it.
std::vector<StateLoss> lossesAtEnds(const Program& program);

/// What is lost at an instant, at nominal timings: what is not lost for good is back once its state is left.
std::vector<StateLoss> lostBy(const Program& program, Instant at);

} // namespace cmksim::analysis
