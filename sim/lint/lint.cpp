#include "lint/lint.hpp"

#include "analysis/at_rest.hpp"
#include "base/time.hpp"
#include "engine/dependencies.hpp"
#include "engine/estate_cutter.hpp"
#include "engine/impairment.hpp"
#include "engine/timings.hpp"
#include "lint/early_versions.hpp"
#include "lint/late_grants.hpp"
#include "lint/repaired_estate.hpp"
#include "lint/requirements.hpp"
#include "lint/unmodelled_users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <utility>

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
    std::vector<TimelineEntry> story; // in the ids of the scene
    Duration length{};
    Program repaired;
    std::optional<LintAdvice> advice; // where it is not the rule's
};

/// What a story can reach, as an estate of its own: some resources and what they stand on.
struct Scene {
    EstatePart part;
    VaultId vault; // that it is about, in the ids of the part
    KeyId key;     // likewise, where it is about one

    [[nodiscard]] const Program& program() const { return part.program; }
};

class Linter {
public:
    /// `estate` is that of `story` without its timeline.
    Linter(const Program& estate, const Program& story)
        : estate_{estate}, story_{story}, dependencies_{estate}, cutter_{estate, dependencies_},
          period_{longestPeriod(estate)} {
        for (const ResourceId id : estate.resources.ids()) {
            for (const KeyUse& use : keysOf(id)) {
                const IdentityId granted = estate.names.granteeOf(use.identity);
                needed_[{estate.keys[use.key].named->vault, granted}] |= estate.modelOf(id).permissionSet;
            }
        }
    }

    std::vector<LintFinding> findings(Progress* progress) {
        atRest();
        const auto isCancelled = [&] { return progress != nullptr && progress->cancelled(); };
        for (const NewVault& vault : estate_.vaults) {
            if (isCancelled()) {
                break;
            }
            if (progress != nullptr) {
                progress->advance(1);
            }
            for (const NewKey& key : vault.keys) {
                deletion(vault, key.key);
                expiry(vault, key);
            }
            permissionModel(vault);
            firewall(vault);
            bypass(vault);
            broadPolicies(vault);
        }
        if (!isCancelled()) {
            oneKeyForAll();
            sharedIdentities();
            broadRoles();
        }
        return std::move(findings_);
    }

    std::vector<LintFinding> contestedBypasses() {
        for (const NewVault& vault : estate_.vaults) {
            bypass(vault);
        }
        return std::move(findings_);
    }

private:
    // --- what the estate says ----------------------------------------------------------------------------------------

    [[nodiscard]] std::vector<KeyUse> keysOf(ResourceId id) const { return engine::keysOf(estate_, id); }

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

    /// A key, or a vault, or some identity, with everything that its loss may reach.
    [[nodiscard]] Scene sceneOf(VaultId vault, KeyId key, const DependencyNode& lost) {
        Scene scene{cutter_.around(dependencies_.resourcesOn(dependencies_.vertexOf(lost))), {}, {}};
        scene.vault = inPart(scene.part.vaults, vault);
        scene.key = inPart(scene.part.keys, key);
        return scene;
    }
    [[nodiscard]] Scene sceneOf(VaultId vault, KeyId key) { return sceneOf(vault, key, node::Key{key}); }
    [[nodiscard]] Scene sceneOf(VaultId vault) { return sceneOf(vault, {}, node::Vault{vault}); }

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

    static LintWorld play(const Program& program, const std::vector<TimelineEntry>& story, Duration length,
                          TimingEnd end = TimingEnd::Nominal) {
        LintWorld world{withTimeline(program, story, scenarioStart + length), {}};
        if (end != TimingEnd::Nominal) {
            setDelays(world.program, end);
        }
        world.trace = replay(world.program, nominalPhases(world.program));
        return world;
    }

    /// The resources for which some condition arises.
    static std::set<ResourceId> troubled(const LintWorld& world) {
        std::set<ResourceId> raised;
        for (const Record& record : world.trace.records) {
            if (const auto* change = record.asIf<ConditionChanged>(); change != nullptr && change->raised) {
                raised.insert(record.on->resource);
            }
        }
        return raised;
    }

