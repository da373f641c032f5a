#include "compile/names.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace cmksim::compile {

namespace {

std::string lowerCase(std::string_view text) {
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

/// Azure tells names of keys apart by their letters alone, as it does those of vaults.
std::string keyPath(VaultId vault, std::string_view key) {
    return std::to_string(vault.index()) + '/' + lowerCase(key);
}

/// The place that a name like `v12` speaks of.
std::optional<std::uint32_t> numberedPlace(std::string_view name) {
    if (name.size() < 2 || name[0] != 'v' || name[1] == '0') {
        return {};
    }
    std::uint32_t place = 0;
    const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), place);
    if (error != std::errc{} || end != name.data() + name.size() || place > 1'000'000'000) {
        return {};
    }
    return place;
}

/// The number that stands for a text, a new one where it is new.
template <class IdType>
IdType placeOf(std::string text, std::string_view written, std::unordered_map<std::string, IdType>& known,
               IdVector<IdType, std::string>& names) {
    const auto [found, isNew] = known.try_emplace(std::move(text), IdType{names.size()});
    if (isNew) {
        names.push_back(std::string{written});
    }
    return found->second;
}

} // namespace

// --- declaring -------------------------------------------------------------------------------------------------------

VaultId Names::mentionVault(std::string_view name) {
    const auto [found, isNew] = vaults_.try_emplace(lowerCase(name), VaultId{program_.names.vaults.size()});
    if (isNew) {
        program_.names.vaults.push_back({std::string{name}});
        program_.names.keysOf.push_back({});
        knownVaults_.push_back(false);
    }
    return found->second;
}

VaultId Names::mentionVault(std::string_view name, VaultKindId kind) {
    const auto found = vaults_.find(lowerCase(name));
    if (found != vaults_.end() && kindOf(found->second) == kind) {
        return found->second;
    }
    // Of the name that another one has it is called by its host.
    const VaultId id = mentionVault(found == vaults_.end() ? std::string{name} : program_.platform->hostOf(name, kind));
    program_.names.vaults[id].kind = kind;
    return id;
}

VaultId Names::declareVault(const Name& name, const Name& kind) {
    const VaultId id = mentionVault(name.text);
    const VaultKindId said = kind.present() ? vaultKind(kind) : ordinaryVault;
    if (!known(id)) {
        program_.names.vaults[id].kind = said;
    } else if (kindOf(id) != said) {
        diagnostics_.error(kind.present() ? kind.mark : name.mark,
                           "vault " + inQuotes(name.text) + " is " + titleOf(kindOf(id)) + " elsewhere",
                           "a vault of another kind needs a name of its own here");
    }
    if (known(id) && program_.names.vaults[id].text != name.text) {
        diagnostics_.error(name.mark, "vault " + inQuotes(name.text) + " differs from vault " +
                                          inQuotes(program_.names.vaults[id].text) + " only in letter case");
    }
    if (!known(id)) {
        program_.names.vaults[id].text = name.text;
    }
    knownVaults_[id.index()] = true;
    return id;
}

KeyId Names::mentionKey(VaultId vault, std::string_view key) {
    const auto [found, isNew] = keys_.try_emplace(keyPath(vault, key), KeyId{program_.names.keys.size()});
    if (isNew) {
        program_.names.keys.push_back({vault, std::string{key}});
        program_.names.keysOf[vault].push_back(found->second);
        knownKeys_.push_back(false);
    }
    return found->second;
}

KeyId Names::declareKey(VaultId vault, const Name& name) {
    const KeyId id = mentionKey(vault, name.text);
    std::string& text = program_.names.keys[id].text;
    if (!known(id)) {
        text = name.text;
    } else if (text != name.text) {
        diagnostics_.error(name.mark, "key " + inQuotes(name.text) + " differs from key " + inQuotes(text) +
                                          " only in letter case");
    }
    knownKeys_[id.index()] = true;
    return id;
}

IdentityId Names::declareIdentity(std::string_view name, IdentityKind kind, bool recoverable) {
    const auto [found, isNew] =
        identities_.try_emplace(std::string{name}, IdentityId{program_.names.identities.size()});
    if (isNew) {
        program_.names.identities.push_back(
            {.text = std::string{name}, .kind = kind, .owner = {}, .recoverable = recoverable});
    }
    return found->second;
}

