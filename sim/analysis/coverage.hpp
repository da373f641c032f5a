// Which rows of the models a suite has exercised: what each reason does in each state, what each operation answers,
// what is refused, what time brings about.
#pragma once

#include "engine/program.hpp"
#include "model/model.hpp"
#include "trace/record.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::analysis {

/// What a row is about. The numbers that go with each, in a RowKey, are in brackets.
enum class RowKind : std::uint8_t {
    Reason,           // [reason, state] a reason moves the resource from that state to its own
    Recovery,         // [state] from there the resource comes back
    ConditionRaised,  // [condition]
    ConditionEnded,   // [condition]
    OperationDone,    // [operation]
    OperationDenied,  // [operation] for the resource's state
    OperationBlocked, // [operation, condition]
    Refusal,          // [refusal]
    Leftover,         // [refusal] a refused creation leaves something behind
    Timing,           // [0 the revalidation, 1 the lapse]
    Rotation,         // automatic
    LaterEncryption,  // of a resource that has none: done, or refused where the model does not have it
    Then,             // [state] time alone leads out of it
    Loss,             // [state, loss]
    ByHand,           // [0 done, 1 refused] a revalidation by hand
};
inline constexpr std::array<std::string_view, 15> rowKindNames{"reason",
                                                               "recovery",
                                                               "condition-raised",
                                                               "condition-ended",
                                                               "operation-done",
                                                               "operation-denied",
                                                               "operation-blocked",
                                                               "refusal",
                                                               "leftover",
                                                               "timing",
                                                               "rotation",
                                                               "later-encryption",
                                                               "then",
                                                               "loss",
                                                               "by-hand"};

struct RowKey {
    RowKind kind{};
    std::size_t first = 0;
    std::size_t second = 0;

    friend auto operator<=>(const RowKey&, const RowKey&) = default;
};

/// One thing that a model says, and that a scenario can bring about.
struct CoverageRow {
    RowKey key;
    std::string name; // `KeyDisabled: Ready -> Revoked`
    Provenance provenance;
    bool exercised = false;
};

/// A model with all its rows, in the order of their keys.
struct ModelCoverage {
    std::string service;
    std::string version;
    std::string title;
    std::vector<CoverageRow> rows;

    [[nodiscard]] std::size_t exercised() const;
    /// Whether at least so many rows of a hundred were exercised.
    [[nodiscard]] bool reaches(unsigned percent) const { return exercised() * 100 >= rows.size() * percent; }
};

/// Everything in a model that some scenario can bring about. Left out is what the model's own rules never come to.
std::vector<CoverageRow> rowsOf(const Model& model);

/// Collects what replays exercise. What comes out depends on what was added alone, not on its order.
class Coverage {
public:
    /// Adds what happened in one walk of one resource, from its beginning, or in the world. Every model that a resource
    /// of the program has counts from then on.
    void add(const Program& program, std::span<const Record> records);

    /// Adds what another one has collected. Of one service and version both must have seen the same model.
    void merge(const Coverage& other);

    /// By service, then by version.
    [[nodiscard]] std::vector<ModelCoverage> models() const;

private:
    using Key = std::pair<std::string, std::string>; // service and version

    ModelCoverage& coverageOf(const Model& model);

    std::map<Key, ModelCoverage> models_;
};

} // namespace cmksim::analysis
