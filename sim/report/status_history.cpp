#include "report/status_history.hpp"

#include "base/overloaded.hpp"
#include "base/time.hpp"
#include "blast/node.hpp"
#include "engine/impairment.hpp"
#include "engine/timeline_walk.hpp"
#include "engine/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <type_traits>

namespace cmksim::report {

namespace {

/// What something looks like at one moment.
struct Look {
    Tone tone{};
    std::string text;
};

/// A grant that is given or taken.
struct Grant {
    GrantScope scope;
    IdentityId identity;
    std::optional<RoleId> role; // none: an access policy

    friend auto operator<=>(const Grant&, const Grant&) = default;
};

/// The one that an action gives or takes.
std::optional<Grant> grantIn(const Action& action) {
    return std::visit(
        [](const auto& one) -> std::optional<Grant> {
            if constexpr (requires { one.scope; }) {
                return Grant{one.scope, one.identity, one.role};
            } else if constexpr (std::is_base_of_v<OnVault, std::decay_t<decltype(one)>> &&
                                 requires { one.identity; }) {
                return Grant{OnVault{one.vault}, one.identity, std::nullopt};
            } else {
                return std::nullopt;
            }
        },
        action);
}

bool contains(std::span<const RoleAssignment> roles, const RoleAssignment& wanted) {
    return std::ranges::find(roles, wanted) != roles.end();
}

std::string since(Instant at) { return "+" + formatDuration(at.time_since_epoch()); }

/// Leads a state through the story, and writes down what it sees whenever something may have changed.
class Watcher {
public:
    Watcher(const Program& program, const Phases& phases) : program_{program}, walk_{program, phases} {
        listSubjects();
    }

    StatusHistory watch() {
        look();
        for (Instant at = walk_.next(); at <= program_.until; at = walk_.next()) {
            records_.clear();
            const bool acted = walk_.advanceTo(at, records_);
            if (!records_.empty() || acted) {
                look();
            }
        }
        close();
        return std::move(statusHistory_);
    }

private:
    void listSubjects() {
        for (const ResourceId id : program_.resources.ids()) {
            add(SubjectKind::Resource, program_.resources[id].name, program_.modelOf(id).service);
        }
        keySubjects_.assign(program_.names.keys.size(), 0);
        for (const VaultId vault : program_.names.vaults.ids()) {
            vaultSubjects_.push_back(add(SubjectKind::Vault, program_.names.vaults[vault].text));
            for (const KeyId key : program_.names.keysOf[vault]) {
                keySubjects_[key.index()] =
                    add(SubjectKind::Key, program_.names.vaults[vault].text + '/' + program_.names.keys[key].text);
            }
        }
        firstIdentity_ = statusHistory_.subjects.size();
        for (const IdentityId identity : program_.names.identities.ids()) {
            add(SubjectKind::Identity, program_.names.identities[identity].text);
        }
        listGrants();
    }

    std::size_t add(SubjectKind kind, std::string name, std::string detail = {}) {
        statusHistory_.subjects.push_back({kind, std::move(name), std::move(detail), {}});
        return statusHistory_.subjects.size() - 1;
    }

    /// Those of the estate, and those that the timeline brings.
    void listGrants() {
        std::set<Grant> known;
        const auto note = [&](const Action& action) {
            const std::optional<Grant> grant = grantIn(action);
            if (grant && known.insert(*grant).second) {
                grants_.emplace_back(*grant, add(SubjectKind::Grant, grantName(*grant)));
            }
        };
        for (const BlastNode& node : nodesOf(program_, Dependencies{program_})) {
            if (node.kind == BlastNodeKind::Grant) {
                note(node.loss);
            }
        }
        for (const TimelineEntry& entry : program_.entries) {
            if (entry.action<PolicySet>() != nullptr || entry.action<RoleAssign>() != nullptr) {
                note(*entry.action());
            }
        }
    }

    [[nodiscard]] std::string grantName(const Grant& grant) const {
        const std::string& identity = program_.names.identities[grant.identity].text;
        const std::string scope = std::visit(
            Overloaded{[](const AboveVaults&) { return std::string{"/"}; },
                       [&](const OnVault& at) { return program_.names.vaults[at.vault].text; },
                       [&](const OnKey& at) {
                           return program_.names.vaults[at.vault].text + '/' + program_.names.keys[at.key].text;
                       }},
            grant.scope);
        return grant.role
                   ? fmt::format("{} role {} {}", scope, program_.platform->roles[grant.role->index()].name, identity)
                   : fmt::format("{} policy {}", scope, identity);
    }

    // --- looking -----------------------------------------------------------------------------------------------------

