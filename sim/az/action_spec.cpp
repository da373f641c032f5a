#include "az/action_spec.hpp"

#include "action/action.hpp"
#include "az/key_parts.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "scenario/address.hpp"
#include "scenario/estate.hpp"
#include "scenario/names.hpp"
#include "scenario/timeline.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>

namespace cmksim::az {

namespace {

class SpecWriter {
public:
    SpecWriter(const CommandAction& command, const PlaceOfPart& placeOf, const Reading& reading)
        : command_{command}, placeOf_{placeOf}, reading_{reading} {
        for (const CommandField& field : command.fields) {
            rest_.push_back(&field);
        }
    }

    std::optional<ActionSpec> write() {
        const ActionRule& rule = ruleOf(*actionNamed(command_.name));
        ActionSpec action;
        action.kind = rule.kind;
        const bool targeted = acceptTarget({reading_.texts.keep(command_.target), placeOf_(command_.targetAt)}, rule,
                                           action, reading_.diagnostics);
        const ArgumentType first = rule.arguments.empty() ? ArgumentType::Flag : rule.arguments.front().type;
        if (first == ArgumentType::Vault) {
            vault(action);
        } else if (first == ArgumentType::Resource) {
            resource(action);
        } else if (rule.kind == kindOf<VaultUpdate>) {
            VaultSpec& vault = action.with.emplace<VaultSpec>();
            vault.name = action.target;
            settings(vault);
        } else {
            for (const ArgumentRule& argument : rule.arguments) {
                put(argument, action);
            }
        }
        finish(rule);
        return targeted ? std::optional{std::move(action)} : std::nullopt;
    }

private:
    // --- fields ------------------------------------------------------------------------------------------------------

    const CommandField* take(std::string_view name) {
        const auto found =
            std::ranges::find(rest_, name, [](const CommandField* field) -> std::string_view { return field->name; });
        if (found == rest_.end()) {
            return nullptr;
        }
        const CommandField* field = *found;
        rest_.erase(found);
        return field;
    }

    void unexpected(const CommandField& field, std::string_view what) const {
        const std::string there = field.null   ? "nothing"
                                  : field.list ? "a list"
                                               : inQuotes(field.values.empty() ? "" : field.values.front());
        reading_.diagnostics.error(placeOf_(field.at), fmt::format("expected {}, not {}", what, there));
    }

    /// The one value of a field.
    [[nodiscard]] static std::optional<std::string_view> scalar(const CommandField& field) {
        return field.null || field.list || field.values.empty() ? std::nullopt
                                                                : std::optional<std::string_view>{field.values.front()};
    }

    Name name(const CommandField& field, std::string_view text, std::string_view what) const {
        if (text.empty()) {
            reading_.diagnostics.error(placeOf_(field.at), fmt::format("expected {}, not an empty text", what));
        }
        return {reading_.texts.keep(std::string{text}), placeOf_(field.at)};
    }

    Name name(const CommandField& field, std::string_view what) const {
        const auto text = scalar(field);
        if (!text) {
            unexpected(field, what);
            return {};
        }
        return name(field, *text, what);
    }

    void name(std::string_view of, std::string_view what, Name& into) {
        if (const CommandField* field = take(of)) {
            into = name(*field, what);
        }
    }

    std::vector<Name> names(const CommandField& field, std::string_view what) const {
        std::vector<Name> all;
        if (!field.list && !field.null) {
            unexpected(field, "a list");
            return all;
        }
        for (const std::string& value : field.values) {
            if (const Name one = name(field, value, what); one.present()) {
                all.push_back(one);
            }
        }
        return all;
    }

    std::optional<bool> flag(const CommandField& field) const {
        const auto text = scalar(field);
        if (text == "true" || text == "false") {
            return text == "true";
        }
        unexpected(field, "true or false");
        return std::nullopt;
    }

    std::optional<std::int64_t> integer(const CommandField& field, std::int64_t least, std::int64_t most) const {
        const std::string_view text = scalar(field).value_or("");
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool padded = text.size() > 1 && text.starts_with('0');
        if (text.empty() || padded || error != std::errc{} || end != text.data() + text.size() || number < least ||
            number > most) {
            unexpected(field, fmt::format("a number from {} to {}", least, most));
            return std::nullopt;
        }
        return number;
    }

    /// The place of a word among those that the field takes.
    template <class Words>
    std::optional<std::size_t> word(const CommandField& field, const Words& words) const {
        const auto found = std::ranges::find(words, scalar(field).value_or(""));
        if (found == words.end()) {
            unexpected(field, fmt::format("{}", fmt::join(words, " or ")));
            return std::nullopt;
        }
        return static_cast<std::size_t>(found - words.begin());
    }

