// The ways in which a program with reactions can go. A reaction happens at an instant that shifts with the phase of
// what it waits for; given those phases, everything else is as independent as ever.
#pragma once

#include "engine/program.hpp"
#include "engine/reactions.hpp"
#include "engine/world_history.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::analysis {

/// Whether a reaction waits for a resource that looks for newer versions of its key, where there can be one, or looks
/// while it is down, by a clock of its own whose phase is open: it may come at other instants than at that clock's
/// nominal phase, or never.
bool waitsForOpenClocks(const Program& program);

/// What reactions wait for and whose phase is open.
std::vector<ResourceId> openTriggers(const Program& program);

/// Pins phases that are open: those that are given, by resource.
void pinPhases(Program& program, const IdVector<ResourceId, std::optional<Duration>>& phases);

/// What is not looked at where reactions have more courses than are followed.
inline constexpr std::string_view reactionsLeftOut =
    "reactions can come at instants that are not looked at: how long they and grants take, or where looks of a clock "
    "fall, leaves more courses open than are followed";

/// One way: reactions stand in the timeline, and the phases of what they wait for are pinned.
struct ReactionWorld {
    Program program;
    std::vector<std::pair<ResourceId, Duration>> pinned;
};

/// How many ways are followed unless someone asks for another number: all of them where they are no more than 10,000;
/// else as many are drawn, and of a large estate fewer, at least 20, so that worlds × (resources, entries, reactions)
/// stay below 50,000 and all of them take seconds.
std::uint64_t usualReactionWorlds(const Program& program);

class ReactionWorlds {
public:
    /// All combinations of phases where they are no more than `most`, else as many that are drawn. `program` must
    /// outlive the worlds.
    ReactionWorlds(const Program& program, std::uint64_t most);

    [[nodiscard]] std::uint64_t count() const { return count_; }
    /// Whether all of them are there, each as likely as any other; else they are a sample.
    [[nodiscard]] bool exact() const { return exact_; }
    /// Whether what becomes of a resource may differ between the worlds.
    [[nodiscard]] bool concern(ResourceId id) const { return reactor_.concerns(id); }
    [[nodiscard]] ReactionWorld world(std::uint64_t index) const;

private:
    const Program& program_;
    Reactor reactor_;
    std::vector<ResourceId> triggers_; // whose phase is open
    std::uint64_t count_ = 1;
    bool exact_ = true;
};

/// The program as it goes at nominal phases, for what needs one timeline to speak of.
Program nominalTimeline(const Program& program);

} // namespace cmksim::analysis
