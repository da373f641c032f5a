#include "import/azure_resources.hpp"

#include "az/references.hpp"
#include "base/text.hpp"
#include "catalog/azure_reader.hpp"
#include "catalog/fact_reader.hpp"
#include "catalog/vault_kinds.hpp"
#include "document/values.hpp"
#include "import/azure_fields.hpp"
#include "import/json_document.hpp"
#include "import/local_roles.hpp"
#include "import/match.hpp"
#include "import/resource_place.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cmksim::import {

AzureResources::AzureResources(const std::vector<AzureTerms>& terms, const Platform& platform, Diagnostics& diagnostics)
    : terms_{terms}, platform_{platform}, mentions_{terms, platform}, diagnostics_{diagnostics} {}

void AzureResources::take(Node resource) { take(resource, Telling::Seen); }

void AzureResources::take(Node resource, std::string id) {
    id_ = std::move(id);
    take(resource, Telling::Seen);
    id_.clear();
}

/// The type of the one that is taken.
std::string AzureResources::typeOf(Node resource) const {
    const auto id = readAzureId(id_);
    return id && !id->names.empty() ? id->type : typeIn(resource);
}

void AzureResources::takeDeclared(Node resource, Node written) {
    written_ = written;
    take(resource, Telling::Declared);
    written_ = {};
}

void AzureResources::takeExisting(Node resource) { take(resource, Telling::Mentioned); }

void AzureResources::tell(Node at, std::string message, std::string help) {
    diagnostics_.warning(at.mark(), std::move(message), std::move(help));
}

void AzureResources::wrong(Node node, Expected what, std::string_view way) {
    tellUnexpected(node, what, way, written_ ? placeAt(written_, way) : node.mark(), diagnostics_);
}

/// What was found, or the block around it that is not known. What cannot be read is told, and is nothing, as is null.
Node AzureResources::read(const Looked& looked, Expected what) {
    if (looked.block) {
        if (isOpen(looked.block)) {
            return looked.block;
        }
        wrong(looked.block, looked.needed, looked.way);
        return {};
    }
    if (!isThere(looked.value)) {
        return {};
    }
    if (!fits(looked.value, what)) {
        wrong(looked.value, what, looked.way);
        return {};
    }
    return looked.value;
}

Node AzureResources::at(Node resource, std::string_view path, Expected what) {
    return read(look(resource, path), what);
}

void AzureResources::take(Node resource, Telling telling) {
    if (resource.isNull()) {
        tell(resource, fmt::format("expected a resource, not {}", describe(resource)), "it is left out");
        return;
    }
    if (!resource.isMapping()) {
        document::reportUnexpected(resource, "a resource, which is a mapping", diagnostics_);
        return;
    }
    const std::string type = typeOf(resource);
    if (type.empty()) {
        if (!forEachTableRow(resource, diagnostics_, [&](Node row) { take(row, telling); })) {
            untyped(resource);
        }
        return;
    }
    Described head{firstText(resource, {"name", "vaultName"}), resource.mark(),
                   firstText(resource, {"id", "resourceId"}),
                   instantOf(findPath(resource, "systemData.lastModifiedAt"))};
    if (const auto id = readAzureId(id_); id && !id->names.empty()) {
        head.id = id_;
        const bool isItsName = equalIgnoringCase(head.name, id->names.back()) ||
                               equalIgnoringCase(head.name, fmt::format("{}", fmt::join(id->names, "/")));
        head.name = isItsName ? head.name : id->names.back();
    }
    if (head.name.empty()) {
        const auto id = readAzureId(head.id);
        head.name = id && !id->names.empty() ? id->names.back() : std::string{};
    }
    if (head.name.empty() && !findAzureType(terms_, type).is(AzureThing::Grant)) {
        tell(resource, fmt::format("a resource of type {} without a name", type), "it is left out");
        raw_.reportedOf(resource.mark(), type);
        return;
    }
    if (!isPlace(head.id)) {
        const std::string subscription = textOf(findField(resource, "subscriptionId"));
        const std::string group = firstText(resource, {"resourceGroup", "resourceGroupName"});
        head.id = resourceIdOf(subscription, group, type, head.name);
    }
    if (telling == Telling::Seen && hasNestedResources(resource)) { // those of a template are taken one by one
        const Described around = head;
        takeKnown(resource, type, std::move(head), telling);
        nested(resource, type, around);
    } else {
        takeKnown(resource, type, std::move(head), telling);
    }
}

