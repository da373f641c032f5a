#include "engine/check.hpp"

#include <algorithm>
#include <iterator>

namespace cmksim::engine {

namespace {

/// One check on its way through the reasons. It stops at the first that holds and is not a mere condition.
class Check {
public:
    enum class Kind : std::uint8_t { Revalidation, AskedFor };

    Check(const World& world, const KeyReference& key, const AccessPath& path, Wrapping wrapping, Kind kind,
          Instant now)
        : world_{world}, named_{key.named}, path_{path}, wrapping_{wrapping}, kind_{kind}, now_{now} {}

    Answer answer() {
        if (!stopsBeforeVersion()) {
            stopsAtVersion();
        }
        return answer_;
    }

    /// As far as the version; true where it does not get there.
    bool begin(Answer& answer) {
        const bool stops = stopsBeforeVersion();
        answer = answer_;
        return stops;
    }

    /// From there on.
    Answer end(const Answer& begun) {
        answer_ = begun;
        stopsAtVersion();
        return answer_;
    }

    Lacks lacks() {
        if (!identityTaken()) {
            lacks_.add(Reason::IdentityNotAssigned);
        } else if (!world_.hasToken(path_.principal)) {
            lacks_.add(Reason::TokenAcquisitionFailed);
        }
        if (!named_) {
            lacks_.add(Reason::KeyUriMalformed);
            return lacks_;
        }
        if (vault().dnsFails) {
            lacks_.add(Reason::VaultDnsUnresolved);
        }
        if (!world_.active(named_->vault)) {
            lacks_.add(Reason::VaultNotFound);
        }
        lackFirewall();
        lackPerimeter();
        if (path_.principal.valid()) {
            lackPermissions();
        }
        if (!world_.active(named_->key)) {
            lacks_.add(Reason::KeyNotFound);
        }
        lackVersion();
        return lacks_;
    }

private:
    void lackFirewall() {
        if (hasPrivateEndpoint() || isInPerimeter()) {
            return;
        }
        const bool bypasses = vault().trustedBypass && path_.model->trusted.contains(path_.identityKind);
        if (vault().state == Lifecycle::Absent || bypasses) {
            return;
        }
        if (!vault().publicAccess) {
            lacks_.add(Reason::VaultFirewallDenied);
        }
        if (!vault().allowByDefault && !hasAddressRule() && !hasNetworkRule()) {
            lacks_.addFirewallRule();
        }
    }

    void lackPerimeter() {
        if (vault().perimeter && !isInPerimeter() && !hasPrivateEndpoint()) {
            lacks_.addPerimeter();
        }
    }

    void lackPermissions() {
        const PermissionSet required = path_.model->requiredPermissions(vault().rbac);
        std::uint32_t place = 0;
        for (PermissionSet rest = required; rest != 0; rest &= rest - 1, ++place) {
            const PermissionSet one = rest & (~rest + 1);
            if (!world_.permits(path_.principal, one, named_->vault, named_->key)) {
                lacks_.addPermission(place);
            }
        }
    }

    void lackVersion() {
        const std::vector<KeyVersion>& versions = world_.key(named_->key).versions;
        const KeyVersion* version = versions.empty() ? nullptr : versionInUse(versions);
        if (version == nullptr) {
            if (named_->version.valid()) {
                lacks_.add(Reason::KeyVersionNotFound);
            } else if (wrapping_.known()) {
                lacks_.add(Reason::UnwrapFailed);
            }
            return;
        }
        if (!version->enabled) {
            lacks_.add(Reason::KeyDisabled);
        }
        if (now_ < version->notBefore) {
            lacks_.add(Reason::KeyNotYetValid);
        }
        if (now_ >= version->expires) {
            lacks_.add(Reason::KeyExpired);
        }
        if (wrapping_.known() && wrapping_.material() != version->material) {
            lacks_.add(Reason::UnwrapFailed);
        }
    }

    bool stopsBeforeVersion() {
        return (!identityTaken() && stopsAt(Reason::IdentityNotAssigned)) ||
               (!world_.hasToken(path_.principal) && stopsAt(Reason::TokenAcquisitionFailed)) ||
               (!named_ && stopsAt(Reason::KeyUriMalformed)) ||
               (vault().dnsFails && stopsAt(Reason::VaultDnsUnresolved)) ||
               (!world_.active(named_->vault) && stopsAt(Reason::VaultNotFound)) ||
               (!passesFirewall() && stopsAt(Reason::VaultFirewallDenied)) ||
               (!authorized() && stopsAt(Reason::IdentityUnauthorized)) ||
               (!world_.active(named_->key) && stopsAt(Reason::KeyNotFound));
    }

    void stopsAtVersion() {
        const std::vector<KeyVersion>& versions = world_.key(named_->key).versions;
        if (usable(versions.back())) {
            answer_.newest = versions.back().material;
        }
        const KeyVersion* version = versionInUse(versions);
        if (version == nullptr) {
            stopsAt(named_->version.valid() ? Reason::KeyVersionNotFound : Reason::UnwrapFailed);
            return;
        }
        answer_.versionInUse = version->material;
        if ((!version->enabled && stopsAt(Reason::KeyDisabled)) ||
            (now_ < version->notBefore && stopsAt(Reason::KeyNotYetValid)) ||
            (now_ >= version->expires && stopsAt(Reason::KeyExpired))) {
            return;
        }
        if (wrapping_.known() && wrapping_.material() != version->material) {
            stopsAt(Reason::UnwrapFailed);
        }
    }

