// What is planned for a part of an estate, in the ids of the whole.
#pragma once

#include "engine/part.hpp"
#include "recovery/plan.hpp"

namespace cmksim::recovery {

class InWhole {
public:
    InWhole(const Program& whole, EstatePart part);

    /// Whatever is told, but the program that it is told in.
    [[nodiscard]] Recovery operator()(Recovery found) const;
    [[nodiscard]] const EstatePart& part() const { return part_; }

private:
    void translate(std::vector<ResourceId>& ids) const;
    void translate(std::optional<Record>& record) const;
    void translate(RecoveryPlan& plan) const;

    EstatePart part_;
};

} // namespace cmksim::recovery
