// What was behind a change of a resource: the action or fact after which its check began to answer as it did.
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"
#include "trace/record.hpp"

#include <vector>

namespace cmksim::report {

/// Finds causes by walking through the world's history anew; nothing is guessed.
class Causes {
public:
    /// `trace` is what the replay of `program` at `phases` left behind, and must outlive this.
    Causes(const Program& program, const Phases& phases, const Trace& trace);

    /// The action or fact behind a transition, condition or loss of data of the trace, and the action behind a lapse.
    /// Null where it was so from the start, or where there is no single one.
    [[nodiscard]] const Record* of(const Record& change) const;

private:
    const Trace& trace_;
    std::vector<const Record*> causes_; // of each record of the trace
};

} // namespace cmksim::report
