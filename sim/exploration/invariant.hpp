// What must never be, whatever faults happen.
#pragma once

#include "engine/program.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::exploration {

enum class InvariantKind : std::uint8_t {
    NoDataLoss,   // no material goes that wraps a resource's data
    Recoverable,  // of every resource that is there some plan makes it `Ready` again
    AtMostDown,   // never are more resources than `most` down at once
    NoImpairment, // no resource is down or denies what its service allows
    MaxDowntime,  // no resource is down longer than `within`, if a plan is carried out `response` after the first
                  // symptom
    Always,       // all of `expected` hold at every instant
    Never,        // never do all of `expected` hold at once
    Eventually,   // where `expected` fail they hold again `within`, without any action
    Reachable,    // of every resource in `expected` some plan makes it `Ready` again
};

struct Invariant {
    InvariantKind kind{};
    std::string text; // as it was asked for
    std::size_t most = 0;
    Duration within{};
    Duration response{};
    std::vector<Expectation> expected;

    /// Whether it matters for it when resources look.
    [[nodiscard]] bool measuresTime() const {
        return kind != InvariantKind::NoDataLoss && kind != InvariantKind::Recoverable &&
               kind != InvariantKind::Reachable;
    }

    /// Whether one resource breaks it, whatever becomes of the others: then each one's phases can be tried beside any
    /// of theirs.
    [[nodiscard]] bool isOfEach() const {
        return kind == InvariantKind::NoImpairment || (kind == InvariantKind::AtMostDown && most == 0) ||
               (expected.size() == 1 && kind != InvariantKind::Reachable);
    }

    /// Whether several resources decide it together.
    [[nodiscard]] bool isOfWhole() const { return kind == InvariantKind::AtMostDown || !expected.empty(); }
};

/// Those that are looked at where nothing else is asked for: `no-data-loss` and `recoverable`.
std::vector<Invariant> usualInvariants();

/// `no-data-loss`, `recoverable`, `no-impairment`, `at-most 1 down`, `max-downtime 2h given a response after 30m`.
/// Nothing for other texts.
std::optional<Invariant> parseInvariant(std::string_view text);

/// How those are written, for an error about one that is not.
inline constexpr std::string_view invariantForms =
    "no-data-loss, recoverable, no-impairment, at-most N down, max-downtime DURATION given a response after DURATION";

} // namespace cmksim::exploration
