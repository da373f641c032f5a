#include "import/terraform_azapi.hpp"

#include "az/references.hpp"
#include "document/json.hpp"
#include "import/azure_resources.hpp"
#include "import/json_document.hpp"
#include "import/resource_place.hpp"
#include "import/terraform_references.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace cmksim::import {

std::optional<RawImport> readAzapi(const TerraformInstance& instance, const std::vector<AzureTerms>& terms,
                                   const Platform& platform, Diagnostics& diagnostics) {
    constexpr std::string_view prefix = "azapi_";
    if (!instance.typeName.starts_with(prefix)) {
        return std::nullopt;
    }
    const std::string written = terraformText(instance.values, "type");
    const std::string type = written.substr(0, written.find('@'));
    const std::string updated = terraformText(instance.values, "resource_id"); // of what is there already
    const auto target = readAzureId(updated);
    const bool updates = target && !target->names.empty();
    const std::string name = updates ? target->names.back() : terraformText(instance.values, "name");
    Node body = terraformPath(instance.values, "body");
    std::shared_ptr<const Document> parsed;
    if (body && body.isScalar()) {
        Diagnostics ignored;
        parsed = parseJson(std::make_shared<const Source>("body", std::string{body.text()}), ignored);
        body = parsed ? parsed->root() : Node{};
    }
    if (type.empty() || name.empty() || !body || !body.isMapping()) {
        return std::nullopt;
    }
    const std::string known = updates ? updated : terraformText(instance.values, "id");
    const std::string parent = terraformText(instance.values, "parent_id");
    JsonValue resource = jsonOf(body);
    resource = withField(resource, "type", type);
    resource = withField(resource, "name", name);
    resource = withField(resource, "id",
                         isPlace(known)   ? known
                         : parent.empty() ? resourceIdOf({}, {}, type, name)
                                          : parent + "/providers/" + type + '/' + name);
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
