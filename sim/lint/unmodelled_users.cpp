#include "lint/unmodelled_users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

namespace cmksim::lint {

namespace {

/// When versions of a key expire, those in use by a reference: the one that it names, else any may be.
std::vector<Instant> expiriesOf(const NewKey& key, VersionNameId named) {
    std::vector<Instant> expiries;
    for (std::size_t place = 0; place < key.versions.size(); ++place) {
        const NewVersion& version = key.versions[place];
        const VersionNameId name =
            version.name.valid() ? version.name : WorldNames::numberedVersion(static_cast<std::uint32_t>(place) + 1);
        if (version.expires != never && (!named.valid() || named == name)) {
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
    std::string text = end > scenarioStart ? "at +" + formatDuration(end.time_since_epoch())
                                           : std::string{"it has expired already"};
    if (!users.known.empty()) {
        text += fmt::format("; used by {}, without a model: what becomes of that is not known",
                            fmt::join(users.known, ", "));
    }
    if (!users.possible.empty()) {
        text += fmt::format("; {} may use it: its key was not read", fmt::join(users.possible, ", "));
    }
    return text;
}

} // namespace

std::vector<LintFinding> unmodelledExpiries(const Program& estate) {
    std::vector<LintFinding> findings;
    for (const NewVault& vault : estate.vaults) {
        for (const NewKey& key : vault.keys) {
            for (const auto& [end, users] : usersByExpiry(estate, vault.vault, key)) {
                findings.push_back(withoutStories(
                    LintRule::KeyExpires,
                    estate.names.vaults[vault.vault].text + '/' + estate.names.keys[key.key].text,
                    detailOf(end, users)));
            }
        }
    }
    return findings;
}

} // namespace cmksim::lint
