#include "lint/requirements.hpp"

#include "engine/dependencies.hpp"
#include "engine/replay.hpp"
#include "engine/simulation_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace cmksim::lint {

namespace {

/// Whether the estate is told already that the vault can lose its keys for good.
bool isReportedOf(const Program& estate, VaultId vault, std::span<const LintFinding> reported) {
    return std::ranges::any_of(reported, [&](const LintFinding& finding) {
        return (finding.rule == LintRule::PurgeProtectionOff || finding.rule == LintRule::SoftDeleteOff) &&
               finding.own == nullptr && finding.subject == estate.names.vaults[vault].text;
    });
}

} // namespace

std::vector<LintFinding> requirementsNotMet(const Program& estate, std::span<const LintFinding> reported) {
    const engine::SimulationState start{estate, nominalPhases(estate)};
    std::vector<LintFinding> findings;
    for (const ResourceId id : estate.resources.ids()) {
        const Model& model = estate.modelOf(id);
        for (const KeyUse& use : engine::keysOf(estate, id)) {
            const KeyReference& key = estate.keys[use.key];
            std::set<std::string> fixes; // creations and updates are refused alike, mostly
            for (const RefusalId broken : start.brokenRequirements(id, use)) {
                const RefusalRule& rule = model.refusals[broken];
                const bool ofLoss = rule.vaultSoftDelete == false || rule.vaultPurgeProtection == false;
                if ((ofLoss && isReportedOf(estate, key.named->vault, reported)) || !fixes.insert(rule.fix).second) {
                    continue;
                }
                // Rules of one service may answer with one code; what they ask for tells them apart.
                const std::string_view fix{rule.fix.data(), rule.fix.size() - (rule.fix.ends_with('.') ? 1 : 0)};
                findings.push_back(withoutStories(LintRule::RequirementNotMet, estate.resources[id].name,
                                                  fmt::format("{} refuses {} to a new resource with {}: {}",
                                                              model.title, key.text, rule.error, fix)));
            }
        }
    }
    return findings;
}

} // namespace cmksim::lint