    /// What is open besides phases and is not nominal at one end: `; with an access policy's way into effect: 10m`.
    static std::string endText(const Program& played, TimingEnd end) {
        std::set<std::string> texts;
        for (const OpenDelay& delay : openDelays(played)) {
            if (const Duration length = lengthAt(*delay.timing, end); length != delay.timing->nominal) {
                texts.insert(fmt::format("{}: {}", delay.timing->meaning, formatDuration(length)));
            }
        }
        return texts.empty() ? "" : fmt::format("; with {}", fmt::join(texts, ", "));
    }

    /// A finding only where the story goes worse in the estate as it is: at nominal timings, else at one end of what is
    /// open.
    bool prove(const Scene& scene, const Suspicion& suspicion) {
        const Program played = withTimeline(scene.program(), suspicion.story, scenarioStart + suspicion.length);
        return std::ranges::any_of(differingEnds(played), [&](TimingEnd end) {
            Suspicion one = suspicion;
            one.detail += endText(played, end);
            return proveAt(end, scene, std::move(one));
        });
    }

    bool proveAt(TimingEnd end, const Scene& scene, Suspicion suspicion) {
        LintWorld asIs = play(scene.program(), suspicion.story, suspicion.length, end);
        LintWorld repaired = play(suspicion.repaired, suspicion.story, suspicion.length, end);
        const std::set<ResourceId> troubledAsIs = troubled(asIs);
        const std::set<ResourceId> troubledRepaired = troubled(repaired);
        std::vector<ResourceId> harmed;
        for (std::size_t i = 0; i < std::min(asIs.trace.ends.size(), repaired.trace.ends.size()); ++i) {
            const ResourceId id = asIs.trace.ends[i].resource;
            if (isWorse(scene.program().modelOf(id), asIs.trace.ends[i].status, repaired.trace.ends[i].status) ||
                (troubledAsIs.contains(id) && !troubledRepaired.contains(id))) {
                harmed.push_back(id);
            }
        }
        if (harmed.empty()) {
            return false;
        }
        std::ranges::sort(harmed);
        LintFinding finding;
        finding.rule = suspicion.rule;
        finding.subject = std::move(suspicion.subject);
        finding.detail = std::move(suspicion.detail);
        finding.advice = suspicion.advice;
        finding.asIs = std::move(asIs);
        finding.repaired = std::move(repaired);
        finding.harmed = std::move(harmed);
        findings_.push_back(std::move(finding));
        return true;
    }

    /// Whether the story takes a resource down, or for longer, in the estate as it is.
    static bool takesDown(const LintFinding& finding) {
        const auto& asIs = finding.asIs->trace.ends;
        const auto& repaired = finding.repaired->trace.ends;
        for (std::size_t i = 0; i < std::min(asIs.size(), repaired.size()); ++i) {
            if (asIs[i].status.downtime > repaired[i].status.downtime) {
                return true;
            }
        }
        return false;
    }

    void advise(LintRule rule, std::string subject, std::string detail) {
        findings_.push_back(withoutStories(rule, std::move(subject), std::move(detail)));
    }

    // --- at rest -----------------------------------------------------------------------------------------------------

    void atRest() {
        for (const AtRest& trouble : troublesAtRest(estate_)) {
            const LintRule rule = trouble.status == RestStatus::Down ? LintRule::DownAtRest : LintRule::ImpairedAtRest;
            LintFinding finding = withoutStories(rule, estate_.resources[trouble.resource].name,
                                                 troubleText(estate_, trouble) + lateGrantText(trouble));
            finding.advice = comesUpByItself(trouble) ? std::optional{upByItself} : std::nullopt;
            finding.harmed = {trouble.resource};
            findings_.push_back(std::move(finding));
        }
    }

    static bool comesUpByItself(const AtRest& trouble) { return trouble.returns && trouble.missing.empty(); }

    /// A grant that is missing at rest, and that the timeline makes: until when it may not count.
    [[nodiscard]] std::string lateGrantText(const AtRest& trouble) const {
        if (trouble.reason != Reason::IdentityUnauthorized) {
            return {};
        }
        const std::vector<LateGrant> grants = lateGrantsOf(story_, trouble.resource);
        return grants.empty()
                   ? std::string{}
                   : fmt::format("; the timeline has a grant for it at +{}, which counts by +{} at the latest",
                                 formatDuration(grants.front().made.time_since_epoch()),
                                 formatDuration(grants.front().countsBy.time_since_epoch()));
    }

    // --- deletion ----------------------------------------------------------------------------------------------------

