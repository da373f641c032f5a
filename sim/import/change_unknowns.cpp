#include "import/change_unknowns.hpp"

#include "base/flow_yaml.hpp"
#include "base/held_value.hpp"
#include "base/text.hpp"
#include "import/json_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::import {

std::string fullText(const Diagnostic& one) { return one.help.empty() ? one.message : one.message + "; " + one.help; }

void tellUnknownSettings(const RawImport& after, std::vector<std::string>& unknown) {
    for (const RawVault& vault : after.vaults) {
        for (const auto& [field, value] : vault.settings) {
            if (isUnknownText(flowYaml(value))) {
                unknown.push_back(fmt::format("what {} of vault {} will be is only known once it is applied", field,
                                              inQuotes(readable(vault.name))));
            }
        }
    }
}

void foldUnreadVaults(const std::set<std::string>& vaults, std::vector<std::string>& unknown) {
    for (const std::string& vault : vaults) {
        const std::string name = fmt::format("vault {}", inQuotes(vault));
        const bool isReported = std::ranges::any_of(
            unknown, [&](const std::string& text) { return text.starts_with(name + " is left out: "); });
        std::erase_if(unknown, [&](const std::string& text) {
            return isReported && (text.find(fmt::format("lies in {}, which was not read", name)) != std::string::npos ||
                                  text.starts_with(fmt::format("what the plan makes of {} is not known", name)));
        });
    }
}

void dropThoseOfGone(const ImportedEstate& before, const ImportedEstate& after, std::vector<std::string>& unknown) {
    for (const auto& [name, fields] : before.identities) {
        for (const std::string_view id : {"principalId", "clientId", "id"}) {
            const JsonValue* said =
                fieldNamed(after.identities, name) == nullptr ? fieldNamed(fields.fields(), id) : nullptr;
            const std::string called = said != nullptr ? inQuotes(bareText(*said)) : std::string{};
            std::erase_if(unknown, [&](const std::string& text) {
                const bool isPolicy = text.starts_with(fmt::format("the policy of {} in vault ", called)) &&
                                      text.find(" is of no identity that was read") != std::string::npos;
                const bool isRole =
                    text.starts_with("the assignment of ") &&
                    text.find(fmt::format("to no identity that was read, {}", called)) != std::string::npos;
                return said != nullptr && (isPolicy || isRole);
            });
        }
    }
}

ThingPlaces placesOfUnknown(const std::vector<std::string>& unknown,
                            std::initializer_list<const Diagnostics*> reported) {
    ThingPlaces all;
    for (const Diagnostics* read : reported) {
        for (const Diagnostic& one : read->all()) {
            all.emplace(fullText(one), one.mark);
            all.emplace(one.message, one.mark);
        }
    }
    ThingPlaces places;
    for (const std::string& text : unknown) {
        if (const auto place = all.find(text); place != all.end() && place->second.line > 0) {
            places.emplace(text, place->second);
        }
    }
    return places;
}

} // namespace cmksim::import
