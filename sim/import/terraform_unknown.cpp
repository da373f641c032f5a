#include "import/terraform_unknown.hpp"

#include "az/key_parts.hpp"
#include "import/arm_values.hpp"
#include "import/slots.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::import {

namespace {

bool isIndex(std::string_view part) { return part.find_first_not_of("0123456789") == std::string_view::npos; }

/// Whether a field of ours is the identifier of a key.
bool isIdentifier(std::string_view field) {
    return field == "key" || (field.starts_with(az::slotsPrefix) && slotFieldOf(field).part.empty());
}

/// The parts of a path that are names, and not places in lists.
std::vector<std::string_view> namesIn(std::string_view path) {
    std::vector<std::string_view> names;
    while (!path.empty()) {
        const std::size_t dot = path.find('.');
        if (!isIndex(path.substr(0, dot))) {
            names.push_back(path.substr(0, dot));
        }
        path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
    }
    return names;
}

/// The paths that terms give for one field.
std::vector<std::string_view> alternativesOf(std::string_view paths) {
    std::vector<std::string_view> all;
    while (!paths.empty()) {
        const std::size_t bar = paths.find('|');
        all.push_back(paths.substr(0, bar));
        paths.remove_prefix(bar == std::string_view::npos ? paths.size() : bar + 1);
    }
    return all;
}

} // namespace

TerraformKeyFields::TerraformKeyFields(const std::vector<AzureTerms>& terms) {
    for (const AzureTerms& of : terms) {
        for (const TerraformType& type : of.terraform) {
            providers_.insert(type.name.substr(0, type.name.find('_') + 1));
            for (const auto& [field, paths] : type.fields) {
                const bool isKey = type.thing == TerraformThing::Resource && isIdentifier(field);
                for (const std::string_view path : isKey ? alternativesOf(paths) : std::vector<std::string_view>{}) {
                    std::vector<std::string_view> names = namesIn(path);
                    attributes_.emplace(names.back());
                    names.pop_back();
                    blocks_.insert(names.begin(), names.end());
                }
            }
        }
    }
}

bool TerraformKeyFields::isOfProvider(std::string_view typeName) const {
    return std::ranges::any_of(providers_, [&](const std::string& prefix) { return typeName.starts_with(prefix); });
}

bool TerraformKeyFields::isBlock(std::string_view path) const {
    const std::vector<std::string_view> names = namesIn(path);
    return !names.empty() && blocks_.contains(names.back());
}

/// Other types put words before the name that most have: `cmk_key_vault_key_id`.
bool TerraformKeyFields::namesKey(std::string_view name) const {
    return blocks_.contains(name) || std::ranges::any_of(attributes_, [&](const std::string& one) {
               return name == one ||
                      (name.size() > one.size() && name.ends_with(one) && name[name.size() - one.size() - 1] == '_');
           });
}

std::vector<std::string> TerraformKeyFields::unknownIn(Node unknowns) const {
    std::vector<std::string> paths;
    if (unknowns && !unknowns.isScalar()) {
        gather(unknowns, {}, false, paths);
    }
    return paths;
}

void TerraformKeyFields::gather(Node unknowns, const std::string& path, bool isKey,
                                std::vector<std::string>& paths) const {
    if (unknowns.isScalar()) {
        if (isKey && unknowns.text() == "true") {
            paths.push_back(path);
        }
        return;
    }
    const auto at = [&](std::string_view part) {
        return path.empty() ? std::string{part} : fmt::format("{}.{}", path, part);
    };
    for (std::size_t i = 0; unknowns.isSequence() && i < unknowns.size(); ++i) {
        gather(unknowns.item(i), at(std::to_string(i)), isKey && unknowns.item(i).isScalar(), paths);
    }
    for (const auto [name, inner] : unknowns.entries()) {
        gather(inner, at(name.text()), namesKey(name.text()), paths);
    }
}

JsonValue withUnknowns(const JsonValue& value, Node unknowns, std::string_view symbol) {
    if (!unknowns || unknowns.isNull()) {
        return value;
    }
    if (unknowns.isScalar()) {
        return unknowns.text() == "true" ? JsonValue{symbol} : value;
    }
    if (unknowns.isMapping()) {
        JsonObject fields = objectOf(value) != nullptr ? *objectOf(value) : JsonObject{};
        for (const auto [name, inner] : unknowns.entries()) {
            const auto found = std::ranges::find(fields, name.text(), &JsonObject::value_type::first);
            const bool isThere = found != fields.end();
            JsonValue whole = withUnknowns(isThere ? found->second : JsonValue{nullptr}, inner,
                                           fmt::format("{}.{}", symbol, name.text()));
            if (isThere) {
                found->second = std::move(whole);
            } else if (!isNull(whole)) {
                fields.emplace_back(name.text(), std::move(whole));
            }
        }
        return fields.empty() ? value : JsonValue{std::move(fields)};
    }
    JsonArray items = arrayOf(value) != nullptr ? *arrayOf(value) : JsonArray{};
    for (std::size_t i = 0; i < unknowns.size(); ++i) {
        if (i >= items.size()) {
            items.emplace_back(nullptr);
        }
        items[i] = withUnknowns(items[i], unknowns.item(i), fmt::format("{}.{}", symbol, i));
    }
    return items.empty() ? value : JsonValue{std::move(items)};
}

} // namespace cmksim::import
