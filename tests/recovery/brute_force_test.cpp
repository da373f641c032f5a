// No sequence of the candidate actions is a shorter way back than the plan: every one of them tried, on random worlds.
#include "recovery/plan.hpp"

#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "exploration/canonical.hpp"
#include "property/generator.hpp"
#include "property/harness.hpp"
#include "recovery/repairs.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <variant>
#include <vector>

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::exploration;

namespace {

#ifdef NDEBUG
constexpr std::uint64_t worlds = 400;
#else
constexpr std::uint64_t worlds = 5;
#endif

using Action = std::variant<WorldAction, ResourceAction>;

/// Every candidate on every name, whatever ails.
class EveryAction {
public:
    EveryAction(const Program& program, ResourceId id) : program_{program}, id_{id} {
        for (const VaultId vault : program.names.vaults.ids()) {
            onVault(vault);
        }
        for (const IdentityId identity : program.names.identities.ids()) {
            if (program.names.identities[identity].kind == IdentityKind::UserAssigned) {
                world(WorldActionKind::IdentityCreate).identity = identity;
                world(WorldActionKind::IdentityRecover).identity = identity;
            }
            const bool foreign = program.names.identities[identity].kind == IdentityKind::SystemAssigned &&
                                 program.names.identities[identity].owner != id;
            if (!foreign) {
                own(ResourceActionKind::Update).identity = identity;
                own(ResourceActionKind::AssignIdentity).identity = identity;
            }
        }
        for (const KeyReferenceId key : program.keys.ids()) {
            own(ResourceActionKind::Update).key = key;
        }
        own(ResourceActionKind::RestoreIdentity);
        own(ResourceActionKind::Resume);
    }

    std::vector<Action> actions;

private:
    WorldAction& world(WorldActionKind kind) {
        actions.emplace_back(WorldAction{});
        auto& action = std::get<WorldAction>(actions.back());
        action.kind = kind;
        return action;
    }

    ResourceAction& own(ResourceActionKind kind) {
        actions.emplace_back(ResourceAction{});
        auto& action = std::get<ResourceAction>(actions.back());
        action.kind = kind;
        action.resource = id_;
        return action;
    }

    void onVault(VaultId vault) {
        for (const auto kind : {WorldActionKind::VaultRecover, WorldActionKind::VaultRestoreDns}) {
            world(kind).vault = vault;
        }
        WorldAction& trusted = world(WorldActionKind::VaultUpdate);
        trusted.vault = vault;
        trusted.settings.trustedBypass = true;
        WorldAction& open = world(WorldActionKind::VaultUpdate);
        open.vault = vault;
        open.settings.publicAccess = true;
        open.settings.allowByDefault = true;
        for (const IdentityId identity : program_.names.identities.ids()) {
            WorldAction& policy = world(WorldActionKind::PolicySet);
            policy.vault = vault;
            policy.identity = identity;
            policy.permissions = ~PermissionSet{0};
            WorldAction& role = world(WorldActionKind::RoleAssign);
            role.vault = vault;
            role.identity = identity;
            role.role = RoleId{0};
        }
        for (const KeyId key : program_.names.keysOf[vault]) {
            for (const auto kind :
                 {WorldActionKind::KeyRecover, WorldActionKind::KeyRestore, WorldActionKind::KeyCreate,
                  WorldActionKind::KeyDelete, WorldActionKind::KeyPurge}) {
                WorldAction& action = world(kind);
                action.vault = vault;
                action.key = key;
            }
            for (std::uint32_t version = 0; version < 4; ++version) {
                WorldAction& mend = world(WorldActionKind::KeyUpdate);
                mend.vault = vault;
                mend.key = key;
                mend.version = version == 0 ? VersionNameId{} : WorldNames::numberedVersion(version);
                mend.versionSettings = {{true, true}, {true, Instant::min()}, {true, never}};
            }
        }
    }

    const Program& program_;
    ResourceId id_;
};

/// Whether a resource is up once it has looked, if nobody acts.
bool endsWell(const Program& program, SimulationState simulation, ResourceId id) {
    std::vector<Record> ignored;
    simulation.advanceTo(simulation.now() + program.modelOf(id).revalidation.nominal + Duration{1}, ignored);
    const ResourceState& state = simulation.resource(id);
    return state.presence == Presence::Present && state.state == program.modelOf(id).ready();
}

/// The length of a shortest sequence of at most `most` actions that helps; `most` + 1 when there is none. Every
/// sequence is tried; those that come to the same are gone on from once.
std::size_t shortest(const Program& program, const SimulationState& start, ResourceId id,
                     const std::vector<Action>& actions, std::size_t most) {
    const ResourceClasses classes = distinctResources(program);
    std::set<CanonicalForm> seen;
    std::vector<SimulationState> reached{start};
    for (std::size_t length = 0; length <= most; ++length) {
        if (std::ranges::any_of(reached, [&](const SimulationState& one) { return endsWell(program, one, id); })) {
            return length;
        }
        std::vector<SimulationState> next;
        for (const SimulationState& one : length < most ? reached : std::vector<SimulationState>{}) {
            for (const Action& action : actions) {
                SimulationState after = one;
                std::vector<Record> ignored;
                if (!std::visit([&](const auto& what) { return after.act(what, ignored); }, action) &&
                    seen.insert(canonicalForm(program, after, classes)).second) {
                    next.push_back(std::move(after));
                }
            }
        }
        reached = std::move(next);
    }
    return most + 1;
}

} // namespace

TEST_CASE("no sequence of candidates is a shorter way back than the plan, on random worlds") {
    constexpr std::size_t most = 4;
    Catalog catalog;
    std::size_t helped = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const std::string yaml = property::toYaml(property::randomWorld(seed));
        Diagnostics diagnostics;
        const property::ReadWorld world = property::readWorld(yaml);
        const std::optional<Program> compiled = compileScenario(*world.scenario, catalog, diagnostics);
        const Program program = withKeyReferences(*compiled);
        SimulationState simulation{program, nominalPhases(program)};
        std::vector<Record> ignored;
        for (const TimelineEntry& entry : program.entries) {
            simulation.advanceTo(entry.at, ignored);
            if (const auto* action = std::get_if<WorldAction>(&entry.what)) {
                simulation.act(*action, ignored);
            } else if (const auto* own = std::get_if<ResourceAction>(&entry.what)) {
                simulation.act(*own, ignored);
            }
        }
        simulation.settle(ignored);
        for (const ResourceId id : program.resources.ids()) {
            const ResourceState& state = simulation.resource(id);
            const bool there = state.presence == Presence::Present && !program.modelOf(id).states[state.state].terminal;
            if (!there || endsWell(program, simulation, id)) {
                continue;
            }
            const auto found = findRecoveries(program, simulation, std::array{id}, 1);
            const std::size_t planned = found.empty() ? most + 1 : found.front().size();
            CAPTURE(seed, program.resources[id].name, planned, yaml);
            const std::size_t least = shortest(program, simulation, id, EveryAction{program, id}.actions, most);
            CHECK(std::min(planned, most + 1) <= least);
            if (!found.empty()) {
                SimulationState after = simulation;
                for (const auto& step : found.front()) {
                    CHECK_FALSE(
                        std::visit([&](const auto& action) { return after.act(action, ignored); }, step->action));
                }
                CHECK(endsWell(program, after, id));
            }
            helped += least <= most ? 1 : 0;
        }
    }
    CHECK(helped > worlds / 10);
}
