#include "lint/late_grants.hpp"

#include "analysis/bounds.hpp"
#include "analysis/reaction_worlds.hpp"
#include "base/time.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace cmksim::lint {

namespace {

using namespace analysis;

/// A grant that an action may be too early for.
struct WaitedFor {
    const TimelineEntry* grant;
    Instant countsBy{};
};

/// The grants that are made before an action, or with it, and need not count by then.
std::vector<WaitedFor> grantsUnderWay(const Program& story, const TimelineEntry& action) {
    std::vector<WaitedFor> grants;
    for (const TimelineEntry& entry : story.entries) {
        if (&entry == &action || entry.at > action.at) {
            break;
        }
        const bool gives = entry.action<PolicySet>() != nullptr || entry.action<RoleAssign>() != nullptr;
        const Timing* timing = gives ? openTiming(story, entry) : nullptr;
        if (timing != nullptr && entry.at + timing->latest > action.at) {
            grants.push_back({&entry, entry.at + timing->latest});
        }
    }
    return grants;
}

/// The actions that are refused at one end of what is open and carried out at another.
std::set<EntryId> hangingOnTimings(const Program& story) {
    std::map<EntryId, std::set<bool>> refused;
    for (const TimingEnd end : differingEnds(story)) {
        Program at = story;
        setDelays(at, end);
        for (const Record& record : replay(at, nominalPhases(at)).records) {
            if (record.is<ActionDone>()) {
                refused[record.entry()].insert(record.refused());
            }
        }
    }
    std::set<EntryId> hanging;
    for (const auto& [entry, outcomes] : refused) {
        if (outcomes.size() > 1) {
            hanging.insert(entry);
        }
    }
    return hanging;
}

std::string sinceStart(Instant at) { return '+' + formatDuration(at.time_since_epoch()); }

std::string detailOf(const TimelineEntry& action, const std::vector<WaitedFor>& grants) {
    std::vector<std::string> texts;
    for (const WaitedFor& one : grants) {
        texts.push_back(fmt::format("{} {} of {} counts by {} at the latest", one.grant->name, one.grant->target,
                                    sinceStart(one.grant->at), sinceStart(one.countsBy)));
    }
    return fmt::format("{} at {} does not come out as expected at every timing; {}", action.name, sinceStart(action.at),
                       fmt::join(texts, "; "));
}

} // namespace

std::vector<LintFinding> actionsBeforeGrants(const Program& story) {
    const bool mayWait = std::ranges::any_of(story.entries, [&](const TimelineEntry& entry) {
        return entry.action() != nullptr && !grantsUnderWay(story, entry).empty();
    });
    std::vector<LintFinding> findings;
    if (!mayWait) {
        return findings;
    }
    const Program nominal = nominalTimeline(story);
    const ScenarioBounds bounds = boundsOf(story, nominal, OpenTimings::All, usualReactionWorlds(story));
    const std::set<EntryId> hanging = hangingOnTimings(nominal);
    for (const ExpectationBounds& one : bounds.expectations) {
        const TimelineEntry& action = nominal.entries[one.entry];
        const std::vector<WaitedFor> grants =
            action.action() != nullptr ? grantsUnderWay(nominal, action) : std::vector<WaitedFor>{};
        // One that is expected to be refused may be so at other timings than the nominal ones.
        const bool hangs = one.alwaysByPhases || hanging.contains(one.entry);
        if (one.always || !hangs || grants.empty()) {
            continue;
        }
        findings.push_back(withoutStories(LintRule::GrantMayComeLate, action.target, detailOf(action, grants)));
    }
    return findings;
}

} // namespace cmksim::lint
