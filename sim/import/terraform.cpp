#include "import/terraform.hpp"

#include "az/references.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "document/json.hpp"
#include "document/values.hpp"
#include "import/azure_resources.hpp"
#include "import/json_document.hpp"
#include "import/match.hpp"
#include "import/mentions.hpp"
#include "import/resource_place.hpp"
#include "import/terraform_references.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>

namespace cmksim::import {

namespace {

/// Modules nest no deeper in a file that anybody made.
constexpr int deepestModule = 64;

/// One resource of a state, or as it is planned to be.
struct Instance {
    Node values;
    std::string address; // with its modules and indices
    std::string module;  // `module.a.module.b`
    std::string local;   // the address within the module, without index
    std::string typeName;
    const TerraformType* type = nullptr; // null: one without a meaning here
    Mark mark;
    bool isData = false;
};

constexpr std::string_view azapiTypes = "azapi_";

class TerraformReader {
public:
    TerraformReader(Node root, const std::vector<AzureTerms>& terms, const Platform& platform, Diagnostics& diagnostics)
        : root_{root}, terms_{terms}, platform_{platform}, mentions_{terms, platform}, references_{root},
          diagnostics_{diagnostics} {
        readChanges();
        for (const AzureTerms& one : terms) {
            for (const TerraformType& type : one.terraform) {
                types_.emplace(type.name, &type);
            }
        }
    }

    std::optional<TerraformReading> read() {
        TerraformReading reading;
        const Node planned = terraformPath(root_, "planned_values.root_module");
        const Node prior = terraformPath(root_, "prior_state.values.root_module");
        const Node state = terraformPath(root_, "values.root_module");
        const Node raw = isRawState(root_) ? root_ : Node{};
        if (!planned && !state && !raw) {
            diagnostics_.error(root_.mark(), "this is neither a state nor a plan of Terraform",
                               "it is what 'terraform show -json' prints, or a state of format 4");
            return std::nullopt;
        }
        reading.isPlan = static_cast<bool>(planned);
        if (!planned) {
            reading.before = gather(state ? state : raw, {});
            return reading;
        }
        isPlanned_ = false;
        reading.before = gather(prior, {});
        isPlanned_ = true;
        reading.after = gather(planned, prior);
        readReplacements(reading);
        return reading;
    }

    /// `{"version": 4, "resources": [{…, "instances": […]}]}`, as a backend keeps it.
    static bool isRawState(Node root) {
        const Node version = terraformPath(root, "version");
        const Node resources = terraformPath(root, "resources");
        return version && version.isScalar() && version.text() == "4" && resources && resources.isSequence();
    }

private:
    // --- the resources -----------------------------------------------------------------------------------------------

    /// Resources of a module and of those in it; of `data` the sources alone, which a plan keeps with the prior state.
    RawImport gather(Node module, Node data) {
        instances_.clear();
        raw_ = {};
        keyIdentifiers_.clear();
        vaultNames_.clear();
        if (module && isRawState(module)) {
            collectRaw(module);
        } else if (module) {
            collect(module, "", false, 0);
        }
        if (data) {
            collect(data, "", true, 0);
        }
        if (!isPlanned_) {
            collectImported();
        }
        byAddress_.clear();
        for (std::size_t i = 0; i < instances_.size(); ++i) {
            byAddress_[withoutIndices(instances_[i].address)].push_back(i);
        }
        // What others refer to comes first.
        for (const TerraformThing thing : {TerraformThing::Identity, TerraformThing::Vault, TerraformThing::Key,
                                           TerraformThing::Policy, TerraformThing::Grant, TerraformThing::Resource}) {
            for (const Instance& instance : instances_) {
                if (instance.type != nullptr && instance.type->thing == thing) {
                    take(instance);
                }
            }
        }
        for (const Instance& instance : instances_) {
            if (instance.typeName.starts_with(azapiTypes)) {
                azapi(instance);
            } else if (instance.type == nullptr) {
                mention(instance);
            }
        }
        return std::move(raw_);
    }