/// Takes one by its type.
void AzureResources::takeKnown(Node resource, const std::string& type, Described head, Telling telling) {
    const KnownAzureType known = findAzureType(terms_, type);
    if (!known) {
        mention(resource, type, std::move(head));
        return;
    }
    if (const Node properties = findField(resource, "properties");
        isThere(properties) && !fits(properties, Expected::Mapping)) {
        wrong(properties, Expected::Mapping, "properties");
        return;
    }
    switch (known.type->thing) {
    case AzureThing::Vault:
        vault(resource, std::move(head), telling);
        raw_.vaults.back().kind = catalog::vaultKindNamed(known.type->vaultKind, platform_);
        break;
    case AzureThing::Key:
        key(resource, std::move(head), catalog::vaultKindNamed(known.type->vaultKind, platform_));
        break;
    case AzureThing::Identity: identity(resource, std::move(head), telling); break;
    case AzureThing::Resource:
        if (catalog::saysKeyOfParent(*known.terms, *known.type)) {
            if (telling != Telling::Mentioned) {
                keyOfParent(resource, *known.terms, std::move(head));
            }
        } else {
            service(resource, *known.terms, std::move(head), telling);
        }
        break;
    case AzureThing::Policies: policiesApart(resource, std::move(head)); break;
    case AzureThing::Grant: grant(resource, std::move(head)); break;
    case AzureThing::DeletedVault:
        deletedVault(resource, std::move(head), catalog::vaultKindNamed(known.type->vaultKind, platform_));
        break;
    case AzureThing::Role: role(resource, std::move(head)); break;
    case AzureThing::Lock: mention(resource, type, std::move(head), true); break;
    case AzureThing::Scope: break; // holds nothing of an estate
    }
}

/// Access policies of a vault that stand apart from it.
void AzureResources::policiesApart(Node resource, Described head) {
    RawVault vault;
    static_cast<Described&>(vault) = std::move(head);
    const bool removes = equalIgnoringCase(lastPart(vault.name), "remove");
    const bool replaces = equalIgnoringCase(lastPart(vault.name), "replace");
    const auto parts = readAzureId(vault.id);
    const bool isWithin = parts && parts->names.size() > 1;
    if (const std::size_t slash = vault.name.find('/'); slash != std::string::npos) {
        vault.name.resize(slash);
    } else if (isWithin) { // what-if calls it by its last part alone
        vault.name = parts->names.front();
    }
    if (isWithin && equalIgnoringCase(parts->names.front(), vault.name)) {
        vault.id.resize(vault.id.rfind('/', vault.id.rfind('/') - 1));
    }
    if (removes) {
        tell(resource, fmt::format("policies of vault {} are removed here", inQuotes(readable(vault.name))),
             "that is left out: what they are then depends on what was there");
        raw_.reportedOf(resource.mark(), typeOf(resource));
        return;
    }
    if (replaces) {
        tell(resource, fmt::format("policies of vault {} are replaced here", inQuotes(readable(vault.name))),
             "those that stand here hold; whether others stay is not known, and they are kept");
    }
    if (const Node open = policies(resource, vault); isOpen(open)) {
        tell(open, fmt::format("the access policies of vault {} are not known", inQuotes(readable(vault.name))),
             "they are left out");
    }
    raw_.vaults.push_back(std::move(vault));
}

/// A key as `az keyvault key show` or `list` prints it, and other things that say no type.
void AzureResources::untyped(Node resource) {
    // Its id goes on behind that of its key, where versions have theirs.
    if (isThere(findField(resource, "lifetimeActions"))) {
        const std::string id = textAt(resource, "id");
        tell(resource,
             id.empty() ? std::string{"the rotation policy of a key is left out"}
                        : fmt::format("the rotation policy {} is left out", inQuotes(id)),
             "what it rotates or lets expire later is not simulated");
        raw_.reportedOf(resource.mark(), "rotation policies of keys");
        return;
    }
    for (const std::string_view path : {"key.kid", "kid", "id"}) {
        const std::string identifier = textAt(resource, path);
        if (!keyPartsOf(identifier).key.empty()) {
            keyByIdentifier(resource, identifier);
            return;
        }
    }
    for (const std::string_view wrapper : {"value", "data"}) { // a page on a line of its own
        if (const Node list = findField(resource, wrapper); list && list.isSequence()) {
            for (const Node item : list.items()) {
                take(item);
            }
            return;
        }
    }
    const bool isOfApplication =
        isThere(findField(resource, "servicePrincipalType")) || isThere(findField(resource, "signInAudience"));
    if (isThere(findField(resource, "appId")) && isOfApplication) {
        application(resource);
        return;
    }
    const bool assigns = isThere(findField(resource, "scope")) && (isThere(findField(resource, "roleDefinitionName")) ||
                                                                   isThere(findField(resource, "roleDefinitionId")));
    if (assigns) {
        grant(resource, {{}, resource.mark(), firstText(resource, {"roleAssignmentId", "id"}), {}});
        return;
    }
    if (isThere(findField(resource, "dataActions")) && isThere(findField(resource, "name"))) {
        role(resource, {textAt(resource, "name"), resource.mark(), textAt(resource, "id"), {}});
        return;
    }
    if (const std::string identifier = textAt(resource, "vaultUri"); mentions_.isVaultUri(identifier)) {
        vault(resource,
              {firstText(resource, {"vaultName", "name"}), resource.mark(), textAt(resource, "resourceId"), {}},
              Telling::Seen);
        return;
    }
    if (hasNestedResources(resource)) {
        if (isThere(findField(resource, "contentVersion"))) {
            tell(resource, "this is a template, and not what one of Azure's tools prints of resources",
                 "it is left out: 'cmksim import arm' reads it");
            raw_.reportedOf(resource.mark(), "templates");
        } else {
            nested(resource, {}, {});
        }
        return;
    }
    unrecognised(resource);
}

