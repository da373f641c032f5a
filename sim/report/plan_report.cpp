#include "report/plan_report.hpp"

#include "analysis/timing_texts.hpp"
#include "base/time.hpp"
#include "engine/timings.hpp"
#include "engine/wording.hpp"
#include "report/action_fields.hpp"
#include "report/all_clear.hpp"
#include "report/az_commands.hpp"
#include "report/clock.hpp"
#include "report/extent.hpp"
#include "report/plan_losses.hpp"
#include "report/plan_wording.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <utility>

namespace cmksim::report {

namespace {
class PlanWriter {
public:
    PlanWriter(const Recovery& recovery, const std::vector<AzureTerms>& terms, const TextStyle& style,
               ReadingsSay readings, std::ostream& out)
        : recovery_{recovery}, program_{recovery.program}, commands_{commandsToBeRun(recovery, terms)},
          readings_{readings}, signs_{style.unicode ? unicodeSigns : asciiSigns}, page_{style, out} {}

    void write(std::string_view file) {
        page_.paragraph({}, Phrase{program_.name, Paint::Strong});
        page_.paragraph({}, Phrase{file, Paint::Quiet});
        const bool setsUp = recovery_.purpose == RecoveryPurpose::SetUp;
        page_.paragraph({},
                        Phrase{setsUp ? std::string{"from nothing"}
                                      : fmt::format("from the world as it is at {}", Clock::sinceStart(recovery_.at))});
        if (!recovery_.impaired.empty()) {
            section("What is wrong");
            std::ranges::for_each(recovery_.impaired, [this](const ImpairedResource& one) { impairedResource(one); });
        }
        const std::vector<PlanLoss> losses = setsUp ? std::vector<PlanLoss>{} : lossesBeside(recovery_);
        if (!losses.empty()) {
            section("What is lost beside its keys");
            std::ranges::for_each(losses, [this](const PlanLoss& loss) { lostBeside(loss); });
        }
        if (setsUp && recovery_.plans.empty() && !recovery_.lost.empty()) {
            section("The set-up");
            page_.paragraph({}, Phrase{"none of the resources can be set up as they are described", Paint::Bad});
        }
        for (std::size_t i = 0; i < recovery_.plans.size(); ++i) {
            section(i > 0 ? fmt::format("Another way ({})", i + 1) : setsUp ? "The set-up" : "The way back");
            plan(recovery_.plans[i]);
        }
        if (recovery_.inDoubt) {
            section("Another way, if a deleted identity can be recovered");
            plan(*recovery_.inDoubt);
        }
        if (!recovery_.lost.empty()) {
            section(setsUp ? "What is refused" : "What no action that was tried brings back");
            std::ranges::for_each(recovery_.lost, [this](const Loss& loss) { lost(loss); });
        }
        if (!recovery_.risks.empty()) {
            section("What no action that was tried averts");
            std::ranges::for_each(recovery_.risks, [this](const Risk& risk) { atRisk(risk); });
        }
    }

private:
    void section(std::string_view title) {
        page_.blank();
        page_.heading(title, signs_.rule);
    }

    void impairedResource(const ImpairedResource& impaired) {
        const Model& model = program_.modelOf(impaired.resource);
        std::string text =
            impaired.state.valid() ? model.states[impaired.state].name : "not there, its creation was refused";
        if (impaired.reason != Reason::None) {
            text.append(", ").append(nameOf(impaired.reason));
        }
        if (impaired.state.valid()) {
            const std::string denied = textOf(model, impaired.impairment);
            text.append("; ").append(denied.empty() ? "it has not noticed yet" : denied);
        }
        page_.paragraph(Phrase{program_.resources[impaired.resource].name, Paint::Strong}.add(": "),
                        Phrase{text, impaired.impairment.down ? Paint::Bad : Paint::Warning});
        if (impaired.dataEnds) {
            dataAtRisk(*impaired.dataEnds);
        }
    }

    void lostBeside(const PlanLoss& loss) {
        page_.paragraph(Phrase{program_.resources[loss.loss.resource].name, Paint::Strong}.add(": "),
                        Phrase{textOf(program_, loss), loss.came ? Paint::Bad : Paint::Warning});
    }

    void dataAtRisk(Instant ends) {
        more("at risk", fmt::format("its data until {}; then it is gone for good", Clock::sinceStart(ends)));
    }

