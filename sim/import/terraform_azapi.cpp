#include "import/terraform_azapi.hpp"

#include "az/references.hpp"
#include "base/text.hpp"
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
constexpr std::string_view azapiUpdate = "azapi_update_resource";

/// Resources lie in resources; they do not nest further than this.
constexpr int deepestParent = 8;

std::string azapiTypeOf(const TerraformInstance& instance) {
    const std::string written = terraformText(instance.values, "type");
    return written.substr(0, written.find('@'));
}

/// The version of Azure's API that it is sent to.
std::string azapiVersionOf(const TerraformInstance& instance) {
    const std::string written = terraformText(instance.values, "type");
    const std::size_t at = written.find('@');
    return at == std::string::npos ? std::string{} : written.substr(at + 1);
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

/// What an instance sends, be it written as a value or as a text with one; null where that is not known.
JsonValue bodyIn(Node values) {
    const Node body = terraformPath(values, "body");
    if (!body || !body.isScalar()) {
        return jsonOf(body);
    }
    Diagnostics ignored;
    const auto parsed = parseJson(std::make_shared<const Source>("body", std::string{body.text()}), ignored);
    return parsed ? jsonOf(parsed->root()) : JsonValue{nullptr};
}

/// What of something only applying the plan will tell stays as it is before, as reported.
class AsBefore {
public:
    AsBefore(std::string_view kind, std::string_view id, Mark mark, Diagnostics& diagnostics)
        : mark_{mark}, diagnostics_{diagnostics} {
        std::string names;
        for (const std::string& name : readAzureId(id).value_or(AzureId{}).names) {
            names.append(names.empty() ? "" : "/").append(readable(name));
        }
        called_ = fmt::format("{} {}", kind, inQuotes(names));
    }

    /// The same of all that is sent, where that is not known at all; null where nothing is there before.
    [[nodiscard]] JsonValue whole(const JsonValue& value, const JsonValue& before) const {
        const std::string* text = stringIn(value);
        return text == nullptr || !isUnknownText(*text) ? value
               : isNull(before)                         ? JsonValue{nullptr}
                                                        : kept(*text, before, "body");
    }

    [[nodiscard]] JsonValue of(const JsonValue& value, const JsonValue& before, std::string_view field) const {
        const std::string* text = stringIn(value);
        if (text != nullptr && isUnknownText(*text)) {
            return kept(*text, before, field);
        }
        const JsonObject* fields = objectOf(value);
        if (fields == nullptr) {
            return value;
        }
        JsonObject all;
        for (const auto& [name, inner] : *fields) {
            const JsonValue* was = fieldOf(before, name);
            all.emplace_back(name, of(inner, was != nullptr ? *was : JsonValue{nullptr}, name));
        }
        return all;
    }

private:
    [[nodiscard]] JsonValue kept(const std::string& symbol, const JsonValue& before, std::string_view field) const {
        const bool isWhole = field == "body" || field == "properties";
        if (isNull(before) && !isWhole) {
            return symbol; // told where the key is read
        }
        diagnostics_.warning(mark_, fmt::format("{} of {} is not known ({})", field, called_, readable(symbol)),
                             isNull(before) ? "the key is taken to be enabled, and valid without end"
                                            : "it is taken to stay as it is");
        return isNull(before) ? JsonValue{JsonObject{}} : before;
    }

    std::string called_;
    Mark mark_;
    Diagnostics& diagnostics_;
};

} // namespace

bool isAzapiUpdate(const TerraformInstance& instance) { return instance.typeName == azapiUpdate; }

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
    if (type.empty() || name.empty()) {
        return std::nullopt;
    }
    const Node written = terraformPath(instance.values, "body");
    JsonValue body = bodyIn(instance.values);
    const bool isEmpty = !written || written.isNull() || (written.isScalar() && written.text().empty());
    // What an action sends may be anything.
    if (!isEmpty && objectOf(body) == nullptr && !instance.typeName.ends_with("_action")) {
        tellUnexpected(written, Expected::Mapping, "body", written.mark(), diagnostics);
    }
    const Node unknowns = instances.unknownsOf(instance);
    body = withUnknowns(body, unknowns ? terraformPath(unknowns, "body") : Node{},
                        TerraformInstances::symbol(instance.address, "body"));
    const std::string id = updates ? updated : AzapiIds{instances, terms}.of(instance);
    const KnownAzureType known = findAzureType(terms, type);
    const auto change = unknowns ? instances.changes().find(instance.address) : instances.changes().end();
    const JsonValue before =
        change != instances.changes().end() ? bodyIn(terraformPath(change->second, "change.before")) : nullptr;
    const JsonValue* inner = fieldOf(body, "properties");
    const std::string* sent = stringIn(inner != nullptr ? *inner : body);
    const bool isUnread = sent != nullptr && isUnknownText(*sent) && (inner != nullptr || isNull(before));
    if (known.is(AzureThing::Vault) && updates && isUnread) {
        diagnostics.warning(instance.mark,
                            fmt::format("what {} changes of vault {} is not known", inQuotes(instance.address),
                                        inQuotes(readable(name))),
                            "it is left out");
    }
    if (known.is(AzureThing::Vault) && isAzapiUpdate(instance) && inner != nullptr &&
        fieldOf(*inner, "accessPolicies") != nullptr) {
        diagnostics.warning(instance.mark,
                            fmt::format("{} replaces the access policies of vault {}", inQuotes(instance.address),
                                        inQuotes(readable(name))),
                            "those that it has beside these are taken to stay");
    }
    if (known.is(AzureThing::Key)) {
        body = AsBefore{"key", id, instance.mark, diagnostics}.of(body, before, "body");
    } else if (known && !known.is(AzureThing::Resource)) {
        const std::string_view kind = known.is(AzureThing::Vault) ? std::string_view{"vault"} : std::string_view{type};
        body = AsBefore{kind, id, instance.mark, diagnostics}.whole(body, before);
    }
    if (known.is(AzureThing::Identity) && isNull(body)) { // nothing is sent, and its ids come back
        const JsonValue output = jsonOf(terraformPath(instance.values, "output"));
        body = objectOf(output) != nullptr ? output : JsonValue{JsonObject{}};
    }
    // A vault is there then, and how it is set is not known.
    const bool isUnreadVault = known.is(AzureThing::Vault) && objectOf(body) == nullptr;
    if (objectOf(body) == nullptr && !isUnreadVault) {
        return std::nullopt;
    }
    expect(terraformPath(instance.values, "identity"), Expected::List, "identity", diagnostics);
    JsonValue resource = withField(body, "type", type);
    resource = withField(resource, "name", name);
    resource = withField(resource, "id", id);
    // What is there already keeps the defaults that it was made with.
    const bool isPlanned = change != instances.changes().end();
    const Node was = isPlanned ? terraformPath(change->second, "change.before") : Node{};
    const bool isMade = isPlanned && !updates && (!was || was.isNull());
    if (const std::string version = azapiVersionOf(instance); isMade && !version.empty()) {
        resource = withField(resource, "apiVersion", version);
    }
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
        isUnreadVault ? resources.takeExisting(document->root()) : resources.takeDeclared(document->root());
    }
    RawImport raw = std::move(resources.raw());
    if (isAzapiUpdate(instance)) { // what it does not say stays as it is
        for (RawVault& one : raw.vaults) {
            one.isWhole = false;
        }
        for (RawResource& one : raw.resources) {
            one.changesAlone = true;
            one.isWhole = one.isWhole && (!one.key.empty() || !one.slots.empty());
        }
    }
    return raw;
}

} // namespace cmksim::import
