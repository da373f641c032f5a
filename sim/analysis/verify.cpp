#include "analysis/verify.hpp"

#include "engine/expectation.hpp"
#include "engine/replay.hpp"
#include "engine/walk.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <span>

namespace cmksim {

namespace {

/// Worlds that differ in more ways than this are beyond any scenario that somebody wrote to be read.
constexpr std::size_t mostVariants = 4'096;

/// What an action of a resource did to the world: for each of its actions, whether it was refused.
using Footprint = std::vector<bool>;

/// The classes of one resource's phases that leave the same footprint in the world.
struct FootprintGroup {
    Footprint footprint;
    std::vector<PhaseClass> classes;
};

class Verifier {
public:
    Verifier(const Program& program, PhaseScope scope, std::optional<std::chrono::steady_clock::time_point> deadline,
             Coverage* coverage)
        : program_{program}, scope_{scope}, deadline_{deadline}, coverage_{coverage} {}

    Verification verify() {
        countExpectations();
        const Phases nominal = nominalPhases(program_);
        const History history = unfold(program_, nominal);
        findShapers(history);
        if (shapers_.empty()) {
            verifyWorld(history, nominal);
        } else {
            verifyVariants(nominal, 0);
        }
        return finish();
    }

private:
    // --- worlds that depend on somebody's phase
    // ------------------------------------------------------------------------

    struct Shaper {
        ResourceId resource;
        std::vector<FootprintGroup> groups;
    };

    /// Resources whose own actions shape the world in more than one way, depending on their phase.
    void findShapers(const History& history) {
        if (scope_ == PhaseScope::Nominal) {
            return;
        }
        std::size_t variants = 1;
        for (const ResourceId id : program_.resources.ids()) {
            if (!program_.resources[id].shapesWorld || !hasOpenPhase(program_, id)) {
                continue;
            }
            Shaper shaper{id, footprintsOf(history, id)};
            if (shaper.groups.size() < 2 || variants * shaper.groups.size() > mostVariants) {
                continue;
            }
            variants *= shaper.groups.size();
            shapers_.push_back(std::move(shaper));
        }
    }

    std::vector<FootprintGroup> footprintsOf(const History& history, ResourceId id) {
        std::vector<FootprintGroup> groups;
        for (const PhaseClass& phases : phaseClasses(program_, history, id)) {
            records_.clear();
            Walk walk{program_, history, id, phases.first, records_};
            walk.finish();
            Footprint footprint;
            for (const Record& record : records_) {
                if (record.kind == RecordKind::Action) {
                    footprint.push_back(record.refused);
                }
            }
            const auto known = std::ranges::find(groups, footprint, &FootprintGroup::footprint);
            if (known == groups.end()) {
                groups.push_back({std::move(footprint), {phases}});
            } else {
                known->classes.push_back(phases);
            }
        }
        return groups;
    }

    void verifyVariants(const Phases& phases, std::size_t depth) {
        if (depth == shapers_.size()) {
            verifyWorld(unfold(program_, phases), phases);
            return;
        }
        for (const FootprintGroup& group : shapers_[depth].groups) {
            Phases variant = phases;
            variant[shapers_[depth].resource] = group.classes.front().first;
            allowed_[shapers_[depth].resource] = &group.classes;
            verifyVariants(variant, depth + 1);
        }
    }

    // --- one world
    // -----------------------------------------------------------------------------------------------------

    void verifyWorld(const History& history, const Phases& phases) {
        if (coverage_ != nullptr) {
            coverage_->add(program_, history.records());
        }
        for (const Record& record : history.records()) {
            if (record.kind == RecordKind::Action) {
                note(record, judge(program_, record), {}, phases);
            }
        }
        for (const ResourceId id : program_.resources.ids()) {
            if (!program_.resources[id].entries.empty()) {
                verifyResource(history, id, phases);
            }
        }
    }

    void verifyResource(const History& history, ResourceId id, const Phases& phases) {
        for (const PhaseClass& one : classesOf(history, id)) {
            records_.clear();
            Walk walk{program_, history, id, one.first, records_};
            walk.finish();
            ++result_.phaseClasses;
            result_.gaveUp = result_.gaveUp || (deadline_ && std::chrono::steady_clock::now() > *deadline_);
            if (result_.gaveUp) {
                return;
            }
            if (coverage_ != nullptr) {
                coverage_->add(program_, records_);
            }
            lastRecords_.clear();
            Walk lastWalk{program_, history, id, one.last, lastRecords_};
            if (one.first < one.last) {
                lastWalk.finish();
            }
            // What a limit on downtime allows is an interval of phases, so what holds at both ends holds between them.
            if (walk.passed() && lastWalk.passed()) {
                continue;
            }
            for (std::size_t i = 0; i < records_.size(); ++i) {
                const Record& record = records_[i];
                if (record.kind == RecordKind::Action && judge(program_, record) == Judgement::FailedUnsaid) {
                    noteAll({one}, record, Judgement::FailedUnsaid, phases);
                } else if (record.kind == RecordKind::Expectation) {
                    const Record& atLast = one.first < one.last ? lastRecords_[i] : record;
                    noteAll(failingPhases(record, atLast, one), record, Judgement::Failed, phases);
                }
            }
        }
    }

    void noteAll(const std::vector<PhaseClass>& failing, const Record& record, Judgement judgement,
                 const Phases& phases) {
        for (const PhaseClass& some : failing) {
            Phases shown = phases;
            shown[record.resource] = some.first;
            note(record, judgement, some, shown);
        }
    }

