#include "analysis/reaction_corners.hpp"

#include "analysis/clock_offsets.hpp"
#include "analysis/phase_classes.hpp"
#include "engine/bases.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace cmksim::analysis {

namespace {

/// Times by the measure of a period.
class Residues {
public:
    explicit Residues(Duration period) : period_{period} {}

    void add(Duration time) { all_.insert(ofPeriod(time)); }
    void add(Instant at) { add(at - scenarioStart); }
    [[nodiscard]] bool has(Duration time) const { return all_.contains(ofPeriod(time)); }
    [[nodiscard]] bool has(Instant at) const { return has(at - scenarioStart); }
    [[nodiscard]] Duration period() const { return period_; }
    [[nodiscard]] const std::set<Duration>& all() const { return all_; }

    /// Adds what is one of some times later or earlier.
    void spread(const std::set<Duration>& by) {
        const std::set<Duration> before = all_;
        for (const Duration one : before) {
            for (const Duration shift : by) {
                add(one + shift);
                add(one - shift);
            }
        }
    }

private:
    [[nodiscard]] Duration ofPeriod(Duration time) const {
        const Duration rest = time % period_;
        return rest < Duration::zero() ? rest + period_ : rest;
    }

    Duration period_;
    std::set<Duration> all_;
};

/// By what all clocks of what reactions concern can be measured.
Duration commonPeriod(const Program& program, const Reactor& reactor) {
    std::int64_t measure = 0;
    for (const ResourceId id : program.resources.ids()) {
        if (!reactor.concerns(id)) {
            continue;
        }
        const Model& model = program.modelOf(id);
        measure = std::gcd(measure, model.revalidation.nominal.count());
        measure = model.rotationClock ? std::gcd(measure, model.rotationClock->nominal.count()) : measure;
    }
    return Duration{std::max<std::int64_t>(measure, 1)};
}

/// When the lives begin in which a resource's phase is open.
std::vector<Instant> openLives(const Program& program, ResourceId id) {
    std::vector<Instant> births;
    const auto add = [&](const NewResource& described, Instant at) {
        if (!described.phase) {
            births.push_back(at);
        }
    };
    if (const auto& described = program.resources[id].described) {
        add(*described, scenarioStart);
    }
    for (const OwnEntry& own : program.resources[id].entries) {
        if (const auto* creation = program.entries[own.entry].creation()) {
            add(*creation->described, program.entries[own.entry].at);
        }
    }
    for (const Reaction& reaction : program.reactions) {
        if (const auto* creation = reaction.entry.creation(); creation != nullptr && creation->resource == id) {
            add(*creation->described, never);
        }
    }
    return births;
}

/// Whose course decides what an entry comes to; invalid: the world's.
ResourceId judgedBy(const TimelineEntry& entry, std::uint32_t item) {
    if (const auto* list = std::get_if<std::vector<Expectation>>(&entry.what)) {
        return (*list)[item].resource;
    }
    if (const auto* attempt = std::get_if<Attempt>(&entry.what)) {
        return attempt->resource;
    }
    return entry.resourceAction() != nullptr ? resourceOf(*entry.action()) : ResourceId{};
}

/// Goes through the courses, one thing that is open after the other.
class CornerWalk {
public:
    CornerWalk(const Program& program, OpenTimings open, std::uint64_t most,
               const std::function<bool(const ReactionWorld&)>& visit)
        : program_{program}, open_{open}, most_{most}, visit_{visit}, reactor_{program},
          period_{commonPeriod(program, reactor_)}, triggers_{openTriggers(program)}, timed_{program},
          phases_{nominalPhases(program)}, fixed_{period_}, isChosen_(program.reactions.size()),
          pinned_(program.resources.size()) {
        whole_ = isCut();
        findEffects();
        findFixed();
        findTies();
    }

    bool walk() {
        const std::uint64_t phases = phasesToTry();
        if (phases > most_) {
            return false;
        }
        return choosePhases(0) && whole_;
    }

private:
    // --- what there is -----------------------------------------------------------------------------------------------

    /// Whether nothing is open for what reactions concern but what is cut here.
    [[nodiscard]] bool isCut() const {
        if (waitsForOpenClocks(program_)) {
            return false;
        }
        return std::ranges::none_of(program_.resources.ids(), [&](ResourceId id) {
            const ResourceProgram& resource = program_.resources[id];
            const Model& model = program_.modelOf(id);
            const std::vector<Instant> births = openLives(program_, id);
            const bool waited = std::ranges::find(triggers_, id) != triggers_.end();
            const bool ownClock =
                open_ == OpenTimings::All &&
                std::ranges::any_of(model.ownClocks, [](const Timing& one) { return one.earliest != one.latest; });
            return reactor_.concerns(id) &&
                   (ownClock || model.standsOn || model.recoveryClock || (resource.fleet && resource.fleet->phases) ||
                    births.size() > 1 || (waited && !births.empty() && births.front() != scenarioStart) ||
                    (resource.shapesWorld && !births.empty() && !waited));
        });
    }

