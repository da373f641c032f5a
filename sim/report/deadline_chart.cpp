#include "report/deadline_chart.hpp"

#include "base/time.hpp"
#include "base/xml_text.hpp"
#include "report/all_clear.hpp"
#include "report/clock.hpp"
#include "report/lanes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::report {

namespace {

using deadline::forEver;
using deadline::Stretch;

/// The names are of their own, as style within a page holds for all of it.
constexpr std::string_view style =
    "<style>.dl-back{fill:#ffffff}.dl-text{fill:#1f2328}.dl-quiet{fill:#57606a}.dl-grid{stroke:#d0d7de}"
    ".dl-band{fill:#b3261e;fill-opacity:.16}.dl-most{stroke:#b3261e;fill:none;stroke-width:2}"
    ".dl-least{stroke:#b3261e;fill:none;stroke-dasharray:2 3}.dl-rto{stroke:#0550ae;stroke-dasharray:7 4}"
    ".dl-rto-text{fill:#0550ae}.dl-mark{stroke:#57606a}"
    "@media(prefers-color-scheme:dark){.dl-back{fill:#15181c}.dl-text{fill:#e6edf3}.dl-quiet{fill:#a5adb8}"
    ".dl-grid{stroke:#3a414a}.dl-band{fill:#ff8a80}.dl-most,.dl-least{stroke:#ff8a80}.dl-rto{stroke:#79b8ff}"
    ".dl-rto-text{fill:#79b8ff}.dl-mark{stroke:#a5adb8}}</style>";

/// A latest instant, and what holds until then.
struct ChartMark {
    Instant at{};
    std::string text;
};

std::vector<ChartMark> marksOf(const LatestRepair& one, const std::optional<Duration>& rto) {
    std::vector<ChartMark> marks;
    const auto add = [&](const std::optional<Stretch>& stretch, const std::string& what) {
        if (stretch && !stretch->toTheEnd) {
            marks.push_back({stretch->when.most, fmt::format("{}: {}", what, stretchText(*stretch))});
        }
    };
    add(one.noOutage, "no outage in any case");
    add(one.noOutageHalf, "no outage at half the phases");
    if (rto) {
        add(one.within, fmt::format("at most {} in every case", formatDuration(*rto)));
        add(one.withinHalf, fmt::format("at most {} at half of them", formatDuration(*rto)));
    }
    if (one.dataLostFrom) {
        marks.push_back(
            {*one.dataLostFrom, "data lost for good: from " + Clock::sinceStart(*one.dataLostFrom) + " on"});
    }
    std::ranges::stable_sort(marks, {}, &ChartMark::at);
    return marks;
}

class DeadlineChart {
public:
    explicit DeadlineChart(const DeadlineView& view)
        : view_{view}, first_{view.curve.pieces.front().repair.least}, last_{view.curve.pieces.back().repair.most} {}

    std::string draw() {
        std::string steps;
        for (const std::string& one : view_.repair) {
            steps += (steps.empty() ? "" : ", then ") + one;
        }
        int y = top;
        if (view_.curve.latest.empty()) {
            text(margin, y + 14, "dl-text",
                 std::string{textOf(AllClear::NoneDownAtAnyRepair)} + besideUnmodelled(view_.curve.program));
            y += 30;
        }
        for (const LatestRepair& one : view_.curve.latest) {
            y = panel(one, y);
        }
        for (const std::string& sentence : scopeSentences(view_.scope)) {
            y = paragraph(sentence, y);
        }
        y += 6;
        const std::string name = xmlText(fmt::format("By when must it be done: {}?", steps));
        return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" role=\"img\" "
                           "font-family=\"sans-serif\" font-size=\"13\"><title>{2}: {3}</title>{4}"
                           "<rect class=\"dl-back\" width=\"{0}\" height=\"{1}\"/>"
                           "<text class=\"dl-text\" x=\"{5}\" y=\"24\" font-size=\"16\" font-weight=\"bold\">{3}</text>"
                           "{6}</svg>\n",
                           width, y, xmlText(view_.scenario), name, style, margin, out_);
    }

private:
    static constexpr int width = 960;
    static constexpr int margin = 12;
    static constexpr int left = 96;
    static constexpr int right = 24;
    static constexpr int top = 40;
    static constexpr int rowHeight = 17;
    static constexpr int plotHeight = 170;
    static constexpr int columnWidth = 12; // of the scales from which ticks come
    static constexpr int lineWidth = 3;    // likewise upwards

    /// One resource's picture, from `y` on; gives where the next begins.
    int panel(const LatestRepair& one, int y) {
        const std::vector<ChartMark> marks = marksOf(one, view_.rto);
        const int rows = y + 26;
        top_ = rows + static_cast<int>(marks.size()) * rowHeight + 6;
        bottom_ = top_ + plotHeight;
        const std::size_t index = one.resource.index();
        most_ = view_.rto.value_or(Duration::zero());
        bool mayNotEnd = false;
        eachEnd([&](Instant, const deadline::Outcome& outcome) {
            const auto& longest = outcome.resources[index].longest;
            for (const Duration value : {longest.least, longest.most}) {
                most_ = value == forEver ? most_ : std::max(most_, value);
                mayNotEnd = mayNotEnd || value == forEver;
            }
        });
        most_ = std::max(most_ + most_ / 8, Duration{60});
        out_ += fmt::format("<text class=\"dl-text\" x=\"{}\" y=\"{}\" font-weight=\"bold\">{}</text>", margin, y + 14,
                            xmlText(view_.curve.program.resources[one.resource].name));
        text(left, y + 14, "dl-quiet",
             mayNotEnd ? "longest outage, by the instant of the repair; at the upper edge it may not end"
                       : "longest outage, by the instant of the repair");
        axes();
        curve(index);
        if (view_.rto) {
            const double at = level(*view_.rto);
            line(left, width - right, at, at, "dl-rto");
            text(width - right, at - 4, "dl-rto-text", "objective: " + formatDuration(*view_.rto), "end");
        }
        for (std::size_t i = 0; i < marks.size(); ++i) {
            mark(marks[i], rows + static_cast<int>(i) * rowHeight);
        }
        return bottom_ + 52;
    }