    std::optional<AddressBlock> address(const CommandField& field, std::string_view text) const {
        const std::optional<AddressBlock> block = parseAddressBlock(text);
        if (!block) {
            reading_.diagnostics.error(placeOf_(field.at), expectedAddress(inQuotes(text)));
        }
        return block;
    }

    // --- arguments ---------------------------------------------------------------------------------------------------

    void put(const ArgumentRule& rule, ActionSpec& action) {
        if (rule.type == ArgumentType::Properties) {
            std::vector<PropertySpec> rest;
            properties(rest);
            action.give({rule.name, std::move(rest)});
            return;
        }
        if (rule.type == ArgumentType::Keys) {
            if (std::vector<KeyUseSpec> named = slots(KeyNeed::May); !named.empty()) {
                action.give({rule.name, std::move(named)});
            }
            return;
        }
        const CommandField* field = take(rule.name);
        if (field == nullptr) {
            return;
        }
        const auto add = [&](auto value) { action.give({rule.name, std::move(value)}); };
        const auto addName = [&](std::string_view what) {
            if (const Name text = name(*field, what); text.present()) {
                add(text);
            }
        };
        switch (rule.type) {
        case ArgumentType::Identity: addName("the name of an identity"); break;
        case ArgumentType::Role: addName("the name of a role"); break;
        case ArgumentType::Backup: addName("the name of a backup"); break;
        case ArgumentType::KeyType: addName("a type of keys such as RSA"); break;
        case ArgumentType::Permissions: add(names(*field, "the name of a permission")); break;
        case ArgumentType::Key:
            if (field->null) {
                add(Cleared{});
            } else {
                addName("a key as VAULT/KEY or as a URI, or null");
            }
            break;
        case ArgumentType::Bits:
            if (const auto bits = integer(*field, 1, mostKeyBits)) {
                add(*bits);
            }
            break;
        case ArgumentType::Flag:
            if (const auto value = flag(*field)) {
                add(*value);
            }
            break;
        case ArgumentType::Word:
            if (const auto place = word(*field, rule.words)) {
                add(Name{rule.words[*place], placeOf_(field->at)});
            }
            break;
        case ArgumentType::Moment: moment(*field, rule, action); break;
        case ArgumentType::Address:
            if (const auto block = address(*field, scalar(*field).value_or(""))) {
                add(*block);
            }
            break;
        case ArgumentType::Keys:
        case ArgumentType::Addresses:
        case ArgumentType::Networks:
        case ArgumentType::Days:
        case ArgumentType::Properties:
        case ArgumentType::Vault:
        case ArgumentType::Resource: break; // of what is described as a whole
        }
    }

    /// Whether a slot that is named must have a key with it.
    enum class KeyNeed : std::uint8_t { Must, May };

    /// The keys and identities that are named by slot, or for the list, in the order of the command.
    std::vector<KeyUseSpec> slots(KeyNeed need) {
        std::vector<std::pair<std::string, KeyUseSpec>> found; // by the name of the slot, or the number in the list
        std::vector<const CommandField*> others;
        for (const CommandField* field : std::exchange(rest_, {})) {
            const std::string_view key = slotKeyOf(field->name);
            if (key.empty()) {
                others.push_back(field);
                continue;
            }
            const std::string slot{key.substr(slotsPrefix.size())};
            auto place = std::ranges::find(found, slot, &std::pair<std::string, KeyUseSpec>::first);
            if (place == found.end()) {
                place = found.insert(place, {slot, {}});
                if (isListed(key)) {
                    place->second.removed = slot.front() == goesOff;
                } else {
                    place->second.slot = {reading_.texts.keep(slot), placeOf_(field->at)};
                }
            }
            KeyUseSpec* use = &place->second;
            if (isSlotIdentity(field->name)) {
                use->identity = name(*field, "the name of an identity");
            } else if (field->null) {
                use->removed = true;
            } else {
                use->key = name(*field, "a key as VAULT/KEY or as a URI");
            }
        }
        rest_ = std::move(others);
        std::ranges::stable_sort(found, {}, [](const auto& one) { // a list goes in the order of the command
            return one.second.slot.present() ? std::string_view{} : std::string_view{one.first};
        });
        std::vector<KeyUseSpec> named;
        std::ranges::transform(found, std::back_inserter(named), &std::pair<std::string, KeyUseSpec>::second);
        for (const KeyUseSpec& use : named) {
            if (need == KeyNeed::Must && !use.key.present()) {
                reading_.diagnostics.error(use.slot.mark, fmt::format("slot {} needs 'key'", inQuotes(use.slot.text)));
            }
        }
        return named;
    }

