#include "analysis/at_rest.hpp"

#include "base/time.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::analysis {

namespace {

/// Puts into words what a resource lacks.
class MissingText {
public:
    MissingText(const Program& program, const SimulationState& simulation, ResourceId resource, const SlotState& slot)
        : program_{program}, world_{simulation.world()}, state_{simulation.resource(resource)}, slot_{slot},
          model_{program.modelOf(resource)}, key_{program.keys[slot.key]},
          lacks_{lacksOf(world_, key_, accessPath(program.rulesOf(resource), state_, slot), slot.wrapping,
                         simulation.now())} {}

    std::vector<std::string> all() {
        identity();
        if (!key_.named) {
            add("'{}' is no key identifier", key_.text);
            return std::move(missing_);
        }
        if (lacks_.has(Reason::VaultNotFound)) {
            add("the vault {} is not there", vault());
            return std::move(missing_);
        }
        network();
        permissions();
        key();
        return std::move(missing_);
    }

private:
    template <class... Arguments>
    void add(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
        missing_.push_back(fmt::format(text, std::forward<Arguments>(arguments)...));
    }

    [[nodiscard]] const std::string& identityName() const { return program_.names.identities[slot_.identity].text; }
    [[nodiscard]] const std::string& vault() const { return program_.names.vaults[key_.named->vault].text; }
    [[nodiscard]] std::string keyName() const { return vault() + '/' + program_.names.keys[key_.named->key].text; }

    /// Who is granted what the key's user may do.
    [[nodiscard]] const std::string& granteeName() const {
        return program_.names.identities[program_.names.granteeOf(slot_.identity)].text;
    }

    /// A federated identity is not there where one of its parts is not.
    void missingIdentity() {
        const IdentityName& name = program_.names.identities[slot_.identity];
        if (!name.isFederated()) {
            add("the identity {} is not there", name.text);
            return;
        }
        const std::size_t before = missing_.size();
        for (const IdentityId part : {name.with, name.app}) {
            if (!world_.exists(part)) {
                add("{} is not there, a part of the identity {}", program_.names.identities[part].text, name.text);
            }
        }
        if (missing_.size() == before) {
            add("a part of the identity {} was made anew and is another principal", name.text);
        }
    }

    void identity() {
        if (!slot_.identity.valid()) {
            add("no identity is set for the key");
        } else if (lacks_.has(Reason::IdentityNotAssigned)) {
            add("{} is no identity that the service takes for a key", identityName());
        } else if (lacks_.has(Reason::TokenAcquisitionFailed)) {
            missingIdentity();
        }
        if (state_.credential == Credential::Lapsed) {
            add("the credential of {} has lapsed", identityName());
        }
    }

    void network() {
        if (lacks_.has(Reason::VaultDnsUnresolved)) {
            add("the name of {} does not resolve", vault());
        }
        if (lacks_.has(Reason::VaultFirewallDenied)) {
            add("{} takes no traffic from public networks", vault());
        }
        if (lacks_.lacksFirewallRule()) {
            add("the firewall of {} lets the service in neither as trusted nor by its address", vault());
        }
        if (lacks_.lacksPerimeter()) {
            add("{} is behind a perimeter that it is not in", vault());
        }
    }

    void permissions() {
        const PermissionSet required = model_.requiredPermissions(world_.vault(key_.named->vault).rbac);
        std::vector<std::string_view> lacking;
        std::uint32_t place = 0;
        for (std::size_t i = 0; i < program_.platform->keyPermissions.size(); ++i) {
            if ((required >> i & 1U) != 0 && lacks_.lacksPermission(place++)) {
                lacking.push_back(program_.platform->keyPermissions[i]);
            }
        }
        if (lacking.empty()) {
            return;
        }
        if (world_.vault(key_.named->vault).rbac) {
            add("{} has no role that lets it use {}: assigned on it, on {} or above", granteeName(), keyName(),
                vault());
        } else if (policyOf(world_.vault(key_.named->vault).accessPolicies, world_.granteeOf(slot_.principal)) ==
                   nullptr) {
            add("{} has no access policy in {}: it needs {}", granteeName(), vault(), fmt::join(lacking, ", "));
        } else {
            add("{} {} missing from the access policy of {} in {}", fmt::join(lacking, ", "),
                lacking.size() == 1 ? "is" : "are", granteeName(), vault());
        }
    }

    void key() {
        if (lacks_.has(Reason::KeyNotFound)) {
            add("the key {} is not there", keyName());
            return;
        }
        if (lacks_.has(Reason::KeyVersionNotFound)) {
            add("{} has no version of the name that the resource gives", keyName());
        }
        if (lacks_.has(Reason::KeyDisabled)) {
            add("the version of {} in use is disabled", keyName());
        }
        if (lacks_.has(Reason::KeyNotYetValid)) {
            add("the version of {} in use is not valid yet", keyName());
        }
        if (lacks_.has(Reason::KeyExpired)) {
            add("the version of {} in use has expired", keyName());
        }
        if (lacks_.has(Reason::UnwrapFailed)) {
            add("{} is not the key that wraps the data", keyName());
        }
    }

