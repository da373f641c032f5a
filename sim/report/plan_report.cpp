#include "report/plan_report.hpp"

#include "engine/wording.hpp"
#include "report/action_fields.hpp"
#include "report/az_commands.hpp"
#include "report/clock.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cmksim::report {

namespace {

JsonValue seconds(Duration value) { return std::int64_t{value.count()}; }
JsonValue seconds(Instant value) { return seconds(value.time_since_epoch()); }
JsonValue extent(const Extent<Duration>& within) {
    return JsonObject{{"min", seconds(within.least)}, {"max", seconds(within.most)}};
}

/// Why a step helps: what its resource suffers from, and the documented way back.
std::string whyOf(const Program& program, const Candidate& step) {
    const std::string& name = program.resources[step.helps].name;
    if (step.reason == Reason::None) {
        return fmt::format("for {}", name);
    }
    const Wording wording = wordingOf(program.modelOf(step.helps), step.reason);
    return fmt::format("{}: {}. {}", name, nameOf(step.reason), wording.fix);
}

std::vector<std::string> sourcesOf(const Program& program, const Candidate& step) {
    if (step.reason == Reason::None) {
        return {};
    }
    const Wording wording = wordingOf(program.modelOf(step.helps), step.reason);
    return wording.provenance != nullptr ? wording.provenance->sources : std::vector<std::string>{};
}

std::string becauseOf(const Recovery& recovery, const Loss& loss) {
    std::string text = loss.materialGone ? "the material that wraps its data is gone, in every key and backup"
                                         : "no action on what is there helps";
    if (loss.reason != Reason::None) {
        text = fmt::format("{}: {}", nameOf(loss.reason), text);
    }
    if (loss.ended) {
        const bool action = loss.ended->is<ActionDone>();
        text += action ? fmt::format("; since {} {}", recovery.program.entries[loss.ended->entry()].name,
                                     recovery.program.entries[loss.ended->entry()].target)
                       : fmt::format("; since {} {}", nameOf(loss.ended->as<FactHappened>().kind),
                                     factTarget(recovery.program, *loss.ended));
    }
    return text;
}

/// How long after its steps a plan reaches the goal.
Extent<Duration> waitAfter(const Recovery& recovery, const RecoveryPlan& plan) {
    const Duration waited = plan.when - recovery.at;
    return {std::max(Duration::zero(), plan.proof.within.least - waited),
            std::max(Duration::zero(), plan.proof.within.most - waited)};
}

JsonValue stepsJson(const Recovery& recovery, const RecoveryPlan& plan, const AzCommands& commands) {
    JsonArray steps;
    for (const auto& step : plan.steps) {
        const TimelineEntry entry = entryOf(recovery.program, step->action, plan.when);
        const bool last = step == plan.steps.back();
        JsonArray sources;
        for (const std::string& source : sourcesOf(recovery.program, *step)) {
            sources.emplace_back(source);
        }
        JsonObject fields{{"at", seconds(plan.when)},
                          {"action", entry.name},
                          {"target", entry.target},
                          {"with", argumentsOf(recovery.program, entry)},
                          {"az", joinedCommands(commands.of(entry))},
                          {"why", whyOf(recovery.program, *step)},
                          {"wait", extent(last ? waitAfter(recovery, plan) : Extent<Duration>{})},
                          {"sources", std::move(sources)}};
        if (const RequiredPermission* requiredPermission = commands.requiredPermissionOf(entry)) {
            fields.emplace_back("role", requiredPermission->role);
        }
        steps.emplace_back(std::move(fields));
    }
    return steps;
}

class PlanWriter {
public:
    PlanWriter(const Recovery& recovery, const std::vector<AzureTerms>& terms, const TextStyle& style,
               std::ostream& out)
        : recovery_{recovery}, program_{recovery.program}, commands_{recovery.program, terms},
          signs_{style.unicode ? unicodeSigns : asciiSigns}, page_{style, out} {}

