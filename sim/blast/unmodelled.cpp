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

bool uses(const Unmodelled& one, const Action& loss) {
    if (identityOf(loss).valid() && std::ranges::find(one.identities, identityOf(loss)) == one.identities.end()) {
        return false;
    }
    const bool keys = std::ranges::any_of(one.keys, [&](const auto& use) { return usesKeyOf(use, loss); });
    return vaultOf(loss).valid() ? keys || (identityOf(loss).valid() && one.keys.empty()) : identityOf(loss).valid();
}

} // namespace

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
