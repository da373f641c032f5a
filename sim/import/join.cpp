#include "import/estate.hpp"

#include "az/references.hpp"
#include "base/flow_yaml.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "import/grants.hpp"
#include "import/identity_index.hpp"
#include "import/local_roles.hpp"
#include "import/match.hpp"
#include "import/resource_index.hpp"
#include "import/resource_place.hpp"
#include "import/teller.hpp"
#include "import/vault_index.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cmksim::import {

namespace {

class Joiner {
public:
    Joiner(RawImport raw, Catalog& catalog, Diagnostics& diagnostics)
        : raw_{std::move(raw)}, catalog_{catalog}, diagnostics_{diagnostics}, teller_{diagnostics},
          identities_{raw_.identities}, vaults_{catalog.platform(), teller_, estate_.ledger} {}

    ImportedEstate join() {
        identities();
        for (const RawVault& vault : raw_.vaults) {
            vaults_.add(vault);
        }
        vaults_.judge();
        for (const RawKey& key : raw_.keys) {
            vaults_.add(key);
        }
        for (const RawGrant& grant : raw_.grants) {
            if (const auto local = localGrantOf(grant, catalog_.azure(), catalog_.platform(), vaults_);
                local && local->vault != nullptr) {
                local->vault->rolesAreKnown = true;
            }
        }
        const std::vector<RawApplication> applications = joinedApplications();
        resourcesAndGrants(applications);
        for (const auto& [source, types] : raw_.others) {
            for (const auto& [type, count] : types) {
                estate_.ledger.other({source, 1, 1}, type, count);
            }
        }
        for (const auto& [source, types] : raw_.reported) {
            for (const auto& [type, count] : types) {
                estate_.ledger.reported({source, 1, 1}, type, count);
            }
        }
        countApplications();
        vaults_.dropPurged();
        write();
        countOthers();
        teller_.countUnreported();
        return std::move(estate_);
    }

private:
    [[nodiscard]] bool isFirstParty(const RawApplication& one) const {
        return std::ranges::any_of(catalog_.azure(), [&](const AzureTerms& terms) {
            return !terms.firstParty.empty() && terms.firstParty == one.application;
        });
    }

    /// Each application once. Who acts is its principal, which is described apart from it, before or after it.
    std::vector<RawApplication> joinedApplications() {
        std::vector<RawApplication> joined;
        std::unordered_map<std::string_view, std::size_t> placeOfEach;
        joined.reserve(raw_.applications.size());
        for (const RawApplication& one : raw_.applications) {
            const auto [at, isNew] = placeOfEach.try_emplace(one.application, joined.size());
            if (isNew) {
                joined.push_back(one);
                continue;
            }
            RawApplication& known = joined[at->second];
            if (!one.principalId.empty() && !known.principalId.empty() &&
                !equalIgnoringCase(one.principalId, known.principalId)) {
                teller_.tell(one.mark,
                             fmt::format("the principal of application {} is {} here and {} at {}",
                                         inQuotes(one.application), inQuotes(one.principalId),
                                         inQuotes(known.principalId), placeText(known.mark)),
                             "what stands here is later and holds");
            }
            const bool isOfPrincipal = !one.principalId.empty();
            if (!one.name.empty() && (isOfPrincipal || known.principalId.empty() || known.name.empty())) {
                known.name = one.name;
            }
            if (isOfPrincipal) {
                known.principalId = one.principalId;
                known.mark = one.mark;
            }
        }
        return joined;
    }

    /// Applications that nothing here acts as.
    void countApplications() {
        for (const RawApplication& one : raw_.applications) {
            if (!isFirstParty(one) && identities_.nameOf(one.application).empty()) {
                estate_.ledger.other(one.mark, "service principals", 1);
            }
        }
    }

