#include "report/action_fields.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace cmksim::report {

namespace {

std::string addressText(const AddressBlock& block) {
    const std::uint32_t bits = block.address;
    const std::string text =
        fmt::format("{}.{}.{}.{}", bits >> 24, bits >> 16 & 0xFFU, bits >> 8 & 0xFFU, bits & 0xFFU);
    return block.prefixLength == 32 ? text : fmt::format("{}/{}", text, block.prefixLength);
}

/// Arguments as they gather; what is not given is left out.
class Fields {
public:
    explicit Fields(const Program& program) : program_{program} {}

    void add(std::string_view name, JsonValue value) { fields_.emplace_back(name, std::move(value)); }

    void flag(std::string_view name, std::optional<bool> value) {
        if (value) {
            add(name, *value);
        }
    }

    void choice(std::string_view name, std::optional<bool> value, std::string_view yes, std::string_view no) {
        if (value) {
            add(name, *value ? yes : no);
        }
    }

    void identity(IdentityId id) {
        if (id.valid()) {
            add("identity", nameOf(id));
        }
    }

    void key(KeyReferenceId id) {
        if (id.valid()) {
            add("key", std::string_view{program_.keys[id].text});
        }
    }

    void file(BackupFileId id) {
        if (id.valid()) {
            add("file", std::string_view{program_.names.backupFiles[id]});
        }
    }

    void version(const VersionSettings& settings) {
        if (settings.enabled.given) {
            add("enabled", settings.enabled.value);
        }
        if (settings.notBefore.given) {
            add("notBefore", instant(settings.notBefore.value));
        }
        if (settings.expires.given) {
            add("expires", instant(settings.expires.value));
        }
    }

    void settings(const VaultSettings& settings) {
        flag("enableRbacAuthorization", settings.rbac);
        flag("enableSoftDelete", settings.softDelete);
        flag("enablePurgeProtection", settings.purgeProtection);
        choice("publicNetworkAccess", settings.publicAccess, "Enabled",
               settings.perimeter.value_or(false) ? "SecuredByPerimeter" : "Disabled");
        Fields network{program_};
        network.choice("defaultAction", settings.allowByDefault, "Allow", "Deny");
        network.choice("bypass", settings.trustedBypass, "AzureServices", "None");
        if (settings.ipRules) {
            JsonArray rules;
            for (const AddressBlock& block : *settings.ipRules) {
                rules.emplace_back(addressText(block));
            }
            network.add("ipRules", std::move(rules));
        }
        if (JsonObject given = network.take(); !given.empty()) {
            add("networkAcls", std::move(given));
        }
    }

    void permissions(PermissionSet set) { add("permissions", permissionNames(set)); }

    void role(RoleId id) { add("role", std::string_view{program_.platform->roles[id.index()].name}); }

    void retention(Duration retention) {
        add("softDeleteRetentionInDays",
            std::int64_t{std::chrono::duration_cast<std::chrono::days>(retention).count()});
    }

    void vault(const NewVault& vault) {
        settings(vault.settings);
        retention(vault.retention);
        JsonObject policies;
        for (const NewPolicy& policy : vault.policies) {
            policies.emplace_back(nameOf(policy.identity), permissionNames(policy.permissions));
        }
        addUnlessEmpty("accessPolicies", std::move(policies));
        roles(vault.roles);
        JsonObject keys;
        for (const NewKey& key : vault.keys) {
            keys.emplace_back(program_.names.keys[key.key].text, newKey(key));
        }
        addUnlessEmpty("keys", std::move(keys));
    }

    void resource(const Model& model, const NewResource& described) {
        add("service", std::string_view{model.service});
        if (described.key.valid() || !described.identity.valid() ||
            program_.names.identities[described.identity].text != model.defaultIdentity) {
            identity(described.identity);
        }
        JsonArray others;
        for (const IdentityId other : described.identities) {
            others.emplace_back(nameOf(other));
        }
        if (!others.empty()) {
            add("identities", std::move(others));
        }
        key(described.key);
        if (described.phase) {
            add("revalidationPhase", formatDuration(*described.phase));
        }
        if (described.rotationPhase) {
            add("rotationPhase", formatDuration(*described.rotationPhase));
        }
        if (described.outboundIp) {
            add("outboundIp", addressText({*described.outboundIp, 32}));
        }
        for (const PropertyId id : model.properties.ids()) {
            const PropertyRule& property = model.properties[id];
            if (const std::size_t value = described.properties[id.index()]; value != property.defaultValue) {
                add(property.name, propertyValue(property.values[value]));
            }
        }
    }

    JsonObject take() { return std::move(fields_); }

private:
    void addUnlessEmpty(std::string_view name, JsonObject fields) {
        if (!fields.empty()) {
            add(name, std::move(fields));
        }
    }

