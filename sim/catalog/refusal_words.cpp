#include "catalog/refusal_words.hpp"

#include "base/time.hpp"
#include "catalog/layout.hpp"

#include <fmt/format.h>

#include <vector>

namespace cmksim::catalog {

namespace {

/// `the state` `is`, `is not`: an alternative among names.
void addAlternative(std::vector<std::string>& parts, std::string_view subject, std::string_view verb,
                    const std::vector<std::string>& names) {
    if (!names.empty()) {
        parts.push_back(fmt::format("{} {} {}", subject, verb, joined(names, verb == "is" ? "or" : "nor")));
    }
}

std::vector<std::string> stateNames(const std::vector<StateId>& states, const Model& model) {
    std::vector<std::string> names;
    for (const StateId state : states) {
        names.push_back(model.states[state].name);
    }
    return names;
}

void addVaultSetting(std::vector<std::string>& parts, std::optional<bool> wanted, std::string_view setting) {
    if (wanted) {
        parts.push_back(fmt::format("the vault of the key is there and has {}{}", *wanted ? "" : "no ", setting));
    }
}

void addVaultConditions(std::vector<std::string>& parts, const RefusalRule& rule) {
    addVaultSetting(parts, rule.vaultSoftDelete, "soft delete");
    addVaultSetting(parts, rule.vaultPurgeProtection, "purge protection");
    if (rule.vaultRbac) {
        parts.push_back(
            fmt::format("the vault of the key is there and goes by {}", *rule.vaultRbac ? "roles" : "access policies"));
    }
    if (rule.vaultRetentionBelow) {
        parts.push_back(fmt::format("the vault of the key is there and keeps what is deleted for less than {}",
                                    formatDuration(*rule.vaultRetentionBelow)));
    }
    const auto addSame = [&](std::optional<bool> wanted, std::string_view what) {
        if (wanted) {
            parts.push_back(
                fmt::format("the vault of the key is there, {}in the resource's {}", *wanted ? "" : "not ", what));
        }
    };
    addSame(rule.sameRegion, "region");
    addSame(rule.sameTenant, "tenant");
}

void addKeyConditions(std::vector<std::string>& parts, const RefusalRule& rule) {
    addAlternative(parts, "the type of the key named", "is", rule.keyTypes);
    std::vector<std::string> sizes;
    for (const std::uint16_t size : rule.keySizes) {
        sizes.push_back(fmt::format("{} bits", size));
    }
    addAlternative(parts, "the size of the key named", "is", sizes);
    if (rule.keyExpires) {
        parts.emplace_back(*rule.keyExpires ? "the key named expires one day" : "the key named never expires");
    }
}

} // namespace

std::string conditionInWords(const RefusalRule& rule, const Model& model) {
    std::vector<std::string> parts;
    if (rule.namesKey) {
        parts.emplace_back(*rule.namesKey ? "a key is named" : "no key is named");
    }
    if (rule.namesIdentity) {
        parts.emplace_back(*rule.namesIdentity ? "an identity is named" : "no identity is named");
    }
    if (rule.hasKey) {
        parts.emplace_back(*rule.hasKey ? "the resource has a key" : "the resource has no key");
    }
    if (rule.presentKey) {
        parts.push_back(fmt::format("the key named is {}the present one", *rule.presentKey ? "" : "not "));
    }
    if (rule.combined) {
        parts.emplace_back(*rule.combined ? "another key and an identity are named at once"
                                          : "another key and an identity are not named at once");
    }
    if (rule.sameVault) {
        parts.push_back(
            fmt::format("the key named lies in {} vault", *rule.sameVault ? "the present one's" : "another"));
    }
    if (rule.identityInUse) {
        parts.push_back(fmt::format("the identity named is {}the one in use", *rule.identityInUse ? "" : "not "));
    }
    if (rule.presentIdentity) {
        parts.push_back(fmt::format("the identity named is {}the principal that the key is used with",
                                    *rule.presentIdentity ? "" : "not "));
    }
    if (rule.identityAttached) {
        parts.push_back(fmt::format("the identity named is {}attached", *rule.identityAttached ? "" : "not "));
    }
    addAlternative(parts, "the identity named", "is", namesIn(rule.identityKinds, identityKindNames));
    addAlternative(parts, "the state", "is", stateNames(rule.states, model));
    addAlternative(parts, "the state", "is not", stateNames(rule.statesExcept, model));
    addAlternative(parts, "the reason", "is", namesIn(rule.reasons, reasonNames));
    addAlternative(parts, "the reason", "is not", namesIn(rule.reasonsExcept, reasonNames));
    addAlternative(parts, "the credential in use", "is", namesIn(rule.credential, credentialNames));
    if (rule.property.valid()) {
        const PropertyRule& property = model.properties[rule.property];
        std::vector<std::string> values;
        for (const std::size_t value : rule.propertyValues) {
            values.push_back(property.values[value]);
        }
        addAlternative(parts, property.name, "is", values);
    }
    addVaultConditions(parts, rule);
    addKeyConditions(parts, rule);
    if (rule.checkFails) {
        parts.emplace_back("a check of the key, asked for, fails");
    }
    return parts.empty() ? std::string{"always"} : fmt::format("{}", fmt::join(parts, ", and "));
}

std::string effectInWords(const RefusalRule& rule, const Model& model) {
    std::vector<std::string> parts;
    if (rule.attachesIdentity) {
        parts.emplace_back("an identity that exists and is named is attached all the same");
    }
    if (rule.leaves.valid()) {
        parts.push_back(fmt::format("a resource is left behind that is {}", model.states[rule.leaves].name));
    }
    return fmt::format("{}", fmt::join(parts, "; "));
}

} // namespace cmksim::catalog