void AzureResources::application(Node resource) {
    // The object id of an application is not that of its principal.
    const bool isPrincipal = isThere(findField(resource, "servicePrincipalType"));
    raw_.applications.push_back({lowerCase(textAt(resource, "appId")),
                                 isPrincipal ? firstText(resource, {"id", "objectId"}) : std::string{},
                                 textAt(resource, "displayName"), resource.mark()});
}

void AzureResources::vault(Node resource, Described head, Telling telling) {
    RawVault vault;
    static_cast<Described&>(vault) = std::move(head);
    if (telling != Telling::Mentioned) {
        vaultProperties(resource, vault);
        const Node properties = findField(resource, "properties");
        const Node list = policies(resource, vault);
        if (isOpen(list) && !isOpen(properties)) {
            tell(list, fmt::format("the access policies of vault {} are not known", inQuotes(readable(vault.name))),
                 "they are left out");
        }
        vault.hasAllPolicies = telling == Telling::Seen && list && list.isSequence();
        vault.isWhole = (telling == Telling::Declared && !isOpen(properties)) ||
                        (properties && properties.isMapping() && properties.size() > 0) || !vault.settings.empty() ||
                        !vault.policies.empty();
        if (telling == Telling::Declared) {
            noteUnplayed(resource, vault);
        }
        const std::string version = textAt(resource, "apiVersion");
        const std::string& first = std::ranges::find(terms_, "", &AzureTerms::service)->rolesByDefault.sinceApi;
        vault.hasNewDefault =
            telling == Telling::Declared && !isUnknownText(version) && !first.empty() && version >= first;
        vault.deleted = deletedAt(resource);
    }
    raw_.vaults.push_back(std::move(vault));
}

/// Address rules, in mappings or as texts.
JsonArray AzureResources::addresses(Node rules, std::string_view path) {
    JsonArray items;
    for (const Node rule : rules.items()) {
        const Node address = rule.isMapping() ? findField(rule, "value") : rule;
        if (!isThere(address)) {
            continue;
        }
        if (!fits(address, Expected::Scalar)) {
            wrong(address, Expected::Scalar, path);
        } else if (!address.text().empty()) {
            items.emplace_back(std::string{address.text()});
        }
    }
    return items;
}

