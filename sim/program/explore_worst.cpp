#include "program/explore_worst.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "compile/objectives.hpp"
#include "engine/replay.hpp"
#include "exploration/worst.hpp"
#include "program/loading.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "program/under_readings.hpp"
#include "report/at_rest.hpp"
#include "report/exploration_report.hpp"
#include "report/scenario_text.hpp"
#include "report/unmodelled.hpp"
#include "report/worst_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {

constexpr std::string_view journeyPrefix = "journey:";

/// `30m`, `10m..1h`.
std::optional<ResponseTime> parseResponse(std::string_view text) {
    const std::size_t dots = text.find("..");
    const auto least = parseDuration(text.substr(0, dots));
    const auto most = dots == std::string_view::npos ? least : parseDuration(text.substr(dots + 2));
    return least && most && *least <= *most ? std::optional{ResponseTime{*least, *most}} : std::nullopt;
}

class WorstCommand {
public:
    WorstCommand(const Arguments& arguments, const Streams& streams, const WorstRequest& request)
        : arguments_{arguments}, streams_{streams}, measure_{arguments.value(worstOption.name).value_or("")} {
        options_.faults = request.faults;
        options_.within = request.within;
        options_.mostStates = request.mostStates;
        options_.jobs = request.jobs;
        options_.during = arguments.has(duringOption.name);
    }

    ExitCode run() {
        if (!readOptions()) {
            return ExitCode::WrongInput;
        }
        ScenarioInput input{arguments_, streams_.err, Written::Kept};
        if (!input.isSound() || !std::ranges::all_of(input.scenarios(), [&](const LoadedScenario& one) {
                return !isJourney() || findJourney(one, options_, true);
            })) {
            return ExitCode::WrongInput;
        }
        std::ostringstream text;
        bool undecided = false;
        OtherReadings others{arguments_, input, streams_, Written::Kept};
        for (const LoadedScenario& one : input.scenarios()) {
            undecided = !write(one, &one == &input.scenarios().front(), input, others, text) || undecided;
        }
        const ExitCode written = writeOutput(text.str(), arguments_, streams_);
        return written != ExitCode::Done ? written : undecided ? ExitCode::Undecided : ExitCode::Done;
    }

private:
    [[nodiscard]] bool isJourney() const { return measure_.starts_with(journeyPrefix); }

    bool fail(std::string_view what) const {
        streams_.err << fmt::format("cmksim explore: error: {}\n", what);
        return false;
    }

    bool readOptions() {
        if (const auto response = arguments_.value(responseOption.name)) {
            options_.response = parseResponse(*response);
            if (!options_.response) {
                return fail(fmt::format("--response: expected a duration or a range of them (30m, 10m..1h), not {}",
                                        inQuotes(*response)));
            }
        }
        const auto known = std::ranges::find(worstMeasureNames, measure_);
        if (known != worstMeasureNames.end()) {
            options_.measure = static_cast<WorstMeasure>(known - worstMeasureNames.begin());
        } else if (!isJourney()) {
            const std::string near{nearestName(measure_, worstMeasureNames)};
            return fail(fmt::format("--worst: unknown measure {}; {}", inQuotes(measure_),
                                    near.empty() ? "known: downtime, outage, impaired, journey:NAME"
                                                 : fmt::format("did you mean '{}'?", near)));
        }
        return true;
    }

