// The swim lanes of a run's text report: time from left to right, a lane a resource, the actions above them.

#include "base/time.hpp"
#include "engine/impairment.hpp"
#include "engine/wording.hpp"
#include "report/lanes.hpp"
#include "report/run_view.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::report {

namespace {

constexpr std::string_view actionsLabel = "actions";

/// How wide the names beside the lanes may be.
std::size_t nameRoom(const RunView& run, std::size_t columns) {
    std::size_t longest = actionsLabel.size();
    for (const ResourceEnd& end : run.trace.ends) {
        longest = std::max(longest, Phrase{run.nameOf(end.resource)}.width());
    }
    return std::min(longest, std::max(shortestNameRoom, columns / 4));
}

class LaneWriter {
public:
    LaneWriter(const RunView& run, Page& page)
        : run_{run}, page_{page}, names_{nameRoom(run, page.columns())},
          scale_{run.program.until.time_since_epoch(), page.columns() - names_ - laneGap} {}

    void write() {
        axis();
        events();
        for (const ResourceEnd& end : run_.trace.ends) {
            if (const FleetRun* fleet = run_.fleets.of(end.resource)) {
                shares_ = true;
                page_.line(named(run_.nameOf(end.resource), Paint::Strong).add(fleetLane(run_, *fleet, scale_)));
            } else {
                lane(end.resource);
            }
        }
        legend();
    }

private:
    [[nodiscard]] Phrase named(std::string_view name, Paint paint) const {
        Phrase phrase{shortened(name, names_, run_.signs.ellipsis), paint};
        return phrase.padTo(names_ + laneGap);
    }

    // --- the axis ----------------------------------------------------------------------------------------------------

    void axis() {
        const Duration tick = scale_.tick();
        Phrase labels = named("", Paint::Plain);
        Phrase line = labels;
        for (std::size_t i = 0; i < scale_.columns(); ++i) {
            line.add(run_.signs.between, Paint::Quiet);
        }
        Instant at = scenarioStart;
        do {
            const std::size_t column = names_ + laneGap + scale_.cell(at);
            const std::string label = at == scenarioStart ? "0" : formatDuration(at.time_since_epoch());
            line.at(column) = Phrase{run_.signs.tick, Paint::Quiet}.at(0);
            if (column + label.size() <= page_.columns() && labels.width() <= column) {
                labels.padTo(column).add(label, Paint::Quiet);
            }
            at += tick;
        } while (tick > Duration::zero() && at <= run_.program.until);
        page_.line(labels);
        page_.line(line);
    }

    /// What was done, and what time brought about; where a column holds several of them, how many.
    void events() {
        std::vector<std::vector<const Record*>> columns(scale_.columns());
        for (const Record& record : run_.trace.records) {
            if (record.is<ActionDone>() || record.is<FactHappened>()) {
                columns[scale_.cell(record.position.at)].push_back(&record);
            }
        }
        Phrase row = named(actionsLabel, Paint::Quiet);
        for (const auto& column : columns) {
            if (column.empty()) {
                row.add(" ");
            } else if (column.size() == 1) {
                row.add(sign(*column.front()));
            } else {
                row.add(column.size() < 10 ? fmt::format("{}", column.size()) : "+", Paint::Event);
            }
            several_ = several_ || column.size() > 1;
        }
        page_.line(row);
    }

    Phrase sign(const Record& record) {
        if (record.is<FactHappened>()) {
            facts_ = true;
            return Phrase{run_.signs.fact, Paint::Fact};
        }
        (record.refused() ? refusals_ : actions_) = true;
        return record.refused() ? Phrase{run_.signs.refused, Paint::Warning} : Phrase{run_.signs.action, Paint::Event};
    }

    // --- a lane ------------------------------------------------------------------------------------------------------

    void lane(ResourceId id) {
        const ResourceStory& story = run_.stories[id];
        const Model& model = run_.program.modelOf(id);
        const std::vector<std::size_t> lane = laneOf(story.intervals, scale_);
        Phrase row = named(run_.nameOf(id), Paint::Strong);
        std::string_view fillBefore;
        for (std::size_t begin = 0; begin < lane.size();) {
            std::size_t end = begin;
            const StateInterval& interval = story.intervals[lane[begin]];
            while (end < lane.size() && looksTheSame(interval, story.intervals[lane[end]])) {
                ++end;
            }
            const std::string_view fill = fillOf(model, interval);
            const bool seam = interval.status.down && fill == fillBefore && end - begin > 1;
            row.add(bar(model, interval, end - begin, fill, seam));
            fillBefore = fill;
            begin = end;
        }
        const auto mark = [&](Instant at, std::string_view sign, Paint paint) {
            row.at(names_ + laneGap + scale_.cell(at)) = Phrase{sign, paint}.at(0);
        };
        for (const Instant at : story.rotations) {
            if (!story.intervals[lane[scale_.cell(at)]].status.down) {
                mark(at, run_.signs.rotated, Paint::Good);
            }
        }
        for (const Record* loss : story.losses) {
            mark(loss->position.at, run_.signs.lost, Paint::Bad);
        }
        rotations_ = rotations_ || !story.rotations.empty();
        losses_ = losses_ || !story.losses.empty();
        page_.line(row);
    }

    /// Conditions show only on a resource that is up.
    static bool looksTheSame(const StateInterval& one, const StateInterval& other) {
        return &one == &other || (sameState(one.status, other.status) &&
                                  (one.status.conditions == other.status.conditions || one.status.down));
    }

