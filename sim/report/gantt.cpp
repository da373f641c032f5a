#include "report/diagram.hpp"

#include "base/text.hpp"
#include "report/clock.hpp"
#include "report/lanes.hpp"
#include "trace/intervals.hpp"

#include <fmt/format.h>

#include <algorithm>
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

std::string spellText(const Model& model, const StateInterval& interval) {
    if (interval.status.presence != Presence::Present) {
        return interval.status.presence == Presence::Deleted ? "Deleted" : "Absent";
    }
    const std::string& state = model.states[interval.status.state].name;
    return interval.status.reason == Reason::None ? state
                                                  : fmt::format("{}, {}", state, nameOf(interval.status.reason));
}

// --- Mermaid ---------------------------------------------------------------------------------------------------------

/// Mermaid parts its fields by colons and commas, and begins comments with %%.
std::string mermaidText(std::string_view text) {
    std::string out;
    for (const char c : printable(text)) {
        out += c == ':' || c == ',' || c == ';' || c == '#' || c == '%' || c == '\n' ? ' ' : c;
    }
    return out;
}

std::string mermaidTime(const Program& program, Instant at) {
    std::string text = formatTimestamp(program.start + at.time_since_epoch());
    std::erase(text, 'Z');
    return text;
}

// --- SVG -------------------------------------------------------------------------------------------------------------

std::string xmlText(std::string_view text) {
    std::string out;
    for (const char c : printable(text)) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c; break;
        }
    }
    return out;
}

/// The picture as it is put together: a lane for what was done, one for each resource, an axis below.
class Svg {
public:
    Svg(const Program& program, const Trace& trace) : program_{program}, trace_{trace} {
        for (const ResourceProgram& resource : program.resources) {
            left_ = std::max(left_, 24 + static_cast<int>(resource.name.size()) * 8);
        }
    }

    std::string draw() {
        const auto stories = storiesOf(trace_, program_.until);
        const int lanes = static_cast<int>(program_.resources.size());
        const int height = top + eventLane + lanes * laneHeight + axisHeight;
        out_ = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" "
                           "font-size=\"13\">\n<title>{}</title>\n"
                           "<rect width=\"{}\" height=\"{}\" fill=\"#ffffff\"/>\n"
                           "<text x=\"12\" y=\"24\" font-size=\"16\" font-weight=\"bold\">{}</text>\n",
                           width, height, xmlText(program_.name), width, height, xmlText(program_.name));
        axis(top + eventLane + lanes * laneHeight);
        events();
        int y = top + eventLane;
        for (const ResourceId id : program_.resources.ids()) {
            lane(program_.resources[id].name, program_.modelOf(id), stories[id], y);
            y += laneHeight;
        }
        return out_ + "</svg>\n";
    }

private:
    static constexpr int width = 960;
    static constexpr int right = 24;
    static constexpr int top = 40;
    static constexpr int eventLane = 40;
    static constexpr int laneHeight = 34;
    static constexpr int axisHeight = 36;
    static constexpr double letterWidth = 6.6; // about, at this size
    static constexpr double margin = 6;

    [[nodiscard]] double x(Instant at) const {
        const auto whole = std::max<std::int64_t>(1, program_.until.time_since_epoch().count());
        return left_ + static_cast<double>(at.time_since_epoch().count()) * (width - right - left_) /
                           static_cast<double>(whole);
    }

    void axis(int y) {
        const Scale scale{program_.until.time_since_epoch(), static_cast<std::size_t>(width - right - left_) / 12};
        const Duration tick = scale.tick();
        for (Instant at = scenarioStart; tick > Duration::zero() && at <= program_.until; at += tick) {
            out_ += fmt::format("<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\" stroke=\"#dddddd\"/>\n"
                                "<text x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\" fill=\"#555555\">{4}</text>\n",
                                x(at), top + eventLane - 4, y + 4, y + 20, formatDuration(at.time_since_epoch()));
        }
    }

    void events() {
        const int y = top + 14;
        out_ += fmt::format("<text x=\"12\" y=\"{}\" fill=\"#555555\">done</text>\n", y + 4);
        for (const Event& event : eventsIn(program_, trace_)) {
            out_ += fmt::format("<path d=\"M{:.1f} {} l-5 -10 h10 z\" fill=\"{}\"><title>{} at {}{}</title></path>\n",
                                x(event.at), y + 8, event.refused ? "#999999" : "#0072b2", xmlText(event.text),
                                formatDuration(event.at.time_since_epoch()), event.refused ? ", refused" : "");
        }
    }

    void lane(std::string_view name, const Model& model, const ResourceStory& story, int y) {
        out_ += fmt::format("<text x=\"12\" y=\"{}\">{}</text>\n", y + 21, xmlText(name));
        for (const StateInterval& interval : story.intervals) {
            const double begin = x(interval.from);
            const double length = x(interval.to) - begin;
            if (interval.status.presence != Presence::Present || length <= 0) {
                continue;
            }
            const bool up = interval.status.state == model.ready();
            const std::string text = spellText(model, interval);
            out_ += fmt::format("<rect x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"{}\" fill=\"{}\">"
                                "<title>{}, {} to {}</title></rect>\n",
                                begin, y + (up ? 12 : 5), length, up ? 10 : 24, up ? "#009e73" : "#d55e00",
                                xmlText(text), formatDuration(interval.from.time_since_epoch()),
                                formatDuration(interval.to.time_since_epoch()));
            const auto fits = [&](std::string_view label) {
                return static_cast<double>(label.size()) * letterWidth + 2 * margin < length;
            };
            const std::string_view label = fits(text) ? std::string_view{text} : nameOf(interval.status.reason);
            if (!up && fits(label)) {
                out_ += fmt::format("<text x=\"{:.1f}\" y=\"{}\" fill=\"#ffffff\" font-size=\"12\">{}</text>\n",
                                    begin + margin, y + 21, xmlText(label));
            }
        }
        for (const Record* loss : story.losses) {
            const double at = x(loss->position.at);
            out_ += fmt::format("<path d=\"M{:.1f} {} l10 10 m0 -10 l-10 10\" stroke=\"#000000\" stroke-width=\"2.5\">"
                                "<title>data lost at {}</title></path>\n",
                                at - 5, y + 12, formatDuration(loss->position.at.time_since_epoch()));
        }
    }

    const Program& program_;
    const Trace& trace_;
    int left_ = 90;
    std::string out_;
};

} // namespace

std::string ganttMermaid(const Program& program, const Trace& trace) {
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
        out += fmt::format("    section {}\n", mermaidText(program.resources[id].name));
        for (const StateInterval& interval : stories[id].intervals) {
            if (interval.status.presence == Presence::Present && interval.to > interval.from) {
                out += fmt::format("    {} :{}, {}, {}\n", mermaidText(spellText(model, interval)),
                                   interval.status.state == model.ready() ? "active" : "crit",
                                   mermaidTime(program, interval.from), mermaidTime(program, interval.to));
            }
        }
        for (const Record* loss : stories[id].losses) {
            out += fmt::format("    data lost :milestone, crit, {}, 0s\n", mermaidTime(program, loss->position.at));
        }
    }
    return out;
}

std::string ganttSvg(const Program& program, const Trace& trace) { return Svg{program, trace}.draw(); }

} // namespace cmksim::report
