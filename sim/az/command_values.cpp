#include "az/command_values.hpp"

#include "az/key_parts.hpp"
#include "az/property_text.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace cmksim::az {

namespace {

/// VAULT/KEY is how scenarios write a key; Azure knows it by its URI alone.
void checkIsUri(const ShellWord& value, GivenCommand& given) {
    if (value.text.find(':') != std::string::npos) {
        return; // what is wrong with it the service sees
    }
    const std::size_t slash = value.text.find('/');
    const bool isShort = slash != std::string::npos && slash > 0;
    given.complain(
        value.raw, fmt::format("expected the URI of a key, not {}", inQuotes(value.text)),
        fmt::format("such as https://{}/keys/{}",
                    given.context().platform.hostOf(isShort ? value.text.substr(0, slash) : "VAULT", ordinaryVault),
                    isShort ? value.text.substr(slash + 1) : "KEY"));
}

std::string identityNamed(const ShellWord& value, GivenCommand& given) {
    if (AzureReferences::namesFederated(value.text)) {
        return federatedIdentity(value.raw, value.text, given);
    }
    for (const AzureTerms& terms : given.context().terms) {
        if (!terms.firstParty.empty() && lowerCase(value.text) == terms.firstParty) {
            return "FirstPartyIdentity";
        }
    }
    std::string name = given.context().references.principal(value.text);
    if (name == value.text && AzureReferences::isUuid(name)) {
        given.complain(value.raw, fmt::format("no identity here has the id {}", inQuotes(name)),
                       "give one 'principalId' or 'clientId' in the estate, or write its name");
    }
    return name;
}

/// A role by its name in any case, or by the id of its definition.
std::string roleNamed(const ShellWord& word, GivenCommand& given) {
    const std::string_view text = word.text;
    const std::string lower =
        lowerCase(text.substr(text.rfind('/') == std::string_view::npos ? 0 : text.rfind('/') + 1));
    for (const AzureTerms& terms : given.context().terms) {
        for (const auto& [id, name] : terms.roles) {
            if (lower == id) {
                return name;
            }
        }
    }
    const auto known = std::ranges::find_if(given.context().platform.roles,
                                            [&](const RoleRule& rule) { return lowerCase(rule.name) == lower; });
    if (known != given.context().platform.roles.end()) {
        return known->name;
    }
    std::vector<std::string_view> names;
    for (const RoleRule& rule : given.context().platform.roles) {
        names.push_back(rule.name);
    }
    const std::string nearest = suggestion(text, names);
    given.complain(word.raw, fmt::format("no role that is built in and known here is called {}", inQuotes(text)),
                   nearest.empty() ? "custom roles are not simulated yet" : nearest);
    return std::string{text};
}

void appendPermissions(std::string_view text, const Platform& platform, CommandField& field) {
    const std::string lower = lowerCase(text);
    if (lower == "all") {
        field.values = platform.keyPermissions;
        return;
    }
    const auto known =
        std::ranges::find_if(platform.keyPermissions, [&](const std::string& one) { return lowerCase(one) == lower; });
    field.values.push_back(known != platform.keyPermissions.end() ? *known : std::string{text});
}

/// The CLI takes its own words in any case; the language does not.
std::string wordOfLanguage(std::string_view text) {
    constexpr std::array<std::string_view, 6> words{"Enabled", "Disabled", "Allow", "Deny", "AzureServices", "None"};
    for (const std::string_view known : words) {
        if (lowerCase(known) == lowerCase(text)) {
            return std::string{known};
        }
    }
    return std::string{text};
}

/// A moment as the CLI takes it, in UTC and down to the second, the minute, the hour or the day; empty: it is none.
std::string momentOf(std::string_view text) {
    constexpr std::array<std::string_view, 4> shapes{"0000-00-00T00:00:00Z", "0000-00-00T00:00Z", "0000-00-00T00Z",
                                                     "0000-00-00"};
    const auto fits = [&](std::string_view shape) {
        return std::ranges::equal(text, shape,
                                  [](char c, char as) { return as == '0' ? c >= '0' && c <= '9' : c == as; });
    };
    if (std::ranges::none_of(shapes, fits)) {
        return {};
    }
    std::string moment{text.ends_with('Z') ? text.substr(0, text.size() - 1) : text};
    return moment.append(shapes.front().substr(moment.size()));
}

} // namespace

void appendValue(std::string_view name, const ShellWord& value, GivenCommand& given, CommandField& field) {
    if (name == "identity" || name == "identities" || isSlotIdentity(name)) {
        field.values.push_back(identityNamed(value, given));
    } else if (name == "role") {
        field.values.push_back(roleNamed(value, given));
    } else if (name == "permissions") {
        appendPermissions(value.text, given.context().platform, field);
    } else if ((name == "expires" || name == "notBefore") && (value.text.empty() || value.text == "null")) {
        field.null = true;
    } else if (name == "expires" || name == "notBefore") {
        field.values.push_back(momentOf(value.text));
        if (field.values.back().empty()) {
            given.complain(value.raw,
                           fmt::format("expected a moment as the CLI takes it, not {}", inQuotes(value.text)),
                           "write it in UTC, such as 2026-12-31T01:11:59Z, 2026-12-31T01:11Z or 2026-12-31");
        }
    } else if (isWholeKey(name) && value.text.empty()) {
        field.null = true;
    } else if (isWholeKey(name)) {
        field.values.push_back(value.text);
        checkIsUri(value, given);
    } else if (value.text.starts_with('[') && name.starts_with("networkAcls")) {
        field.list = true;
        field.values = readListText(value.text);
    } else {
        field.values.push_back(wordOfLanguage(value.text));
    }
}

std::string federatedIdentity(std::string_view at, std::string_view text, GivenCommand& given) {
    std::string federated = given.context().references.federated(text);
    if (federated.empty()) {
        given.complain(at, "no federated identity here is made of that identity and that application",
                       "describe both in the estate, the application with 'type: Application' and its "
                       "'clientId', and one of 'type: Federated' with 'with' and 'app'");
    }
    return federated;
}

} // namespace cmksim::az