    std::string_view fillOf(const Model& model, const StateInterval& interval) {
        if (interval.status.presence != Presence::Present) {
            return " ";
        }
        if (interval.status.state == model.ready()) {
            if (interval.status.conditions.empty()) {
                return run_.signs.ready;
            }
            insertOnce(conditions_, conditionOf(model, interval));
            return run_.signs.degraded;
        }
        const std::size_t place = insertOnce(states_, model.states[interval.status.state].name);
        return run_.signs.fills[std::min(place, run_.signs.fills.size() - 1)];
    }

    static std::size_t insertOnce(std::vector<std::string_view>& names, std::string_view name) {
        const auto found = std::ranges::find(names, name);
        const auto place = static_cast<std::size_t>(found - names.begin());
        if (found == names.end()) {
            names.push_back(name);
        }
        return place;
    }

    static std::string_view conditionOf(const Model& model, const StateInterval& interval) {
        for (const ConditionId id : model.conditions.ids()) {
            if (interval.status.conditions.contains(id)) {
                return model.conditions[id].name;
            }
        }
        return {};
    }

    /// An interval over `width` columns, with as much of its name on it as has room.
    Phrase bar(const Model& model, const StateInterval& interval, std::size_t width, std::string_view fill,
               bool seam) const {
        const bool there = interval.status.presence == Presence::Present;
        const bool isNot = there && (interval.status.down || model.states[interval.status.state].terminal);
        const bool lesser = there && (!interval.status.conditions.empty() || interval.status.state != model.ready());
        const Paint paint = isNot ? Paint::Bad : lesser ? Paint::Warning : Paint::Good;
        const std::string label = labelFor(model, interval, width, seam);
        const std::size_t taken = label.size();
        Phrase bar;
        if (seam) {
            bar.add(run_.signs.seam);
        }
        while (bar.width() < (width - taken) / 2) {
            bar.add(fill, paint);
        }
        bar.add(label, paint);
        while (bar.width() < width) {
            bar.add(fill, paint);
        }
        return bar;
    }

    /// After a seam the state has been said already.
    static std::string labelFor(const Model& model, const StateInterval& interval, std::size_t width, bool seam) {
        constexpr std::size_t margins = 2; // a bit of fill on each side
        if (interval.status.presence != Presence::Present) {
            return {};
        }
        std::vector<std::string> labels;
        if (interval.status.state == model.ready()) {
            if (!interval.status.conditions.empty()) {
                labels.push_back(fmt::format(" {} ", conditionOf(model, interval)));
            }
        } else {
            const std::string& state = model.states[interval.status.state].name;
            if (interval.status.reason != Reason::None) {
                labels.push_back(seam ? fmt::format(" {} ", nameOf(interval.status.reason))
                                      : fmt::format(" {}: {} ", state, nameOf(interval.status.reason)));
            }
            if (!seam) {
                labels.push_back(fmt::format(" {} ", state));
            }
        }
        for (const std::string& label : labels) {
            if (label.size() + margins <= width) {
                return label;
            }
        }
        return {};
    }

    // --- the legend --------------------------------------------------------------------------------------------------

    void legend() {
        Phrase line = named("", Paint::Plain);
        const std::size_t indent = line.width();
        const auto put = [&](const Phrase& item) {
            if (line.width() + item.width() > page_.columns()) {
                page_.line(line);
                line = Phrase{}.padTo(indent);
            }
            line.add(item).add("  ");
        };
        const auto add = [&](std::string_view sign, std::string_view meaning, Paint paint) {
            put(Phrase{sign, paint}.add(" ").add(meaning, Paint::Quiet));
        };
        if (!run_.trace.ends.empty()) {
            add(run_.signs.ready, firstStates(run_.program), Paint::Good);
        }
        for (const std::string_view condition : conditions_) {
            add(run_.signs.degraded, condition, Paint::Warning);
        }
        for (std::size_t i = 0; i < states_.size(); ++i) {
            add(run_.signs.fills[std::min(i, run_.signs.fills.size() - 1)], states_[i], Paint::Bad);
        }
        if (shares_) {
            add(std::string{run_.signs.shares.front()} + std::string{run_.signs.ellipsis} +
                    std::string{run_.signs.shares.back()},
                "share of a fleet that is down", Paint::Bad);
        }
        if (actions_) {
            add(run_.signs.action, "action", Paint::Event);
        }
        if (refusals_) {
            add(run_.signs.refused, "refused", Paint::Warning);
        }
        if (facts_) {
            add(run_.signs.fact, "fact", Paint::Fact);
        }
        if (several_) {
            add("2+", "several", Paint::Event);
        }
        if (rotations_) {
            add(run_.signs.rotated, "key rotated", Paint::Good);
        }
        if (losses_) {
            add(run_.signs.lost, "data lost", Paint::Bad);
        }
        put(Phrase{fmt::format("{} a column", formatDuration(scale_.step())), Paint::Quiet});
        page_.line(line);
    }

    const RunView& run_;
    Page& page_;
    std::size_t names_;
    Scale scale_;
    std::vector<std::string_view> states_; // other than Ready, as they appear
    std::vector<std::string_view> conditions_;
    bool actions_ = false;
    bool refusals_ = false;
    bool facts_ = false;
    bool several_ = false;
    bool rotations_ = false;
    bool losses_ = false;
    bool shares_ = false;
};

} // namespace

void writeLanes(const RunView& run, Page& page) {
    page.heading("Resources over time", run.signs.rule);
    LaneWriter{run, page}.write();
}

} // namespace cmksim::report