ResourceId Names::declareResource(std::string_view name) {
    const auto [found, isNew] = resources_.try_emplace(std::string{name}, ResourceId{program_.resources.size()});
    if (isNew) {
        ResourceProgram resource;
        resource.name = name;
        resource.ownIdentity =
            declareIdentity(std::string{ownIdentityPrefix} + resource.name, IdentityKind::SystemAssigned, false);
        program_.names.identities[resource.ownIdentity].owner = found->second;
        program_.resources.push_back(std::move(resource));
    }
    return found->second;
}

void Names::declareUnmodelled(std::string_view name) {
    const std::string own = std::string{ownIdentityPrefix} + std::string{name};
    unmodelled_.try_emplace(std::string{name}, declareIdentity(own, IdentityKind::SystemAssigned, false));
}

// --- looking up ------------------------------------------------------------------------------------------------------

void Names::reportUnknown(std::string_view what, std::string_view name, Mark mark, std::vector<std::string_view> known,
                          std::string_view otherwise) {
    std::string near = suggestion(name, known);
    diagnostics_.error(mark, "unknown " + std::string{what} + ' ' + inQuotes(name),
                       near.empty() ? std::string{otherwise} : std::move(near));
}

VaultId Names::vault(const Name& name) {
    const auto found = vaults_.find(lowerCase(name.text));
    if (found != vaults_.end() && known(found->second) && program_.names.vaults[found->second].text == name.text) {
        return found->second;
    }
    std::vector<std::string_view> known;
    for (const VaultId id : program_.names.vaults.ids()) {
        if (knownVaults_[id.index()]) {
            known.push_back(program_.names.vaults[id].text);
        }
    }
    reportUnknown("vault", name.text, name.mark, std::move(known));
    return {};
}

KeyId Names::key(VaultId vault, std::string_view key, Mark mark) {
    const auto found = keys_.find(keyPath(vault, key));
    if (found != keys_.end() && known(found->second) && program_.names.keys[found->second].text == key) {
        return found->second;
    }
    std::vector<std::string_view> known;
    for (const KeyId id : program_.names.keysOf[vault]) {
        if (knownKeys_[id.index()]) {
            known.push_back(program_.names.keys[id].text);
        }
    }
    diagnostics_.error(mark,
                       "unknown key " + inQuotes(key) + " in vault " + inQuotes(program_.names.vaults[vault].text),
                       suggestion(key, known));
    return {};
}

IdentityId Names::findIdentity(const Name& name) {
    const auto found = identities_.find(std::string{name.text});
    return found == identities_.end() ? IdentityId{} : found->second;
}

void Names::reportUnknownIdentity(const Name& name, bool onResource) {
    std::vector<std::string_view> known;
    for (const IdentityName& identity : program_.names.identities) {
        if (!onResource || identity.kind != IdentityKind::SystemAssigned) {
            known.push_back(identity.text);
        }
    }
    if (onResource) {
        known.push_back(ownIdentityName);
    }
    reportUnknown("identity", name.text, name.mark, std::move(known));
}

IdentityId Names::identity(const Name& name) {
    const IdentityId id = findIdentity(name);
    if (!id.valid()) {
        reportUnknownIdentity(name, false);
    }
    return id;
}

IdentityId Names::grantee(const Name& name) {
    const IdentityId id = identity(name);
    if (id.valid() && program_.names.identities[id].isFederated()) {
        diagnostics_.error(name.mark,
                           "nothing is granted to a federated identity such as " + inQuotes(name.text) +
                               ": grants are its application's",
                           "name " + inQuotes(program_.names.identities[program_.names.granteeOf(id)].text));
        return {};
    }
    return id;
}

