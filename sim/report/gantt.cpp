#include "report/diagram.hpp"

#include "analysis/fleet_totals.hpp"
#include "base/time.hpp"
#include "base/xml_text.hpp"
#include "engine/impairment.hpp"
#include "engine/wording.hpp"
#include "report/diagram_text.hpp"
#include "report/lanes.hpp"
#include "report/layout.hpp"
#include "report/unmodelled.hpp"
#include "trace/intervals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace cmksim::report {

namespace {

/// Something that was done or came about, for both pictures.
struct Event {
    Instant at{};
    std::string text;
    bool refused = false;
};

std::vector<Event> eventsIn(const Program& program, const Trace& trace) {
    std::vector<Event> events;
    for (const Record& record : trace.records) {
        if (record.is<ActionDone>()) {
            const TimelineEntry& entry = program.entries[record.entry()];
            events.push_back({record.position.at, entry.name + ' ' + entry.target, record.refused()});
        }
    }
    return events;
}

/// Whose key the reason is about, where the resource has several.
SlotId slotOf(const StateInterval& interval) {
    const auto* change = interval.began != nullptr ? std::get_if<Transition>(&interval.began->what) : nullptr;
    return change != nullptr ? change->slot : SlotId{};
}

std::string intervalText(const Program& program, const Model& model, const StateInterval& interval) {
    if (interval.status.presence != Presence::Present) {
        return interval.status.presence == Presence::Deleted ? "Deleted" : "Absent";
    }
    std::string text = model.states[interval.status.state].name;
    if (interval.status.reason != Reason::None) {
        text.append(", ").append(nameOf(interval.status.reason)).append(ofSlot(program, slotOf(interval)));
    }
    for (const ConditionId condition : model.conditions.ids()) {
        if (interval.status.conditions.contains(condition)) {
            text.append(", ").append(model.conditions[condition].name);
        }
    }
    return text;
}

// --- Mermaid ---------------------------------------------------------------------------------------------------------

std::string mermaidTime(const Program& program, Instant at) {
    std::string text = formatTimestamp(program.start + at.time_since_epoch());
    std::erase(text, 'Z');
    return text;
}

/// How many of a fleet are down from one moment to the next.
struct FleetStretch {
    Instant from{};
    std::int64_t least = 0;
    std::int64_t most = 0;
};

/// By quarters: a stretch ends where the share that is down passes one, so that there are few, however many members.
std::vector<FleetStretch> stretchesOf(const Program& program, const FleetRun& fleet) {
    constexpr std::int64_t parts = 4;
    const std::int64_t members = fleet.members;
    std::int64_t down = fleet.downAtStart();
    const auto level = [&] { return down == members ? parts + 1 : (down * parts + members - 1) / members; };
    std::vector<FleetStretch> stretches{{scenarioStart, down, down}};
    std::int64_t before = level();
    for (const DownChange& change : downChanges(program, fleet)) {
        down += change.more;
        if (level() != std::exchange(before, level())) {
            stretches.push_back({change.at, down, down});
        }
        stretches.back().least = std::min(stretches.back().least, down);
        stretches.back().most = std::max(stretches.back().most, down);
    }
    return stretches;
}

std::string fleetMermaid(const Program& program, const FleetRun& fleet) {
    const std::vector<FleetStretch> stretches = stretchesOf(program, fleet);
    std::string out;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
        const FleetStretch& one = stretches[i];
        const Instant to = i + 1 < stretches.size() ? stretches[i + 1].from : program.until;
        if (to > one.from) {
            const std::string count =
                one.least == one.most ? std::to_string(one.most) : fmt::format("{} to {}", one.least, one.most);
            out +=
                fmt::format("    {} of {} down :{}, {}, {}\n", count, fleet.members, one.most == 0 ? "active" : "crit",
                            mermaidTime(program, one.from), mermaidTime(program, to));
        }
    }
    return out;
}

// --- SVG -------------------------------------------------------------------------------------------------------------

