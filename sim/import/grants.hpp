// Who may do what with keys: access policies and role assignments, joined to identities and vaults.
#pragma once

#include "import/identity_index.hpp"
#include "import/ledger.hpp"
#include "import/local_roles.hpp"
#include "import/raw_import.hpp"
#include "import/teller.hpp"
#include "import/vault_index.hpp"
#include "model/azure.hpp"
#include "model/platform.hpp"

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cmksim::import {

/// What grants are joined with.
struct GrantContext {
    const std::vector<AzureTerms>& terms;
    const Platform& platform;
    const std::unordered_map<std::string, std::string>& own; // `system:RESOURCE` by the principal's text
    IdentityIndex& identities;
    VaultIndex& vaults;
    Teller& teller;
    Ledger& ledger;
};

class GrantIndex {
public:
    explicit GrantIndex(const GrantContext& context) : context_{context} {}

    /// Roles of the user's own, before grants of them.
    void add(const RawRole& role);
    /// Whole lists of policies, before any of them: of several of one vault the latest holds.
    void learnLists(std::span<const RawVault> vaults);
    void add(const RawVault& vault);
    void add(const RawGrant& grant);

    /// Grants above all vaults.
    [[nodiscard]] const JsonObject& above() const { return above_; }

    /// Where they are described: `policy VAULT IDENTITY`, `role SCOPE IDENTITY ROLE`.
    [[nodiscard]] const std::unordered_map<std::string, Mark>& places() const { return places_; }

    /// Policies of principals that were not read.
    [[nodiscard]] const std::vector<RawPolicy>& strangers() const { return strangers_; }
    /// These, and roles of such principals, as `strangerGrant` calls them.
    [[nodiscard]] std::set<std::string>& strangerGrants() { return strangerGrants_; }

private:
    /// What a role is called here; empty where it is not known to give anything on keys.
    struct Role {
        std::string name;
        bool isKnown = false;
    };
    [[nodiscard]] std::string grantee(const std::string& text) const;
    [[nodiscard]] const RawVault* listWithout(const RawVault& found, const std::string& who) const;
    void policy(const RawPolicy& policy, const std::string& who, JoinedVault& vault);
    [[nodiscard]] bool isAboveVaults(const std::string& text) const;
    [[nodiscard]] Role roleNamed(const RawGrant& grant);
    bool place(const RawGrant& grant, const std::string& who, const std::string& role);
    void add(const RawGrant& grant, const LocalGrant& local);
    void noteStranger(const RawGrant& grant, const std::string& role);
    bool above(const RawGrant& grant, const std::string& who, const std::string& role);
    bool onKey(JoinedVault& vault, std::string_view key, const std::string& who, const std::string& role, Mark mark);
    template <class Message>
    void leaveOut(const RawGrant& grant, Message message, std::string_view help);
    void leaveOutHarmless(const RawGrant& grant);

    const GrantContext& context_;
    JsonObject above_;
    std::map<std::string, RawRole> roles_; // by definition and by name, in lower case
    std::vector<RawPolicy> strangers_;
    std::set<std::string> strangerGrants_;
    std::unordered_map<std::string, const RawVault*> lists_; // by vault, in lower case
    std::unordered_map<std::string, Mark> policyMarks_;      // of VAULT and identity
    std::unordered_map<std::string, Mark> places_;
};

} // namespace cmksim::import
