// A model that says everything once, and ways to break it.
#pragma once

#include <string>
#include <string_view>

namespace cmksim::test {

inline constexpr std::string_view smallModel = R"(cmksim-model: 1
service: store
version: 2026-01
title: Contoso Store
documents: [store.txt]
states:
  Ready: {meaning: files can be read, source: store.txt#states}
  Locked: {meaning: the key is out of reach, source: store.txt#states}
  Failed: {meaning: never came up, terminal: true, assumed: the document does not say}
conditions:
  Slow: {meaning: the firewall keeps the store out, blocks-rotation: true, source: store.txt#firewall}
reasons:
  - reason: [IdentityUnauthorized, KeyDisabled, KeyExpired, KeyNotYetValid, KeyNotFound, KeyVersionNotFound,
      UnwrapFailed, VaultNotFound, VaultDnsUnresolved, KeyUriMalformed, TokenAcquisitionFailed, IdentityNotAssigned]
    state: Locked
    error: StoreLocked
    status: 403
    message: The store cannot reach its key.
    fix: Bring the key back.
    source: [store.txt#loss, https://example.com/store]
  - reason: IdentityInactive
    state: Locked
    fix: Assign the identity again.
    assumed: it is like any other loss
  - reason: VaultFirewallDenied
    condition: Slow
    fix: Open the firewall.
    source: store.txt#firewall
revalidation: {period: 10m, meaning: the store looks for its key, source: store.txt#loss}
identities: {kinds: [UserAssigned, SystemAssigned], source: store.txt#set-up}
trusted: {kinds: [], assumed: the document does not speak of it}
permissions: {required: [get, wrapKey], source: store.txt#set-up}
rotation: {automatic: true, source: store.txt#rotation}
existing-resources: {can-be-encrypted: true, source: store.txt#set-up}
renewal:
  state: Locked
  lapse: {nominal: 90d, range: 45d..90d, meaning: how long it lasts, source: store.txt#identity}
  source: store.txt#identity
warnings:
  versioned-key: {message: the version is ignored, source: store.txt#set-up}
operations:
  read: {blocked-by: Slow, status: 403, error: Locked, source: store.txt#loss}
  write: {status: 408, message: Timed out., own-answer: true, source: store.txt#loss}
  show: {needs-ready: false, assumed: settings are no data}
properties:
  tier: {values: [Small, Large], default: Large, source: store.txt#tiers}
refusals:
  create:
    - error: LargeTierRequired
      when: {property: {tier: Small}}
      status: 400
      message: Too small.
      fix: Use the large tier.
      source: store.txt#tiers
    - error: KeyAccessDenied
      when: {check: fails}
      message: "No access to '{key}' ({reason})."
      leaves: Failed
      fix: Give access to the key.
      source: store.txt#set-up
  update:
    - error: Refused
      when: {names-key: true, state-not: Ready, reason-not: [None, KeyUriMalformed], credential: Lapsed}
      message: No.
      attaches-identity: true
      fix: Wait.
      source: store.txt#set-up
notes:
  - {text: The document has a mistake in its example., source: store.txt#example}
)";

/// `text` with its one `from` replaced.
inline std::string with(std::string_view text, std::string_view from, std::string_view to) {
    std::string changed{text};
    return changed.replace(changed.find(from), from.size(), to);
}

/// The small model with its one `from` replaced.
inline std::string smallModelWith(std::string_view from, std::string_view to) { return with(smallModel, from, to); }

} // namespace cmksim::test
