#include "rehearsal/handout.hpp"

#include "analysis/deadlines.hpp"
#include "analysis/impairment_bounds.hpp"
#include "analysis/reaction_worlds.hpp"
#include "base/hidden_text.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "engine/impairment.hpp"
#include "engine/replay.hpp"
#include "engine/wording.hpp"
#include "recovery/plan.hpp"
#include "rehearsal/drill.hpp"
#include "report/action_fields.hpp"
#include "report/all_clear.hpp"
#include "report/az_commands.hpp"
#include "report/bounds_report.hpp"
#include "report/clock.hpp"
#include "report/plan_report.hpp"
#include "report/scope.hpp"
#include "report/unmodelled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
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
        if (atBegin || std::string_view{"\\`*[]<>|&~"}.find(c) != std::string_view::npos ||
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

class SheetWriter {
public:
    explicit SheetWriter(const HandoutView& view)
        : view_{view}, program_{view.shown}, commands_{view.shown, view.catalog.azure(), AzCommands::Use::ToBeRun},
          phases_{nominalPhases(view.shown)}, trace_{replay(view.shown, phases_)}, course_{view.course},
          began_{firstSymptom(view.shown, trace_, Instant::min()).value_or(never)} {}

    std::string facilitator() {
        out_ += fmt::format("# {}: for the facilitator\n", text(program_.name));
        paragraph(view_.scenario.description);
        goals();
        if (!view_.scenario.sources.empty()) {
            out_ += "\nDocuments:\n\n";
            for (const Name& source : view_.scenario.sources) {
                out_ += fmt::format("- {}\n", text(source.text));
            }
        }
        handingOut();
        rules();
        whatHappens();
        whatIsSeen();
        wayBack();
        deadlineTable();
        whatDoesNotHelp();
        grading();
        return std::move(out_);
    }

    std::string participant() {
        out_ += "# A drill: for participants\n"; // its name says too much
        paragraph(view_.scenario.drill ? view_.scenario.drill->briefing : std::string_view{});
        rules();
        whatThereIs();
        symptoms();
        // The name of a scenario's file says too much.
        out_ += "\n## How to go about it\n\n```sh\ncmksim drill FILE\n```\n\nFILE is the one that you were given. ";
        out_ += "Look with `status`, `try RESOURCE OPERATION` and the read-only commands of the Azure CLI; repair with "
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

    void handingOut() {
        out_ +=
            "\n## Handing it out\n\nThe name and the text of a scenario's file say what happens. Participants play a "
            "sealed copy of it:\n\n```sh\ncmksim drill --seal FILE -o drill.yaml\n```\n";
    }

    /// What a machine checks.
    void rules() {
        if (!view_.scenario.drill || (view_.scenario.drill->must.empty() && view_.scenario.drill->forbid.empty())) {
            return;
        }
        out_ += "\n## Rules\n\n";
        for (const DrillMustSpec& must : view_.scenario.drill->must) {
            out_ += fmt::format("- Must be: {}\n", text(must.text));
        }
        for (const DrillForbidSpec& forbidden : view_.scenario.drill->forbid) {
            out_ += fmt::format("- Forbidden: {}\n", text(forbidden.text));
        }
    }

    void whatThereIs() {
        out_ += "\n## What there is\n\n| resource | service | identity | key |\n| --- | --- | --- | --- |\n";
        for (const ResourceId id : program_.resources.ids()) {
            const auto& described = program_.resources[id].described;
            if (!described) {
                continue;
            }
            const auto row = [&](IdentityId identity, const std::string& key) {
                out_ += fmt::format("| {} | {} | {} | {} |\n", text(program_.resources[id].name),
                                    text(program_.modelOf(id).service),
                                    identity.valid() ? text(program_.names.identities[identity].text) : "", key);
            };
            if (!described->key.valid()) {
                row(described->identity, "the platform's own");
            }
            described->eachKey([&](const KeyUse& use) {
                row(use.identity,
                    text(program_.keys[use.key].text) +
                        (described->otherKeys.empty() ? "" : " (" + text(program_.names.slots[use.slot]) + ")"));
            });
        }
        if (!program_.unmodelled.empty()) {
            out_ += fmt::format("\n| {} | type | hangs on |\n| --- | --- | --- |\n", unmodelledWords);
            for (const Unmodelled& one : program_.unmodelled) {
                out_ += fmt::format("| {} | {} | {} |\n", text(one.name), text(one.type),
                                    text(whatItHangsOn(program_, one)));
            }
        }
    }

    template <class Tell>
    void forEachFall(Tell tell) const {
        for (const Record& record : trace_.records) {
            const auto* moved = record.asIf<Transition>();
            const Model* model = moved != nullptr ? &program_.modelOf(record.on->resource) : nullptr;
            if (model != nullptr && moved->from != moved->to &&
                (moved->from == model->ready() || goesDown(*model, *moved))) {
                tell(record, *moved);
            }
        }
    }

    /// What shows at the moment in which the drill begins; what comes later is for the players to find.
    void symptoms() {
        out_ += "\n## What you see\n\n| time | resource | state | what it says |\n| --- | --- | --- | --- |\n";
        const auto row = [this](ResourceId id, std::string_view state, std::string_view said) {
            out_ += fmt::format("| {} | {} | {} | {} |\n", Clock::sinceStart(began_), text(program_.resources[id].name),
                                text(state), text(said));
        };
        for (const Record& record : trace_.records) {
            if (record.position.at != began_) {
                continue;
            }
            const auto* moved = record.asIf<Transition>();
            const auto* changed = record.asIf<ConditionChanged>();
            if (moved != nullptr && moved->from != moved->to) {
                const Model& model = program_.modelOf(record.on->resource);
                const Wording wording = wordingOf(model, moved->reason);
                const std::string message = filled(program_, record, wording.message);
                row(record.on->resource, model.states[moved->to].name,
                    fmt::format("{}{}{}", wording.error, wording.error.empty() || message.empty() ? "" : ": ",
                                message));
            } else if (changed != nullptr && changed->raised) {
                row(record.on->resource, program_.modelOf(record.on->resource).conditions[changed->condition].name, "");
            }
        }
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
        const ScenarioBounds bounds = boundsOf(view_.program, program_, OpenTimings::All,
                                               std::min(mostWorlds, usualReactionWorlds(view_.program)));
        out_ += "\n## What is seen, and when, if nothing is done\n\n| resource | goes dark | after | reason |\n| --- | "
                "--- | --- | --- |\n";
        bool impaired = false;
        for (const ResourceBounds& resource : bounds.resources) {
            for (const Extent<Instant>& failed : resource.failed) {
                failed_.insert(resource.resource);
                out_ += fmt::format("| {} | {} | {} | {} |\n", text(program_.resources[resource.resource].name),
                                    Clock::sinceStart(failed.least), text(makingOf(resource.resource, failed.least)),
                                    failedText(resource));
            }
            impaired = impaired || !resource.impairments.empty();
            for (const OutageBounds& outage : resource.outages) {
                out_ += fmt::format("| {} | {} | {} | {} |\n", text(program_.resources[resource.resource].name),
                                    range(outage.start.instant), text(causeOf(program_, outage.start.cause)),
                                    reasonsText(outage));
            }
        }
        if (!impaired) {
            return;
        }
        out_ += "\n| resource | is up, and impaired | until | what it denies |\n| --- | --- | --- | --- |\n";
        for (const ResourceBounds& resource : bounds.resources) {
            const Model& model = program_.modelOf(resource.resource);
            for (const ImpairmentBounds& one : resource.impairments) {
                out_ += fmt::format("| {} | {}{} | {} | {}: {} |\n", text(program_.resources[resource.resource].name),
                                    range(one.start), one.always ? "" : ", at some timings",
                                    one.over ? range(one.end) : "the end, in some course",
                                    text(impairerName(model, one.by)),
                                    text(cmksim::engine::textOf(model, impairmentBy(model, one.by))));
            }
        }
    }

    /// The action that makes a resource at an instant.
    [[nodiscard]] std::string makingOf(ResourceId id, Instant at) const {
        const auto made = std::ranges::find_if(program_.entries, [&](const TimelineEntry& entry) {
            return entry.at == at && entry.creation() != nullptr && entry.creation()->resource == id;
        });
        return made == program_.entries.end() ? "its making" : fmt::format("{} {}", made->name, made->target);
    }

    [[nodiscard]] std::string nothingDark() const {
        std::string failed;
        for (const ResourceId id : failed_) {
            failed += (failed.empty() ? "" : ", ") + text(program_.resources[id].name);
        }
        return failed.empty() ? std::string{textOf(AllClear::NothingDark)} + text(besideUnmodelled(program_))
                              : fmt::format("nothing that was up goes dark; {} failed as it was made{}", failed,
                                            text(besideUnmodelled(program_)));
    }

    [[nodiscard]] bool isDeletedByStory(ResourceId id) const {
        return std::ranges::any_of(program_.entries, [&](const TimelineEntry& entry) {
            const auto* deletion = entry.action<ResourceDelete>();
            return deletion != nullptr && deletion->resource == id;
        });
    }

    /// Those that were down and that the story deletes, which no repair can be judged by; empty where there are none.
    [[nodiscard]] std::string deletedText(const Trace& best) const {
        std::string told;
        for (const ResourceEnd& end : best.ends) {
            const Duration down = downtimeOf(best, course_.played.until, std::array{end.resource});
            if (end.status.presence == Presence::Deleted && isDeletedByStory(end.resource) && down > Duration::zero()) {
                told += fmt::format("{}{}, which the story deletes, is down {} until then", told.empty() ? "" : "; ",
                                    text(course_.played.resources[end.resource].name), formatDuration(down));
            }
        }
        return told;
    }

    /// Whatever shows is repaired at once: the course against which the drill grades.
    void wayBack() {
        const BestCourse& course = course_;
        for (const Recovery& recovery : course.rounds) {
            out_ += fmt::format("\n## The way back from {} on\n\n", Clock::sinceStart(recovery.at));
            if (!recovery.plans.empty()) {
                steps(recovery, recovery.plans.front());
            }
            if (recovery.inDoubt) {
                std::string names;
                for (const PlannedStep& planned : recovery.inDoubt->steps) {
                    const TimelineEntry entry = entryOf(recovery.program, planned.step->action, planned.at);
                    names += fmt::format("{}{} {}", names.empty() ? "" : ", ", entry.name, entry.target);
                }
                out_ += fmt::format("\nAnother way, of which documents disagree whether it works: {}.\n", text(names));
            }
            for (const Loss& loss : recovery.lost) {
                out_ += fmt::format("\nNo action that was tried brings {} back ({}){}.\n",
                                    text(recovery.program.resources[loss.resource].name), nameOf(loss.reason),
                                    loss.until ? "; the last chance was at " + Clock::sinceStart(*loss.until) : "");
            }
        }
        if (course.rounds.empty()) {
            out_ += began_ == never ? fmt::format("\nIt is no drill: {}.\n", nothingDark()) : "";
            return;
        }
        const Trace best = replay(course.played, phases_);
        const std::string deleted = deletedText(best);
        if (course.repaired.empty()) {
            out_ +=
                deleted.empty()
                    ? "\nWhat goes wrong comes back without a player, or not at all: this is no drill.\n"
                    : fmt::format("\nDone so, {}. Nothing else comes back by a player: this is no drill.\n", deleted);
        } else if (const auto since = wholeSince(course.played, best, course.kept)) {
            out_ += fmt::format("\nDone so, at the timing of the drill, {}, up to {}{}{}.\n",
                                allClear(AllClear::KeptIsWhole, Clock::sinceStart(*since),
                                         formatDuration(downtimeOf(best, course.played.until, course.kept))),
                                Clock::sinceStart(course.played.until), deleted.empty() ? "" : "; ", deleted);
            afterwards();
        }
    }

    /// What falls due when the story is over, though all went as well as it could.
    void afterwards() {
        PlanOptions options;
        options.allowed = stepsWithin(view_.shown, view_.rules.forbidden);
        options.goal = course_.kept;
        options.lasting = true;
        const Recovery rest = planRecovery(course_.played, course_.played.until, options);
        if (!rest.plans.empty() && !rest.plans.front().steps.empty()) {
            out_ += fmt::format("\n## So that it stays so, from {} on\n\n", Clock::sinceStart(rest.at));
            steps(rest, rest.plans.front());
        }
        for (const Risk& risk : rest.risks) {
            out_ += fmt::format("\n{} is at risk until {}: nothing that was tried averts what falls due then.\n",
                                text(rest.program.resources[risk.resource].name), Clock::sinceStart(risk.due));
        }
    }

    void steps(const Recovery& recovery, const RecoveryPlan& plan) {
        const AzCommands commands = commandsToBeRun(recovery, view_.catalog.azure());
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
            const Wording wording = wordingOf(recovery.program, step.helps, step.reason, step.action);
            const RequiredPermission* requiredPermission = commands.requiredPermissionOf(entry);
            out_ += fmt::format(
                "{}. {}: {} {}{}: {}\n", ++number, Clock::sinceStart(planned.at), text(entry.name), text(entry.target),
                requiredPermission != nullptr ? fmt::format(" (needs {})", text(requiredPermission->role)) : "",
                text(wording.fix));
            const std::vector<std::string> formatted = commands.of(entry);
            for (const std::string& command : formatted) {
                out_ += fmt::format("\n   ```sh\n   {}\n   ```\n\n", command);
            }
            if (const std::string_view words = wordsWithoutCommand(recovery.program, step.action);
                formatted.empty() && !words.empty()) {
                out_ += fmt::format("\n   It is done with `{}`. {}\n\n", flowYaml(argumentsOf(recovery.program, entry)),
                                    words);
            }
        }
    }

    void deadlineTable() {
        const std::vector<Deadline> all = deadlinesOver(view_.program, program_, OpenTimings::All,
                                                        std::min(mostWorlds, usualReactionWorlds(view_.program)));
        if (all.empty()) {
            return;
        }
        out_ += "\n## Until when\n\n| what ends | at | what that does |\n| --- | --- | --- |\n";
        for (const Deadline& deadline : all) {
            std::string loses;
            for (const ResourceId id : deadline.loses) {
                loses += (loses.empty() ? "" : ", ") + text(program_.resources[id].name);
            }
            const std::vector<std::string> notKnown = notKnownBy(program_, deadline);
            std::string does = !loses.empty() ? fmt::format("{} {}", deadlineLosses.at(deadline.ending.index()), loses)
                               : notKnown.empty() ? "nothing at nominal timings"
                                                  : "";
            if (!notKnown.empty()) {
                does += fmt::format("{}not known of {}: no model", does.empty() ? "" : "; ",
                                    text(fmt::format("{}", fmt::join(notKnown, ", "))));
            }
            out_ += fmt::format("| {} {} | {} | {} |\n", nameOf(deadline.ending), text(targetOf(program_, deadline)),
                                deadline.isOpen() ? fmt::format("{} to {}", Clock::sinceStart(deadline.earliest),
                                                                Clock::sinceStart(deadline.latest))
                                                  : Clock::sinceStart(deadline.at),
                                does);
        }
    }

    void whatDoesNotHelp() {
        std::set<Reason> told;
        forEachFall([&](const Record&, const Transition& fall) {
            const ReasonNotes& notes = notesOn(fall.reason);
            if (!told.insert(fall.reason).second) {
                return;
            }
            out_ += fmt::format("\n## {}\n\n{}\n\nLikely causes: {}\n", nameOf(fall.reason), text(notes.holdsWhen),
                                text(notes.causes));
            if (!notes.doesNotHelp.empty()) {
                out_ += fmt::format("\nWhat does not help: {}\n", text(notes.doesNotHelp));
            }
        });
    }

    void grading() {
        const int hint =
            view_.scenario.drill ? view_.scenario.drill->hintPoints.value_or(DrillPrices::hint) : DrillPrices::hint;
        out_ += fmt::format(
            "\n## Points\n\n{} to begin with; one less for every {} that a resource is down, or shows a fault that is "
            "not repaired, longer than with the best plan (at most {}), {} for a hint, {} for {}, {} for a step that "
            "nothing undoes, {} for a resource left behind. The story goes on to its end, though its players have "
            "stopped. A drill is passed, with at least {}, when everything that can be is brought back and every rule "
            "kept. Else it is failed: with {} to {} where something was repaired and every rule kept, else with at "
            "most {}; with none where nothing was repaired and no step that a plan has was taken.\n",
            DrillPrices::fullMarks, formatDuration(DrillPrices::delay), DrillPrices::mostForDelay, hint,
            DrillPrices::wrong, DrillPrices::wrongLine, DrillPrices::irreversible, DrillPrices::leftBehind,
            DrillPrices::passMark, DrillPrices::mostForNothing + 1, DrillPrices::passMark - 1,
            DrillPrices::mostForNothing);
    }

    static constexpr std::uint64_t mostWorlds = 1'000;

    const HandoutView& view_;
    const Program& program_;
    AzCommands commands_;
    Phases phases_;
    Trace trace_;
    const BestCourse& course_;
    Instant began_;               // with the first symptom; never where there is none
    std::set<ResourceId> failed_; // as they were made, at some timing
    std::string out_;
};

} // namespace

std::string facilitatorSheet(const HandoutView& view) { return SheetWriter{view}.facilitator(); }

std::string participantSheet(const HandoutView& view) { return SheetWriter{view}.participant(); }

} // namespace cmksim::rehearsal
