#include "blast/unmodelled.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace cmksim::blast {

namespace {

bool usesKeyOf(const Unmodelled::KeyUse& use, const Action& loss) {
    const std::optional<NamedKey>& key = use.key.named;
    return key && key->vault == vaultOf(loss) && (!keyOf(loss).valid() || key->key == keyOf(loss)) &&
           (!versionOf(loss).valid() || !key->version.valid() || key->version == versionOf(loss));
}

bool contains(const auto& list, const auto& what) { return std::ranges::find(list, what) != list.end(); }

/// A vault that is lost, or a key in it.
bool usesVaultOf(const Unmodelled& one, const Action& loss) {
    const bool isNamed = contains(one.vaults, vaultOf(loss));
    return (isNamed && !keyOf(loss).valid()) || (one.keyNotRead && (isNamed || one.vaults.empty()));
}

bool uses(const Unmodelled& one, const Action& loss) {
    const bool anyIdentity = one.keyNotRead && one.identities.empty();
    if (identityOf(loss).valid() && !anyIdentity && !contains(one.identities, identityOf(loss))) {
        return false;
    }
    if (!vaultOf(loss).valid()) {
        return identityOf(loss).valid();
    }
    const bool namesNone = one.keys.empty() && one.vaults.empty();
    return usesVaultOf(one, loss) || (identityOf(loss).valid() && namesNone) ||
           std::ranges::any_of(one.keys, [&](const auto& use) { return usesKeyOf(use, loss); });
}

} // namespace

bool isUseGuessed(const Unmodelled& one, const Action& loss) {
    Unmodelled read = one;
    read.keyNotRead = false;
    return one.keyNotRead && !uses(read, loss);
}

bool mayUseThrough(const Unmodelled& one, const Action& loss) {
    return identityOf(loss).valid() && one.identities.empty() && std::ranges::any_of(one.keys, [&](const auto& use) {
               return !vaultOf(loss).valid() || usesKeyOf(use, loss);
           });
}

std::vector<const Unmodelled*> unmodelledUsing(const Program& program, const Blast& blast) {
    std::vector<ResourceId> users;
    for (const NodeUser& user : blast.users) {
        users.push_back(user.resource);
    }
    return unmodelledUsing(program, blast.node.loss, users);
}

std::vector<const Unmodelled*> unmodelledUsing(const Program& program, const Action& loss,
                                               std::span<const ResourceId> resources) {
    std::set<std::string_view> touched; // by name
    for (const ResourceId id : resources) {
        touched.insert(program.resources[id].name);
    }
    std::set<const Unmodelled*> known;
    for (bool more = true; more;) {
        more = false;
        for (const Unmodelled& one : program.unmodelled) {
            const bool stands =
                std::ranges::any_of(one.on, [&](const std::string& base) { return touched.contains(base); });
            if ((stands || uses(one, loss)) && known.insert(&one).second) {
                touched.insert(one.name);
                more = true;
            }
        }
    }
    std::vector<const Unmodelled*> found;
    for (const Unmodelled& one : program.unmodelled) {
        if (known.contains(&one)) {
            found.push_back(&one);
        }
    }
    return found;
}

} // namespace cmksim::blast
