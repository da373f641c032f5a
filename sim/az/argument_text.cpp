#include "az/argument_text.hpp"

#include "az/key_parts.hpp"
#include "base/held_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

namespace cmksim::az {

namespace {

/// Empty for what is null, a list or a mapping.
std::string scalarText(const JsonValue& value) {
    struct Write {
        std::string operator()(std::nullptr_t) const { return {}; }
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
        std::string operator()(const JsonNumber& number) const { return number.digits; }
        std::string operator()(const std::string& text) const { return text; }
        std::string operator()(const JsonArray&) const { return {}; }
        std::string operator()(const JsonObject&) const { return {}; }
    };
    return value.visit(Write{});
}

} // namespace

std::vector<std::string> textsOf(const JsonValue& value) {
    if (heldAs<JsonObject>(value) != nullptr) {
        return {};
    }
    const auto* items = heldAs<JsonArray>(value);
    if (items == nullptr) {
        return {scalarText(value)};
    }
    std::vector<std::string> texts;
    std::ranges::transform(*items, std::back_inserter(texts), scalarText);
    return texts;
}

ArgumentText argumentOf(std::string name, const JsonValue& value) {
    const bool plain = heldAs<bool>(value) != nullptr || heldAs<std::int64_t>(value) != nullptr ||
                       heldAs<JsonNumber>(value) != nullptr;
    return {std::move(name), textsOf(value), heldAs<JsonArray>(value) != nullptr,
            heldAs<std::nullptr_t>(value) != nullptr, plain};
}

std::vector<ArgumentText> argumentsOfSlots(const JsonValue& bySlot) {
    std::vector<ArgumentText> arguments;
    if (const auto* listed = heldAs<JsonArray>(bySlot)) {
        for (std::size_t i = 0; i < listed->size(); ++i) {
            char sign = comesOn;
            forEachField((*listed)[i], [&](const std::string& name, const JsonValue& held) {
                sign = name == "remove" ? goesOff : sign; // it stands first
                const std::string key = fmt::format("{}{}{}", slotsPrefix, sign, i + 1);
                arguments.push_back(argumentOf(name == "identity" ? partOf(key, identityPart) : key, held));
            });
        }
        return arguments;
    }
    forEachField(bySlot, [&](const std::string& slot, const JsonValue& use) {
        const std::string key = std::string{slotsPrefix} + slot;
        if (heldAs<JsonObject>(use) == nullptr) {
            arguments.push_back({key, {}, false, true});
        }
        forEachField(use, [&](const std::string& name, const JsonValue& held) {
            arguments.push_back(argumentOf(name == shortKey ? key : key + '.' + name, held));
        });
    });
    return arguments;
}

std::vector<ArgumentText> keyInParts(const std::string& key, const std::string& uri, bool saysNoVersion) {
    constexpr std::string_view collection = "/keys/";
    const std::size_t at = uri.find(collection);
    if (at == std::string::npos) {
        return {{key, {uri}, false, false}};
    }
    const std::string rest = uri.substr(at + collection.size());
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::string version = rest.substr(std::min(slash + 1, rest.size()));
    std::vector<ArgumentText> parts{{partOf(key, vaultPart), {uri.substr(0, at)}, false, false},
                                    {partOf(key, namePart), {rest.substr(0, slash)}, false, false}};
    if (!version.empty() || saysNoVersion) {
        parts.push_back({partOf(key, versionPart), {version}, false, false});
    }
    return parts;
}

} // namespace cmksim::az
