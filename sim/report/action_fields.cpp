#include "report/action_fields.hpp"

#include "base/time.hpp"

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

/// Arguments as they gather; what is not given is left out. Each value of an action has its `put`.
class Fields {
public:
    Fields(const Program& program, const Model* model) : program_{program}, model_{model} {}

    void add(std::string_view name, JsonValue value) { fields_.emplace_back(name, std::move(value)); }

    template <class Described>
    void putAll(const Described& described) {
        visitArguments(described, [this](const ArgumentRule& rule, const auto& value) { this->put(rule, value); });
    }

    void put(const ArgumentRule& rule, IdentityId id) {
        if (id.valid()) {
            add(rule.name, nameOf(id));
        }
    }

    void put(const ArgumentRule& rule, PermissionSet set) { add(rule.name, permissionNames(set)); }

    void put(const ArgumentRule& rule, RoleId id) {
        add(rule.name, std::string_view{program_.platform->roles[id.index()].name});
    }

    void put(const ArgumentRule& rule, BackupFileId id) {
        if (id.valid()) {
            add(rule.name, std::string_view{program_.names.backupFiles[id]});
        }
    }

    void put(const ArgumentRule& rule, KeyTypeId id) {
        if (id.valid()) {
            add(rule.name, std::string_view{program_.platform->keyTypes[id.index()]});
        }
    }

    /// A number of bits.
    void put(const ArgumentRule& rule, std::uint16_t bits) {
        if (bits != 0) {
            add(rule.name, std::int64_t{bits});
        }
    }

    void put(const ArgumentRule& rule, const AddressBlock& block) { add(rule.name, addressText(block)); }

    void put(const ArgumentRule& rule, std::optional<Duration> days) {
        if (days) {
            add(rule.name, std::int64_t{std::chrono::duration_cast<std::chrono::days>(*days).count()});
        }
    }

    /// A perimeter is a third word for public access.
    void put(const VaultSettings& settings) {
        visitArguments(settings, [&](const ArgumentRule& rule, const auto& value) {
            if (settings.perimeter.value_or(false) && rule.words.size() > 2) {
                add(rule.name, rule.words.back());
            } else {
                put(rule, value);
            }
        });
    }

    void put(const ArgumentRule& rule, const std::optional<std::vector<AddressBlock>>& blocks) {
        if (blocks) {
            JsonArray texts;
            for (const AddressBlock& block : *blocks) {
                texts.emplace_back(addressText(block));
            }
            addNested(rule.name, std::move(texts));
        }
    }

    void put(const ArgumentRule& rule, const std::optional<std::vector<NetworkId>>& networks) {
        if (networks) {
            JsonArray names;
            for (const NetworkId network : *networks) {
                names.emplace_back(program_.names.networks[network]);
            }
            add(rule.name, std::move(names));
        }
    }

    /// A flag, or one of the two words for it.
    void put(const ArgumentRule& rule, std::optional<bool> value) {
        if (value) {
            addNested(rule.name, rule.words.empty() ? JsonValue{*value} : JsonValue{rule.words[*value ? 0 : 1]});
        }
    }

    template <class Enum>
        requires std::is_enum_v<Enum>
    void put(const ArgumentRule& rule, Enum value) {
        addNested(rule.name, rule.words[static_cast<std::size_t>(value)]);
    }

    void put(const ArgumentRule& rule, std::optional<Instant> value) {
        if (value) {
            add(rule.name, instant(*value));
        }
    }

    void put(const ArgumentRule& rule, const KeyChange& change) {
        key(change.to);
        if (change.cleared) {
            add(rule.name, nullptr);
        }
    }

    void put(const ArgumentRule& rule, const std::vector<SlotChange>& changes) {
        JsonObject slots;
        JsonArray listed;
        for (const SlotChange& change : changes) {
            if (!change.slot.valid()) {
                listed.push_back(keyUse(change.key, change.identity, change.removed ? "remove" : "add"));
                continue;
            }
            slots.emplace_back(program_.names.slots[change.slot],
                               change.removed ? JsonValue{nullptr} : keyUse(change.key, change.identity));
        }
        addUnlessEmpty(rule.name, std::move(slots));
        addUnlessEmpty(rule.name, std::move(listed));
    }

    void put(const ArgumentRule&, const PropertyChanges& changes) {
        for (const PropertyId id : model_->properties.ids()) {
            if (changes.names(id)) {
                property(model_->properties[id], changes[id]);
            }
        }
    }

    void put(const ArgumentRule&, const std::shared_ptr<const NewVault>& described) { vault(*described); }

