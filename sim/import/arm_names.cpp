// Parameters, variables and resources, as expressions name them.
#include "import/arm_scope.hpp"

#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "document/values.hpp"
#include "import/raw_import.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace cmksim::import {

namespace {

std::string textAt(Node node, std::string_view field) {
    const Node at = findField(node, field);
    return at && at.isScalar() ? std::string{at.text()} : std::string{};
}

} // namespace

JsonValue ArmScope::parameter(const std::string& name) {
    const std::string lower = lowerCase(name);
    if (const auto known = parameters_.find(lower); known != parameters_.end()) {
        return known->second;
    }
    if (!inProgress_.insert("parameter " + lower).second) {
        return unknown(name, fmt::format("parameter {} depends on itself", inQuotes(name)));
    }
    const Node declared = findField(findField(root_, "parameters"), name);
    const Node preset = findField(declared, "defaultValue");
    JsonValue result = nullptr;
    const auto given = given_.find(lower);
    if (given != given_.end()) {
        result = given->second;
    } else if (preset) {
        result = value(preset);
    }
    // A name cannot be empty: one that is so by default is one that somebody has to give.
    const bool empty = textOf(result) != nullptr && textOf(result)->empty() &&
                       lower.find("name") != std::string::npos && given == given_.end();
    const bool nullable = findField(declared, "nullable") && asBoolean(findField(declared, "nullable")) == true;
    if ((given == given_.end() && !preset && !nullable) || empty) {
        std::string stand = name;
        std::ranges::replace(stand, '_', '-');
        const std::string type = lowerCase(textAt(declared, "type"));
        result = type == "int"                              ? JsonValue{0}
                 : type == "bool"                           ? JsonValue{false}
                 : type == "array"                          ? JsonValue{JsonArray{}}
                 : type.find("object") != std::string::npos ? JsonValue{JsonObject{}}
                                                            : JsonValue{stand};
        work_.warn(declared ? declared.mark() : here_, fmt::format("parameter {} has no value", inQuotes(name)),
                   outermost_
                       ? fmt::format("{} stands for it; give one with --param {}=VALUE", inQuotes(result.line()), name)
                       : fmt::format("{} stands for it", inQuotes(result.line())));
    }
    inProgress_.erase("parameter " + lower);
    return parameters_.insert_or_assign(lower, std::move(result)).first->second;
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

/// `resourceId([SUBSCRIPTION,] [GROUP,] TYPE, NAME…)`.
JsonValue ArmScope::resourceId(const std::vector<JsonValue>& arguments, bool ofGroup) {
    const auto type = std::ranges::find_if(
        arguments, [](const JsonValue& one) { return stringOf(one).find('/') != std::string::npos; });
    if (type == arguments.end()) {
        return unknown("resourceId", "this resourceId() names no type");
    }
    std::string names;
    for (auto name = type + 1; name != arguments.end(); ++name) {
        names.append(names.empty() ? "" : "/").append(stringOf(*name));
    }
    const std::string id = idOf(stringOf(*type), names);
    return ofGroup ? id : std::string{armSubscription} + id.substr(armGroup.size());
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
                id = idOf(type, stringOf(value(findField(node, "name"))));
                if (turn >= 0) {
                    turns_.pop_back();
                }
                break;
            }
        }
        if (!id.starts_with('/')) {
            for (const auto& [name, node] : declared_) {
                if (equalIgnoringCase(stringOf(value(findField(node, "name"))), id)) {
                    id = idOf(textAt(node, "type"), id);
                    break;
                }
            }
        }
    }
    return unknownValue(fmt::format("{}{} ", referencePrefix, id));
}

} // namespace cmksim::import
