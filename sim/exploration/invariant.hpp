// What must never be, whatever faults happen.
#pragma once

#include "engine/program.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cmksim::exploration {

/// The kinds of invariant.
namespace invariant {

struct NoDataLoss {}; // no material goes that wraps a resource's data

struct Recoverable {}; // of every resource that is there some plan makes it `Ready` again

struct AtMostDown { // never are more resources down at once
    std::size_t most = 0;
};
struct NoImpairment {}; // no resource is down or denies what its service allows

struct MaxDowntime { // no resource is down longer in all, if each symptom is answered some time after it
    Duration within{};
    Duration response{};
};
struct Always { // all hold at every instant
    std::vector<Expectation> expected;
};
struct Never { // never do all hold at once
    std::vector<Expectation> expected;
};
struct Eventually { // where they fail they hold again within so much, without any action
    std::vector<Expectation> expected;
    Duration within{};
};
struct Reachable { // of every resource in them some plan makes it `Ready` again
    std::vector<Expectation> expected;
};
struct KeepsWithin { // no outage of a resource or a journey is longer, without any action
    Need need;
    Duration within{};
};

} // namespace invariant

struct Invariant {
    using Rule = std::variant<invariant::NoDataLoss, invariant::Recoverable, invariant::AtMostDown,
                              invariant::NoImpairment, invariant::MaxDowntime, invariant::Always, invariant::Never,
                              invariant::Eventually, invariant::Reachable, invariant::KeepsWithin>;

    std::string text; // as it was asked for
    Rule rule;

    template <class Kind>
    [[nodiscard]] bool is() const {
        return std::holds_alternative<Kind>(rule);
    }

    /// What it asks of single resources; nothing where it asks the same of all.
    [[nodiscard]] std::span<const Expectation> expected() const {
        return std::visit(
            [](const auto& one) -> std::span<const Expectation> {
                if constexpr (requires { one.expected; }) {
                    return one.expected;
                } else {
                    return {};
                }
            },
            rule);
    }

    /// Whether it names resources: then those that are alike otherwise are not.
    [[nodiscard]] bool asksForSingle() const { return !expected().empty() || is<invariant::KeepsWithin>(); }

    /// Whether it matters for it when resources look.
    [[nodiscard]] bool measuresTime() const {
        return !is<invariant::NoDataLoss>() && !is<invariant::Recoverable>() && !is<invariant::Reachable>();
    }

    /// Whether one resource breaks it, whatever becomes of the others: then each one's phases can be tried beside any
    /// of theirs.
    [[nodiscard]] bool isOfEach() const {
        const auto* atMost = std::get_if<invariant::AtMostDown>(&rule);
        const auto* keeps = std::get_if<invariant::KeepsWithin>(&rule);
        return is<invariant::NoImpairment>() || (keeps != nullptr && resourcesOf(keeps->need).size() == 1) ||
               (atMost != nullptr && atMost->most == 0) || (expected().size() == 1 && !is<invariant::Reachable>());
    }

    /// Whether several resources decide it together.
    [[nodiscard]] bool isOfWhole() const { return is<invariant::AtMostDown>() || asksForSingle(); }
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
