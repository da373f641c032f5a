#include "blast/unmodelled.hpp"

#include <algorithm>

namespace cmksim::blast {

namespace {

bool usesKeyOf(const Unmodelled::KeyUse& use, const WorldAction& loss) {
    return use.key.vault == loss.vault && (!loss.key.valid() || use.key.key == loss.key) &&
           (!loss.version.valid() || !use.key.version.valid() || use.key.version == loss.version);
}

bool uses(const Unmodelled& one, const WorldAction& loss) {
    if (loss.identity.valid() && std::ranges::find(one.identities, loss.identity) == one.identities.end()) {
        return false;
    }
    const bool keys = std::ranges::any_of(one.keys, [&](const auto& use) { return usesKeyOf(use, loss); });
    return loss.vault.valid() ? keys || (loss.identity.valid() && one.keys.empty()) : loss.identity.valid();
}

} // namespace

std::vector<const Unmodelled*> unmodelledUsing(const Program& program, const WorldAction& loss) {
    std::vector<const Unmodelled*> found;
    for (const Unmodelled& one : program.unmodelled) {
        if (uses(one, loss)) {
            found.push_back(&one);
        }
    }
    return found;
}

} // namespace cmksim::blast
