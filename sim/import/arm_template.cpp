#include "import/arm_template.hpp"

#include "az/references.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "document/json.hpp"
#include "document/values.hpp"
#include "import/arm_scope.hpp"
#include "import/azure_fields.hpp"
#include "import/json_document.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace cmksim::import {

namespace {

constexpr std::string_view extensionSuffix = "/providers/roleAssignments";
constexpr int deepestNesting = 32;

void set(JsonValue& object, std::string_view name, JsonValue value) {
    object = withField(object, name, std::move(value));
}

class TemplateExpander {
public:
    TemplateExpander(AzureResources& resources, const std::vector<AzureTerms>& terms, const Platform& platform,
                     Diagnostics& diagnostics)
        : resources_{resources}, terms_{terms}, diagnostics_{diagnostics}, work_{terms, platform, diagnostics} {}

    void expand(Node root, const ArmParameters& parameters) {
        const Node schema = findField(root, "$schema");
        work_.judge(root);
        ArmScope scope{root, parameters, work_, true,
                       ArmPlace::outermost(schema && schema.isScalar() ? schema.text() : std::string_view{})};
        expand(scope, 0);
    }

private:
    void expand(ArmScope& scope, int depth) {
        if (depth > deepestNesting) {
            return;
        }
        for (const auto& [symbol, node] : scope.declared()) {
            resource(scope, node, {}, {}, depth);
        }
    }

    /// One declaration, in the resource around it.
    void resource(ArmScope& scope, Node node, const std::string& outerType, const std::string& outerName, int depth) {
        if (!node.isMapping() || work_.exhausted()) {
            return;
        }
        scope.forEachCopy(node, [&] {
            if (scope.isWanted(node) && work_.countResource(node.mark())) {
                make(scope, node, outerType, outerName, depth);
            }
        });
    }

    void make(ArmScope& scope, Node node, const std::string& outerType, const std::string& outerName, int depth) {
        const auto said = [&](std::string_view field) {
            return stringOf(scope.value(work_.expect(findField(node, field), Expected::Scalar, field)));
        };
        std::string type = said("type");
        std::string name = said("name");
        if (!outerType.empty()) {
            type = outerType + '/' + type;
            name = outerName + '/' + name;
        }
        const std::string id = scope.placeOf(node).idOf(type, name);
        if (equalIgnoringCase(type, deploymentType)) {
            if (ArmScope* inner = scope.nested(node, id)) {
                expand(*inner, depth + 1);
            }
            return;
        }
        const Node existing = findField(node, "existing");
        const bool exists = existing && existing.isScalar() && equalIgnoringCase(existing.text(), "true");
        const KnownAzureType known = findAzureType(terms_, type);
        const std::optional<AzureThing> thing = known ? std::optional{known.type->thing} : std::nullopt;
        const bool grant = known.is(AzureThing::Grant) || type.ends_with(extensionSuffix);
        if (exists && (!thing || *thing == AzureThing::Resource)) {
            return; // whatever it is set to stands elsewhere
        }
        JsonValue made = JsonObject{{"type", type}, {"name", name}, {"id", id}};
        if (!exists) {
            work_.hush(!known && !grant);
            made = scope.value(node);
            work_.hush(false);
            set(made, "type", grant ? azureTypeOf(terms_, AzureThing::Grant).name : type);
            set(made, "name", name);
            const std::string on = grant ? std::string{} : scope.scopeOf(node);
            set(made, "id", on.empty() ? id : on + providerPath(type, name));
        }
        stand(made, id, thing, grant, scope, node, type, name);
        give(made, node, exists);
        for (const auto& [symbol, child] : work_.resourcesIn(node)) {
            resource(scope, child, type, name, depth);
        }
    }

    /// What Azure will make up stands as the text that references to it come to.
    static void stand(JsonValue& made, const std::string& id, std::optional<AzureThing> thing, bool grant,
                      ArmScope& scope, Node node, const std::string& type, const std::string& name) {
        const auto symbol = [&](std::string_view what) { return unknownValue(fmt::format("ref {} {}", id, what)); };
        if (thing == AzureThing::Identity) {
            JsonValue properties = JsonObject{};
            set(properties, "principalId", symbol("principalId"));
            set(properties, "clientId", symbol("clientId"));
            set(made, "properties", std::move(properties));
        }
        const JsonValue* block = fieldOf(made, "identity");
        if (block != nullptr && objectOf(*block) != nullptr) {
            const JsonValue* kind = fieldOf(*block, "type");
            if (kind != nullptr && lowerCase(stringOf(*kind)).find("systemassigned") != std::string::npos) {
                JsonValue own = *block;
                set(own, "principalId", symbol("identity.principalId"));
                set(made, "identity", std::move(own));
            }
        }
        if (grant) {
            set(made, "scope", scopeOf(scope, node, type, name));
        }
    }

    /// Where a role assignment holds: at the scope that it names, at the resource around it, or where it is made.
    static JsonValue scopeOf(ArmScope& scope, Node node, const std::string& type, const std::string& name) {
        if (type.ends_with(extensionSuffix)) {
            return scope.place().idOf(type.substr(0, type.size() - extensionSuffix.size()), name);
        }
        const std::string given = scope.scopeOf(node);
        return given.empty() ? scope.place().id() : given;
    }

    void give(const JsonValue& made, Node node, bool exists) {
        const auto document = documentOf(made, node.mark(), diagnostics_);
        if (document && exists) {
            resources_.takeExisting(document->root());
        } else if (document) {
            resources_.takeDeclared(document->root(), node);
        }
    }

    AzureResources& resources_;
    const std::vector<AzureTerms>& terms_;
    Diagnostics& diagnostics_;
    ArmWork work_;
};

} // namespace

JsonValue readArmParameter(const std::string& text) {
    Diagnostics ignored;
    const bool structured = text.starts_with('{') || text.starts_with('[');
    const auto document =
        parseJson(std::make_shared<const Source>("parameter", structured ? text : "[" + text + "]"), ignored);
    if (!document) {
        return text;
    }
    static const std::vector<AzureTerms> none; // a typed value refers to nothing
    static const Platform nowhere;
    ArmWork work{none, nowhere, ignored};
    ArmScope scope{document->root(), {}, work, true};
    const JsonValue value = scope.value(structured ? document->root() : document->root().item(0));
    return structured || document->root().size() == 1 ? value : JsonValue{text};
}

bool isArmTemplate(Node root) { return root.isMapping() && isThere(findField(root, "resources")); }

bool readArmParameters(Node root, const std::vector<AzureTerms>& terms, const Platform& platform,
                       ArmParameters& parameters, Diagnostics& diagnostics) {
    const Node given = findField(root, "parameters");
    if (!root.isMapping() || !given || !given.isMapping() || isArmTemplate(root)) {
        return false;
    }
    ArmWork work{terms, platform, diagnostics};
    ArmScope scope{root, {}, work, true};
    for (const auto [name, one] : given.entries()) {
        if (isThere(one) && !work.expect(one, Expected::Mapping, name.text())) {
            continue;
        }
        if (const Node value = findField(one, "value")) {
            parameters.insert_or_assign(lowerCase(name.text()), scope.value(value));
        } else {
            diagnostics.warning(name.mark(),
                                fmt::format("parameter {} has no value in this file", inQuotes(name.text())));
        }
    }
    return true;
}

void expandArmTemplate(Node root, const ArmParameters& parameters, AzureResources& resources,
                       const std::vector<AzureTerms>& terms, const Platform& platform, Diagnostics& diagnostics) {
    TemplateExpander{resources, terms, platform, diagnostics}.expand(root, parameters);
}

} // namespace cmksim::import
