// The same action on the same things under other numbers: of a part of an estate in the whole, or of one estate in
// another that has things of the same names.
#pragma once

#include "action/action.hpp"

#include <memory>
#include <utility>

namespace cmksim::engine {

/// Gives an action the ids that `map` has for its own: for vaults, keys, versions, identities, resources and references
/// to keys.
template <class Map>
class IdMapper {
public:
    explicit IdMapper(Map& map) : map_{map} {}

    [[nodiscard]] Action mapped(Action action) const {
        std::visit(
            [&](auto& one) {
                visitTarget(one, [&](auto& id) { put(id); });
                visitArguments(one, [&](const ArgumentRule&, auto& value) { put(value); });
            },
            action);
        return action;
    }

private:
    template <class Tag>
    void put(Id<Tag>& id) const {
        if constexpr (std::is_invocable_v<Map&, Id<Tag>>) {
            id = id.valid() ? map_(id) : id;
        }
    }

    void put(KeyChange& change) const { put(change.to); }

    void put(std::vector<SlotChange>& changes) const {
        for (SlotChange& change : changes) {
            put(change.key);
            put(change.identity);
        }
    }

    void put(std::shared_ptr<const NewVault>& described) const {
        NewVault vault = *described;
        put(vault.vault);
        for (NewPolicy& policy : vault.policies) {
            put(policy.identity);
        }
        putRoles(vault.roles);
        for (NewKey& key : vault.keys) {
            put(key.key);
            putRoles(key.roles);
        }
        described = std::make_shared<const NewVault>(std::move(vault));
    }

    void put(std::shared_ptr<const NewResource>& described) const {
        NewResource resource = *described;
        put(resource.identity);
        for (IdentityId& identity : resource.identities) {
            put(identity);
        }
        put(resource.key);
        for (KeyUse& use : resource.otherKeys) {
            put(use.key);
            put(use.identity);
        }
        for (ResourceId& base : resource.on) {
            put(base);
        }
        described = std::make_shared<const NewResource>(std::move(resource));
    }

    void putRoles(std::vector<NewRole>& roles) const {
        for (NewRole& role : roles) {
            put(role.identity);
        }
    }

    /// What is no id is the same in both.
    template <class T>
    void put(const T&) const {}

    Map& map_;
};

} // namespace cmksim::engine
