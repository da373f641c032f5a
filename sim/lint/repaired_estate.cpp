#include "lint/repaired_estate.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace cmksim::lint {

namespace {

std::vector<RoleId> rolesOf(const std::vector<NewRole>& roles, IdentityId identity) {
    std::vector<RoleId> found;
    for (const NewRole& role : roles) {
        if (role.identity == identity) {
            found.push_back(role.role);
        }
    }
    return found;
}

} // namespace

NewVault& vaultOf(Program& program, VaultId id) { return *std::ranges::find(program.vaults, id, &NewVault::vault); }

NewKey& newKeyOf(Program& program, VaultId vault, KeyId id) {
    return *std::ranges::find(vaultOf(program, vault).keys, id, &NewKey::key);
}

void giveOwnKey(Program& program, ResourceId id, VaultId vaultId, KeyId shared) {
    const KeyId key{program.names.keys.size()};
    const std::string name = "cmk-of-" + program.resources[id].name;
    program.names.keys.push_back({vaultId, name});
    program.names.keysOf[vaultId].push_back(key);
    NewVault& vault = vaultOf(program, vaultId);
    NewKey own{key, {NewVersion{}}, newKeyOf(program, vaultId, shared).roles};
    vault.keys.push_back(std::move(own));
    NewResource& described = *program.resources[id].described;
    described.key = KeyReferenceId{program.keys.size()};
    std::ranges::for_each(described.otherKeys, [&](KeyUse& use) { use.key = described.key; });
    program.keys.push_back({program.names.vaults[vaultId].text + '/' + name, NamedKey{vaultId, key, {}}});
}

void giveOwnIdentities(Program& program, const std::vector<ResourceId>& users, IdentityId shared) {
    std::map<VaultId, std::vector<IdentityId>> ownIn;
    std::vector<IdentityId> all;
    for (const ResourceId id : users) {
        const IdentityId own{program.names.identities.size()};
        IdentityName name;
        name.text = "id-of-" + program.resources[id].name;
        program.names.identities.push_back(std::move(name));
        program.identities.push_back(own);
        NewResource& described = *program.resources[id].described;
        described.eachKey([&](const KeyUse& use) {
            if (const auto& key = program.keys[use.key].named; key && use.identity == shared) {
                ownIn[key->vault].push_back(own);
            }
        });
        described.identity = described.identity == shared ? own : described.identity;
        for (KeyUse& use : described.otherKeys) {
            use.identity = use.identity == shared ? own : use.identity;
        }
        all.push_back(own);
    }
    const auto copyRoles = [&](std::vector<NewRole>& roles, const std::vector<IdentityId>& owns) {
        for (const RoleId role : rolesOf(roles, shared)) {
            for (const IdentityId own : owns) {
                roles.push_back({own, role});
            }
        }
    };
    copyRoles(program.rootRoles, all);
    for (NewVault& vault : program.vaults) {
        const std::vector<IdentityId>& owns = ownIn[vault.vault];
        const auto policy = std::ranges::find(vault.policies, shared, &NewPolicy::identity);
        if (policy != vault.policies.end()) {
            const PermissionSet permissions = policy->permissions;
            for (const IdentityId own : owns) {
                vault.policies.push_back({own, permissions});
            }
        }
        copyRoles(vault.roles, owns);
        for (NewKey& key : vault.keys) {
            copyRoles(key.roles, owns);
        }
    }
}

} // namespace cmksim::lint
