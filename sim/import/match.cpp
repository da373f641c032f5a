#include "import/match.hpp"

#include "base/held_value.hpp"
#include "base/time.hpp"
#include "catalog/fact_reader.hpp"
#include "scenario/address.hpp"
#include "scenario/key_reference.hpp"
#include "scenario/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cmksim::import {

namespace {

constexpr std::string_view uriScheme = "https://";

std::optional<JsonValue> oneOf(const JsonValue& value, std::initializer_list<std::string_view> words) {
    const auto* text = heldAs<std::string>(value);
    for (const std::string_view word : words) {
        if (text != nullptr && equalIgnoringCase(*text, word)) {
            return JsonValue{word};
        }
    }
    return std::nullopt;
}

std::optional<JsonValue> addresses(const JsonValue& value) {
    const auto* list = heldAs<JsonArray>(value);
    if (list == nullptr) {
        return std::nullopt;
    }
    const bool sound = std::ranges::all_of(*list, [](const JsonValue& one) {
        const auto* text = heldAs<std::string>(one);
        return text != nullptr && parseAddressBlock(*text);
    });
    return sound ? std::optional{value} : std::nullopt;
}

JsonObject versionFields(const RawVersion& version, bool named) {
    JsonObject fields;
    if (named && isVersionName(version.name)) {
        fields.emplace_back("name", version.name);
    }
    if (!version.enabled.value_or(true)) {
        fields.emplace_back("enabled", false);
    }
    if (std::string notBefore = matchInstant(version.notBefore); !notBefore.empty()) {
        fields.emplace_back("notBefore", std::move(notBefore));
    }
    if (std::string expires = matchInstant(version.expires); !expires.empty()) {
        fields.emplace_back("expires", std::move(expires));
    }
    return fields;
}

} // namespace

std::optional<JsonValue> matchSetting(std::string_view field, const JsonValue& value, const Platform& platform) {
    if (field.starts_with("enable")) {
        return heldAs<bool>(value) != nullptr ? std::optional{value} : std::nullopt;
    }
    if (field == "softDeleteRetentionInDays") {
        const auto* days = heldAs<std::int64_t>(value);
        const bool fits =
            days != nullptr && *days >= platform.retentionDaysLeast && *days <= platform.retentionDaysMost;
        return fits ? std::optional{value} : std::nullopt;
    }
    if (field == "publicNetworkAccess") {
        return oneOf(value, {"Enabled", "Disabled", "SecuredByPerimeter"});
    }
    if (field == "networkAcls.defaultAction") {
        return oneOf(value, {"Allow", "Deny"});
    }
    if (field == "networkAcls.bypass") {
        return oneOf(value, {"AzureServices", "None"});
    }
    return field == "networkAcls.ipRules" ? addresses(value) : std::nullopt;
}

std::string_view matchPermission(std::string_view permission, const Platform& platform) {
    const auto known = std::ranges::find_if(platform.keyPermissions,
                                            [&](const std::string& one) { return equalIgnoringCase(one, permission); });
    return known != platform.keyPermissions.end() ? std::string_view{*known} : std::string_view{};
}

std::string matchInstant(std::string_view text) {
    constexpr std::chrono::hours nearEnough{24 * 365 * 1'000};
    const auto time = parseTimestamp(text);
    const bool near = time && time->time_since_epoch() < nearEnough && time->time_since_epoch() > -nearEnough;
    return near ? formatTimestamp(*time) : std::string{};
}

bool isUri(std::string_view text) { return equalIgnoringCase(text.substr(0, uriScheme.size()), uriScheme); }

KeyParts keyPartsOf(std::string_view uri) {
    constexpr std::string_view keys = "/keys/";
    if (!isUri(uri)) {
        return {};
    }
    const std::size_t exact = uri.find(keys);
    const std::size_t at = exact != std::string_view::npos ? exact : lowerCase(uri).find(keys);
    if (at == std::string_view::npos) {
        return {};
    }
    KeyParts parts;
    const std::size_t begin = uriScheme.size();
    const std::string_view whole = uri.substr(begin, uri.find_first_of("/:", begin) - begin);
    parts.vault = whole.substr(0, whole.find('.'));
    parts.host = whole.substr(std::min(whole.size(), parts.vault.size() + 1));
    const std::string_view rest = uri.substr(at + keys.size());
    parts.key = rest.substr(0, rest.find('/'));
    parts.version = rest.find('/') == std::string_view::npos ? std::string_view{} : rest.substr(rest.find('/') + 1);
    return parts;
}

std::string identifierOf(const NamedKey& key) {
    if (key.vault.empty() || key.name.empty()) {
        return {};
    }
    std::string identifier = key.vault.substr(0, key.vault.find_last_not_of('/') + 1);
    identifier.append("/keys/").append(key.name);
    return key.version.empty() ? identifier : identifier.append("/").append(key.version);
}

std::string identifierOfJoined(std::string_view joined, std::string_view suffix) {
    const std::size_t first = joined.find('_');
    const std::string_view vault = joined.substr(0, first);
    if (isUnknownText(vault)) {
        return std::string{joined};
    }
    const std::string_view rest = first == std::string_view::npos ? std::string_view{} : joined.substr(first + 1);
    const std::string_view key = rest.substr(0, rest.find('_'));
    const std::string_view version = rest.substr(std::min(rest.size(), key.size() + 1));
    return key.empty()
               ? std::string{}
               : identifierOf({fmt::format("https://{}.{}", vault, suffix), std::string{key}, std::string{version}});
}

std::string matchName(std::string_view name) {
    std::string fit{name};
    std::ranges::replace_if(
        fit, [](char c) { return c == '/' || c == ':' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '-');
    return fit.empty() ? "unnamed" : fit;
}

JsonObject keyFieldsOf(const std::vector<RawVersion>& versions) {
    if (versions.empty()) {
        return {};
    }
    if (versions.size() == 1 && versions.front().name.empty()) {
        return versionFields(versions.front(), false);
    }
    JsonArray list;
    for (const RawVersion& version : versions) {
        list.emplace_back(versionFields(version, true));
    }
    return {{"versions", std::move(list)}};
}

} // namespace cmksim::import
