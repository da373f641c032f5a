#include "analysis/causes.hpp"

#include "engine/impairment.hpp"
#include "engine/resource_replay.hpp"
#include "engine/slots.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

namespace cmksim::analysis {

class CauseFinder::Tracer {
public:
    Tracer(const Program& program, const WorldHistory& history, ResourceId id, const OpenPhases& phases)
        : program_{program}, history_{history}, id_{id}, rules_{program.rulesOf(id)}, model_{*rules_.model},
          walk_{program, history, id, phases, happened_} {
        enter(WorldHistory::beginning, std::nullopt);
    }

    Behind behind(const Record& change) {
        if (change.is<DataLost>() || change.position.stage == Stage::Actions) {
            return {{change.position}, false};
        }
        if (const auto* turned = change.asIf<Transition>();
            turned != nullptr && (change.position.stage == Stage::Bases || turned->reason == Reason::BaseUnavailable)) {
            return ofBases(change, change.position.stage == Stage::Bases && turned->reason != Reason::BaseUnavailable);
        }
        follow(lastMomentBefore(change.position));
        if (change.position.stage == Stage::Lapses && !lapsed_) {
            lapse(change.position.at);
        }
        if (spans_.empty()) {
            return withoutKey(change);
        }
        endRetentions(change.position);
        if (const auto* changed = change.asIf<ConditionChanged>()) {
            return ofCondition(*changed);
        }
        const Transition& transition = change.as<Transition>();
        if (transition.from == model_.ready() || goesDown(model_, transition)) {
            return ofFailing([this](Reason reason) { return !conditionOf(reason).valid(); });
        }
        if (transition.to != model_.ready()) {
            return sinceAnswer(transition.reason);
        }
        Behind behind = ofReturn();
        addByHand(change, behind);
        return behind;
    }

private:
    /// One of the resource's keys, or a version that is retained for it.
    struct Way {
        SlotId slot;
        MaterialId retained; // invalid: the key itself

        friend bool operator==(const Way&, const Way&) = default;
    };
    struct Followed {
        Way way;
        PathId path;
        std::size_t segment = 0;
    };
    struct WayLacks {
        Way way;
        Lacks lacks;
        MaterialId wrapsNext; // of a key itself: what it comes to be wrapped by
    };
    /// That a version is retained, and until when.
    struct Retention {
        Way way;
        Instant until{};
        std::optional<EventPlace> event; // what another version came to wrap by; nothing: it was so from the start
    };

    /// A time in which the resource's ways to its keys stay as they are.
    struct Span {
        Instant at{};                    // when it began
        std::optional<EventPlace> event; // what began it; nothing: it was so from the start
        Answer answer;
        std::vector<WayLacks> lacks;
        bool lapsed = false;

        [[nodiscard]] bool has(const Way& way, std::uint32_t bit) const {
            const auto found = std::ranges::find(lacks, way, &WayLacks::way);
            return found != lacks.end() && found->lacks.has(bit);
        }
    };

    [[nodiscard]] ConditionId conditionOf(Reason reason) const {
        return model_.reasons[static_cast<std::size_t>(reason)].condition;
    }

    // --- what it stands on -------------------------------------------------------------------------------------------

    /// What is behind the last turn of its bases before a change by which they came to be enough, or not to be.
    [[nodiscard]] Behind ofBases(const Record& change, bool enough) const {
        const BaseTurn* behind = nullptr;
        for (const BaseCourse* course : history_.bases().all(program_, id_)) {
            for (const BaseTurn& turn : *course) {
                if (turn.at <= change.position.at && turn.enough == enough &&
                    (behind == nullptr || behind->at <= turn.at)) {
                    behind = &turn;
                }
            }
        }
        if (behind == nullptr || !behind->base.valid()) {
            return {{}, true};
        }
        const Record& turned = behind->change;
        if (!turned.is<Transition>() && !turned.is<ConditionChanged>() && !turned.is<DataLost>()) {
            return {{turned.position}, false};
        }
        return CauseFinder{program_, history_, behind->base, {behind->phase, behind->rotation}}.behind(turned);
    }

    /// The change of a resource to which no key means anything: it is brought back by hand, once its bases are.
    [[nodiscard]] Behind withoutKey(const Record& change) const {
        Behind behind;
        const auto* moved = change.asIf<Transition>();
        if (moved == nullptr || !comesUp(model_, *moved)) {
            return behind;
        }
        addByHand(change, behind);
        if (!behind.events.empty() && model_.standsOn) {
            const Behind bases = ofBases(change, true);
            behind.events.insert(behind.events.end(), bases.events.begin(), bases.events.end());
        }
        return behind;
    }