    /// The phases of a class for which an expectation fails, from how the resource stood at both ends. Within a class
    /// only its downtime changes, and that in a straight line.
    std::vector<PhaseClass> failingPhases(const Record& first, const Record& last, const PhaseClass& all) const {
        if (first.flag && last.flag) {
            return {};
        }
        const auto* expectations = std::get_if<std::vector<Expectation>>(&program_.entries[first.entry].what);
        if (expectations == nullptr || first.status.downtime == last.status.downtime) {
            return {all};
        }
        Expectation others = (*expectations)[first.item];
        const Range<Duration> limit = others.downtime;
        others.downtime = {};
        if (!holds(program_.modelOf(first.resource), others, first.status)) {
            return {all};
        }
        const std::int64_t slope = (last.status.downtime - first.status.downtime) / (all.last - all.first);
        return cutOut(all, fittingOffsets(first.status.downtime, slope, limit, all.last - all.first));
    }

    /// From which to which offset a line stays within a limit; `end` is the greatest offset. Empty: from after to.
    static std::pair<Duration, Duration> fittingOffsets(Duration start, std::int64_t slope,
                                                        const Range<Duration>& limit, Duration end) {
        const std::int64_t steepness = std::abs(slope);
        // The least offset at which the line has come `way` far, and the greatest at which it has not gone further.
        const auto notBefore = [&](Duration way) {
            return way <= Duration::zero() ? Duration::zero() : (way + Duration{steepness - 1}) / steepness;
        };
        const auto notAfter = [&](Duration way) { return way < Duration::zero() ? Duration{-1} : way / steepness; };
        Duration from{};
        Duration to = end;
        if (const auto& near = slope > 0 ? limit.least : limit.most) {
            from = std::max(from, notBefore(slope > 0 ? *near - start : start - *near));
        }
        if (const auto& far = slope > 0 ? limit.most : limit.least) {
            to = std::min(to, notAfter(slope > 0 ? *far - start : start - *far));
        }
        return {from, to};
    }

    /// What is left of a class without the offsets that fit.
    static std::vector<PhaseClass> cutOut(const PhaseClass& all, const std::pair<Duration, Duration>& fitting) {
        const auto [from, to] = fitting;
        if (from > to) {
            return {all};
        }
        std::vector<PhaseClass> left;
        if (from > Duration::zero()) {
            left.push_back({all.first, all.first + from - Duration{1}});
        }
        if (all.first + to < all.last) {
            left.push_back({all.first + to + Duration{1}, all.last});
        }
        return left;
    }

    std::vector<PhaseClass> classesOf(const History& history, ResourceId id) {
        if (scope_ == PhaseScope::Nominal || !hasOpenPhase(program_, id)) {
            return {{Duration::zero(), Duration::zero()}};
        }
        if (const auto allowed = allowed_.find(id); allowed != allowed_.end()) {
            return *allowed->second;
        }
        return phaseClasses(program_, history, id);
    }

    // --- what fell short
    // -----------------------------------------------------------------------------------------------

    void note(const Record& record, Judgement judgement, const PhaseClass& phases, const Phases& shown) {
        if (judgement != Judgement::Failed && judgement != Judgement::FailedUnsaid) {
            return;
        }
        Shortfall& shortfall = found_[{record.entry, record.item}];
        if (shortfall.phases.empty()) {
            shortfall.entry = record.entry;
            shortfall.item = record.item;
            shortfall.shown = shown;
        }
        const bool phaseMatters =
            record.resource.valid() && scope_ == PhaseScope::Every && hasOpenPhase(program_, record.resource);
        if (phaseMatters) {
            shortfall.resource = record.resource;
        }
        shortfall.phases.push_back(phases);
    }

    Verification finish() {
        for (auto& [key, shortfall] : found_) {
            merge(shortfall.phases);
            if (!shortfall.resource.valid() || isAll(shortfall)) {
                shortfall.resource = {};
                shortfall.phases.clear();
            }
            result_.shortfalls.push_back(std::move(shortfall));
        }
        return std::move(result_);
    }

    [[nodiscard]] bool isAll(const Shortfall& shortfall) const {
        return shortfall.phases.size() == 1 &&
               shortfall.phases.front().width() == program_.modelOf(shortfall.resource).revalidation.nominal;
    }

    void countExpectations() {
        for (const TimelineEntry& entry : program_.entries) {
            if (const auto* expectations = std::get_if<std::vector<Expectation>>(&entry.what)) {
                result_.expectations += expectations->size();
            } else if (entry.result) {
                ++result_.expectations;
            }
        }
    }

    const Program& program_;
    PhaseScope scope_;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
    Coverage* coverage_;
    std::vector<Shaper> shapers_;
    std::map<ResourceId, const std::vector<PhaseClass>*> allowed_;
    std::map<std::pair<EntryId, std::uint32_t>, Shortfall> found_;
    std::vector<Record> records_;     // of the class in hand, at its first phase
    std::vector<Record> lastRecords_; // and at its last
    Verification result_;
};

} // namespace

Verification verify(const Program& program, PhaseScope scope,
                    std::optional<std::chrono::steady_clock::time_point> deadline, Coverage* coverage) {
    return Verifier{program, scope, deadline, coverage}.verify();
}

} // namespace cmksim
