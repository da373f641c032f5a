// What a run's text report says of each resource: its outages, what was behind them, and the documented way back.

#include "analysis/lost_bases.hpp"
#include "base/time.hpp"
#include "engine/impairment.hpp"
#include "engine/wording.hpp"
#include "report/all_clear.hpp"
#include "report/run_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace cmksim::report {

namespace {

std::string downIn(Duration downtime, std::size_t outages) {
    return fmt::format("down {} in {} {}", formatDuration(downtime), outages, outages == 1 ? "outage" : "outages");
}

class ResourceWriter {
public:
    ResourceWriter(const RunView& run, Page& page)
        : run_{run}, page_{page}, lostBelow_{analysis::lostBelow(run.program, run.trace)} {}

    void write(const ResourceEnd& end) {
        if (const FleetRun* fleet = run_.fleets.of(end.resource)) {
            if (&end != &run_.trace.ends.front()) {
                page_.blank();
            }
            wasEventful_ = true;
            writeFleet(run_, *fleet, page_);
            return;
        }
        id_ = end.resource;
        model_ = &run_.program.modelOf(id_);
        const ResourceStory& story = run_.stories[id_];
        const bool eventful =
            story.intervals.size() > 1 || !story.losses.empty() || story.intervals.front().began != nullptr;
        if (&end != &run_.trace.ends.front() && (eventful || wasEventful_)) {
            page_.blank();
        }
        wasEventful_ = eventful;
        const std::vector<Outage> outages = outagesOf(story);
        headline(end, story, outages);
        inOrder(story, outages);
    }

private:
    static constexpr std::size_t factColumn = 4;
    static constexpr std::size_t labelWidth = 9;

    void headline(const ResourceEnd& end, const ResourceStory& story, const std::vector<Outage>& outages) {
        const bool ready = end.status.presence == Presence::Present && end.status.state == model_->ready();
        Phrase body{run_.nameOf(id_), Paint::Strong};
        body.add(fmt::format(" ({} {})", model_->service, model_->version), Paint::Quiet);
        body.add(": ").add(stateName(*model_, end.status), ready ? Paint::Good : Paint::Bad);
        const Duration impaired = impairedIn(story);
        if (impaired > Duration::zero()) {
            body.add(fmt::format(", impaired for {}", formatDuration(impaired)), Paint::Warning);
        } else if (ready && story.intervals.size() == 1) {
            body.add(isSpared() ? " in this course" : textOf(AllClear::Throughout));
        }
        if (end.status.outages > 0) {
            body.add(", ").add(downIn(end.status.downtime, end.status.outages));
        }
        assert(outages.size() >= end.status.outages);
        const std::size_t earlier = outages.size() - end.status.outages;
        if (earlier > 0) {
            Duration whole{};
            for (const Outage& outage : outages) {
                whole += outage.length();
            }
            body.add(", before its deletion ").add(downIn(whole - end.status.downtime, earlier));
        }
        const bool isLostBelow = std::ranges::find(lostBelow_, id_) != lostBelow_.end();
        if (isLostBelow || (!story.losses.empty() && !end.status.recoverable)) {
            body.add(", ").add("DATA LOST", Paint::Bad).add(isLostBelow ? " of what it stands on" : "");
        }
        page_.paragraph(Phrase{}, body);
        writeSpared();
    }

    /// How long it was up and denied something, or its key could not be rotated. What failed to be made never was up.
    [[nodiscard]] Duration impairedIn(const ResourceStory& story) const {
        Duration whole{};
        for (const StateInterval& interval : story.intervals) {
            const ResourceStatus& status = interval.status;
            if (status.presence == Presence::Present && !isDown(*model_, status.state) &&
                !model_->states[status.state].terminal && isImpaired(*model_, status)) {
                whole += interval.to - interval.from;
            }
        }
        return whole;
    }

