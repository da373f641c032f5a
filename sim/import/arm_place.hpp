// Where a template's resources are made: a resource group, a subscription, a management group, or a tenant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cmksim::import {

enum class ArmLevel : std::uint8_t { Group, Subscription, ManagementGroup, Tenant };

struct ArmPlace {
    ArmLevel level = ArmLevel::Group;
    std::string subscription; // as far as a template can tell
    std::string group;
    std::string managementGroup;

    /// The one that the outermost template is deployed to, of the level that its schema says.
    static ArmPlace outermost(std::string_view schema);

    /// The id of the place itself, which is the scope of what is assigned there: `/` of a tenant.
    [[nodiscard]] std::string id() const;

    /// The id of a resource in it; several names are parted by slashes as the parts of the type are.
    [[nodiscard]] std::string idOf(std::string_view type, std::string_view names) const;

    /// The place that an id of a group, subscription or management group names; this one where it names none.
    [[nodiscard]] ArmPlace at(std::string_view id) const;

    /// Another subscription or group, as a deployment names them; empty ones stay.
    [[nodiscard]] ArmPlace in(std::string_view otherSubscription, std::string_view otherGroup) const;
};

/// The level that a template's schema speaks of.
ArmLevel armLevelOf(std::string_view schema);

/// `/providers/TYPE/NAME/TYPE/NAME`.
std::string providerPath(std::string_view type, std::string_view names);

} // namespace cmksim::import