    /// A text on as many lines as it needs; gives where the next begins.
    int paragraph(std::string_view words, int y) {
        constexpr std::size_t most = 140; // letters of a line, about
        while (!words.empty()) {
            std::size_t end = words.size() <= most ? words.size() : words.rfind(' ', most);
            end = end == std::string_view::npos || end == 0 ? std::min(most, words.size()) : end;
            text(margin, y + 12, "dl-quiet", words.substr(0, end));
            words.remove_prefix(std::min(end + 1, words.size()));
            y += rowHeight;
        }
        return y;
    }

    void axes() {
        const Scale across{last_ - first_, static_cast<std::size_t>(width - right - left) / columnWidth};
        const Duration step = across.tick();
        for (Instant at = first_ + (step > Duration::zero() ? untilRound(first_, step) : Duration::zero()); at <= last_;
             at += step) {
            line(x(at), x(at), top_, bottom_, "dl-grid");
            text(x(at), bottom_ + 17, "dl-quiet", Clock::sinceStart(at), "middle");
            if (step == Duration::zero()) {
                break;
            }
        }
        const Scale upwards{most_, static_cast<std::size_t>(plotHeight) / lineWidth};
        const Duration rise = upwards.tick();
        for (Duration value{}; value <= most_; value += rise) {
            line(left, width - right, level(value), level(value), "dl-grid");
            text(left - 8, level(value) + 4, "dl-quiet", formatDuration(value), "end");
            if (rise == Duration::zero()) {
                break;
            }
        }
        text((left + width - right) / 2.0, bottom_ + 36, "dl-quiet", "instant of the repair", "middle");
    }

    static Duration untilRound(Instant at, Duration step) {
        const Duration over = (at - scenarioStart) % step;
        return over == Duration::zero() ? over : step - over;
    }

    void curve(std::size_t index) {
        std::string most;
        std::string least;
        std::vector<std::string> back;
        eachEnd([&](Instant at, const deadline::Outcome& outcome) {
            const auto& longest = outcome.resources[index].longest;
            most += fmt::format("{:.1f},{:.1f} ", x(at), level(longest.most));
            back.push_back(fmt::format("{:.1f},{:.1f} ", x(at), level(longest.least)));
            least += back.back();
        });
        std::string around = most;
        for (auto one = back.rbegin(); one != back.rend(); ++one) {
            around += *one;
        }
        out_ += fmt::format("<polygon class=\"dl-band\" points=\"{}\"/><polyline class=\"dl-least\" points=\"{}\"/>"
                            "<polyline class=\"dl-most\" points=\"{}\"/>",
                            around, least, most);
    }

    /// Its text stands on the side that has room.
    void mark(const ChartMark& one, int row) {
        if (one.at > last_) {
            text(width - right, row + 12, "dl-text", one.text + " (beyond the range)", "end");
            return;
        }
        const double at = x(one.at);
        const bool before = at > (left + width - right) / 2.0;
        line(at, at, row + 4, bottom_, "dl-mark");
        text(before ? at - 5 : at + 5, row + 13, "dl-text", one.text, before ? "end" : "start");
    }

    template <class Do>
    void eachEnd(Do each) const {
        for (const CurvePiece& piece : view_.curve.pieces) {
            each(piece.repair.least, piece.first);
            if (!piece.repair.isPoint()) {
                each(piece.repair.most, piece.last);
            }
        }
    }

    void line(double fromX, double toX, double fromY, double toY, std::string_view look) {
        out_ += fmt::format("<line class=\"{}\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", look, fromX,
                            toX, fromY, toY);
    }

    void text(double atX, double atY, std::string_view look, std::string_view what, std::string_view anchor = "start") {
        out_ += fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>", look, atX, atY,
                            anchor, xmlText(what));
    }

    [[nodiscard]] double x(Instant at) const {
        const Duration whole = std::max(last_ - first_, Duration{1});
        return left +
               static_cast<double>((at - first_).count()) * (width - right - left) / static_cast<double>(whole.count());
    }

    [[nodiscard]] double level(Duration value) const {
        const double share =
            value == forEver ? 1 : static_cast<double>(value.count()) / static_cast<double>(most_.count());
        return bottom_ - share * plotHeight;
    }

    const DeadlineView& view_;
    Instant first_;
    Instant last_;
    int top_ = 0; // of the panel's plot
    int bottom_ = 0;
    Duration most_{}; // that it reaches up to
    std::string out_;
};

} // namespace

std::string deadlineSvg(const DeadlineView& view) { return DeadlineChart{view}.draw(); }

} // namespace cmksim::report