    void look() {
        changed_ = false;
        for (const ResourceId id : program_.resources.ids()) {
            see(id.index(), lookAt(id));
        }
        for (const VaultId id : program_.names.vaults.ids()) {
            see(vaultSubjects_[id.index()], lookAt(id));
        }
        for (const KeyId id : program_.names.keys.ids()) {
            see(keySubjects_[id.index()], lookAt(id));
        }
        for (const IdentityId id : program_.names.identities.ids()) {
            see(firstIdentity_ + id.index(), lookAt(id));
        }
        for (const auto& [grant, subject] : grants_) {
            see(subject, lookAt(grant));
        }
        lookAtTies();
        if (changed_) {
            statusHistory_.changes.push_back(walk_.state().now());
        }
    }

    void see(std::size_t subject, Look now) {
        std::vector<StatusInterval>& intervals = statusHistory_.subjects[subject].intervals;
        if (!intervals.empty() && intervals.back().tone == now.tone && intervals.back().text == now.text) {
            return;
        }
        changed_ = true;
        if (!intervals.empty()) {
            intervals.back().to = walk_.state().now();
        }
        intervals.push_back({walk_.state().now(), walk_.state().now(), now.tone, std::move(now.text)});
    }

    [[nodiscard]] Look lookAt(ResourceId id) const {
        const ResourceState& state = walk_.state().resource(id);
        if (state.presence != Presence::Present) {
            return {Tone::Absent, state.presence == Presence::Deleted ? "deleted" : "not there"};
        }
        const Model& model = program_.modelOf(id);
        std::string text = model.states[state.state].name;
        if (state.reason != Reason::None) {
            text += fmt::format(": {}{}", nameOf(state.reason),
                                ofSlot(program_, state.hasSeveralKeys() ? state.reasonSlot : SlotId{}));
        }
        bool condition = false;
        for (const ConditionId one : model.conditions.ids()) {
            if (state.conditions.contains(one)) {
                text += fmt::format(", {}", model.conditions[one].name);
                condition = true;
            }
        }
        if (state.dataLost) {
            return {Tone::Lost, text + ", data lost"};
        }
        const bool isNot = isDown(state) || model.states[state.state].terminal; // a failed creation is not there either
        const bool lesser = condition || isImpaired(model, state);
        return {isNot ? Tone::Bad : lesser ? Tone::Warning : Tone::Good, std::move(text)};
    }

    [[nodiscard]] static std::string softDeleted(Instant purgeAt) {
        return purgeAt == never ? std::string{"soft-deleted"}
                                : fmt::format("soft-deleted, purged at {}", since(purgeAt));
    }

    [[nodiscard]] Look lookAt(VaultId id) const {
        const Vault& vault = walk_.state().world().vault(id);
        if (vault.state == Lifecycle::Absent) {
            return {Tone::Absent, "not there"};
        }
        if (vault.state == Lifecycle::SoftDeleted) {
            return {Tone::Bad, softDeleted(vault.purgeAt)};
        }
        const VaultKindId kind = program_.names.vaults[id].kind;
        std::string text = kind != ordinaryVault ? program_.platform->vaultKinds[kind].title + ", roles of its own"
                           : vault.rbac          ? "roles"
                                                 : "access policies";
        text += vault.perimeter         ? ", secured by a perimeter"
                : !vault.publicAccess   ? ", no public access"
                : !vault.allowByDefault ? ", firewall"
                                        : ", open to all networks";
        if (!vault.perimeter && (!vault.publicAccess || !vault.allowByDefault)) {
            text += vault.trustedBypass ? ", trusted services pass" : ", trusted services do not pass";
        }
        if (!vault.purgeProtection) {
            text += ", no purge protection";
        }
        return vault.dnsFails ? Look{Tone::Bad, text + ", name does not resolve"} : Look{Tone::Good, std::move(text)};
    }

    [[nodiscard]] Look lookAt(KeyId id) const {
        const Key& key = walk_.state().world().key(id);
        if (key.state == Lifecycle::Absent) {
            return {Tone::Absent, "not there"};
        }
        if (key.state == Lifecycle::SoftDeleted) {
            return {Tone::Bad, softDeleted(key.purgeAt)};
        }
        const Instant now = walk_.state().now();
        std::string trouble;
        std::size_t usable = 0;
        for (const KeyVersion& version : key.versions) {
            const std::string_view what = !version.enabled          ? "disabled"
                                          : now < version.notBefore ? "not yet valid"
                                          : version.expires <= now  ? "expired"
                                                                    : "";
            if (what.empty()) {
                ++usable;
            } else {
                trouble += fmt::format(", {} {}", program_.names.text(version.name), what);
            }
        }
        const std::string newest = program_.names.text(key.versions.back().name);
        return {usable == 0       ? Tone::Bad
                : trouble.empty() ? Tone::Good
                                  : Tone::Warning,
                fmt::format("newest version {}{}", newest, trouble)};
    }