    const Program& program_;
    const World& world_;
    const ResourceState& state_;
    const SlotState& slot_;
    const Model& model_;
    const KeyReference& key_;
    Lacks lacks_;
    std::vector<std::string> missing_;
};

/// One whose creation failed holds no data; it is of no use either.
RestStatus restStatusOf(const Model& model, const ResourceState& resource) {
    if (resource.presence != Presence::Present) {
        return RestStatus::Up;
    }
    if (isDown(model, resource.state) || model.states[resource.state].terminal) {
        return RestStatus::Down;
    }
    return isImpaired(model, resource) ? RestStatus::Impaired : RestStatus::Up;
}

} // namespace

std::vector<AtRest> troublesAtRest(const Program& program) {
    const SimulationState start{program, nominalPhases(program)};
    // Right after the first looks, and a period later: what is wrong at the start may be over by then.
    SimulationState seen = start;
    std::vector<Record> ignored;
    seen.settle(ignored);
    SimulationState looked = start;
    looked.advanceTo(scenarioStart + longestPeriod(program) + Duration{1}, ignored);
    std::vector<AtRest> troubles;
    std::map<ResourceId, Instant> dataEnds;
    for (const ResourceId id : program.resources.ids()) {
        if (!program.resources[id].described) {
            continue;
        }
        const Model& model = program.modelOf(id);
        const RestStatus first = restStatusOf(model, start.resource(id));
        const RestStatus soon = restStatusOf(model, seen.resource(id));
        const RestStatus later = restStatusOf(model, looked.resource(id));
        const SimulationState& worse = soon > later ? seen : looked;
        const bool passes = soon > first && soon > later; // it is noticed, and over with a later look
        const RestStatus then = passes ? soon : later;
        const ResourceState& state = then == RestStatus::Up ? start.resource(id) : worse.resource(id);
        AtRest trouble{.resource = id,
                       .status = std::max(first, then),
                       .state = state.state,
                       .reason = state.reason,
                       .impairment = impairmentOf(model, state),
                       .returns = then < first,
                       .missing = {},
                       .dataEnds = {}};
        if (trouble.status == RestStatus::Up) {
            continue;
        }
        trouble.missing = missingOf(program, start, id);
        if (troubles.empty()) {
            dataEnds = dataEndsFrom(start);
        }
        if (const auto ends = dataEnds.find(id); ends != dataEnds.end()) {
            trouble.dataEnds = ends->second;
        }
        troubles.push_back(std::move(trouble));
    }
    return troubles;
}

std::map<ResourceId, Instant> dataEndsFrom(SimulationState state) {
    std::map<ResourceId, Instant> ends;
    std::vector<Record> records;
    for (Instant due = state.nextDue(); due != never; due = state.nextDue()) {
        state.advanceTo(due, records);
        state.settle(records);
    }
    for (const Record& record : records) {
        if (record.is<DataLost>()) {
            ends.emplace(record.on->resource, record.position.at);
        }
    }
    return ends;
}

std::vector<std::string> missingOf(const Program& program, const SimulationState& simulation, ResourceId resource) {
    const ResourceState& state = simulation.resource(resource);
    if (!takesPart(program.modelOf(resource), state)) {
        return {};
    }
    std::vector<std::string> missing;
    state.eachSlot([&](const SlotState& slot) {
        for (std::string& one : MissingText{program, simulation, resource, slot}.all()) {
            missing.push_back(state.hasSeveralKeys() ? fmt::format("{}: {}", program.names.slots[slot.slot], one)
                                                     : std::move(one));
        }
    });
    return missing;
}

std::vector<LateGrant> lateGrantsOf(const Program& story, ResourceId resource) {
    std::vector<LateGrant> grants;
    const std::vector<KeyUse> keys = keysOf(story, resource);
    for (const TimelineEntry& entry : story.entries) {
        const auto* policy = entry.action<PolicySet>();
        const auto* role = entry.action<RoleAssign>();
        const bool isFor = std::ranges::any_of(keys, [&](const KeyUse& use) {
            const NamedKey& key = *story.keys[use.key].named;
            const IdentityId user = story.names.granteeOf(use.identity);
            return (policy != nullptr && policy->vault == key.vault && policy->identity == user) ||
                   (role != nullptr && role->identity == user && story.names.covers(role->scope, key.vault, key.key));
        });
        if (const Timing* timing = openTiming(story, entry); isFor && timing != nullptr) {
            grants.push_back({entry.at, entry.at + timing->latest});
        }
    }
    return grants;
}

std::string troubleText(const Program& program, const AtRest& trouble) {
    const Model& model = program.modelOf(trouble.resource);
    std::string text{trouble.status == RestStatus::Down ? "down" : "impaired"};
    if (trouble.returns) {
        text.append(" at the start, up from its first revalidation on");
    } else if (trouble.status == RestStatus::Down) {
        text.append(fmt::format(", {}", trouble.reason != Reason::None ? nameOf(trouble.reason)
                                                                       : model.states[trouble.state].name));
    } else {
        text.append(fmt::format(", {}", textOf(model, trouble.impairment)));
    }
    if (!trouble.missing.empty()) {
        text.append(fmt::format(": {}", fmt::join(trouble.missing, "; ")));
    }
    if (trouble.dataEnds) {
        text.append(fmt::format("; its data is at risk until +{}, then gone for good",
                                formatDuration(trouble.dataEnds->time_since_epoch())));
    }
    return text;
}

} // namespace cmksim::analysis
