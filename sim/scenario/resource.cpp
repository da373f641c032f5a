#include "scenario/estate.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "document/values.hpp"
#include "scenario/named.hpp"
#include "scenario/names.hpp"

#include <fmt/format.h>

namespace cmksim::scenario {

namespace {

/// How the members of a fleet spread.
std::optional<PhaseKind> spreading(Node node) {
    return node.text() == "spread"   ? std::optional{PhaseKind::Spread}
           : node.text() == "random" ? std::optional{PhaseKind::Random}
                                     : std::nullopt;
}

void readPhase(Node node, ResourceSpec& resource, Diagnostics& diagnostics) {
    resource.phaseMark = node.mark();
    if (const auto kind = spreading(node)) {
        resource.phaseKind = *kind;
    } else if (const std::optional<Duration> phase = readDuration(node, diagnostics)) {
        resource.phaseKind = PhaseKind::Pinned;
        resource.phase = *phase;
    }
}

void readRotationPhase(Node node, ResourceSpec& resource, Diagnostics& diagnostics) {
    if (const auto kind = spreading(node)) {
        resource.rotationKind = *kind;
        resource.rotationPhase = {Duration::zero(), node.mark()};
    } else if (const std::optional<Duration> given = readDuration(node, diagnostics)) {
        resource.rotationKind = PhaseKind::Pinned;
        resource.rotationPhase = {*given, node.mark()};
    }
}

bool isSpread(PhaseKind kind) { return kind == PhaseKind::Spread || kind == PhaseKind::Random; }

Name readField(MappingReader& fields, std::string_view field, std::string_view what) {
    const Node value = fields.take(field);
    return value && !value.isNull() ? readName(value, what, fields.diagnostics()) : Name{};
}

constexpr std::string_view aKey = "a key as VAULT/KEY or as a URI";
constexpr std::string_view anIdentity = "the name of an identity";

/// What comes onto a resource's list of keys and what goes off it, whatever slots they are in.
std::vector<KeyUseSpec> readListedKeys(Node node, Diagnostics& diagnostics) {
    std::vector<KeyUseSpec> listed;
    for (const Node item : node.items()) {
        MappingReader one{item, "a change of the list of keys", item.mark(), diagnostics};
        KeyUseSpec use;
        use.key = readField(one, "add", aKey);
        const Name gone = readField(one, "remove", aKey);
        use.identity = readField(one, "identity", anIdentity);
        one.finish();
        if (use.key.present() != gone.present()) {
            use.removed = gone.present();
            use.key = use.removed ? gone : use.key;
            listed.push_back(use);
        } else if (one.readable()) {
            diagnostics.error(item.mark(), "a change of the list of keys needs one of 'add' and 'remove'",
                              "{add: VAULT/KEY, identity: IDENTITY}");
        }
    }
    return listed;
}

} // namespace

std::vector<KeyUseSpec> readSlots(Node node, SlotRemoval removal, Diagnostics& diagnostics) {
    if (removal == SlotRemoval::Taken && node.isSequence()) {
        return readListedKeys(node, diagnostics);
    }
    return readNamed<KeyUseSpec>(node, "keys by slot", diagnostics, [&](const Name& slot, Node use) {
        KeyUseSpec found{slot, {}, {}};
        if (removal == SlotRemoval::Taken && use.isNull()) {
            found.removed = true;
            return found;
        }
        MappingReader one{use, "a key", slot.mark, diagnostics};
        found.identity = readField(one, "identity", anIdentity);
        if (removal == SlotRemoval::Taken) {
            found.key = readField(one, "key", aKey);
            if (!found.key.present() && !found.identity.present() && one.readable()) {
                diagnostics.error(slot.mark,
                                  fmt::format("slot {} needs 'key', 'identity' or both", inQuotes(slot.text)),
                                  "null takes the key away");
            }
        } else if (const Node key = one.require("key")) {
            found.key = readName(key, aKey, diagnostics);
        }
        one.finish();
        return found;
    });
}

/// What only the resource's model can judge; `true` and `false` get one spelling.
std::optional<PropertySpec> readProperty(const Entry& entry, std::string_view what,
                                         std::span<const std::string_view> otherFields, Diagnostics& diagnostics) {
    const auto [key, value] = entry;
    if (!value.isScalar()) {
        diagnostics.error(key.mark(), fmt::format("{} has no field {}", what, inQuotes(key.text())),
                          suggestionOrAll(key.text(), otherFields));
        return std::nullopt;
    }
    Name text = nameOf(value);
    if (const std::optional<bool> flag = asBoolean(value)) {
        text.text = *flag ? "true" : "false";
    }
    return PropertySpec{nameOf(key), text};
}

bool isUnmodelled(Node resource) {
    const Node service = resource.isMapping() ? resource.find("service") : Node{};
    return service && service.text() == unmodelledService;
}

UnmodelledSpec readUnmodelled(const Name& name, Node node, Diagnostics& diagnostics) {
    checkFreeName(name, "a resource", diagnostics);
    UnmodelledSpec resource;
    resource.name = name;
    MappingReader fields{node, "a resource without a model", name.mark, diagnostics};
    fields.take("service");
    if (const Node type = fields.require("type")) {
        resource.type = readName(type, "a type such as Microsoft.Search/searchServices", diagnostics);
    }
    resource.azureName = readField(fields, "name", "a name");
    resource.identity = readField(fields, "identity", anIdentity);
    if (const Name key = readField(fields, "key", aKey); key.present()) {
        resource.keys.push_back({{}, key, resource.identity});
    }
    const std::vector<KeyUseSpec> slots = readSlots(fields.take("keys"), SlotRemoval::Refused, diagnostics);
    resource.keys.insert(resource.keys.end(), slots.begin(), slots.end());
    if (const Node identities = fields.take("identities")) {
        resource.identities = readNames(identities, anIdentity, diagnostics);
    }
    if (const Node bases = fields.take("on")) {
        resource.on = readNames(bases, "the name of a resource", diagnostics);
    }
    if (const Node vaults = fields.take("vaults")) {
        resource.vaults = readNames(vaults, "the name of a vault", diagnostics);
    }
    if (const Node unread = fields.take("keyNotRead")) {
        resource.keyNotRead = readBoolean(unread, diagnostics).value_or(true);
    }
    resource.tags = readTagsOfResource(fields.take("tags"), diagnostics);
    fields.finish();
    return resource;
}

std::vector<TagSpec> readTagsOfResource(Node node, Diagnostics& diagnostics) {
    return readNamed<TagSpec>(node, "tags by name", diagnostics, [&](const Name& name, Node value) {
        if (!value.isScalar() && !value.isNull()) {
            reportUnexpected(value, "a text", diagnostics);
        }
        return TagSpec{name, value.isScalar() ? nameOf(value) : Name{}};
    });
}

void readPlace(MappingReader& fields, Name& region, Name& tenant) {
    region = readField(fields, "region", "a region such as westeurope");
    tenant = readField(fields, "tenant", "the id or name of a tenant");
}

ResourceSpec readResource(const Name& key, Node node, const Reading& reading) {
    Diagnostics& diagnostics = reading.diagnostics;
    checkFreeName(key, "a resource", diagnostics);
    ResourceSpec resource;
    resource.key = key;
    MappingReader fields{node, "a resource", key.mark, diagnostics};
    const auto text = [&](std::string_view field, std::string_view what, Name& into) {
        if (const Node value = fields.take(field)) {
            into = readName(value, what, diagnostics);
        }
    };
    if (const Node service = fields.require("service")) {
        resource.service = readName(service, "the name of a service", diagnostics);
    }
    text("name", "a name", resource.azureName);
    text("identity", "the name of an identity", resource.identity);
    if (const Node keyReference = fields.take("key"); keyReference && !keyReference.isNull()) {
        resource.keyReference = readName(keyReference, "a key as VAULT/KEY or as a URI", diagnostics);
    }
    resource.slots = readSlots(fields.take("keys"), SlotRemoval::Refused, diagnostics);
    if (const Node phase = fields.take("revalidationPhase")) {
        readPhase(phase, resource, diagnostics);
    }
    if (const Node automatic = fields.take("automaticRotation")) {
        if (const std::optional<bool> given = readBoolean(automatic, diagnostics)) {
            resource.automaticRotation = {*given, automatic.mark()};
        }
    }
    if (const Node phase = fields.take("recoveryPhase")) {
        if (const std::optional<Duration> given = readDuration(phase, diagnostics)) {
            resource.recoveryPhase = {*given, phase.mark()};
        }
    }
    if (const Node phase = fields.take("rotationPhase")) {
        readRotationPhase(phase, resource, diagnostics);
    }
    if (const Node identities = fields.take("identities")) {
        resource.identities = readNames(identities, "the name of an identity", diagnostics);
    }
    if (const Node address = fields.take("outboundIp")) {
        resource.outboundIp = readAddress(address, diagnostics);
    }
    text("state", "a state", resource.state);
    text("network", "the name of a network", resource.network);
    if (const Node bases = fields.take("on")) {
        resource.on = readNames(bases, "the name of a resource", diagnostics);
    }
    readPlace(fields, resource.region, resource.tenant);
    resource.tags = readTagsOfResource(fields.take("tags"), diagnostics);
    if (const std::optional<Entry> count = fields.takeEntry("count")) {
        if (const auto members = readInteger(count->value, 1, mostMembers, diagnostics)) {
            resource.count = {*members, count->value.mark()};
        }
    } else if (isSpread(resource.phaseKind) || isSpread(resource.rotationKind)) {
        diagnostics.error(isSpread(resource.phaseKind) ? resource.phaseMark : resource.rotationPhase->mark,
                          "only the members of a fleet can spread", "give the resource a 'count'");
    }
    for (const Entry& entry : fields.takeRest()) {
        if (const auto property = readProperty(entry, "a resource", resourceFields, diagnostics)) {
            resource.properties.push_back(*property);
        }
    }
    return resource;
}

} // namespace cmksim::scenario
