#include "import/arm_place.hpp"

#include "catalog/fact_reader.hpp"
#include "import/resource_place.hpp"

#include <algorithm>

namespace cmksim::import {

namespace {

std::string_view take(std::string_view& rest) {
    const std::string_view part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    return part;
}

} // namespace

ArmLevel armLevelOf(std::string_view schema) {
    const std::string lower = lowerCase(schema);
    const auto speaksOf = [&](std::string_view word) { return lower.find(word) != std::string::npos; };
    return speaksOf("subscriptiondeploymenttemplate")      ? ArmLevel::Subscription
           : speaksOf("managementgroupdeploymenttemplate") ? ArmLevel::ManagementGroup
           : speaksOf("tenantdeploymenttemplate")          ? ArmLevel::Tenant
                                                           : ArmLevel::Group;
}

ArmPlace ArmPlace::outermost(std::string_view schema) {
    return {armLevelOf(schema), std::string{ownSubscription}, std::string{ownGroup}, "ROOT"};
}

std::string providerPath(std::string_view type, std::string_view names) {
    std::string path = "/providers/";
    path.append(take(type));
    while (!type.empty() && !names.empty()) {
        path.append("/").append(take(type));
        path.append("/").append(take(names));
    }
    return path;
}

std::string ArmPlace::id() const {
    switch (level) {
    case ArmLevel::Group: return "/subscriptions/" + subscription + "/resourceGroups/" + group;
    case ArmLevel::Subscription: return "/subscriptions/" + subscription;
    case ArmLevel::ManagementGroup: return "/providers/Microsoft.Management/managementGroups/" + managementGroup;
    case ArmLevel::Tenant: break;
    }
    return "/";
}

std::string ArmPlace::idOf(std::string_view type, std::string_view names) const {
    if (lowerCase(type) == "microsoft.resources/resourcegroups") {
        return "/subscriptions/" + subscription + "/resourceGroups/" + std::string{names};
    }
    return (level == ArmLevel::Tenant ? std::string{} : id()) + providerPath(type, names);
}

ArmPlace ArmPlace::in(std::string_view otherSubscription, std::string_view otherGroup) const {
    ArmPlace other = *this;
    if (!otherSubscription.empty()) {
        other.subscription = otherSubscription;
        other.level = ArmLevel::Subscription;
    }
    if (!otherGroup.empty()) {
        other.group = otherGroup;
        other.level = ArmLevel::Group;
    }
    return other;
}

ArmPlace ArmPlace::at(std::string_view id) const {
    if (id == "/") {
        ArmPlace tenant = *this;
        tenant.level = ArmLevel::Tenant;
        return tenant;
    }
    const std::string lower = lowerCase(id);
    constexpr std::string_view groups = "microsoft.management/managementgroups/";
    if (const std::size_t at = lower.find(groups); at != std::string::npos) {
        ArmPlace other = *this;
        other.level = ArmLevel::ManagementGroup;
        other.managementGroup = id.substr(at + groups.size());
        return other;
    }
    constexpr std::string_view subscriptions = "/subscriptions/";
    if (!lower.starts_with(subscriptions)) {
        return *this;
    }
    std::string_view rest = id.substr(subscriptions.size());
    const std::string_view subscriptionPart = take(rest);
    const bool hasGroup = lowerCase(take(rest)) == "resourcegroups";
    return in(subscriptionPart, hasGroup ? take(rest) : std::string_view{});
}

} // namespace cmksim::import
