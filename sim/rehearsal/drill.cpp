#include "rehearsal/drill.hpp"

#include "engine/impairment.hpp"
#include "engine/wording.hpp"
#include "report/action_fields.hpp"
#include "report/all_clear.hpp"
#include "report/az_commands.hpp"
#include "report/plan_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cmksim::rehearsal {

namespace {

constexpr std::string_view hintWord = "hint";
constexpr std::string_view doneWord = "done";
constexpr std::string_view saveWord = "save ";

bool contains(const std::vector<ResourceId>& ids, ResourceId id) { return std::ranges::find(ids, id) != ids.end(); }

/// What the service of the resource that a step helps finds, or will find: not what that step alone repairs. A grant to
/// another identity comes first where the one in use is deleted.
Reason reasonInTheWay(const Recovery& recovery, const Candidate& step) {
    const auto impaired = std::ranges::find(recovery.impaired, step.helps, &ImpairedResource::resource);
    return impaired != recovery.impaired.end() && impaired->reason != Reason::None ? impaired->reason : step.reason;
}

} // namespace

int pointsOf(const DrillResult& result) {
    const int lost = result.hints * result.hintPoints + result.wrong * DrillPrices::wrong +
                     result.irreversible * DrillPrices::irreversible +
                     static_cast<int>(result.leftBehind.size()) * DrillPrices::leftBehind + result.forDelay;
    const int points = std::max(0, DrillPrices::fullMarks - lost);
    if (result.passed) {
        return std::max(points, DrillPrices::passMark);
    }
    if (result.repairedAny && result.broken.empty()) {
        return std::clamp(points, DrillPrices::mostForNothing + 1, DrillPrices::passMark - 1);
    }
    return result.repairedAny || result.triedAny ? std::min(points, DrillPrices::mostForNothing) : 0;
}

Drill::Drill(Rehearsal& rehearsal, Prompt& prompt, const TextStyle& style, std::ostream& out, WallClock clock)
    : rehearsal_{rehearsal}, prompt_{prompt}, style_{style}, out_{out}, clock_{std::move(clock)} {
    if (rehearsal.drill() && rehearsal.drill()->hintPoints) {
        result_.hintPoints = *rehearsal.drill()->hintPoints;
    }
    rehearsal_.advanceTo(rehearsal_.end());
    const std::optional<Instant> first = firstSymptom(rehearsal_.program(), rehearsal_.trace(), Instant::min());
    if (first) {
        best_ = bestCourse(rehearsal_.program(), rehearsal_.phases(),
                           stepsWithin(rehearsal_.program(), rehearsal_.rules().forbidden));
    }
    rehearsal_.undo();
    if (!first) {
        noDrill_ = NoDrill::NothingWrong;
    } else if (best_.repaired.empty()) {
        const bool anyLost = std::ranges::any_of(best_.rounds, [](const Recovery& one) { return !one.lost.empty(); });
        noDrill_ = anyLost ? NoDrill::NothingRepairable : NoDrill::NothingToRepair;
    } else if (rehearsal.drill() && reportOutOfReach(best_, rehearsal_.phases(), *first, *rehearsal.drill(),
                                                     rehearsal_.rules().must, outOfReach_)) {
        noDrill_ = NoDrill::OutOfReach;
    }
    if (noDrill_) {
        over_ = true;
        return;
    }
    result_.began = *first;
    for (const Recovery& round : best_.rounds) {
        noteSteps(round);
    }
    const Trace best = replay(best_.played, rehearsal_.phases());
    result_.bestDowntime = downtimeOf(best, best_.played.until, best_.kept);
    result_.bestUnrepaired = unrepairedTime(best_.played, rehearsal_.phases(), best_.kept);
}

/// The steps of a way back, and of that which documents disagree about.
void Drill::noteSteps(const Recovery& recovery) {
    const auto note = [&](const RecoveryPlan& plan) {
        for (const PlannedStep& step : plan.steps) {
            const TimelineEntry entry = entryOf(recovery.program, step.step->action, step.at);
            steps_.insert(entry.name + ' ' + entry.target);
        }
    };
    std::ranges::for_each(recovery.plans, note);
    if (recovery.inDoubt) {
        note(*recovery.inDoubt);
    }
}

