// What an exploration found: counterexamples, and what was searched.
#pragma once

#include "base/shape.hpp"
#include "exploration/explore.hpp"
#include "model/azure.hpp"
#include "report/az_commands.hpp"
#include "report/layout.hpp"
#include "report/scope.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

/// What something that the documents leave open is taken to be: `an access policy's way into effect: 10m`.
std::string takenText(const TakenTiming& taken);
const shape::Record<TakenTiming>& takenShape();

/// The steps of a course as commands. Those of a fault tell what happened; a responder's are advice, to be run.
class CourseCommands {
public:
    CourseCommands(const Program& program, const std::vector<AzureTerms>& terms)
        : program_{program}, shown_{program, terms}, toBeRun_{program, terms, AzCommands::Use::ToBeRun} {}

    [[nodiscard]] const Program& program() const { return program_; }
    operator const Program&() const { return program_; }

    [[nodiscard]] std::vector<std::string> of(const CourseStep& step, const TimelineEntry& entry) const {
        return (step.by == CourseStep::By::Responder ? toBeRun_ : shown_).of(entry);
    }

private:
    const Program& program_;
    AzCommands shown_;
    AzCommands toBeRun_;
};

/// When, by whom, what, and its commands.
const shape::Record<CourseStep, CourseCommands>& courseStepShape();

/// Whether it is told who takes a step.
enum class NamesWho : std::uint8_t { Never, Always };

/// When, what, and its commands; the story's steps need none.
void writeCourseStep(const Program& program, const CourseStep& step, NamesWho who, const CourseCommands& commands,
                     Page& page);

/// The phases and timings at which it comes so, where they are not nominal.
void writeTaken(const Program& program, const Phases& phases, const std::vector<TakenTiming>& timings, Page& page);

/// `terms` give each step its command of the Azure CLI.
/// Its fields, apart from what every result has.
shape::Properties explorationProperties();
JsonValue explorationJson(const Exploration& found, const ExplorationOptions& options,
                          const std::vector<AzureTerms>& terms);

void writeExplorationText(const Exploration& found, const ExplorationOptions& options,
                          const std::vector<AzureTerms>& terms, std::string_view file, const TextStyle& style,
                          std::ostream& out);

/// What was searched, and what not.
Scope explorationScope(const Exploration& found, const ExplorationOptions& options);

} // namespace cmksim::report
