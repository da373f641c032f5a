// What a class came to, as text, CSV, JSON and a page.
#include "rehearsal/class_results.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "base/xml_text.hpp"
#include "report/clock.hpp"
#include "report/csv.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <ranges>

namespace cmksim::rehearsal {

namespace {

std::string times(std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string repairedText(const ClassResult& one) { return one.repaired ? formatDuration(*one.repaired) : "no"; }

std::string verdictText(const ClassResult& one) {
    std::vector<std::string> reasons;
    if (!one.broken.empty()) {
        reasons.push_back("broke: " + separated(one.broken, "; "));
    }
    if (!one.leftBehind.empty()) {
        reasons.push_back("left behind: " + separated(one.leftBehind, ", "));
    }
    if (!one.missed.empty()) {
        reasons.push_back("missed: " + separated(one.missed, "; "));
    }
    return one.passed ? "passed" : "failed; " + separated(reasons, "; ");
}

/// One name, or those of all who took the same time; of many how many they are.
std::string firstText(const ClassDrill& drill) {
    constexpr std::size_t fewNames = 4;
    const std::span<const ClassResult* const> first = drill.first();
    if (first.empty()) {
        return "no player repaired everything within the rules";
    }
    std::vector<std::string> names;
    for (const ClassResult* one : first.first(std::min(fewNames, first.size()))) {
        names.push_back(one->player);
    }
    const auto [least, most] = std::ranges::minmax(first | std::views::transform(&ClassResult::commands));
    const std::string commands =
        least == most ? times(least, "command") : fmt::format("{} to {} commands", least, most);
    const std::string who = first.size() <= fewNames
                                ? separated(names, ", ")
                                : fmt::format("{} players in the same time ({} and {} more)", first.size(),
                                              separated(names, ", "), first.size() - fewNames);
    return fmt::format("{}, {}after {}, with {}", who, first.size() == 1 ? "" : "each ",
                       formatDuration(*first.front()->repaired), commands);
}

constexpr std::size_t mostTried = 5;

std::vector<std::string> triedTexts(const ClassDrill& drill) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < std::min(mostTried, drill.tried.size()); ++i) {
        const Attempted& one = drill.tried[i];
        texts.push_back(
            fmt::format("{}, by {}, {}", one.action, times(one.players, "player"), times(one.times, "time")));
    }
    return texts;
}

std::vector<std::string> lostTexts(const ClassDrill& drill) {
    std::vector<std::string> texts;
    for (const LostTime& one : drill.lost) {
        texts.push_back(fmt::format("{}: {} from {} on, {}", one.player, formatDuration(one.length),
                                    Clock::sinceStart(one.from),
                                    one.next.empty() ? std::string{"and then nothing"} : "then " + one.next));
    }
    return texts;
}

std::vector<std::string> troubleTexts(const ClassDrill& drill) {
    std::vector<std::string> texts;
    const auto count = static_cast<std::int64_t>(drill.players.size());
    for (const ClassDrill::Trouble& one : drill.troubles) {
        std::string text =
            fmt::format("{}: unrepaired for {} a player", one.resource, formatDuration(one.unrepaired / count));
        if (one.leftBehind > 0) {
            text += fmt::format(", left behind by {}", times(one.leftBehind, "player"));
        }
        texts.push_back(std::move(text));
    }
    return texts;
}

constexpr std::array<std::string_view, 7> columns{"player", "points", "repaired", "commands",
                                                  "hints",  "wrong",  "downtime"};

constexpr std::array<std::string_view, 2> resultWords{"passed", "failed"};

std::array<std::string, columns.size()> cellsOf(const ClassResult& one) {
    return {one.player,
            std::to_string(one.points),
            repairedText(one),
            std::to_string(one.commands()),
            std::to_string(one.hints),
            std::to_string(one.wrong),
            formatDuration(one.downtime)};
}

/// The columns of a drill that there is room for: names are cut in their middle, and then what matters least is left
/// out.
class TableRoom {
public:
    TableRoom(const ClassDrill& drill, std::size_t room) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            widths_[i] = columns[i].size();
            for (const ClassResult* player : drill.players) {
                widths_[i] = std::max(widths_[i], Phrase{cellsOf(*player)[i]}.width());
            }
        }
        for (const std::size_t column : {hints, wrong, commands}) {
            if (taken() - widths_[0] + std::min(widths_[0], shortestName) > room) {
                isShown_[column] = false;
            }
        }
        if (const std::size_t all = taken(); all > room) {
            const std::size_t least = std::min(widths_[0], shortestName);
            widths_[0] = std::max(least, widths_[0] - std::min(widths_[0], all - room));
        }
    }

    [[nodiscard]] bool isShown(std::size_t column) const { return isShown_[column]; }
    [[nodiscard]] std::size_t width(std::size_t column) const { return widths_[column]; }

