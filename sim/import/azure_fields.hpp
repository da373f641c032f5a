// Fields of resources as Azure's interfaces write them, whatever their case, nested or flat.
#pragma once

#include "base/json_value.hpp"
#include "document/document.hpp"
#include "import/expected.hpp"
#include "import/raw_import.hpp"
#include "model/azure.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace cmksim::import {

/// Before the fields that a type of resource has of its own.
inline constexpr std::string_view propertiesPrefix = "properties.";

/// What stands at a path, or what on the way there keeps it from being found.
struct Looked {
    Node value;           // none where it is absent
    Node block;           // not known, or nothing in which the rest of the path can lie
    std::string_view way; // the path of that one
    Expected needed{};    // what it should be
};

/// Looks along a path of a resource, whatever the case of its fields, items of lists by number; with `properties.` at
/// its head also without. An empty text is no block: so templates and tools write one that is not set.
Looked look(Node resource, std::string_view path);

/// The value at such a path.
Node findPath(Node resource, std::string_view path);

/// The place of what stands at such a path, or of the nearest thing around it.
Mark placeAt(Node resource, std::string_view path);

/// Calls `visit` with every value at a path, in which `*` stands for each item of a list, and with what keeps one from
/// being found.
template <class Visit>
void forEachAt(Node resource, std::string_view path, Visit visit) {
    constexpr std::string_view each = ".*.";
    const std::size_t at = path.find(each);
    Looked looked = look(resource, path.substr(0, at));
    const Node found = looked.value;
    if (at == std::string_view::npos || !found) {
        if (found || looked.block) {
            visit(looked);
        }
    } else if (found.isSequence()) {
        for (const Node item : found.items()) {
            forEachAt(item, path.substr(at + each.size()), visit);
        }
    } else if (!found.isNull()) {
        visit(Looked{{}, found, path.substr(0, at), Expected::List});
    }
}

/// The value of a field, whatever its case.
Node findField(Node node, std::string_view name);

/// The text of a scalar; empty for anything else.
std::string textOf(Node node);
std::string textAt(Node resource, std::string_view path);

/// The first of the paths that leads to a text.
std::string firstText(Node resource, std::initializer_list<std::string_view> paths);

/// A scalar as a value of ours: `true`, `90` and texts; a text that says `true` or `90` says the same, as Azure has it,
/// and so does a number `90.0`.
JsonValue scalarValue(Node node);

bool isTrue(Node node);

/// Whether a field is there and not null.
bool isThere(Node node);

/// An instant as RFC 3339, from that, from seconds since 1970 as Key Vault's own interface writes them, or from
/// PowerShell's `/Date(MILLISECONDS)/`; empty for anything else.
std::string instantOf(Node node);

/// The attributes of a key: in a block of their own, or beside its name, as PowerShell lists keys.
Node attributesOf(Node key);

/// A version of a key with its attributes.
RawVersion versionOf(Node resource, std::string name);

/// Since when a vault or key is deleted; nothing where it is not.
std::optional<Deletion> deletionOf(Node resource);

/// The type of a resource: as it says, or as its id does; empty where neither does.
std::string typeIn(Node resource);

/// Whether resources of these terms are told by what they stand on, and have no key of their own.
bool standsOnOthers(const AzureTerms& terms);

/// The type whose resources say which key their parent, a resource of these terms, uses; null where there is none.
const AzureType* keyApartFrom(const AzureTerms& terms);

} // namespace cmksim::import