IdentityId Names::partOfFederated(const Name& name, IdentityKind kind) {
    const IdentityId id = findIdentity(name);
    if (id.valid() && program_.names.identities[id].kind == kind) {
        return id;
    }
    const bool isApp = kind == IdentityKind::Application;
    if (id.valid()) {
        diagnostics_.error(name.mark,
                           inQuotes(name.text) + (isApp ? " is no application" : " is no user-assigned identity"),
                           isApp ? "'app' names an identity of 'type: Application'"
                                 : "'with' names the user-assigned identity that resources have attached");
        return {};
    }
    std::vector<std::string_view> known;
    for (const IdentityName& identity : program_.names.identities) {
        if (identity.kind == kind) {
            known.push_back(identity.text);
        }
    }
    reportUnknown(isApp ? "application" : "user-assigned identity", name.text, name.mark, std::move(known),
                  "it is described under 'identities' of the estate");
    return {};
}

IdentityId Names::identityOf(ResourceId resource, const Name& name) {
    const IdentityId own = program_.resources[resource].ownIdentity;
    if (name.text == ownIdentityName) {
        return own;
    }
    const IdentityId id = findIdentity(name);
    if (!id.valid()) {
        reportUnknownIdentity(name, true);
    } else if (id != own && program_.names.identities[id].kind == IdentityKind::SystemAssigned) {
        diagnostics_.error(name.mark, inQuotes(name.text) + " is another resource's own identity",
                           "no other resource can use it");
        return {};
    }
    return id;
}

IdentityId Names::standaloneIdentity(const Name& name) {
    const IdentityId id = findIdentity(name);
    if (!id.valid()) {
        reportUnknownIdentity(name, false);
    } else if (program_.names.identities[id].kind == IdentityKind::SystemAssigned) {
        diagnostics_.error(name.mark, inQuotes(name.text) + " comes and goes with its resource",
                           "use resource.assign-identity and resource.remove-identity");
        return {};
    } else if (program_.names.identities[id].kind == IdentityKind::FirstParty) {
        diagnostics_.error(name.mark, inQuotes(name.text) + " is the service's own and always there");
        return {};
    } else if (const IdentityName& whole = program_.names.identities[id]; whole.isFederated()) {
        diagnostics_.error(name.mark, inQuotes(name.text) + " is made of two identities, and is there while both are",
                           "name " + inQuotes(program_.names.identities[whole.with].text) + " or " +
                               inQuotes(program_.names.identities[whole.app].text));
        return {};
    }
    return id;
}

ResourceId Names::findResource(std::string_view name) const {
    const auto found = resources_.find(std::string{name});
    return found == resources_.end() ? ResourceId{} : found->second;
}

Name Names::ownOf(std::string_view unmodelled) const {
    return {program_.names.identities[unmodelled_.at(std::string{unmodelled})].text, {}};
}

ResourceId Names::resource(const Name& name) {
    const ResourceId id = findResource(name.text);
    if (!id.valid() && isUnmodelled(name.text)) {
        diagnostics_.error(name.mark, inQuotes(name.text) + " has no model: what becomes of it is not known",
                           "nothing can be done to it here, and nothing expected of it");
    } else if (!id.valid()) {
        std::vector<std::string_view> known;
        for (const ResourceProgram& resource : program_.resources) {
            known.push_back(resource.name);
        }
        reportUnknown("resource", name.text, name.mark, std::move(known));
    }
    return id;
}

template <typename Rules>
std::optional<std::size_t> Names::placeAmong(const Rules& rules, std::string_view what, const Name& name) {
    const auto nameOf = [](const auto& rule) -> std::string_view { return rule.name; };
    const auto found = std::ranges::find(rules, name.text, nameOf);
    if (found != rules.end()) {
        return static_cast<std::size_t>(found - rules.begin());
    }
    std::vector<std::string_view> known;
    std::ranges::transform(rules, std::back_inserter(known), nameOf);
    reportUnknown(what, name.text, name.mark, std::move(known));
    return std::nullopt;
}

RoleId Names::role(const Name& name, VaultKindId kind) {
    const auto& roles = program_.platform->roles;
    const auto place = placeAmong(roles, "role", name);
    if (!place) {
        return {};
    }
    const VaultKindId itsOwn = roles[*place].vaultKind;
    if (itsOwn != kind) {
        const RoleId instead = program_.platform->leastRole(kind, {});
        diagnostics_.error(name.mark,
                           inQuotes(name.text) + " counts in " + titleOf(itsOwn) + ", and not in " + titleOf(kind),
                           instead.valid() ? "such as " + inQuotes(roles[instead.index()].name) : std::string{});
        return {};
    }
    return RoleId{*place};
}

