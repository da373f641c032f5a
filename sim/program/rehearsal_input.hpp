// A scenario that a command line names, to be played on.
#pragma once

#include "program/loading.hpp"
#include "rehearsal/prompt.hpp"
#include "rehearsal/rehearsal.hpp"

#include <optional>
#include <string>

namespace cmksim::program {

inline constexpr OptionRule rehearsalTimingOption{"timing", "nominal|earliest|latest|sampled",
                                                  "at which values open timings and phases stand; default nominal"};

/// Reads it; what is wrong is reported to standard error.
class RehearsalInput {
public:
    RehearsalInput(const Arguments& arguments, const Streams& streams, Sealed sealed = Sealed::Refused);
    RehearsalInput(const RehearsalInput&) = delete;
    RehearsalInput& operator=(const RehearsalInput&) = delete;

    [[nodiscard]] bool isSound() const { return rehearsal_.has_value(); }
    [[nodiscard]] Rehearsal& rehearsal() { return *rehearsal_; }
    [[nodiscard]] const Scenario& scenario() const { return *input_.scenarios().front().written; }
    [[nodiscard]] ScenarioInput& input() { return input_; }
    [[nodiscard]] const std::string& path() const { return input_.scenarios().front().path; }

private:
    ScenarioInput input_;
    std::optional<Rehearsal> rehearsal_;
};

/// Writes a scenario that was played to a file that is not there yet, and says so.
Prompt::Save saveToNewFile();

} // namespace cmksim::program