    void plan(const RecoveryPlan& plan) {
        if (plan.steps.empty() && !plan.proof.holds()) {
            page_.paragraph({}, Phrase{"NOT PROVED: ", Paint::Bad}.add(
                                    fmt::format("{} in this course, and not at every timing that is open",
                                                wholeText(program_, recovery_.wanted))));
            return;
        }
        if (plan.steps.empty()) {
            const bool waits = plan.proof.within.most > Duration::zero();
            page_.paragraph(
                {}, (waits ? Phrase{allClear(AllClear::OnlyWait, after(plan)), Paint::Good}
                           : Phrase{allClear(AllClear::NoStep, wholeText(program_, recovery_.wanted),
                                             recovery_.risks.empty() ? "and will be, unless something else happens"
                                                                     : "for now"),
                                    Paint::Good})
                        .add(underReadings(plan), Paint::Warning));
            return;
        }
        Instant now = recovery_.at + firstStepAfter;
        std::size_t number = 0;
        for (const PlannedStep& planned : plan.steps) {
            if (planned.at > now) {
                page_.paragraph({}, Phrase{waitText(plan, now, planned.at), Paint::Strong});
            }
            now = planned.at;
            step(*planned.step, planned.at, ++number);
        }
        page_.paragraph({}, plan.proof.holds() ? Phrase{allClear(AllClear::Replayed, after(plan)), Paint::Good}.add(
                                                     underReadings(plan), Paint::Warning)
                                               : Phrase{"NOT PROVED: ", Paint::Bad}.add(after(plan)));
        if (plan.proof.holds() && plan.proof.over == OpenTimings::Phases) {
            page_.paragraph({}, Phrase{provedByPhasesAlone, Paint::Warning});
        }
        page_.paragraph({},
                        Phrase{"check   how each resource stands when its next revalidation has passed", Paint::Quiet});
    }

    [[nodiscard]] std::string_view underReadings(const RecoveryPlan& plan) const {
        const bool same = readings_ == ReadingsSay::TheSame;
        const bool isFirst = &plan == &recovery_.plans.front(); // which what is said below is about
        if (isFirst ? same : plan.otherwise.value_or(same)) {
            return "";
        }
        return isFirst ? "; not however documents are read: see below" : "; not however documents are read";
    }

    void step(const Candidate& step, Instant at, std::size_t number) {
        const TimelineEntry entry = entryOf(program_, step.action, at);
        const std::string arguments = flowYaml(argumentsOf(program_, entry));
        Phrase body{entry.name + ' ' + entry.target, Paint::Event};
        body.add(arguments.empty() ? "" : "  ").add(arguments, Paint::Quiet);
        page_.paragraph(Phrase{fmt::format("{}. ", number), Paint::Strong}, body);
        const std::vector<std::string> commands = commands_.of(entry);
        for (const std::string& command : commands) {
            page_.whole(Phrase{"   $ ", Paint::Quiet}.add(command));
        }
        if (const std::string_view words = wordsWithoutCommand(program_, step.action);
            commands.empty() && !words.empty()) {
            more("by hand", words);
        }
        if (const RequiredPermission* requiredPermission = commands_.requiredPermissionOf(entry)) {
            const bool either = !requiredPermission->permission.empty();
            more("role",
                 requiredPermission->role +
                     (either ? ", or in an access policy the permission " + requiredPermission->permission : ""));
        }
        if (const RecoveryRule* byHand = ruleByHand(program_, step.action); byHand && !byHand->needs.empty()) {
            more("needs", fmt::format("the permission {}", fmt::join(byHand->needs, " and ")));
        }
        more("why", whyOf(program_, step));
        std::string_view label = "source";
        for (const std::string& source : sourcesOf(program_, step)) {
            more(std::exchange(label, ""), source);
        }
    }

    /// What a step waits for, as far as the wait says it.
    [[nodiscard]] std::string waitText(const RecoveryPlan& plan, Instant from, Instant until) const {
        const bool grant = std::ranges::any_of(plan.steps, [&](const PlannedStep& one) {
            const TimelineEntry entry = entryOf(program_, one.step->action, one.at);
            const Timing* timing = openTiming(program_, entry);
            return timing != nullptr && one.at + timing->latest == until;
        });
        return fmt::format("wait {}, until {}: {}", formatDuration(until - from), Clock::sinceStart(until),
                           grant ? "by then what was granted counts" : "by then what happened has been noticed");
    }

    [[nodiscard]] std::string after(const RecoveryPlan& plan) const {
        return wholeAfter(program_, recovery_.wanted, plan.proof);
    }

    void more(std::string_view label, std::string_view text) {
        page_.paragraph(Phrase{"   "}.add(label, Paint::Quiet).padTo(11), Phrase{text, Paint::Quiet});
    }

    void lost(const Loss& loss) {
        Phrase body{becauseOf(recovery_, loss), Paint::Bad};
        page_.paragraph(Phrase{program_.resources[loss.resource].name, Paint::Strong}.add(": "), body);
        if (recovery_.purpose == RecoveryPurpose::SetUp) {
            return;
        }
        more("until", loss.until
                          ? fmt::format("{}, the last instant at which there was a way", Clock::sinceStart(*loss.until))
                          : std::string{"there never was a way"});
        if (loss.dataEnds) {
            dataAtRisk(*loss.dataEnds);
        }
    }

    void atRisk(const Risk& risk) {
        page_.paragraph(
            Phrase{program_.resources[risk.resource].name, Paint::Strong}.add(": "),
            Phrase{fmt::format("at risk until {}: {}", Clock::sinceStart(risk.due), becauseOf(recovery_, risk)),
                   Paint::Bad});
    }