    /// What the timeline does that takes an open time to count, where reactions can come of it.
    void findEffects() {
        if (open_ != OpenTimings::All) {
            return;
        }
        for (const OpenDelay& delay : openDelays(program_)) {
            const bool concerned = std::visit([&](const auto& of) { return isConcerned(of); }, delay.of);
            if (concerned) {
                effects_.push_back(delay);
                fixed_.add(delay.from + delay.timing->earliest);
                fixed_.add(delay.from + delay.timing->latest);
            }
        }
    }

    [[nodiscard]] bool isConcerned(const OpenDelay::EarlierDeletion& one) const {
        return reactor_.concerns(one.identity);
    }
    [[nodiscard]] bool isConcerned(const OpenDelay::Effect& one) const { return reactor_.concerns(one.identity); }
    [[nodiscard]] bool isConcerned(const OpenDelay::Lapse& one) const { return reactor_.concerns(one.resource); }
    [[nodiscard]] static bool isConcerned(const OpenDelay::OwnClock&) { return false; } // not cut here

    [[nodiscard]] bool isOpen(const Reaction& reaction) const {
        return open_ == OpenTimings::All && (reaction.least != reaction.most || effectOf(reaction) != nullptr);
    }

    /// How long what a reaction does takes to count, where that is open.
    [[nodiscard]] const Timing* effectOf(const Reaction& reaction) const {
        const Timing* timing = openTiming(program_, reaction.entry);
        return open_ == OpenTimings::All && timing != nullptr && timing->earliest != timing->latest ? timing : nullptr;
    }

    /// Instants that nothing moves: those of the story without its reactions.
    void findFixed() {
        const Program plain =
            withTimeline(program_, {program_.entries.begin(), program_.entries.end()}, program_.until);
        const WorldHistory history = simulateWorld(plain, phases_);
        fixed_.add(scenarioStart);
        fixed_.add(program_.until);
        for (const TimelineEntry& entry : program_.entries) {
            fixed_.add(entry.at);
        }
        for (const Position& moment : history.moments()) {
            fixed_.add(moment.at);
        }
        for (const ResourceId id : program_.resources.ids()) {
            if (!reactor_.concerns(id)) {
                continue;
            }
            std::ranges::for_each(instantsThatMatter(plain, history, id), [&](Instant at) { fixed_.add(at); });
            for (const NewResource* life : livesOf(program_, id)) {
                fixed_.add(life->phase.value_or(Duration::zero()));
                fixed_.add(life->rotationPhase.value_or(Duration::zero()));
            }
        }
    }

    /// By what two instants are tied: by what rules count, and by the ends of ranges.
    void findTies() {
        counted_.insert(Duration::zero());
        for (const ResourceId id : program_.resources.ids()) {
            if (reactor_.concerns(id)) {
                const std::vector<Duration> offsets = clockOffsets(program_, id);
                counted_.insert(offsets.begin(), offsets.end());
                clocks_ = std::max<std::size_t>(clocks_, program_.modelOf(id).rotationClock ? 2 : 1);
            }
        }
        for (const Reaction& reaction : program_.reactions) {
            for (const Expectation& one : reaction.trigger) {
                for (const std::optional<Duration>& bound : {one.downtime.least, one.downtime.most}) {
                    if (bound) {
                        counted_.insert(*bound);
                        counted_.insert(*bound + Duration{1});
                    }
                }
            }
            ends_.insert({reaction.least, open_ == OpenTimings::All ? reaction.most : reaction.least});
            if (const Timing* timing = openTiming(program_, reaction.entry)) {
                ends_.insert({lengthAt(*timing, TimingEnd::Nominal), timing->earliest, timing->latest});
                ++links_;
            }
            ++links_;
        }
    }

    /// Where an instant can be tied to those that are known, with so many others to be chosen yet between them.
    [[nodiscard]] Residues tiedTo(Residues known, std::size_t toChoose) const {
        std::set<Duration> differences;
        for (const Duration one : counted_) {
            for (const Duration other : counted_) {
                differences.insert(one - other);
            }
        }
        known.spread(differences);
        for (std::size_t link = 0; link < std::min(links_, toChoose); ++link) {
            known.spread(ends_);
        }
        // A line is met, or missed by a second.
        std::set<Duration> seconds;
        for (std::size_t step = 0; step <= toChoose + clocks_ + 1; ++step) {
            seconds.insert(Duration{static_cast<std::int64_t>(step)});
        }
        known.spread(seconds);
        return known;
    }

