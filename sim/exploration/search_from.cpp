#include "exploration/search_from.hpp"

#include "engine/resource.hpp"
#include "exploration/canonical.hpp"
#include "exploration/event_sequences.hpp"
#include "exploration/watch.hpp"
#include "recovery/proof.hpp"

#include <tsl/robin_set.h>

#include <algorithm>
#include <utility>

namespace cmksim::exploration {

namespace {

class Explorer {
public:
    Explorer(const Program& program, const Phases& phases, const ExplorationOptions& options, std::vector<bool> wanted,
             Progress* progress)
        : program_{program}, phases_{phases}, options_{options}, progress_{progress}, start_{program, phases},
          sequences_{start_}, then_{start_}, after_{start_}, later_{start_},
          watch_{program, start_, end(), options.invariants}, wanted_{std::move(wanted)} {
        found_.limits.resize(options.invariants.size());
        const bool asksForSingle = std::ranges::any_of(options.invariants, &Invariant::asksForSingle);
        classes_ = asksForSingle ? distinctResources(program_) : alikeResources(program_, phases);
    }

    Exploration run() {
        seen_.insert(stateHash(program_, start_, classes_, form_));
        look(start_, SequenceId{0}, nullptr);
        std::size_t done = 0;
        for (unsigned fault = 1; fault <= options_.faults && !isDone(); ++fault) {
            // Those that are as long; what is added is longer.
            for (const std::size_t found = sequences_.size(); done < found && !isDone(); ++done) {
                goOn(SequenceId{done}, fault < options_.faults);
            }
        }
        found_.states = seen_.size();
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            if (watch_.mayHaveMissedWays()[i]) {
                found_.limits[i].insert(SearchLimit::WaysBack);
            }
        }
        std::ranges::sort(found_.violations, {}, &Violation::invariant);
        return std::move(found_);
    }

private:
    [[nodiscard]] Instant end() const { return scenarioStart + options_.within; }

    /// Nothing is left to find, or it is told to stop.
    bool isDone() {
        if (std::ranges::find(wanted_, true) == wanted_.end()) {
            return true;
        }
        if (progress_ != nullptr && progress_->cancelled()) {
            cut(SearchLimit::Interrupted);
            return true;
        }
        if (seen_.size() >= options_.mostStates) {
            cut(SearchLimit::States);
            return true;
        }
        return false;
    }

    void cut(SearchLimit by) {
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            if (wanted_[i]) {
                found_.limits[i].insert(by);
            }
        }
    }

    /// Every fault at every instant that makes a difference; the longer sequences are kept where they are gone further.
    void goOn(SequenceId sequence, bool further) {
        const SimulationState& from = sequences_.after(sequence);
        findInstantsAfter(from);
        for (const Instant at : instants_) {
            const SimulationState& then = at == from.now() ? from : later(from, at);
            listFaults(program_, then, faults_);
            addOtherEnds(program_, then, end(), faults_);
            for (const Action& fault : faults_) {
                if (isDone()) {
                    return;
                }
                if (leadsSomewhere(fault, then)) {
                    const SequenceStep step{at, fault};
                    look(after_, sequence, &step);
                    if (further) {
                        sequences_.add(sequence, step);
                    }
                }
            }
        }
    }

    /// Assigning to the same state again and again takes no memory anew.
    const SimulationState& later(const SimulationState& from, Instant at) {
        then_ = from;
        records_.clear();
        then_.advanceTo(at, records_);
        return then_;
    }

    /// Whether a fault leads to another state, `after_`, that was not seen before.
    bool leadsSomewhere(const Action& fault, const SimulationState& then) {
        after_ = then;
        records_.clear();
        const bool refused = after_.act(fault, records_).has_value();
        // What the world refuses leaves all as it is; a resource's refusal may not.
        return (!refused || isOnResource(fault)) && seen_.insert(stateHash(program_, after_, classes_, form_)).second;
    }

    /// Lets time go on from a state to the end, and looks whether it breaks anything; `records_` is what happened
    /// in its own instant. `last` is the step that a sequence is not kept with, if there is one.
    void look(const SimulationState& simulation, SequenceId sequence, const SequenceStep* last) {
        for (const auto& [invariant, resource, at] : watch_.breachesFrom(simulation, wanted_, records_)) {
            std::vector<SequenceStep> steps = sequences_.steps(sequence);
            if (last != nullptr) {
                steps.push_back(*last);
            }
            Violation& violation =
                found_.violations.emplace_back(invariant, phases_, std::vector<CourseStep>{}, resource, at);
            for (const auto& [when, fault] : steps) {
                violation.steps.push_back({CourseStep::By::Fault, when, fault});
                if (const auto taken = takenBy(program_, fault)) {
                    include(violation.timings, *taken);
                }
            }
            wanted_[invariant] = false;
        }
        if (progress_ != nullptr) {
            progress_->advance(1);
        }
    }

    void findInstantsAfter(const SimulationState& simulation) {
        const Instant now = simulation.now();
        instants_ = {now, now + longestPeriod(program_)};
        if (simulation.nextDue() <= end()) {
            later_ = simulation;
            for (Instant due = later_.nextDue(); due <= end(); due = later_.nextDue()) {
                add(due);
                records_.clear();
                later_.advanceTo(due, records_);
                later_.settle(records_);
            }
        }
        if (std::ranges::any_of(options_.invariants, &Invariant::measuresTime)) {
            addForMeasured(simulation);
        }
        std::erase_if(instants_, [&](Instant at) { return at < now || at > end(); });
        std::ranges::sort(instants_);
        const auto twice = std::ranges::unique(instants_);
        instants_.erase(twice.begin(), twice.end());
    }

    /// A second before and after.
    void add(Instant due) { instants_.insert(instants_.end(), {due - Duration{1}, due + Duration{1}}); }

    /// Where invariants measure time, it matters which resource looks first after a fault.
    void addForMeasured(const SimulationState& simulation) {
        instants_.push_back(end());
        for (const ResourceId id : program_.resources.ids()) {
            const ResourceState& resource = simulation.resource(id);
            if (resource.presence == Presence::Present) {
                const Duration own = program_.modelOf(id).revalidation.nominal;
                const Instant look = nextLook(resource.firstRevalidation, own, simulation.now());
                instants_.insert(instants_.end(), {look, look + Duration{1}, look + own, look + own + Duration{1}});
            }
        }
    }

    const Program& program_;
    const Phases& phases_;
    const ExplorationOptions& options_;
    Progress* progress_;
    Exploration found_;
    SimulationState start_;
    EventSequences sequences_;
    SimulationState then_;  // some time after a sequence's end
    SimulationState after_; // one fault further
    SimulationState later_; // without further actions
    Watch watch_;
    std::vector<Instant> instants_;
    std::vector<Action> faults_;
    CanonicalForm form_;
    ResourceClasses classes_;
    std::vector<bool> wanted_; // of the options' invariants, those that nothing breaks yet
    tsl::robin_set<StateHash, StateHash::Hasher> seen_;
    std::vector<Record> records_;
};

} // namespace

Exploration searchFrom(const Program& program, const Phases& phases, const ExplorationOptions& options,
                       std::vector<bool> wanted, Progress* progress) {
    return Explorer{program, phases, options, std::move(wanted), progress}.run();
}

} // namespace cmksim::exploration
