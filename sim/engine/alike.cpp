#include "engine/alike.hpp"

#include "engine/bases.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <vector>

namespace cmksim::engine {

namespace {

/// Whether the same can be attached to both: to each its own, and the same others.
bool attachAlike(const ResourceProgram& one, const ResourceProgram& other) {
    return std::ranges::equal(one.attachable, other.attachable, [&](IdentityId ofOne, IdentityId ofOther) {
        return ofOne == one.ownIdentity ? ofOther == other.ownIdentity : ofOne == ofOther;
    });
}

bool areAlike(const ResourceProgram& one, const ResourceProgram& other) {
    return attachAlike(one, other) && one.ownClocks == other.ownClocks && *one.described == *other.described;
}

/// Whether a resource may be like another one: that some stand on it, or that it uses its own identity, makes it one of
/// a kind.
bool mayBeAlike(const ResourceProgram& resource, bool carriesOthers) {
    return resource.described && !resource.fleet && !carriesOthers && !resource.described->names(resource.ownIdentity);
}

} // namespace

ResourceClasses distinctResources(const Program& program) {
    ResourceClasses classes;
    for (const ResourceId id : program.resources.ids()) {
        classes.push_back(static_cast<std::uint32_t>(id.index()));
    }
    return classes;
}

ResourceClasses alikeResources(const Program& program, const Phases& phases) {
    ResourceClasses classes = distinctResources(program);
    const BaseGraph baseGraph{program};
    // The first of each class, by what tells most of them apart.
    std::map<std::tuple<ModelId, IdentityId, KeyReferenceId>, std::vector<ResourceId>> firsts;
    for (const ResourceId id : program.resources.ids()) {
        const ResourceProgram& resource = program.resources[id];
        if (!mayBeAlike(resource, !baseGraph.dependentsOf(id).empty())) {
            continue;
        }
        std::vector<ResourceId>& others =
            firsts[{resource.model, resource.described->identity, resource.described->key}];
        const auto like = std::ranges::find_if(others, [&](ResourceId other) {
            return phases[id] == phases[other] && phases.rotation(id) == phases.rotation(other) &&
                   phases.recovery(id) == phases.recovery(other) && areAlike(resource, program.resources[other]);
        });
        if (like == others.end()) {
            others.push_back(id);
        } else {
            classes[id] = classes[*like];
        }
    }
    return classes;
}

Program withResources(const Program& program, std::span<const ResourceId> named) {
    const BaseGraph baseGraph{program};
    IdVector<ResourceId, std::uint8_t> kept{program.resources.size()}; // a flag each
    std::vector<ResourceId> waiting{named.begin(), named.end()};
    while (!waiting.empty()) {
        const ResourceId id = waiting.back();
        waiting.pop_back();
        if (kept[id] != 0) {
            continue;
        }
        kept[id] = 1;
        std::ranges::copy(baseGraph.basesOf(id), std::back_inserter(waiting));
        std::ranges::copy(baseGraph.dependentsOf(id), std::back_inserter(waiting));
        if (const auto& described = program.resources[id].described) {
            for (const IdentityId identity : program.names.identities.ids()) {
                const ResourceId owner = program.names.identities[identity].owner;
                if (owner.valid() && kept[owner] == 0 && described->names(identity)) {
                    waiting.push_back(owner);
                }
            }
        }
    }
    Program fewer = program;
    for (const ResourceId id : fewer.resources.ids()) {
        if (kept[id] == 0) {
            fewer.resources[id].described.reset();
        }
    }
    return fewer;
}

} // namespace cmksim::engine
