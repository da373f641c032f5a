#include "lint/early_versions.hpp"

#include "analysis/reaction_worlds.hpp"
#include "analysis/retirement.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "engine/timeline_walk.hpp"

#include <fmt/format.h>

#include <optional>

namespace cmksim::lint {

namespace {

using namespace analysis;

/// The version that an action disables, where the key has a newer one then.
std::optional<OnVersion> oldVersionDisabled(const Program& story, const TimelineEntry& entry) {
    const auto* update = entry.action<KeyUpdate>();
    if (update == nullptr || !update->version.valid() || update->settings.enabled != false) {
        return std::nullopt;
    }
    const SimulationState then = stateAt(story, entry.at);
    const auto& versions = then.world().key(update->key).versions;
    const bool isNewest = !versions.empty() && versions.back().name == update->version;
    return isNewest ? std::nullopt : std::optional<OnVersion>{*update};
}

/// What needs it for longer, or that it is not known whether anything does; nothing where nothing was found to.
std::optional<std::string> neededAfter(const Program& story, const OnVersion& version, Instant disabled) {
    const Program without = withoutDisabling(story, version, EntryId{0}); // disabled for a while only, too
    const Retirement found = retirementOf(without, version, OpenTimings::All, usualReactionWorlds(without));
    const std::string when = "it is disabled at +" + formatDuration(disabled - scenarioStart);
    if (found.verdict == RetirementVerdict::Unknown) {
        return when + ", and whether something still needs it is not known";
    }
    if (found.needing.empty() || (found.verdict == RetirementVerdict::Found && found.from <= disabled)) {
        return std::nullopt;
    }
    std::vector<std::string> names;
    for (const ResourceId id : found.needing) {
        names.push_back(story.resources[id].name);
    }
    const std::string until = found.verdict == RetirementVerdict::Found
                                  ? "until +" + formatDuration(found.from - scenarioStart)
                                  : std::string{"to the end"};
    return fmt::format("{}, and {} may need it {}", when, separated(names, ", "), until);
}

} // namespace

std::vector<LintFinding> versionsDisabledEarly(const Program& story) {
    std::vector<LintFinding> findings;
    for (const TimelineEntry& entry : story.entries) {
        const auto version = oldVersionDisabled(story, entry);
        const auto detail = version ? neededAfter(story, *version, entry.at) : std::nullopt;
        if (detail) {
            const WorldNames& names = story.names;
            findings.push_back(withoutStories(LintRule::VersionDisabledEarly,
                                              fmt::format("{}/{}/{}", names.vaults[version->vault].text,
                                                          names.keys[version->key].text, names.text(version->version)),
                                              *detail));
        }
    }
    return findings;
}

} // namespace cmksim::lint
