// What a shell variable holds that takes the output of a command, as far as that can be told before anything is run:
// names and ids, which no course of events changes.
#pragma once

#include "az/command_action.hpp"
#include "catalog/command_shapes.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cmksim::az {

/// Follows a timeline in the order of the file.
class KeptValues {
public:
    KeptValues(const EstateSpec& estate, const std::vector<AzureTerms>& terms, const Platform& platform);

    void note(const ActionSpec& action);
    void note(const CommandAction& action);

    /// What the command prints where it is asked for one name or id as plain text; nothing where it is not, or where
    /// what it prints hangs on what happens.
    [[nodiscard]] std::optional<std::string> printedBy(const CommandLine& line, std::span<const CommandAction> actions);

private:
    void note(std::string_view action, std::string_view target);
    void add(const VaultSpec& vault);
    void forget(std::string_view target);

    [[nodiscard]] std::optional<std::string> value(std::string_view name, const CommandAction& action,
                                                   const AzureTerms& terms) const;
    [[nodiscard]] std::optional<std::string> ofKey(std::string_view name, std::string_view target) const;
    [[nodiscard]] std::string hostOf(std::string_view vault) const;

    const EstateSpec& estate_;
    const std::vector<AzureTerms>& terms_;
    const Platform& platform_;
    std::optional<catalog::ReadShapes> shapes_;                  // read once some command is asked
    std::map<std::string, std::string, std::less<>> vaultKinds_; // by name; those that are not ordinary

    /// The versions of a key by then.
    struct Versions {
        std::size_t count = 0;
        std::string newest; // its name
    };
    std::map<std::string, Versions, std::less<>> versions_; // by VAULT/KEY; none of a key of which it is not known
};

} // namespace cmksim::az