    void moment(const CommandField& field, const ArgumentRule& rule, ActionSpec& action) const {
        if (field.null) {
            action.give({rule.name, TimeChange{true, std::nullopt}});
        } else if (const auto instant = readInstant(Name{scalar(field).value_or(""), placeOf_(field.at)}, reading_)) {
            action.give({rule.name, TimeChange{true, instant}});
        }
    }

    /// All fields that are left.
    void properties(std::vector<PropertySpec>& into) {
        for (const CommandField* field : std::exchange(rest_, {})) {
            const auto text = scalar(*field);
            if (!text) {
                unexpected(*field, "one value");
                continue;
            }
            const std::string lower = lowerCase(*text);
            const bool isFlag = lower == "true" || lower == "false";
            into.push_back({{reading_.texts.keep(field->name), placeOf_(field->at)},
                            {reading_.texts.keep(isFlag ? lower : std::string{*text}), placeOf_(field->at)}});
        }
    }

    // --- vaults and resources ----------------------------------------------------------------------------------------

    void settings(VaultSpec& vault) {
        const auto marked = [&](std::string_view name, std::optional<Marked<bool>>& into) {
            const CommandField* field = take(name);
            if (const auto value = field != nullptr ? flag(*field) : std::nullopt) {
                into = Marked<bool>{*value, placeOf_(field->at)};
            }
        };
        const auto chosen = [&]<class Enum>(std::string_view name, const auto& words, std::optional<Enum>& into) {
            const CommandField* field = take(name);
            if (const auto place = field != nullptr ? word(*field, words) : std::nullopt) {
                into = static_cast<Enum>(*place);
            }
        };
        marked("enablePurgeProtection", vault.enablePurgeProtection);
        marked("enableSoftDelete", vault.enableSoftDelete);
        marked("enableRbacAuthorization", vault.enableRbacAuthorization);
        if (const CommandField* field = take("softDeleteRetentionInDays")) {
            if (const auto days = integer(*field, leastRetention, mostRetention)) {
                vault.softDeleteRetentionInDays = static_cast<int>(*days);
            }
        }
        chosen("publicNetworkAccess", VaultSettings::accessWords, vault.publicNetworkAccess);
        chosen("networkAcls.defaultAction", VaultSettings::defaultActionWords, vault.networkAcls.defaultAction);
        chosen("networkAcls.bypass", VaultSettings::bypassWords, vault.networkAcls.bypass);
        if (const CommandField* field = take("networkAcls.ipRules")) {
            std::vector<AddressBlock>& rules = vault.networkAcls.ipRules.emplace();
            if (!field->list && !field->null) {
                unexpected(*field, "a list");
                return;
            }
            for (const std::string& value : field->values) {
                if (const auto block = address(*field, value)) {
                    rules.push_back(*block);
                }
            }
        }
    }

    void vault(ActionSpec& action) {
        VaultSpec& vault = action.with.emplace<VaultSpec>();
        vault.name = action.target;
        checkVaultName(vault.name, reading_.diagnostics);
        settings(vault);
        checkProtection(vault, reading_.diagnostics);
        name("kind", "a kind of vaults such as vault", vault.kind);
        name("region", "a region such as westeurope", vault.region);
    }

    void resource(ActionSpec& action) {
        ResourceSpec& resource = action.with.emplace<ResourceSpec>();
        resource.key = action.target;
        checkFreeName(resource.key, "a resource", reading_.diagnostics);
        name("service", "the name of a service", resource.service);
        name("identity", "the name of an identity", resource.identity);
        name("region", "a region such as westeurope", resource.region);
        if (const CommandField* field = take("key"); field != nullptr && !field->null) {
            resource.keyReference = name(*field, "a key as VAULT/KEY or as a URI");
        }
        resource.slots = slots(KeyNeed::Must);
        if (const CommandField* field = take("identities")) {
            resource.identities = field->list ? names(*field, "the name of an identity")
                                              : std::vector{name(*field, "the name of an identity")};
        }
        if (const CommandField* field = take("automaticRotation")) {
            if (const auto value = flag(*field)) {
                resource.automaticRotation = {*value, placeOf_(field->at)};
            }
        }
        properties(resource.properties);
    }

    /// What the action has no place for is none of its fields: the table of commands names one that it does not have.
    void finish(const ActionRule& rule) const {
        for (const CommandField* field : rest_) {
            reading_.diagnostics.error(placeOf_(field->at),
                                       fmt::format("{} has no field {}", rule.traits.name, inQuotes(field->name)));
        }
    }

    const CommandAction& command_;
    const PlaceOfPart& placeOf_;
    const Reading& reading_;
    std::vector<const CommandField*> rest_; // those that have not been taken
};

} // namespace

std::optional<ActionSpec> specOf(const CommandAction& command, const PlaceOfPart& placeOf, const Reading& reading) {
    return SpecWriter{command, placeOf, reading}.write();
}

} // namespace cmksim::az
