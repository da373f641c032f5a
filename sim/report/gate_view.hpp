// What a gate found, in words and with places: what its reports are written from.
#pragma once

#include "base/diagnostics.hpp"
#include "engine/program.hpp"
#include "gate/gate.hpp"
#include "model/azure.hpp"
#include "report/scope.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

enum class GateVerdict : std::uint8_t { Passes, Undecided, FallsShort };
inline constexpr std::array<std::string_view, 3> gateVerdictNames{"passes", "undecided", "falls-short"};

/// A step of the change, and where it stands in what was given.
struct GateStep {
    std::string text;    // `key.delete contoso-kv/acr-cmk`
    std::string address; // what the input calls it: a Terraform address; empty: nothing
    Mark mark;
};

enum class GateLevel : std::uint8_t {
    Reported, // said, and not counted against the change
    Unknown,  // what is not known cannot pass
    Error,
};
inline constexpr std::array<std::string_view, 3> gateLevelNames{"warning", "unknown", "error"};

/// What a finding can be of: the harms, the worst first, and what is no harm that is played.
inline constexpr std::array<std::string_view, 7> gateKindNames{
    DataLossHarm::name, DeletionHarm::name, OutageHarm::name, ImpairmentHarm::name,
    RefusalHarm::name,  "objective",        "unknown"};

/// Why a finding is let through, by the file of `--allow`.
struct GateAllowance {
    std::string reason;
    std::string until; // a date
};

struct GateFinding {
    static constexpr std::size_t noStep = ~std::size_t{0};

    std::string id;   // the same for the same finding of another run: `outage:myregistry:key.delete contoso-kv/acr-cmk`
    std::string kind; // one of `gateKindNames`
    std::string subject;
    std::string message;
    GateLevel level{};
    std::size_t step = noStep; // in the view's steps
    std::optional<JudgedHarm> judged;
    std::string soon;  // `0s to 59m59s after step 2`
    std::string undo;  // in words; empty: nothing is to be undone
    std::string loses; // in words, beside what its key opens
    std::optional<GateAllowance> allowed;
    std::string expired; // the date until which it was allowed
    bool isNew = true;   // against the baseline

    /// Whether it keeps the change from passing.
    [[nodiscard]] bool holdsUp() const {
        return level != GateLevel::Reported && !allowed && (isNew || level == GateLevel::Unknown);
    }
};

struct GateView {
    std::string file;
    std::string kind;   // of the input: `Terraform plan`
    std::string estate; // path; empty: none was given
    std::vector<GateStep> steps;
    const Judgement& judgement;
    const std::vector<AzureTerms>& terms;
    std::vector<GateFinding> findings;
    bool hasBaseline = false;
    std::optional<Duration> rto;
    Scope scope;
    const StepOrder* order = nullptr;                     // of a change whose steps may be taken in other orders
    std::function<Mark(const GateFinding&)> placeOf = {}; // of one that is at no step; none: they have no places

    operator const Program&() const { return judgement.program; }

    [[nodiscard]] GateVerdict verdict() const;
    /// The findings of a level that hold the change up.
    [[nodiscard]] std::size_t holdingUp(GateLevel level) const;
    /// `In this order, with 10m1s between the steps, nothing goes wrong:`.
    [[nodiscard]] std::string orderTitle() const;
    /// The steps of the better order, and what makes Terraform keep it.
    [[nodiscard]] std::vector<std::string> orderLines() const;
    [[nodiscard]] std::vector<std::string> orderHints() const;
    /// What keeps the steps from being taken in an order that does harm.
    [[nodiscard]] std::vector<std::string> swapHints() const;
    /// What makes Terraform take one step before another.
    [[nodiscard]] std::string hintFor(EntryId first, EntryId then) const;
};

/// The findings of a judgement, in its order.
std::vector<GateFinding> gateFindings(const Judgement& judgement, const std::vector<GateStep>& steps);

/// Something that is not known.
GateFinding unknownFinding(std::string_view subject, std::string_view text);

/// The commands that undo what does not end by itself, with the moment of each; none where there is no way.
std::vector<std::pair<Instant, std::string>> undoCommands(const GateView& view);

} // namespace cmksim::report
