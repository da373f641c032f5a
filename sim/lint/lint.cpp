#include "lint/lint.hpp"

#include "analysis/at_rest.hpp"
#include "engine/dependencies.hpp"
#include "engine/impairment.hpp"
#include "engine/timings.hpp"
#include "recovery/candidate.hpp"
#include "recovery/proof.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace cmksim::lint {

namespace {

constexpr Duration anHour = std::chrono::hours{1};
constexpr Duration aMinute = std::chrono::minutes{1};
constexpr Duration aDay = std::chrono::hours{24};

/// A story that would tell two estates apart.
struct Suspicion {
    LintRule rule{};
    std::string subject;
    std::string detail;
    std::vector<TimelineEntry> story;
    Duration length{};
    Program mended;
};

class Linter {
public:
    /// `estate` is that of `story` without its timeline.
    Linter(const Program& estate, const Program& story)
        : estate_{estate}, story_{story}, dependencies_{estate}, period_{longestPeriod(estate)} {}

    std::vector<LintFinding> findings() {
        for (std::size_t i = 0; i < estate_.vaults.size(); ++i) {
            for (const NewKey& key : estate_.vaults[i].keys) {
                if (!usersOf(key.key).empty()) {
                    deletion(i, key.key);
                    expiry(i, key);
                }
            }
            permissionModel(i);
            firewall(i);
            bypass(i);
            broadPolicies(estate_.vaults[i]);
        }
        oneKeyForAll();
        sharedIdentities();
        broadRoles();
        atRest();
        std::ranges::stable_sort(findings_, {}, &LintFinding::rule);
        return std::move(findings_);
    }

    std::vector<LintFinding> contestedBypasses() {
        for (std::size_t i = 0; i < estate_.vaults.size(); ++i) {
            bypass(i);
        }
        return std::move(findings_);
    }

private:
    // --- what the estate says ----------------------------------------------------------------------------------------

    [[nodiscard]] const KeyReference* keyOf(ResourceId id) const {
        const auto& described = estate_.resources[id].described;
        if (!described || !described->key.valid() || estate_.keys[described->key].malformed) {
            return nullptr;
        }
        return &estate_.keys[described->key];
    }

    [[nodiscard]] std::vector<ResourceId> usersOf(KeyId key) const {
        return dependencies_.usersOf(dependencies_.vertexOf(node::Key{key}));
    }

    [[nodiscard]] std::string nameOf(VaultId vault) const { return estate_.names.vaults[vault].text; }
    [[nodiscard]] std::string nameOf(VaultId vault, KeyId key) const {
        return nameOf(vault) + '/' + estate_.names.keys[key].text;
    }
    [[nodiscard]] const std::string& nameOf(IdentityId identity) const {
        return estate_.names.identities[identity].text;
    }

    // --- proof -------------------------------------------------------------------------------------------------------

    [[nodiscard]] static bool isWorse(const Model& model, const ResourceStatus& one, const ResourceStatus& other) {
        const auto rank = [&](const ResourceStatus& status) {
            return std::tuple{status.recoverable ? 0 : 1,
                              status.presence == ResourceStatus::Presence::Present && !isImpaired(model, status) ? 0
                                                                                                                 : 1,
                              status.downtime};
        };
        return rank(one) > rank(other);
    }

    static LintWorld play(const Program& program, const std::vector<TimelineEntry>& story, Duration length) {
        LintWorld world{withTimeline(program, story, scenarioStart + length), {}};
        world.trace = replay(world.program, nominalPhases(world.program));
        return world;
    }

    [[nodiscard]] static bool conditionRaised(const LintWorld& world, ResourceId id) {
        return std::ranges::any_of(world.trace.records, [&](const Record& record) {
            const auto* change = record.asIf<ConditionChanged>();
            return change != nullptr && record.resource == id && change->raised;
        });
    }