    void resource(const NewResource& described) {
        const Model& model = *model_;
        add("service", std::string_view{model.service});
        const bool bySlot = isBySlot(described);
        if (!bySlot && (described.key.valid() || !described.identity.valid() ||
                        program_.names.identities[described.identity].text != model.defaultIdentity)) {
            identity(described.identity);
        }
        JsonArray others;
        for (const IdentityId other : described.identities) {
            others.emplace_back(nameOf(other));
        }
        if (!others.empty()) {
            add("identities", std::move(others));
        }
        keys(described);
        JsonArray bases;
        for (const ResourceId base : described.on) {
            bases.emplace_back(program_.resources[base].name);
        }
        if (!bases.empty()) {
            add("on", std::move(bases));
        }
        if (described.phase) {
            add("revalidationPhase", formatDuration(*described.phase));
        }
        if (described.automaticRotation) {
            add("automaticRotation", *described.automaticRotation);
        }
        if (described.recoveryPhase) {
            add("recoveryPhase", formatDuration(*described.recoveryPhase));
        }
        if (described.rotationPhase) {
            add("rotationPhase", formatDuration(*described.rotationPhase));
        }
        if (described.outboundIp) {
            add("outboundIp", addressText({*described.outboundIp, 32}));
        }
        if (described.network.valid()) {
            add("network", std::string_view{program_.names.networks[described.network]});
        }
        place(described.place);
        for (const PropertyId id : model.properties.ids()) {
            const PropertyRule& rule = model.properties[id];
            if (const std::size_t value = described.properties[id]; value != rule.defaultValue) {
                property(rule, value);
            }
        }
    }

    JsonObject take() { return std::move(fields_); }

private:
    /// `networkAcls.bypass` is a field of the mapping `networkAcls`.
    void addNested(std::string_view name, JsonValue value) {
        const std::size_t dot = name.find('.');
        if (dot == std::string_view::npos) {
            add(name, std::move(value));
            return;
        }
        const std::string_view outer = name.substr(0, dot);
        if (fields_.empty() || fields_.back().first != outer) {
            add(outer, JsonObject{});
        }
        fields_.back().second = fields_.back().second.with(name.substr(dot + 1), std::move(value));
    }

    void identity(IdentityId id) { put(ArgumentRule{"identity", ArgumentType::Identity, false, {}, {}}, id); }

    /// The short form says all of a resource with one key in the slot that it stands for.
    [[nodiscard]] bool isBySlot(const NewResource& described) const {
        return !described.otherKeys.empty() ||
               (described.key.valid() && described.slot != engine::shortSlotOf(program_.names, *model_));
    }

    void keys(const NewResource& described) {
        if (!isBySlot(described)) {
            key(described.key);
            return;
        }
        JsonObject slots;
        described.eachKey([&](const KeyUse& use) {
            slots.emplace_back(program_.names.slots[use.slot], keyUse(use.key, use.identity));
        });
        add("keys", std::move(slots));
    }

    [[nodiscard]] JsonValue keyUse(KeyReferenceId id, IdentityId with, std::string_view as = "key") const {
        Fields fields{program_, model_};
        fields.key(id, as);
        fields.identity(with);
        return fields.take();
    }

    void key(KeyReferenceId id, std::string_view as = "key") {
        if (id.valid()) {
            add(as, std::string_view{program_.keys[id].text});
        }
    }

    void vault(const NewVault& vault) {
        const VaultKindId kind = program_.names.vaults[vault.vault].kind;
        if (kind == ordinaryVault) {
            put(vault.settings);
        } else { // it goes by roles, whatever is said
            add("kind", std::string_view{program_.platform->vaultKinds[kind].name});
            VaultSettings settings = vault.settings;
            settings.rbac.reset();
            put(settings);
        }
        add("softDeleteRetentionInDays",
            std::int64_t{std::chrono::duration_cast<std::chrono::days>(vault.retention).count()});
        place(vault.place);
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

    void place(const Locality& place) {
        if (place.region.valid()) {
            add("region", std::string_view{program_.names.regions[place.region]});
        }
        if (place.tenant.valid()) {
            add("tenant", std::string_view{program_.names.tenants[place.tenant]});
        }
    }

    template <class Items>
    void addUnlessEmpty(std::string_view name, Items fields) {
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
        Fields shape{program_, nullptr};
        shape.putAll(version.shape);
        for (auto& field : shape.take()) {
            fields.push_back(std::move(field));
        }
        return fields;
    }

    [[nodiscard]] JsonObject newKey(const NewKey& key) const {
        Fields fields{program_, nullptr};
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

    void property(const PropertyRule& rule, std::size_t value) {
        const std::string& text = rule.values[value];
        add(rule.name, text == "true" || text == "false" ? JsonValue{text == "true"} : JsonValue{text});
    }

    const Program& program_;
    const Model* model_; // of the resource that the action is on
    JsonObject fields_;
};

} // namespace

JsonObject argumentsOf(const Program& program, const TimelineEntry& entry) {
    const Action* onResource = entry.resourceAction();
    Fields fields{program, onResource != nullptr ? &program.modelOf(resourceOf(*onResource)) : nullptr};
    if (const auto* creation = entry.creation()) {
        fields.resource(*creation->described);
    } else if (const Action* action = entry.action()) {
        std::visit(
            [&](const auto& one) {
                if constexpr (std::is_same_v<std::decay_t<decltype(one)>, VaultUpdate>) {
                    fields.put(one.settings);
                } else if constexpr (!std::is_base_of_v<ResourceCreate, std::decay_t<decltype(one)>>) {
                    fields.putAll(one);
                }
            },
            *action);
    }
    return fields.take();
}

shape::Record<TimelineEntry, Program> entryShape() {
    return shape::Record<TimelineEntry, Program>{}
        .field("action", &TimelineEntry::name)
        .field("target", &TimelineEntry::target)
        .field("with", shape::anyObject(),
               [](const TimelineEntry& entry, const Program& of) { return JsonValue{argumentsOf(of, entry)}; });
}

} // namespace cmksim::report
