// Trials of one scenario: each draws everything that the documents leave open, and replays.
#pragma once

#include "base/progress.hpp"
#include "engine/program.hpp"
#include "engine/reactions.hpp"
#include "engine/world_history.hpp"
#include "sampling/objective_trials.hpp"
#include "sampling/outcome.hpp"
#include "sampling/tally.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace cmksim::sampling {

/// What all threads share: outcomes that do not depend on the world's timings are worked out once.
class TrialPlan {
public:
    explicit TrialPlan(const Program& program);

    [[nodiscard]] const Program& program() const { return *program_; }
    /// Whether every trial has the same world, so that a trial is a look into a table for each resource.
    [[nodiscard]] bool worldIsFixed() const { return !tables_.empty() || program_->resources.empty(); }
    /// That world, where objectives are to be judged in it.
    [[nodiscard]] const WorldHistory& history() const { return *history_; }
    [[nodiscard]] const OutcomeTable& table(ResourceId id) const { return tables_[id.index()]; }

private:
    const Program* program_;
    std::vector<OutcomeTable> tables_;
    std::optional<WorldHistory> history_;
};

/// Runs trials one after the other; one for each thread.
class TrialRunner {
public:
    TrialRunner(const TrialPlan& plan, std::uint64_t seed);

    /// Trials `first` to `last`, the last one out; where each has a world of its own, as many as `progress` allows.
    void run(std::uint64_t first, std::uint64_t last, Tally& tally, const Progress* progress = nullptr);

private:
    void tryFixed(std::uint64_t trial, Tally& tally);
    void tryDrawn(std::uint64_t trial, Tally& tally);
    void play(const Program& program, Tally& tally);

    const TrialPlan& plan_;
    std::uint64_t seed_;
    Program program_;                // with the timings of the trial in hand; used where the world is drawn
    std::optional<Reactor> reactor_; // where there are reactions
    Phases phases_;
    std::vector<Record> records_;
    std::vector<Outcome> outcomes_;                 // of the trial in hand
    std::vector<ResourceId> lost_;                  // likewise, those whose data is lost
    std::map<ResourceId, ObjectiveCourse> courses_; // likewise, of those that objectives name
    ObjectiveTrials objectives_;
};

} // namespace cmksim::sampling
