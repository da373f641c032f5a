#include "lint/unmodelled_users.hpp"

#include "base/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace cmksim::lint {

namespace {

/// Of a version that has no name of its own, that of its place.
VersionNameId nameAt(const NewKey& key, std::size_t place) {
    const VersionNameId name = key.versions[place].name;
    return name.valid() ? name : WorldNames::numberedVersion(static_cast<std::uint32_t>(place) + 1);
}

/// When versions of a key expire, those in use by a reference: the one that it names, else any may be.
std::vector<Instant> expiriesOf(const NewKey& key, VersionNameId named) {
    std::vector<Instant> expiries;
    for (std::size_t place = 0; place < key.versions.size(); ++place) {
        const NewVersion& version = key.versions[place];
        if (version.expires != never && (!named.valid() || named == nameAt(key, place))) {
            expiries.push_back(version.expires);
        }
    }
    return expiries;
}

/// Who uses what of a key ends at an instant, and who may, as its key was not read.
struct Users {
    std::vector<std::string> known;
    std::vector<std::string> possible;
};

bool mayUse(const Unmodelled& one, VaultId vault) {
    return one.keyNotRead && (one.vaults.empty() || std::ranges::find(one.vaults, vault) != one.vaults.end());
}

std::map<Instant, Users> usersByExpiry(const Program& estate, VaultId vault, const NewKey& key) {
    std::map<Instant, Users> users;
    for (const Unmodelled& one : estate.unmodelled) {
        bool isKnown = false;
        for (const Unmodelled::KeyUse& use : one.keys) {
            if (use.key.named && use.key.named->key == key.key) {
                isKnown = true;
                for (const Instant end : expiriesOf(key, use.key.named->version)) {
                    users[end].known.push_back(one.name);
                }
            }
        }
        if (!isKnown && mayUse(one, vault)) {
            for (const Instant end : expiriesOf(key, VersionNameId{})) {
                users[end].possible.push_back(one.name);
            }
        }
    }
    return users;
}

std::string detailOf(Instant end, const Users& users) {
    std::string text =
        end > scenarioStart ? "at +" + formatDuration(end.time_since_epoch()) : std::string{"it has expired already"};
    if (!users.known.empty()) {
        text += fmt::format("; used by {}, without a model: what becomes of that is not known",
                            fmt::join(users.known, ", "));
    }
    if (!users.possible.empty()) {
        text += fmt::format("; {} may use it: its key was not read", fmt::join(users.possible, ", "));
    }
    return text;
}

constexpr std::string_view notKnown = "without a model: what becomes of it is not known";

/// What of the things that a resource uses is gone at the start, or cannot be used then.
class MissingThings {
public:
    explicit MissingThings(const Program& estate) : estate_{estate} {}

    std::vector<std::string> of(const Unmodelled& one) {
        texts_.clear();
        for (const Unmodelled::KeyUse& use : one.keys) {
            if (use.key.named) {
                add(keyTrouble(*use.key.named));
            }
            add(identityTrouble(use.identity));
        }
        for (const IdentityId id : one.identities) {
            add(identityTrouble(id));
        }
        const auto troubleOf = [this](VaultId vault) { return vaultTrouble(vault); };
        // A key that was not read may be in any of them.
        if (!one.keyNotRead || std::ranges::all_of(one.vaults, [&](VaultId id) { return troubleOf(id).has_value(); })) {
            for (const VaultId id : one.vaults) {
                add(troubleOf(id));
            }
        }
        return std::move(texts_);
    }

private:
    void add(const std::optional<std::string>& text) {
        if (text && std::ranges::find(texts_, *text) == texts_.end()) {
            texts_.push_back(*text);
        }
    }

    [[nodiscard]] const std::string& nameOf(VaultId vault) const { return estate_.names.vaults[vault].text; }

    [[nodiscard]] const NewVault* described(VaultId vault) const {
        const auto found = std::ranges::find(estate_.vaults, vault, &NewVault::vault);
        return found == estate_.vaults.end() ? nullptr : &*found;
    }

    [[nodiscard]] std::optional<std::string> vaultTrouble(VaultId id) const {
        const NewVault* vault = described(id);
        if (vault != nullptr && !vault->deleted) {
            return std::nullopt;
        }
        return fmt::format("vault {} is {}", nameOf(id), vault == nullptr ? "not there" : "deleted");
    }

