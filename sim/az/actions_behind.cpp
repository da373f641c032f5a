#include "az/actions_behind.hpp"

#include "az/argument_text.hpp"
#include "base/held_value.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace cmksim::az {

namespace {

void addRoles(const std::string& scope, const JsonValue& assignments, std::vector<FurtherAction>& further) {
    forEachField(assignments, [&](const std::string& identity, const JsonValue& list) {
        for (const std::string& role : textsOf(list)) {
            further.push_back({"role.assign", scope, {{"identity", identity}, {"role", role}}});
        }
    });
}

void addKey(const std::string& target, const JsonValue& described, std::vector<FurtherAction>& further) {
    JsonObject first;
    bool listed = false;
    forEachField(described, [&](const std::string& name, const JsonValue& value) {
        if (name == "versions") {
            listed = true;
            const auto* versions = heldAs<JsonArray>(value);
            for (std::size_t i = 0; versions != nullptr && i < versions->size(); ++i) {
                further.push_back({"key.create", target, (*versions)[i].fields()});
            }
        } else if (name != "roleAssignments") {
            first.emplace_back(name, value);
        }
    });
    if (!listed) {
        further.push_back({"key.create", target, std::move(first)});
    }
    forEachField(described, [&](const std::string& name, const JsonValue& value) {
        if (name == "roleAssignments") {
            addRoles(target, value, further);
        }
    });
}

} // namespace

std::vector<FurtherAction> actionsBehind(const ActionText& action) {
    const std::string target{action.target};
    std::vector<FurtherAction> further;
    for (const auto& [name, value] : action.with) {
        if (name == "accessPolicies") {
            forEachField(value, [&](const std::string& identity, const JsonValue& permissions) {
                further.push_back({"policy.set", target, {{"identity", identity}, {"permissions", permissions}}});
            });
        } else if (name == "roleAssignments") {
            addRoles(target, value, further);
        } else if (name == "keys" && action.service.empty()) { // those of a vault
            forEachField(value, [&](const std::string& key, const JsonValue& described) {
                addKey(fmt::format("{}/{}", target, key), described, further);
            });
        } else if (name == "identities") {
            for (const std::string& identity : textsOf(value)) {
                further.push_back({"resource.assign-identity", target, {{"identity", identity}}});
            }
        }
    }
    return further;
}

} // namespace cmksim::az