void AzureResources::vaultProperties(Node resource, RawVault& vault) {
    const auto platform = std::ranges::find(terms_, "", &AzureTerms::service);
    for (const AzureProperty& property : platform->properties) {
        if (property.thing != AzureThing::Vault) {
            continue;
        }
        const bool isList = property.field == "networkAcls.ipRules";
        std::string_view path = property.path;
        if (isList && !isThere(findPath(resource, path))) {
            path = "properties.networkAcls.ipAddressRanges"; // as PowerShell prints them
        }
        const Looked looked = look(resource, path);
        // PowerShell prints a list of one as that.
        const bool isListOfOne = looked.value && looked.value.isScalar() && path != property.path;
        const Node value = read(looked, isList && !isListOfOne ? Expected::List : Expected::Scalar);
        if (!value || looked.block) {
            continue; // of a block that is not known that is told once
        }
        if (value.isSequence()) {
            vault.settings.emplace_back(property.field, addresses(value, path));
        } else {
            vault.settings.emplace_back(property.field, scalarValue(value));
        }
    }
    if (const Node acls = findPath(resource, "properties.networkAcls"); isOpen(acls)) {
        vault.settings.emplace_back("networkAcls.defaultAction", std::string{acls.text()}); // which is not known
    }
    const auto count = [&](std::string_view path) {
        const Node list = at(resource, path, Expected::List);
        return list && list.isSequence() ? list.size() : 0;
    };
    if (const std::size_t rules = count("properties.networkAcls.virtualNetworkRules"); rules > 0) {
        tell(findPath(resource, "properties.networkAcls.virtualNetworkRules"),
             fmt::format("{} virtual network rules of vault {} are left out", rules, inQuotes(vault.name)),
             "only address rules and the trusted services' bypass are simulated");
    }
    if (const std::size_t endpoints = count("properties.privateEndpointConnections"); endpoints > 0) {
        tell(findPath(resource, "properties.privateEndpointConnections"),
             fmt::format("{} private endpoints of vault {} are left out", endpoints, inQuotes(vault.name)),
             "what reaches the vault through them is not simulated");
    }
    if (const std::string mode = textAt(resource, "properties.createMode"); equalIgnoringCase(mode, "recover")) {
        tell(findPath(resource, "properties.createMode"),
             fmt::format("vault {} is recovered where it is soft-deleted", inQuotes(vault.name)),
             "then it has the settings that it had, and not those that stand here");
    }
}

/// Since when it is deleted.
std::optional<Deletion> AzureResources::deletedAt(Node resource) {
    for (const std::string_view path : {"properties.deletedDate", "properties.scheduledPurgeDate"}) {
        at(resource, path, Expected::Scalar);
    }
    return deletionOf(resource);
}

void AzureResources::deletedVault(Node resource, Described head, VaultKindId kind) {
    RawVault vault;
    vault.kind = kind;
    vault.mark = head.mark;
    vault.name = std::move(head.name);
    const std::string id = textAt(resource, "properties.vaultId");
    vault.id = isPlace(id) ? id : std::move(head.id);
    vault.deleted = deletedAt(resource);
    if (const Node protection = findPath(resource, "properties.purgeProtectionEnabled"); isThere(protection)) {
        vault.settings.emplace_back("enablePurgeProtection", isTrue(protection));
    }
    if (!vault.deleted) {
        tell(resource, fmt::format("nothing says since when vault {} is deleted", inQuotes(vault.name)),
             "it is left out");
        raw_.reportedOf(resource.mark(), "deleted vaults");
        return;
    }
    raw_.vaults.push_back(std::move(vault));
}

/// Takes the access policies of a vault; what says them, be it that they are not known, and nothing where nothing does.
Node AzureResources::policies(Node resource, RawVault& vault) {
    constexpr std::string_view path = "properties.accessPolicies";
    const Node list = at(resource, path, Expected::List);
    if (!list || !list.isSequence()) {
        return list;
    }
    for (const Node item : list.items()) {
        if (!isThere(item)) {
            continue;
        }
        if (!fits(item, Expected::Mapping)) {
            wrong(item, Expected::Mapping, path);
            continue;
        }
        RawPolicy policy{textOf(at(item, "objectId", Expected::Scalar)), {}, item.mark()};
        Node keys = at(item, "permissions.keys", Expected::Words);
        keys = keys ? keys : at(item, "permissionsToKeys", Expected::Words); // as PowerShell prints them
        if (keys && keys.isSequence()) {
            for (const Node permission : keys.items()) {
                policy.permissions.push_back(textOf(permission));
            }
        } else if (keys && keys.isScalar()) {
            policy.permissions.push_back(textOf(keys));
        }
        const std::string application = textOf(findField(item, "applicationId"));
        if (!policy.permissions.empty() && application.find_first_not_of("0-") != std::string::npos) {
            tell(item,
                 fmt::format("a policy of {} is for what application {} does on its behalf", inQuotes(policy.principal),
                             inQuotes(application)),
                 "it is left out: it lets neither use keys by itself");
            raw_.reportedOf(item.mark(), "policies on behalf");
        } else if (!policy.permissions.empty()) {
            vault.policies.push_back(std::move(policy));
        }
    }
    return list;
}