    /// A finding only where the story goes worse in the estate as it is.
    bool prove(Suspicion suspicion) {
        LintWorld asIs = play(estate_, suspicion.story, suspicion.length);
        LintWorld mended = play(suspicion.mended, suspicion.story, suspicion.length);
        std::vector<ResourceId> harmed;
        for (std::size_t i = 0; i < std::min(asIs.trace.ends.size(), mended.trace.ends.size()); ++i) {
            const ResourceId id = asIs.trace.ends[i].resource;
            if (isWorse(estate_.modelOf(id), asIs.trace.ends[i].status, mended.trace.ends[i].status) ||
                (conditionRaised(asIs, id) && !conditionRaised(mended, id))) {
                harmed.push_back(id);
            }
        }
        if (harmed.empty()) {
            return false;
        }
        findings_.push_back({suspicion.rule, nullptr, std::move(suspicion.subject), std::move(suspicion.detail),
                             std::move(asIs), std::move(mended), std::move(harmed)});
        return true;
    }

    void advise(LintRule rule, std::string subject, std::string detail) {
        findings_.push_back({rule, nullptr, std::move(subject), std::move(detail), {}, {}, {}});
    }

    // --- at rest -----------------------------------------------------------------------------------------------------

    void atRest() {
        for (const AtRest& trouble : troublesAtRest(estate_)) {
            const LintRule rule = trouble.standing == Standing::Down ? LintRule::DownAtRest : LintRule::ImpairedAtRest;
            findings_.push_back({rule,
                                 nullptr,
                                 estate_.resources[trouble.resource].name,
                                 troubleText(estate_, trouble) + lateGrantText(trouble),
                                 {},
                                 {},
                                 {trouble.resource}});
        }
    }

    /// A grant that is missing at rest, and that the timeline makes: until when it may not count.
    [[nodiscard]] std::string lateGrantText(const AtRest& trouble) const {
        const KeyReference* key = keyOf(trouble.resource);
        if (trouble.reason != Reason::IdentityUnauthorized || key == nullptr) {
            return {};
        }
        const IdentityId identity = estate_.resources[trouble.resource].described->identity;
        for (const TimelineEntry& entry : story_.entries) {
            const auto* policy = entry.action<PolicySet>();
            const auto* role = entry.action<RoleAssign>();
            const bool grants =
                (policy != nullptr && policy->vault == key->vault && policy->identity == identity) ||
                (role != nullptr && role->identity == identity && (!role->vault.valid() || role->vault == key->vault) &&
                 (!role->key.valid() || role->key == key->key));
            if (const Timing* timing = openTiming(story_, entry); grants && timing != nullptr) {
                return fmt::format("; the timeline has a grant for it at +{}, which counts by +{} at the latest",
                                   formatDuration(entry.at.time_since_epoch()),
                                   formatDuration(entry.at.time_since_epoch() + timing->latest));
            }
        }
        return {};
    }

    // --- deletion ----------------------------------------------------------------------------------------------------

    /// Once for a vault: the first of its keys that something uses.
    void deletion(std::size_t place, KeyId key) {
        const NewVault& vault = estate_.vaults[place];
        if (!told_.insert(vault.vault).second) {
            return;
        }
        const Instant deleted = scenarioStart + anHour;
        const TimelineEntry deletion = entryOf(estate_, KeyDelete{{vault.vault, key}}, deleted);
        const TimelineEntry recovery = entryOf(estate_, KeyRecover{{vault.vault, key}}, deleted + 2 * aMinute);
        if (vault.settings.softDelete == false) {
            Suspicion one{LintRule::SoftDeleteOff, nameOf(vault.vault), "", {deletion, recovery}, 3 * period_, estate_};
            one.mended.vaults[place].settings.softDelete = true;
            prove(std::move(one));
            return;
        }
        if (vault.settings.purgeProtection != true) {
            Suspicion one{LintRule::PurgeProtectionOff,
                          nameOf(vault.vault),
                          "",
                          {deletion, entryOf(estate_, KeyPurge{{vault.vault, key}}, deleted + aMinute), recovery},
                          3 * period_,
                          estate_};
            one.mended.vaults[place].settings.purgeProtection = true;
            prove(std::move(one));
        }
        const Duration most = aDay * estate_.platform->retentionDaysMost;
        if (vault.retention < most) {
            const Instant late = deleted + vault.retention + anHour;
            Suspicion one{
                LintRule::RetentionShort,
                nameOf(vault.vault),
                fmt::format("{}, where {} are possible", formatDuration(vault.retention), formatDuration(most)),
                {deletion, entryOf(estate_, KeyRecover{{vault.vault, key}}, late)},
                late - scenarioStart + 2 * period_,
                estate_};
            one.mended.vaults[place].retention = most;
            prove(std::move(one));
        }
    }

