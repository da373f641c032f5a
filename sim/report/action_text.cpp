#include "report/action_text.hpp"

#include <fmt/format.h>

#include <string_view>

namespace cmksim {

namespace {

/// Arguments as they gather.
class Arguments {
public:
    explicit Arguments(const Program& program) : program_{program} {}

    Arguments& add(std::string_view name, std::string_view value) {
        text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", name, value);
        return *this;
    }

    void identity(IdentityId id) {
        if (id.valid()) {
            add("identity", program_.names.identities[id].text);
        }
    }

    void key(KeyReferenceId id) {
        if (id.valid()) {
            add("key", program_.keys[id].text);
        }
    }

    void flag(std::string_view name, const std::optional<bool>& value, std::string_view yes, std::string_view no) {
        if (value) {
            add(name, *value ? yes : no);
        }
    }

    void flag(std::string_view name, const std::optional<bool>& value) { flag(name, value, "true", "false"); }

    void version(const VersionSettings& settings) {
        if (settings.enabled.given) {
            add("enabled", settings.enabled.value ? "true" : "false");
        }
        instant("notBefore", settings.notBefore);
        instant("expires", settings.expires);
    }

    void vault(const VaultSettings& settings) {
        flag("enableRbacAuthorization", settings.rbac);
        flag("enableSoftDelete", settings.softDelete);
        flag("enablePurgeProtection", settings.purgeProtection);
        flag("publicNetworkAccess", settings.publicAccess, "Enabled", "Disabled");
        flag("defaultAction", settings.allowByDefault, "Allow", "Deny");
        flag("bypass", settings.trustedBypass, "AzureServices", "None");
        if (settings.ipRules) {
            add("ipRules", list(*settings.ipRules, [](const AddressBlock& block) { return address(block); }));
        }
    }

    void permissions(PermissionSet set) {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < program_.platform->keyPermissions.size(); ++i) {
            if ((set >> i & 1U) != 0) {
                names.push_back(program_.platform->keyPermissions[i]);
            }
        }
        add("permissions", list(names, [](const std::string& name) { return name; }));
    }

    static std::string address(const AddressBlock& block) {
        const std::uint32_t bits = block.address;
        const std::string text =
            fmt::format("{}.{}.{}.{}", bits >> 24, bits >> 16 & 0xFFU, bits >> 8 & 0xFFU, bits & 0xFFU);
        return block.prefixLength == 32 ? text : fmt::format("{}/{}", text, block.prefixLength);
    }

    std::string take() { return std::move(text_); }

private:
    void instant(std::string_view name, const Change<Instant>& change) {
        if (!change.given) {
            return;
        }
        const bool unset = change.value == never || change.value == Instant::min();
        add(name, unset ? "null" : '+' + formatDuration(change.value.time_since_epoch()));
    }

    template <class Items, class Name>
    static std::string list(const Items& items, Name name) {
        std::string text;
        for (const auto& item : items) {
            text.append(text.empty() ? "" : ", ").append(name(item));
        }
        return '[' + text + ']';
    }

    const Program& program_;
    std::string text_;
};

std::string ofWorld(const Program& program, const WorldAction& action) {
    Arguments arguments{program};
    switch (action.kind) {
    case WorldActionKind::VaultUpdate: arguments.vault(action.settings); break;
    case WorldActionKind::VaultAddNetworkRule:
    case WorldActionKind::VaultRemoveNetworkRule: arguments.add("ipAddress", Arguments::address(action.address)); break;
    case WorldActionKind::PolicySet:
        arguments.identity(action.identity);
        arguments.permissions(action.permissions);
        break;
    case WorldActionKind::PolicyDelete: arguments.identity(action.identity); break;
    case WorldActionKind::RoleAssign:
    case WorldActionKind::RoleRemove:
        arguments.identity(action.identity);
        arguments.add("role", program.platform->roles[action.role.index()].name);
        break;
    case WorldActionKind::KeyCreate:
    case WorldActionKind::KeyRotate:
    case WorldActionKind::KeyUpdate: arguments.version(action.versionSettings); break;
    default: break; // the target says it all
    }
    return arguments.take();
}

std::string ofResource(const Program& program, const ResourceAction& action) {
    Arguments arguments{program};
    const NewResource* described = action.newResource ? &*action.newResource : nullptr;
    arguments.identity(described ? described->identity : action.identity);
    arguments.key(described ? described->key : action.key);
    if (action.clearsKey) {
        arguments.add("key", "null");
    }
    return arguments.take();
}

} // namespace

std::string argumentsOf(const Program& program, const TimelineEntry& entry) {
    if (const auto* action = std::get_if<WorldAction>(&entry.what)) {
        return ofWorld(program, *action);
    }
    if (const auto* action = std::get_if<ResourceAction>(&entry.what)) {
        return ofResource(program, *action);
    }
    return {};
}

} // namespace cmksim