    // --- what is chosen ----------------------------------------------------------------------------------------------

    [[nodiscard]] Residues known() const {
        Residues all = fixed_;
        for (const Instant at : chosen_) {
            all.add(at);
        }
        return all;
    }

    [[nodiscard]] std::size_t left(std::size_t phases, std::size_t effects) const {
        const auto reactions = std::ranges::count_if(program_.reactions, [&](const Reaction& one) {
            return !isChosen_[static_cast<std::size_t>(&one - program_.reactions.data())];
        });
        return (triggers_.size() - phases) + (effects_.size() - effects) + static_cast<std::size_t>(reactions);
    }

    /// How many combinations of phases there are to be tried, about.
    [[nodiscard]] std::uint64_t phasesToTry() const {
        std::uint64_t count = 1;
        const std::uint64_t each = tiedTo(known(), left(1, 0)).all().size();
        for (const ResourceId id : triggers_) {
            const std::uint64_t periods =
                static_cast<std::uint64_t>(program_.modelOf(id).revalidation.nominal / period_);
            count = std::min(count * each * periods, most_ + 1);
        }
        return count;
    }

    bool choosePhases(std::size_t next) {
        if (next == triggers_.size()) {
            return chooseEffects(0);
        }
        const ResourceId id = triggers_[next];
        const Residues tied = tiedTo(known(), left(next + 1, 0));
        for (Duration whole{}; whole < program_.modelOf(id).revalidation.nominal; whole += period_) {
            for (const Duration part : tied.all()) {
                phases_[id] = whole + part;
                pinned_[id] = phases_[id];
                chosen_.push_back(scenarioStart + phases_[id]);
                const bool goesOn = choosePhases(next + 1);
                chosen_.pop_back();
                if (!goesOn) {
                    return false;
                }
            }
        }
        return true;
    }

    /// The lengths from `least` to `most` with which what begins at `from` ends where it is tied to something. All that
    /// end before the start are alike, and so are all that end behind the program's end.
    [[nodiscard]] std::vector<Duration> lengths(Instant from, Duration least, Duration most,
                                                std::size_t toChoose) const {
        std::set<Duration> all{least, most};
        const Duration first = std::max(least, scenarioStart - from);
        const Duration last = std::min(most, program_.until + Duration{1} - from);
        if (first <= last) {
            all.insert({first, last});
            const Residues tied = tiedTo(known(), toChoose);
            for (const Duration part : tied.all()) {
                const Duration begins = from + first - scenarioStart;
                Duration end = begins / period_ * period_ + part;
                end += end < begins ? period_ : Duration::zero();
                for (Duration length = end - (from - scenarioStart); length <= last; length += period_) {
                    all.insert(length);
                }
            }
        }
        return {all.begin(), all.end()};
    }

    bool chooseEffects(std::size_t next) {
        if (next == effects_.size()) {
            return chooseReactions();
        }
        const OpenDelay& delay = effects_[next];
        const Duration before = delayOf(timed_, delay);
        for (const Duration length :
             lengths(delay.from, delay.timing->earliest, delay.timing->latest, left(triggers_.size(), next + 1))) {
            setDelay(timed_, delay, length);
            chosen_.push_back(delay.from + length);
            const bool goesOn = chooseEffects(next + 1);
            chosen_.pop_back();
            if (!goesOn) {
                return false;
            }
        }
        setDelay(timed_, delay, before);
        return true;
    }

    /// Of the reactions whose time is open and that happen, the first that is not chosen yet. What is not chosen acts
    /// after that one came true.
    bool chooseReactions() {
        Reacted reacted = reactor_.at(timed_, phases_);
        const Firing* next = nullptr;
        for (const TimelineEntry& entry : reacted.program.entries) {
            if (entry.firing && isOpen(program_.reactions[entry.firing->reaction]) &&
                !isChosen_[entry.firing->reaction] && (next == nullptr || entry.firing->noticed < next->noticed)) {
                next = &*entry.firing;
            }
        }
        if (next == nullptr) {
            return finish(std::move(reacted));
        }
        const std::size_t before = chosen_.size();
        for (const TimelineEntry& entry : reacted.program.entries) {
            if (entry.firing && !isOpen(program_.reactions[entry.firing->reaction])) {
                chosen_.push_back(entry.at);
                chosen_.push_back(entry.at + delayOf(reacted.program, entry));
            }
        }
        const Firing firing = *next;
        isChosen_[firing.reaction] = true;
        const bool goesOn = chooseReaction(firing);
        isChosen_[firing.reaction] = false;
        chosen_.resize(before);
        return goesOn;
    }

