// What a drill came to, as text and as JSON.
#include "rehearsal/drill.hpp"

#include "base/text.hpp"
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
    const auto verdict = result.passed ? Phrase{textOf(AllClear::DrillPassed), Paint::Good}
                                       : Phrase{"failed: " + reasonOfFailure(result), Paint::Bad};
    page.paragraph(Phrase{"  "}.add("drill", Paint::Quiet).padTo(16), verdict);
    for (const BrokenRule& broken : result.broken) {
        row("forbidden", fmt::format("{}: {} at {}", broken.rule, broken.deed, Clock::sinceStart(broken.at)));
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
    page.paragraph(Phrase{"  "}.add("points", Paint::Strong).padTo(16),
                   Phrase{fmt::format("{} of {}", result.points, DrillPrices::fullMarks), Paint::Strong});
}

JsonValue drillJson(const DrillResult& result, std::string_view scenario, std::string_view file,
                    std::string_view player) {
    const auto seconds = [](auto value) { return std::int64_t{value.count()}; };
    const auto instant = [](Instant at) { return std::int64_t{at.time_since_epoch().count()}; };
    const auto texts = [](const std::vector<std::string>& all) { return JsonArray(all.begin(), all.end()); };
    constexpr std::array<std::string_view, 4> replies{"done", "wrong", "refused", "quit"};
    JsonArray moves;
    for (const DrillMove& move : result.moves) {
        moves.push_back(JsonObject{{"t", instant(move.at)},
                                   {"line", move.line},
                                   {"result", move.hint ? "hint" : replies[static_cast<std::size_t>(move.reply)]},
                                   {"actions", texts(move.deeds)},
                                   {"irreversible", move.irreversible}});
    }
    JsonArray broken;
    for (const BrokenRule& one : result.broken) {
        broken.push_back(JsonObject{{"rule", one.rule}, {"by", one.deed}, {"t", instant(one.at)}});
    }
    JsonArray resources;
    for (const DrilledResource& one : result.resources) {
        resources.push_back(JsonObject{{"name", one.name},
                                       {"whole", one.whole},
                                       {"downtime", seconds(one.downtime)},
                                       {"unrepaired", seconds(one.unrepaired)}});
    }
    JsonObject object{{"scenario", scenario}, {"file", file}};
    if (!player.empty()) {
        object.emplace_back("player", player);
    }
    for (JsonValue::Field& field :
         JsonObject{{"passed", result.passed},
                    {"points", result.points},
                    {"recovered", result.leftBehind.empty()},
                    {"began", instant(result.began)},
                    {"ended", instant(result.ended)},
                    {"judged", instant(result.judged)},
                    {"repaired", result.repaired ? JsonValue{seconds(*result.repaired)} : JsonValue{nullptr}},
                    {"downtime", seconds(result.downtime)},
                    {"best", seconds(result.bestDowntime)},
                    {"unrepaired", seconds(result.unrepaired)},
                    {"bestUnrepaired", seconds(result.bestUnrepaired)},
                    {"hints", result.hints},
                    {"wrong", result.wrong},
                    {"irreversible", result.irreversible},
                    {"leftBehind", texts(result.leftBehind)},
                    {"missed", texts(result.missed)},
                    {"broken", std::move(broken)},
                    {"resources", std::move(resources)},
                    {"moves", std::move(moves)}}) {
        object.push_back(std::move(field));
    }
    return object;
}

} // namespace cmksim::rehearsal
