// Vaults and their keys as several sources describe them, put together field by field.
#pragma once

#include "import/ledger.hpp"
#include "import/raw_import.hpp"
#include "import/teller.hpp"
#include "model/platform.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cmksim::import {

/// A key as it is put together.
struct JoinedKey {
    std::string name;
    std::vector<RawVersion> versions = {}; // oldest first
    JsonObject roles = {};
    std::optional<Deletion> deleted = {};
    std::string changed = {};
    Mark mark = {};
    bool isAssumed = false; // nothing describes it, and something names it
};

/// A vault as it is put together. Names of vaults are unique in all of Azure, so the name alone says which it is.
struct JoinedVault {
    struct Setting {
        std::string field;
        JsonValue value;
        Mark mark;
        std::string changed;
    };
    std::string name;
    VaultKindId kind = ordinaryVault;
    std::string id;
    Mark mark;
    bool rolesAreKnown = true; // of one that has roles of its own: some source had them
    bool isWhole = false;      // some source had its properties
    bool hasNewDefault = true; // what makes it uses roles where nothing is said, and nothing describes it otherwise
    std::string changed;       // when it was last changed as any source saw it; empty: none says
    std::vector<Setting> settings;
    JsonObject policies;
    JsonObject roles;
    std::vector<JoinedKey> keys;
    std::optional<Deletion> deleted;
    std::string unread; // why it cannot stand in the estate; empty: it can

    [[nodiscard]] bool isUsable() const { return unread.empty(); }
    [[nodiscard]] JoinedKey* keyNamed(std::string_view key);
    [[nodiscard]] const Setting* setting(std::string_view field) const;
};

class VaultIndex {
public:
    VaultIndex(const Platform& platform, Teller& teller, Ledger& ledger)
        : platform_{platform}, teller_{teller}, ledger_{ledger} {}

    void add(const RawVault& found);

    /// Judges which vaults can stand in the estate; then come the keys.
    void judge();
    void add(const RawKey& found);

    /// Drops what has been purged by the instant at which all that is known had happened.
    void dropPurged();

    /// The vault of that name, whatever its case; null when nothing described it.
    [[nodiscard]] JoinedVault* find(std::string_view name);
    /// The same, where it is of that kind.
    [[nodiscard]] JoinedVault* find(std::string_view name, VaultKindId kind);
    /// What people call it, `managed HSM 'contoso-hsm'`.
    [[nodiscard]] std::string titleOf(const JoinedVault& vault) const;
    [[nodiscard]] const std::string& callOf(VaultKindId kind) const;

    /// A key of a vault, which is taken to be there where nothing describes it.
    JoinedKey& keyOf(JoinedVault& vault, std::string_view key, Mark user);

    [[nodiscard]] std::vector<JoinedVault>& all() { return vaults_; }

private:
    void deletion(const RawVault& found, JoinedVault& vault, bool isNew);
    void settings(const RawVault& found, JoinedVault& vault);
    void set(JoinedVault& vault, std::string field, JsonValue value, const RawVault& found);
    void judge(JoinedVault& vault);
    void versions(const RawKey& found, const JoinedVault& vault, JoinedKey& key);
    void merge(const RawVersion& found, const RawKey& of, const std::string& name, const JoinedKey& key,
               RawVersion& known);

    const Platform& platform_;
    Teller& teller_;
    Ledger& ledger_;
    std::vector<JoinedVault> vaults_;
    std::unordered_map<std::string, std::size_t> byName_; // in lower case
};

} // namespace cmksim::import