    bool chooseReaction(const Firing& firing) {
        Reaction& reaction = timed_.reactions[firing.reaction];
        const Reaction before = reaction;
        bool goesOn = true;
        for (const Duration delay :
             lengths(firing.noticed, reaction.least, reaction.most, left(triggers_.size(), effects_.size()))) {
            const Instant at = firing.noticed + delay;
            reaction.delay = delay;
            chosen_.push_back(at);
            const Timing* effect = effectOf(reaction);
            const std::vector<Duration> effects = effect != nullptr ? lengths(at, effect->earliest, effect->latest,
                                                                              left(triggers_.size(), effects_.size()))
                                                                    : std::vector{Duration::zero()};
            for (const Duration length : effects) {
                if (effect != nullptr) {
                    setDelay(reaction.entry, length);
                }
                chosen_.push_back(at + length);
                goesOn = goesOn && chooseReactions();
                chosen_.pop_back();
            }
            chosen_.pop_back();
            if (!goesOn) {
                break;
            }
        }
        reaction = before;
        return goesOn;
    }

    bool finish(Reacted reacted) {
        whole_ = whole_ && !reacted.endless && isExplained(reacted.program);
        if (visited_++ == most_) {
            return false;
        }
        ReactionWorld world{std::move(reacted.program), {}};
        for (const ResourceId id : triggers_) {
            world.pinned.emplace_back(id, phases_[id]);
        }
        pinPhases(world.program, pinned_);
        return visit_(world);
    }

    // --- whether that was all ----------------------------------------------------------------------------------------

    /// Whether every instant at which something changes is fixed or was chosen, or is counted from such a one.
    [[nodiscard]] bool isExplained(const Program& course) const {
        Residues reasons = known();
        std::vector<const TimelineEntry*> firings;
        for (const TimelineEntry& entry : course.entries) {
            if (entry.firing) {
                if (entry.firing->time > 0 && isOpen(program_.reactions[entry.firing->reaction])) {
                    return false; // one time for several is a line of another kind
                }
                firings.push_back(&entry);
            }
        }
        std::ranges::stable_sort(firings, {}, [](const TimelineEntry* one) { return one->firing->noticed; });
        for (const TimelineEntry* one : firings) {
            if (!isCounted(reasons, one->firing->noticed)) {
                return false;
            }
            reasons.add(one->firing->noticed);
            reasons.add(one->at);
            reasons.add(one->at + delayOf(course, *one));
        }
        const WorldHistory history = simulateWorld(course, phases_);
        return std::ranges::all_of(course.resources.ids(), [&](ResourceId id) {
            const auto isReason = [&](Instant at) { return isCounted(reasons, at); };
            return !reactor_.concerns(id) || std::ranges::all_of(instantsThatMatter(course, history, id), isReason);
        });
    }

    [[nodiscard]] bool isCounted(const Residues& reasons, Instant at) const {
        return std::ranges::any_of(counted_, [&](Duration by) { return reasons.has(at - by); });
    }

    const Program& program_;
    OpenTimings open_;
    std::uint64_t most_;
    const std::function<bool(const ReactionWorld&)>& visit_;
    Reactor reactor_;
    Duration period_;
    std::vector<ResourceId> triggers_; // whose phase is open
    std::vector<OpenDelay> effects_;   // of what the timeline does
    Program timed_;                    // with what is chosen
    Phases phases_;                    // likewise
    Residues fixed_;
    std::set<Duration> counted_; // by rules and triggers
    std::set<Duration> ends_;    // of how long reactions and what they do take
    std::size_t links_ = 0;      // how many of these can stand one behind the other
    std::size_t clocks_ = 1;     // of one resource
    std::vector<Instant> chosen_;
    std::vector<bool> isChosen_; // by reaction
    IdVector<ResourceId, std::optional<Duration>> pinned_;
    std::uint64_t visited_ = 0;
    bool whole_ = true;
};

} // namespace

bool forEachReactionCorner(const Program& program, OpenTimings open, std::uint64_t most,
                           const std::function<bool(const ReactionWorld&)>& visit) {
    return CornerWalk{program, open, most, visit}.walk();
}

Verification verifyBesidesReactions(const Program& program, const Program& shown, OpenTimings open,
                                    const Patience& patience) {
    const Reactor reactor{program};
    Verification others = verify(shown, open, patience);
    std::erase_if(others.shortfalls, [&](const Shortfall& one) {
        const ResourceId id = judgedBy(shown.entries[one.entry], one.item);
        return !id.valid() || reactor.concerns(id);
    });
    std::erase_if(others.cutShort, [&](ResourceId id) { return reactor.concerns(id); });
    return others;
}

} // namespace cmksim::analysis
