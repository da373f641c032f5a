// Whether what happened is what the scenario expects.
#pragma once

#include "engine/program.hpp"
#include "trace/record.hpp"

namespace cmksim::engine {

/// Whether a resource stands as expected.
bool holds(const Model& model, const Expectation& expectation, const ResourceStatus& status);

enum class Judgement : std::uint8_t {
    Unasked, // nothing was expected, and nothing is wrong
    Held,
    Failed,
    FailedUnsaid, // an action was refused, and the scenario does not say that it would be
};

/// Compares the record of an action or operation with what its entry expects of it.
Judgement judge(const Program& program, const Record& done);

/// The record of a verdict on an action or operation, to follow its own.
Record verdictOn(const Record& done, Judgement judgement);

} // namespace cmksim::engine