    const Recovery& recovery_;
    const Program& program_;
    AzCommands commands_;
    ReadingsSay readings_;
    const Signs& signs_;
    Page page_;
};

/// Others, with more steps, may be sooner where those wait.
std::string waysText(const Recovery& recovery) {
    std::string from = "ways back from " + Clock::sinceStart(recovery.at);
    from += recovery.partsApart ? ", for each part of the estate by itself" : "";
    from += recovery.alikeTogether ? ", the same for resources that are alike" : "";
    const bool taken = recovery.partsApart || recovery.alikeTogether;
    return recovery.everyWay ? from + (taken ? " (others may be cheaper or sooner)" : "")
                             : fmt::format("the {} cheapest {} (others may be sooner)", recovery.compared, from);
}

} // namespace

std::string endText(const Program& program, const Risk& risk) {
    return risk.fact ? factText(program, *risk.fact) : std::string{"what it needs ends"};
}

std::string_view timingsText(OpenTimings open) {
    return open == OpenTimings::All      ? "every timing that is open"
           : open == OpenTimings::Phases ? "every revalidation phase"
                                         : "nominal timings";
}

std::string wholeText(const Program& program, std::span<const ResourceId> resources) {
    if (resources.empty()) {
        return "no resource with a model is there";
    }
    const auto stateOf = [&](ResourceId id) { return program.modelOf(id).states[program.modelOf(id).ready()].name; };
    std::string names;
    for (const ResourceId id : resources) {
        const std::string_view joint = id == resources.front() ? "" : id == resources.back() ? " and " : ", ";
        names.append(joint).append(program.resources[id].name);
    }
    const bool alike =
        std::ranges::all_of(resources, [&](ResourceId id) { return stateOf(id) == stateOf(resources.front()); });
    return fmt::format("{} {} {}", resources.size() > 4 ? fmt::format("all {} resources", resources.size()) : names,
                       resources.size() == 1 ? "is" : "are",
                       alike ? stateOf(resources.front()) + " and unimpaired" : "unimpaired");
}

std::string wholeAfter(const Program& program, std::span<const ResourceId> resources, const Proof& proof) {
    return fmt::format("{} after {}", wholeText(program, resources), between(proof.within));
}

std::vector<ResourceId> judgedByOneMember(const Program& program) {
    std::vector<ResourceId> fleets;
    for (const ResourceId id : program.resources.ids()) {
        const auto& fleet = program.resources[id].fleet;
        if (fleet && fleet->phases && fleet->phases->haveRotations()) {
            fleets.push_back(id);
        }
    }
    return fleets;
}

std::vector<std::string> membersLeftOut(const Program& program) {
    std::vector<std::string> phrases;
    for (const ResourceId id : judgedByOneMember(program)) {
        phrases.push_back(fmt::format("the members of {} that look for newer versions of the key at other times",
                                      program.resources[id].name));
    }
    return phrases;
}

Scope planScope(const Recovery& recovery, OpenTimings open) {
    const bool setsUp = recovery.purpose == RecoveryPurpose::SetUp;
    const std::string ways = setsUp ? std::string{"one order of the steps from nothing"} : waysText(recovery);
    Scope scope{fmt::format("{}, replayed over {}", ways, timingsText(open)),
                {},
                open == OpenTimings::All ? std::vector<std::string>{} : timingTexts(recovery.program)};
    for (const IdentityName& identity : recovery.program.names.identities) {
        if (setsUp && identity.isFederated()) {
            const auto& identities = recovery.program.names.identities;
            scope.notSearched.push_back(
                fmt::format("how {} and {} are made, and trust each other for {}: they are taken "
                            "to be there",
                            identities[identity.with].text, identities[identity.app].text, identity.text));
        }
    }
    for (const ResourceId id : recovery.undecided) {
        scope.notSearched.push_back(
            fmt::format("some ways back for {}: the search was cut short", recovery.program.resources[id].name));
    }
    std::ranges::move(membersLeftOut(recovery.program), std::back_inserter(scope.notSearched));
    const auto hasProof = [&](auto what) {
        return std::ranges::any_of(recovery.plans, [&](const RecoveryPlan& plan) { return what(plan.proof); });
    };
    if (hasProof([&](const Proof& proof) { return proof.over != open; })) {
        scope.notSearched.emplace_back("timings other than revalidation phases, with which a step may be refused");
    }
    if (hasProof([](const Proof& proof) { return proof.cutShort; })) {
        scope.notSearched.emplace_back("some values of timings, as there are too many");
    }
    return scope.over(recovery.program);
}

AzCommands commandsToBeRun(const Recovery& recovery, const std::vector<AzureTerms>& terms) {
    AzCommands commands{recovery.program, terms, AzCommands::Use::ToBeRun};
    for (const RecoveryPlan& plan : recovery.plans) {
        for (const PlannedStep& step : plan.steps) {
            if (const auto* made = std::get_if<IdentityCreate>(&step.step->action)) {
                commands.takeAsMadeAnew(made->identity);
            }
        }
    }
    return commands;
}

void writePlanText(const Recovery& recovery, const std::vector<AzureTerms>& terms, std::string_view file,
                   const TextStyle& style, std::ostream& out, ReadingsSay readings) {
    PlanWriter{recovery, terms, style, readings, out}.write(file);
}

} // namespace cmksim::report
