#include "engine/course.hpp"

#include "engine/check.hpp"
#include "engine/slots.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::engine {

namespace {

bool later(const WorldChanges::Deadline& a, const WorldChanges::Deadline& b) { return a.at > b.at; }

} // namespace

void establishWorld(const Program& program, World& world, WorldChanges& changes) {
    for (const IdentityId identity : program.identities) {
        world.establish(identity, changes);
    }
    world.establishRootRoles(program.rootRoles);
    for (const NewVault& vault : program.vaults) {
        world.establish(vault, changes);
    }
}

ResourceState establishedResource(const Program& program, const World& world, ResourceId id, const OpenPhases& phases) {
    const NewResource& described = *program.resources[id].described;
    Slots slots = slotsOfNew(described, [&](IdentityId identity) { return world.principalAtStart(identity); });
    for (SlotState& slot : slots) {
        slot.wrapping = slot.key.valid() ? wrappingAtStart(world, program.keys[slot.key]) : Wrapping::unknown();
    }
    return established(program.rulesOf(id), described, std::move(slots), phases);
}

void Deadlines::add(const WorldChanges& changes, Instant now) {
    for (const WorldChanges::Deadline& deadline : changes.deadlines) {
        if (deadline.at > now) {
            heap_.push_back(deadline);
            std::ranges::push_heap(heap_, later);
        }
    }
}

void Deadlines::takeNext(const World& world, std::vector<WorldChanges::Deadline>& due) {
    due.clear();
    const Instant now = next();
    while (!heap_.empty() && heap_.front().at == now) {
        due.push_back(heap_.front());
        std::ranges::pop_heap(heap_, later);
        heap_.pop_back();
    }
    world.putInOrder(due);
}

Record recordOf(const WorldFact& fact, const Position& position) {
    Record record;
    record.position = position;
    record.what = FactHappened{fact.kind, fact.target};
    return record;
}

bool bringsOwnIdentity(const Program& program, const World& world, const Action& action) {
    const NewResource* described = describedBy(action);
    const auto* update = std::get_if<ResourceUpdate>(&action);
    if (described == nullptr && update == nullptr) {
        return false;
    }
    const IdentityId own = program.resources[resourceOf(action)].ownIdentity;
    const bool comes = described != nullptr ? described->names(own) : mayMakeIdentity(program, *update);
    return comes && !world.exists(own);
}

void changeOwnIdentity(World& world, IdentityId own, ActionResult::OwnIdentity change, bool brought,
                       WorldChanges& changes) {
    if (brought) {
        if (change != ActionResult::OwnIdentity::Created && change != ActionResult::OwnIdentity::Kept) {
            world.endSystemIdentity(own, changes);
        }
    } else if (change == ActionResult::OwnIdentity::Created) {
        world.createSystemIdentity(own, changes);
    } else if (change == ActionResult::OwnIdentity::Ended) {
        world.endSystemIdentity(own, changes);
    }
}

} // namespace cmksim::engine
