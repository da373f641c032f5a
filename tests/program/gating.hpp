// What tests of `gate` share: an estate, and the words of a call.
#pragma once

#include "program/running.hpp"

#include <string>
#include <vector>

namespace cmksim::test {

inline const std::string gatedEstate = R"(cmksim-estate: 1
vaults:
  kv1:
    enablePurgeProtection: true
    accessPolicies: {a: [get, wrapKey, unwrapKey]}
    keys: {k: {}, other: {}}
identities: {a: {}}
resources:
  registry: {service: acr, sku: Premium, identity: a, key: kv1/k}
)";

/// `gate` on the first of January 2027.
inline std::vector<std::string> gateArguments(std::vector<std::string> words) {
    words.insert(words.begin(), "gate");
    words.insert(words.end(), {"--as-of", "2027-01-01"});
    return words;
}

} // namespace cmksim::test