/// How something stands, with a height and a filling of its own: none is told by colour alone. The page of `report` has
/// the same looks (web/src/looks.ts, style.css).
enum class BarLook : std::uint8_t { Well, Impaired, Down, Lost, Unmodelled };
struct LookStyle {
    int height;
    std::string_view fill;
    std::string_view edge;
    std::string_view means;
};
constexpr std::array<LookStyle, 5> lookStyles{{
    {8, "#0067a3", "none", "as it should be"},
    {14, "url(#impaired)", "#8a5500", "impaired"},
    {24, "#b83b08", "none", "down"},
    {28, "url(#lost)", "#5a0f3c", "its data is lost"},
    {14, "url(#unmodelled)", "#767f88", "no model, not known"},
}};
constexpr const LookStyle& styleOf(BarLook look) { return lookStyles[static_cast<std::size_t>(look)]; }

/// What became of something in all, from the worst to the best. `Away`: it was not there all the time, or is a fleet of
/// which no member was down.
enum class LaneHarm : std::uint8_t { Lost, Down, Impaired, Unmodelled, Away, None };

constexpr std::string_view patterns =
    "<defs>"
    "<pattern id=\"impaired\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
    "<rect width=\"5\" height=\"5\" fill=\"#fbf0dc\"/><rect width=\"2.5\" height=\"5\" fill=\"#8a5500\"/></pattern>"
    "<pattern id=\"lost\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
    "<rect width=\"7\" height=\"7\" fill=\"#f3dfea\"/>"
    "<path d=\"M0,0H7M0,0V7\" stroke=\"#5a0f3c\" stroke-width=\"1.6\"/></pattern>"
    "<pattern id=\"unmodelled\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
    "<circle cx=\"2.5\" cy=\"2.5\" r=\"1.2\" fill=\"#767f88\"/></pattern>"
    "</defs>\n";

/// The picture as it is put together: what was done, with its name where there is room; a lane for each resource; an
/// axis, and what all of it means.
class Svg {
public:
    Svg(const Program& program, const Trace& trace, const FleetRuns& fleets)
        : program_{program}, trace_{trace}, fleets_{fleets} {
        const auto widen = [&](std::string_view name) {
            left_ = std::max(left_, 24 + static_cast<int>(std::min(name.size(), longestName)) * 8);
        };
        for (const ResourceProgram& resource : program.resources) {
            widen(resource.name);
        }
        for (const Unmodelled& resource : program.unmodelled) {
            widen(resource.name);
        }
        placeFlags();
    }

    std::string draw() {
        const auto stories = storiesOf(trace_, program_.until);
        std::vector<Row> rows = rowsOf(stories);
        const std::size_t folded = foldWell(rows);
        const int bottom = lanesTop() + static_cast<int>(rows.size() + (folded > 0 ? 1U : 0U)) * laneHeight;
        axis(bottom);
        events();
        int y = lanesTop();
        for (const Row& row : rows) {
            if (row.unmodelled != nullptr) {
                name(row.unmodelled->name, y);
                bar(BarLook::Unmodelled, x(scenarioStart), x(program_.until), y, knownOf(program_, *row.unmodelled));
            } else {
                name(program_.resources[row.resource].name, y);
                if (const FleetRun* fleet = fleets_.of(row.resource)) {
                    this->fleet(*fleet, y);
                } else {
                    lane(program_.modelOf(row.resource), stories[row.resource], y);
                }
            }
            y += laneHeight;
        }
        if (folded > 0) {
            out_ += fmt::format("<text x=\"12\" y=\"{}\" fill=\"#555555\">{}{} as they should be all the time</text>\n",
                                y + 21, rows.empty() ? "" : "and ",
                                rows.empty() ? fmt::format("{} resources", folded) : fmt::format("{} more", folded));
        }
        const int height = legend(bottom + axisHeight);
        return fmt::format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" "
            "font-size=\"13\">\n<title>{2}</title>\n{3}"
            "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n"
            "<text x=\"12\" y=\"24\" font-size=\"16\" font-weight=\"bold\">{2}</text>\n{4}</svg>\n",
            width, height, xmlText(program_.name), patterns, out_);
    }