void AzureResources::key(Node resource, Described head, VaultKindId kind) {
    const auto parts = readAzureId(head.id);
    const bool nested = head.name.find('/') != std::string::npos;
    const std::string vault = nested                             ? head.name.substr(0, head.name.find('/'))
                              : parts && parts->names.size() > 1 ? parts->names.front()
                                                                 : textAt(resource, "vaultName");
    head.name = lastPart(head.name);
    if (vault.empty() || vault == unsaidPart) {
        tell(resource, fmt::format("nothing says in which vault key {} lies", inQuotes(head.name)), "it is left out");
        raw_.reportedOf(resource.mark(), "keys");
        return;
    }
    if (const Node policy = findPath(resource, "properties.rotationPolicy"); policy && policy.size() > 0) {
        tell(policy, fmt::format("the rotation policy of key {} is left out", inQuotes(vault + '/' + head.name)),
             "what it rotates or lets expire later is not simulated");
    }
    RawKey key;
    static_cast<Described&>(key) = std::move(head);
    key.vault = vault;
    key.vaultKind = kind;
    key.versions = {
        versionOf(resource, std::string{keyPartsOf(textAt(resource, "properties.keyUriWithVersion")).version})};
    tellUnfit(resource, vault + '/' + key.name);
    raw_.keys.push_back(std::move(key));
}

/// Of what a key may be used for, and of its attributes, what keeps services from using it and has no field here.
void AzureResources::tellUnfit(Node resource, const std::string& name) {
    Node list;
    for (const std::string_view path : {"properties.keyOps", "key.keyOps", "key.key_ops"}) {
        list = list && list.size() > 0 ? list : findPath(resource, path);
    }
    std::set<std::string> operations;
    if (isThere(list) && !fits(list, Expected::Words)) {
        wrong(list, Expected::Words, "properties.keyOps");
    }
    for (std::size_t i = 0; list && list.isSequence() && i < list.size(); ++i) {
        operations.insert(lowerCase(list.item(i).text()));
    }
    if (!operations.empty() && !(operations.contains("wrapkey") && operations.contains("unwrapkey"))) {
        tell(list, fmt::format("key {} may not be used to wrap and unwrap", inQuotes(readable(name))),
             "no service can use it; that is not simulated");
    }
    if (const Node open = at(resource, "properties.attributes", Expected::Mapping); isOpen(open)) {
        tell(
            resource,
            fmt::format("the attributes of key {} are not known ({})", inQuotes(readable(name)), readable(open.text())),
            "the key is taken to be enabled, and valid without end");
    }
    const Node attributes = attributesOf(resource);
    for (const std::string_view field : {"enabled", "nbf", "exp", "notBefore", "expires"}) {
        const Node value = findField(attributes, field);
        const Expected what = field == "enabled" ? Expected::Flag : Expected::Scalar;
        if (isThere(value) && !fits(value, what)) {
            wrong(value, what, fmt::format("properties.attributes.{}", field));
            continue;
        }
        const std::string said = textOf(value);
        if (field != "enabled" && !said.empty() && !isUnknownText(said) && instantOf(value).empty()) {
            tell(value, fmt::format("{} of key {} is no instant: {}", field, inQuotes(readable(name)), inQuotes(said)),
                 "it is left out");
        } else if (isUnknownText(said)) {
            tell(attributes,
                 fmt::format("{} of key {} is not known ({})", field, inQuotes(readable(name)), readable(said)),
                 "the key is taken to be enabled, and valid without end");
        }
    }
}

void AzureResources::keyByIdentifier(Node resource, std::string_view identifier) {
    const KeyParts parts = keyPartsOf(identifier);
    if (parts.vault.empty() || parts.key.empty()) {
        tell(resource, fmt::format("{} is no key identifier", inQuotes(identifier)), "it is left out");
        raw_.reportedOf(resource.mark(), "keys");
        return;
    }
    const std::optional<VaultKindId> kind = catalog::vaultKindOfHost(parts.host, platform_);
    if (!kind) {
        tell(resource, fmt::format("key {} lies in no key vault", inQuotes(identifier)), "it is left out");
        raw_.reportedOf(resource.mark(), "keys");
        return;
    }
    tellUnfit(resource, fmt::format("{}/{}", parts.vault, parts.key));
    RawKey key;
    key.name = parts.key;
    key.mark = resource.mark();
    key.vault = parts.vault;
    key.vaultKind = *kind;
    key.deleted = deletedAt(resource);
    key.versions = {versionOf(resource, std::string{parts.version})};
    key.changed = key.deleted ? key.deleted->at : instantOf(findField(attributesOf(resource), "updated"));
    if (!key.deleted && isThere(findField(resource, "recoveryId"))) {
        tell(resource, fmt::format("nothing says since when key {} is deleted", inQuotes(key.vault + '/' + key.name)),
             "it is left out");
        raw_.reportedOf(resource.mark(), "deleted keys");
        return;
    }
    raw_.keys.push_back(std::move(key));
}

} // namespace cmksim::import
