// Plans for estates in which many resources are described alike: one of each kind is planned for, and what is done to
// it is done to all of them.
#pragma once

#include "recovery/in_whole.hpp"
#include "recovery/plan.hpp"

namespace cmksim::recovery {

/// The question of a plan about fewer resources. Those that are described alike, and that no action is on, are one
/// where there are more than a few of them; of few, each may go its own way.
class OneOfEachKind {
public:
    /// Of a program that outlives it.
    OneOfEachKind(const Program& program, const PlanOptions& options);

    /// Whether the question is a smaller one.
    [[nodiscard]] bool isSmaller() const { return inWhole_.has_value(); }
    [[nodiscard]] const Program& program() const { return inWhole_->part().program; }
    [[nodiscard]] const PlanOptions& options() const { return options_; }

    /// The answer, told of everything.
    [[nodiscard]] Recovery ofAll(Recovery recovery) const;

private:
    void leaveOut(const std::vector<ResourceId>& members, std::vector<bool>& leftOut);
    [[nodiscard]] bool actsOnMany(const RecoveryPlan& plan) const;
    void spread(RecoveryPlan& plan) const;
    template <class Item, class Member>
    void spread(std::vector<Item>& items, Member resource) const;

    const Program& whole_;
    PlanOptions options_;
    std::optional<InWhole> inWhole_;
    std::vector<ResourceId> asked_;                           // in order
    IdVector<ResourceId, ResourceId> kept_;                   // by each that is asked for, the one that stands for it
    IdVector<ResourceId, std::vector<ResourceId>> standsFor_; // the other way round
};

} // namespace cmksim::recovery
