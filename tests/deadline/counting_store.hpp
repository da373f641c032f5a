// A service whose rules count times from looks, and stories of it.
#pragma once

#include <string>

namespace cmksim::test {

/// A service that looks every ten minutes, goes on for some minutes without its key, and is down for good some more
/// minutes later; until then it heals some minutes after the look that finds the key.
inline const std::string countingStore = R"(cmksim-model: 1
service: store
version: '1'
title: Store
states:
  Up: {meaning: x, assumed: x}
  Late:
    meaning: x
    down: false
    then: {after: {nominal: 7m, range: 6m..8m30s, meaning: x, assumed: x}, to: Down, assumed: x}
    assumed: x
  Down:
    meaning: x
    then: {after: 12m, to: Lost, assumed: x}
    heals: {takes: {nominal: 3m, range: 0s..4m30s, meaning: x, assumed: x}, assumed: x}
    assumed: x
  Lost: {meaning: x, returns: by-action, assumed: x}
reasons:
  - reason: [IdentityNotAssigned, IdentityInactive, IdentityUnauthorized, TokenAcquisitionFailed, KeyUriMalformed,
      VaultDnsUnresolved, VaultNotFound, VaultFirewallDenied, KeyNotFound, KeyVersionNotFound, KeyNotYetValid,
      KeyExpired, UnwrapFailed]
    state: Down
    fix: x
    assumed: x
  - {reason: KeyDisabled, state: Late, fix: x, assumed: x}
revalidation: {period: 10m, meaning: x, assumed: x}
recovery-action: {error: x, takes: {nominal: 2m, range: 1m..3m, meaning: x, assumed: x}, fix: x, assumed: x}
identities: {kinds: [UserAssigned], assumed: x}
trusted: {kinds: [], assumed: x}
permissions: {required: [get, wrapKey], assumed: x}
rotation: {automatic: true, assumed: x}
existing-resources: {can-be-encrypted: false, assumed: x}
operations:
  read: {status: 403, assumed: x}
)";

/// A story of a resource `r` of it, with the key `kv1/k` and the identity `a`.
inline std::string storyOfStore(const std::string& timeline) {
    return "cmksim: 1\nname: x\nuntil: 3h\nestate:\n  vaults:\n    kv1:\n      accessPolicies: {a: [get, wrapKey]}\n"
           "      keys: {k: {}}\n  identities: {a: {}}\n  resources:\n"
           "    r: {service: store, identity: a, key: kv1/k}\ntimeline:\n" +
           timeline;
}

} // namespace cmksim::test