private:
    static constexpr int width = 960;
    static constexpr int right = 24;
    static constexpr int top = 40;
    static constexpr int flagHeight = 17;
    static constexpr std::size_t mostFlagRows = 6;
    static constexpr std::size_t longestFlag = 36;
    static constexpr std::size_t longestName = 32;
    static constexpr int laneHeight = 34;
    static constexpr int axisHeight = 36;
    static constexpr int legendHeight = 34;
    static constexpr double letterWidth = 6.6; // about, at this size
    static constexpr double margin = 6;
    static constexpr std::size_t fewLanes = 12; // so many are all shown

    /// One lane: of a resource, or of one that no model plays.
    struct Row {
        ResourceId resource;
        const Unmodelled* unmodelled = nullptr;
        LaneHarm harm = LaneHarm::None;
        Duration down{};
        Duration impaired{};
    };

    /// The worst first; of equally bad ones that which was down longer, and then in the order of the file.
    [[nodiscard]] std::vector<Row> rowsOf(const IdVector<ResourceId, ResourceStory>& stories) const {
        std::vector<Row> rows;
        for (const ResourceId id : program_.resources.ids()) {
            const FleetRun* fleet = fleets_.of(id);
            rows.push_back(fleet != nullptr ? rowOf(id, *fleet) : rowOf(id, stories[id]));
        }
        for (const Unmodelled& one : program_.unmodelled) {
            rows.push_back({.resource = {}, .unmodelled = &one, .harm = LaneHarm::Unmodelled});
        }
        std::ranges::stable_sort(rows, [](const Row& one, const Row& other) {
            return std::tuple{one.harm, other.down, other.impaired} < std::tuple{other.harm, one.down, one.impaired};
        });
        return rows;
    }

    [[nodiscard]] Row rowOf(ResourceId id, const ResourceStory& story) const {
        const Model& model = program_.modelOf(id);
        Row row{.resource = id};
        bool away = false; // for some time: it is not told as well
        for (const StateInterval& interval : story.intervals) {
            if (interval.status.presence != Presence::Present) {
                away = away || interval.to > interval.from;
                continue;
            }
            const BarLook look = lookOf(model, interval.status);
            const Duration length = interval.to - interval.from;
            row.down += look == BarLook::Down ? length : Duration::zero();
            row.impaired += look == BarLook::Impaired ? length : Duration::zero();
        }
        row.harm = !story.losses.empty()             ? LaneHarm::Lost
                   : row.down > Duration::zero()     ? LaneHarm::Down
                   : row.impaired > Duration::zero() ? LaneHarm::Impaired
                   : away                            ? LaneHarm::Away
                                                     : LaneHarm::None;
        return row;
    }

    [[nodiscard]] Row rowOf(ResourceId id, const FleetRun& fleet) const {
        Row row{.resource = id, .down = downtimesOf(program_, fleet).max};
        const std::vector<EndCount> ends = endsOf(fleet);
        const bool lost = std::ranges::any_of(ends, [](const EndCount& end) {
            return end.status.presence == Presence::Present && !end.status.recoverable;
        });
        row.harm = lost ? LaneHarm::Lost : row.down > Duration::zero() ? LaneHarm::Down : LaneHarm::Away;
        return row;
    }

    /// Takes away those that stood well, where there are many lanes, and says how many they were. They are the last.
    static std::size_t foldWell(std::vector<Row>& rows) {
        const auto well = std::ranges::count(rows, LaneHarm::None, &Row::harm);
        if (rows.size() <= fewLanes || well < 2) {
            return 0;
        }
        rows.resize(rows.size() - static_cast<std::size_t>(well));
        return static_cast<std::size_t>(well);
    }

    /// An event over the lanes. One without a name found no room for it.
    struct Flag {
        Event event;
        std::string name;
        std::size_t row = 0;
        bool before = false; // the name stands before the mark
    };

    [[nodiscard]] double x(Instant at) const {
        const auto whole = std::max<std::int64_t>(1, program_.until.time_since_epoch().count());
        return left_ + static_cast<double>(at.time_since_epoch().count()) * (width - right - left_) /
                           static_cast<double>(whole);
    }

    [[nodiscard]] int lanesTop() const { return top + static_cast<int>(flagRows_) * flagHeight + 10; }

    /// Each in the first row that has room for its name; where none has, below them all without it.
    void placeFlags() {
        std::array<double, mostFlagRows> taken{};
        bool crowded = false;
        for (Event& event : eventsIn(program_, trace_)) {
            const double at = x(event.at);
            const std::string name = shortened(event.text, longestFlag, "…");
            const double room = static_cast<double>(name.size()) * letterWidth + 12;
            const bool before = at + room > width;
            const double from = before ? at - room : at - 6;
            const auto row = static_cast<std::size_t>(
                std::ranges::find_if(taken, [&](double end) { return end < from; }) - taken.begin());
            if (row == mostFlagRows) {
                crowded = true;
                flags_.push_back({std::move(event), {}, row, false});
                continue;
            }
            taken[row] = before ? at + 6 : at + room;
            flagRows_ = std::max(flagRows_, row + 1);
            flags_.push_back({std::move(event), name, row, before});
        }
        flagRows_ += crowded ? 1U : 0U;
    }

    void axis(int y) {
        const Scale scale{program_.until.time_since_epoch(), static_cast<std::size_t>(width - right - left_) / 12};
        const Duration tick = scale.tick();
        for (Instant at = scenarioStart; tick > Duration::zero() && at <= program_.until; at += tick) {
            out_ += fmt::format("<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\" stroke=\"#dddddd\"/>\n"
                                "<text x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\" fill=\"#555555\">{4}</text>\n",
                                x(at), lanesTop() - 4, y + 4, y + 20, formatDuration(at.time_since_epoch()));
        }
    }

    void events() {
        if (!flags_.empty()) {
            out_ += fmt::format("<text x=\"12\" y=\"{}\" fill=\"#555555\">done</text>\n", top + 13);
        }
        for (const Flag& flag : flags_) {
            const int y = top + static_cast<int>(std::min(flag.row, flagRows_ - 1)) * flagHeight;
            const double at = x(flag.event.at);
            mark(at, y + 13, flag.event.refused,
                 fmt::format("{} at {}{}", xmlText(flag.event.text), formatDuration(flag.event.at.time_since_epoch()),
                             flag.event.refused ? ", refused" : ""));
            if (!flag.name.empty()) {
                out_ += fmt::format("<text x=\"{:.1f}\" y=\"{}\" font-size=\"12\"{}>{}</text>\n",
                                    at + (flag.before ? -8 : 8), y + 13, flag.before ? " text-anchor=\"end\"" : "",
                                    xmlText(flag.name));
            }
        }
    }

    /// A refused action is hollow.
    void mark(double at, int y, bool refused, std::string_view title) {
        out_ += fmt::format("<path d=\"M{:.1f} {} l-5 -10 h10 z\" fill=\"{}\" stroke=\"#1b1f24\"><title>{}</title>"
                            "</path>\n",
                            at, y, refused ? "#ffffff" : "#1b1f24", title);
    }

    void name(std::string_view text, int y) {
        out_ += fmt::format("<text x=\"12\" y=\"{}\">{}</text>\n", y + 21, xmlText(shortened(text, longestName, "…")));
    }

    void bar(BarLook look, double from, double to, int y, std::string_view title) {
        const LookStyle& style = styleOf(look);
        used_[static_cast<std::size_t>(look)] = true;
        out_ += fmt::format("<rect x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"{}\" fill=\"{}\" stroke=\"{}\">"
                            "<title>{}</title></rect>\n",
                            from, y + (laneHeight - style.height) / 2, to - from, style.height, style.fill, style.edge,
                            xmlText(title));
    }

    [[nodiscard]] static BarLook lookOf(const Model& model, const ResourceStatus& status) {
        const bool isNot =
            status.down || model.states[status.state].terminal; // a failed creation is not there to be well
        return isNot ? BarLook::Down : isImpaired(model, status) ? BarLook::Impaired : BarLook::Well;
    }

    /// From when on its data is lost; the interval's end where it is not.
    [[nodiscard]] static Instant lostIn(const ResourceStory& story, const StateInterval& interval) {
        if (!interval.status.recoverable) {
            return interval.from;
        }
        const auto isIn = [&](const Record* loss) {
            return loss->position.at >= interval.from && loss->position.at < interval.to;
        };
        const auto loss = std::ranges::find_if(story.losses, isIn);
        return loss == story.losses.end() ? interval.to : (*loss)->position.at;
    }

    void lane(const Model& model, const ResourceStory& story, int y) {
        for (const StateInterval& interval : story.intervals) {
            const double begin = x(interval.from);
            if (interval.status.presence != Presence::Present || interval.to <= interval.from) {
                continue;
            }
            const BarLook look = lookOf(model, interval.status);
            const std::string text = intervalText(program_, model, interval);
            const Instant lost = lostIn(story, interval);
            const auto piece = [&](BarLook as, Instant from, Instant to) {
                if (to > from) {
                    bar(as, x(from), x(to), y,
                        fmt::format("{}{}, {} to {}", text, as == BarLook::Lost ? ", data lost" : "",
                                    formatDuration(from.time_since_epoch()), formatDuration(to.time_since_epoch())));
                }
            };
            piece(look, interval.from, lost);
            piece(BarLook::Lost, lost, interval.to);
            const double length = x(lost) - begin;
            const auto fits = [&](std::string_view label) {
                return static_cast<double>(label.size()) * letterWidth + 2 * margin < length;
            };
            const std::string_view label = fits(text) ? std::string_view{text} : nameOf(interval.status.reason);
            if (look == BarLook::Down && fits(label)) {
                out_ += fmt::format("<text x=\"{:.1f}\" y=\"{}\" fill=\"#ffffff\" font-size=\"12\">{}</text>\n",
                                    begin + margin, y + 21, xmlText(label));
            }
        }
        for (const Record* loss : story.losses) {
            lossesDrawn_ = true;
            cross(x(loss->position.at), y + 12,
                  fmt::format("data lost at {}", formatDuration(loss->position.at.time_since_epoch())));
        }
    }

    /// Where data was lost. It stands out on a bar, whatever colour that has.
    void cross(double at, int y, std::string_view title) {
        out_ += fmt::format(
            "<g fill=\"none\"><title>{0}</title>"
            "<path d=\"M{1:.1f} {2} l10 10 m0 -10 l-10 10\" stroke=\"#ffffff\" stroke-width=\"5\"/>"
            "<path d=\"M{1:.1f} {2} l10 10 m0 -10 l-10 10\" stroke=\"#1b1f24\" stroke-width=\"2.5\"/></g>\n",
            title, at - 5, y);
    }

    /// As high as many of it are down.
    void fleet(const FleetRun& fleet, int y) {
        const int base = y + laneHeight - 5;
        std::int64_t down = fleet.downAtStart();
        std::int64_t most = down;
        std::string path = fmt::format("M{:.1f} {}", x(scenarioStart), base);
        const auto go = [&](Instant at) {
            path += fmt::format("H{:.1f}V{:.1f}", x(at), base - 26.0 * static_cast<double>(down) / fleet.members);
        };
        go(scenarioStart);
        for (const DownChange& change : downChanges(program_, fleet)) {
            down += change.more;
            most = std::max(most, down);
            go(change.at);
        }
        path += fmt::format("H{:.1f}V{}Z", x(program_.until), base);
        const DowntimeDistribution times = downtimesOf(program_, fleet);
        fleetsDrawn_ = true;
        out_ += fmt::format(
            "<path d=\"{}\" fill=\"{}\"><title>at most {} of {} down at once; each down for {} to {}, half of them for "
            "at "
            "most {}</title></path>\n<rect x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"3\" fill=\"{}\"/>\n",
            path, styleOf(BarLook::Down).fill, most, fleet.members, formatDuration(times.min),
            formatDuration(times.max), formatDuration(times.median), x(scenarioStart), base,
            x(program_.until) - x(scenarioStart), styleOf(BarLook::Well).fill);
    }

    /// What this picture has, and what it means. Returns where the picture ends.
    int legend(int y) {
        double at = 12;
        const auto item = [&](std::string_view means, const auto& drawSign) {
            const double room = 44 + static_cast<double>(means.size()) * letterWidth;
            if (at > 12 && at + room > width) {
                at = 12;
                y += legendHeight;
            }
            drawSign();
            out_ += fmt::format("<text x=\"{:.1f}\" y=\"{}\" font-size=\"12\" fill=\"#555555\">{}</text>\n", at + 30,
                                y + 21, means);
            at += room;
        };
        const auto done = [&](bool refused, std::string_view means) {
            if (std::ranges::find(flags_, refused, [](const Flag& flag) { return flag.event.refused; }) !=
                flags_.end()) {
                item(means, [&] { mark(at + 15, y + 22, refused, means); });
            }
        };
        done(false, "done");
        done(true, "refused");
        for (std::size_t look = 0; look < lookStyles.size(); ++look) {
            if (used_[look]) {
                const std::string_view means = lookStyles[look].means;
                item(means, [&] { bar(static_cast<BarLook>(look), at, at + 24, y, means); });
            }
        }
        if (lossesDrawn_) {
            item("data was lost", [&] { cross(at + 12, y + 12, "data was lost"); });
        }
        if (fleetsDrawn_) {
            item("how many of a fleet are down", [&] {
                out_ += fmt::format("<path d=\"M{:.1f} {}v-6h8v-8h8v8h8v6z\" fill=\"{}\"/>\n", at, y + 25,
                                    styleOf(BarLook::Down).fill);
            });
        }
        return y + legendHeight;
    }

    const Program& program_;
    const Trace& trace_;
    const FleetRuns& fleets_;
    int left_ = 90;
    std::vector<Flag> flags_;
    std::size_t flagRows_ = 1;
    std::array<bool, lookStyles.size()> used_{};
    bool fleetsDrawn_ = false;
    bool lossesDrawn_ = false;
    std::string out_;
};

} // namespace