VaultKindId Names::vaultKind(const Name& name) {
    const auto place = placeAmong(program_.platform->vaultKinds, "kind of vaults", name);
    return place ? VaultKindId{*place} : ordinaryVault;
}

PermissionSet Names::permissions(const std::vector<Name>& names) {
    const std::vector<std::string>& known = program_.platform->keyPermissions;
    PermissionSet set = 0;
    for (const Name& name : names) {
        const auto found =
            std::ranges::find_if(known, [&](const std::string& one) { return equalIgnoringCase(one, name.text); });
        if (found == known.end()) {
            reportUnknown("key permission", name.text, name.mark, {known.begin(), known.end()});
        } else {
            set |= PermissionSet{1} << (found - known.begin());
        }
    }
    return set;
}

VersionNameId Names::version(std::string_view name) {
    if (const auto place = numberedPlace(name)) {
        return WorldNames::numberedVersion(*place);
    }
    const auto [found, isNew] =
        versions_.try_emplace(std::string{name}, WorldNames::givenVersion(program_.names.givenVersionNames.size()));
    if (isNew) {
        program_.names.givenVersionNames.emplace_back(name);
    }
    return found->second;
}

BackupFileId Names::file(std::string_view name) {
    const auto [found, isNew] = files_.try_emplace(std::string{name}, BackupFileId{files_.size()});
    if (isNew) {
        program_.names.backupFiles.push_back(std::string{name});
    }
    return found->second;
}

SlotId Names::slot(std::string_view name) { return placeOf(std::string{name}, name, slots_, program_.names.slots); }

NetworkId Names::network(std::string_view name) {
    const auto [found, isNew] = networks_.try_emplace(std::string{name}, NetworkId{networks_.size()});
    if (isNew) {
        program_.names.networks.push_back(std::string{name});
    }
    return found->second;
}

NetworkId Names::findNetwork(std::string_view name) const {
    const auto found = networks_.find(std::string{name});
    return found == networks_.end() ? NetworkId{} : found->second;
}

KeyTypeId Names::keyType(const Name& name) {
    if (!name.present()) {
        return {};
    }
    const std::vector<std::string>& known = program_.platform->keyTypes;
    const auto found = std::ranges::find_if(known, [&](const auto& one) { return equalIgnoringCase(one, name.text); });
    if (found == known.end()) {
        reportUnknown("type of keys", name.text, name.mark, {known.begin(), known.end()});
        return {};
    }
    return KeyTypeId{static_cast<std::size_t>(found - known.begin())};
}

/// One that nothing depends on is known by its name all the same: runbooks register what they like.
FeatureId Names::feature(const Name& name) {
    IdVector<FeatureId, std::string>& features = program_.names.features;
    const auto found =
        std::ranges::find_if(features, [&](const std::string& one) { return equalIgnoringCase(one, name.text); });
    if (found != features.end()) {
        return FeatureId{static_cast<std::size_t>(found - features.begin())};
    }
    if (features.size() == FeatureSet::capacity) {
        diagnostics_.error(name.mark, fmt::format("no more than {} features can be registered", FeatureSet::capacity));
        return {};
    }
    const std::vector<std::string_view> known{features.begin(), features.end()};
    diagnostics_.warning(name.mark, "nothing here depends on the feature " + inQuotes(name.text),
                         suggestion(name.text, known));
    return features.push_back(std::string{name.text});
}

RegionId Names::region(const Name& name) {
    if (!name.present()) {
        return {};
    }
    std::string letters = lowerCase(name.text);
    std::erase(letters, ' ');
    return placeOf(letters, name.text, regions_, program_.names.regions);
}

TenantId Names::tenant(const Name& name) {
    return name.present() ? placeOf(lowerCase(name.text), name.text, tenants_, program_.names.tenants) : TenantId{};
}

} // namespace cmksim::compile
