// What a drill came to, as text and as JSON.
#include "rehearsal/drill.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "report/all_clear.hpp"
#include "report/clock.hpp"

#include <fmt/format.h>

#include <array>
#include <ostream>
#include <span>

namespace cmksim::rehearsal {

namespace {

/// Why a drill was failed, in a few words; empty where it was passed.
std::string reasonOfFailure(const DrillResult& result) {
    std::vector<std::string> reasons;
    if (!result.broken.empty()) {
        reasons.emplace_back("a rule was broken");
    }
    if (!result.leftBehind.empty()) {
        reasons.push_back("not brought back: " + separated(result.leftBehind, ", "));
    }
    if (!result.missed.empty()) {
        reasons.emplace_back("a goal was missed");
    }
    return separated(reasons, "; ");
}

/// Which drill it was, and who played it.
struct PlayedDrill {
    std::string_view scenario;
    std::string_view file;
    std::string_view player;
};

const shape::Record<DrillResult, PlayedDrill>& drillShape() {
    using shape::list;
    using shape::Record;
    using Result = DrillResult;
    static constexpr std::array<std::string_view, 5> replies{"done", "wrong", "refused", "quit", "hint"};
    static const auto move = Record<DrillMove>{}
                                 .field("t", &DrillMove::at)
                                 .field("line", &DrillMove::line)
                                 .field("result", shape::word<std::size_t>(replies),
                                        [](const DrillMove& one) {
                                            return one.hint ? replies.size() - 1 : static_cast<std::size_t>(one.reply);
                                        })
                                 .field("actions", &DrillMove::actions)
                                 .field("irreversible", &DrillMove::irreversible);
    static const auto broken = Record<BrokenRule>{}
                                   .field("rule", &BrokenRule::rule)
                                   .field("by", &BrokenRule::action)
                                   .field("t", &BrokenRule::at);
    static const auto resource = Record<DrilledResource>{}
                                     .field("name", &DrilledResource::name)
                                     .field("whole", &DrilledResource::whole)
                                     .field("downtime", &DrilledResource::downtime)
                                     .field("unrepaired", &DrilledResource::unrepaired);
    static const shape::Shape<int> points{
        JsonObject{{"type", "integer"}, {"minimum", 0}, {"maximum", DrillPrices::fullMarks}},
        [](int value, const shape::Free&) { return JsonValue{value}; }};
    static const auto all = Record<Result, PlayedDrill>{}
                                .field("scenario", [](const Result&, const PlayedDrill& of) { return of.scenario; })
                                .field("file", [](const Result&, const PlayedDrill& of) { return of.file; })
                                .unlessEmpty("player", [](const Result&, const PlayedDrill& of) { return of.player; })
                                .field("complete", &Result::complete)
                                .field("passed", &Result::passed)
                                .field("points", points, &Result::points)
                                .field("recovered", [](const Result& of) { return of.leftBehind.empty(); })
                                .field("began", &Result::began)
                                .field("ended", &Result::ended)
                                .field("judged", &Result::judged)
                                .field("repaired", &Result::repaired)
                                .field("downtime", &Result::downtime)
                                .field("best", &Result::bestDowntime)
                                .field("unrepaired", &Result::unrepaired)
                                .field("bestUnrepaired", &Result::bestUnrepaired)
                                .field("hints", &Result::hints)
                                .field("wrong", &Result::wrong)
                                .field("irreversible", &Result::irreversible)
                                .field("leftBehind", &Result::leftBehind)
                                .field("missed", &Result::missed)
                                .field("broken", list(broken), &Result::broken)
                                .field("resources", list(resource), &Result::resources)
                                .field("moves", list(move), &Result::moves);
    return all;
}

} // namespace

void writeDrillText(const DrillResult& result, const TextStyle& style, std::ostream& out) {
    Page page{style, out};
    page.blank();
    page.heading("Result", style.unicode ? "─" : "-");
    const auto row = [&](std::string_view label, const std::string& text, int points = 0) {
        Phrase lead{"  "};
        lead.add(label, Paint::Quiet).padTo(16);
        page.paragraph(lead, Phrase{text}.add(points > 0 ? fmt::format("  −{}", points) : "", Paint::Bad));
    };
    if (!result.complete) {
        row("not complete", "the program was ended before the drill was over; the story went on without a player");
    }
    const auto verdict = result.passed ? Phrase{textOf(AllClear::DrillPassed), Paint::Good}
                                       : Phrase{"failed: " + reasonOfFailure(result), Paint::Bad};
    page.paragraph(Phrase{"  "}.add("drill", Paint::Quiet).padTo(16), verdict);
    for (const BrokenRule& broken : result.broken) {
        row("forbidden", fmt::format("{}: {} at {}", broken.rule, broken.action, Clock::sinceStart(broken.at)));
    }
    for (const std::string& missed : result.missed) {
        row("missed", missed);
    }
    row("recovered", result.repaired ? fmt::format("after {}", formatDuration(*result.repaired)) : "no",
        static_cast<int>(result.leftBehind.size()) * DrillPrices::leftBehind);
    const bool byDowntime = result.downtime - result.bestDowntime >= result.unrepaired - result.bestUnrepaired;
    row("downtime",
        fmt::format("{}, {} with the best plan", formatDuration(result.downtime), formatDuration(result.bestDowntime)),
        byDowntime ? result.forDelay : 0);
    row("unrepaired",
        fmt::format("{}, {} with the best plan", formatDuration(result.unrepaired),
                    formatDuration(result.bestUnrepaired)),
        byDowntime ? 0 : result.forDelay);
    row("hints", std::to_string(result.hints), result.hints * result.hintPoints);
    row("wrong", std::to_string(result.wrong), result.wrong * DrillPrices::wrong);
    row("irreversible", std::to_string(result.irreversible), result.irreversible * DrillPrices::irreversible);
    page.paragraph(
        Phrase{"  "}.add("points", Paint::Strong).padTo(16),
        Phrase{fmt::format("{} of {}", result.points, DrillPrices::fullMarks), Paint::Strong}.add(
            result.passed || result.repairedAny || result.triedAny ? "" : "  nothing was tried that a plan has"));
}

shape::Properties drillProperties() { return drillShape().properties(); }

JsonValue drillJson(const DrillResult& result, std::string_view scenario, std::string_view file,
                    std::string_view player) {
    return drillShape().write(result, PlayedDrill{scenario, file, player});
}

} // namespace cmksim::rehearsal
