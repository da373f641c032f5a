// Which rows of the models a suite has exercised: what each reason does in each state, what each operation answers,
// what is refused, what time brings about.
#pragma once

#include "engine/program.hpp"
#include "model/model.hpp"
#include "trace/record.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cmksim::analysis {

/// What rows are about.
namespace row {

struct ReasonMoves { // a reason moves the resource from a state to its own
    static constexpr std::string_view name = "reason";
    Reason reason{};
    StateId from;
    friend auto operator<=>(const ReasonMoves&, const ReasonMoves&) = default;
};
struct Recovery { // from there the resource comes back
    static constexpr std::string_view name = "recovery";
    StateId from;
    friend auto operator<=>(const Recovery&, const Recovery&) = default;
};
struct ConditionRaised {
    static constexpr std::string_view name = "condition-raised";
    ConditionId condition;
    friend auto operator<=>(const ConditionRaised&, const ConditionRaised&) = default;
};
struct ConditionEnded {
    static constexpr std::string_view name = "condition-ended";
    ConditionId condition;
    friend auto operator<=>(const ConditionEnded&, const ConditionEnded&) = default;
};
struct OperationDone {
    static constexpr std::string_view name = "operation-done";
    OperationId operation;
    friend auto operator<=>(const OperationDone&, const OperationDone&) = default;
};
struct OperationDenied { // for the resource's state
    static constexpr std::string_view name = "operation-denied";
    OperationId operation;
    friend auto operator<=>(const OperationDenied&, const OperationDenied&) = default;
};
struct OperationBlocked {
    static constexpr std::string_view name = "operation-blocked";
    OperationId operation;
    ConditionId condition;
    friend auto operator<=>(const OperationBlocked&, const OperationBlocked&) = default;
};
struct Refused {
    static constexpr std::string_view name = "refusal";
    RefusalId refusal;
    friend auto operator<=>(const Refused&, const Refused&) = default;
};
struct Leftover { // a refused creation leaves something behind
    static constexpr std::string_view name = "leftover";
    RefusalId refusal;
    friend auto operator<=>(const Leftover&, const Leftover&) = default;
};
struct Revalidated { // a look at the key changes the state
    static constexpr std::string_view name = "timing";
    friend auto operator<=>(const Revalidated&, const Revalidated&) = default;
};
struct Lapsed { // the credential runs out
    static constexpr std::string_view name = "timing";
    friend auto operator<=>(const Lapsed&, const Lapsed&) = default;
};
struct Rotation { // automatic
    static constexpr std::string_view name = "rotation";
    friend auto operator<=>(const Rotation&, const Rotation&) = default;
};
struct LaterEncryption { // of a resource that has none: done, or refused where the model does not have it
    static constexpr std::string_view name = "later-encryption";
    friend auto operator<=>(const LaterEncryption&, const LaterEncryption&) = default;
};
struct Then { // time alone leads out of it
    static constexpr std::string_view name = "then";
    StateId state;
    friend auto operator<=>(const Then&, const Then&) = default;
};
struct Loss {
    static constexpr std::string_view name = "loss";
    StateId state;
    std::uint32_t loss = 0; // its place among those of the state
    friend auto operator<=>(const Loss&, const Loss&) = default;
};
struct ByHand { // a revalidation by hand
    static constexpr std::string_view name = "by-hand";
    bool refused = false;
    friend auto operator<=>(const ByHand&, const ByHand&) = default;
};
struct SlotFails { // the key of a slot is what stands in the way, of a resource that needs each of several
    static constexpr std::string_view name = "slot";
    std::uint32_t slot = 0; // its place among those of the model
    friend auto operator<=>(const SlotFails&, const SlotFails&) = default;
};

} // namespace row

using RowKey =
    std::variant<row::ReasonMoves, row::Recovery, row::ConditionRaised, row::ConditionEnded, row::OperationDone,
                 row::OperationDenied, row::OperationBlocked, row::Refused, row::Leftover, row::Revalidated,
                 row::Lapsed, row::Rotation, row::LaterEncryption, row::Then, row::Loss, row::ByHand, row::SlotFails>;

/// `condition-raised`, as reports call the kind of a row.
inline std::string_view nameOf(const RowKey& key) {
    return std::visit([](const auto& one) { return one.name; }, key);
}

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