/// Whether a plan has that step, be it for a key where the player takes it for the whole vault.
bool Drill::isPlanned(const TimelineEntry& entry) const {
    const std::string step = entry.name + ' ' + entry.target;
    const std::string below = step + '/';
    const auto next = steps_.lower_bound(below);
    return steps_.contains(step) || (next != steps_.end() && next->starts_with(below));
}

void Drill::begin() {
    rehearsal_.advanceTo(result_.began);
    prompt_.reporter().tellNews();
}

/// What passed on the wall while the player thought passes in the story.
void Drill::passTime() {
    if (!clock_) {
        return;
    }
    const Duration now = clock_();
    if (now > passed_) {
        rehearsal_.advanceTo(rehearsal_.now() + (now - passed_));
        prompt_.reporter().tellNews();
        passed_ = now;
    }
}

void Drill::answer(std::string_view line) {
    line = trimmed(line);
    passTime();
    DrillMove move{rehearsal_.now(), std::string{line}, Reply::Done, {}, false, false};
    if (line == doneWord) {
        over_ = true;
        return;
    }
    const Instant before = rehearsal_.now();
    if (line == hintWord) {
        move.hint = true;
        hint();
    } else if (line.starts_with(saveWord)) {
        move.reply = save(trimmed(line.substr(saveWord.size())));
    } else {
        move.reply = prompt_.answer(line);
        over_ = move.reply == Reply::Quit;
    }
    note(std::move(move), before);
    judgeEnd();
}

void Drill::note(DrillMove move, Instant before) {
    const Program& program = rehearsal_.program();
    for (const TimelineEntry& entry : program.entries) {
        if (rehearsal_.now() > before && entry.at == rehearsal_.now() && rehearsal_.isDoneHere(entry)) {
            move.actions.push_back(entry.name + (entry.target.empty() ? "" : " ") + entry.target);
            const bool counts = move.reply == Reply::Done && entry.action() != nullptr;
            result_.triedAny = result_.triedAny || (counts && isPlanned(entry));
            move.irreversible = move.irreversible || (counts && ruleOf(*entry.action()).traits.irreversible);
        }
    }
    result_.hints += move.hint ? 1 : 0;
    result_.wrong += move.reply == Reply::Refused || move.reply == Reply::Wrong ? 1 : 0;
    result_.irreversible += move.irreversible ? 1 : 0;
    if (!move.line.empty()) {
        result_.moves.push_back(std::move(move));
    }
}

/// What the player typed, for `--script`: the scenario itself holds what a drill hides.
Reply Drill::save(std::string_view path) {
    std::string text;
    for (const DrillMove& move : result_.moves) {
        text += move.line + '\n';
    }
    return prompt_.saveText(path, text);
}

/// Over when everything that could be kept is whole, and stays so though nothing more is done.
void Drill::judgeEnd() {
    if (over_) {
        return;
    }
    const auto allWhole = [this] {
        return std::ranges::all_of(rehearsal_.trace().ends, [this](const ResourceEnd& end) {
            return !contains(best_.kept, end.resource) || isWhole(rehearsal_.program(), end);
        });
    };
    const Instant now = rehearsal_.now();
    if (!allWhole()) {
        return;
    }
    rehearsal_.advanceTo(std::max(best_.until, now + 2 * longestPeriod(rehearsal_.program())));
    over_ = allWhole() && !firstSymptom(rehearsal_.program(), rehearsal_.trace(), now);
    rehearsal_.undo();
}

