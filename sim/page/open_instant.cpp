// What a page says of a story whose timeline leaves an instant open.
#include "page/page.hpp"

#include "analysis/objectives.hpp"
#include "deadline/open_bounds.hpp"
#include "report/deadline_chart.hpp"
#include "report/extent.hpp"
#include "report/open_bounds_report.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace cmksim::page {

namespace {

using deadline::HeldStretch;

JsonValue judgedJson(const std::string& what, const std::vector<HeldStretch>& stretches, std::string_view inNone) {
    const bool always = std::ranges::all_of(stretches, [](const HeldStretch& one) { return one.held == Held::Always; });
    return JsonObject{{"what", what}, {"text", stretchesText(stretches, inNone)}, {"holds", always}};
}

/// The recovery-time objective that a picture shows: the one that there is, where there are no others.
std::optional<Duration> onlyRto(const Program& program) {
    std::optional<Duration> only;
    for (const Objective& one : program.objectives) {
        if (one.rto && only && *only != *one.rto) {
            return std::nullopt;
        }
        only = one.rto ? one.rto : only;
    }
    return only;
}

std::string picture(const Program& program, std::string_view file, const report::Scope& scope) {
    deadline::OpenQuestion asked = deadline::questionOf(program);
    if (asked.question.repair.empty()) {
        return {};
    }
    asked.question.rto = onlyRto(program);
    std::vector<std::string> steps;
    for (const TimelineEntry& step : asked.question.repair) {
        steps.push_back(step.name + ' ' + step.target);
    }
    const deadline::RepairCurve curve = repairCurve(asked.program, asked.question);
    std::string svg = deadlineSvg({std::string{file}, program.name, steps, curve, asked.question.rto, scope});
    svg.pop_back(); // the end of its line, which a page would show
    return svg;
}

} // namespace

JsonValue withOpenInstant(const JsonValue& story, const Program& program, std::string_view file) {
    const deadline::OpenBounds bounds = deadline::openBounds(program, OpenTimings::All);
    const report::OpenBoundsView view{program, file, bounds, OpenTimings::All};
    JsonArray resources;
    for (const deadline::OpenResource& one : bounds.resources) {
        resources.push_back(JsonObject{{"name", program.resources[one.resource].name},
                                       {"text", outcomeText(one)},
                                       {"mayLoseData", !one.dataLost.empty()}});
    }
    JsonArray judged;
    for (const deadline::OpenExpectation& one : bounds.expectations) {
        judged.push_back(judgedJson(expectationText(program, one), one.stretches, report::inNoCase(OpenTimings::All)));
    }
    for (const deadline::OpenObjective& one : bounds.objectives) {
        const Objective& objective = program.objectives[one.objective];
        judged.push_back(judgedJson(objective.name + ", " + analysis::askedText(objective, one.kind), one.stretches,
                                    report::inNoCase(OpenTimings::Nominal)));
    }
    const report::Scope scope = scopeOf(view);
    const std::vector<std::string> looked = scopeSentences(scope);
    return story
        .with("clear", JsonObject{}) // what is whole with the first instant need not be with others
        .with("openInstant", JsonObject{{"text", openInstantText(program)},
                                        {"first", report::seconds(program.openInstant->first)},
                                        {"resources", std::move(resources)},
                                        {"judged", std::move(judged)},
                                        {"looked", JsonArray(looked.begin(), looked.end())},
                                        {"picture", picture(program, file, scope)}});
}

} // namespace cmksim::page
