// What resources use of which it is not known which it is: keys that were not read, and vaults without a key.
#include "import/resource_index.hpp"

#include "az/references.hpp"
#include "catalog/fact_reader.hpp"
#include "catalog/vault_kinds.hpp"
#include "import/match.hpp"
#include "import/resource_place.hpp"
#include "import/slots.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::import {

namespace {

constexpr std::string_view unmodelledHelp = "it stands as unmodelled: what becomes of it is not known";
constexpr std::string_view unreadHelp = "it stands as unmodelled, with a key that was not read, which any may be";
constexpr std::string_view unreadInVaultHelp =
    "it stands as unmodelled, with a key that was not read, which any of that vault may be";

} // namespace

/// Whether a key's name is known, or is that of a key that was read, called by the same unknown text.
bool ResourceIndex::isKeyRead(JoinedVault& vault, std::string_view key) {
    const JoinedKey* known = isUnknownText(key) ? vault.keyNamed(readable(key)) : nullptr;
    return !isUnknownText(key) || (known != nullptr && !known->isAssumed);
}

/// The vault of a key, where that was read.
JoinedVault* ResourceIndex::vaultOfKey(std::string_view uri) {
    const KeyParts parts = keyPartsOf(uri);
    const std::optional<VaultKindId> kind = catalog::vaultKindOfHost(parts.host, context_.catalog.platform());
    JoinedVault* vault = parts.key.empty() || !kind ? nullptr : context_.vaults.find(readable(parts.vault), *kind);
    return vault != nullptr && vault->isUsable() ? vault : nullptr;
}

/// Adds the vaults that something uses and the keys of it that were not read. Where one of these may lie in any vault,
/// no vault is named.
std::string_view ResourceIndex::addUnread(const Unread& unread, JsonObject& fields) {
    const bool isAny = unread.anywhere;
    if (!isAny && !unread.vaults.empty()) {
        fields.emplace_back("vaults", JsonArray(unread.vaults.begin(), unread.vaults.end()));
    }
    if (isAny || unread.inVaults) {
        fields.emplace_back("keyNotRead", true);
    }
    return isAny ? unreadHelp : unread.inVaults ? unreadInVaultHelp : unmodelledHelp;
}

void ResourceIndex::note(const RawKeyUse& use, Mark mark, Unread& unread) {
    if (use.key.empty() || !keyOf(use.key, mark).empty()) {
        return;
    }
    if (const JoinedVault* vault = vaultOfKey(use.key)) {
        addNew(unread.vaults, vault->name);
        unread.inVaults = true;
    } else {
        unread.anywhere = true;
    }
}

/// What was not read of a resource that no model can play.
ResourceIndex::Unread ResourceIndex::unreadOf(const RawResource& one) {
    Unread unread;
    unread.anywhere = !one.isWhole && !hasKey(one);
    note({one.key, one.identity}, one.mark, unread);
    for (const RawSlot& slot : one.slots) {
        note(slot.use, one.mark, unread);
    }
    for (const std::string& id : hasKey(one) ? std::vector<std::string>{} : one.bases) {
        const auto base = withId(id);
        unread.anywhere = unread.anywhere || (!base && !std::ranges::binary_search(baseless_, lowerCase(id)));
    }
    return unread;
}

/// Keys that it names by their resource ids are named by their identifiers.
void ResourceIndex::nameKeys(RawMention& mention) {
    for (const std::string& id : mention.isPart ? std::vector<std::string>{} : mention.ids) {
        const auto parts = readAzureId(id);
        const KnownAzureType type = parts ? findAzureType(context_.catalog.azure(), parts->type) : KnownAzureType{};
        const JoinedVault* vault = type.is(AzureThing::Key) && parts->names.size() == 2
                                       ? context_.vaults.find(readable(parts->names.front()))
                                       : nullptr;
        if (vault != nullptr && vault->isUsable()) {
            const std::string host = context_.catalog.platform().hostOf(vault->name, vault->kind);
            addNew(mention.keys, RawKeyUse{fmt::format("https://{}/keys/{}", host, parts->names.back()), {}});
        }
    }
}

/// The vaults in the estate of which the names stand in the commands that it runs.
std::vector<std::string> ResourceIndex::vaultsInCommandsOf(const RawMention& mention) {
    std::vector<std::string> vaults;
    for (const std::string& word : mention.words) {
        if (const JoinedVault* vault = context_.vaults.find(word)) {
            addNew(vaults, vault->name);
        }
    }
    return vaults;
}

/// The vaults in the estate that it names without a key.
std::vector<std::string> ResourceIndex::vaultsOf(const RawMention& mention) {
    std::vector<std::string> vaults;
    for (const std::string& id : mention.isPart ? std::vector<std::string>{} : mention.ids) {
        const auto parts = readAzureId(id);
        const bool isId = parts && findAzureType(context_.catalog.azure(), parts->type).is(AzureThing::Vault);
        JoinedVault* vault = isId     ? context_.vaults.find(readable(parts->names.front()))
                             : !parts ? context_.vaults.find(readable(id))
                                      : nullptr;
        const bool hasKey = vault != nullptr && std::ranges::any_of(mention.keys, [&](const RawKeyUse& use) {
                                return equalIgnoringCase(readable(keyPartsOf(use.key).vault), vault->name);
                            });
        if (vault != nullptr && vault->isUsable() && !hasKey) {
            addNew(vaults, vault->name);
        }
    }
    return vaults;
}

} // namespace cmksim::import
