// What a resource of which there is no model says of vaults, keys and identities, wherever in it that stands.
#pragma once

#include "az/flag_words.hpp"
#include "document/document.hpp"
#include "import/raw_import.hpp"
#include "model/azure.hpp"
#include "model/platform.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// How the hosts of vaults end, and how ids of identities and vaults are told from others.
class MentionFinder {
public:
    MentionFinder(const std::vector<AzureTerms>& terms, const Platform& platform);

    /// Adds to `mention` what stands in `node`: keys by their identifiers, or by a vault's URI or id with the key's
    /// name beside it; identities and vaults by their resource ids. An identity beside a key is that key's; else the
    /// only one that is there. Cost: one pass over the node.
    void find(Node node, RawMention& mention) const;

    /// Whether a text is the URI of a vault without more.
    [[nodiscard]] bool isVaultUri(std::string_view text) const;

    /// Whether a URI is of something in a vault.
    [[nodiscard]] bool isOfVault(std::string_view uri) const;

    /// How the host of a vault ends of which only the name is known.
    [[nodiscard]] std::string_view vaultSuffix() const { return std::string_view{suffixes_.front()}.substr(1); }

private:
    struct Found {
        std::vector<RawKeyUse> keys;
        std::vector<PrincipalText> identities;
        std::vector<std::string> ids;
        bool saysKeyed = false; // it has a key, be it named or not
    };

    /// What says that a resource has a key.
    struct Switch {
        std::string field; // by its plain name
        az::FlagWords words;
    };

    /// A type of vaults: how ids of them read, in lower case, and how their hosts end.
    struct VaultType {
        std::string path;
        std::string suffix;
    };

    [[nodiscard]] const VaultType* vaultTypeIn(std::string_view lowerId) const;
    /// The same, be its name known or not.
    [[nodiscard]] bool isBareVault(std::string_view text) const;
    void addSwitch(std::string_view path);
    void addBaseType(const std::vector<AzureTerms>& terms, std::string_view service);
    Found look(Node node) const;
    static void include(Found inner, Found& found);
    void lookAtFields(Node mapping, Found& found) const;
    void lookAtText(std::string_view text, Found& found) const;
    [[nodiscard]] bool isKey(std::string_view text) const;

    std::vector<std::string> suffixes_; // `.vault.azure.net`
    std::string identityType_;          // `/providers/microsoft.managedidentity/userassignedidentities/`, in lower case
    std::vector<VaultType> vaultTypes_;
    std::vector<std::string> baseTypes_; // of what resources of other services stand on
    std::vector<std::string> keyFields_; // that hold a key's identifier, by their plain names
    std::vector<Switch> switches_;
    std::vector<std::string> joinedFields_; // that name vault and key as one text, by their plain names
};

/// All words in the texts of a node that may be names of vaults.
std::set<std::string> wordsIn(Node node);

/// Marks what lies on another resource or is a part of one, as its id says; a lock may lie on a group, too.
void markPart(RawMention& mention, bool isLock);

} // namespace cmksim::import