void Drill::hint() {
    PlanOptions options;
    options.allowed = stepsWithin(rehearsal_.program(), rehearsal_.rules().forbidden);
    const Recovery recovery = planRecovery(rehearsal_.program(), rehearsal_.now(), options);
    Page page{style_, out_};
    if (recovery.plans.empty()) {
        page.paragraph({}, Phrase{"No way back is known from here."});
        return;
    }
    if (recovery.plans.front().steps.empty()) {
        page.paragraph({}, Phrase{allClear(AllClear::OnlyWait, wholeAfter(rehearsal_.program(), recovery.wanted,
                                                                          recovery.plans.front().proof))});
        return;
    }
    noteSteps(recovery);
    const Candidate& step = *recovery.plans.front().steps.front().step;
    const Program& program = rehearsal_.program();
    const std::string& name = program.resources[step.helps].name;
    const Reason reason = reasonInTheWay(recovery, step);
    const Wording wording = wordingOf(program, step.helps, reason, step.action);
    const ReasonNotes& notes = notesOn(reason);
    int& given = hintsOn_[{step.helps, reason}];
    ++given;
    if (given == 1 && !notes.holdsWhen.empty()) {
        const bool isFound = std::ranges::any_of(rehearsal_.trace().ends, [&](const ResourceEnd& end) {
            return end.resource == step.helps && end.status.reason == reason;
        });
        page.paragraph({}, Phrase{fmt::format("Look at {}. Its service {} that {}", name,
                                              isFound ? "finds" : "will find", notes.holdsWhen)});
    } else if (given <= 2) {
        page.paragraph({}, Phrase{fmt::format("{}: {}. Likely causes: {}", name, nameOf(reason), notes.causes)});
    } else if (given == 3 && !wording.fix.empty()) {
        page.paragraph({}, Phrase{std::string{wording.fix}});
    } else {
        const TimelineEntry entry = entryOf(recovery.program, step.action, rehearsal_.now());
        const std::vector<std::string> commands = AzCommands{recovery.program, rehearsal_.catalog().azure()}.of(entry);
        const std::string arguments = commands.empty() ? flowYaml(argumentsOf(recovery.program, entry)) : std::string{};
        page.paragraph({}, Phrase{fmt::format("The next step is {} {}{}{}", entry.name, entry.target,
                                              arguments.empty() ? "" : "  ", arguments)});
        for (const std::string& command : commands) {
            page.whole(Phrase{"  $ ", Paint::Quiet}.add(command));
        }
    }
}

DrillResult Drill::finish() {
    DrillResult result = result_;
    result.ended = rehearsal_.now();
    rehearsal_.advanceTo(std::max(best_.until, result.ended + 2 * longestPeriod(rehearsal_.program())));
    result.judged = rehearsal_.now();
    grade(result);
    rehearsal_.undo();
    return result;
}

void Drill::grade(DrillResult& result) {
    const Program& program = rehearsal_.program();
    const Trace& trace = rehearsal_.trace();
    const PlayedSession session{
        program,      rehearsal_.phases(), trace,
        result.began, best_.kept,          [this](const TimelineEntry& entry) {
                                    return rehearsal_.isDoneHere(entry); }};
    const std::vector<ResourceId> lost = lostResources(session);
    for (const ResourceEnd& end : trace.ends) {
        if (!contains(best_.kept, end.resource)) {
            continue;
        }
        DrilledResource one;
        one.name = program.resources[end.resource].name;
        one.downtime = downtimeOf(trace, program.until, {&end.resource, 1});
        one.unrepaired = unrepairedTime(program, rehearsal_.phases(), {&end.resource, 1});
        one.whole = isWhole(program, end) && !contains(lost, end.resource);
        result.downtime += one.downtime;
        result.unrepaired += one.unrepaired;
        result.repairedAny = result.repairedAny || (one.whole && contains(best_.repaired, end.resource));
        if (!one.whole) {
            result.leftBehind.push_back(one.name);
        }
        result.resources.push_back(std::move(one));
    }
    result.missed = missedGoals(session, rehearsal_.rules().must);
    result.broken = brokenRules(session, rehearsal_.rules().forbidden);
    result.passed = result.leftBehind.empty() && result.missed.empty() && result.broken.empty();
    if (const auto since = wholeSince(program, trace, best_.kept); since && result.leftBehind.empty()) {
        result.repaired = std::max(Duration::zero(), *since - result.began);
    }
    const Duration late =
        std::max({Duration::zero(), result.downtime - result.bestDowntime, result.unrepaired - result.bestUnrepaired});
    result.forDelay = static_cast<int>(std::min<std::int64_t>(DrillPrices::mostForDelay, late / DrillPrices::delay));
    result.points = pointsOf(result);
}

} // namespace cmksim::rehearsal