    void collect(Node module, const std::string& path, bool dataOnly, int depth) {
        if (!module.isMapping() || depth > deepestModule) {
            return;
        }
        if (const Node resources = module.find("resources"); resources && resources.isSequence()) {
            for (const Node resource : resources.items()) {
                collectResource(resource, path, dataOnly);
            }
        }
        if (const Node children = module.find("child_modules"); children && children.isSequence()) {
            for (const Node child : children.items()) {
                collect(child, withoutIndices(textAt(child, "address")), dataOnly, depth + 1);
            }
        }
    }

    void collectResource(Node resource, const std::string& module, bool dataOnly) {
        const bool isData = textAt(resource, "mode") == "data";
        if (!dataOnly || isData) {
            addInstance(resource, terraformPath(resource, "values"), textAt(resource, "type"),
                        textAt(resource, "address"), module, isData);
        }
    }

    /// A state of format 4 has an instance for each index.
    void collectRaw(Node state) {
        for (const Node resource : terraformPath(state, "resources").items()) {
            const std::string module = textAt(resource, "module");
            const bool isData = textAt(resource, "mode") == "data";
            const std::string local =
                (isData ? "data." : "") + textAt(resource, "type") + '.' + textAt(resource, "name");
            const Node list = terraformPath(resource, "instances");
            for (std::size_t i = 0; list && list.isSequence() && i < list.size(); ++i) {
                const Node key = terraformPath(list.item(i), "index_key");
                const std::string index = !key           ? std::string{}
                                          : key.quoted() ? fmt::format("[\"{}\"]", key.text())
                                                         : fmt::format("[{}]", key.text());
                addInstance(list.item(i), terraformPath(list.item(i), "attributes"), textAt(resource, "type"),
                            (module.empty() ? "" : module + '.') + local + index, withoutIndices(module), isData);
            }
        }
    }

    /// What a plan imports is there before it, though no state has it yet.
    void collectImported() {
        for (const auto& [address, change] : changes_) {
            const Node before = terraformPath(change, "change.before");
            const bool known = std::ranges::find(instances_, address, &Instance::address) != instances_.end();
            if (terraformPath(change, "change.importing") && before && before.isMapping() && !known) {
                addInstance(change, before, textAt(change, "type"), address,
                            withoutIndices(textAt(change, "module_address")), false);
            }
        }
    }

    void addInstance(Node node, Node values, const std::string& typeName, std::string address,
                     const std::string& module, bool isData) {
        const auto type = types_.find(typeName);
        if (!values || !values.isMapping()) {
            if (!isData) {
                raw_.other(node.mark(), typeName);
            }
            return;
        }
        if (type == types_.end() && isData) {
            return; // looked up, and not part of what is there
        }
        Instance instance{values,      std::move(address),
                          module,      {},
                          typeName,    type == types_.end() ? nullptr : type->second,
                          node.mark(), isData};
        const std::string plain = withoutIndices(instance.address);
        instance.local = module.empty() ? plain : plain.substr(std::min(plain.size(), module.size() + 1));
        instances_.push_back(std::move(instance));
    }

    static std::string textAt(Node node, std::string_view path) {
        const Node at = terraformPath(node, path);
        return at && at.isScalar() ? std::string{at.text()} : std::string{};
    }

    // --- attributes --------------------------------------------------------------------------------------------------

    /// The paths at which a type keeps a field of ours.
    static std::vector<std::string_view> pathsOf(const TerraformType& type, std::string_view field) {
        std::vector<std::string_view> paths;
        const auto found = std::ranges::find(type.fields, field, &std::pair<std::string, std::string>::first);
        for (std::string_view rest = found == type.fields.end() ? std::string_view{} : found->second; !rest.empty();) {
            const std::size_t bar = rest.find('|');
            paths.push_back(rest.substr(0, bar));
            rest.remove_prefix(bar == std::string_view::npos ? rest.size() : bar + 1);
        }
        return paths;
    }

