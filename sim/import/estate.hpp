// An estate that was put together from what others say of it, and how it is written.
#pragma once

#include "base/diagnostics.hpp"
#include "base/json_value.hpp"
#include "catalog/catalog.hpp"
#include "import/ledger.hpp"
#include "import/raw_import.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cmksim::import {

/// Where things are described, by what they are: `vault VAULT`, `key VAULT/KEY`, `identity NAME`, `resource NAME`,
/// `policy VAULT IDENTITY`, `role SCOPE IDENTITY ROLE`; `key of resource NAME` where something apart says its key.
using ThingPlaces = std::unordered_map<std::string, Mark>;

/// Things of the estate by name, in the order in which they were found, as an estate file has them.
struct ImportedEstate {
    JsonObject vaults;
    JsonObject identities;
    JsonObject roleAssignments;
    JsonObject resources;

    std::set<std::string> unreadVaults; // that are there, and of which too much is not known
    std::set<std::string> keyless;      // resources that are left out as they have no key of the customer's
    std::map<std::string, std::set<std::string>> keysApart; // by resource the slots of keys that something apart says
    std::set<std::string> strangers;         // grants of principals that were not read, as `strangerGrant` calls them
    std::set<std::string> assumedKeys;       // VAULT/KEY of those that nothing describes, and something names
    std::set<std::string> assumedIdentities; // that nothing describes, and something names by an id that is known
    ThingPlaces places;                      // where each thing is described
    Ledger ledger;                           // what was read, and what became of it
};

/// How a grant of a principal that is known by its id alone is called; of a role its name stands behind.
std::string strangerGrant(std::string_view where, std::string_view principal, std::string_view role = {});

/// What is said of things that are left out and mean nothing here.
inline constexpr std::string_view namesNothingRead = "they name no vault, key or identity that was read";
/// The same of what lies in a vault that was read.
inline constexpr std::string_view keysAloneMatter = "of what lies in a vault, keys alone are simulated";
/// Likewise of what may have keys that no source has.
inline constexpr std::string_view mayHaveKeysApart = "it is left out: whether it has any was not read";

/// Joins a raw import: descriptions of one thing by its id, whatever their sources, field by field, the later one
/// winning; keys to vaults, identities by their ids to what uses them and what is granted to them. What uses a vault,
/// key or identity and has no model, or of which something decisive is not known, is a resource `service: unmodelled`.
/// Reports as warnings, each at its place, whatever could not be joined, was taken for granted or is left out.
ImportedEstate joinEstate(RawImport raw, Catalog& catalog, Diagnostics& diagnostics);

/// The estate as YAML, a thing a line; or as JSON.
std::string estateYaml(const ImportedEstate& estate);
std::string estateJson(const ImportedEstate& estate);

/// The fields of a file of the estate alone.
JsonObject estateFields(ImportedEstate estate);

struct ScenarioHead {
    std::string name;
    std::string start;      // RFC 3339; empty: the usual
    std::string estatePath; // where the estate stands; empty: here
};

/// The fields of a scenario with the estate and a timeline, whose entries are given by their fields.
JsonObject scenarioFields(const ScenarioHead& head, const ImportedEstate& estate,
                          const std::vector<JsonObject>& timeline);

/// The same as YAML, a thing or entry a line.
std::string scenarioYaml(const ScenarioHead& head, const ImportedEstate& estate,
                         const std::vector<JsonObject>& timeline);

/// What there is, counted by kind and source and listed.
std::string estateSummary(const ImportedEstate& estate);

} // namespace cmksim::import
