#include "rehearsal/handout.hpp"

#include "analysis/deadlines.hpp"
#include "base/hidden_text.hpp"
#include "base/text.hpp"
#include "engine/impairment.hpp"
#include "engine/replay.hpp"
#include "engine/wording.hpp"
#include "explanation/explain.hpp"
#include "recovery/plan.hpp"
#include "rehearsal/drill.hpp"
#include "report/action_fields.hpp"
#include "report/az_commands.hpp"
#include "report/bounds_report.hpp"
#include "report/clock.hpp"
#include "report/plan_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

namespace cmksim::rehearsal {

namespace {

/// Text within Markdown, a table included, that is nothing but text.
std::string text(std::string_view written) {
    const std::string raw = printableLines(written);
    std::string out;
    // An underscore between letters is no mark of emphasis.
    const auto isWord = [&](std::size_t place, int by) {
        const std::size_t other = by < 0 ? place - 1 : place + 1;
        return (by > 0 || place > 0) && other < raw.size() && std::isalnum(static_cast<unsigned char>(raw[other])) != 0;
    };
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const char c = raw[i];
        if (c == '\n') {
            out += ' ';
            continue;
        }
        const bool atBegin = out.empty() && std::string_view{"#-+>"}.find(c) != std::string_view::npos;
        if (atBegin || std::string_view{"\\`*[]<>|"}.find(c) != std::string_view::npos ||
            (c == '_' && !(isWord(i, -1) && isWord(i, 1)))) {
            out += '\\';
        }
        out += c;
    }
    return out;
}

std::string range(Extent<Instant> extent) {
    return extent.isPoint() ? Clock::sinceStart(extent.least)
                            : fmt::format("{} to {}", Clock::sinceStart(extent.least), Clock::sinceStart(extent.most));
}

std::string range(Extent<Duration> extent) {
    return extent.isPoint() ? formatDuration(extent.least)
                            : fmt::format("{} to {}", formatDuration(extent.least), formatDuration(extent.most));
}

class SheetWriter {
public:
    explicit SheetWriter(const HandoutView& view)
        : view_{view}, program_{view.shown}, commands_{view.shown, view.catalog.azure()},
          trace_{replay(view.shown, nominalPhases(view.shown))} {}

    std::string facilitator() {
        heading("for the facilitator");
        paragraph(view_.scenario.description);
        goals();
        if (!view_.scenario.sources.empty()) {
            out_ += "\nDocuments:\n\n";
            for (const Name& source : view_.scenario.sources) {
                out_ += fmt::format("- {}\n", text(source.text));
            }
        }
        whatHappens();
        whatIsSeen();
        wayBack();
        deadlineTable();
        whatDoesNotHelp();
        grading();
        return std::move(out_);
    }

    std::string participant() {
        heading("for participants");
        paragraph(view_.scenario.drill ? view_.scenario.drill->briefing : std::string_view{});
        goals();
        whatThereIs();
        symptoms();
        out_ += fmt::format("\n## How to go about it\n\n```sh\ncmksim drill {}\n```\n\n", view_.file);
        out_ += "Look with `status`, `try RESOURCE OPERATION` and the read-only commands of the Azure CLI; mend with "
                "its commands; let time pass with `wait 1h`. `help` lists the rest, `hint` helps and costs points, "
                "`done` ends.\n";
        grading();
        out_ += "\n## Your log\n\n| time | what you did | what you saw |\n| --- | --- | --- |\n";
        for (int line = 0; line < 8; ++line) {
            out_ += "| | | |\n";
        }
        return std::move(out_);
    }

private:
    void heading(std::string_view audience) { out_ += fmt::format("# {}: {}\n", text(program_.name), audience); }

    void paragraph(std::string_view raw) {
        if (!raw.empty()) {
            std::string line{raw};
            while (line.ends_with('\n')) {
                line.pop_back();
            }
            out_ += fmt::format("\n{}\n", text(line));
        }
    }