    /// Once for a vault: the first of its keys that something uses.
    void deletion(const NewVault& whole, KeyId used) {
        if (reported_.contains(whole.vault)) {
            return;
        }
        if (usersOf(used).empty()) {
            return;
        }
        reported_.insert(whole.vault);
        const Scene scene = sceneOf(whole.vault, used);
        const OnKey target{scene.vault, scene.key};
        const Instant deleted = scenarioStart + anHour;
        const TimelineEntry deletion = entryOf(scene.program(), KeyDelete{target}, deleted);
        const TimelineEntry recovery = entryOf(scene.program(), KeyRecover{target}, deleted + 2 * aMinute);
        const auto suspicion = [&](LintRule rule, std::vector<TimelineEntry> story) {
            return Suspicion{rule, nameOf(whole.vault), "", std::move(story), 3 * period_, scene.program(), {}};
        };
        if (whole.deleted) {
            if (whole.settings.purgeProtection != true) {
                const OnVault vault{scene.vault};
                Suspicion one = suspicion(LintRule::PurgeProtectionOff,
                                          {entryOf(scene.program(), VaultPurge{vault}, deleted + aMinute),
                                           entryOf(scene.program(), VaultRecover{vault}, deleted + 2 * aMinute)});
                vaultOf(one.repaired, scene.vault).settings.purgeProtection = true;
                prove(scene, one);
            }
            return;
        }
        if (whole.settings.softDelete == false) {
            Suspicion one = suspicion(LintRule::SoftDeleteOff, {deletion, recovery});
            vaultOf(one.repaired, scene.vault).settings.softDelete = true;
            prove(scene, one);
            return;
        }
        if (whole.settings.purgeProtection != true) {
            const TimelineEntry purge = entryOf(scene.program(), KeyPurge{target}, deleted + aMinute);
            Suspicion one = suspicion(LintRule::PurgeProtectionOff, {deletion, purge, recovery});
            vaultOf(one.repaired, scene.vault).settings.purgeProtection = true;
            prove(scene, one);
        }
        const Duration most = aDay * estate_.platform->retentionDaysMost;
        if (whole.retention < most) {
            const Instant late = deleted + whole.retention + anHour;
            Suspicion one =
                suspicion(LintRule::RetentionShort, {deletion, entryOf(scene.program(), KeyRecover{target}, late)});
            one.detail =
                fmt::format("{}, where {} are possible", formatDuration(whole.retention), formatDuration(most));
            one.length = late - scenarioStart + 2 * period_;
            vaultOf(one.repaired, scene.vault).retention = most;
            prove(scene, one);
        }
    }

    // --- expiry ------------------------------------------------------------------------------------------------------

    void expiry(const NewVault& vault, const NewKey& key) {
        // One that is over at once is a matter of how the estate stands.
        std::set<Instant> ends;
        for (const NewVersion& version : key.versions) {
            if (version.expires != never && version.expires > scenarioStart + 2 * aMinute) {
                ends.insert(version.expires);
            }
        }
        if (ends.empty() || usersOf(key.key).empty()) {
            return;
        }
        const Scene scene = sceneOf(vault.vault, key.key);
        for (const Instant end : ends) {
            if (expiry(scene, nameOf(vault.vault, key.key), end)) {
                return; // what a later one does besides is seen once this one is repaired
            }
        }
    }

    bool expiry(const Scene& scene, const std::string& subject, Instant end) {
        const std::string when = "at +" + formatDuration(end.time_since_epoch());
        const Duration length = end.time_since_epoch() + 2 * period_;
        const TimelineEntry rotation =
            entryOf(scene.program(), KeyRotate{{scene.vault, scene.key}}, scenarioStart + aMinute);
        Suspicion pinned{LintRule::PinnedVersionExpires, subject, when, {rotation}, length, scene.program(), {}};
        for (KeyReference& reference : pinned.repaired.keys) {
            if (reference.named && reference.named->key == scene.key) {
                reference.named->version = VersionNameId{};
            }
        }
        if (prove(scene, pinned)) {
            return true;
        }
        Suspicion expires{LintRule::KeyExpires, subject, when, {}, length, scene.program(), {}};
        for (NewVersion& version : newKeyOf(expires.repaired, scene.vault, scene.key).versions) {
            version.expires = never;
        }
        const bool isProved = prove(scene, expires);
        if (isProved && !takesDown(findings_.back())) {
            findings_.back().advice = upThoughExpired;
        }
        return isProved;
    }

