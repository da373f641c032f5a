// Names in a model file that stand for something that the file, or the engine, defines.
#pragma once

#include "catalog/fact_reader.hpp"
#include "model/model.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace cmksim::catalog {

/// Of several things: whether each is needed, or one is enough.
inline constexpr std::array<std::string_view, 2> needNames{"all", "any"};

/// The names of a model's states, conditions or properties, in order.
template <class IdType, class Rule>
std::vector<std::string_view> namesOf(const IdVector<IdType, Rule>& rules) {
    std::vector<std::string_view> names;
    names.reserve(rules.size());
    for (const Rule& rule : rules) {
        names.push_back(rule.name);
    }
    return names;
}

/// One name out of an enumeration, or a list of them. Unknown ones are reported and left out.
template <class Enum, std::size_t Size>
EnumSet<Enum> readEnumerators(Node node, std::string_view what, const std::array<std::string_view, Size>& names,
                              FactReader& facts) {
    EnumSet<Enum> set;
    for (const Node name : facts.oneOrMore(node, what)) {
        if (const auto index = facts.indexOf(name, what, names)) {
            set.insert(static_cast<Enum>(*index));
        }
    }
    return set;
}

/// The state of that name; nothing, as reported, when the model has none.
inline std::optional<StateId> stateNamed(Node node, const Model& model, FactReader& facts) {
    const auto index = facts.indexOf(node, "state", namesOf(model.states));
    return index ? std::optional{StateId{*index}} : std::nullopt;
}

/// The condition of that name, likewise.
inline std::optional<ConditionId> conditionNamed(Node node, const Model& model, FactReader& facts) {
    const auto index = facts.indexOf(node, "condition", namesOf(model.conditions));
    return index ? std::optional{ConditionId{*index}} : std::nullopt;
}

} // namespace cmksim::catalog
