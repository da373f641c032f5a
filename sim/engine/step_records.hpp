// What happened to one resource, as records: the same for a replay and for a step of a live state.
#pragma once

#include "engine/resource.hpp"
#include "trace/record.hpp"

#include <vector>

namespace cmksim::engine {

/// What happened to a resource, which stands as it does after it.
inline Record recordOf(ResourceId id, const ResourceState& resource, const Position& position,
                       const Record::What& what = {}) {
    Record record;
    record.position = position;
    record.resource = id;
    record.identity = resource.identity;
    record.key = resource.key;
    record.status = resource.statusAt(position.at);
    record.what = what;
    return record;
}

/// Appends what a step did to a resource of which `after` tells how it stands after it, in the contract's order.
/// `rotated` counts where it went over to another version.
void appendStep(const Record& after, const Model& model, const Step& step, const KeyRotated& rotated,
                std::vector<Record>& records);

/// Appends that an action made or deleted a resource, if it did.
void appendPresence(const Record& after, ResourceStatus::Presence before, std::vector<Record>& records);

} // namespace cmksim::engine
