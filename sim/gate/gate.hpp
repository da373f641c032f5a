// Whether a change can go ahead: what it takes down, impairs or loses, at which of its steps, how soon, and until when
// that can be undone; and whether another order of its steps does less harm. A change is a program whose timeline is
// its steps. What the same estate comes to without them does not count against it.
#pragma once

#include "analysis/at_rest.hpp"
#include "base/patience.hpp"
#include "gate/harms.hpp"
#include "recovery/plan.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace cmksim::gate {

/// The ways in which a harm can be undone, or cannot.
namespace undo {

struct Nothing { // nothing needs to be undone: the change ends it itself, or a step was refused
    static constexpr std::string_view name = "nothing";
    friend bool operator==(const Nothing&, const Nothing&) = default;
};
struct NoLimit { // there are actions that do, and no time limit ends that
    static constexpr std::string_view name = "no-limit";
    friend bool operator==(const NoLimit&, const NoLimit&) = default;
};
struct Until { // there are, until an instant
    static constexpr std::string_view name = "until";
    Instant last{}; // second that works
    friend bool operator==(const Until&, const Until&) = default;
};
struct Never {
    static constexpr std::string_view name = "never";
    friend bool operator==(const Never&, const Never&) = default;
};
struct NotKnown { // the search for a way ended early
    static constexpr std::string_view name = "not-known";
    friend bool operator==(const NotKnown&, const NotKnown&) = default;
};

} // namespace undo

/// What it takes to undo a harm, and until when it can be.
using Undo = std::variant<undo::Nothing, undo::NoLimit, undo::Until, undo::Never, undo::NotKnown>;

/// In the order of the kinds.
inline constexpr auto undoNames = []<class... Kind>(std::type_identity<std::variant<Kind...>>) {
    return std::array{Kind::name...};
}(std::type_identity<Undo>{});

inline std::string_view nameOf(const Undo& undo) {
    return std::visit([](const auto& one) { return one.name; }, undo);
}

/// Which steps come before which whatever happens, where the order in which they are written is not the only one that
/// they may be taken in.
struct StepOrder {
    std::vector<std::vector<bool>> before; // [one][other]: the one comes before the other; transitive
};

/// A step that is taken before another that is written before it.
struct Swap {
    EntryId step;
    EntryId before;
};

/// All steps are taken, in the order in which they are written.
struct AllAsWritten {};

/// The change ends where this step is refused.
struct StoppedAt {
    EntryId step;
};

/// A harm, and how it is judged.
struct JudgedHarm {
    Harm harm;
    std::variant<AllAsWritten, StoppedAt, Swap> course = {}; // it comes of that one alone
    Undo undo = undo::NotKnown{};
    std::optional<Instant> stepsUntil = {}; // the last second for the steps that undo it right away; then others do
    bool withinRto = false;                 // an outage that is short enough in every case
    bool whileMade = false;                 // one of what the change makes, until that is up for the first time
    bool counts = true;                     // against the change; else it is told alone

    [[nodiscard]] const StoppedAt* stopped() const { return std::get_if<StoppedAt>(&course); }
    [[nodiscard]] const Swap* swapped() const { return std::get_if<Swap>(&course); }
};

/// Another order of the same steps, or another pace.
struct BetterOrder {
    std::vector<EntryId> steps;
    Duration pause{};       // to be waited between the steps, until what was granted counts; zero: as they are
    std::vector<Harm> left; // the harms that it does; steps are those of `Judgement::program`
};

struct OrderSearch {
    std::optional<BetterOrder> better;
    std::size_t tried = 0; // 0: none was looked for
    bool all = false;      // every order that leads to the same end was tried
};

/// A resource without a model that hangs on what a step takes away or changes.
struct TouchedUnmodelled {
    std::size_t index = 0; // in `Program::unmodelled`
    EntryId step;
    bool mayBe = false; // through which identity is not named: it may be the one that the step takes something from
};

struct Judgement {
    Program program; // in whose names all is told: the steps alone, up to the end of what was looked at
    std::vector<JudgedHarm> harms;
    std::vector<AtRest> atRest; // what is down or impaired before the first step
    std::vector<TouchedUnmodelled> unmodelled;
    std::optional<Recovery> recovery; // right after the last step, of what does not end by itself
    OrderSearch order;
    bool exact = true;                // else extents may be wider than the truth
    std::vector<ResourceId> cutShort; // of whose timings not all values were looked at: there are too many
    bool reactions = false;           // there are some, and they are played at nominal timings alone
    std::size_t stopsLeftOut = 0;     // refused steps of which it was not looked at what comes of ending there
    std::size_t swapsTried = 0;       // orders in which the steps may be taken, besides the one that is written
    bool everySwap = true;            // each step was tried before each that need not come first
    bool interrupted = false;         // other orders were not looked at, or not all
};

struct GateOptions {
    std::optional<Duration> rto; // an outage that is over by then in every case does not count
    bool searchOrders = true;
    const StepOrder* order = nullptr; // null: the steps are taken in the order in which they are written
    Patience patience = {};           // when it is over, no more orders are tried
};

/// How long after the last step the estate is looked at: longer than any time limit that the documents give.
inline constexpr Duration lookedAtAfter = std::chrono::hours{24} * 400;

/// Judges the actions of a program's timeline over every timing that the documents leave open, up to `lookedAtAfter`
/// the last of them and to every expiry that they set. Costs a few dozen times the bounds of that.
Judgement judge(const Program& program, const GateOptions& options);

/// Whether a step takes something away, or changes it, that others may need.
bool takesAway(const Action& action);

} // namespace cmksim::gate
