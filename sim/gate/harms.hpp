// What goes wrong in a timeline of actions, over every case that the documents leave open: data that is lost, outages,
// impairments, and actions that are refused.
#pragma once

#include "analysis/extent.hpp"
#include "analysis/impairment_bounds.hpp"
#include "analysis/state_losses.hpp"
#include "engine/program.hpp"
#include "trace/record.hpp"

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace cmksim::gate {

/// Nothing can open a resource's data any more.
struct DataLossHarm {
    static constexpr std::string_view name = "data-loss";
    ResourceId resource;
    std::optional<FactHappened> fact; // what time alone brought about between the step and the loss

    friend bool operator==(const DataLossHarm&, const DataLossHarm&) = default;
};

/// A resource is deleted, with what it holds.
struct DeletionHarm {
    static constexpr std::string_view name = "deletion";
    ResourceId resource;

    friend bool operator==(const DeletionHarm&, const DeletionHarm&) = default;
};

/// A resource is down for some time.
struct OutageHarm {
    static constexpr std::string_view name = "outage";
    ResourceId resource;
    std::optional<FactHappened> fact; // what time alone brought about between the step and the outage
    Reason reason = Reason::None;     // its first

    friend bool operator==(const OutageHarm&, const OutageHarm&) = default;
};

/// A resource is up and denies something.
struct ImpairmentHarm {
    static constexpr std::string_view name = "impairment";
    ResourceId resource;
    Impairer by;

    friend bool operator==(const ImpairmentHarm&, const ImpairmentHarm&) = default;
};

/// A step is refused.
struct RefusalHarm {
    static constexpr std::string_view name = "refusal";
    std::optional<ResourceId> resource; // on which the step acts, where it acts on one
    Refusal refusal;

    friend bool operator==(const RefusalHarm&, const RefusalHarm&) = default;
};

/// What happens to one resource because of one step.
struct Harm {
    /// The worst first.
    using What = std::variant<DataLossHarm, DeletionHarm, OutageHarm, ImpairmentHarm, RefusalHarm>;

    What what;
    std::optional<EntryId> step; // the action behind it; none: no single one is
    bool always = false;         // in every case that was looked at
    Extent<Instant> start;
    std::optional<Extent<Duration>> length; // of what is over in every case; none: it may last
    bool exact = true;                      // else when and how long may be wider than what can happen
    std::vector<StateLoss> losses = {};     // what the resource loses meanwhile, beside what its key opens

    template <class Kind>
    [[nodiscard]] bool is() const {
        return std::holds_alternative<Kind>(what);
    }
    [[nodiscard]] bool isOfKind(const Harm& other) const { return what.index() == other.what.index(); }

    /// That it happens to; none: the refused step acts on none.
    [[nodiscard]] std::optional<ResourceId> resource() const {
        return std::visit([](const auto& one) { return std::optional{one.resource}; }, what);
    }
};

/// `data-loss`, as reports call its kind.
inline std::string_view nameOf(const Harm& harm) {
    return std::visit([](const auto& one) { return one.name; }, harm.what);
}

struct FoundHarms {
    std::vector<Harm> harms;          // by kind, resource and step; what has none of these comes last
    bool exact = true;                // else extents may be wider than the truth
    std::vector<ResourceId> cutShort; // of whose timings not all values were looked at
};

/// Everything that goes wrong in a program without reactions, up to its end. Costs its bounds twice.
FoundHarms findHarms(const Program& program);

/// The harms that are not there, or come later, without the steps.
std::vector<Harm> harmsOfSteps(std::vector<Harm> with, const std::vector<Harm>& without);

} // namespace cmksim::gate
