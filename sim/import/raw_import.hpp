// What an export, a template or a state file says of an estate, before names and ids are joined.
#pragma once

#include "base/diagnostics.hpp"
#include "base/json_value.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::import {

/// A principal as a source names it: an object id, a client id, a resource id, or a text that stands for one which only
/// Azure will know. Two that are written alike are the same.
using PrincipalText = std::string;

/// Stands in texts for what only Azure will know; nobody types it.
inline constexpr char unknownMark = '\x01';

/// What the ids of resources begin with whose subscription nobody knows, as in templates.
inline constexpr std::string_view placelessId = "/subscriptions/SUBSCRIPTION/";

struct RawPolicy {
    PrincipalText principal;
    std::vector<std::string> permissions;
    Mark mark;
};

struct RawVault {
    std::string name;
    Mark mark;
    std::string id;                                          // or whatever other things of the source call it by
    std::vector<std::pair<std::string, JsonValue>> settings; // by field, `networkAcls.bypass`
    std::vector<RawPolicy> policies;
};

struct RawVersion {
    std::string name; // empty: unknown
    bool enabled = true;
    std::string notBefore; // RFC 3339; empty: none
    std::string expires;
    std::string created; // empty: unknown
};

struct RawKey {
    std::string vault; // by name
    std::string name;
    Mark mark;
    std::vector<RawVersion> versions; // oldest first; empty: one without limits
};

struct RawIdentity {
    std::string name;
    Mark mark;
    std::string id;
    std::string principalId;
    std::string clientId;
    bool mentioned = false; // only spoken of by something else
};

struct RawGrant {
    PrincipalText principal;
    std::string role;  // name, or the id of its definition
    std::string scope; // resource id
    Mark mark;
};

struct RawResource {
    std::string name;
    std::string service;
    Mark mark;
    std::string id;
    std::string key;            // its identifier; empty: the platform's own key
    PrincipalText identity;     // for the key; empty: none is named
    PrincipalText ownPrincipal; // of its system-assigned identity; empty: it has none
    std::vector<PrincipalText> attached;
    std::vector<std::pair<std::string, JsonValue>> properties; // those that its model knows
};

/// Everything of one import, in the order in which it was found.
struct RawImport {
    std::vector<RawVault> vaults;
    std::vector<RawKey> keys;
    std::vector<RawIdentity> identities;
    std::vector<RawGrant> grants;
    std::vector<RawResource> resources;
    std::size_t others = 0; // things that mean nothing here
};

} // namespace cmksim::import
