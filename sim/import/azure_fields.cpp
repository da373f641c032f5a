#include "import/azure_fields.hpp"

#include "az/key_parts.hpp"
#include "az/references.hpp"
#include "base/held_value.hpp"
#include "base/time.hpp"
#include "catalog/azure_reader.hpp"
#include "catalog/fact_reader.hpp"
#include "document/values.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>
#include <charconv>

namespace cmksim::import {

Node findField(Node node, std::string_view name) {
    if (!node || !node.isMapping()) {
        return {};
    }
    if (const Node exact = node.find(name)) {
        return exact;
    }
    for (const auto [key, value] : node.entries()) {
        if (equalIgnoringCase(key.text(), name)) {
            return value;
        }
    }
    return {};
}

namespace {

/// A field by its name, or an item of a list by its number; `only` is the name of the one entry that a mapping has.
Node findPart(Node node, std::string_view part) {
    if (part == "only" && node && node.isMapping()) {
        return node.size() == 1 ? node.entry(0).key : Node{};
    }
    if (!node || !node.isSequence()) {
        return findField(node, part);
    }
    std::size_t index = node.size();
    std::from_chars(part.data(), part.data() + part.size(), index);
    return index < node.size() ? node.item(index) : Node{};
}

Looked lookAlong(Node resource, std::string_view path) {
    Looked looked;
    Node here = resource;
    for (std::size_t at = 0; at < path.size();) {
        if (!here || here.isNull()) {
            return looked;
        }
        const std::size_t dot = std::min(path.find('.', at), path.size());
        const std::string_view part = path.substr(at, dot - at);
        const bool isPlace = part.find_first_not_of("0123456789") == std::string_view::npos;
        const Expected needed = isPlace ? Expected::List : Expected::Mapping;
        if (here.isScalar() || !fits(here, needed)) {
            const bool isNothing = here.isScalar() && here.text().empty();
            return isNothing ? looked : Looked{{}, here, path.substr(0, at > 0 ? at - 1 : 0), needed};
        }
        here = findPart(here, part);
        at = dot + 1;
    }
    looked.value = here;
    looked.way = path;
    return looked;
}

} // namespace

Looked look(Node resource, std::string_view path) {
    const Looked nested = lookAlong(resource, path);
    if (nested.value || !path.starts_with(propertiesPrefix)) {
        return nested;
    }
    const Looked flat = lookAlong(resource, path.substr(propertiesPrefix.size()));
    return flat.value || !nested.block ? flat : nested;
}

Node findPath(Node resource, std::string_view path) { return look(resource, path).value; }

Mark placeAt(Node resource, std::string_view path) {
    Node here = resource;
    for (std::string_view rest = path; !rest.empty();) {
        const std::size_t dot = rest.find('.');
        const Node part = findPart(here, rest.substr(0, dot));
        if (!part) {
            break;
        }
        here = part;
        rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
    }
    return here.mark();
}

std::string textOf(Node node) { return node && node.isScalar() ? std::string{node.text()} : std::string{}; }

std::string textAt(Node resource, std::string_view path) { return textOf(findPath(resource, path)); }

std::string firstText(Node resource, std::initializer_list<std::string_view> paths) {
    for (const std::string_view path : paths) {
        if (std::string found = textAt(resource, path); !found.empty()) {
            return found;
        }
    }
    return {};
}

JsonValue scalarValue(Node node) {
    const std::string lower = lowerCase(node.text());
    if (lower == "true" || lower == "false") {
        return lower == "true";
    }
    if (const auto number = wholeNumberOf(node)) {
        return *number;
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(lower.data(), lower.data() + lower.size(), number);
    if (error == std::errc{} && end == lower.data() + lower.size()) {
        return number;
    }
    return std::string{node.text()};
}

bool isTrue(Node node) { return node && node.isScalar() && equalIgnoringCase(node.text(), "true"); }

bool isThere(Node node) { return node && !node.isNull(); }

std::string instantOf(Node node) {
    if (!node || !node.isScalar()) {
        return {};
    }
    const JsonValue number = scalarValue(node); // a template's parameter may have it as a text
    if (const auto* seconds = heldAs<std::int64_t>(number)) {
        return formatTimestamp(CalendarTime{std::chrono::seconds{*seconds}});
    }
    constexpr std::string_view date = "/Date(";
    std::string said{node.text()};
    if (said.starts_with(date)) {
        std::int64_t milliseconds = 0;
        std::from_chars(said.data() + date.size(), said.data() + said.size(), milliseconds);
        return formatTimestamp(CalendarTime{std::chrono::seconds{milliseconds / 1'000}});
    }
    // Fractions of seconds are cut off; an instant without an offset is one of UTC.
    if (const std::size_t dot = said.find('.'); dot != std::string::npos) {
        const std::size_t end = std::min(said.find_first_not_of("0123456789", dot + 1), said.size());
        said.erase(dot, end - dot);
    }
    if (said.size() == std::string_view{"2026-01-01T00:00:00"}.size()) {
        said += 'Z';
    }
    const auto time = parseTimestamp(said);
    return time ? formatTimestamp(*time) : std::string{};
}

Node attributesOf(Node key) {
    const Node block = findPath(key, "properties.attributes");
    return block && block.isMapping() ? block : key;
}

RawVersion versionOf(Node resource, std::string name) {
    RawVersion version;
    version.name = std::move(name);
    const Node attributes = attributesOf(resource);
    const auto field = [&](std::initializer_list<std::string_view> names) {
        for (const std::string_view one : names) {
            if (const Node node = findField(attributes, one); isThere(node)) {
                return node;
            }
        }
        return Node{};
    };
    const Node enabled = field({"enabled"});
    if (enabled && !isUnknownText(textOf(enabled))) {
        version.enabled = isTrue(enabled);
    }
    version.created = instantOf(field({"created", "created_on"}));
    version.notBefore = instantOf(field({"nbf", "notBefore", "not_before"}));
    version.expires = instantOf(field({"exp", "expires", "expires_on"}));
    return version;
}

std::optional<Deletion> deletionOf(Node resource) {
    Deletion deletion{instantOf(findPath(resource, "properties.deletedDate")),
                      instantOf(findPath(resource, "properties.scheduledPurgeDate"))};
    if (deletion.at.empty()) {
        deletion.at = instantOf(findPath(resource, "properties.deletionDate"));
    }
    return deletion.at.empty() ? std::nullopt : std::optional{std::move(deletion)};
}

std::string typeIn(Node resource) {
    for (const std::string_view field : {"type", "resourceType"}) {
        if (std::string type = textOf(findField(resource, field)); type.find('/') != std::string::npos) {
            return type;
        }
    }
    const auto id = readAzureId(firstText(resource, {"id", "resourceId", "roleAssignmentId"}));
    return id && !id->names.empty() ? id->type : std::string{};
}

bool standsOnOthers(const AzureTerms& terms) {
    const auto has = [&](auto isMeant) { return std::ranges::any_of(terms.properties, isMeant); };
    return has([](const AzureProperty& one) { return one.field.starts_with(basesPrefix); }) &&
           !has([](const AzureProperty& one) {
               return one.thing == AzureThing::Resource && (one.field == "key" || one.field == keyNamePart);
           });
}

const AzureType* keyApartFrom(const AzureTerms& terms) {
    const auto found =
        std::ranges::find_if(terms.types, [&](const AzureType& type) { return catalog::saysKeyOfParent(terms, type); });
    return found != terms.types.end() ? &*found : nullptr;
}

} // namespace cmksim::import