    /// The node of a field; none where it is absent or null.
    static Node nodeOf(const Instance& instance, std::string_view field) {
        for (const std::string_view path : pathsOf(*instance.type, field)) {
            if (const Node node = terraformPath(instance.values, path); node && !node.isNull()) {
                return node;
            }
        }
        return {};
    }

    /// What an attribute is called while nobody knows its value.
    static std::string symbol(std::string_view address, std::string_view attribute) {
        return fmt::format("{}{}#{}", unknownMark, address, attribute);
    }

    static std::string attributeText(const Instance& instance, std::string_view attribute) {
        const std::string known = textAt(instance.values, attribute);
        return known.empty() ? symbol(instance.address, attribute) : known;
    }

    /// Where the field's own value can be had by others: known, or as a symbol.
    static std::string ownText(const Instance& instance, std::string_view field) {
        const auto paths = pathsOf(*instance.type, field);
        return paths.empty() ? std::string{} : attributeText(instance, paths.front());
    }

    /// The texts of a field: what stands there, else what the configuration says it refers to.
    std::vector<std::string> textsOf(const Instance& instance, std::string_view field, std::string_view usual) const {
        std::vector<std::string> texts;
        if (const Node node = nodeOf(instance, field)) {
            if (node.isScalar() && !node.text().empty()) {
                texts.emplace_back(node.text());
            }
            for (const Node item : node.items()) {
                if (item.isScalar()) {
                    texts.emplace_back(item.text());
                }
            }
        }
        for (const std::string_view path : pathsOf(*instance.type, field)) {
            if (!texts.empty()) {
                break;
            }
            for (const TerraformReference& reference : references_.of(instance.module, instance.local, path)) {
                texts.push_back(textOf(reference, instance, usual));
            }
        }
        for (const std::string_view path : pathsOf(*instance.type, field)) {
            if (texts.empty() && isUnknownAt(instance, path)) {
                texts.push_back(symbol(instance.address, path));
            }
        }
        return texts;
    }

    std::string textOf(const Instance& instance, std::string_view field, std::string_view usual) const {
        const std::vector<std::string> texts = textsOf(instance, field, usual);
        return texts.empty() ? std::string{} : texts.front();
    }

    std::string textOf(const TerraformReference& reference, const Instance& user, std::string_view usual) const {
        if (reference.address.empty()) {
            return reference.text;
        }
        const std::string attribute = reference.attribute.empty() ? std::string{usual} : reference.attribute;
        const auto found = byAddress_.find(reference.address);
        if (found == byAddress_.end()) {
            return symbol(reference.address, attribute);
        }
        const Instance* target = &instances_[found->second.front()];
        for (const std::size_t index : found->second) {
            // Of several the one with the user's own index is meant.
            if (indexOf(instances_[index].address) == indexOf(user.address)) {
                target = &instances_[index];
            }
        }
        return attributeText(*target, attribute);
    }

    static std::string_view indexOf(std::string_view address) {
        const std::size_t begin = address.rfind('[');
        return address.ends_with(']') && begin != std::string_view::npos ? address.substr(begin) : std::string_view{};
    }

    std::string nameOf(const Instance& instance) {
        std::string name = textOf(instance, "name", "name");
        if (name.empty() || name.find(unknownMark) != std::string::npos) {
            name = instance.local.substr(instance.local.rfind('.') + 1) + std::string{indexOf(instance.address)};
            std::erase_if(name, [](char c) { return c == '[' || c == ']' || c == '"'; });
            std::ranges::replace(name, '_', '-');
            diagnostics_.warning(instance.mark,
                                 fmt::format("the name of {} is not known yet", inQuotes(instance.address)),
                                 fmt::format("it is called {} here", inQuotes(name)));
        }
        return name;
    }

