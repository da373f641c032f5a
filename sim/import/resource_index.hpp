// Resources as several sources describe them, put together by their ids: those that a model plays, and those of which
// it is not known what becomes of them.
#pragma once

#include "catalog/catalog.hpp"
#include "import/identity_index.hpp"
#include "import/ledger.hpp"
#include "import/raw_import.hpp"
#include "import/teller.hpp"
#include "import/vault_index.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cmksim::import {

/// What resources are joined with.
struct ResourceContext {
    Catalog& catalog;
    Diagnostics& diagnostics;
    IdentityIndex& identities;
    VaultIndex& vaults;
    Teller& teller;
    Ledger& ledger;
};

class ResourceIndex {
public:
    /// `baseless` are the ids of what is left out as it stands on nothing; the applications must outlive this.
    ResourceIndex(const ResourceContext& context, std::vector<RawResource> resources, std::vector<RawMention> mentions,
                  std::span<const std::string> baseless, std::span<const RawApplication> applications);

    /// The resources by name, as an estate has them. Once.
    JsonObject describe();

    /// The names of those that are left out as they have no key of the customer's.
    [[nodiscard]] std::set<std::string>& keyless() { return keyless_; }

    /// By name of those that are described, the slots of the keys that something apart from it says.
    [[nodiscard]] std::map<std::string, std::set<std::string>>& keysApart() { return keysApart_; }

    /// Where each is described, `resource NAME`, and what says its key apart from it, `key of resource NAME`.
    [[nodiscard]] std::unordered_map<std::string, Mark>& places() { return places_; }

    /// The own identities of resources, `system:RESOURCE` by the principal's text in lower case.
    [[nodiscard]] const std::unordered_map<std::string, std::string>& owners() const { return owners_; }

    /// Says of what works through its service's own principal whose grants may be that one's.
    void tellFirstParty(std::span<const RawPolicy> strangers) const;

private:
    /// A resource of a service that has a model, put together.
    struct Joined {
        RawResource one;
        std::string name; // in the estate
        std::vector<std::string> ownPrincipals;
        Mark keyMark;
        std::string obstacle;           // why no model can play it
        std::vector<std::size_t> bases; // that it stands on, by their place among the resources
        bool isLeftOut = false;         // it stands on nothing that is there, and has no key
        bool isMade = false;            // something describes it, and not its key alone
        std::set<std::string> apart;    // the slots of the keys that are said apart from it
        Mark apartMark;                 // where
    };
    /// Something without a model.
    struct Other {
        RawMention one;
        std::string name;
    };

    /// What a resource without a model uses and does not name.
    struct Unread {
        bool anywhere = false; // a key that may be any
        bool inVaults = false; // a key that may be any of `vaults`
        std::vector<std::string> vaults = {};
    };

    void join(std::vector<RawResource> found);
    void notePlaces(const Joined& resource);
    static void noteApart(const RawResource& found, Joined& into);
    void merge(const RawResource& found, Joined& into);
    void join(std::vector<RawMention> found);
    [[nodiscard]] std::vector<bool> foldIntoParents(std::vector<RawMention>& found) const;
    [[nodiscard]] std::optional<std::size_t> withId(std::string_view id);
    [[nodiscard]] bool isKeyOfParent(const RawMention& mention) const;
    void nameKeys(RawMention& mention);
    [[nodiscard]] bool hangsOnSomething(const RawMention& mention);
    [[nodiscard]] std::vector<std::string> vaultsOf(const RawMention& mention);
    [[nodiscard]] std::vector<std::string> namedBy(const RawMention& mention);
    [[nodiscard]] std::vector<std::string> vaultsInCommandsOf(const RawMention& mention);
    void nameAll();

    void nameVersions();
    [[nodiscard]] static std::string callOf(const RawResource& one);
    [[nodiscard]] static std::string callOf(const RawMention& one);
    void nameReferred();
    JsonObject describe(Joined& resource);
    JsonObject describeModelled(const Joined& resource);
    JsonObject describeUnmodelled(const Joined& resource);
    JsonObject unmodelledFields(const Joined& resource);
    static std::string_view addUnread(const Unread& unread, JsonObject& fields);
    void note(const RawKeyUse& use, Mark mark, Unread& unread);
    Unread unreadOf(const RawResource& one);
    [[nodiscard]] static bool isKeyRead(JoinedVault& vault, std::string_view key);
    [[nodiscard]] JoinedVault* vaultOfKey(std::string_view uri);
    JsonObject describeSlots(const Joined& resource);
    JsonObject describe(const Other& other);
    JsonObject describeOther(const Other& other);
    void findObstacles();
    void findBases();
    [[nodiscard]] bool resolveBases(Joined& resource);
    [[nodiscard]] std::string openBaseOf(const Joined& resource);
    [[nodiscard]] std::string obstacleOf(const Joined& resource);
    [[nodiscard]] std::string obstacleOf(const RawResource& one, const RawKeyUse& use, bool isFirst);
    void properties(const RawResource& resource, JsonObject& fields);
    JsonArray attachedTo(const Joined& resource);
    [[nodiscard]] std::string identityOf(const Joined& resource);
    [[nodiscard]] std::string usualIdentityOf(const RawResource& one) const;
    std::string identityNamed(const PrincipalText& text, const Joined& user, std::string_view slot = {});
    [[nodiscard]] PrincipalIdKind idKindIn(const std::string& service, std::string_view slot) const;
    [[nodiscard]] bool takesFederated(const RawResource& one);
    std::string federatedNamed(const PrincipalText& text, const Joined& user);
    std::string keyOf(const std::string& key, Mark mark);
    /// The same of the key of a field, `key` or `keys.SLOT`: without the version that automatic rotation goes past.
    std::string keyInUse(const RawResource& resource, std::string_view field, const std::string& key);
    std::string strange(std::string_view text, const Joined& user, PrincipalIdKind kind);
    /// A property's value as the newest model of the service writes it, whatever its case; none where that has no such.
    [[nodiscard]] std::optional<JsonValue> knownValue(const std::string& service, const std::string& property,
                                                      const JsonValue& value);

    ResourceContext context_;
    std::span<const RawApplication> applications_;
    std::vector<Joined> resources_;
    std::vector<Other> others_;
    std::vector<std::string> baseless_; // in lower case and in order
    std::set<std::string> keyless_;
    std::map<std::string, std::set<std::string>> keysApart_;
    std::unordered_map<std::string, std::string> owners_;
    std::unordered_map<std::string, Mark> places_;
    std::optional<std::unordered_multimap<std::string, std::size_t>> byName_; // type and name; once it is asked for
};

} // namespace cmksim::import