    /// What this course spares the resource and another does not; null where that is nothing, or not known.
    [[nodiscard]] const SparedHere* spared() const {
        if (run_.ranges == nullptr) {
            return nullptr;
        }
        const auto found = std::ranges::find(run_.ranges->spared, id_, &SparedHere::resource);
        return found != run_.ranges->spared.end() ? &*found : nullptr;
    }

    /// Whether other courses bring it something, or were not looked at.
    [[nodiscard]] bool isSpared() const {
        return run_.ranges == nullptr || spared() != nullptr || run_.ranges->isCutShort(id_);
    }

    /// What other timings bring.
    void writeSpared() {
        if (const SparedHere* one = spared()) {
            const bool harms = one->outages > 0 || one->dataLost;
            turn(one->earliest(), harms ? run_.signs.down : run_.signs.raised, Paint::Warning,
                 Phrase{sparedText(*one), Paint::Warning});
        }
    }

    [[nodiscard]] std::string sparedText(const SparedHere& spared) const {
        std::string text;
        const auto add = [&](const std::string& part) { text.append(text.empty() ? "" : "; ").append(part); };
        const auto within = [](const Extent<Instant>& begin) {
            return begin.isPoint() ? "from " + Clock::sinceStart(begin.least) + " on"
                                   : fmt::format("the first time between {} and {}", Clock::sinceStart(begin.least),
                                                 Clock::sinceStart(begin.most));
        };
        if (spared.outages > 0) {
            add(fmt::format("down in up to {} {}, {}", spared.outages, spared.outages == 1 ? "outage" : "outages",
                            spared.from.isPoint() ? "from then on"
                                                  : "the first by " + Clock::sinceStart(spared.from.most)));
        }
        if (spared.impairment.any()) {
            add(fmt::format("impaired {} ({})", within(spared.impairedFrom), textOf(*model_, spared.impairment)));
        }
        if (spared.dataLost) {
            add("its data lost " + within(spared.lostFrom));
        }
        return "at other timings: " + text;
    }

    /// Everything that was not as it should be, by its beginning.
    void inOrder(const ResourceStory& story, const std::vector<Outage>& outages) {
        std::vector<std::pair<Instant, std::function<void()>>> items;
        for (const Outage& outage : outages) {
            for (const StateInterval& interval : outage.intervals) {
                items.emplace_back(interval.from, [&] { writeDown(outage, interval); });
            }
            if (outage.over()) {
                items.emplace_back(outage.to, [&] { writeReturn(outage); });
            }
        }
        for (std::size_t i = 0; i < story.intervals.size(); ++i) {
            const StateInterval& interval = story.intervals[i];
            if (interval.status.presence != Presence::Present) {
                continue;
            }
            if (model_->states[interval.status.state].terminal) {
                items.emplace_back(interval.from, [&] { writeFailed(interval); });
            }
            for (const ConditionId condition : model_->conditions.ids()) {
                const bool before = i > 0 && has(story, i - 1, condition);
                if (has(story, i, condition) && !before) {
                    items.emplace_back(interval.from,
                                       [this, &story, i, condition] { writeRaised(story, i, condition); });
                } else if (before && !has(story, i, condition)) {
                    items.emplace_back(interval.from,
                                       [this, &interval, condition] { writeCleared(interval, condition); });
                }
            }
        }
        for (const Record* loss : story.losses) {
            items.emplace_back(loss->position.at, [this, loss] { writeLoss(*loss); });
        }
        std::ranges::stable_sort(items, {}, [](const auto& item) { return item.first; });
        for (const auto& [at, write] : items) {
            write();
        }
    }

    // --- intervals ---------------------------------------------------------------------------------------------------

    /// What begins at `at`.
    void turn(Instant at, std::string_view sign, Paint paint, const Phrase& body) {
        Phrase lead{"  "};
        lead.add(sign, paint).add(" ").add(Clock::sinceStart(at), Paint::Quiet).add("  ");
        page_.paragraph(lead, body);
    }