private:
    static constexpr std::size_t commands = 3;
    static constexpr std::size_t hints = 4;
    static constexpr std::size_t wrong = 5;
    static constexpr std::size_t shortestName = 12;

    [[nodiscard]] std::size_t taken() const {
        std::size_t all = 2 + resultWords.front().size();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            all += isShown_[i] ? widths_[i] + 2 : 0;
        }
        return all;
    }

    std::array<std::size_t, columns.size()> widths_{};
    std::array<bool, columns.size()> isShown_ = filled(true);

    static constexpr std::array<bool, columns.size()> filled(bool value) {
        std::array<bool, columns.size()> all{};
        all.fill(value);
        return all;
    }
};

void writeTable(const ClassDrill& drill, const Signs& signs, Page& page) {
    const TableRoom room{drill, page.columns()};
    const auto row = [&](const auto& cells, std::string_view result, Paint paint) {
        Phrase line{"  "};
        std::size_t edge = 2;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (room.isShown(i)) {
                edge += room.width(i) + 2;
                line.add(i == 0 ? shortened(cells[i], room.width(i), signs.ellipsis) : std::string{cells[i]}, paint)
                    .padTo(edge);
            }
        }
        page.line(line.add(result, paint));
    };
    row(columns, "result", Paint::Quiet);
    for (const ClassResult* player : drill.players) {
        row(cellsOf(*player), resultWords[player->passed ? 0 : 1], player->passed ? Paint::Plain : Paint::Bad);
    }
    std::vector<std::string_view> left;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (!room.isShown(i)) {
            left.push_back(columns[i]);
        }
    }
    if (!left.empty()) {
        page.paragraph(
            Phrase{"  "},
            Phrase{fmt::format("no room for: {}; '--format csv' has all", separated(left, ", ")), Paint::Quiet});
    }
}