    // --- expiry ------------------------------------------------------------------------------------------------------

    void expiry(std::size_t place, const NewKey& key) {
        // One that is over at once is a matter of how the estate stands.
        std::set<Instant> ends;
        for (const NewVersion& version : key.versions) {
            if (version.expires != never && version.expires > scenarioStart + 2 * aMinute) {
                ends.insert(version.expires);
            }
        }
        for (const Instant end : ends) {
            if (expiry(place, key, end)) {
                return; // what a later one does besides is seen once this one is mended
            }
        }
    }

    bool expiry(std::size_t place, const NewKey& key, Instant end) {
        const NewVault& vault = estate_.vaults[place];
        const std::string subject = nameOf(vault.vault, key.key);
        const std::string when = "at +" + formatDuration(end.time_since_epoch());
        const Duration length = end.time_since_epoch() + 2 * period_;
        Suspicion pinned{LintRule::PinnedVersionExpires,
                         subject,
                         when,
                         {entryOf(estate_, KeyRotate{{vault.vault, key.key}}, scenarioStart + aMinute)},
                         length,
                         estate_};
        for (const ResourceId id : usersOf(key.key)) {
            if (keyOf(id)->version.valid()) {
                pinned.mended.keys[pinned.mended.resources[id].described->key].version = VersionNameId{};
            }
        }
        if (prove(std::move(pinned))) {
            return true;
        }
        Suspicion expires{LintRule::KeyExpires, subject, when, {}, length, estate_};
        for (NewKey& one : expires.mended.vaults[place].keys) {
            for (NewVersion& version : one.versions) {
                version.expires = one.key == key.key ? never : version.expires;
            }
        }
        return prove(std::move(expires));
    }

    // --- grants and networks -----------------------------------------------------------------------------------------

    [[nodiscard]] RoleId leastRole() const {
        for (std::size_t i = 0; i < estate_.platform->roles.size(); ++i) {
            if (estate_.platform->roles[i].usesKeys) {
                return RoleId{i};
            }
        }
        return {};
    }

    void permissionModel(std::size_t place) {
        const NewVault& vault = estate_.vaults[place];
        const bool rbac = vault.settings.rbac.value_or(false);
        Suspicion one{LintRule::GrantDoesNotCount,
                      nameOf(vault.vault),
                      rbac ? "it reads roles, and has access policies" : "it reads access policies, and has roles",
                      {},
                      2 * period_,
                      estate_};
        NewVault& mended = one.mended.vaults[place];
        if (rbac) {
            for (const NewPolicy& policy : vault.policies) {
                mended.roles.push_back({policy.identity, leastRole()});
            }
        } else {
            const auto grant = [&](const NewRole& role) {
                if (estate_.platform->roles[role.role.index()].usesKeys &&
                    std::ranges::find(mended.policies, role.identity, &NewPolicy::identity) == mended.policies.end()) {
                    mended.policies.push_back({role.identity, ~PermissionSet{0} >> 1U});
                }
            };
            std::ranges::for_each(vault.roles, grant);
            for (const NewKey& key : vault.keys) {
                std::ranges::for_each(key.roles, grant);
            }
        }
        prove(std::move(one));
    }

