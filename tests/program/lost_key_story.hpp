// A registry that loses its key: the beginning of stories about the instant of the repair.
#pragma once

#include <string>

namespace cmksim::test {

inline const std::string registryOnAKey = R"(cmksim: 1
name: By when?
until: 12h
estate:
  vaults:
    kv1:
      enablePurgeProtection: true
      accessPolicies: {a: [get, wrapKey, unwrapKey]}
      keys: {k: {}}
  identities: {a: {}}
  resources:
    registry: {service: acr, sku: Premium, identity: a, key: kv1/k}
)";

/// The beginning of its timeline.
inline const std::string keyIsDeleted = "timeline:\n  - {at: 10m, do: key.delete, target: kv1/k}\n";

} // namespace cmksim::test