    [[nodiscard]] Look lookAt(IdentityId id) const {
        const Identity& identity = walk_.state().world().identity(id);
        if (identity.principal.valid()) {
            return {Tone::Good, "there"};
        }
        return identity.lastDeleted.valid() ? Look{Tone::Bad, "deleted"} : Look{Tone::Absent, "not there"};
    }

    /// A grant is one of a principal: those of a deleted one belong to no one.
    [[nodiscard]] Look lookAt(const Grant& grant) const {
        const World& world = walk_.state().world();
        const PrincipalId principal = world.identity(grant.identity).principal;
        const VaultId vault = vaultOf(grant.scope);
        const bool there = !vault.valid() || world.active(vault);
        bool held = false;
        if (principal.valid() && there) {
            if (!grant.role) {
                const AccessPolicy* policy = policyOf(world.vault(vault).accessPolicies, principal);
                held = policy != nullptr && policy->permissions != 0;
            } else {
                held = contains(world.rolesAt(grant.scope), {principal, *grant.role});
            }
        }
        if (!held) {
            return {Tone::Bad, "not held"};
        }
        const bool counts = !vault.valid() || world.vault(vault).rbac == grant.role.has_value();
        return counts ? Look{Tone::Good, "held"} : Look{Tone::Warning, "held, and does not count in this vault"};
    }

    // --- what needs what ---------------------------------------------------------------------------------------------

    using Pair = std::pair<std::size_t, std::size_t>;
    using Slots = std::string; // as in a tie

    struct OpenTie {
        Instant since;
        Slots slots;
    };

    void lookAtTies() {
        std::map<Pair, Slots> now;
        for (const ResourceId id : program_.resources.ids()) {
            const ResourceState& state = walk_.state().resource(id);
            if (state.presence != Presence::Present) {
                continue;
            }
            for (const ResourceId base : state.described->on) {
                now.try_emplace({id.index(), base.index()});
            }
            state.eachSlot([&](const engine::SlotState& slot) {
                if (slot.key.valid()) {
                    tiesOf(id, slot, state.hasSeveralKeys() ? program_.names.slots[slot.slot] : Slots{}, now);
                }
            });
        }
        for (auto open = openTies_.begin(); open != openTies_.end();) {
            if (const auto still = now.find(open->first); still != now.end() && still->second == open->second.slots) {
                ++open;
                continue;
            }
            changed_ = true;
            finish(open->first, open->second);
            open = openTies_.erase(open);
        }
        for (const auto& [pair, slots] : now) {
            changed_ = openTies_.try_emplace(pair, OpenTie{walk_.state().now(), slots}).second || changed_;
        }
    }

    void tiesOf(ResourceId id, const engine::SlotState& state, const Slots& slot, std::map<Pair, Slots>& ties) const {
        const auto ofSlot = [&](std::size_t to) {
            Slots& slots = ties[{id.index(), to}];
            slots += (slots.empty() ? "" : ", ") + slot;
        };
        const KeyReference& reference = program_.keys[state.key];
        if (state.identity.valid()) {
            ofSlot(firstIdentity_ + state.identity.index());
        }
        if (!reference.named) {
            return;
        }
        const std::size_t vault = vaultSubjects_[reference.named->vault.index()];
        const std::size_t key = keySubjects_[reference.named->key.index()];
        ofSlot(key);
        ties.try_emplace({key, vault});
        for (const auto& [grant, subject] : grants_) {
            if (grant.identity == state.identity &&
                program_.names.covers(grant.scope, reference.named->vault, reference.named->key)) {
                ties.try_emplace({firstIdentity_ + grant.identity.index(), subject});
                ties.try_emplace({subject, std::holds_alternative<OnKey>(grant.scope) ? key : vault});
            }
        }
    }

    void finish(const Pair& pair, const OpenTie& tie) {
        statusHistory_.ties.push_back({pair.first, pair.second, tie.since, walk_.state().now(), tie.slots});
    }

    void close() {
        records_.clear();
        walk_.advanceTo(program_.until, records_);
        for (Subject& subject : statusHistory_.subjects) {
            subject.intervals.back().to = program_.until;
        }
        for (const auto& [pair, tie] : openTies_) {
            finish(pair, tie);
        }
        std::ranges::sort(statusHistory_.ties, {}, [](const Tie& tie) {
            return std::tuple{tie.from, tie.to, tie.since};
        });
    }

    const Program& program_;
    TimelineWalk walk_;
    StatusHistory statusHistory_;
    std::vector<Record> records_;
    bool changed_ = false;
    std::size_t firstIdentity_ = 0;
    std::vector<std::size_t> vaultSubjects_;
    std::vector<std::size_t> keySubjects_;
    std::vector<std::pair<Grant, std::size_t>> grants_;
    std::map<Pair, OpenTie> openTies_;
};

} // namespace

StatusHistory statusHistoryOf(const Program& program, const Phases& phases) { return Watcher{program, phases}.watch(); }

} // namespace cmksim::report