    void firewall(std::size_t place) {
        const NewVault& vault = estate_.vaults[place];
        if (vault.settings.publicAccess.value_or(true) && vault.settings.allowByDefault.value_or(true)) {
            return;
        }
        Suspicion one{LintRule::FirewallBlocks, nameOf(vault.vault), "", {}, 2 * period_, estate_};
        one.mended.vaults[place].settings.trustedBypass = true;
        if (vault.settings.trustedBypass != false || !prove(one)) {
            one.mended.vaults[place].settings.publicAccess = true;
            one.mended.vaults[place].settings.perimeter = false;
            one.mended.vaults[place].settings.allowByDefault = true;
            prove(std::move(one));
        }
    }

    /// What goes down when the vault's bypass does, of services that its list does not name.
    void bypass(std::size_t place) {
        const NewVault& vault = estate_.vaults[place];
        const bool open = vault.settings.publicAccess.value_or(true) && vault.settings.allowByDefault.value_or(true);
        if (open || !vault.settings.trustedBypass.value_or(true)) {
            return;
        }
        Program without = estate_;
        without.vaults[place].settings.trustedBypass = false;
        const LintWorld asIs = play(estate_, {}, 2 * period_);
        const LintWorld closed = play(without, {}, 2 * period_);
        for (std::size_t i = 0; i < asIs.trace.ends.size(); ++i) {
            const ResourceId id = asIs.trace.ends[i].resource;
            const Model& model = estate_.modelOf(id);
            const bool listed = !model.trustedStanding || *model.trustedStanding == TrustedStanding::Listed;
            if (!listed && isWorse(model, closed.trace.ends[i].status, asIs.trace.ends[i].status)) {
                advise(LintRule::BypassContested, nameOf(vault.vault),
                       fmt::format("{} gets through by the bypass alone; that {} is a trusted service is {}",
                                   estate_.resources[id].name, model.title,
                                   trustedStandingNames[static_cast<std::size_t>(*model.trustedStanding)]));
            }
        }
    }

    // --- what is shared ----------------------------------------------------------------------------------------------

    void oneKeyForAll() {
        std::vector<ResourceId> all;
        for (const ResourceId id : estate_.resources.ids()) {
            if (keyOf(id) != nullptr) {
                all.push_back(id);
            }
        }
        const auto sameKey = [&](ResourceId id) { return keyOf(id)->key == keyOf(all.front())->key; };
        if (all.size() < 2 || !std::ranges::all_of(all, sameKey)) {
            return;
        }
        const KeyReference shared = *keyOf(all.front());
        Suspicion one{LintRule::OneKeyForAll,
                      nameOf(shared.vault, shared.key),
                      fmt::format("behind {} resources", all.size()),
                      {entryOf(estate_, KeyDelete{{shared.vault, shared.key}}, scenarioStart + aMinute)},
                      2 * period_,
                      estate_};
        for (const ResourceId id : std::span{all}.subspan(1)) {
            giveOwnKey(one.mended, id, shared);
        }
        prove(std::move(one));
    }

    static void giveOwnKey(Program& program, ResourceId id, const KeyReference& shared) {
        const KeyId key{program.names.keys.size()};
        const std::string name = "cmk-of-" + program.resources[id].name;
        program.names.keys.push_back({shared.vault, name});
        program.names.keysOf[shared.vault].push_back(key);
        for (NewVault& vault : program.vaults) {
            if (vault.vault == shared.vault) {
                const auto old = std::ranges::find(vault.keys, shared.key, &NewKey::key);
                NewKey own{key, {NewVersion{}}, old->roles};
                vault.keys.push_back(std::move(own));
            }
        }
        program.resources[id].described->key = KeyReferenceId{program.keys.size()};
        program.keys.push_back({program.names.vaults[shared.vault].text + '/' + name, false, shared.vault, key, {}});
    }

