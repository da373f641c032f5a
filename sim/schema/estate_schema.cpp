#include "schema/estate_schema.hpp"

#include "model/model.hpp"
#include "scenario/estate.hpp"
#include "scenario/names.hpp"

#include <fmt/format.h>

#include <array>
#include <cassert>
#include <limits>
#include <utility>

namespace cmksim::schema {

namespace {

/// `get` as `[gG][eE][tT]`: permissions are known in any case.
std::string inAnyCase(const std::vector<std::string>& words) {
    std::string expression = "^(?:";
    for (const std::string& word : words) {
        expression += expression.ends_with(':') ? "" : "|";
        for (const char c : word) {
            const bool small = c >= 'a' && c <= 'z';
            const bool capital = c >= 'A' && c <= 'Z';
            const char lower = capital ? static_cast<char>(c - 'A' + 'a') : c;
            expression +=
                small || capital ? fmt::format("[{}{}]", lower, static_cast<char>(lower - 'a' + 'A')) : std::string{c};
        }
    }
    return expression + ")$";
}

JsonValue networkAcls(const SchemaParts& parts) {
    return parts.record({{"defaultAction", described(parts.oneOf(std::array{"Allow", "Deny"}),
                                                     "for callers that no rule lets in; default Allow")},
                         {"bypass", described(parts.oneOf(std::array{"AzureServices", "None"}),
                                              "AzureServices lets trusted services in; default AzureServices")},
                         {"ipRules", described(SchemaParts::list(ref("addressBlock")), "addresses that are let in")},
                         {"virtualNetworkRules", described(SchemaParts::list(ref("text")),
                                                           "for the record: they let no simulated service in")}});
}

JsonObject attributes() {
    return {
        {"enabled", described(ref("boolean"), "false: it cannot be used; default true")},
        {"notBefore", described(SchemaParts::orNull(ref("instant")), "it cannot be used before; default none")},
        {"expires", described(SchemaParts::orNull(ref("instant")), "it cannot be used from then on; default never")}};
}

JsonValue deletedField() {
    return described(SchemaParts::orNull(ref("instant")), "since when it is deleted, before the start");
}

/// What kind of key it is.
void addShape(const SchemaParts& parts, JsonObject& fields) {
    fields.emplace_back("type", described(ref("keyType"), "RSA, EC, ...; default: not said"));
    fields.emplace_back("size", described(parts.integer(1, mostKeyBits), "in bits; default: not said"));
}

JsonValue keySchema(const SchemaParts& parts) {
    JsonObject version = attributes();
    addShape(parts, version);
    version.emplace_back("name", described(ref("versionName"), "its name in a key's URI; default v1, v2, ... by age"));
    JsonObject key = attributes();
    addShape(parts, key);
    key.emplace_back("versions",
                     described(SchemaParts::nonEmptyList(parts.record(std::move(version))), "oldest first"));
    key.emplace_back("roleAssignments", ref("roleAssignments"));
    key.emplace_back("deleted", deletedField());
    // Versions have the attributes themselves.
    const JsonObject noAttributes{{"enabled", false}, {"notBefore", false}, {"expires", false}};
    return parts.record(std::move(key))
        .with("dependentSchemas", JsonObject{{"versions", JsonObject{{"properties", noAttributes}}}});
}

JsonValue vaultSchema(const SchemaParts& parts) {
    JsonObject fields = vaultSettings();
    fields.emplace_back("kind", described(ref("vaultKind"), "what kind of vault it is; default vault"));
    fields.emplace_back("accessPolicies",
                        described(parts.named(ref("text"), ref("permissions")), "identity: list of key permissions"));
    fields.emplace_back("roleAssignments", ref("roleAssignments"));
    fields.emplace_back("keys", described(parts.named(ref("keyName"), ref("key")), "its keys by name"));
    fields.emplace_back("privateEndpoints",
                        described(SchemaParts::list(ref("text")),
                                  "networks with a private endpoint of it: they let in resources in these"));
    fields.emplace_back("virtualNetworkRules", described(SchemaParts::list(ref("text")),
                                                         "networks that are let in while public access is Enabled"));
    fields.emplace_back("perimeter",
                        described(SchemaParts::list(ref("text")),
                                  "networks and resources that are let in while it is SecuredByPerimeter"));
    fields.emplace_back("region", described(ref("text"), "where it lies; default: not said"));
    fields.emplace_back("tenant", described(ref("text"), "whose directory it is of; default: not said"));
    fields.emplace_back("deleted", deletedField());
    return parts.record(std::move(fields));
}

JsonValue identitySchema(const SchemaParts& parts) {
    std::vector<std::string> types;
    for (const std::string_view kind : identityKindNames) {
        if (kind != "SystemAssigned") {
            types.emplace_back(kind);
            types.push_back(fmt::format("{}Identity", kind));
        }
    }
    return parts.record(
        {{"type", described(parts.oneOf(types), "default UserAssigned")},
         {"principalId", described(ref("text"), "the object id of its principal in Microsoft Entra ID")},
         {"clientId", described(ref("text"), "the application id of its principal")},
         {"id", described(ref("text"), "its resource id in Azure")},
         {"with", described(ref("text"), "of a Federated one: the user-assigned identity that is attached")},
         {"app", described(ref("text"), "of a Federated one: the Application to which everything is granted")},
         {"recoverable", described(ref("boolean"), "false: deleting it is final; default true")},
         {"deleted", deletedField()}});
}

std::vector<std::string> withUnmodelled(std::vector<std::string> services) {
    services.emplace_back(unmodelledService);
    return services;
}

/// Several keys of one resource.
JsonValue keysSchema(const SchemaParts& parts) {
    const JsonValue use = parts.record({{"key", described(ref("text"), "VAULT/KEY, VAULT/KEY/VERSION or a URI")},
                                        {"identity", described(ref("text"), "the identity used for it")}},
                                       {"key"});
    return described(parts.named(ref("text"), use), "several keys by slot");
}

/// By which reports group resources. A value may be empty.
JsonValue tagsSchema(const SchemaParts& parts) {
    return described(
        parts.named(ref("text"), ref("tagValue")),
        "by which the page of 'report' groups resources, such as env: prod; they change nothing that happens");
}

/// The fields of a resource without a model.
JsonValue unmodelledSchema(const SchemaParts& parts) {
    return parts.record(
        {{"service", true},
         {"type", described(ref("text"), "such as Microsoft.Search/searchServices")},
         {"name", true},
         {"key", true},
         {"keys", keysSchema(parts)},
         {"identity", true},
         {"identities", true},
         {"on", described(SchemaParts::list(ref("text")), "resources that it stands on")},
         {"vaults", described(SchemaParts::list(ref("text")), "vaults that it uses, besides those of its keys")},
         {"keyNotRead", described(ref("boolean"), "it has, or may have, a key that was not read: any key of 'vaults', "
                                                  "or any key at all where there are none; default false")},
         {"tags", true}},
        {"service", "type"});
}

/// What a field that every service has may hold.
JsonValue resourceField(std::string_view name, const SchemaParts& parts, const KnownWords& words) {
    const std::array<std::pair<std::string_view, JsonValue>, resourceFields.size()> fields{{
        {"service", described(parts.oneOf(withUnmodelled(words.serviceNames)), "which model it follows")},
        {"name", described(ref("text"), "what Azure calls it, where that is not the key above")},
        {"count", described(parts.integer(1, mostMembers), "a fleet of so many")},
        {"identity", described(ref("text"), "the identity used for the key; SystemAssigned for the resource's own")},
        {"identities", described(SchemaParts::list(ref("text")), "other identities attached to it")},
        {"key", described(SchemaParts::orNull(ref("text")), "VAULT/KEY, VAULT/KEY/VERSION or a URI")},
        {"keys", keysSchema(parts)},
        {"automaticRotation",
         described(ref("boolean"), "whether it moves on to the newest version of its key, where its service leaves "
                                   "that to the resource")},
        {"revalidationPhase",
         described(JsonObject{{"anyOf", JsonArray{ref("duration"), parts.oneOf(std::array{"spread", "random"})}}},
                   "when in its period it looks for its key; default open; spread and random for fleets")},
        {"recoveryPhase",
         described(ref("duration"), "when it looks for its key while it is down, where its service has a clock for "
                                    "that; default open")},
        {"rotationPhase",
         described(
             JsonObject{{"anyOf", JsonArray{ref("duration"), parts.oneOf(std::array{"spread", "random"})}}},
             "when it looks for a newer version of its key, where its service has a clock for that; default open; "
             "spread and random for fleets")},
        {"outboundIp", described(ref("address"), "the address from which it calls its vault, for ipRules")},
        {"network", described(ref("text"), "the network from which it reaches its vault")},
        {"state", described(ref("state"), "in which it starts; default the first of its model")},
        {"on", described(SchemaParts::list(ref("text")), "the resources that it stands on")},
        {"region", described(ref("text"), "where it lies; default: not said")},
        {"tenant", described(ref("text"), "whose directory it is of; default: not said")},
        {"tags", tagsSchema(parts)},
    }};
    for (const auto& [known, schema] : fields) {
        if (known == name) {
            return schema;
        }
    }
    assert(false && "every field of a resource is described");
    return true;
}

/// The fields and values that one service knows.
JsonValue serviceSchema(const SchemaParts& parts, const KnownService& service) {
    JsonObject fields;
    for (const std::string_view name : resourceFields) {
        fields.emplace_back(name, name == "state" ? parts.oneOf(service.states) : JsonValue{true});
    }
    for (const KnownProperty& property : service.properties) {
        fields.emplace_back(property.name, parts.oneOf(property.values));
    }
    return parts.record(std::move(fields), {"service"});
}

JsonValue resourceSchema(const SchemaParts& parts, const KnownWords& words) {
    JsonObject fields;
    for (const std::string_view name : resourceFields) {
        fields.emplace_back(name, resourceField(name, parts, words));
    }
    JsonArray byService;
    for (const KnownService& service : words.services) {
        byService.push_back(whenField("service", service.name, serviceSchema(parts, service)));
    }
    byService.push_back(whenField("service", unmodelledService, unmodelledSchema(parts)));
    return JsonObject{{"type", "object"},
                      {"properties", std::move(fields)},
                      {"required", JsonArray{"service"}},
                      {"allOf", std::move(byService)}};
}

/// Depth is limited by the program.
JsonValue needSchema(const SchemaParts& parts) {
    const JsonValue some = SchemaParts::nonEmptyList(ref("need"));
    return JsonObject{
        {"if", JsonObject{{"type", "object"}}},
        {"then", parts.record({{"all-of", some}, {"any-of", some}}).with("minProperties", 1).with("maxProperties", 1)},
        {"else", ref("text")}};
}

JsonValue objectiveSchema(const SchemaParts& parts) {
    const JsonValue some = SchemaParts::nonEmptyList(ref("need"));
    return parts
        .record({{"all-of", described(some, "a journey that needs all of these")},
                 {"any-of", described(some, "a journey that needs any one of these")},
                 {"rto", described(ref("duration"), "no outage is longer")},
                 {"downtime",
                  described(parts.pattern("^\\S+ per \\S+$"), "no more downtime in any stretch of time: 4h per 30d")},
                 {"no-data-loss", described(ref("boolean"), "its data is not lost")},
                 {"no-impairment", described(ref("boolean"), "it is never down or impaired")}})
        .with("minProperties", 1);
}

} // namespace

JsonObject estateDefinitions(const SchemaParts& parts, const KnownWords& words) {
    constexpr std::string_view octet = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
    const std::string address = fmt::format("{0}(?:[.]{0}){{3}}", octet);
    JsonObject all = parts.definitions();
    const auto add = [&](std::string_view name, JsonValue schema) { all.emplace_back(name, std::move(schema)); };
    add("boolean", parts.boolean());
    add("address", described(parts.pattern(fmt::format("^{}$", address)), "an IPv4 address"));
    add("addressBlock", described(parts.pattern(fmt::format("^{}(?:/(?:3[0-2]|[12]?[0-9]))?$", address)),
                                  "an IPv4 address or block such as 203.0.113.0/24"));
    add("versionName", parts.namePattern("^[A-Za-z0-9]{1,32}$"));
    add("state", parts.oneOf(words.states));
    add("role", parts.oneOf(words.roles));
    add("permission",
        JsonObject{{"anyOf", JsonArray{parts.oneOf(words.permissions), parts.pattern(inAnyCase(words.permissions))}}});
    add("keyType",
        JsonObject{{"anyOf", JsonArray{parts.oneOf(words.keyTypes), parts.pattern(inAnyCase(words.keyTypes))}}});
    add("vaultKind", parts.oneOf(words.vaultKinds));
    add("tagValue", SchemaParts::orNull(parts.scalar({{"type", JsonArray{"string", "number", "boolean"}}})));
    add("permissions", SchemaParts::list(ref("permission")));
    add("roleAssignments",
        described(parts.named(ref("text"), SchemaParts::oneOrMore(ref("role"))), "identity: role or list of roles"));
    add("retention", parts.integer(words.retentionDaysLeast, words.retentionDaysMost));
    add("publicNetworkAccess",
        described(parts.oneOf(std::array{"Enabled", "Disabled", "SecuredByPerimeter"}), "default Enabled"));
    add("networkAcls", networkAcls(parts));
    add("key", keySchema(parts));
    add("vault", vaultSchema(parts));
    add("identity", identitySchema(parts));
    add("resource", resourceSchema(parts, words));
    add("need", needSchema(parts));
    add("objective", objectiveSchema(parts));
    return all;
}

JsonObject vaultSettings() {
    return {
        {"enableRbacAuthorization", described(ref("boolean"), "roles instead of access policies; default false")},
        {"enableSoftDelete", described(ref("boolean"), "what is deleted can be recovered; default true")},
        {"softDeleteRetentionInDays", described(ref("retention"), "for how long it can be recovered; default 90")},
        {"enablePurgeProtection",
         described(ref("boolean"), "nothing can be purged before its retention ends; default false")},
        {"publicNetworkAccess",
         described(
             ref("publicNetworkAccess"),
             "Disabled: the bypass alone lets services in; SecuredByPerimeter: its perimeter alone; default Enabled")},
        {"networkAcls", described(ref("networkAcls"), "the vault's firewall")}};
}

JsonObject estateFields(const SchemaParts& parts) {
    return {
        {"vaults", described(parts.named(ref("vaultName"), ref("vault")), "vaults by name")},
        {"identities", described(parts.named(ref("freeName"), ref("identity")), "user-assigned identities by name")},
        {"roleAssignments", described(ref("roleAssignments"), "at the scopes above all vaults: identity: role or "
                                                              "list of roles")},
        {"resources", described(parts.named(ref("freeName"), ref("resource")), "what is encrypted, by name")},
        {"objectives", described(parts.named(ref("freeName"), ref("objective")),
                                 "what is asked of resources, and of journeys that need several of them, by name")}};
}

JsonValue estateSchema(const KnownWords& words) {
    const SchemaParts parts{Parameters::None};
    JsonObject fields = estateFields(parts);
    fields.insert(fields.begin(), {"cmksim-estate", described(parts.constant(1), "the version of the language")});
    return document("An estate of cmksim", parts.record(std::move(fields), {"cmksim-estate"}),
                    estateDefinitions(parts, words));
}

} // namespace cmksim::schema