    void write(std::string_view file) {
        page_.paragraph({}, Phrase{program_.name, Paint::Strong});
        page_.paragraph({}, Phrase{file, Paint::Quiet});
        page_.paragraph({}, Phrase{fmt::format("from the world as it is at {}", Clock::sinceStart(recovery_.at))});
        for (std::size_t i = 0; i < recovery_.plans.size(); ++i) {
            page_.blank();
            page_.heading(i == 0 ? std::string{"The way back"} : fmt::format("Another way ({})", i + 1), signs_.rule);
            plan(recovery_.plans[i]);
        }
        if (recovery_.inDoubt) {
            page_.blank();
            page_.heading("Another way, if a deleted identity can be recovered", signs_.rule);
            plan(*recovery_.inDoubt);
        }
        if (!recovery_.lost.empty()) {
            page_.blank();
            page_.heading("What nothing brings back", signs_.rule);
            for (const Loss& loss : recovery_.lost) {
                lost(loss);
            }
        }
    }

private:
    void plan(const RecoveryPlan& plan) {
        if (plan.steps.empty()) {
            page_.paragraph({}, Phrase{plan.proof.within.most == Duration::zero()
                                           ? std::string{"nothing is to be done: everything is Ready, and stays so"}
                                           : "nothing is to be done but to wait: " + after(plan),
                                       Paint::Good});
            return;
        }
        if (plan.when > recovery_.at) {
            page_.paragraph({}, Phrase{fmt::format("wait until {}, when every resource has noticed what is wrong",
                                                   Clock::sinceStart(plan.when))});
        }
        std::size_t number = 0;
        for (const auto& step : plan.steps) {
            const TimelineEntry entry = entryOf(program_, step->action, plan.when);
            const std::string arguments = flowYaml(argumentsOf(program_, entry));
            Phrase body{entry.name + ' ' + entry.target, Paint::Event};
            body.add(arguments.empty() ? "" : "  ").add(arguments, Paint::Quiet);
            page_.paragraph(Phrase{fmt::format("{}. ", ++number), Paint::Strong}, body);
            for (const std::string& command : commands_.of(entry)) {
                page_.whole(Phrase{"   $ ", Paint::Quiet}.add(command));
            }
            if (const RequiredPermission* requiredPermission = commands_.requiredPermissionOf(entry)) {
                const bool either = !requiredPermission->permission.empty();
                more("role",
                     requiredPermission->role +
                         (either ? ", or in an access policy the permission " + requiredPermission->permission : ""));
            }
            more("why", whyOf(program_, *step));
            for (const std::string& source : sourcesOf(program_, *step)) {
                more(source == sourcesOf(program_, *step).front() ? "source" : "", source);
            }
        }
        Phrase end{plan.proof.ready ? "replayed: " : "NOT PROVED: ", plan.proof.ready ? Paint::Good : Paint::Bad};
        page_.paragraph({}, end.add(after(plan)));
        if (plan.proof.ready && plan.proof.over != OpenTimings::All) {
            page_.paragraph(
                {}, Phrase{"proved for grants that count at once; where one takes longer, the steps after it have "
                           "to wait until it counts",
                           Paint::Warning});
        }
        page_.paragraph(
            {}, Phrase{"check   that each resource is Ready when its next revalidation has passed", Paint::Quiet});
    }

    [[nodiscard]] static std::string after(const RecoveryPlan& plan) {
        const Extent<Duration>& within = plan.proof.within;
        return within.isPoint() ? fmt::format("everything is Ready after {}", formatDuration(within.least))
                                : fmt::format("everything is Ready after {} to {}", formatDuration(within.least),
                                              formatDuration(within.most));
    }

    void more(std::string_view label, std::string_view text) {
        page_.paragraph(Phrase{"   "}.add(label, Paint::Quiet).padTo(11), Phrase{text, Paint::Quiet});
    }

    void lost(const Loss& loss) {
        Phrase body{becauseOf(recovery_, loss), Paint::Bad};
        page_.paragraph(Phrase{program_.resources[loss.resource].name, Paint::Strong}.add(": "), body);
        more("until", loss.until
                          ? fmt::format("{}, the last instant at which there was a way", Clock::sinceStart(*loss.until))
                          : std::string{"there never was a way"});
    }

    const Recovery& recovery_;
    const Program& program_;
    AzCommands commands_;
    const Signs& signs_;
    Page page_;
};

} // namespace

JsonValue planJson(const Recovery& recovery, const std::vector<AzureTerms>& terms) {
    const AzCommands commands{recovery.program, terms};
    JsonObject plan{
        {"possible", recovery.lost.empty() && !recovery.plans.empty() && recovery.plans.front().proof.ready},
        {"at", seconds(recovery.at)}};
    if (!recovery.plans.empty()) {
        const RecoveryPlan& best = recovery.plans.front();
        plan.emplace_back("steps", stepsJson(recovery, best, commands));
        plan.emplace_back("ready", extent(best.proof.within));
        plan.emplace_back("verified", best.proof.ready);
        plan.emplace_back("timing", openTimingsNames[static_cast<std::size_t>(best.proof.over)]);
    } else {
        plan.emplace_back("steps", JsonArray{});
        plan.emplace_back("ready", nullptr);
        plan.emplace_back("verified", false);
    }
    if (!recovery.lost.empty()) {
        JsonArray lost;
        for (const Loss& loss : recovery.lost) {
            lost.push_back(JsonObject{{"resource", recovery.program.resources[loss.resource].name},
                                      {"because", becauseOf(recovery, loss)},
                                      {"until", loss.until ? seconds(*loss.until) : JsonValue{nullptr}}});
        }
        plan.emplace_back("lost", std::move(lost));
    }
    if (recovery.inDoubt) {
        plan.emplace_back("inDoubt", JsonObject{{"steps", stepsJson(recovery, *recovery.inDoubt, commands)},
                                                {"ready", extent(recovery.inDoubt->proof.within)},
                                                {"verified", recovery.inDoubt->proof.ready}});
    }
    if (recovery.plans.size() > 1) {
        JsonArray others;
        for (std::size_t i = 1; i < recovery.plans.size(); ++i) {
            others.push_back(JsonObject{{"steps", stepsJson(recovery, recovery.plans[i], commands)},
                                        {"ready", extent(recovery.plans[i].proof.within)},
                                        {"verified", recovery.plans[i].proof.ready}});
        }
        plan.emplace_back("alternatives", std::move(others));
    }
    return plan;
}

void writePlanText(const Recovery& recovery, const std::vector<AzureTerms>& terms, std::string_view file,
                   const TextStyle& style, std::ostream& out) {
    PlanWriter{recovery, terms, style, out}.write(file);
}

} // namespace cmksim::report
