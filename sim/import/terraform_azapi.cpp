#include "import/terraform_azapi.hpp"

#include "az/references.hpp"
#include "catalog/fact_reader.hpp"
#include "document/json.hpp"
#include "import/arm_values.hpp"
#include "import/azure_resources.hpp"
#include "import/expected.hpp"
#include "import/json_document.hpp"
#include "import/resource_place.hpp"
#include "import/terraform_references.hpp"
#include "import/terraform_unknown.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace cmksim::import {

namespace {

constexpr std::string_view azapiPrefix = "azapi_";

/// Resources lie in resources; they do not nest further than this.
constexpr int deepestParent = 8;

std::string azapiTypeOf(const TerraformInstance& instance) {
    const std::string written = terraformText(instance.values, "type");
    return written.substr(0, written.find('@'));
}

/// Whether a type is that of what lies in things of another one.
bool isTypeWithin(std::string_view type, std::string_view parent) {
    const std::size_t slash = type.rfind('/');
    return slash != std::string_view::npos && equalIgnoringCase(type.substr(0, slash), parent);
}

/// Puts together the ids that resources have or will have.
class AzapiIds {
public:
    AzapiIds(const TerraformInstances& instances, const std::vector<AzureTerms>& terms)
        : instances_{instances}, terms_{terms} {}

    [[nodiscard]] std::string of(const TerraformInstance& instance, int depth = 0) const {
        const std::string known = terraformText(instance.values, "id");
        const std::string type = azapiTypeOf(instance);
        const std::string name = terraformText(instance.values, "name");
        if (isPlace(known)) {
            return known;
        }
        const std::string parent = parentOf(instance, depth);
        const auto above = readAzureId(parent);
        if (above && isTypeWithin(type, above->type)) {
            return fmt::format("{}/{}/{}", parent, type.substr(type.rfind('/') + 1), name);
        }
        return parent.empty() ? resourceIdOf({}, {}, type, name)
                              : fmt::format("{}/providers/{}/{}", parent, type, name);
    }

private:
    [[nodiscard]] std::string parentOf(const TerraformInstance& instance, int depth) const {
        const std::string known = terraformText(instance.values, "parent_id");
        if (!known.empty() || depth > deepestParent) {
            return known;
        }
        for (const TerraformReference& one : instances_.references().of(instance.module, instance.local, "parent_id")) {
            const TerraformInstance* parent = instances_.find(one.address);
            if (parent == nullptr) {
                continue;
            }
            const std::string id = terraformText(parent->values, "id");
            if (isPlace(id)) {
                return id;
            }
            if (parent->typeName.starts_with(azapiPrefix)) {
                return of(*parent, depth + 1);
            }
            if (const std::string type = azureTypeOf(*parent); !type.empty()) {
                return resourceIdOf({}, terraformText(parent->values, "resource_group_name"), type,
                                    terraformText(parent->values, "name"));
            }
        }
        return {};
    }

    /// How Azure calls what a type of the other provider is; empty where nothing lies in it.
    [[nodiscard]] std::string azureTypeOf(const TerraformInstance& instance) const {
        if (instance.type == nullptr) {
            return {};
        }
        if (instance.type->thing == TerraformThing::Vault) {
            return az::azureTypeOf(terms_, AzureThing::Vault, instance.type->vaultKind).name;
        }
        const bool isResource = instance.type->thing == TerraformThing::Resource;
        for (const AzureTerms& terms : terms_) {
            for (const AzureType& type : terms.types) {
                if (isResource && terms.service == instance.type->service && type.thing == AzureThing::Resource) {
                    return type.name;
                }
            }
        }
        return {};
    }

    const TerraformInstances& instances_;
    const std::vector<AzureTerms>& terms_;
};

} // namespace

std::optional<RawImport> readAzapi(const TerraformInstance& instance, const TerraformInstances& instances,
                                   const std::vector<AzureTerms>& terms, const Platform& platform,
                                   Diagnostics& diagnostics) {
    if (!instance.typeName.starts_with(azapiPrefix)) {
        return std::nullopt;
    }
    const std::string type = azapiTypeOf(instance);
    const std::string updated = terraformText(instance.values, "resource_id"); // of what is there already
    const auto target = readAzureId(updated);
    const bool updates = target && !target->names.empty();
    const std::string name = updates ? target->names.back() : terraformText(instance.values, "name");
    const Node written = terraformPath(instance.values, "body");
    Node body = written;
    std::shared_ptr<const Document> parsed;
    if (body && body.isScalar()) {
        Diagnostics ignored;
        parsed = parseJson(std::make_shared<const Source>("body", std::string{body.text()}), ignored);
        body = parsed ? parsed->root() : Node{};
    }
    // What an action sends may be anything.
    const bool isResource = !type.empty() && !name.empty();
    const bool isEmpty = !written || written.isNull() || (written.isScalar() && written.text().empty());
    if (isResource && !isEmpty && (!body || !body.isMapping()) && !instance.typeName.ends_with("_action")) {
        tellUnexpected(written, Expected::Mapping, "body", written.mark(), diagnostics);
    }
    if (!isResource || !body || !body.isMapping()) {
        return std::nullopt;
    }
    expect(terraformPath(instance.values, "identity"), Expected::List, "identity", diagnostics);
    const Node unknowns = instances.unknownsOf(instance);
    const std::string symbol = TerraformInstances::symbol(instance.address, "body");
    JsonValue resource = withUnknowns(jsonOf(body), unknowns ? terraformPath(unknowns, "body") : Node{}, symbol);
    resource = withField(resource, "type", type);
    resource = withField(resource, "name", name);
    resource = withField(resource, "id", updates ? updated : AzapiIds{instances, terms}.of(instance));
    JsonValue tags = withUnknowns(jsonOf(terraformPath(instance.values, "tags")),
                                  unknowns ? terraformPath(unknowns, "tags") : Node{},
                                  TerraformInstances::symbol(instance.address, "tags"));
    if (!isNull(tags)) {
        resource = withField(resource, "tags", std::move(tags));
    }
    if (const Node block = terraformPath(instance.values, "identity.0")) {
        JsonObject attached;
        const Node ids = terraformPath(block, "identity_ids");
        for (std::size_t i = 0; ids && ids.isSequence() && i < ids.size(); ++i) {
            attached.emplace_back(std::string{ids.item(i).text()}, JsonObject{});
        }
        resource = withField(resource, "identity",
                             JsonObject{{"type", terraformText(block, "type")},
                                        {"principalId", terraformText(block, "principal_id")},
                                        {"userAssignedIdentities", std::move(attached)}});
    }
    AzureResources resources{terms, platform, diagnostics};
    if (const auto document = documentOf(resource, instance.mark, diagnostics)) {
        resources.takeDeclared(document->root());
    }
    return std::move(resources.raw());
}

} // namespace cmksim::import
