// A scenario that a command line names, to be played on.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/catalog.hpp"
#include "program/command.hpp"
#include "rehearsal/prompt.hpp"
#include "rehearsal/rehearsal.hpp"
#include "scenario/parse.hpp"

#include <memory>
#include <optional>
#include <string>

namespace cmksim {

inline constexpr OptionRule rehearsalTimingOption{"timing", "nominal|earliest|latest|sampled",
                                                  "at which values open timings and phases stand; default nominal"};

/// Reads it; what is wrong is reported to standard error.
class RehearsalInput {
public:
    RehearsalInput(const Arguments& arguments, std::string_view command, const Streams& streams);
    RehearsalInput(const RehearsalInput&) = delete;
    RehearsalInput& operator=(const RehearsalInput&) = delete;

    [[nodiscard]] bool isSound() const { return rehearsal_.has_value(); }
    [[nodiscard]] Rehearsal& rehearsal() { return *rehearsal_; }
    [[nodiscard]] const Scenario& scenario() const { return scenario_; }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
    DiskFileReader files_;
    Diagnostics diagnostics_;
    Catalog catalog_;
    Scenario scenario_;
    std::optional<Rehearsal> rehearsal_;
};

/// Writes a scenario that was played to a file that is not there yet, and says so.
Prompt::Save saveTo(const Streams& streams);

} // namespace cmksim
