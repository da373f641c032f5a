// What an export, a template or a state file says of an estate, before names and ids are joined.
#pragma once

#include "base/diagnostics.hpp"
#include "base/json_value.hpp"
#include "model/ids.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::import {

/// A principal as a source names it: an object id, a client id, a resource id, or a text that stands for one which only
/// Azure will know. Two that are written alike are the same.
using PrincipalText = std::string;

/// Stands in texts for what only Azure will know; it is no character that is typed.
inline constexpr char unknownMark = '\x01';

/// Whether a text is, or has in it, something that is not known.
inline bool isUnknownText(std::string_view text) { return text.find(unknownMark) != std::string_view::npos; }

/// The text without its marks, for people to read.
std::string readable(std::string_view text);

/// What every description has. One thing may have several, which are joined by its id.
struct Described {
    std::string name;
    Mark mark;
    std::string id;      // a resource id, whose subscription and group may be unknown (`resource_place.hpp`)
    std::string changed; // RFC 3339, when the thing was last changed as the source saw it; empty: it does not say
};

struct RawPolicy {
    PrincipalText principal;
    std::vector<std::string> permissions;
    Mark mark;
};

/// Since when something is soft-deleted, and until when that lasts.
struct Deletion {
    std::string at; // RFC 3339
    std::string purgeAt;
};

struct RawVault : Described {
    VaultKindId kind = ordinaryVault;
    bool isWhole = false; // its properties were there to be read: what is absent among them is the default
    std::vector<std::pair<std::string, JsonValue>> settings; // by field, `networkAcls.bypass`
    std::vector<RawPolicy> policies;
    bool hasAllPolicies = false; // there are no others, as the source saw it
    bool hasAllRoles = false;    // likewise of roles that are held in it
    std::vector<std::string>
        unplayed;               // `PATH=WORD` of `FarReaching::fields` that it is, or may be, as a template has it
    bool hasNewDefault = false; // it is made with a version of Azure's API whose vaults use roles, and does not say so
    std::optional<Deletion> deleted;
};

struct RawVersion {
    std::string name;            // empty: unknown
    std::optional<bool> enabled; // it is where nothing says so
    std::string notBefore;       // RFC 3339; empty: none
    std::string expires;
    std::string created; // empty: unknown
};

struct RawKey : Described {
    std::string vault; // by name
    VaultKindId vaultKind = ordinaryVault;
    std::vector<RawVersion> versions; // oldest first; empty: one without limits
    std::optional<Deletion> deleted;
};

struct RawIdentity : Described {
    std::string principalId;
    std::string clientId;
    bool mentioned = false; // only spoken of by something else
    bool isFound = false;   // looked up where it is: what describes it does not make it
};

struct RawGrant : Described {
    PrincipalText principal;
    std::string role;  // name, or the id of its definition
    std::string scope; // resource id
    std::string condition;
    bool isOfGroup = false; // the principal is a group
};

/// What the definition of a role of the user's own lets its holder do with keys.
struct RawRole : Described {
    std::string definition; // what assignments call it: the last part of its id
    bool usesKeys = false;
};

/// A key, with the identity that is named beside it.
struct RawKeyUse {
    std::string key; // identifier
    PrincipalText identity;

    friend bool operator==(const RawKeyUse&, const RawKeyUse&) = default;
};

/// A key of a resource beside its first one; without one, an identity that would use it.
struct RawSlot {
    std::string slot;
    RawKeyUse use;
};

/// A tag of a resource. A name that is not known stands for tags of which it is not known which there are.
struct RawTag {
    std::string name;
    std::string value; // may be unknown
    Mark mark;
};

struct RawResource : Described {
    std::string service;
    std::string type;           // as Azure calls it
    bool isWhole = false;       // whether it has a key of the customer's was there to be read
    bool keyMayBeApart = false; // a child of it may say which key it uses, and stands apart
    bool saysWhichKey = false;  // told by that child
    bool changesAlone = false;  // it is there already: what is told here changes it, and does not make it
    std::string key;            // its identifier; empty: the platform's own key
    PrincipalText identity;     // for the key; empty: none is named
    std::vector<RawSlot> slots; // each once
    PrincipalText ownPrincipal; // of its system-assigned identity; empty: it has none
    std::vector<PrincipalText> attached;
    std::vector<std::pair<std::string, JsonValue>> properties; // those that its model knows
    std::vector<std::string> bases;                            // the ids of what it may stand on
    std::vector<RawTag> tags;
};

/// Something without a model that speaks of vaults, keys or identities.
struct RawMention : Described {
    std::string type;
    std::string detail; // what more is said of it; may be empty
    std::vector<RawKeyUse> keys;
    std::vector<PrincipalText> identities;
    std::vector<std::string> ids; // of vaults, keys and identities that it names otherwise; ids or names of vaults
    PrincipalText ownPrincipal;
    std::vector<RawTag> tags;
    std::set<std::string> words; // of the commands that it runs, among which names of vaults may be
    bool isPart = false;         // on or of one of those ids, and no user of them
    std::string apart;           // where keys of it stand that no source has; empty: it is not known to have such
};

/// Something that leads to things by ways that are not simulated, such as a private endpoint.
struct RawWay : Described {
    std::string type;
    std::vector<std::string> leadsTo; // ids, each of which may be unknown; empty: it names nothing
    bool hasParts = false;            // others stand within it, such as names in private zones
};

/// An application with the object id of its service principal.
struct RawApplication {
    std::string application;
    std::string principalId; // empty: it was not read
    std::string name;
    Mark mark;
};

/// Everything of one import, in the order in which it was found.
struct RawImport {
    std::vector<RawVault> vaults;
    std::vector<RawKey> keys;
    std::vector<RawIdentity> identities;
    std::vector<RawGrant> grants;
    std::vector<RawRole> roles;
    std::vector<RawResource> resources;
    std::vector<RawMention> mentions;
    std::vector<RawApplication> applications;
    std::vector<RawWay> ways;
    std::vector<std::string> baseless; // the ids of what could stand on others, does not, and has no key
    using CountsBySource = std::map<const Source*, std::map<std::string, std::size_t, std::less<>>>;
    CountsBySource others;   // what else was read, by source and type
    CountsBySource reported; // likewise what is left out and told one by one

    void other(Mark mark, std::string_view type) { count(mark, type, others); }
    void reportedOf(Mark mark, std::string_view type) { count(mark, type, reported); }

    /// Adds what another one holds.
    void append(RawImport from);

private:
    static void count(Mark mark, std::string_view type, CountsBySource& in);
};

} // namespace cmksim::import
