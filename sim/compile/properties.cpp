// The fields of a resource that only its service has, such as `sku`, in estates and in updates.

#include "action/action.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "compile/compiler.hpp"
#include "scenario/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::compile {

namespace {

PropertyId propertyNamed(const Model& model, std::string_view name) {
    for (const PropertyId id : model.properties.ids()) {
        if (model.properties[id].name == name) {
            return id;
        }
    }
    return {};
}

} // namespace

/// An estate is taken at its word; what the service would not make anew is told.
void Compiler::warnOfProperties(const ResourceSpec& spec, const Model& model, const NewResource& resource) {
    const auto holds = [&](const RefusalRule& rule) {
        const bool ofValue =
            rule.property.valid() &&
            std::ranges::find(rule.propertyValues, resource.properties[rule.property]) != rule.propertyValues.end();
        const bool ofIdentity = rule.identityKinds.empty() ||
                                (resource.identity.valid() &&
                                 rule.identityKinds.contains(program_.names.identities[resource.identity].kind));
        return ofValue && ofIdentity && rule.namesKey.value_or(true);
    };
    for (const RefusalId id : model.refusalsOf[static_cast<std::size_t>(RefusableAction::Create)]) {
        const RefusalRule& rule = model.refusals[id];
        if (!holds(rule)) {
            continue;
        }
        const PropertyRule& property = model.properties[rule.property];
        const auto given = std::ranges::find(spec.properties, std::string_view{property.name},
                                             [](const PropertySpec& one) { return one.name.text; });
        diagnostics_.warning(given == spec.properties.end() ? spec.key.mark : given->value.mark,
                             "the service does not take a key with " +
                                 inQuotes(property.name + ": " + property.values[resource.properties[rule.property]]) +
                                 " (" + rule.error + ")");
    }
}

PropertyValues Compiler::properties(const Model& model, const ResourceSpec& spec) {
    PropertyValues values;
    for (const PropertyId id : model.properties.ids()) {
        values.set(id, model.properties[id].defaultValue);
    }
    for (const PropertySpec& given : spec.properties) {
        const PropertyId property = propertyNamed(model, given.name.text);
        if (!property.valid()) {
            // A property of another service, or of another version of this one, is known and means nothing here.
            std::vector<std::string_view> known = propertyNames();
            if (std::ranges::find(known, given.name.text) == known.end()) {
                known.insert(known.end(), resourceFields.begin(), resourceFields.end());
                std::vector<std::string_view> own{resourceFields.begin(), resourceFields.end()};
                for (const PropertyRule& rule : model.properties) {
                    own.push_back(rule.name);
                }
                names_.reportUnknown("field", given.name.text, given.name.mark, std::move(known),
                                     fmt::format("known: {}", fmt::join(own, ", ")));
            }
        } else if (const auto value = propertyValue(model.properties[property], given)) {
            values.set(property, *value);
        }
    }
    return values;
}

/// The place of the value that is given; one that the property cannot have is reported.
std::optional<std::size_t> Compiler::propertyValue(const PropertyRule& property, const PropertySpec& given) {
    const auto value = std::ranges::find(property.values, given.value.text);
    if (value == property.values.end()) {
        names_.reportUnknown("value", given.value.text, given.value.mark,
                             {property.values.begin(), property.values.end()});
        return std::nullopt;
    }
    return static_cast<std::size_t>(value - property.values.begin());
}

/// The properties of every service in every version.
std::vector<std::string_view> Compiler::propertyNames() {
    std::vector<std::string_view> names;
    for (const ModelEntry& entry : catalog_.entries()) {
        if (const Model* model = catalog_.model(entry.service, entry.version, diagnostics_)) {
            for (const PropertyRule& property : model->properties) {
                if (std::ranges::find(names, property.name) == names.end()) {
                    names.push_back(property.name);
                }
            }
        }
    }
    return names;
}

/// The properties that an update names. One that the service does not have, or never changes, is reported: an update
/// that does nothing would be taken for one that works.
PropertyChanges Compiler::propertyChanges(const Model& model, const ActionSpec& spec) {
    PropertyChanges changes;
    if (!isKnown(model)) {
        return changes;
    }
    std::vector<std::string_view> changeable;
    for (const PropertyRule& property : model.properties) {
        if (property.canChange) {
            changeable.push_back(property.name);
        }
    }
    for (const PropertySpec& given : spec.properties()) {
        const PropertyId property = propertyNamed(model, given.name.text);
        if (!property.valid()) {
            std::vector<std::string_view> known = changeable;
            for (const ArgumentRule& argument : ruleOf(spec.kind).arguments) {
                if (!argument.name.empty()) {
                    known.push_back(argument.name);
                }
            }
            diagnostics_.error(
                given.name.mark,
                fmt::format("{} has no field {}", ruleOf(spec.kind).traits.name, inQuotes(given.name.text)),
                suggestion(given.name.text, known));
        } else if (!model.properties[property].canChange) {
            diagnostics_.error(given.name.mark,
                               fmt::format("{} of {} {} cannot be changed: a resource keeps it",
                                           inQuotes(given.name.text), model.service, model.version),
                               changeable.empty() ? std::string{"no property of this service can"}
                                                  : fmt::format("those that can: {}", fmt::join(changeable, ", ")));
        } else if (const auto value = propertyValue(model.properties[property], given)) {
            changes.set(property, *value);
        }
    }
    return changes;
}

} // namespace cmksim::compile