    void sharedIdentities() {
        for (const IdentityId identity : estate_.identities) {
            const std::vector<ResourceId> users =
                dependencies_.usersOf(dependencies_.vertexOf(node::Identity{identity}));
            std::set<std::string> services;
            for (const ResourceId id : users) {
                services.insert(estate_.modelOf(id).service);
            }
            if (services.size() < 2 || estate_.names.identities[identity].kind != IdentityKind::UserAssigned) {
                continue;
            }
            const IdentityDelete loss{{identity}, {}};
            Suspicion one{LintRule::SharedIdentity,
                          nameOf(identity),
                          fmt::format("used by {} resources of {} services", users.size(), services.size()),
                          {entryOf(estate_, loss, scenarioStart + aMinute)},
                          2 * period_,
                          estate_};
            for (const ResourceId id : users) {
                if (estate_.modelOf(id).service != estate_.modelOf(users.front()).service) {
                    giveOwnIdentity(one.mended, id, identity);
                }
            }
            prove(std::move(one));
        }
    }

    static void giveOwnIdentity(Program& program, ResourceId id, IdentityId shared) {
        const IdentityId own{program.names.identities.size()};
        IdentityName name;
        name.text = "id-of-" + program.resources[id].name;
        program.names.identities.push_back(std::move(name));
        program.identities.push_back(own);
        const auto copyRoles = [&](std::vector<NewRole>& roles) {
            const std::vector<NewRole> before = roles;
            for (const NewRole& role : before) {
                if (role.identity == shared) {
                    roles.push_back({own, role.role});
                }
            }
        };
        copyRoles(program.rootRoles);
        for (NewVault& vault : program.vaults) {
            const auto policy = std::ranges::find(vault.policies, shared, &NewPolicy::identity);
            if (policy != vault.policies.end()) {
                vault.policies.push_back({own, policy->permissions});
            }
            copyRoles(vault.roles);
            for (NewKey& key : vault.keys) {
                copyRoles(key.roles);
            }
        }
        program.resources[id].described->identity = own;
    }

    // --- what is too much --------------------------------------------------------------------------------------------

    void broadPolicies(const NewVault& vault) {
        for (const NewPolicy& policy : vault.policies) {
            PermissionSet needed = 0;
            for (const ResourceId id :
                 dependencies_.usersOf(dependencies_.vertexOf(node::Policy{vault.vault, policy.identity}))) {
                needed |= estate_.modelOf(id).permissionSet;
            }
            std::string more;
            for (std::size_t i = 0; i < estate_.platform->keyPermissions.size(); ++i) {
                const PermissionSet bit = PermissionSet{1} << i;
                if ((policy.permissions & bit & ~needed) != 0) {
                    more += (more.empty() ? "" : ", ") + estate_.platform->keyPermissions[i];
                }
            }
            if (needed != 0 && !more.empty()) {
                advise(LintRule::BroadGrant, nameOf(vault.vault),
                       fmt::format("the access policy of {} also allows {}", nameOf(policy.identity), more));
            }
        }
    }

    void broadRoles() {
        for (const NewRole& role : estate_.rootRoles) {
            if (estate_.platform->roles[role.role.index()].usesKeys) {
                advise(LintRule::BroadGrant, nameOf(role.identity),
                       fmt::format("{} is assigned above all vaults", estate_.platform->roles[role.role.index()].name));
            }
        }
    }

    const Program& estate_;
    const Program& story_;
    Dependencies dependencies_;
    Duration period_;
    std::set<VaultId> told_;
    std::vector<LintFinding> findings_;
};

} // namespace

std::vector<LintFinding> lintEstate(const Program& estate) {
    const Program atRest = withTimeline(estate, {}, estate.until);
    return Linter{atRest, estate}.findings();
}

std::vector<LintFinding> contestedBypasses(const Program& estate) {
    const Program atRest = withTimeline(estate, {}, estate.until);
    return Linter{atRest, estate}.contestedBypasses();
}

} // namespace cmksim::lint