    /// The journey of the file; what is wrong is told where that is asked for.
    bool findJourney(const LoadedScenario& one, WorstOptions& options, bool tells) const {
        const std::string name = measure_.substr(journeyPrefix.size());
        Diagnostics told; // names that do not resolve kept it from being compiled
        std::vector<std::string> names;
        for (Objective& objective : compile::compileObjectives(*one.written, one.program, told)) {
            if (objective.name == name && objective.isJourney()) {
                options.journey = std::move(objective);
                return true;
            }
            if (objective.isJourney()) {
                names.push_back(objective.name);
            }
        }
        if (!tells) {
            return false;
        }
        const std::vector<std::string_view> views{names.begin(), names.end()};
        const std::string near{nearestName(name, views)};
        return fail(fmt::format("--worst: {} has no journey {} among its objectives{}", printable(one.path),
                                inQuotes(name), near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    }

    [[nodiscard]] Claims claimsOf(const WorstFound& found, const WorstOptions& options) const {
        Claims claims;
        for (const WorstCase& worst : found.cases) {
            claims.push_back({subjectOf(found, options, worst), worstText(found, options, worst)});
        }
        return claims;
    }

    /// False where not all was searched.
    bool write(const LoadedScenario& one, bool isFirst, ScenarioInput& input, OtherReadings& others,
               std::ostream& text) {
        WorstOptions options = options_;
        if (isJourney()) {
            findJourney(one, options, false);
        }
        const WorstFound found = [&] {
            TerminalProgress progress{arguments_, streams_, "courses", 0};
            return findWorst(one.program, options, &progress);
        }();
        Scope scope = worstScope(found, options);
        if (options.during && !one.program.reactions.empty()) {
            scope.notSearched.emplace_back("the story's reactions");
        }
        const auto conclude = [&](const LoadedScenario& other, Catalog&, Progress& progress) {
            WorstOptions under = options_;
            if (isJourney()) {
                findJourney(other, under, false);
            }
            return claimsOf(findWorst(other.program, under, &progress), under);
        };
        constexpr std::uint64_t mostStates = 50'000; // of all combinations of readings
        const std::size_t combinations =
            std::clamp<std::uint64_t>(mostStates / std::max<std::uint64_t>(found.states, 1), 1, mostCombinations);
        const UnderReadings readings = others.look(one, claimsOf(found, options), conclude, combinations);
        const std::string format = arguments_.value("format").value_or("text");
        const Program estate = withTimeline(one.program, {}, one.program.until);
        const std::vector<AtRest> troubles = troublesAtRest(estate);
        if (format == "json") {
            const JsonValue whole = withUnmodelled(worstJson(found, options, input.catalog().azure()), estate);
            text << withReadings(withScope(withAtRest(whole, estate, troubles), scope), readings)
                        .with(evidenceField, input.evidence().of(estate))
                        .line()
                 << '\n';
        } else if (format == "yaml") {
            text << (isFirst ? "" : "---\n") << storyOf(one, options, found);
        } else {
            text << (isFirst ? "" : "\n");
            const TextStyle style = textStyle(arguments_.has(outputOption.name), streams_);
            writeWorstText(found, options, input.catalog().azure(), one.path, style, text);
            writeUnmodelledText(estate, style, text);
            writeReadingsText(readings, style, text);
            writeAtRestText(estate, troubles, style, text);
            writeScopeText(scope, style, text);
        }
        return scope.complete();
    }

    /// The worst story as a scenario that runs.
    [[nodiscard]] std::string storyOf(const LoadedScenario& one, const WorstOptions& options,
                                      const WorstFound& found) const {
        if (found.cases.empty()) {
            return fmt::format("# no resource of {} has a model\n", printable(one.path));
        }
        const WorstCase& worst = found.cases.front();
        const Instant end =
            std::max(scenarioStart + options.within,
                     (worst.steps.empty() ? scenarioStart : worst.steps.back().at) + 2 * longestPeriod(found.program));
        const Program program = exploration::storyOf(found, worst, end);
        std::string comment = worstText(found, options, worst);
        const std::string name = fmt::format("{}: {}", one.written->name, comment);
        for (const TakenTiming& taken : worst.timings) {
            comment += "; " + takenText(taken);
        }
        const auto scenario = scenarioText({*one.written->documents.front(), one.path, {}, name, comment, worst.phases},
                                           program, replay(program, worst.phases), {});
        return scenario.value_or(fmt::format("# {}\n# {} has no fields on lines of their own to repeat here\n", comment,
                                             printable(one.path)));
    }

    const Arguments& arguments_;
    const Streams& streams_;
    std::string measure_;
    WorstOptions options_;
};

} // namespace

ExitCode runWorst(const Arguments& arguments, const Streams& streams, const WorstRequest& request) {
    return WorstCommand{arguments, streams, request}.run();
}

} // namespace cmksim::program
