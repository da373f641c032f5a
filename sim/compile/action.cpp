// Actions with their names resolved, argument by argument as the table of actions describes them.

#include "action/action.hpp"

#include "base/text.hpp"
#include "compile/compiler.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>
#include <type_traits>

namespace cmksim::compile {

/// Fills in one action; what cannot be resolved has been reported.
class ActionResolver {
public:
    ActionResolver(Compiler& compiler, const ActionSpec& spec)
        : compiler_{compiler}, names_{compiler.names_}, spec_{spec} {}

    template <class A>
    bool resolve(A& action) {
        if (!spec_.target.present()) {
            return false;
        }
        bool sound = target<A>(action);
        if constexpr (ResourceAction<A>) {
            if (!sound) {
                return false; // its arguments mean something of a resource alone
            }
            resource_ = action.resource;
        }
        if constexpr (std::is_same_v<A, VaultUpdate>) {
            const VaultSpec& vault = *spec_.vault();
            if (sound) {
                compiler_.checkKind(names_.kindOf(action.vault), vault);
            }
            action.settings = compiler_.settings(vault);
            if (vault.softDeleteRetentionInDays) {
                action.settings.retention = std::chrono::days{*vault.softDeleteRetentionInDays};
            }
        } else {
            visitArguments(action, [&](const ArgumentRule& rule, auto& value) { sound = put(rule, value) && sound; });
        }
        if constexpr (std::is_same_v<A, ResourceUpdate>) {
            sound = belongsTogether(action) && sound;
        }
        return sound;
    }

private:
    /// What is named beside what is input that means nothing.
    bool belongsTogether(const ResourceUpdate& update) {
        const Model& model = compiler_.program_.modelOf(update.resource);
        const bool named =
            update.identity.valid() || update.key.to.valid() || update.key.cleared || !update.slots.empty();
        Diagnostics& diagnostics = compiler_.diagnostics_;
        const std::size_t before = diagnostics.all().size();
        if (update.automaticRotation && named) {
            diagnostics.error(spec_.target.mark, "'automaticRotation' is updated alone");
        }
        if (update.automaticRotation && Compiler::isKnown(model) && !model.rotationIsSetting) {
            diagnostics.error(spec_.target.mark,
                              "a " + inQuotes(model.service) + " does not leave automatic rotation to the resource");
        }
        // In a model without a way back to the platform's key both are refused together, as the service does.
        if (update.key.cleared && update.identity.valid() && !model.decryptedIn.empty()) {
            diagnostics.error(spec_.target.mark, "an identity for the key, and 'key: null'");
        }
        return diagnostics.all().size() == before;
    }

    // --- targets -----------------------------------------------------------------------------------------------------

    template <class A>
    bool target(OnVault& action) {
        action.vault = A::traits.makes ? names_.mentionVault(spec_.target.text) : names_.vault(spec_.target);
        if constexpr (std::is_same_v<A, PolicySet> || std::is_same_v<A, PolicyDelete>) {
            if (action.vault.valid() && names_.kindOf(action.vault) != ordinaryVault) {
                compiler_.diagnostics_.error(spec_.target.mark,
                                             names_.titleOf(names_.kindOf(action.vault)) + " has no access policies",
                                             "use role.assign and role.remove");
                return false;
            }
        }
        return action.vault.valid();
    }

    template <class A>
    bool target(OnKey& action) {
        return key(action.vault, action.key, nullptr);
    }

    template <class A>
    bool target(OnVersion& action) {
        return key(action.vault, action.key, &action.version);
    }

    template <class A>
    bool target(OnScope& action) {
        if (spec_.target.text == "/") {
            return true;
        }
        VaultId vault;
        bool sound = false;
        if (spec_.target.text.find('/') != std::string_view::npos) {
            OnKey& at = action.scope.emplace<OnKey>();
            sound = key(at.vault, at.key, nullptr);
            vault = at.vault;
        } else {
            vault = names_.vault(spec_.target);
            action.scope = OnVault{vault};
            sound = vault.valid();
        }
        scopeKind_ = vault.valid() ? names_.kindOf(vault) : ordinaryVault;
        return sound;
    }

    template <class A>
    bool target(OnIdentity& action) {
        action.identity = names_.standaloneIdentity(spec_.target);
        return action.identity.valid();
    }

    template <class A>
    bool target(OnResource& action) {
        action.resource = names_.resource(spec_.target);
        if constexpr (std::is_same_v<A, ResourceRevalidate>) {
            const Model* model = action.resource.valid() ? &compiler_.program_.modelOf(action.resource) : nullptr;
            if (model != nullptr && Compiler::isKnown(*model) && !model->recovery) {
                compiler_.diagnostics_.error(spec_.target.mark,
                                             "a " + inQuotes(model->service) + " is not revalidated by hand",
                                             "its model has no 'recovery-action': it comes back by itself");
                return false;
            }
        }
        return action.resource.valid();
    }

    template <class A>
    bool target(OnFeature& action) {
        action.feature = names_.feature(spec_.target);
        return action.feature.valid();
    }

