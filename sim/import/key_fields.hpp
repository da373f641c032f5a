// What the fields of a resource, as an estate has them, say of its keys.
#pragma once

#include "base/json_value.hpp"

#include <set>
#include <string>
#include <vector>

namespace cmksim::import {

/// The identities that are attached to it.
std::vector<std::string> identitiesIn(const JsonObject& fields);

bool hasAnyKey(const JsonObject& fields);

/// Of a resource that has several keys, before or after, those that change, and null for one that goes.
JsonObject changedSlots(const JsonObject& fields, const JsonObject& earlier);

/// The fields that it has before it gets the keys in some slots; an empty name stands for its only key, or for all.
JsonObject withoutKeysApart(const JsonObject& fields, const std::set<std::string>& slots);

} // namespace cmksim::import