    void goals() {
        if (!view_.scenario.drill || view_.scenario.drill->goals.empty()) {
            return;
        }
        out_ += "\nWhat is to be learnt:\n\n";
        for (const Name& goal : view_.scenario.drill->goals) {
            out_ += fmt::format("- {}\n", text(goal.text));
        }
    }

    void whatThereIs() {
        out_ += "\n## What there is\n\n| resource | service | identity | key |\n| --- | --- | --- | --- |\n";
        for (const ResourceId id : program_.resources.ids()) {
            const auto& described = program_.resources[id].described;
            if (!described) {
                continue;
            }
            out_ += fmt::format(
                "| {} | {} | {} | {} |\n", text(program_.resources[id].name), text(program_.modelOf(id).service),
                described->identity.valid() ? text(program_.names.identities[described->identity].text) : "",
                described->key.valid() ? text(program_.keys[described->key].text) : "the platform's own");
        }
    }

    template <class Tell>
    void forEachFall(Tell tell) const {
        for (const Record& record : trace_.records) {
            const auto* moved = record.asIf<Transition>();
            const Model* model = moved != nullptr ? &program_.modelOf(record.resource) : nullptr;
            if (model != nullptr && moved->from != moved->to &&
                (moved->from == model->ready() || goesDown(*model, *moved))) {
                tell(record, *moved);
            }
        }
    }

    void symptoms() {
        out_ += "\n## What you see\n\n| time | resource | state | what it says |\n| --- | --- | --- | --- |\n";
        forEachFall([this](const Record& record, const Transition& fall) {
            const Model& model = program_.modelOf(record.resource);
            const Wording wording = wordingOf(model, fall.reason);
            const std::string message = filled(program_, record, wording.message);
            out_ +=
                fmt::format("| {} | {} | {} | {}{}{} |\n", Clock::sinceStart(record.position.at),
                            text(subjectName(program_, record)), text(model.states[fall.to].name), text(wording.error),
                            wording.error.empty() || message.empty() ? "" : ": ", text(message));
        });
    }

    void whatHappens() {
        out_ += "\n## What happens unseen\n\n| time | action | command |\n| --- | --- | --- |\n";
        for (const TimelineEntry& entry : program_.entries) {
            if (entry.stage() != Stage::Actions) {
                continue;
            }
            const std::string with = flowYaml(argumentsOf(program_, entry));
            const std::string az = joinedCommands(commands_.of(entry));
            out_ += fmt::format("| {} | {} {} {} | {} |\n", Clock::sinceStart(entry.at), text(entry.name),
                                text(entry.target), text(with), az.empty() ? "" : text(az));
        }
    }

    void whatIsSeen() {
        const ScenarioBounds bounds = boundsOf(view_.program, program_, OpenTimings::All, mostWorlds);
        out_ += "\n## What is seen, and when\n\n| resource | goes dark | after | reason |\n| --- | --- | --- | --- |\n";
        for (const ResourceBounds& resource : bounds.resources) {
            for (const OutageBounds& outage : resource.outages) {
                out_ += fmt::format("| {} | {} | {} | {} |\n", text(program_.resources[resource.resource].name),
                                    range(outage.start.instant), text(causeOf(program_, outage.start.cause)),
                                    nameOf(outage.reason));
            }
        }
    }

    /// Mending whatever shows as soon as it shows, at nominal phases.
    void wayBack() {
        for (const Recovery& recovery : bestCourse(program_, nominalPhases(program_)).rounds) {
            out_ += fmt::format("\n## The way back at {}\n\n", Clock::sinceStart(recovery.at));
            if (!recovery.plans.empty()) {
                steps(recovery, recovery.plans.front());
            }
            for (const Loss& loss : recovery.lost) {
                out_ += fmt::format("\nNothing brings {} back ({}){}.\n",
                                    text(recovery.program.resources[loss.resource].name), nameOf(loss.reason),
                                    loss.until ? "; the last chance was at " + Clock::sinceStart(*loss.until) : "");
            }
        }
    }

