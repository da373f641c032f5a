// What happened to one resource, as records: the same for a replay and for a step of a live state.
#pragma once

#include "engine/resource.hpp"
#include "trace/record.hpp"

#include <vector>

namespace cmksim::engine {

/// A record of a resource as it stands, in which only what its kind says is left to fill in.
inline Record recordOf(ResourceId id, const ResourceState& resource, const Position& position, RecordKind kind) {
    Record record;
    record.position = position;
    record.kind = kind;
    record.resource = id;
    record.identity = resource.identity;
    record.key = resource.key;
    record.reason = resource.reason;
    record.status = resource.statusAt(position.at);
    return record;
}

/// Appends what a step did to a resource of which `blank` tells how it stands after it, in the contract's order. `from`
/// and `to` are the versions of a rotation.
void appendStep(const Record& blank, const Model& model, const Step& step, VersionNameId from, VersionNameId to,
                std::vector<Record>& records);

} // namespace cmksim::engine
