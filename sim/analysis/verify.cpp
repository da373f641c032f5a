#include "analysis/verify.hpp"

#include "analysis/failing_phases.hpp"
#include "analysis/world_variants.hpp"
#include "engine/expectation.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"

#include <algorithm>
#include <map>
#include <span>

namespace cmksim::analysis {

namespace {

class Verifier {
public:
    Verifier(const Program& program, PhaseScope scope, std::optional<std::chrono::steady_clock::time_point> deadline,
             Coverage* coverage)
        : program_{program}, scope_{scope}, deadline_{deadline}, coverage_{coverage} {}

    Verification verify() {
        countExpectations();
        if (scope_ == PhaseScope::Nominal) {
            variant_ = {nominalPhases(program_), {}};
            verifyWorld();
            return finish();
        }
        for (WorldVariant& variant : worldVariants(program_)) {
            variant_ = std::move(variant);
            verifyWorld();
        }
        return finish();
    }

private:
    void verifyWorld() {
        const WorldHistory history = simulateWorld(program_, variant_.phases);
        const Phases& phases = variant_.phases;
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

    void verifyResource(const WorldHistory& history, ResourceId id, const Phases& phases) {
        for (const PhaseClass& one : classesOf(history, id)) {
            records_.clear();
            ResourceReplay walk{program_, history, id, one.first, records_};
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
            ResourceReplay lastWalk{program_, history, id, one.last, lastRecords_};
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
                    noteAll(failingPhases(program_, record, atLast, one), record, Judgement::Failed, phases);
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

    std::vector<PhaseClass> classesOf(const WorldHistory& history, ResourceId id) {
        if (scope_ == PhaseScope::Nominal) {
            return {{Duration::zero(), Duration::zero()}};
        }
        return variant_.classesOf(program_, history, id);
    }

    // --- what fell short ---

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
            if (!shortfall.resource.valid()) {
                shortfall.phases.clear();
            }
            result_.shortfalls.push_back(std::move(shortfall));
        }
        return std::move(result_);
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
    WorldVariant variant_;
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

} // namespace cmksim::analysis