    void steps(const Recovery& recovery, const RecoveryPlan& plan) {
        const AzCommands commands{recovery.program, view_.catalog.azure(), AzCommands::Use::ToBeRun};
        std::size_t number = 0;
        Instant now = recovery.at + firstStepAfter;
        for (const PlannedStep& planned : plan.steps) {
            if (planned.at > now) {
                out_ += fmt::format("\nWait {}, until {}.\n\n", formatDuration(planned.at - now),
                                    Clock::sinceStart(planned.at));
            }
            now = planned.at;
            const Candidate& step = *planned.step;
            const TimelineEntry entry = entryOf(recovery.program, step.action, planned.at);
            const Wording wording = wordingOf(recovery.program.modelOf(step.helps), step.reason);
            const RequiredPermission* requiredPermission = commands.requiredPermissionOf(entry);
            out_ += fmt::format(
                "{}. {} {}{}: {}\n", ++number, text(entry.name), text(entry.target),
                requiredPermission != nullptr ? fmt::format(" (needs {})", text(requiredPermission->role)) : "",
                text(wording.fix));
            for (const std::string& command : commands.of(entry)) {
                out_ += fmt::format("\n   ```sh\n   {}\n   ```\n\n", command);
            }
        }
        out_ += fmt::format("{}{} {} later.\n", plan.steps.empty() ? "" : "\n",
                            text(wholeText(recovery.program, recovery.wanted)), range(plan.proof.within));
    }

    void deadlineTable() {
        const std::vector<Deadline> all = deadlines(program_);
        if (all.empty()) {
            return;
        }
        out_ += "\n## Until when\n\n| what ends | at | then lost |\n| --- | --- | --- |\n";
        for (const Deadline& deadline : all) {
            std::string loses;
            for (const ResourceId id : deadline.loses) {
                loses += (loses.empty() ? "" : ", ") + text(program_.resources[id].name);
            }
            out_ += fmt::format("| {} {} | {} | {} |\n", deadlineNames[static_cast<std::size_t>(deadline.kind)],
                                text(targetOf(program_, deadline)), Clock::sinceStart(deadline.at), loses);
        }
    }

    void whatDoesNotHelp() {
        std::set<Reason> told;
        forEachFall([&](const Record&, const Transition& fall) {
            const ReasonNotes& notes = notesOn(fall.reason);
            if (!told.insert(fall.reason).second) {
                return;
            }
            out_ += fmt::format("\n## {}\n\n{}\n\nLikely causes: {}\n", nameOf(fall.reason),
                                text(notes.holdsWhen), text(notes.causes));
            if (!notes.doesNotHelp.empty()) {
                out_ += fmt::format("\nWhat does not help: {}\n", text(notes.doesNotHelp));
            }
        });
    }

    void grading() {
        out_ +=
            fmt::format("\n## Points\n\n{} to begin with; one less for every {} that a resource is down longer than "
                        "with the best plan (at most {}), {} for a hint, {} for a command that is none or is "
                        "refused, {} for a step that nothing undoes, {} for a resource left behind.\n",
                        DrillPrices::fullMarks, formatDuration(DrillPrices::delay), DrillPrices::mostForDelay,
                        DrillPrices::hint, DrillPrices::wrong, DrillPrices::irreversible, DrillPrices::leftBehind);
    }

    static constexpr std::uint64_t mostWorlds = 1'000;

    const HandoutView& view_;
    const Program& program_;
    AzCommands commands_;
    Trace trace_;
    std::string out_;
};

} // namespace

std::string facilitatorSheet(const HandoutView& view) { return SheetWriter{view}.facilitator(); }

std::string participantSheet(const HandoutView& view) { return SheetWriter{view}.participant(); }

} // namespace cmksim::rehearsal
