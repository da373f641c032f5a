// What is risky about an estate. Each finding is proved by a short story that goes wrong in the estate as it is and not
// in the estate as repaired; what no story can tell apart is advice.
#pragma once

#include "base/progress.hpp"
#include "engine/program.hpp"
#include "engine/replay.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::lint {

enum class LintLevel : std::uint8_t { Advice, Warning, Error };
inline constexpr std::array<std::string_view, 3> lintLevelNames{"advice", "warn", "error"};

enum class LintRule : std::uint8_t {
    DownAtRest,
    ImpairedAtRest,
    UnknownAtRest,
    PurgeProtectionOff,
    SoftDeleteOff,
    RetentionShort,
    PinnedVersionExpires,
    KeyExpires,
    OneKeyForAll,
    SharedIdentity,
    GrantDoesNotCount,
    FirewallBlocks,
    BroadGrant,
    BypassContested,
    VersionDisabledEarly,
    GrantMayComeLate,
    RequirementNotMet,
};

/// What a rule is about, wherever it is broken.
struct LintRuleText {
    std::string_view id; // stable
    LintLevel level{};
    std::string_view title;
    std::string_view why;
    std::string_view repair;
    std::string_view source;
};
inline constexpr std::size_t lintRuleCount = 17;
const LintRuleText& textOf(LintRule rule);

/// Why a finding matters, and what repairs it.
struct LintAdvice {
    std::string_view why;
    std::string_view repair;
};

/// One world in which the story was played.
struct LintWorld {
    Program program;
    Trace trace;
};

struct LintFinding {
    LintRule rule{};
    const LintRuleText* own = nullptr; // of a rule that is none of the program's
    std::string subject;               // VAULT, VAULT/KEY, an identity or a resource
    std::string detail;                // what about it
    std::optional<LintAdvice> advice;  // where it is not the rule's
    std::optional<LintWorld> asIs;
    std::optional<LintWorld> repaired; // only beside the other; none for a rule that is none of the program's
    // That the story treats worse in the estate as it is, in its ids and order; at rest in those of the whole.
    std::vector<ResourceId> harmed;
};

/// A finding that no pair of stories shows.
LintFinding withoutStories(LintRule rule, std::string subject, std::string detail);

/// What the rule of a finding is about.
inline const LintRuleText& textOf(const LintFinding& finding) {
    return finding.own != nullptr ? *finding.own : textOf(finding.rule);
}

inline LintAdvice adviceOf(const LintFinding& finding) {
    return finding.advice.value_or(LintAdvice{textOf(finding).why, textOf(finding).repair});
}

/// What of a rule is told with other words than the rule's own.
inline constexpr LintAdvice upByItself{
    "The estate has it in that state, and nothing keeps the service from its key: its next look leads back.",
    "nothing: it comes up by itself at its next look"};
inline constexpr LintAdvice upThoughExpired{
    "No resource goes dark of it. From that day on the vault refuses the key to what is to be wrapped anew, such as "
    "new resources, new keys and updates.",
    "rotate in time, or set no expiry"};
inline constexpr LintAdvice outsidePerimeter{
    "The perimeter alone decides who reaches the vault: neither a bypass nor an address rule lets in a resource that "
    "is not in it.",
    "add the resource to the vault's perimeter, or change the vault's publicNetworkAccess"};

/// In the order of the rules, and of the estate within each. A story is played with what it can reach alone, so the
/// time and memory that it costs grow with the estate; a finding's programs are pieces of it. Each vault is an item for
/// `progress`; when that is cancelled, the findings are those of the vaults before, and at rest.
std::vector<LintFinding> lintEstate(const Program& estate, Progress* progress = nullptr);

/// The findings of one rule alone: what stays up by a firewall's bypass though Key Vault's own list of trusted services
/// does not name the service.
std::vector<LintFinding> contestedBypasses(const Program& estate);

} // namespace cmksim::lint