    void identities() {
        for (const RawApplication& one : raw_.applications) {
            if (isFirstParty(one) && !one.principalId.empty()) {
                identities_.addFirstParty(one.principalId);
            }
        }
        for (std::size_t i = 0; i < raw_.identities.size(); ++i) {
            const RawIdentity& one = raw_.identities[i];
            const bool again = identities_.isAgain()[i];
            if (!one.mentioned) {
                estate_.ledger.read(ReadKind::Identity, one.mark);
            } else if (!again) {
                estate_.ledger.speakOf(ReadKind::Identity, one.mark);
            }
            if (!one.mentioned && again) {
                estate_.ledger.again(ReadKind::Identity, one.mark);
            }
        }
        for (const RawIdentity& one : raw_.identities) {
            estate_.places.emplace("identity " + identities_.nameOf(one.id), one.mark);
        }
        for (const IdentityIndex::Conflict& one : identities_.conflicts()) {
            teller_.tell(one.mark,
                         fmt::format("{} of identity {} is {} here and {} elsewhere", one.field,
                                     inQuotes(readable(one.identity)), inQuotes(one.later), inQuotes(one.earlier)),
                         "what stands here is later and holds");
        }
        for (const IdentityIndex::Shared& one : identities_.shared()) {
            teller_.tell(one.mark,
                         fmt::format("identities {} and {} are two and have one id, {}", inQuotes(readable(one.one)),
                                     inQuotes(readable(one.other)), inQuotes(readable(one.text))),
                         "what is granted to that id may be of either; it is left out");
        }
        raw_.identities = {};
    }

    /// What was read of the resources, which may be large, goes with the index.
    void resourcesAndGrants(std::span<const RawApplication> applications) {
        ResourceIndex resources{{catalog_, diagnostics_, identities_, vaults_, teller_, estate_.ledger},
                                std::exchange(raw_.resources, {}),
                                std::exchange(raw_.mentions, {}),
                                raw_.baseless,
                                applications};
        estate_.resources = resources.describe();
        estate_.keyless = std::move(resources.keyless());
        estate_.keysApart = std::move(resources.keysApart());
        estate_.places.merge(resources.places());
        grants(resources);
    }

    void grants(const ResourceIndex& resources) {
        const GrantContext context{.terms = catalog_.azure(),
                                   .platform = catalog_.platform(),
                                   .own = resources.owners(),
                                   .identities = identities_,
                                   .vaults = vaults_,
                                   .teller = teller_,
                                   .ledger = estate_.ledger};
        GrantIndex grants{context};
        for (const RawRole& role : raw_.roles) {
            grants.add(role);
            estate_.ledger.other(role.mark, "role definitions", 1);
        }
        grants.learnLists(raw_.vaults);
        for (const RawVault& vault : raw_.vaults) {
            grants.add(vault);
        }
        for (const RawGrant& grant : raw_.grants) {
            grants.add(grant);
        }
        estate_.roleAssignments = grants.above();
        estate_.strangers = std::move(grants.strangerGrants());
        estate_.places.insert(grants.places().begin(), grants.places().end());
        resources.tellFirstParty(grants.strangers());
    }

    /// What means nothing here, by type, and what vaults hold beside keys.
    void countOthers() {
        const auto tell = [&](std::string_view where, const auto& counts, std::string_view help) {
            std::string types;
            std::size_t sum = 0;
            for (const auto& [type, count] : counts) {
                types += fmt::format("{}{} {}", types.empty() ? "" : ", ", count, type);
                sum += count;
            }
            if (sum > 0) {
                diagnostics_.warning({},
                                     fmt::format("{} other thing{}{} {} left out: {}", sum, sum == 1 ? "" : "s", where,
                                                 sum == 1 ? "is" : "are", types),
                                     std::string{help});
            }
        };
        tell("", estate_.ledger.others(), namesNothingRead);
        tell(" in vaults", estate_.ledger.contents(), keysAloneMatter);
    }

    // --- writing it down ---------------------------------------------------------------------------------------------

