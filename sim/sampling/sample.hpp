// Monte Carlo over everything that the documents leave open: the same seed gives the same numbers on any number of
// threads, processes and machines.
#pragma once

#include "base/json_value.hpp"
#include "base/progress.hpp"
#include "engine/program.hpp"
#include "sampling/tally.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cmksim::sampling {

struct SampleOptions {
    std::uint64_t trials = 100'000;
    std::uint64_t seed = 0;
    unsigned jobs = 1;
    std::optional<double> converge; // stop when the mean downtimes are known to within this share of them
    std::uint32_t part = 1;         // of `parts`: only these trials
    std::uint32_t parts = 1;
};

/// The processes among which trials are divided; one alone by default.
class Ranks {
public:
    Ranks() = default;
    Ranks(const Ranks&) = delete;
    Ranks& operator=(const Ranks&) = delete;
    virtual ~Ranks() = default;

    [[nodiscard]] virtual unsigned rank() const { return 0; }
    [[nodiscard]] virtual unsigned count() const { return 1; }
    /// Every rank's text, in the order of the ranks, on every rank.
    [[nodiscard]] virtual std::vector<std::string> exchange(const std::string& mine) const { return {mine}; }
};

/// One thing that an objective of the estate asks for.
struct SampledObjective {
    std::string name;
    std::string asked; // `rto 1h`

    friend bool operator==(const SampledObjective&, const SampledObjective&) = default;
};

/// What sampling came to, with all that a report of it needs.
struct Sampled {
    std::string scenario;
    Duration until{};
    std::uint64_t seed = 0;
    std::uint64_t asked = 0; // trials
    std::uint32_t part = 1;
    std::uint32_t parts = 1;
    bool converged = false;
    bool interrupted = false;
    std::vector<std::string> resources;
    Tally tally;
    std::optional<JsonValue> evidence{}; // what it rests on, as it is printed; of a part that of the whole
    std::vector<SampledObjective> objectives{};
    // What no trial looks at, as a report's scope has it.
    std::vector<std::string> notSearched{};
    std::vector<std::string> notDocumented{};
    std::optional<JsonValue> unmodelled{}; // as it is printed; none where every resource has a model
};

Sampled sample(const Program& program, const SampleOptions& options, const Ranks& ranks, Progress* progress);

/// Whether the mean downtime of every resource is known to within a share of it.
bool isConverged(const Tally& tally, double share);

} // namespace cmksim::sampling