    /// Whether only applying the plan will tell what stands at a path.
    [[nodiscard]] bool isUnknownAt(const Instance& instance, std::string_view path) const {
        const auto change = isPlanned_ ? changes_.find(instance.address) : changes_.end();
        Node here = change != changes_.end() ? terraformPath(change->second, "change.after_unknown") : Node{};
        for (std::string_view rest = path; here && !rest.empty();) {
            if (here.isScalar()) {
                break;
            }
            here = terraformPath(here, rest.substr(0, rest.find('.')));
            rest.remove_prefix(rest.find('.') == std::string_view::npos ? rest.size() : rest.find('.') + 1);
        }
        return here && here.isScalar() && here.text() == "true";
    }

    /// The id that a thing has or will have, as far as that can be told.
    std::string idOf(const Instance& instance, const std::string& azureType, const std::string& name) const {
        const std::string known = textAt(instance.values, "id");
        return placeOf(known) ? known
                              : resourceIdOf({}, textAt(instance.values, "resource_group_name"), azureType, name);
    }

    Described headOf(const Instance& instance, const std::string& azureType) {
        Described head;
        head.name = nameOf(instance);
        head.mark = instance.mark;
        head.id = idOf(instance, azureType, head.name);
        return head;
    }

    // --- things ------------------------------------------------------------------------------------------------------

    void take(const Instance& instance) {
        switch (instance.type->thing) {
        case TerraformThing::Identity: identity(instance); break;
        case TerraformThing::Vault: vault(instance); break;
        case TerraformThing::Policy: policy(instance); break;
        case TerraformThing::Key: key(instance); break;
        case TerraformThing::Grant: grant(instance); break;
        case TerraformThing::Resource: resource(instance); break;
        }
    }

    void identity(const Instance& instance) {
        RawIdentity identity;
        static_cast<Described&>(identity) = headOf(instance, azureTypeOf(terms_, AzureThing::Identity).name);
        identity.principalId = ownText(instance, "principalId");
        identity.clientId = ownText(instance, "clientId");
        raw_.identities.push_back(identity);
        // Others may refer to it by an id that only applying the plan will tell.
        if (std::string id = ownText(instance, "id"); isUnknownText(id)) {
            identity.mentioned = true;
            identity.id = std::move(id);
            raw_.identities.push_back(std::move(identity));
        }
    }

    static JsonValue valueOf(Node node, std::string_view field) {
        if (field == "publicNetworkAccess") {
            return asBoolean(node).value_or(true) ? "Enabled" : "Disabled";
        }
        if (const auto flag = asBoolean(node)) {
            return *flag;
        }
        if (const auto number = asInteger(node)) {
            return *number;
        }
        if (node.isSequence()) {
            JsonArray items;
            for (const Node item : node.items()) {
                items.emplace_back(item.text());
            }
            return items;
        }
        return std::string{node.text()};
    }

    void vault(const Instance& instance) {
        RawVault vault;
        static_cast<Described&>(vault) = headOf(instance, azureTypeOf(terms_, AzureThing::Vault).name);
        vault.isWhole = !instance.isData || nodeOf(instance, "policies") || nodeOf(instance, "enableRbacAuthorization");
        for (const auto& [field, path] : instance.type->fields) {
            const bool special = field == "name" || field == "id" || field == "uri" || field == "policies";
            if (special) {
                continue;
            }
            if (const Node node = nodeOf(instance, field)) {
                vault.settings.emplace_back(field, valueOf(node, field));
            } else if (isUnknownAt(instance, pathsOf(*instance.type, field).front())) {
                vault.settings.emplace_back(field, symbol(instance.address, field));
            }
        }
        policiesOf(instance, vault);
        vaultNames_[lowerCase(ownText(instance, "id"))] = vault.name;
        vaultNames_[lowerCase(vault.id)] = vault.name;
        raw_.vaults.push_back(std::move(vault));
    }