std::string ganttMermaid(const Program& program, const Trace& trace, const FleetRuns& fleets) {
    const auto stories = storiesOf(trace, program.until);
    std::string out = fmt::format("gantt\n    title {}\n    dateFormat YYYY-MM-DDTHH:mm:ss\n    axisFormat %d %H:%M\n",
                                  mermaidText(program.name));
    const std::vector<Event> events = eventsIn(program, trace);
    if (!events.empty()) {
        out += "    section done\n";
    }
    for (const Event& event : events) {
        out += fmt::format("    {}{} :milestone, {}, 0s\n", mermaidText(event.text), event.refused ? " (refused)" : "",
                           mermaidTime(program, event.at));
    }
    for (const ResourceId id : program.resources.ids()) {
        const Model& model = program.modelOf(id);
        const ResourceProgram& resource = program.resources[id];
        out += fmt::format("    section {}{}\n", mermaidText(resource.name),
                           resource.fleet ? fmt::format(" ({} members)", resource.fleet->members) : "");
        if (const FleetRun* fleet = fleets.of(id)) {
            out += fleetMermaid(program, *fleet);
            continue;
        }
        for (const StateInterval& interval : stories[id].intervals) {
            if (interval.status.presence == Presence::Present && interval.to > interval.from) {
                out += fmt::format("    {} :{}, {}, {}\n", mermaidText(intervalText(program, model, interval)),
                                   isImpaired(model, interval.status) ? "crit" : "active",
                                   mermaidTime(program, interval.from), mermaidTime(program, interval.to));
            }
        }
        for (const Record* loss : stories[id].losses) {
            out += fmt::format("    data lost :milestone, crit, {}, 0s\n", mermaidTime(program, loss->position.at));
        }
    }
    for (const Unmodelled& one : program.unmodelled) {
        out += fmt::format("    section {}\n    not known as no model plays it :done, {}, {}\n", mermaidText(one.name),
                           mermaidTime(program, scenarioStart), mermaidTime(program, program.until));
    }
    return out;
}

std::string ganttSvg(const Program& program, const Trace& trace, const FleetRuns& fleets) {
    return Svg{program, trace, fleets}.draw();
}

} // namespace cmksim::report
