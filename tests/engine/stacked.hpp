// Models of small services whose resources stand on one another.
#pragma once

#include "support/compiled.hpp"

#include <string>

namespace cmksim::test {

/// A model that takes its key as most do; `more` are further lines.
inline std::string stackedModel(const std::string& service, const std::string& period, const std::string& more) {
    return "cmksim-model: 1\nservice: " + service + "\nversion: 2026-01\ntitle: Contoso " + service +
           "\nstates:\n"
           "  Ready: {meaning: it works, assumed: for tests}\n"
           "  Down: {meaning: it has no key, assumed: for tests}\n"
           "  Stopped: {meaning: what it stands on is gone, assumed: for tests}\n"
           "  Failed: {meaning: never came up, terminal: true, assumed: for tests}\n"
           "reasons:\n"
           "  - reason: [IdentityUnauthorized, KeyDisabled, KeyExpired, KeyNotYetValid, KeyNotFound,\n"
           "      KeyVersionNotFound, UnwrapFailed, VaultNotFound, VaultDnsUnresolved, KeyUriMalformed,\n"
           "      TokenAcquisitionFailed, IdentityNotAssigned, IdentityInactive, VaultFirewallDenied]\n"
           "    state: Down\n"
           "    fix: Bring the key back.\n"
           "    assumed: for tests\n"
           "revalidation: {period: " +
           period +
           ", meaning: it looks for its key, assumed: for tests}\n"
           "identities: {kinds: [UserAssigned], assumed: for tests}\n"
           "trusted: {kinds: [], assumed: for tests}\n"
           "permissions: {required: [get], assumed: for tests}\n"
           "rotation: {automatic: true, assumed: for tests}\n"
           "existing-resources: {can-be-encrypted: false, assumed: for tests}\n"
           "operations:\n"
           "  read: {error: Denied, status: 403, assumed: for tests}\n"
           "refusals:\n"
           "  create:\n"
           "    - {error: NoKey, when: {check: fails}, message: no key, leaves: Failed, fix: give it one, "
           "assumed: for tests}\n" +
           more;
}

} // namespace cmksim::test
