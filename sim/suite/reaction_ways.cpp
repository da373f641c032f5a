#include "suite/reaction_ways.hpp"

#include "analysis/reaction_corners.hpp"
#include "analysis/reaction_worlds.hpp"
#include "base/shell_word.hpp"
#include "base/time.hpp"
#include "engine/timings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace cmksim::suite {

namespace {

/// Goes through the ways until something falls short.
class WaySearch {
public:
    WaySearch(const Program& program, OpenTimings open, const Patience& patience, Coverage* coverage)
        : program_{program}, open_{open}, patience_{patience}, coverage_{coverage},
          opensAll_{(open == OpenTimings::All || asksForAll()) && hasOpenReactions(program)} {}

    Verified search() {
        const ReactionWorlds nominal{program_, usualReactionWorlds(program_)};
        bool everyReaction = nominal.exact() && !opensAll_ && !waitsForOpenClocks(program_);
        if (follow(nominal, TimingEnd::Nominal) && !everyReaction) {
            everyReaction = followRest();
        }
        found_.verification.everyReaction = everyReaction;
        return std::move(found_);
    }

private:
    /// What a run shows comes first.
    bool followRest() {
        constexpr std::uint64_t few = 100;
        if (!followEnds(few) || !followOthers()) {
            return false;
        }
        const bool whole = forEachReactionCorner(program_, opensAll_ ? OpenTimings::All : OpenTimings::Phases,
                                                 usualReactionWorlds(program_),
                                                 [&](const ReactionWorld& world) { return followCorner(world); });
        if (!whole && isFine()) {
            followEnds(usualReactionWorlds(program_));
        }
        return whole;
    }

    [[nodiscard]] bool isFine() const { return found_.verification.shortfalls.empty() && !found_.verification.gaveUp; }

    [[nodiscard]] bool asksForAll() const {
        return std::ranges::any_of(program_.entries, [](const TimelineEntry& entry) {
            const auto* list = std::get_if<std::vector<Expectation>>(&entry.what);
            return list != nullptr &&
                   std::ranges::find(*list, std::optional{OpenTimings::All}, &Expectation::timing) != list->end();
        });
    }

    /// Where delays are not nominal, what is asked of phases alone is not asked.
    void leaveToAll(Verification& verification) const {
        std::erase_if(verification.shortfalls, [&](const Shortfall& shortfall) {
            const TimelineEntry& entry = found_.program.entries[shortfall.entry];
            return timingOf(entry, shortfall.item, open_) != OpenTimings::All;
        });
    }

    void take(Program program, Verification verification) {
        verification.phaseClasses += std::exchange(classes_, classes_ + verification.phaseClasses);
        found_ = {std::move(program), std::move(verification)};
    }

    void follow(const ReactionWorld& world) {
        take(world.program, verify(world.program, open_, patience_, coverage_, Reactions::Placed));
    }

    void tellPinned(const ReactionWorld& world) {
        for (const auto& [id, phase] : world.pinned) {
            found_.replayOptions +=
                " --phase " + shellWord(fmt::format("{}={}", found_.program.resources[id].name, formatDuration(phase)));
        }
    }

    bool follow(const ReactionWorlds& worlds, TimingEnd end) {
        for (std::uint64_t i = 0; i < worlds.count(); ++i) {
            const ReactionWorld world = worlds.world(i);
            follow(world);
            if (end != TimingEnd::Nominal) {
                leaveToAll(found_.verification);
            }
            if (!isFine()) {
                if (end != TimingEnd::Nominal) {
                    found_.replayOptions = end == TimingEnd::Earliest ? " --timing earliest" : " --timing latest";
                }
                tellPinned(world);
                return false;
            }
        }
        return true;
    }

    bool followEnds(std::uint64_t most) {
        return !opensAll_ ||
               std::ranges::all_of(std::vector{TimingEnd::Earliest, TimingEnd::Latest}, [&](TimingEnd end) {
                   Program timed = program_;
                   setDelays(timed, end);
                   return follow(ReactionWorlds{timed, most}, end);
               });
    }

    /// What no reaction concerns.
    bool followOthers() {
        if (opensAll_) {
            const Program shown = nominalTimeline(program_);
            take(shown, verifyBesidesReactions(program_, shown, open_, patience_));
        }
        return isFine();
    }

    bool followCorner(const ReactionWorld& world) {
        follow(world);
        if (opensAll_) {
            leaveToAll(found_.verification);
        }
        if (!isFine()) {
            tellCorner(world);
        }
        return isFine();
    }

    void tellCorner(const ReactionWorld& world) {
        for (const auto& [id, phase] : world.pinned) {
            found_.timings.push_back(fmt::format("the revalidationPhase of {} is {}", found_.program.resources[id].name,
                                                 formatDuration(phase)));
        }
        for (const TimelineEntry& entry : found_.program.entries) {
            if (entry.firing) {
                found_.timings.push_back(fmt::format("{} {} comes {} after what it waits for", entry.name, entry.target,
                                                     formatDuration(entry.at - entry.firing->noticed)));
            }
            const Timing* timing = openTiming(found_.program, entry);
            if (timing != nullptr && delayOf(found_.program, entry) != timing->nominal) {
                found_.timings.push_back(fmt::format("{} {} counts after {}", entry.name, entry.target,
                                                     formatDuration(delayOf(found_.program, entry))));
            }
        }
    }

    const Program& program_;
    OpenTimings open_;
    const Patience& patience_;
    Coverage* coverage_;
    bool opensAll_;
    std::size_t classes_ = 0; // that were replayed
    Verified found_;
};

} // namespace

Verified verifyReactions(const Program& program, OpenTimings open, const Patience& patience, Coverage* coverage) {
    if (!program.reactions.empty() && open != OpenTimings::Nominal) {
        return WaySearch{program, open, patience, coverage}.search();
    }
    Program plain = nominalTimeline(program);
    Verification verification = verify(plain, open, patience, coverage);
    return {std::move(plain), std::move(verification)};
}

} // namespace cmksim::suite