    /// Policies that stand in the vault itself. Whose one is may only be told by what the configuration refers to.
    void policiesOf(const Instance& instance, RawVault& vault) {
        const Node policies = nodeOf(instance, "policies");
        if (!policies || !policies.isSequence()) {
            return;
        }
        std::size_t withoutPrincipal = 0;
        for (const Node item : policies.items()) {
            withoutPrincipal += textAt(item, "object_id").empty() ? 1 : 0;
        }
        const std::string_view path = pathsOf(*instance.type, "policies").front();
        for (std::size_t i = 0; i < policies.size(); ++i) {
            std::string principal = textAt(policies.item(i), "object_id");
            if (principal.empty()) {
                principal = principalOf(instance, path, i, withoutPrincipal);
            }
            addPolicy(std::move(principal), terraformPath(policies.item(i), "key_permissions"), policies.item(i).mark(),
                      vault);
        }
    }

    std::string principalOf(const Instance& instance, std::string_view path, std::size_t item, std::size_t missing) {
        const auto own = references_.of(instance.module, instance.local, fmt::format("{}.{}.object_id", path, item));
        if (own.size() == 1) {
            return textOf(own.front(), instance, "principal_id");
        }
        std::vector<std::string> candidates;
        for (const TerraformReference& one : references_.of(instance.module, instance.local, path)) {
            const bool isPrincipal = one.attribute.ends_with("principal_id") || one.attribute.ends_with("object_id");
            const std::string text = isPrincipal ? textOf(one, instance, "principal_id") : std::string{};
            if (!text.empty() && std::ranges::find(candidates, text) == candidates.end()) {
                candidates.push_back(text);
            }
        }
        if (candidates.size() == 1 && missing == 1) {
            return candidates.front();
        }
        std::string which;
        for (const std::string& one : candidates) {
            which += (which.empty() ? "" : " or ") + readable(one);
        }
        diagnostics_.warning(instance.mark,
                             fmt::format("whose one of the policies in {} is cannot be told{}",
                                         inQuotes(instance.address), which.empty() ? "" : ": it may be of " + which),
                             "it is left out");
        return symbol(instance.address, fmt::format("access_policy.{}", item));
    }

    static void addPolicy(std::string principal, Node permissions, Mark mark, RawVault& vault) {
        RawPolicy policy{std::move(principal), {}, mark};
        if (permissions && permissions.isSequence()) {
            for (const Node permission : permissions.items()) {
                policy.permissions.push_back(lowerCase(permission.text()));
            }
        }
        if (!policy.permissions.empty()) {
            vault.policies.push_back(std::move(policy));
        }
    }

    /// The vault that an id, or the symbol for one, names; empty, as reported, when it is none that was read.
    std::string vaultOf(const Instance& instance) {
        const std::string text = textOf(instance, "vault", "id");
        const auto known = vaultNames_.find(lowerCase(text));
        if (known != vaultNames_.end()) {
            return known->second;
        }
        if (const auto id = readAzureId(text); id && !id->names.empty()) {
            return id->names.front();
        }
        diagnostics_.warning(instance.mark,
                             fmt::format("the vault of {} is none that was read", inQuotes(instance.address)),
                             "it is left out");
        return {};
    }

    void policy(const Instance& instance) {
        RawVault vault;
        vault.name = vaultOf(instance);
        if (vault.name.empty()) {
            raw_.other(instance.mark, instance.typeName);
            return;
        }
        vault.mark = instance.mark;
        addPolicy(textOf(instance, "principal", "principal_id"), nodeOf(instance, "permissions"), instance.mark, vault);
        raw_.vaults.push_back(std::move(vault));
    }

    void key(const Instance& instance) {
        RawKey key;
        key.vault = vaultOf(instance);
        if (key.vault.empty()) {
            raw_.other(instance.mark, instance.typeName);
            return;
        }
        key.name = nameOf(instance);
        key.mark = instance.mark;
        RawVersion version;
        const std::string versionText = textOf(instance, "version", "version");
        version.name = isUnknownText(versionText) ? std::string{} : versionText;
        version.notBefore = textAt(instance.values, pathsOf(*instance.type, "notBefore").front());
        version.expires = textAt(instance.values, pathsOf(*instance.type, "expires").front());
        const std::string uri =
            fmt::format("https://{}.{}/keys/{}", key.vault, platform_.vaultSuffixes.front(), key.name);
        keyIdentifiers_[ownText(instance, "id")] =
            uri + '/' + (version.name.empty() ? std::string{unknownMark} + "version" : version.name);
        keyIdentifiers_[ownText(instance, "versionless")] = uri;
        keyIdentifiers_[symbol(instance.address, "resource_versionless_id")] = uri;
        key.versions.push_back(std::move(version));
        raw_.keys.push_back(std::move(key));
    }

