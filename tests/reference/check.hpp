// The key access check (semantics, section 2), from scratch, every time.
#pragma once

#include "reference/service_rules.hpp"
#include "reference/world.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::reference {

using namespace scenario;

/// The identity that a resource uses for its key. It stays bound to the principal that the name stood for.
struct Credential {
    std::string identity;
    std::string type;
    Principal principal = 0;
};

/// Who asks, and for which key.
struct Question {
    KeyUse use;
    std::optional<Credential> credential;
    bool lapsed = false;
    std::optional<std::uint32_t> outboundIp;
    std::string resource;              // that asks, by its name
    std::string key;                   // VAULT/KEY, VAULT/KEY/VERSION or a URI
    std::optional<Material> wrappedBy; // nothing: nothing is wrapped by that key yet, or it is not known what by
    std::set<std::string> goesPast;    // reasons
};

struct Answer {
    std::string_view reason = "None";
    std::vector<std::string> passed;  // reasons that it met and went past, in order
    const Key* key = nullptr;         // those that the check got to
    const Version* version = nullptr; // the version in use
};

Answer check(const World& world, const Question& question, Instant now);

/// What a key's URI, or the short form of one, leads to. All are empty when it is malformed.
struct KeyReference {
    std::string vault; // in lower case
    std::string key;
    std::string version;
    std::string kind; // of the vault, as the host of a URI tells; empty: the ordinary one
    bool isUri = false;
};
KeyReference parseKeyReference(const std::string& text);

/// The same to a service: a key in a vault of a kind that it does not take is malformed.
KeyReference readKeyReference(const World& world, const KeyUse& use, const std::string& text);

/// The vault that a reference leads to, where it is there.
const Vault* vaultOf(const World& world, const KeyReference& reference);

} // namespace cmksim::reference