    // --- grants and networks -----------------------------------------------------------------------------------------

    void permissionModel(const NewVault& whole) {
        const Scene scene = sceneOf(whole.vault);
        if (!scene.vault.valid() || estate_.names.vaults[whole.vault].kind != ordinaryVault) {
            return;
        }
        const bool rbac = whole.settings.rbac.value_or(false);
        Suspicion one{LintRule::GrantDoesNotCount,
                      nameOf(whole.vault),
                      rbac ? "it reads roles, and has access policies" : "it reads access policies, and has roles",
                      {},
                      2 * period_,
                      scene.program(),
                      {}};
        NewVault& repaired = vaultOf(one.repaired, scene.vault);
        if (rbac) {
            for (const NewPolicy& policy : repaired.policies) {
                repaired.roles.push_back({policy.identity, estate_.platform->leastRole(ordinaryVault, {})});
            }
        } else {
            const auto grant = [&](const NewRole& role) {
                if (estate_.platform->roles[role.role.index()].usesKeys &&
                    std::ranges::find(repaired.policies, role.identity, &NewPolicy::identity) ==
                        repaired.policies.end()) {
                    repaired.policies.push_back({role.identity, ~PermissionSet{0} >> 1U});
                }
            };
            std::ranges::for_each(repaired.roles, grant);
            for (const NewKey& key : repaired.keys) {
                std::ranges::for_each(key.roles, grant);
            }
        }
        prove(scene, one);
    }

    void firewall(const NewVault& whole) {
        if (whole.settings.publicAccess.value_or(true) && whole.settings.allowByDefault.value_or(true)) {
            return;
        }
        const Scene scene = sceneOf(whole.vault);
        if (!scene.vault.valid()) {
            return;
        }
        Suspicion one{LintRule::FirewallBlocks, nameOf(whole.vault), "", {}, 2 * period_, scene.program(), {}};
        VaultSettings& settings = vaultOf(one.repaired, scene.vault).settings;
        if (whole.settings.perimeter == true) {
            one.detail = "it is secured by its perimeter";
            one.advice = outsidePerimeter;
            settings.publicAccess = true;
            settings.perimeter = false;
            settings.allowByDefault = true;
            prove(scene, one);
            return;
        }
        settings.trustedBypass = true;
        if (whole.settings.trustedBypass != false || !prove(scene, one)) {
            settings.publicAccess = true;
            settings.perimeter = false;
            settings.allowByDefault = true;
            prove(scene, one);
        }
    }

    /// What goes down when the vault's bypass does, of services that its list does not name.
    void bypass(const NewVault& whole) {
        const bool open = whole.settings.publicAccess.value_or(true) && whole.settings.allowByDefault.value_or(true);
        if (open || !whole.settings.trustedBypass.value_or(true)) {
            return;
        }
        const Scene scene = sceneOf(whole.vault);
        if (!scene.vault.valid()) {
            return;
        }
        Program without = scene.program();
        vaultOf(without, scene.vault).settings.trustedBypass = false;
        const LintWorld asIs = play(scene.program(), {}, 2 * period_);
        const LintWorld closed = play(without, {}, 2 * period_);
        for (std::size_t i = 0; i < asIs.trace.ends.size(); ++i) {
            const ResourceId id = asIs.trace.ends[i].resource;
            const Model& model = scene.program().modelOf(id);
            const bool listed = !model.trustedStanding || *model.trustedStanding == TrustedStanding::Listed;
            if (!listed && isWorse(model, closed.trace.ends[i].status, asIs.trace.ends[i].status)) {
                advise(LintRule::BypassContested, nameOf(whole.vault),
                       fmt::format("{} gets through by the bypass alone; that {} is a trusted service is {}",
                                   scene.program().resources[id].name, model.title,
                                   trustedStandingNames[static_cast<std::size_t>(*model.trustedStanding)]));
            }
        }
    }

    // --- what is shared ----------------------------------------------------------------------------------------------