    void grant(const Instance& instance) {
        RawGrant grant;
        grant.mark = instance.mark;
        grant.principal = textOf(instance, "principal", "principal_id");
        grant.role = textOf(instance, "role", "name");
        grant.scope = scopeOf(textOf(instance, "scope", "id"));
        grant.condition = textAt(instance.values, "condition");
        raw_.grants.push_back(std::move(grant));
    }

    /// A scope that is a vault or key of the plan, as the id that it will have.
    std::string scopeOf(const std::string& text) const {
        if (const auto vault = vaultNames_.find(lowerCase(text)); vault != vaultNames_.end()) {
            return resourceIdOf({}, {}, azureTypeOf(terms_, AzureThing::Vault).name, vault->second);
        }
        if (const auto key = keyIdentifiers_.find(text); key != keyIdentifiers_.end()) {
            const KeyParts parts = keyPartsOf(key->second);
            return resourceIdOf({}, {}, azureTypeOf(terms_, AzureThing::Key).name,
                                fmt::format("{}/{}", parts.vault, parts.key));
        }
        return text;
    }

    std::string azureTypeOfService(const std::string& service) const {
        const auto terms = std::ranges::find(terms_, service, &AzureTerms::service);
        const auto type = terms != terms_.end()
                              ? std::ranges::find(terms->types, AzureThing::Resource, &AzureType::thing)
                              : std::vector<AzureType>::const_iterator{};
        return terms != terms_.end() && type != terms->types.end() ? type->name : service;
    }

    void resource(const Instance& instance) {
        RawResource resource;
        resource.service = instance.type->service;
        resource.type = azureTypeOfService(resource.service);
        static_cast<Described&>(resource) = headOf(instance, resource.type);
        resource.isWhole = !instance.isData;
        resource.key = textOf(instance, "key", "id");
        if (const auto known = keyIdentifiers_.find(resource.key); known != keyIdentifiers_.end()) {
            resource.key = known->second;
        }
        resource.identity = textOf(instance, "identity", "client_id");
        resource.attached = textsOf(instance, "identities", "id");
        if (lowerCase(textOf(instance, "identityType", "type")).find("systemassigned") != std::string::npos) {
            resource.ownPrincipal = ownText(instance, "ownPrincipal");
        }
        for (const PrincipalText& id : resource.attached) {
            RawIdentity attached;
            const auto parts = readAzureId(id);
            attached.name = parts && !parts->names.empty() ? parts->names.back() : std::string{};
            attached.id = id;
            attached.mark = instance.mark;
            attached.mentioned = true;
            if (!attached.name.empty()) {
                raw_.identities.push_back(std::move(attached));
            }
        }
        for (const auto& [field, path] : instance.type->fields) {
            constexpr std::array<std::string_view, 7> known{"name",       "id",           "key",         "identity",
                                                            "identities", "identityType", "ownPrincipal"};
            const Node node = std::ranges::find(known, field) == known.end() ? nodeOf(instance, field) : Node{};
            if (node && node.isScalar()) {
                resource.properties.emplace_back(field, valueOf(node, field));
            }
        }
        raw_.resources.push_back(std::move(resource));
    }

    // --- what has no type of ours ------------------------------------------------------------------------------------

