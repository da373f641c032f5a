#include "sampling/sample.hpp"

#include "analysis/objectives.hpp"
#include "sampling/sample_part.hpp"
#include "sampling/trials.hpp"

#include <algorithm>
#include <thread>

namespace cmksim::sampling {

namespace {

/// Trials between two looks at whether anybody waits any more.
constexpr std::uint64_t chunk = 4'096;

struct TrialRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0; // the last one out

    /// Piece `place` of `pieces` that are as good as equal.
    [[nodiscard]] TrialRange piece(std::uint64_t place, std::uint64_t pieces) const {
        const std::uint64_t length = last - first;
        const auto cut = [&](std::uint64_t i) { return first + length / pieces * i + std::min(i, length % pieces); };
        return {cut(place), cut(place + 1)};
    }
};

class Sampler {
public:
    Sampler(const Program& program, const SampleOptions& options, const Ranks& ranks, Progress* progress)
        : plan_{program}, options_{options}, ranks_{ranks}, progress_{progress} {
        for (unsigned i = 0; i < std::max(1U, options.jobs); ++i) {
            workers_.push_back({TrialRunner{plan_, options.seed}, emptyTally()});
        }
    }

    Sampled sample() {
        const Program& program = plan_.program();
        Sampled sampled{.scenario = program.name,
                        .until = lengthOf(program),
                        .seed = options_.seed,
                        .asked = options_.trials,
                        .part = options_.part,
                        .parts = options_.parts,
                        .converged = false,
                        .interrupted = false,
                        .resources = {},
                        .tally = Tally{0, {}}};
        for (const ResourceProgram& resource : program.resources) {
            sampled.resources.push_back(resource.name);
        }
        for (const AskedThing& one : askedBy(program.objectives)) {
            const Objective& objective = program.objectives[one.objective];
            sampled.objectives.push_back({objective.name, askedText(objective, one.kind)});
        }
        const TrialRange all = TrialRange{0, options_.trials}.piece(options_.part - 1, options_.parts);
        if (!options_.converge) {
            run(all);
            sampled.tally = total();
        } else {
            for (TrialRange batch{all.first, all.first}; batch.last < all.last && !sampled.converged && !cancelled();) {
                // Every batch is as long as all before it, so that looking costs little.
                batch = {batch.last, std::min(all.last, batch.last + std::max(chunk, batch.last - all.first))};
                run(batch);
                sampled.tally = total();
                sampled.converged = isConverged(sampled.tally, *options_.converge);
            }
        }
        sampled.interrupted = cancelled();
        return sampled;
    }

private:
    /// Each on cache lines of its own: what one thread counts must not slow what another reads.
    struct alignas(128) Worker {
        TrialRunner runner;
        Tally tally;
    };

    [[nodiscard]] Tally emptyTally() const {
        const Program& program = plan_.program();
        return Tally{program.resources.size(), lengthOf(program), askedBy(program.objectives).size()};
    }

    static Duration lengthOf(const Program& program) { return program.until.time_since_epoch(); }

    [[nodiscard]] bool cancelled() const { return progress_ != nullptr && progress_->cancelled(); }

    void run(const TrialRange& range) {
        const TrialRange mine = range.piece(ranks_.rank(), ranks_.count());
        const auto work = [&](std::size_t i) {
            const TrialRange own = mine.piece(i, workers_.size());
            for (std::uint64_t first = own.first; first < own.last && !cancelled(); first += chunk) {
                const std::uint64_t last = std::min(own.last, first + chunk);
                workers_[i].runner.run(first, last, workers_[i].tally, progress_);
                if (progress_ != nullptr) {
                    progress_->advance(last - first);
                }
            }
        };
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < workers_.size(); ++i) {
            threads.emplace_back(work, i);
        }
        work(0);
    }

    /// What all threads of all ranks have found so far.
    [[nodiscard]] Tally total() const {
        Tally total = workers_.front().tally;
        for (std::size_t i = 1; i < workers_.size(); ++i) {
            total.merge(workers_[i].tally);
        }
        if (ranks_.count() == 1) {
            return total;
        }
        const Duration until = lengthOf(plan_.program());
        Tally all = emptyTally();
        for (const std::string& text : ranks_.exchange(tallyText(total))) {
            all.merge(*parseTally(text, total.resources.size(), until, total.objectives.size()));
        }
        return all;
    }

    TrialPlan plan_;
    const SampleOptions& options_;
    const Ranks& ranks_;
    Progress* progress_;
    std::vector<Worker> workers_;
};

} // namespace

Sampled sample(const Program& program, const SampleOptions& options, const Ranks& ranks, Progress* progress) {
    return Sampler{program, options, ranks, progress}.sample();
}

bool isConverged(const Tally& tally, double share) {
    return std::ranges::all_of(tally.resources, [&](const ResourceTally& one) {
        return one.downtime.meanError() <= share * one.downtime.mean();
    });
}

} // namespace cmksim::sampling
