// Parameters, variables and resources, as expressions name them.
#include "import/arm_scope.hpp"

#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "document/values.hpp"
#include "import/azure_fields.hpp"
#include "import/raw_import.hpp"
#include "import/resource_place.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace cmksim::import {

namespace {

constexpr int mostReferences = 32;

} // namespace

JsonValue ArmScope::parameter(const std::string& name) {
    const std::string lower = lowerCase(name);
    if (const auto known = parameters_.find(lower); known != parameters_.end()) {
        return known->second;
    }
    if (!inProgress_.insert("parameter " + lower).second) {
        return unknown(name, fmt::format("parameter {} depends on itself", inQuotes(name)));
    }
    bool nullable = false;
    const Node declared = declaredParameter(name, nullable);
    const Node preset = findField(declared, "defaultValue");
    JsonValue result = nullptr;
    const auto given = given_.find(lower);
    if (given != given_.end()) {
        result = given->second;
    } else if (preset) {
        result = value(preset);
    }
    // A name cannot be empty: one that is so by default is one that has to be given.
    const bool empty = stringIn(result) != nullptr && stringIn(result)->empty() &&
                       lower.find("name") != std::string::npos && given == given_.end();
    if ((given == given_.end() && !preset && !nullable) || empty) {
        std::string stand = name;
        std::ranges::replace(stand, '_', '-');
        result = unknownValue(stand);
        work_.warn(declared ? declared.mark() : here_, fmt::format("parameter {} has no value", inQuotes(name)),
                   outermost_ ? fmt::format("what depends on it is not known; give one with --param {}=VALUE", name)
                              : "what depends on it is not known");
    }
    inProgress_.erase("parameter " + lower);
    return parameters_.insert_or_assign(lower, std::move(result)).first->second;
}

/// The declaration of a parameter, `$ref`s to definitions followed; whether it may be left out is in any of them.
Node ArmScope::declaredParameter(const std::string& name, bool& nullable) {
    const Node declared = findField(findField(root_, "parameters"), name);
    Node here = declared;
    for (int followed = 0; here && here.isMapping() && followed < mostReferences; ++followed) {
        const Node says = findField(here, "nullable");
        nullable = nullable || (says && says.isScalar() && equalIgnoringCase(says.text(), "true"));
        constexpr std::string_view definitions = "#/definitions/";
        const std::string reference = textAt(here, "$ref");
        if (!reference.starts_with(definitions)) {
            break;
        }
        here = findField(findField(root_, "definitions"), reference.substr(definitions.size()));
    }
    return declared;
}

JsonValue ArmScope::variable(const std::string& name) {
    const std::string lower = lowerCase(name);
    if (const auto known = variables_.find(lower); known != variables_.end()) {
        return known->second;
    }
    if (!inProgress_.insert("variable " + lower).second) {
        return unknown(name, fmt::format("variable {} depends on itself", inQuotes(name)));
    }
    const Node variables = findField(root_, "variables");
    const Node declared = findField(variables, name);
    JsonValue result = nullptr;
    if (declared) {
        result = value(declared);
    } else {
        JsonObject copied;
        if (const Node copies = findField(variables, "copy"); copies && copies.isSequence()) {
            copyProperties(copies, copied);
        }
        const JsonValue all{std::move(copied)};
        const JsonValue* found = fieldOf(all, name);
        result = found != nullptr ? *found : unknown(name, fmt::format("there is no variable {}", inQuotes(name)));
    }
    inProgress_.erase("variable " + lower);
    return variables_.insert_or_assign(lower, std::move(result)).first->second;
}

JsonValue ArmScope::copyIndex(const std::vector<JsonValue>& arguments) const {
    std::int64_t offset = 0;
    std::string loop;
    for (const JsonValue& argument : arguments) {
        if (const auto number = numberOf(argument)) {
            offset = *number;
        } else {
            loop = stringOf(argument);
        }
    }
    for (auto turn = turns_.rbegin(); turn != turns_.rend(); ++turn) {
        if (loop.empty() || equalIgnoringCase(turn->loop, loop)) {
            return turn->index + offset;
        }
    }
    return offset;
}

/// `resourceId([SUBSCRIPTION,] [GROUP,] TYPE, NAME…)`, `subscriptionResourceId([SUBSCRIPTION,] TYPE, NAME…)`,
/// `extensionResourceId(ID, TYPE, NAME…)` and the like.
JsonValue ArmScope::resourceId(const std::vector<JsonValue>& arguments, std::string_view function) {
    const bool isExtension = function == "extensionresourceid";
    const auto type = std::find_if(arguments.begin() + (isExtension && !arguments.empty() ? 1 : 0), arguments.end(),
                                   [](const JsonValue& one) { return stringOf(one).find('/') != std::string::npos; });
    if (type == arguments.end()) {
        return unknown("resourceId", "this resourceId() names no type");
    }
    std::string names;
    for (auto name = type + 1; name != arguments.end(); ++name) {
        names.append(names.empty() ? "" : "/").append(stringOf(*name));
    }
    const std::string typeName = stringOf(*type);
    if (isExtension) {
        return stringOf(arguments.front()) + providerPath(typeName, names);
    }
    std::vector<std::string> before;
    for (auto one = arguments.begin(); one != type; ++one) {
        before.push_back(stringOf(*one));
    }
    if (function == "tenantresourceid") {
        return providerPath(typeName, names);
    }
    if (function == "subscriptionresourceid") {
        return home_.in(before.empty() ? home_.subscription : before.front(), {}).idOf(typeName, names);
    }
    if (function == "managementgroupresourceid") {
        ArmPlace place = home_;
        place.level = ArmLevel::ManagementGroup;
        return place.idOf(typeName, names);
    }
    if (before.size() >= 2) {
        return home_.in(before[0], before[1]).idOf(typeName, names);
    }
    const bool isSubscription = !before.empty() && home_.level != ArmLevel::Group && before.front().size() == 36 &&
                                std::ranges::count(before.front(), '-') == 4;
    if (before.size() == 1) {
        return isSubscription ? home_.in(before.front(), {}).idOf(typeName, names)
                              : home_.in({}, before.front()).idOf(typeName, names);
    }
    return home_.idOf(typeName, names);
}

JsonValue ArmScope::reference(const std::vector<JsonValue>& arguments) {
    std::string id = stringOf(arguments.front());
    if (!id.starts_with('/')) {
        // A symbolic name, or the name of a resource of the template; `name[2]` is a turn of a loop.
        const std::size_t bracket = id.find('[');
        const std::string symbol = id.substr(0, bracket);
        const std::int64_t turn =
            bracket == std::string::npos ? -1 : std::atoll(id.substr(bracket + 1, id.size() - bracket - 2).c_str());
        for (const auto& [name, node] : declared_) {
            const std::string type = textAt(node, "type");
            if (name == symbol) {
                if (turn >= 0) {
                    turns_.push_back({textAt(findField(node, "copy"), "name"), turn});
                }
                id = placeOf(node).idOf(type, stringOf(value(findField(node, "name"))));
                if (turn >= 0) {
                    turns_.pop_back();
                }
                break;
            }
        }
        if (!id.starts_with('/')) {
            for (const auto& [name, node] : declared_) {
                if (equalIgnoringCase(stringOf(value(findField(node, "name"))), id)) {
                    id = placeOf(node).idOf(textAt(node, "type"), id);
                    break;
                }
            }
        }
    }
    return unknownValue(fmt::format("{}{} ", referencePrefix, id));
}

} // namespace cmksim::import