    /// What stands in its values, and in a plan the things that its configuration refers to.
    void mention(const Instance& instance) {
        RawMention mention;
        mention.mark = instance.mark;
        mention.type = instance.typeName;
        const std::string name = textAt(instance.values, "name");
        mention.name = name.empty() ? instance.local : name;
        mention.id = textAt(instance.values, "id");
        if (const auto id = readAzureId(mention.id); id && !id->names.empty() && placeOf(mention.id)) {
            mention.type = id->type;
            mention.name = id->names.back();
        } else {
            mention.id = "terraform " + instance.address;
        }
        for (const auto [field, value] : instance.values.entries()) {
            if (field.text() != "id" && field.text() != "tags" && field.text() != "identity") {
                mentions_.find(value, mention);
            }
        }
        // A vault's id beside the name of a key in it.
        RawMention whole;
        mentions_.find(instance.values, whole);
        for (RawKeyUse& use : whole.keys) {
            if (std::ranges::find(mention.keys, use.key, &RawKeyUse::key) == mention.keys.end()) {
                mention.keys.push_back(use);
            }
        }
        if (const Node block = terraformPath(instance.values, "identity.0")) {
            mentions_.find(block, mention);
            if (lowerCase(textAt(block, "type")).find("systemassigned") != std::string::npos) {
                const std::string known = textAt(block, "principal_id");
                mention.ownPrincipal = known.empty() ? symbol(instance.address, "identity.0.principal_id") : known;
            }
        }
        for (const TerraformReference& one : references_.ofAll(instance.module, instance.local)) {
            referTo(one, mention);
        }
        for (RawKeyUse& use : mention.keys) {
            if (use.identity.empty() && mention.identities.size() == 1) {
                use.identity = mention.identities.front();
            } else if (use.identity.empty() && !mention.ownPrincipal.empty()) {
                use.identity = "SystemAssigned";
            }
        }
        raw_.mentions.push_back(std::move(mention));
    }

    /// A thing of the plan that the configuration of one without a meaning refers to.
    void referTo(const TerraformReference& reference, RawMention& mention) const {
        const auto found = byAddress_.find(reference.address);
        const Instance* target = found != byAddress_.end() ? &instances_[found->second.front()] : nullptr;
        if (target == nullptr || target->type == nullptr) {
            return;
        }
        if (target->type->thing == TerraformThing::Key) {
            const auto uri = keyIdentifiers_.find(ownText(*target, "versionless"));
            if (uri != keyIdentifiers_.end() && std::ranges::none_of(mention.keys, [&](const RawKeyUse& use) {
                    return use.key.starts_with(uri->second);
                })) {
                mention.keys.push_back({uri->second, {}});
            }
        } else if (target->type->thing == TerraformThing::Identity) {
            const std::string id = ownText(*target, "id");
            if (std::ranges::find(mention.identities, id) == mention.identities.end()) {
                mention.identities.push_back(id);
            }
        } else if (target->type->thing == TerraformThing::Vault) {
            mention.ids.push_back(vaultNameOf(*target));
        }
    }

    std::string vaultNameOf(const Instance& instance) const {
        const auto known = vaultNames_.find(lowerCase(ownText(instance, "id")));
        return known != vaultNames_.end() ? known->second : std::string{};
    }