constexpr std::string_view pageHead = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A class of drills</title>
<style>
:root { color-scheme: light dark; --line: #6b7280; --bar: #1d4ed8; --bad: #b91c1c; --soft: #f3f4f6; }
@media (prefers-color-scheme: dark) { :root { --line: #9ca3af; --bar: #93c5fd; --bad: #fca5a5; --soft: #1f2937; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; min-width: 36rem; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.failed { color: var(--bad); font-weight: 600; }
.bar { background: var(--bar); display: inline-block; height: .7rem; margin-right: .4rem; min-width: 1px; }
li { margin: .2rem 0; }
@media (max-width: 44rem) {
  table { min-width: 0; }
  table, tbody, tr, th, td { display: block; }
  tr:first-child { display: none; }
  tr { border-bottom: 1px solid var(--line); display: grid; grid-template-columns: repeat(4, 1fr); padding: .5rem 0; }
  th, td, td.number { border: 0; padding: 0 .3rem .2rem 0; text-align: left; }
  th, .result { grid-column: 1 / -1; overflow-wrap: anywhere; }
  .result { grid-row: 2; }
  td.number::before, td.length::before { content: attr(data-head); display: block; font-size: .8rem; }
  .bar { max-width: 3rem; }
}
code { background: var(--soft); padding: 0 .2rem; overflow-wrap: anywhere; }
</style>
<h1>A class of drills</h1>
)";

void writeList(std::string_view title, const std::vector<std::string>& items, std::ostream& out) {
    if (items.empty()) {
        return;
    }
    out << fmt::format("<h3>{}</h3>\n<ul>\n", title);
    for (const std::string& item : items) {
        out << fmt::format("<li>{}</li>\n", xmlText(item));
    }
    out << "</ul>\n";
}

} // namespace

void writeClassText(std::span<const ClassDrill> drills, const TextStyle& style, std::ostream& out) {
    Page page{style, out};
    const Signs& signs = style.unicode ? unicodeSigns : asciiSigns;
    for (const ClassDrill& drill : drills) {
        if (&drill != &drills.front()) {
            page.blank();
        }
        page.heading(fmt::format("{}, {}", drill.scenario, times(drill.players.size(), "player")), signs.rule);
        writeTable(drill, signs, page);
        page.blank();
        const auto facts = [&](std::string_view label, const std::vector<std::string>& all) {
            for (const std::string& text : all) {
                page.paragraph(Phrase{"  "}.add(label, Paint::Quiet).padTo(22), Phrase{text});
                label = "";
            }
        };
        facts("first to repair", {firstText(drill)});
        facts("tried most", triedTexts(drill));
        facts("unrepaired longest", troubleTexts(drill));
        facts("longest waits", lostTexts(drill));
        std::vector<std::string> failures;
        for (const ClassResult* player : drill.players) {
            if (!player->passed) {
                failures.push_back(fmt::format("{}: {}", player->player, verdictText(*player)));
            }
        }
        facts("failed", failures);
    }
}

void writeClassCsv(std::span<const ClassDrill> drills, std::ostream& out) {
    const auto all = [](const std::vector<std::string>& texts) { return separated(texts, "; "); };
    const auto table = report::CsvTable<ClassResult>{}
                           .column("scenario", &ClassResult::scenario)
                           .column("player", &ClassResult::player)
                           .column("passed", &ClassResult::passed)
                           .column("points", &ClassResult::points)
                           .column("repaired_seconds", &ClassResult::repaired)
                           .column("commands", &ClassResult::commands)
                           .column("hints", &ClassResult::hints)
                           .column("wrong", &ClassResult::wrong)
                           .column("irreversible", &ClassResult::irreversible)
                           .column("downtime_seconds", &ClassResult::downtime)
                           .column("unrepaired_seconds", &ClassResult::unrepaired)
                           .column("best_unrepaired_seconds", &ClassResult::bestUnrepaired)
                           .column("broken", [all](const ClassResult& one) { return all(one.broken); })
                           .column("missed", [all](const ClassResult& one) { return all(one.missed); })
                           .column("left_behind", [all](const ClassResult& one) { return all(one.leftBehind); });
    out << table.head();
    for (const ClassDrill& drill : drills) {
        for (const ClassResult* one : drill.players) {
            out << table.line(*one);
        }
    }
}

namespace {

const shape::Record<ClassDrill>& classShape() {
    using shape::list;
    using shape::Record;
    using Result = ClassResult;
    using Trouble = ClassDrill::Trouble;
    static const auto player = Record<Result>{}
                                   .field("player", &Result::player)
                                   .field("passed", &Result::passed)
                                   .field("points", &Result::points)
                                   .field("repaired", &Result::repaired)
                                   .field("commands", &Result::commands)
                                   .field("hints", &Result::hints)
                                   .field("wrong", &Result::wrong)
                                   .field("irreversible", &Result::irreversible)
                                   .field("downtime", &Result::downtime)
                                   .field("unrepaired", &Result::unrepaired)
                                   .field("broken", &Result::broken)
                                   .field("missed", &Result::missed)
                                   .field("leftBehind", &Result::leftBehind);
    static const auto tried = Record<Attempted>{}
                                  .field("action", &Attempted::action)
                                  .field("players", &Attempted::players)
                                  .field("times", &Attempted::times);
    static const auto wait = Record<LostTime>{}
                                 .field("player", &LostTime::player)
                                 .field("t", &LostTime::from)
                                 .field("length", &LostTime::length)
                                 .field("next", &LostTime::next);
    static const auto trouble = Record<Trouble>{}
                                    .field("resource", &Trouble::resource)
                                    .field("unrepaired", &Trouble::unrepaired)
                                    .field("leftBehind", &Trouble::leftBehind);
    const auto players = [](const ClassDrill& one) {
        return one.players | std::views::transform([](const Result* of) -> const Result& { return *of; });
    };
    static const auto all = Record<ClassDrill>{}
                                .field("scenario", &ClassDrill::scenario)
                                .field("players", list(player), players)
                                .field("tried", list(tried), &ClassDrill::tried)
                                .field("troubles", list(trouble), &ClassDrill::troubles)
                                .field("waits", list(wait), &ClassDrill::lost);
    return all;
}

} // namespace

shape::Properties classProperties() { return classShape().properties(); }

JsonValue classJson(const ClassDrill& drill) { return classShape().write(drill); }

void writeClassPage(std::span<const ClassDrill> drills, std::ostream& out) {
    out << pageHead;
    for (const ClassDrill& drill : drills) {
        out << fmt::format("<h2>{}</h2>\n<p>First to repair: {}.</p>\n<div class=\"wide\"><table>\n<tr>",
                           xmlText(drill.scenario), xmlText(firstText(drill)));
        for (const std::string_view column : columns) {
            out << fmt::format("<th scope=\"col\">{}</th>", column);
        }
        out << "<th scope=\"col\">unrepaired</th><th scope=\"col\">result</th></tr>\n";
        Duration longest{1};
        for (const ClassResult* one : drill.players) {
            longest = std::max(longest, one->unrepaired);
        }
        for (const ClassResult* one : drill.players) {
            out << "<tr>";
            for (std::size_t i = 0; i < columns.size(); ++i) {
                const std::string cell = xmlText(cellsOf(*one)[i]);
                out << (i == 0 ? fmt::format("<th scope=\"row\">{}</th>", cell)
                               : fmt::format("<td class=\"number\" data-head=\"{}\">{}</td>", columns[i], cell));
            }
            constexpr std::int64_t barWidth = 96; // pixels, of the longest
            out << fmt::format(
                "<td class=\"length\" data-head=\"unrepaired\"><span class=\"bar\" style=\"width:{}px\"></span>{}</td>"
                "<td class=\"result{}\">{}</td></tr>\n",
                one->unrepaired * barWidth / longest, formatDuration(one->unrepaired), one->passed ? "" : " failed",
                xmlText(verdictText(*one)));
        }
        out << "</table></div>\n";
        writeList("What was tried most", triedTexts(drill), out);
        writeList("What stayed unrepaired longest", troubleTexts(drill), out);
        writeList("The longest waits", lostTexts(drill), out);
    }
    out << "</html>\n";
}

} // namespace cmksim::rehearsal
