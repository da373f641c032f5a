// Resources as Azure's interfaces write them, nested as in templates and graph queries or flat as some commands print.
#pragma once

#include "document/document.hpp"
#include "import/azure_fields.hpp"
#include "import/mentions.hpp"
#include "import/raw_import.hpp"
#include "import/slots.hpp"
#include "model/azure.hpp"
#include "model/platform.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cmksim::import {

/// Whether others are printed within a resource, in its `resources`.
bool hasNestedResources(Node resource);

/// Gathers what resources say, one after the other.
class AzureResources {
public:
    AzureResources(const std::vector<AzureTerms>& terms, const Platform& platform, Diagnostics& diagnostics);

    /// Takes one resource as a command of the Azure CLI, a cmdlet of PowerShell or a graph query prints it. What has no
    /// type is known by its id or its shape: a key as `az keyvault key show` prints it.
    void take(Node resource);

    /// The same, of one that stands beside its resource id, which tells its type and name whatever it says of them.
    void take(Node resource, std::string id);

    /// Takes one that a template makes, as it is written there: what is absent of it is the service's default.
    void takeDeclared(Node resource, Node written = {});

    /// Takes one that a template speaks of and does not make.
    void takeExisting(Node resource);

    [[nodiscard]] RawImport& raw() { return raw_; }

private:
    /// How much of a resource a source tells.
    enum class Telling : std::uint8_t { Seen, Declared, Mentioned };

    void take(Node resource, Telling telling);
    [[nodiscard]] std::string typeOf(Node resource) const;
    void takeKnown(Node resource, const std::string& type, Described head, Telling telling);
    void nested(Node resource, const std::string& type, const Described& head);
    void untyped(Node resource);
    void unrecognised(Node resource);
    void vault(Node resource, Described head, Telling telling);
    std::optional<Deletion> deletedAt(Node resource);
    void deletedVault(Node resource, Described head, VaultKindId kind);
    void vaultProperties(Node resource, RawVault& vault);
    void policiesApart(Node resource, Described head);
    Node policies(Node resource, RawVault& vault);
    JsonArray addresses(Node rules, std::string_view path);
    void key(Node resource, Described head, VaultKindId kind);
    void tellUnfit(Node resource, const std::string& name);
    void keyByIdentifier(Node resource, std::string_view identifier);
    void identity(Node resource, Described head, Telling telling);
    void grant(Node resource, Described head);
    void role(Node resource, Described head);
    void service(Node resource, const AzureTerms& terms, Described head, Telling telling);
    void readTerms(Node resource, const AzureTerms& terms, RawResource& found);
    void switchOff(Node resource, const AzureTerms& terms, RawResource& found);
    void madeIdentities(const AzureTerms& terms, RawResource& found);
    void keyOfParent(Node resource, const AzureTerms& terms, Described head);
    void addBases(Node resource, std::string_view path, std::vector<std::string>& bases);
    void listedKeys(Node resource, const AzureTerms& terms, SlotParts& slots);
    std::string knownAt(Node resource, std::string_view path);
    Node valueAt(Node resource, std::string_view path, std::string_view field);
    void attachedIdentities(Node block, std::string_view kind, std::string_view id,
                            std::vector<PrincipalText>& attached, PrincipalText& ownPrincipal);
    void speakOf(RawIdentity identity);
    void mention(Node resource, std::string_view type, Described head, bool isLock = false);
    void noteKeysApart(Node resource, RawMention& mention) const;
    void noteWay(Node resource, std::string_view type, const Described& head);
    void noteUnplayed(Node resource, RawVault& vault) const;
    void application(Node resource);
    void tell(Node at, std::string message, std::string help);
    Node at(Node resource, std::string_view path, Expected what);
    Node read(const Looked& looked, Expected what);
    void wrong(Node node, Expected what, std::string_view way);

    const std::vector<AzureTerms>& terms_;
    const Platform& platform_;
    MentionFinder mentions_;
    Diagnostics& diagnostics_;
    std::string id_;
    Node written_; // the resource that is taken, where what was made of it has no places of its own
    RawImport raw_;
    std::unordered_map<std::string, std::size_t> lastOf_; // where in it an identity, by its id in lower case, was last
};

} // namespace cmksim::import
