#include "reads/memory.hpp"

namespace cmksim::reads {

Memory::Memory(const SimulationState& start) {
    const World& world = start.world();
    for (const IdentityId identity : world.names().identities.ids()) {
        const PrincipalId principal = world.principalAtStart(identity);
        if (principal.valid()) {
            identities_.emplace(principal, identity);
            first_.insert(principal);
        }
    }
}

void Memory::note(const World& world) {
    for (const IdentityId identity : world.names().identities.ids()) {
        if (const PrincipalId principal = world.identity(identity).principal; principal.valid()) {
            identities_.emplace(principal, identity);
        }
    }
}

void Memory::note(const std::vector<Record>& records) {
    for (const Record& record : records) {
        if (record.is<KeyRotated>()) {
            rotated_.insert_or_assign(record.on->resource, record.position.at);
        }
    }
}

void Memory::note(const Program& program, const Action& action, const std::optional<Refusal>& refusal, Instant at) {
    const ResourceId resource = resourceOf(action);
    if (!resource.valid()) {
        return;
    }
    const bool ends = std::holds_alternative<ResourceCreate>(action) || std::holds_alternative<ResourceDelete>(action);
    if (ends && !refusal) {
        std::erase_if(attached_, [&](const auto& one) { return one.first.first == resource; });
    }
    const bool isUpdate =
        std::holds_alternative<ResourceUpdate>(action) || std::holds_alternative<TemplateDeploy>(action);
    const bool attaches = isUpdate || std::holds_alternative<ResourceAssignIdentity>(action);
    const auto* ofModel = refusal ? std::get_if<ModelRefusal>(&*refusal) : nullptr;
    const bool allTheSame = ofModel != nullptr && program.modelOf(resource).refusals[ofModel->rule].attachesIdentity;
    if (const IdentityId named = identityOf(action); named.valid() && (!refusal || allTheSame)) {
        const IdentityId identity = attachedOf(program.names.identities, named);
        if (attaches) {
            attached_.insert_or_assign({resource, identity}, true);
        } else if (std::holds_alternative<ResourceRemoveIdentity>(action)) {
            attached_.insert_or_assign({resource, identity}, false);
        }
    }
    for (const KeyUse& use : attaches && (!refusal || allTheSame) ? otherKeysOf(action) : std::vector<KeyUse>{}) {
        if (use.identity.valid()) {
            attached_.insert_or_assign({resource, attachedOf(program.names.identities, use.identity)}, true);
        }
    }
    if (isUpdate && !refusal && keyReferenceOf(action).valid()) {
        rotated_.insert_or_assign(resource, at);
    }
}

std::optional<bool> Memory::isAttached(ResourceId resource, IdentityId identity) const {
    const auto found = attached_.find({resource, identity});
    return found != attached_.end() ? std::optional{found->second} : std::nullopt;
}

IdentityId Memory::identityBehind(PrincipalId principal) const {
    const auto found = identities_.find(principal);
    return found != identities_.end() ? found->second : IdentityId{};
}

std::optional<Instant> Memory::rotatedAt(ResourceId resource) const {
    const auto found = rotated_.find(resource);
    return found != rotated_.end() ? std::optional{found->second} : std::nullopt;
}

} // namespace cmksim::reads
