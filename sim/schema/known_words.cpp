#include "schema/known_words.hpp"

#include <algorithm>

namespace cmksim::schema {

namespace {

void addOnce(std::vector<std::string>& list, const std::string& word) {
    if (std::ranges::find(list, word) == list.end()) {
        list.push_back(word);
    }
}

void addProperty(const PropertyRule& rule, std::vector<KnownProperty>& properties) {
    auto known = std::ranges::find(properties, rule.name, &KnownProperty::name);
    if (known == properties.end()) {
        known = properties.insert(known, {rule.name, {}, false});
    }
    for (const std::string& value : rule.values) {
        addOnce(known->values, value);
    }
    known->canChange = known->canChange || rule.canChange;
}

void addModel(const Model& model, KnownService& service, KnownWords& words) {
    for (const StateRule& state : model.states) {
        addOnce(service.states, state.name);
        addOnce(words.states, state.name);
    }
    for (const PropertyRule& property : model.properties) {
        addProperty(property, service.properties);
        if (property.canChange) {
            addProperty(property, words.changeable);
        }
    }
    for (const OperationRule& operation : model.operations) {
        addOnce(words.operations, operation.name);
    }
}

} // namespace

KnownWords knownWords(Catalog& catalog, Diagnostics& diagnostics) {
    KnownWords words;
    for (const std::string_view name : catalog.services()) {
        KnownService service;
        service.name = name;
        for (const std::string_view version : catalog.versions(name)) {
            service.versions.emplace_back(version);
            if (const Model* model = catalog.model(name, version, diagnostics)) {
                addModel(*model, service, words);
            }
        }
        words.serviceNames.push_back(service.name);
        words.services.push_back(std::move(service));
    }
    for (const RoleRule& role : catalog.platform().roles) {
        words.roles.push_back(role.name);
    }
    words.permissions = catalog.platform().keyPermissions;
    words.keyTypes = catalog.platform().keyTypes;
    for (const VaultKindRule& kind : catalog.platform().vaultKinds) {
        words.vaultKinds.push_back(kind.name);
    }
    words.retentionDaysLeast = catalog.platform().retentionDaysLeast;
    words.retentionDaysMost = catalog.platform().retentionDaysMost;
    return words;
}

} // namespace cmksim::schema