    /// A return that time alone brings about is the end of what was begun by hand.
    void addByHand(const Record& change, Behind& behind) const {
        if (byHand_ && isFact(change.position.stage)) {
            behind.events.insert(behind.events.begin(), *byHand_);
        }
    }

    // --- following the resource --------------------------------------------------------------------------------------

    [[nodiscard]] MomentId lastMomentBefore(const Position& position) const {
        std::size_t least = 0;
        std::size_t most = history_.end().index();
        while (least < most) {
            const std::size_t middle = least + (most - least + 1) / 2;
            if (history_.position(MomentId{middle}) <= position) {
                least = middle;
            } else {
                most = middle - 1;
            }
        }
        return MomentId{least};
    }

    void follow(MomentId last) {
        const std::vector<OwnEntry>& entries = program_.resources[id_].entries;
        for (; nextEntry_ < entries.size() && history_.momentOf(entries[nextEntry_].entry) <= last; ++nextEntry_) {
            const OwnEntry& own = entries[nextEntry_];
            const MomentId moment = history_.momentOf(own.entry);
            followWorld(moment);
            walk_.play(own);
            const Position& position = history_.position(moment);
            if (position.stage == Stage::Actions) {
                lapsed_ = walk_.resource().credential == Credential::Lapsed;
                if (std::ranges::any_of(happened_, [this](const Record& one) { return isByHand(program_, one); })) {
                    byHand_ = position;
                }
                enter(moment, position);
            }
            happened_.clear();
        }
        followWorld(last);
    }

    /// Everything that happens to the resource's way to its key up to `last`, whatever it does itself.
    void followWorld(MomentId last) {
        for (const Segment* next = nextSegment(); next != nullptr && next->since <= last; next = nextSegment()) {
            const MomentId since = next->since;
            const Instant at = next->at;
            walk_.advanceTo(since);
            notice();
            endRetentions(history_.position(since));
            if (takesPart(model_, walk_.resource())) {
                takeWays(since);
                noteRetentions({});
            } else {
                for (Followed& one : ways_) {
                    one.segment = history_.timeline(one.path).segmentAt(since);
                }
            }
            addSpan(history_.position(history_.causeOf(since)), at);
        }
        walk_.advanceTo(last);
        notice();
        endRetentions(history_.position(last));
        noteRetentions({});
    }

    // --- versions that are retained ----------------------------------------------------------------------------------

    /// Versions that have come to be retained: by an action of its own, else by a look that found a newer one.
    void noteRetentions(const std::optional<EventPlace>& event) {
        walk_.resource().eachSlot([&](const SlotState& slot) {
            for (const RetainedVersion& one : slot.retained) {
                const Way way{slot.slot, one.material};
                const auto known = std::ranges::find(retentions_, way, &Retention::way);
                if (known == retentions_.end() || known->until != one.until) {
                    std::erase_if(retentions_, [&](const Retention& other) { return other.way == way; });
                    retentions_.push_back({way, one.until, event ? event : newVersionOf(slot)});
                }
            }
        });
    }

    /// Since when a look takes a key on to what wraps it now.
    [[nodiscard]] std::optional<EventPlace> newVersionOf(const SlotState& slot) const {
        const auto takesOn = [&](const Span& span) {
            const auto found = std::ranges::find(span.lacks, Way{slot.slot, {}}, &WayLacks::way);
            return found != span.lacks.end() && found->wrapsNext == slot.wrapping.material();
        };
        return !spans_.empty() && takesOn(spans_.back()) ? spans_[sinceWhen(takesOn)].event : std::nullopt;
    }

    /// Versions that are retained no more at a position: what stood in the way of them does not count any more. That
    /// needs nothing else to happen, so that the resource may be down since what happened last.
    void endRetentions(const Position& position) {
        const auto isOver = [&](const Retention& one) {
            return one.until < position.at || (one.until == position.at && position.stage != Stage::Facts);
        };
        bool first = true;
        for (auto one = std::ranges::find_if(retentions_, isOver); one != retentions_.end();
             one = std::ranges::find_if(retentions_, isOver)) {
            const Retention over = *one;
            retentions_.erase(one);
            if (std::erase_if(ways_, [&](const Followed& followed) { return followed.way == over.way; }) == 0) {
                continue;
            }
            if (first && !model_.states[walk_.resource().state].down) {
                downFrom_ = spans_.size() - 1;
            }
            first = false;
            addSpan(over.event, over.until);
        }
    }

    /// The first on any way after those that hold; null: none.
    [[nodiscard]] const Segment* nextSegment() const {
        const Segment* next = nullptr;
        for (const Followed& one : ways_) {
            const std::vector<Segment>& segments = history_.timeline(one.path).segments;
            if (one.segment + 1 < segments.size() &&
                (next == nullptr || segments[one.segment + 1].since < next->since)) {
                next = &segments[one.segment + 1];
            }
        }
        return next;
    }

