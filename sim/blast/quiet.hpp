// What becomes of resources when nothing is done, which no loss is to blame for.
#pragma once

#include "analysis/at_rest.hpp"
#include "analysis/bounds.hpp"
#include "blast/blast.hpp"

#include <map>
#include <optional>

namespace cmksim::blast {

/// Up to the end of a program.
class Quiet {
public:
    explicit Quiet(const Program& program);

    [[nodiscard]] RestStatus of(ResourceId id) const;
    [[nodiscard]] bool changesLater(ResourceId id) const {
        return downFrom_.contains(id) || impairedFrom_.contains(id);
    }

    /// Whether an outage or impairment that begins so early would be one of a resource that has it anyway.
    [[nodiscard]] bool isDownBy(ResourceId id, Instant at) const;
    [[nodiscard]] bool isImpairedBy(ResourceId id, const Impairer& by, Instant at) const;

private:
    std::map<ResourceId, RestStatus> atRest_;
    std::map<ResourceId, Instant> downFrom_; // at the earliest
    std::map<ResourceId, std::map<Impairer, Instant>> impairedFrom_;
};

/// How a resource is impaired after losses at the start, but for what it has anyway.
std::optional<BlastImpairment> impairmentBeside(const Program& program, const ResourceBounds& lost, const Quiet& quiet);

} // namespace cmksim::blast