    /// A resource of the provider that takes what Azure's own interface does: read as that.
    void azapi(const Instance& instance) {
        const std::string written = textAt(instance.values, "type");
        const std::string type = written.substr(0, written.find('@'));
        const std::string name = textAt(instance.values, "name");
        Node body = terraformPath(instance.values, "body");
        std::shared_ptr<const Document> parsed;
        if (body && body.isScalar()) {
            Diagnostics ignored;
            parsed = parseJson(std::make_shared<const Source>("body", std::string{body.text()}), ignored);
            body = parsed ? parsed->root() : Node{};
        }
        if (type.empty() || name.empty() || !body || !body.isMapping()) {
            mention(instance);
            return;
        }
        const std::string known = textAt(instance.values, "id");
        const std::string parent = textAt(instance.values, "parent_id");
        JsonValue resource = jsonOf(body);
        resource = withField(resource, "type", type);
        resource = withField(resource, "name", name);
        resource = withField(resource, "id",
                             placeOf(known)   ? known
                             : parent.empty() ? resourceIdOf({}, {}, type, name)
                                              : parent + "/providers/" + type + '/' + name);
        if (const Node block = terraformPath(instance.values, "identity.0")) {
            JsonObject attached;
            const Node ids = terraformPath(block, "identity_ids");
            for (std::size_t i = 0; ids && ids.isSequence() && i < ids.size(); ++i) {
                attached.emplace_back(std::string{ids.item(i).text()}, JsonObject{});
            }
            resource = withField(resource, "identity",
                                 JsonObject{{"type", textAt(block, "type")},
                                            {"principalId", textAt(block, "principal_id")},
                                            {"userAssignedIdentities", std::move(attached)}});
        }
        AzureResources resources{terms_, platform_, diagnostics_};
        if (const auto document = documentOf(resource, instance.mark, diagnostics_)) {
            resources.takeDeclared(document->root());
        }
        raw_.append(std::move(resources.raw()));
    }

    // --- changes -----------------------------------------------------------------------------------------------------

    void readChanges() {
        const Node changes = terraformPath(root_, "resource_changes");
        for (std::size_t i = 0; changes && changes.isSequence() && i < changes.size(); ++i) {
            changes_.emplace(textAt(changes.item(i), "address"), changes.item(i));
        }
    }

    void readReplacements(TerraformReading& reading) {
        for (const auto& [address, change] : changes_) {
            const auto type = types_.find(textAt(change, "type"));
            const Node actions = terraformPath(change, "change.actions");
            if (type == types_.end() || !actions || actions.size() != 2) {
                continue;
            }
            const Node before = terraformPath(change, "change.before");
            const std::string vaultId = textAt(before, "key_vault_id");
            const auto vault = readAzureId(vaultId);
            reading.replaced.push_back({type->second->thing, textAt(before, "name"),
                                        vault && !vault->names.empty() ? vault->names.front() : std::string{}});
            tellReason(address, change);
        }
    }

    /// `replace_because_cannot_update` and the attributes that cannot be.
    void tellReason(const std::string& address, Node change) {
        std::string reason = textAt(change, "action_reason");
        std::ranges::replace(reason, '_', ' ');
        std::string paths;
        const Node list = terraformPath(change, "change.replace_paths");
        for (std::size_t i = 0; list && list.isSequence() && i < list.size(); ++i) {
            std::string path;
            for (const Node part : list.item(i).items()) {
                path.append(path.empty() ? "" : ".").append(part.text());
            }
            paths.append(paths.empty() ? "" : ", ").append(path);
        }
        if (!reason.empty() || !paths.empty()) {
            diagnostics_.warning(change.mark(),
                                 fmt::format("{} is destroyed and made anew{}{}", inQuotes(address),
                                             reason.empty() ? "" : ": " + reason,
                                             paths.empty() ? "" : " (" + paths + ")"),
                                 "the timeline does so");
        }
    }

    Node root_;
    const std::vector<AzureTerms>& terms_;
    const Platform& platform_;
    MentionFinder mentions_;
    TerraformReferences references_;
    Diagnostics& diagnostics_;
    std::map<std::string, const TerraformType*, std::less<>> types_;
    std::map<std::string, Node> changes_; // by address
    bool isPlanned_ = false;              // what is gathered is what a plan leads to
    std::vector<Instance> instances_;
    std::map<std::string, std::vector<std::size_t>> byAddress_; // without indices
    std::map<std::string, std::string> vaultNames_;             // by id or symbol, in lower case
    std::map<std::string, std::string> keyIdentifiers_;         // by id or symbol
    RawImport raw_;
};

} // namespace

std::optional<TerraformReading> readTerraform(Node root, const std::vector<AzureTerms>& terms, const Platform& platform,
                                              Diagnostics& diagnostics) {
    return TerraformReader{root, terms, platform, diagnostics}.read();
}

} // namespace cmksim::import