    [[nodiscard]] std::optional<std::string> keyTrouble(const NamedKey& named) const {
        if (auto gone = vaultTrouble(named.vault)) {
            return gone;
        }
        const std::vector<NewKey>& keys = described(named.vault)->keys;
        const auto key = std::ranges::find(keys, named.key, &NewKey::key);
        const std::string text = fmt::format("key {}/{}", nameOf(named.vault), estate_.names.keys[named.key].text);
        if (key == keys.end() || key->deleted) {
            return text + (key == keys.end() ? " is not there" : " is deleted");
        }
        const NewVersion* version = versionOf(*key, named.version);
        if (version == nullptr) {
            return fmt::format("version {} of {} is not there", estate_.names.text(named.version), text);
        }
        return !version->enabled                    ? std::optional{text + " is disabled"}
               : version->notBefore > scenarioStart ? std::optional{text + " is not valid yet"}
                                                    : std::nullopt;
    }

    /// The one that is named, else the newest.
    static const NewVersion* versionOf(const NewKey& key, VersionNameId named) {
        if (!named.valid()) {
            return key.versions.empty() ? nullptr : &key.versions.back();
        }
        for (std::size_t place = 0; place < key.versions.size(); ++place) {
            if (nameAt(key, place) == named) {
                return &key.versions[place];
            }
        }
        return nullptr;
    }

    [[nodiscard]] std::optional<std::string> identityTrouble(IdentityId id) const {
        if (!id.valid()) {
            return std::nullopt;
        }
        const IdentityName& name = estate_.names.identities[id];
        for (const IdentityId part : {id, name.with, name.app}) {
            if (part.valid() && estate_.names.identities[part].deleted) {
                return fmt::format("identity {} is deleted", estate_.names.identities[part].text);
            }
        }
        return std::nullopt;
    }

    const Program& estate_;
    std::vector<std::string> texts_;
};

/// Who of them uses some key of a vault, and which; and who may.
std::string vaultUsersText(const Program& estate, VaultId vault) {
    std::vector<std::string> known;
    std::vector<std::string> possible;
    for (const Unmodelled& one : estate.unmodelled) {
        const bool uses = std::ranges::any_of(
            one.keys, [&](const Unmodelled::KeyUse& use) { return use.key.named && use.key.named->vault == vault; });
        if (uses) {
            known.push_back(one.name);
        } else if (mayUse(one, vault)) {
            possible.push_back(one.name);
        }
    }
    std::string text;
    if (!known.empty()) {
        text = fmt::format("its keys are used by {}, {}", fmt::join(known, ", "), notKnown);
    }
    if (!possible.empty()) {
        text += fmt::format("{}{} may use its keys, as the key was not read, {}", text.empty() ? "" : "; ",
                            fmt::join(possible, ", "), notKnown);
    }
    return text;
}

/// The rules that the settings of a vault break for whatever uses its keys.
std::vector<LintRule> brokenBy(const NewVault& vault, const Platform& platform) {
    if (!vault.deleted && vault.settings.softDelete == false) {
        return {LintRule::SoftDeleteOff};
    }
    std::vector<LintRule> broken;
    if (vault.settings.purgeProtection != true) {
        broken.push_back(LintRule::PurgeProtectionOff);
    }
    if (!vault.deleted && vault.retention < std::chrono::hours{24} * platform.retentionDaysMost) {
        broken.push_back(LintRule::RetentionShort);
    }
    return broken;
}

} // namespace

std::vector<LintFinding> unmodelledAtRest(const Program& estate) {
    std::vector<LintFinding> findings;
    MissingThings missing{estate};
    for (const Unmodelled& one : estate.unmodelled) {
        if (const std::vector<std::string> things = missing.of(one); !things.empty()) {
            findings.push_back(withoutStories(LintRule::UnknownAtRest, one.name,
                                              fmt::format("{}; {}", fmt::join(things, ", "), notKnown)));
        }
    }
    return findings;
}

std::vector<LintFinding> unmodelledDeletions(const Program& estate, const std::vector<LintFinding>& known) {
    std::vector<LintFinding> findings;
    for (const NewVault& vault : estate.vaults) {
        const std::string users = vaultUsersText(estate, vault.vault);
        const std::string& name = estate.names.vaults[vault.vault].text;
        if (users.empty() || vault.keys.empty()) {
            continue;
        }
        for (const LintRule rule : brokenBy(vault, *estate.platform)) {
            const bool isReported = std::ranges::any_of(
                known, [&](const LintFinding& one) { return one.rule == rule && one.subject == name; });
            if (!isReported) {
                findings.push_back(withoutStories(rule, name, users));
            }
        }
    }
    return findings;
}

std::vector<LintFinding> unmodelledExpiries(const Program& estate) {
    std::vector<LintFinding> findings;
    for (const NewVault& vault : estate.vaults) {
        for (const NewKey& key : vault.keys) {
            for (const auto& [end, users] : usersByExpiry(estate, vault.vault, key)) {
                findings.push_back(withoutStories(
                    LintRule::KeyExpires, estate.names.vaults[vault.vault].text + '/' + estate.names.keys[key.key].text,
                    detailOf(end, users)));
            }
        }
    }
    return findings;
}

} // namespace cmksim::lint
