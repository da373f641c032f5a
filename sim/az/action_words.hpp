// What an action is about, and its values, in the words of Azure's tools.
#pragma once

#include "az/format_command.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmksim::az {

/// The words for one action. It points into what it is made of.
class ActionWords {
public:
    ActionWords(const ActionText& action, const AzureNames& names, const std::vector<AzureTerms>& terms,
                const Platform& platform)
        : action_{action}, names_{names}, terms_{terms}, platform_{platform} {}

    // --- its target --------------------------------------------------------------------------------------------------

    [[nodiscard]] AzureThing thing() const;
    [[nodiscard]] bool makes() const;
    /// The terms of its service, or of what lies under every service; null where there are none.
    [[nodiscard]] const AzureTerms* termsOfTarget() const;
    /// Its type at Azure; null where the terms name none.
    [[nodiscard]] const AzureType* type() const;
    /// `kv1` and `cmk` of `kv1/cmk`; none of what lies above all vaults.
    [[nodiscard]] std::vector<std::string_view> targetParts() const;
    /// The kind of the vault that it is, or in which it lies; empty for the ordinary one.
    [[nodiscard]] std::string_view vaultKind() const;
    [[nodiscard]] std::string_view azureName() const;
    [[nodiscard]] bool isApplication() const;
    /// The resource id of a vault, of a key, or of where all of them lie.
    [[nodiscard]] std::string scopeId(const std::vector<std::string_view>& parts) const;

    // --- its values --------------------------------------------------------------------------------------------------

    /// A value of the argument `name`, in the form that the terms of the command take.
    [[nodiscard]] std::string valueText(std::string_view name, const std::string& value, const AzureTerms& terms) const;
    [[nodiscard]] std::string keyUri(const std::string& text) const;
    /// What takes the place of a moment that is taken off.
    [[nodiscard]] std::string noMoment(std::string_view name) const;
    /// A version as Azure names it. A name of another form is the simulator's, or one that stands for it in an estate.
    [[nodiscard]] std::string versionText(std::string_view name) const;
    /// A principal as grants name it.
    [[nodiscard]] std::string principal(std::string_view name) const;
    /// An identity by its client id; the resource's own, or the service's, by its word.
    [[nodiscard]] std::string clientId(const std::string& name) const;
    /// A deleted identity as the directory keeps it: an application by an id that is none of its principal.
    [[nodiscard]] std::string deletedObject(std::string_view name) const;
    /// What stands for an id that is not known: a name that tells it, or a placeholder where it must be the id.
    [[nodiscard]] std::string toFillIn(std::string_view what, std::string_view name) const;
    /// Whether it is the identity that a resource has alone.
    [[nodiscard]] static bool isOwnIdentity(std::string_view name);

private:
    [[nodiscard]] std::string_view kindNameOf(std::string_view vault) const;
    [[nodiscard]] std::string where() const;
    [[nodiscard]] std::string identity(const std::string& name, const AzureTerms& terms) const;

    const ActionText& action_;
    const AzureNames& names_;
    const std::vector<AzureTerms>& terms_;
    const Platform& platform_;
};

} // namespace cmksim::az
