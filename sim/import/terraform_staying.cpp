#include "import/terraform_staying.hpp"

#include "base/text.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace cmksim::import {

using scenario::equalIgnoringCase;

void keepWhatStays(const TerraformStaying& staying, std::span<const TerraformStaying> stillSaid,
                   TerraformReading& reading, Diagnostics& diagnostics) {
    const auto isOf = [](const Described& thing) {
        return [&thing](const Described& one) { return equalIgnoringCase(one.id, thing.id); };
    };
    const auto goes = [&](const Described& thing, TerraformThing kind, const auto& before, const auto& after) {
        const auto isIt = isOf(thing);
        const auto isItsOwner = [&](const Described& one) { return isIt(one) && one.mark != staying.mark; };
        return (std::ranges::any_of(before, isItsOwner) && std::ranges::none_of(after, isIt)) ||
               std::ranges::any_of(reading.replaced, [&](const TerraformReplacement& one) {
                   return one.thing == kind && one.name == readable(thing.name);
               });
    };
    const auto tell = [&](const Described& thing) {
        diagnostics.warning(staying.mark,
                            fmt::format("destroying {} changes nothing in Azure", inQuotes(staying.address)),
                            fmt::format("{} stays as that has set it", inQuotes(readable(thing.name))));
    };
    const auto isStillThere = [&](const auto& thing, const auto list) {
        return std::ranges::any_of(stillSaid, [&](const TerraformStaying& one) {
            return one.address == staying.address && std::ranges::any_of(one.raw.*list, isOf(thing));
        });
    };
    for (const RawResource& one : staying.raw.resources) {
        const bool isSaid = std::ranges::any_of(reading.after.resources, [&](const RawResource& other) {
            return isOf(one)(other) && (!other.key.empty() || !other.slots.empty());
        });
        if (!isSaid && !isStillThere(one, &RawImport::resources) &&
            !goes(one, TerraformThing::Resource, reading.before.resources, reading.after.resources)) {
            tell(one);
            reading.after.resources.push_back(one);
        }
    }
    for (const RawVault& one : staying.raw.vaults) {
        const bool isSaid = std::ranges::any_of(reading.after.vaults, isOf(one));
        if (!isSaid && !goes(one, TerraformThing::Vault, reading.before.vaults, reading.after.vaults)) {
            tell(one);
            reading.after.vaults.push_back(one);
        }
    }
}

} // namespace cmksim::import