    void writeDown(const Outage& outage, const StateInterval& interval) {
        const bool first = &interval == &outage.intervals.front();
        const bool last = &interval == &outage.intervals.back();
        Phrase body{model_->states[interval.status.state].name, Paint::Bad};
        body.add(interval.status.reason == Reason::None ? " from the start" : ": ");
        body.add(interval.status.reason == Reason::None ? "" : nameOf(interval.status.reason));
        body.add(lasting(interval.from, interval.to, last && !outage.over()));
        turn(interval.from, first ? run_.signs.down : run_.signs.still, Paint::Bad, body);
        because(interval.began);
        wayBack(interval);
    }

    [[nodiscard]] static std::string lasting(Instant from, Instant to, bool atTheEnd) {
        return fmt::format(", for {}{}", formatDuration(to - from), atTheEnd ? " up to the end" : "");
    }

    void writeReturn(const Outage& outage) {
        const bool deleted = outage.ended->is<Deleted>();
        Phrase body{deleted ? std::string_view{"Deleted"} : stateName(*model_, outage.ended->on->status),
                    deleted ? Paint::Bad : Paint::Good};
        body.add(fmt::format(", after {} down", formatDuration(outage.length())));
        turn(outage.to, run_.signs.up, deleted ? Paint::Bad : Paint::Good, body);
        if (!deleted) {
            because(outage.ended);
        }
    }

    [[nodiscard]] bool has(const ResourceStory& story, std::size_t i, ConditionId condition) const {
        return story.intervals[i].status.presence == Presence::Present &&
               story.intervals[i].status.conditions.contains(condition);
    }

    void writeRaised(const ResourceStory& story, std::size_t first, ConditionId condition) {
        std::size_t last = first;
        while (last + 1 < story.intervals.size() && has(story, last + 1, condition)) {
            ++last;
        }
        const StateInterval& interval = story.intervals[first];
        const Reason reason = reasonFor(condition);
        Phrase body{model_->conditions[condition].name, Paint::Warning};
        if (reason != Reason::None) {
            body.add(": ").add(nameOf(reason));
        }
        body.add(lasting(interval.from, story.intervals[last].to, last + 1 == story.intervals.size()));
        turn(interval.from, run_.signs.raised, Paint::Warning, body);
        because(interval.changeOf(condition));
        if (reason != Reason::None) {
            remedy(interval.from, wordingAt(interval, reason), {});
        }
    }

    void writeCleared(const StateInterval& interval, ConditionId condition) {
        turn(interval.from, run_.signs.cleared, Paint::Good,
             Phrase{fmt::format("no longer {}", model_->conditions[condition].name)});
        because(interval.changeOf(condition));
    }

    /// The reason that raises a condition, where only one does.
    [[nodiscard]] Reason reasonFor(ConditionId condition) const {
        Reason only = Reason::None;
        for (std::size_t i = 1; i < reasonCount; ++i) {
            if (model_->reasons[i].condition != condition) {
                continue;
            }
            if (only != Reason::None) {
                return Reason::None;
            }
            only = static_cast<Reason>(i);
        }
        return only;
    }

    void writeFailed(const StateInterval& interval) {
        Phrase body{model_->states[interval.status.state].name, Paint::Bad};
        body.add(": ").add(nameOf(interval.status.reason));
        body.add(lasting(interval.from, interval.to, interval.to == run_.program.until));
        turn(interval.from, run_.signs.down, Paint::Bad, body);
        const Record* refused =
            interval.began != nullptr && interval.began->is<Created>() ? run_.causes.of(*interval.began) : nullptr;
        if (refused != nullptr) {
            remedy(interval.from, wordingOf(run_.program, *refused), {});
        }
    }

    void writeLoss(const Record& loss) {
        turn(loss.position.at, run_.signs.lost, Paint::Bad,
             Phrase{"data lost: what wraps it is purged, and in no backup", Paint::Bad});
        because(&loss);
    }