    const KeyVersion* versionInUse(const std::vector<KeyVersion>& versions) const {
        if (named_->version.valid() || !wrapping_.known()) {
            return versionIn(versions, named_->version);
        }
        const auto found = std::ranges::find(versions, wrapping_.material(), &KeyVersion::material);
        return found == versions.end() ? nullptr : &*found;
    }

    [[nodiscard]] bool usable(const KeyVersion& version) const {
        return version.enabled && now_ >= version.notBefore && now_ < version.expires;
    }

    [[nodiscard]] const Vault& vault() const { return world_.vault(named_->vault); }

    [[nodiscard]] bool identityTaken() const {
        return path_.principal.valid() && path_.model->identities.contains(path_.identityKind);
    }

    [[nodiscard]] bool passesFirewall() const {
        if (hasPrivateEndpoint()) {
            return true;
        }
        if (vault().perimeter) {
            return isInPerimeter();
        }
        if (vault().publicAccess && vault().allowByDefault) {
            return true;
        }
        if (vault().trustedBypass && path_.model->trusted.contains(path_.identityKind)) {
            return true;
        }
        return vault().publicAccess && (hasAddressRule() || hasNetworkRule());
    }

    static bool holds(const std::vector<NetworkId>& some, NetworkId one) {
        return one.valid() && std::ranges::find(some, one) != some.end();
    }

    [[nodiscard]] bool hasPrivateEndpoint() const {
        return path_.model->privateLink && holds(vault().privateEndpoints, path_.network);
    }

    [[nodiscard]] bool hasNetworkRule() const {
        return path_.model->networkRules && holds(vault().networkRules, path_.network);
    }

    [[nodiscard]] bool isInPerimeter() const {
        return vault().perimeter && (holds(vault().insiders, path_.network) || holds(vault().insiders, path_.self));
    }

    [[nodiscard]] bool hasAddressRule() const {
        return path_.outboundIp && std::ranges::any_of(vault().ipRules, [&](const AddressBlock& block) {
                   return block.holds(*path_.outboundIp);
               });
    }

    [[nodiscard]] bool authorized() const {
        return world_.permits(path_.principal, path_.model->requiredPermissions(vault().rbac), named_->vault,
                              named_->key);
    }

    /// Settles the answer at `reason`, unless the model takes it for a condition that a revalidation goes on past.
    bool stopsAt(Reason reason) {
        const ConditionId condition = path_.model->reasons[static_cast<std::size_t>(reason)].condition;
        if (kind_ == Kind::Revalidation && condition.valid()) {
            answer_.raised.insert(condition);
            const Beyond beyond = path_.model->conditions[condition].beyond;
            if (beyond != Beyond::Everything && answer_.blindDown.reason == Reason::None) {
                answer_.blindDown = {reason, answer_.raised};
            }
            if (beyond == Beyond::Nothing && answer_.blindUp.reason == Reason::None) {
                answer_.blindUp = {reason, answer_.raised};
            }
            return false;
        }
        answer_.reason = reason;
        return true;
    }

    const World& world_;
    const std::optional<NamedKey>& named_;
    const AccessPath& path_;
    Wrapping wrapping_;
    Kind kind_;
    Instant now_;
    Answer answer_;
    Lacks lacks_;
};

} // namespace

Answer revalidationAnswer(const World& world, const KeyReference& key, const AccessPath& path, Wrapping wrapping,
                          Instant now) {
    return Check{world, key, path, wrapping, Check::Kind::Revalidation, now}.answer();
}

RevalidationCheck::RevalidationCheck(const World& world, const KeyReference& key, const AccessPath& path, Instant now)
    : world_{world}, key_{key}, path_{path}, now_{now},
      stops_{Check{world, key, path, Wrapping::unknown(), Check::Kind::Revalidation, now}.begin(beforeVersion_)} {}

Answer RevalidationCheck::answer(Wrapping wrapping) const {
    return stops_ ? beforeVersion_
                  : Check{world_, key_, path_, wrapping, Check::Kind::Revalidation, now_}.end(beforeVersion_);
}

Answer askedAnswer(const World& world, const KeyReference& key, const AccessPath& path, Wrapping wrapping,
                   Instant now) {
    return Check{world, key, path, wrapping, Check::Kind::AskedFor, now}.answer();
}

Lacks lacksOf(const World& world, const KeyReference& key, const AccessPath& path, Wrapping wrapping, Instant now) {
    return Check{world, key, path, wrapping, Check::Kind::Revalidation, now}.lacks();
}

MaterialId wrapsAfter(const KeyReference& key, const AccessPath& path, const Answer& answer) {
    const Model& model = *path.model;
    const bool blocked =
        !answer.raised.empty() && std::ranges::any_of(model.conditions.ids(), [&](ConditionId condition) {
            return answer.raised.contains(condition) && model.conditions[condition].blocksRotation;
        });
    const bool rotates =
        (model.automaticRotation || model.rotationIsSetting) && key.named && !key.named->version.valid() && !blocked;
    return answer.reason == Reason::None && rotates && answer.newest.valid() ? answer.newest : answer.versionInUse;
}

Wrapping wrappingAtStart(const World& world, const KeyReference& key) {
    if (!key.named) {
        return Wrapping::unknown();
    }
    const KeyVersion* version = versionIn(world.key(key.named->key).versions, key.named->version);
    return version == nullptr ? Wrapping::unknown() : Wrapping::by(version->material);
}

} // namespace cmksim::engine
