#include "rehearsal/drill.hpp"

#include "engine/impairment.hpp"
#include "engine/wording.hpp"
#include "explanation/explain.hpp"
#include "recovery/plan.hpp"
#include "report/all_clear.hpp"
#include "report/az_commands.hpp"
#include "report/clock.hpp"
#include "report/plan_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cmksim::rehearsal {

namespace {

bool isReady(const Program& program, const ResourceEnd& end) {
    return end.status.presence == Presence::Present && !isImpaired(program.modelOf(end.resource), end.status);
}

} // namespace

Drill::Drill(Rehearsal& rehearsal, Prompt& prompt, const TextStyle& style, std::ostream& out)
    : rehearsal_{rehearsal}, prompt_{prompt}, style_{style}, out_{out} {
    rehearsal_.advanceTo(rehearsal_.end());
    const Program& story = rehearsal_.program();
    const std::optional<Instant> first = firstSymptom(story, rehearsal_.trace(), Instant::min());
    if (first) {
        const BestCourse best = bestCourse(story, rehearsal_.phases());
        lost_ = best.lost;
        result_.best = best.downtime;
        result_.began = *first;
        for (const TimelineEntry& entry : story.entries) {
            lastFault_ = std::max(lastFault_, entry.at);
        }
    }
    rehearsal_.undo();
    if (!first) {
        over_ = true;
        recovered_ = true;
        return;
    }
    rehearsal_.advanceTo(*first);
    prompt_.reporter().tellNews();
}

void Drill::answer(std::string_view line) {
    DrillMove move{rehearsal_.now(), std::string{line}, Reply::Done, false, false};
    if (line == "done") {
        over_ = true;
        return;
    }
    const Instant before = rehearsal_.now();
    if (line == "hint") {
        move.hint = true;
        hint();
    } else {
        move.reply = prompt_.answer(line);
        over_ = move.reply == Reply::Quit;
    }
    if (rehearsal_.now() > before && move.reply == Reply::Done) {
        const Program& program = rehearsal_.program();
        for (const TimelineEntry& entry : program.entries) {
            if (entry.at == rehearsal_.now() && rehearsal_.isDoneHere(entry) && entry.action() != nullptr) {
                move.irreversible = move.irreversible || ruleOf(*entry.action()).traits.irreversible;
            }
        }
    }
    const bool isCommand = line.starts_with("az ") || line.find('.') < line.find(' ');
    result_.hints += move.hint ? 1 : 0;
    result_.wrong += move.reply == Reply::Refused || (move.reply == Reply::Wrong && isCommand) ? 1 : 0;
    result_.irreversible += move.irreversible ? 1 : 0;
    if (!line.empty()) {
        result_.moves.push_back(std::move(move));
    }
    judgeEnd();
}

/// Over when the story has nothing more in store, and everything that could be brought back is Ready and stays so.
void Drill::judgeEnd() {
    if (over_ || rehearsal_.now() < lastFault_ || !notReady().empty()) {
        return;
    }
    const Recovery recovery = planRecovery(rehearsal_.program(), rehearsal_.now());
    const bool nothingToDo = recovery.plans.empty() || recovery.plans.front().steps.empty();
    if (nothingToDo && recovery.lost.size() <= lost_.size()) {
        over_ = true;
        recovered_ = true;
    }
}

std::vector<ResourceId> Drill::notReady() const {
    std::vector<ResourceId> ids;
    for (const ResourceEnd& end : rehearsal_.trace().ends) {
        if (!isReady(rehearsal_.program(), end) && std::ranges::find(lost_, end.resource) == lost_.end()) {
            ids.push_back(end.resource);
        }
    }
    return ids;
}

void Drill::hint() {
    const Recovery recovery = planRecovery(rehearsal_.program(), rehearsal_.now());
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
    const Candidate& step = *recovery.plans.front().steps.front().step;
    const Program& program = rehearsal_.program();
    const std::string& name = program.resources[step.helps].name;
    const Wording wording = wordingOf(program.modelOf(step.helps), step.reason);
    const ReasonNotes& notes = notesOn(step.reason);
    int& given = hintsOn_[{step.helps, step.reason}];
    ++given;
    if (given == 1 && !notes.holdsWhen.empty()) {
        page.paragraph({}, Phrase{fmt::format("Look at {}. Its service finds that {}", name, notes.holdsWhen)});
    } else if (given <= 2) {
        page.paragraph({}, Phrase{fmt::format("{}: {}. Likely causes: {}", name, nameOf(step.reason), notes.causes)});
    } else if (given == 3 && !wording.fix.empty()) {
        page.paragraph({}, Phrase{std::string{wording.fix}});
    } else {
        const TimelineEntry entry = entryOf(recovery.program, step.action, rehearsal_.now());
        page.paragraph({}, Phrase{fmt::format("The next step is {} {}", entry.name, entry.target)});
        for (const std::string& command : AzCommands{recovery.program, rehearsal_.catalog().azure()}.of(entry)) {
            page.whole(Phrase{"  $ ", Paint::Quiet}.add(command));
        }
    }
}

