// From when on a version of a key can be disabled: until then it wraps something, or is retained for what it wrapped
// (rules, section 5). Found by disabling it.
#pragma once

#include "action/action.hpp"
#include "base/patience.hpp"
#include "engine/program.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace cmksim::analysis {

/// Whether a search for an instant came to one.
enum class RetirementVerdict : std::uint8_t {
    Found,   // from `from` on it can be disabled
    Needed,  // at no instant up to `lookedUntil`, when something is still wrapped by it or harmed without it
    Unknown, // bounds are wider than the truth, so that they show no difference; or something without a model uses it
};

struct Retirement {
    RetirementVerdict verdict = RetirementVerdict::Unknown;
    Instant from{};                  // earlier it changes bounds, or is refused
    bool mayBeLater = false;         // than needed: a second before, only what is taken for one outage may be different
    Instant lookedUntil{};           // the last instant that was tried
    std::vector<ResourceId> needing; // whose bounds change where it is disabled a second before, or at `lookedUntil`
    std::vector<std::string> unmodelled;    // names of those without a model that use it, or may
    std::optional<Instant> disabledByStory; // for good; this disabling is left out of what was looked at
};

/// All versions that keys have at some instant of a story as it goes at nominal timings, in order of vaults, keys and
/// their making.
std::vector<OnVersion> versionsOf(const Program& shown);

/// The first entry of those that disable a version for good: nothing enables it again.
std::optional<EntryId> disablingOf(const Program& story, const OnVersion& version);

/// The story without what says whether a version is enabled, from an entry on.
Program withoutDisabling(const Program& story, const OnVersion& version, EntryId from);

/// The earliest instant from which on disabling a version changes no bounds of any resource, until everything has
/// looked after the story's end and nothing is retained from it; the story's own disabling is left out, which would
/// hide what it does. Never too early. Where outages are only taken together otherwise, courses decide, phase by phase,
/// so that it is not too late either; `mayBeLater` where they cannot, as more is open than phases of looks. Costs
/// `boundsOf` some 30 times.
Retirement retirementOf(const Program& program, const OnVersion& version, OpenTimings open, std::uint64_t mostReplays,
                        const Patience& patience = {});

} // namespace cmksim::analysis
