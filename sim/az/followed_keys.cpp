#include "az/followed_keys.hpp"

#include "action/action.hpp"
#include "base/text.hpp"
#include "catalog/vault_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace cmksim::az {

namespace {

constexpr std::string_view rotationField = "automaticRotation";

/// Whether a command switches automatic rotation on or off; nothing where it says neither.
std::optional<bool> switchedBy(const CommandAction& action) {
    const auto field = std::ranges::find(action.fields, rotationField, &CommandField::name);
    return field != action.fields.end() && !field->values.empty() ? std::optional{field->values.front() == "true"}
                                                                  : std::nullopt;
}

} // namespace

RotationLedger::RotationLedger(const EstateSpec& estate) {
    for (const ResourceSpec& resource : estate.resources) {
        set(resource.key.text, resource.automaticRotation && resource.automaticRotation->value);
    }
}

void RotationLedger::note(const ActionSpec& action) {
    if (const ResourceSpec* made = action.resource()) {
        set(action.target.text, made->automaticRotation && made->automaticRotation->value);
    } else if (const bool* on = action.find<bool>(rotationField)) {
        set(action.target.text, *on);
    }
}

void RotationLedger::note(const CommandAction& action) {
    const std::optional<bool> switched = switchedBy(action);
    if (switched || action.name == ruleOf(kindOf<ResourceCreate>).traits.name) {
        set(action.target, switched.value_or(false));
    }
}

void RotationLedger::set(std::string_view resource, bool on) {
    if (on) {
        on_.emplace(resource);
    } else if (const auto known = on_.find(resource); known != on_.end()) {
        on_.erase(known);
    }
}

void leaveVersions(GivenCommand& given, const AzureTerms& terms, CommandAction& action) {
    const auto* rotated = given.context().rotated;
    const bool isOn = switchedBy(action).value_or(rotated != nullptr && rotated->contains(action.target));
    for (CommandField& field : action.fields) {
        const bool isFollowed =
            std::ranges::find(terms.followsNewest, field.name) != terms.followsNewest.end() && field.values.size() == 1;
        if (!isOn || !isFollowed) {
            continue;
        }
        std::string& uri = field.values.front();
        const auto key = catalog::locateKey(uri, given.context().platform);
        const std::string version = key ? std::string{key->version} : std::string{};
        if (version.empty() || !uri.ends_with('/' + version)) {
            continue;
        }
        given.warn(field.at, fmt::format("automatic rotation of {} is on: Azure goes on from version {} of its key to "
                                         "newer ones, and the key is taken without it",
                                         inQuotes(action.target), inQuotes(version)));
        uri.resize(uri.size() - version.size() - 1);
    }
}

} // namespace cmksim::az
