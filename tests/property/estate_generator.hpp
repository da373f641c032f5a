// Random estates.
#pragma once

#include "property/cast.hpp"
#include "property/random.hpp"
#include "property/world_text.hpp"

#include <string>

namespace cmksim::property {

/// Draws the cast and writes its estate into `world`.
Cast drawEstate(Random& random, WorldText& world);

/// A vault's fields as `vault.create` takes them, too; `keys` are the names of those that it holds.
std::string drawVaultFields(Random& random, const Cast& cast, const VaultRole& role,
                            const std::vector<std::string>& keys, std::vector<std::int64_t>& deadlines,
                            std::int64_t now, bool mayBeDeleted = false);

/// Fields with the roles of a managed HSM instead of those of a vault.
std::string ofManagedHsm(std::string roles);

/// A resource's fields as `resource.create` takes them, too; draws and notes the identity, key and phase.
std::string drawResourceFields(Random& random, const Cast& cast, ResourceRole& resource, bool creation);

/// A reference to a key of the cast: short or a URI, sometimes with a version, sometimes one that leads nowhere.
std::string drawKeyReference(Random& random, const Cast& cast);

/// A list of permissions: what every service needs, most of the time.
/// `type`, and perhaps `size`, of a key.
FlowMap drawKeyKind(Random& random);

std::string drawPermissions(Random& random, unsigned percentComplete);

/// A role that lets its holder use keys, or with the rest of the percentage one that does not.
std::string drawRole(Random& random, unsigned percentUseful);

} // namespace cmksim::property
