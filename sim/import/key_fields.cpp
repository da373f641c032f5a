#include "import/key_fields.hpp"

#include "base/held_value.hpp"
#include "import/json_fields.hpp"

#include <string_view>

namespace cmksim::import {

namespace {

/// Whether two fields are the same, be it that neither is there.
bool areSame(const JsonValue* a, const JsonValue* b) {
    return (a == nullptr) == (b == nullptr) && (a == nullptr || a->line() == b->line());
}

} // namespace

std::vector<std::string> identitiesIn(const JsonObject& fields) {
    std::vector<std::string> names;
    if (const JsonValue* list = fieldNamed(fields, "identities")) {
        for (const JsonValue& one : list->items()) {
            names.push_back(bareText(one));
        }
    }
    return names;
}

bool hasAnyKey(const JsonObject& fields) {
    return fieldNamed(fields, "key") != nullptr || fieldNamed(fields, "keys") != nullptr;
}

JsonObject changedSlots(const JsonObject& fields, const JsonObject& earlier) {
    JsonObject changes;
    const JsonObject before = fieldsOf(earlier, "keys");
    const JsonObject after = fieldsOf(fields, "keys");
    const JsonValue* alone = fieldNamed(earlier, "key");
    for (const auto& [slot, use] : after) {
        const JsonValue* then = fieldNamed(before, slot);
        const bool wasAlone = alone != nullptr && areSame(alone, fieldNamed(use.fields(), "key"));
        if (!wasAlone && !areSame(then, &use)) {
            changes.emplace_back(slot, use);
        }
    }
    const JsonValue* stays = fieldNamed(fields, "key");
    for (const auto& [slot, use] : before) {
        const bool isAlone = stays != nullptr && areSame(stays, fieldNamed(use.fields(), "key"));
        if (!isAlone && fieldNamed(after, slot) == nullptr) {
            changes.emplace_back(slot, nullptr);
        }
    }
    return changes;
}

JsonObject withoutKeysApart(const JsonObject& fields, const std::set<std::string>& slots) {
    const bool isAll = slots.contains(std::string{});
    JsonObject made;
    for (const auto& [name, value] : fields) {
        if (name == "keys" && !isAll) {
            JsonObject own;
            for (const auto& [slot, use] : value.fields()) {
                if (!slots.contains(slot)) {
                    own.emplace_back(slot, use);
                }
            }
            if (!own.empty()) {
                made.emplace_back(name, std::move(own));
            }
        } else if (!isAll || (name != "key" && name != "keys" && name != "identity" && name != "automaticRotation")) {
            made.emplace_back(name, value);
        }
    }
    return made;
}

} // namespace cmksim::import