DrillResult Drill::result() const {
    DrillResult result = result_;
    result.ended = rehearsal_.now();
    result.recovered = recovered_;
    result.downtime = totalDowntime(rehearsal_.trace(), lost_);
    if (!recovered_) {
        for (const ResourceId id : notReady()) {
            result.leftBehind.push_back(rehearsal_.program().resources[id].name);
        }
    }
    const Duration late = std::max(Duration::zero(), result.downtime - result.best);
    result.forDelay = std::min(DrillPrices::mostForDelay, static_cast<int>(late / DrillPrices::delay));
    const int lost = result.hints * DrillPrices::hint + result.wrong * DrillPrices::wrong +
                     result.irreversible * DrillPrices::irreversible +
                     static_cast<int>(result.leftBehind.size()) * DrillPrices::leftBehind + result.forDelay;
    result.points = std::max(0, DrillPrices::fullMarks - lost);
    return result;
}

void writeDrillText(const DrillResult& result, const TextStyle& style, std::ostream& out) {
    Page page{style, out};
    page.blank();
    page.heading("Result", style.unicode ? "─" : "-");
    const auto row = [&](std::string_view label, const std::string& text, int points) {
        Phrase lead{"  "};
        lead.add(label, Paint::Quiet).padTo(16);
        page.paragraph(lead, Phrase{text}.add(points > 0 ? fmt::format("  −{}", points) : "", Paint::Bad));
    };
    if (result.recovered) {
        row("recovered", fmt::format("after {}", formatDuration(result.ended - result.began)), 0);
    } else {
        std::string names;
        for (const std::string& name : result.leftBehind) {
            names += (names.empty() ? "" : ", ") + name;
        }
        row("recovered", names.empty() ? "not all: something is still to be done" : "no: " + names,
            static_cast<int>(result.leftBehind.size()) * DrillPrices::leftBehind);
    }
    row("downtime",
        fmt::format("{}, {} with the best plan", formatDuration(result.downtime), formatDuration(result.best)),
        result.forDelay);
    row("hints", std::to_string(result.hints), result.hints * DrillPrices::hint);
    row("wrong", std::to_string(result.wrong), result.wrong * DrillPrices::wrong);
    row("irreversible", std::to_string(result.irreversible), result.irreversible * DrillPrices::irreversible);
    page.paragraph(Phrase{"  "}.add("points", Paint::Strong).padTo(16),
                   Phrase{fmt::format("{} of {}", result.points, DrillPrices::fullMarks), Paint::Strong});
}

JsonValue drillJson(const DrillResult& result, std::string_view scenario, std::string_view file) {
    const auto seconds = [](auto value) { return std::int64_t{value.count()}; };
    constexpr std::array<std::string_view, 4> replies{"done", "wrong", "refused", "quit"};
    JsonArray moves;
    for (const DrillMove& move : result.moves) {
        moves.push_back(JsonObject{{"t", seconds(move.at.time_since_epoch())},
                                   {"line", move.line},
                                   {"result", move.hint ? "hint" : replies[static_cast<std::size_t>(move.reply)]},
                                   {"irreversible", move.irreversible}});
    }
    return JsonObject{{"scenario", scenario},
                      {"file", file},
                      {"points", result.points},
                      {"recovered", result.recovered},
                      {"began", seconds(result.began.time_since_epoch())},
                      {"ended", seconds(result.ended.time_since_epoch())},
                      {"downtime", seconds(result.downtime)},
                      {"best", seconds(result.best)},
                      {"hints", result.hints},
                      {"wrong", result.wrong},
                      {"irreversible", result.irreversible},
                      {"leftBehind", JsonArray(result.leftBehind.begin(), result.leftBehind.end())},
                      {"moves", std::move(moves)}};
}

} // namespace cmksim::rehearsal