    void write() {
        for (const IdentityIndex::Identity& identity : identities_.all()) {
            if (identity.isOther) {
                continue;
            }
            JsonObject fields;
            const auto say = [&](std::string_view name, const std::string& value) {
                if (!value.empty() && !isUnknownText(value)) {
                    fields.emplace_back(name, value);
                }
            };
            say("type", identity.type);
            say("with", identity.with);
            say("app", identity.app);
            say("principalId", identity.principalId);
            say("clientId", identity.clientId);
            if (const auto place = placeOf(identity.id);
                !place || !place->subscription.empty() || !place->group.empty() || place->isOwnGroup) {
                say("id", identity.id); // else it says no more than the name
            }
            const std::string& called = identity.id.empty() ? identity.clientId : identity.id;
            if (!identity.isMade && identity.type.empty() && !isUnknownText(called)) {
                estate_.assumedIdentities.insert(identity.name);
            }
            estate_.identities.emplace_back(identity.name, std::move(fields));
        }
        for (const JoinedVault& vault : vaults_.all()) {
            if (vault.isUsable()) {
                writeVault(vault);
            } else {
                estate_.unreadVaults.insert(vault.name);
            }
        }
    }

    /// The settings in the order of the terms. Purge protection without soft delete does not exist.
    static std::vector<JoinedVault::Setting> settingsOf(const JoinedVault& vault, const AzureTerms& platform) {
        std::vector<JoinedVault::Setting> settings;
        const auto is = [&](std::string_view field, std::string_view value) {
            const JoinedVault::Setting* found = vault.setting(field);
            return found != nullptr && found->value.line() == value;
        };
        const bool contradicts = is("enableSoftDelete", "false") && is("enablePurgeProtection", "true");
        for (const AzureProperty& property : platform.properties) {
            const JoinedVault::Setting* setting =
                property.thing == AzureThing::Vault ? vault.setting(property.field) : nullptr;
            if (setting != nullptr && !(contradicts && property.field == "enableSoftDelete")) {
                settings.push_back(*setting);
            }
        }
        return settings;
    }

    void writeVault(const JoinedVault& vault) {
        const auto platform = std::ranges::find(catalog_.azure(), "", &AzureTerms::service);
        JsonObject fields;
        JsonObject network;
        if (vault.kind != ordinaryVault) {
            fields.emplace_back("kind", catalog_.platform().vaultKinds[vault.kind].name);
        }
        for (const JoinedVault::Setting& setting : settingsOf(vault, *platform)) {
            constexpr std::string_view acls = "networkAcls.";
            if (setting.field.starts_with(acls)) {
                network.emplace_back(setting.field.substr(acls.size()), setting.value);
            } else {
                fields.emplace_back(setting.field, setting.value);
            }
        }
        const auto say = [&](std::string_view name, JsonObject value) {
            if (!value.empty()) {
                fields.emplace_back(name, std::move(value));
            }
        };
        say("networkAcls", std::move(network));
        say("accessPolicies", vault.policies);
        say("roleAssignments", vault.roles);
        JsonObject keys;
        for (const JoinedKey& one : vault.keys) {
            JsonObject key = keyFieldsOf(one.versions);
            if (!one.roles.empty()) {
                key.emplace_back("roleAssignments", one.roles);
            }
            if (one.deleted) {
                key.emplace_back("deleted", one.deleted->at);
            }
            estate_.places.emplace(fmt::format("key {}/{}", vault.name, one.name), one.mark);
            if (one.isAssumed) {
                estate_.assumedKeys.insert(vault.name + '/' + one.name);
            }
            keys.emplace_back(one.name, std::move(key));
        }
        say("keys", std::move(keys));
        if (vault.deleted) {
            fields.emplace_back("deleted", vault.deleted->at);
        }
        estate_.vaults.emplace_back(vault.name, std::move(fields));
        estate_.places.emplace("vault " + vault.name, vault.mark);
    }

    RawImport raw_;
    Catalog& catalog_;
    Diagnostics& diagnostics_;
    ImportedEstate estate_;
    Teller teller_;
    IdentityIndex identities_;
    VaultIndex vaults_;
};

} // namespace

ImportedEstate joinEstate(RawImport raw, Catalog& catalog, Diagnostics& diagnostics) {
    return Joiner{std::move(raw), catalog, diagnostics}.join();
}

} // namespace cmksim::import
