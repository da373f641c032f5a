// When a resource that is up denies operations, or does not rotate its key, over everything that is open: a loss like
// an outage, though no downtime counts (rules, section 1).
#pragma once

#include "analysis/extent.hpp"
#include "base/instant.hpp"
#include "engine/impairment.hpp"
#include "trace/record.hpp"

#include <map>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace cmksim::analysis {

/// What impairs a resource that is up: a condition, or a state that is not down, and denies by itself what the first
/// state allows.
using Impairer = std::variant<ConditionId, StateId>;
Impairment impairmentBy(const Model& model, const Impairer& impairer);
const std::string& impairerName(const Model& model, const Impairer& impairer);

/// What impairs, and when it holds: the first time, the second, and so on.
struct ImpairmentBounds {
    Impairer by;
    Extent<Instant> start;
    Extent<Instant> end;
    bool over = false;   // before the program's end, wherever it comes to be
    bool always = false; // in every course
};

/// One interval in one replay.
struct ImpairmentInterval {
    Impairer by;
    Instant start{};
    Instant end{};
    bool startSeen = false; // by a revalidation, which comes later at a later phase
    bool endSeen = false;
    bool over = false;
};

/// The intervals in the records of one resource's replay, in the order in which they begin; those of conditions that
/// deny or block nothing are left out. `start` is how it stands before the first record.
std::vector<ImpairmentInterval> impairmentIntervals(const Model& model, const ResourceStatus& start,
                                                    std::span<const Record> records, Instant until);

/// For how long at least one of them holds; they are in the order in which they begin.
Duration impairedFor(std::span<const ImpairmentInterval> intervals);

/// Collects what the classes of all courses come to.
class ImpairmentCollector {
public:
    /// The intervals of the first phase of a class, whose last comes so much later.
    void add(std::span<const ImpairmentInterval> first, Duration later);
    /// Of a class of which both ends have been replayed.
    void add(std::span<const ImpairmentInterval> first, std::span<const ImpairmentInterval> last);

    /// Not everything that is open could be looked at: intervals are to hold whatever there can be up to the end.
    void widen(Instant until);

    [[nodiscard]] std::vector<ImpairmentBounds> finish() const;

private:
    struct Collected {
        ImpairmentBounds bounds;
        std::size_t classes = 0;
    };
    std::map<std::pair<Impairer, std::size_t>, Collected> intervals_; // by how many of the same came before
    std::size_t classes_ = 0;
};

} // namespace cmksim::analysis