    [[nodiscard]] std::string nameOf(IdentityId id) const { return program_.names.identities[id].text; }

    [[nodiscard]] JsonArray permissionNames(PermissionSet set) const {
        JsonArray names;
        for (std::size_t i = 0; i < program_.platform->keyPermissions.size(); ++i) {
            if ((set >> i & 1U) != 0) {
                names.emplace_back(program_.platform->keyPermissions[i]);
            }
        }
        return names;
    }

    /// Each identity once, with its role or the list of them.
    void roles(const std::vector<NewRole>& assignments) {
        std::vector<std::pair<std::string, JsonArray>> byIdentity;
        for (const NewRole& assignment : assignments) {
            const std::string name = nameOf(assignment.identity);
            auto found = std::ranges::find(byIdentity, name, &std::pair<std::string, JsonArray>::first);
            if (found == byIdentity.end()) {
                found = byIdentity.insert(found, {name, {}});
            }
            found->second.emplace_back(program_.platform->roles[assignment.role.index()].name);
        }
        JsonObject fields;
        for (auto& [name, list] : byIdentity) {
            fields.emplace_back(name, list.size() == 1 ? list.front() : JsonValue{std::move(list)});
        }
        addUnlessEmpty("roleAssignments", std::move(fields));
    }

    [[nodiscard]] JsonObject newVersion(const NewVersion& version) const {
        JsonObject fields;
        if (version.name.valid()) {
            fields.emplace_back("name", program_.names.text(version.name));
        }
        if (!version.enabled) {
            fields.emplace_back("enabled", false);
        }
        if (version.notBefore != Instant::min()) {
            fields.emplace_back("notBefore", instant(version.notBefore));
        }
        if (version.expires != never) {
            fields.emplace_back("expires", instant(version.expires));
        }
        return fields;
    }

    [[nodiscard]] JsonObject newKey(const NewKey& key) const {
        Fields fields{program_};
        if (key.versions.size() == 1 && !key.versions.front().name.valid()) {
            fields.fields_ = newVersion(key.versions.front());
        } else {
            JsonArray versions;
            for (const NewVersion& version : key.versions) {
                versions.emplace_back(newVersion(version));
            }
            fields.add("versions", std::move(versions));
        }
        fields.roles(key.roles);
        return fields.take();
    }

    static JsonValue instant(Instant at) {
        return at == never || at == Instant::min() ? JsonValue{nullptr}
                                                   : JsonValue{formatDuration(at.time_since_epoch())};
    }

    static JsonValue propertyValue(const std::string& text) {
        return text == "true" || text == "false" ? JsonValue{text == "true"} : JsonValue{text};
    }

    const Program& program_;
    JsonObject fields_;
};

void addWorldFields(Fields& fields, const WorldAction& action) {
    using enum WorldActionKind;
    switch (action.kind) {
    case VaultCreate: fields.vault(*action.newVault); break;
    case VaultUpdate:
        fields.settings(action.settings);
        if (action.settings.retention) {
            fields.retention(*action.settings.retention);
        }
        break;
    case VaultAddNetworkRule:
    case VaultRemoveNetworkRule: fields.add("ipAddress", addressText(action.address)); break;
    case PolicySet:
        fields.identity(action.identity);
        fields.permissions(action.permissions);
        break;
    case PolicyDelete: fields.identity(action.identity); break;
    case RoleAssign:
    case RoleRemove:
        fields.identity(action.identity);
        fields.role(action.role);
        break;
    case KeyCreate:
    case KeyUpdate: fields.version(action.versionSettings); break;
    case KeyBackup:
    case KeyRestore: fields.file(action.file); break;
    case VaultDelete:
    case VaultRecover:
    case VaultPurge:
    case VaultFailDns:
    case VaultRestoreDns:
    case KeyRotate:
    case KeyDelete:
    case KeyRecover:
    case KeyPurge:
    case IdentityCreate:
    case IdentityDelete:
    case IdentityRecover: break; // the target says it all
    }
}

} // namespace

JsonObject argumentsOf(const Program& program, const TimelineEntry& entry) {
    Fields fields{program};
    if (const auto* world = std::get_if<WorldAction>(&entry.what)) {
        addWorldFields(fields, *world);
    } else if (const auto* action = std::get_if<ResourceAction>(&entry.what)) {
        if (action->newResource) {
            fields.resource(program.modelOf(action->resource), *action->newResource);
        } else {
            fields.identity(action->identity);
            fields.key(action->key);
        }
        if (action->clearsKey) {
            fields.add("key", nullptr);
        }
    }
    return fields.take();
}

} // namespace cmksim::report