    /// `version` is null where none may be named.
    bool key(VaultId& vault, KeyId& id, VersionNameId* version) {
        const auto named = parseShortKey(spec_.target.text);
        if (!named || (!named->version.empty() && version == nullptr)) {
            compiler_.diagnostics_.error(spec_.target.mark, inQuotes(spec_.target.text) + " is no key",
                                         version != nullptr ? "write VAULT/KEY or VAULT/KEY/VERSION"
                                                            : "write VAULT/KEY");
            return false;
        }
        vault = names_.vault({named->vault, spec_.target.mark});
        if (vault.valid()) {
            id = names_.key(vault, named->key, spec_.target.mark);
        }
        if (!named->version.empty()) {
            *version = names_.version(named->version);
        }
        return id.valid();
    }

    // --- arguments: what is not given stays as it is -----------------------------------------------------------------

    bool put(const ArgumentRule& rule, IdentityId& value) {
        const Name* name = spec_.find<Name>(rule.name);
        if (name == nullptr) {
            return true;
        }
        value = resource_.valid() ? names_.identityOf(resource_, *name) : names_.grantee(*name);
        return value.valid();
    }

    bool put(const ArgumentRule& rule, RoleId& value) {
        const Name* name = spec_.find<Name>(rule.name);
        value = name != nullptr ? names_.role(*name, scopeKind_) : value;
        return name == nullptr || value.valid();
    }

    bool put(const ArgumentRule& rule, PermissionSet& value) {
        if (const auto* permissions = spec_.find<std::vector<Name>>(rule.name)) {
            value = names_.permissions(*permissions);
        }
        return true;
    }

    bool put(const ArgumentRule& rule, BackupFileId& value) {
        if (const Name* name = spec_.find<Name>(rule.name)) {
            value = names_.file(name->text);
        }
        return true;
    }

    bool put(const ArgumentRule& rule, KeyTypeId& value) {
        const Name* name = spec_.find<Name>(rule.name);
        value = name != nullptr ? names_.keyType(*name) : value;
        return name == nullptr || value.valid();
    }

    /// A number of bits.
    bool put(const ArgumentRule& rule, std::uint16_t& value) {
        value = static_cast<std::uint16_t>(spec_.get<std::int64_t>(rule.name));
        return true;
    }

    bool put(const ArgumentRule& rule, AddressBlock& value) {
        value = spec_.get<AddressBlock>(rule.name);
        return true;
    }

    /// A flag, or one of the two words for it.
    bool put(const ArgumentRule& rule, std::optional<bool>& value) {
        if (const bool* flag = spec_.find<bool>(rule.name)) {
            value = *flag;
        } else if (const Name* word = spec_.find<Name>(rule.name)) {
            value = word->text == rule.words.front();
        }
        return true;
    }

    /// One of several words, in their order.
    template <class Enum>
        requires std::is_enum_v<Enum>
    bool put(const ArgumentRule& rule, Enum& value) {
        if (const Name* word = spec_.find<Name>(rule.name)) {
            value = static_cast<Enum>(std::ranges::find(rule.words, word->text) - rule.words.begin());
        }
        return true;
    }

    bool put(const ArgumentRule& rule, std::optional<Instant>& value) {
        if (const auto* change = spec_.find<TimeChange>(rule.name)) {
            value = change->value.value_or(rule.cleared);
        }
        return true;
    }

    bool put(const ArgumentRule& rule, KeyChange& value) {
        value.cleared = spec_.find<Cleared>(rule.name) != nullptr;
        if (const Name* name = spec_.find<Name>(rule.name)) {
            value.to = compiler_.keyReference(resource_, *name, Compiler::Scope::Timeline);
        }
        return true;
    }

    bool put(const ArgumentRule&, std::vector<SlotChange>& value) {
        value = compiler_.slotChanges(resource_, spec_);
        return true;
    }

    bool put(const ArgumentRule&, PropertyChanges& value) {
        value = compiler_.propertyChanges(compiler_.program_.modelOf(resource_), spec_);
        return true;
    }

    bool put(const ArgumentRule&, std::shared_ptr<const NewVault>& value) {
        value = std::make_shared<const NewVault>(compiler_.newVault(*spec_.vault()));
        return true;
    }

    bool put(const ArgumentRule&, std::shared_ptr<const NewResource>& value) {
        const ResourceSpec* resource = spec_.resource();
        if (resource == nullptr) {
            return false; // it has no model, which has been reported
        }
        value =
            std::make_shared<const NewResource>(compiler_.newResource(resource_, *resource, Compiler::Scope::Timeline));
        if (resource->count) {
            compiler_.diagnostics_.error(resource->count->mark,
                                         "a fleet stands in the estate; the timeline makes one resource",
                                         "leave out 'count'");
        }
        return true;
    }

    Compiler& compiler_;
    Names& names_;
    const ActionSpec& spec_;
    ResourceId resource_;                   // of an action on one
    VaultKindId scopeKind_ = ordinaryVault; // of the vault at which a role is held
};

std::optional<Action> Compiler::action(const ActionSpec& spec) {
    Action action = blankAction(spec.kind);
    const bool sound = std::visit([&](auto& one) { return ActionResolver{*this, spec}.resolve(one); }, action);
    return sound ? std::optional{std::move(action)} : std::nullopt;
}

} // namespace cmksim::compile