    /// The ways of the resource as it stands now, at the segments that hold at `moment`.
    void takeWays(MomentId moment) {
        ways_.clear();
        const ResourceState& state = walk_.resource();
        const auto take = [&](const Way& way, const AccessPath& path) {
            const PathId id = history_.find(path);
            ways_.push_back({way, id, history_.timeline(id).segmentAt(moment)});
        };
        state.eachSlot([&](const SlotState& slot) {
            take({slot.slot, {}}, accessPath(rules_, state, slot));
            for (const RetainedVersion& one : slot.retained) {
                take({slot.slot, one.material}, accessPath(rules_, state, slot, one));
            }
        });
    }

    /// What wraps there now.
    [[nodiscard]] Wrapping wrappingOf(const Way& way) const {
        if (way.retained.valid()) {
            return Wrapping::by(way.retained);
        }
        const SlotState* slot = walk_.resource().keyIn(way.slot);
        return slot != nullptr ? slot->wrapping : Wrapping::unknown();
    }

    /// What time and revalidations did to it, while its way to the key was that of the last span.
    void notice() {
        for (const Record& record : happened_) {
            if (record.is<FactHappened>() && !lapsed_) {
                lapse(record.position.at);
            } else if (record.is<Transition>() &&
                       (record.as<Transition>().from == model_.ready() || goesDown(model_, record.as<Transition>()))) {
                downFrom_ = spans_.size() - 1;
            }
        }
        happened_.clear();
    }

    void lapse(Instant at) {
        lapsed_ = true;
        if (!ways_.empty()) {
            addSpan(LapsePlace{at}, at);
        }
    }

    /// Goes on on the path that the resource is on now.
    void enter(MomentId moment, const std::optional<EventPlace>& event) {
        if (!takesPart(model_, walk_.resource())) {
            ways_.clear();
            spans_.clear();
            retentions_.clear();
            downFrom_ = 0;
            return;
        }
        takeWays(moment);
        noteRetentions(event);
        addSpan(event, history_.position(moment).at);
    }

    void addSpan(const std::optional<EventPlace>& event, Instant at) {
        Span span{at, event, {}, {}, lapsed_};
        std::size_t next = 0;
        const auto cell = [&]() -> const Cell& {
            const Followed& one = ways_[next++];
            const PathTimeline& timeline = history_.timeline(one.path);
            const std::size_t place = timeline.placeOf(timeline.segments[one.segment], wrappingOf(one.way));
            span.lacks.push_back({one.way, timeline.lacks[place], timeline.cells[place].wrapsNext});
            return timeline.cells[place];
        };
        SeenTogether seen{model_};
        while (next < ways_.size()) {
            const SlotId slot = ways_[next].way.slot;
            const Cell& own = cell();
            Reason reason = own.revalidation.reason;
            while (next < ways_.size() && ways_[next].way.retained.valid()) {
                const Reason its = cell().revalidation.reason;
                reason = reason == Reason::None ? its : reason;
            }
            seen.add(slot, {own.revalidation, own.wrapsNext}, reason);
        }
        seen.finish();
        span.answer = seen.answer();
        if (lapsed_) {
            span.lacks.front().lacks.add(Reason::IdentityInactive);
        }
        spans_.push_back(std::move(span));
    }

    /// What a revalidation makes of it, of the resource as it stands now.
    [[nodiscard]] Answer answerIn(const Span& span) const {
        Answer answer = span.answer;
        if (const Blindness& blind = blindnessOf(answer, model_.states[walk_.resource().state].down);
            blind.reason != Reason::None) {
            answer.reason = blind.reason;
            answer.raised = blind.raised;
        }
        if (span.lapsed && answer.reason != Reason::IdentityNotAssigned) {
            answer = {};
            answer.reason = Reason::IdentityInactive;
        }
        return answer;
    }

    /// Whether a resource that is down stays so for a reason: it is none that a mere condition lets pass.
    [[nodiscard]] bool keepsDown(Reason reason) const {
        const ConditionId condition = conditionOf(reason);
        return !condition.valid() || model_.conditions[condition].beyond != Beyond::Everything;
    }

    // --- what began it -----------------------------------------------------------------------------------------------

    /// The first span of the unbroken time up to now in which something holds. What turns there and back at one
    /// instant breaks nothing, and begins nothing, unless the resource went down by it at once.
    template <class Holds>
    std::size_t sinceWhen(Holds holds) const {
        std::size_t first = spans_.size() - 1;
        bool gap = false;
        for (std::size_t i = first; i > 0;) {
            --i;
            const bool lasts = spans_[i].at != spans_[first].at;
            if (!holds(spans_[i])) {
                if (lasts || i == downFrom_) {
                    break;
                }
                gap = true;
            } else if (lasts || !gap) {
                first = i;
                gap = false;
            }
        }
        return first;
    }