    void oneKeyForAll() {
        std::vector<ResourceId> all;
        for (const ResourceId id : estate_.resources.ids()) {
            if (!keysOf(id).empty()) {
                all.push_back(id);
            }
        }
        const auto keyOf = [this](const KeyUse& use) { return estate_.keys[use.key].named->key; };
        const auto sameKey = [&](ResourceId id) {
            return std::ranges::all_of(
                keysOf(id), [&](KeyId key) { return key == keyOf(keysOf(all.front()).front()); }, keyOf);
        };
        if (all.size() < 2 || !std::ranges::all_of(all, sameKey)) {
            return;
        }
        const NamedKey& shared = *estate_.keys[keysOf(all.front()).front().key].named;
        const Scene scene = sceneOf(shared.vault, shared.key);
        Suspicion one{LintRule::OneKeyForAll,
                      nameOf(shared.vault, shared.key),
                      fmt::format("behind {} resources", all.size()),
                      {entryOf(scene.program(), KeyDelete{{scene.vault, scene.key}}, scenarioStart + aMinute)},
                      2 * period_,
                      scene.program(),
                      {}};
        for (const ResourceId id : std::span{all}.subspan(1)) {
            giveOwnKey(one.repaired, inPart(scene.part.resources, id), scene.vault, scene.key);
        }
        prove(scene, one);
    }

    void sharedIdentities() {
        for (const IdentityId identity : estate_.identities) {
            if (estate_.names.identities[identity].kind != IdentityKind::UserAssigned) {
                continue;
            }
            const std::vector<ResourceId> users =
                dependencies_.usersOf(dependencies_.vertexOf(node::Identity{identity}));
            std::set<std::string_view> services;
            for (const ResourceId id : users) {
                services.insert(estate_.modelOf(id).service);
            }
            if (services.size() < 2) {
                continue;
            }
            const Scene scene = sceneOf({}, {}, node::Identity{identity});
            const IdentityId shared = inPart(scene.part.identities, identity);
            const IdentityDelete loss{{shared}, {}};
            Suspicion one{LintRule::SharedIdentity,
                          nameOf(identity),
                          fmt::format("used by {} resources of {} services", users.size(), services.size()),
                          {entryOf(scene.program(), loss, scenarioStart + aMinute)},
                          2 * period_,
                          scene.program(),
                          {}};
            std::vector<ResourceId> others; // than those of the first one's service
            for (const ResourceId id : users) {
                if (estate_.modelOf(id).service != estate_.modelOf(users.front()).service) {
                    others.push_back(inPart(scene.part.resources, id));
                }
            }
            giveOwnIdentities(one.repaired, others, shared);
            prove(scene, one);
        }
    }

    // --- what is too much --------------------------------------------------------------------------------------------

    void broadPolicies(const NewVault& vault) {
        for (const NewPolicy& policy : vault.policies) {
            const auto found = needed_.find({vault.vault, policy.identity});
            const PermissionSet needed = found != needed_.end() ? found->second : 0;
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
    EstateCutter cutter_;
    Duration period_;
    // What the resources of one identity need in one vault.
    std::map<std::pair<VaultId, IdentityId>, PermissionSet> needed_;
    std::set<VaultId> reported_;
    std::vector<LintFinding> findings_;
};

} // namespace

LintFinding withoutStories(LintRule rule, std::string subject, std::string detail) {
    LintFinding finding;
    finding.rule = rule;
    finding.subject = std::move(subject);
    finding.detail = std::move(detail);
    return finding;
}

std::vector<LintFinding> lintEstate(const Program& estate, Progress* progress) {
    const Program atRest = withTimeline(estate, {}, estate.until);
    std::vector<LintFinding> findings = Linter{atRest, estate}.findings(progress);
    std::ranges::move(unmodelledAtRest(atRest), std::back_inserter(findings));
    std::ranges::move(unmodelledDeletions(atRest, findings), std::back_inserter(findings));
    std::ranges::move(unmodelledExpiries(atRest), std::back_inserter(findings));
    std::ranges::move(versionsDisabledEarly(estate), std::back_inserter(findings));
    std::ranges::move(actionsBeforeGrants(estate), std::back_inserter(findings));
    std::ranges::move(requirementsNotMet(atRest, findings), std::back_inserter(findings));
    std::ranges::stable_sort(findings, {}, &LintFinding::rule);
    return findings;
}

std::vector<LintFinding> contestedBypasses(const Program& estate) {
    if (estate.entries.empty() && estate.reactions.empty()) {
        return Linter{estate, estate}.contestedBypasses(); // a large one need not be there twice
    }
    const Program atRest = withTimeline(estate, {}, estate.until);
    return Linter{atRest, estate}.contestedBypasses();
}

} // namespace cmksim::lint
