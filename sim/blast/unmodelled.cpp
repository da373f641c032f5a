#include "blast/unmodelled.hpp"

#include <algorithm>

namespace cmksim::blast {

namespace {

bool usesKeyOf(const Unmodelled::KeyUse& use, const Action& loss) {
    return use.key.vault == vaultOf(loss) && (!keyOf(loss).valid() || use.key.key == keyOf(loss)) &&
           (!versionOf(loss).valid() || !use.key.version.valid() || use.key.version == versionOf(loss));
}

bool uses(const Unmodelled& one, const Action& loss) {
    if (identityOf(loss).valid() && std::ranges::find(one.identities, identityOf(loss)) == one.identities.end()) {
        return false;
    }
    const bool keys = std::ranges::any_of(one.keys, [&](const auto& use) { return usesKeyOf(use, loss); });
    return vaultOf(loss).valid() ? keys || (identityOf(loss).valid() && one.keys.empty()) : identityOf(loss).valid();
}

} // namespace

std::vector<const Unmodelled*> unmodelledUsing(const Program& program, const Action& loss) {
    std::vector<const Unmodelled*> found;
    for (const Unmodelled& one : program.unmodelled) {
        if (uses(one, loss)) {
            found.push_back(&one);
        }
    }
    return found;
}

} // namespace cmksim::blast
