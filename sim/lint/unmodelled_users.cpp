#include "lint/unmodelled_users.hpp"

#include <fmt/format.h>

#include <map>

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

} // namespace

std::vector<LintFinding> unmodelledExpiries(const Program& estate) {
    std::vector<LintFinding> findings;
    for (const NewVault& vault : estate.vaults) {
        for (const NewKey& key : vault.keys) {
            std::map<Instant, std::vector<std::string>> users;
            for (const Unmodelled& one : estate.unmodelled) {
                for (const Unmodelled::KeyUse& use : one.keys) {
                    if (use.key.named && use.key.named->key == key.key) {
                        for (const Instant end : expiriesOf(key, use.key.named->version)) {
                            users[end].push_back(one.name);
                        }
                    }
                }
            }
            for (const auto& [end, names] : users) {
                const std::string when = end > scenarioStart ? "at +" + formatDuration(end.time_since_epoch())
                                                             : std::string{"it has expired already"};
                findings.push_back(
                    {.rule = LintRule::KeyExpires,
                     .own = nullptr,
                     .subject = estate.names.vaults[vault.vault].text + '/' + estate.names.keys[key.key].text,
                     .detail = fmt::format("{}; used by {}, without a model: what becomes of that is not known", when,
                                           fmt::join(names, ", ")),
                     .advice = {},
                     .asIs = {},
                     .mended = {},
                     .harmed = {}});
            }
        }
    }
    return findings;
}

} // namespace cmksim::lint
