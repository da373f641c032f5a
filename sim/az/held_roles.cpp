#include "az/held_roles.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::az {

RoleLedger::RoleLedger(const EstateSpec& estate) {
    add(estate.roleAssignments, "/");
    for (const VaultSpec& vault : estate.vaults) {
        if (!vault.deleted) {
            add(vault);
        }
    }
}

void RoleLedger::add(const std::vector<RoleSpec>& roles, std::string_view scope) {
    for (const RoleSpec& of : roles) {
        for (const Name& role : of.roles) {
            note("role.assign", scope, of.identity.text, role.text);
        }
    }
}

void RoleLedger::add(const VaultSpec& vault) {
    add(vault.roleAssignments, vault.name.text);
    for (const KeySpec& key : vault.keys) {
        add(key.roleAssignments, fmt::format("{}/{}", vault.name.text, key.name.text));
    }
}

void RoleLedger::note(const ActionSpec& action) {
    if (action.kind == kindOf<VaultCreate>) {
        add(*action.vault());
        return;
    }
    note(ruleOf(action.kind).traits.name, action.target.text, action.get<Name>("identity").text,
         action.get<Name>("role").text);
}

void RoleLedger::note(const CommandAction& action) {
    const auto said = [&](std::string_view name) -> std::string_view {
        const auto field = std::ranges::find(action.fields, name, &CommandField::name);
        return field != action.fields.end() && !field->values.empty() ? field->values.front() : std::string_view{};
    };
    note(action.name, action.target, said("identity"), said("role"));
}

void RoleLedger::note(std::string_view action, std::string_view target, std::string_view identity,
                      std::string_view role) {
    const HeldRole one{std::string{identity}, std::string{target}, std::string{role}};
    if (action == "role.assign" || action == "role.remove") {
        std::erase(held_, one);
    }
    if (action == "role.assign") {
        held_.push_back(one);
    } else if (action == "vault.delete") { // they go with it, for good
        std::erase_if(held_, [&](const HeldRole& held) {
            return held.scope == target || held.scope.starts_with(fmt::format("{}/", target));
        });
    } else if (action == "identity.delete") { // one of that name made anew is another principal
        std::erase_if(held_, [&](const HeldRole& held) { return held.identity == target; });
    }
}

} // namespace cmksim::az
