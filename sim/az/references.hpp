// What the names and ids of Azure stand for in one estate. Azure compares them whatever their case.
#pragma once

#include "model/azure.hpp"
#include "scenario/ast.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::az {

/// What a resource id names: its type with its names, `Microsoft.KeyVault/vaults/keys` and `kv1`, `cmk`.
struct AzureId {
    std::string type;
    std::vector<std::string> names;
};

/// Takes a resource id apart; the type is empty where it names a subscription or a resource group. Nothing when the
/// text is no resource id. The last provider in it counts.
std::optional<AzureId> readAzureId(std::string_view id);

/// A type of Azure that a file of terms knows, with that file.
struct KnownAzureType {
    const AzureTerms* terms = nullptr;
    const AzureType* type = nullptr;

    explicit operator bool() const { return type != nullptr; }
    [[nodiscard]] bool is(AzureThing thing) const { return type != nullptr && type->thing == thing; }
};

/// The type of that name, whatever its case; nothing when no file knows it.
KnownAzureType findAzureType(const std::vector<AzureTerms>& terms, std::string_view name);

/// What a resource of a service says its type is; empty where that is not known.
std::string_view resourceTypeOf(const AzureTerms& terms);

/// The first type that is such a thing, of a kind of vaults that is not the ordinary one where it is named; every such
/// thing has one.
const AzureType& azureTypeOf(const std::vector<AzureTerms>& terms, AzureThing thing, std::string_view vaultKind = {});

/// The names of an estate, and the ids by which Azure's tools know them.
class AzureReferences {
public:
    explicit AzureReferences(const EstateSpec& estate);

    /// The estate's own way of writing a name, whatever its case; the text itself when nothing is called so.
    [[nodiscard]] std::string vault(std::string_view name) const { return find(vaults_, name); }
    [[nodiscard]] std::string identity(std::string_view name) const { return find(identities_, name); }

    /// The kind that the estate gives a vault, empty for the ordinary one; nothing where it has no vault of that name.
    [[nodiscard]] std::optional<std::string_view> kindOf(std::string_view vault) const;

    /// The name of the resource that Azure calls so: of the service, or of any where none is named.
    [[nodiscard]] std::string resource(std::string_view service, std::string_view name) const;

    /// Whether the estate has a resource of the service.
    [[nodiscard]] bool has(std::string_view service) const { return resources_.contains(service); }

    /// The service of a resource, by its name here; empty when there is none.
    [[nodiscard]] std::string_view serviceOf(std::string_view resource) const;

    /// What a principal is written as: by its name, object id, client id, resource id, `[system]`,
    /// `SystemAssignedIdentity`, `UserAssignedIdentity=ID` or `FirstPartyIdentity`.
    [[nodiscard]] std::string principal(std::string_view text) const;

    /// Whether the estate has an application of that name.
    [[nodiscard]] bool isApplication(std::string_view name) const { return applications_.contains(name); }

    /// Whether the text is `UserAssignedIdentity=ID&FederatedClientId=CLIENTID`.
    [[nodiscard]] static bool namesFederated(std::string_view text);
    /// The federated identity of the estate that such a text names; empty where it describes none.
    [[nodiscard]] std::string federated(std::string_view text) const;

    /// Whether the text has the shape of an object or client id.
    [[nodiscard]] static bool isUuid(std::string_view text);

private:
    using Names = std::map<std::string, std::string, std::less<>>; // by lower case

    [[nodiscard]] static std::string find(const Names& names, std::string_view name);

    Names vaults_;
    std::map<std::string, std::string, std::less<>> vaultKinds_;           // by name
    Names identities_;                                                     // by name and by every id
    std::set<std::string, std::less<>> applications_;                      // by name
    std::map<std::pair<std::string, std::string>, std::string> federated_; // by its parts
    std::map<std::string, Names, std::less<>> resources_;                  // by service
    std::map<std::string, std::string, std::less<>> services_;
};

} // namespace cmksim::az