    void add(std::size_t place, Behind& behind) const {
        const Span& span = spans_[place];
        if (!span.event) {
            behind.fromStart = true;
        } else if (std::ranges::find(behind.events, *span.event) == behind.events.end()) {
            behind.events.push_back(*span.event);
        }
    }

    [[nodiscard]] Behind sinceAnswer(Reason reason) const {
        Behind behind;
        const auto isSo = [&](const Span& span) { return answerIn(span).reason == reason; };
        if (isSo(spans_.back())) {
            add(sinceWhen(isSo), behind);
        }
        return behind;
    }

    /// Whatever of these reasons stands between the resource and its key now.
    template <class Counts>
    [[nodiscard]] Behind ofFailing(Counts counts) const {
        Behind behind;
        for (const WayLacks& one : spans_.back().lacks) {
            const Lacks lacks = one.lacks.where(counts);
            for (std::uint32_t bit = 0; bit < Lacks::bitCount; ++bit) {
                if (lacks.has(bit)) {
                    add(sinceWhen([&](const Span& span) { return span.has(one.way, bit); }), behind);
                }
            }
        }
        std::ranges::sort(behind.events);
        return behind;
    }

    /// Whatever stood between the resource and its key since it went down and does not any more.
    [[nodiscard]] Behind ofReturn() const {
        Behind behind;
        std::vector<WayLacks> lacked;
        for (std::size_t i = std::min(downFrom_, spans_.size() - 1); i < spans_.size(); ++i) {
            for (const WayLacks& one : spans_[i].lacks) {
                auto known = std::ranges::find(lacked, one.way, &WayLacks::way);
                if (known == lacked.end()) {
                    known = lacked.insert(known, {one.way, {}, {}});
                }
                known->lacks.include(one.lacks.where([this](Reason reason) { return keepsDown(reason); }));
            }
        }
        for (const WayLacks& one : lacked) {
            for (std::uint32_t bit = 0; bit < Lacks::bitCount; ++bit) {
                if (!one.lacks.has(bit) || spans_.back().has(one.way, bit)) {
                    continue;
                }
                const std::size_t since = sinceWhen([&](const Span& span) { return !span.has(one.way, bit); });
                if (since > downFrom_) {
                    add(since, behind);
                }
            }
        }
        if (behind.events.empty()) {
            return sinceAnswer(Reason::None);
        }
        std::ranges::sort(behind.events, std::greater{});
        return behind;
    }

    [[nodiscard]] Behind ofCondition(const ConditionChanged& change) const {
        if (change.raised) {
            return ofFailing([&](Reason reason) { return conditionOf(reason) == change.condition; });
        }
        Behind behind;
        add(sinceWhen([&](const Span& span) { return !answerIn(span).raised.contains(change.condition); }), behind);
        return behind;
    }

    const Program& program_;
    const WorldHistory& history_;
    ResourceId id_;
    ResourceRules rules_;
    const Model& model_;
    std::vector<Record> happened_; // since it was last looked at
    ResourceReplay walk_;
    std::size_t nextEntry_ = 0;
    std::vector<Followed> ways_; // each key, followed by what is retained for it
    bool lapsed_ = false;
    std::optional<Position> byHand_; // where it was last revalidated by hand
    std::vector<Retention> retentions_;
    std::vector<Span> spans_;
    std::size_t downFrom_ = 0; // the span in which it went down last
};

bool isByHand(const Program& program, const Record& record) {
    return record.is<ActionDone>() && !record.refused() &&
           program.entries[record.entry()].action<ResourceRevalidate>() != nullptr;
}

const Record* begunByHand(const Program& program, const std::vector<Record>& records, const Record& change) {
    if (change.position.stage == Stage::Actions) {
        return &change;
    }
    if (change.position.stage != Stage::OwnFacts) {
        return nullptr;
    }
    const auto after = records.begin() + (&change - records.data());
    const auto found = std::find_if(std::make_reverse_iterator(after), records.rend(),
                                    [&](const Record& one) { return isByHand(program, one); });
    return found != records.rend() ? &*found : nullptr;
}

CauseFinder::CauseFinder(const Program& program, const WorldHistory& history, ResourceId resource,
                         const OpenPhases& phases)
    : tracer_{std::make_unique<Tracer>(program, history, resource, phases)} {}

CauseFinder::~CauseFinder() = default;

Behind CauseFinder::behind(const Record& change) { return tracer_->behind(change); }

} // namespace cmksim::analysis