    // --- what stands under them --------------------------------------------------------------------------------------

    void fact(std::string_view label, const Phrase& body) {
        Phrase lead;
        lead.padTo(factColumn).add(label, Paint::Quiet).padTo(factColumn + labelWidth);
        page_.paragraph(lead, body);
    }

    /// The action or fact behind a change, back to the first, and how long it took to be noticed.
    void because(const Record* change) {
        if (change == nullptr) {
            return;
        }
        const Record* cause = run_.causes.of(*change);
        if (cause != nullptr) {
            fact("after", eventBefore(*cause, change->position.at));
        }
        for (const Record* other : run_.causes.othersOf(*change)) {
            fact("and", eventBefore(*other, change->position.at));
        }
        if (const Record* first = cause != nullptr ? run_.causes.of(*cause) : nullptr) {
            fact("after", eventBefore(*first, cause->position.at));
        }
    }

    [[nodiscard]] Phrase eventBefore(const Record& event, Instant effect) const {
        Phrase body{eventName(run_.program, event)};
        body.add(fmt::format(" at {}", Clock::sinceStart(event.position.at)));
        if (event.position.at != effect) {
            body.add(fmt::format(", {} before", formatDuration(effect - event.position.at)), Paint::Quiet);
        }
        return body;
    }

    [[nodiscard]] Wording wordingAt(const StateInterval& interval, Reason reason) const {
        const bool isKnown = interval.began != nullptr && interval.began->on;
        return isKnown ? engine::wordingOf(run_.program, *interval.began->on, reason)
                       : engine::wordingOf(*model_, reason);
    }

    void wayBack(const StateInterval& interval) {
        if (interval.status.reason == Reason::None) {
            return;
        }
        const Wording wording = wordingAt(interval, interval.status.reason);
        const std::string message = interval.began != nullptr ? filled(run_.program, *interval.began, wording.message)
                                                              : std::string{wording.message};
        remedy(interval.from, wording, message);
    }

    /// What the service says, the documented fix, and who says so; in full the first time only.
    void remedy(Instant at, const Wording& wording, const std::string& message) {
        if (!message.empty() && said_.insert(message).second) {
            fact("says", Phrase{wording.error.empty() ? message : fmt::format("{}: {}", wording.error, message)});
        }
        if (wording.fix.empty()) {
            return;
        }
        const auto [reported, isNew] = reported_.emplace(std::pair{model_, wording.fix}, std::pair{id_, at});
        if (!isNew) {
            const auto& [where, when] = reported->second;
            const std::string resource = where == id_ ? "" : fmt::format("for {} ", run_.nameOf(where));
            fact("fix", Phrase{fmt::format("as {}at {}", resource, Clock::sinceStart(when))});
            return;
        }
        fact("fix", Phrase{wording.fix});
        for (const std::string& source : wording.provenance->sources) {
            fact(&source == &wording.provenance->sources.front() ? "source" : "", Phrase{source, Paint::Quiet});
        }
        if (!wording.provenance->assumed.empty()) {
            fact("assumed", Phrase{wording.provenance->assumed, Paint::Quiet});
        }
    }

    const RunView& run_;
    Page& page_;
    std::vector<ResourceId> lostBelow_; // that stand on data that is lost
    ResourceId id_;
    const Model* model_ = nullptr;
    bool wasEventful_ = false;
    std::set<std::string> said_;
    /// The fixes of each model that stand in full already, and where.
    std::map<std::pair<const Model*, std::string_view>, std::pair<ResourceId, Instant>> reported_;
};

} // namespace

void writeResources(const RunView& run, Page& page) {
    page.heading("Resources", run.signs.rule);
    if (run.trace.ends.empty()) {
        page.line(Phrase{"none", Paint::Quiet});
    }
    ResourceWriter writer{run, page};
    for (const ResourceEnd& end : run.trace.ends) {
        writer.write(end);
    }
}

} // namespace cmksim::report
