#include "import/terraform.hpp"

#include "az/references.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "document/values.hpp"
#include "import/match.hpp"
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
    const TerraformType* type = nullptr;
    Mark mark;
};

class TerraformReader {
public:
    TerraformReader(Node root, const std::vector<AzureTerms>& terms, const Platform& platform, Diagnostics& diagnostics)
        : root_{root}, terms_{terms}, platform_{platform}, references_{root}, diagnostics_{diagnostics} {
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
        if (!planned && !state) {
            diagnostics_.error(root_.mark(), "this is neither a state nor a plan of Terraform",
                               "it is what 'terraform show -json' prints");
            return std::nullopt;
        }
        reading.isPlan = static_cast<bool>(planned);
        if (!planned) {
            reading.before = gather({state}, {});
            return reading;
        }
        reading.before = prior ? gather({prior}, {}) : RawImport{};
        reading.after = gather({planned}, prior);
        readReplacements(reading);
        return reading;
    }

private:
    // --- the resources -----------------------------------------------------------------------------------------------

    /// Resources of modules; of `data` the sources alone, which a plan keeps with the prior state.
    RawImport gather(const std::vector<Node>& modules, Node data) {
        instances_.clear();
        raw_ = {};
        keyIdentifiers_.clear();
        for (const Node module : modules) {
            collect(module, "", false, 0);
        }
        if (data) {
            collect(data, "", true, 0);
        }
        byAddress_.clear();
        for (std::size_t i = 0; i < instances_.size(); ++i) {
            byAddress_[withoutIndices(instances_[i].address)].push_back(i);
        }
        // What others refer to comes first.
        for (const TerraformThing thing : {TerraformThing::Identity, TerraformThing::Vault, TerraformThing::Key,
                                           TerraformThing::Policy, TerraformThing::Grant, TerraformThing::Resource}) {
            for (const Instance& instance : instances_) {
                if (instance.type->thing == thing) {
                    take(instance);
                }
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
        const auto type = types_.find(textAt(resource, "type"));
        const bool isData = textAt(resource, "mode") == "data";
        const Node values = terraformPath(resource, "values");
        if (dataOnly && !isData) {
            return;
        }
        if (type == types_.end() || !values || !values.isMapping()) {
            raw_.others += isData ? 0 : 1;
            return;
        }
        Instance instance{values, textAt(resource, "address"), module, {}, type->second, resource.mark()};
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
        raw_.identities.push_back({nameOf(instance), instance.mark, ownText(instance, "id"),
                                   ownText(instance, "principalId"), ownText(instance, "clientId")});
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
        RawVault vault{nameOf(instance), instance.mark, ownText(instance, "id"), {}, {}};
        for (const auto& [field, path] : instance.type->fields) {
            const Node node = nodeOf(instance, field);
            const bool special = field == "name" || field == "id" || field == "uri" || field == "policies";
            if (!special && node) {
                vault.settings.emplace_back(field, valueOf(node, field));
            }
        }
        const Node policies = nodeOf(instance, "policies");
        if (policies && policies.isSequence()) {
            for (const Node item : policies.items()) {
                addPolicy(textAt(item, "object_id"), terraformPath(item, "key_permissions"), item.mark(), vault);
            }
        }
        vaultNames_[lowerCase(vault.id)] = vault.name;
        raw_.vaults.push_back(std::move(vault));
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
        const std::string name = vaultOf(instance);
        if (name.empty()) {
            return;
        }
        RawVault vault{name, instance.mark, {}, {}, {}};
        addPolicy(textOf(instance, "principal", "principal_id"), nodeOf(instance, "permissions"), instance.mark, vault);
        raw_.vaults.push_back(std::move(vault));
    }

    void key(const Instance& instance) {
        const std::string vault = vaultOf(instance);
        if (vault.empty()) {
            return;
        }
        const std::string name = nameOf(instance);
        RawVersion version;
        version.name = textOf(instance, "version", "version");
        if (version.name.find(unknownMark) != std::string::npos) {
            version.name.clear();
        }
        version.notBefore = textAt(instance.values, pathsOf(*instance.type, "notBefore").front());
        version.expires = textAt(instance.values, pathsOf(*instance.type, "expires").front());
        const std::string uri = fmt::format("https://{}.{}/keys/{}", vault, platform_.vaultSuffixes.front(), name);
        keyIdentifiers_[ownText(instance, "id")] = uri + '/' + (version.name.empty() ? "v1" : version.name);
        keyIdentifiers_[ownText(instance, "versionless")] = uri;
        keyIdentifiers_[symbol(instance.address, "resource_versionless_id")] = uri;
        raw_.keys.push_back({vault, name, instance.mark, {std::move(version)}});
    }

    void grant(const Instance& instance) {
        raw_.grants.push_back({textOf(instance, "principal", "principal_id"), textOf(instance, "role", "name"),
                               scopeOf(textOf(instance, "scope", "id")), instance.mark});
    }

    /// A scope that is a vault or key of the plan, as the id that it will have.
    std::string scopeOf(const std::string& text) const {
        if (const auto vault = vaultNames_.find(lowerCase(text)); vault != vaultNames_.end()) {
            return idOf(AzureThing::Vault, {vault->second});
        }
        if (const auto key = keyIdentifiers_.find(text); key != keyIdentifiers_.end()) {
            const KeyParts parts = keyPartsOf(key->second);
            return idOf(AzureThing::Key, {parts.vault, parts.key});
        }
        return text;
    }

    /// `/subscriptions/…/providers/TYPE/NAME/TYPE/NAME`, of a subscription that nobody knows.
    [[nodiscard]] std::string idOf(AzureThing thing, std::initializer_list<std::string_view> names) const {
        std::string_view words = azureTypeOf(terms_, thing).name;
        std::string id = "/subscriptions/-/resourceGroups/-/providers/" + std::string{words.substr(0, words.find('/'))};
        for (const std::string_view name : names) {
            words.remove_prefix(std::min(words.size(), words.find('/') + 1));
            id.append("/").append(words.substr(0, words.find('/'))).append("/").append(name);
        }
        return id;
    }

    void resource(const Instance& instance) {
        RawResource resource;
        resource.name = nameOf(instance);
        resource.service = instance.type->service;
        resource.mark = instance.mark;
        resource.id = ownText(instance, "id");
        resource.key = textOf(instance, "key", "id");
        if (const auto known = keyIdentifiers_.find(resource.key); known != keyIdentifiers_.end()) {
            resource.key = known->second;
        }
        resource.identity = textOf(instance, "identity", "client_id");
        resource.attached = textsOf(instance, "identities", "id");
        if (lowerCase(textOf(instance, "identityType", "type")).find("systemassigned") != std::string::npos) {
            resource.ownPrincipal = ownText(instance, "ownPrincipal");
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

    // --- changes -----------------------------------------------------------------------------------------------------

    void readReplacements(TerraformReading& reading) {
        const Node changes = terraformPath(root_, "resource_changes");
        if (!changes || !changes.isSequence()) {
            return;
        }
        for (const Node change : changes.items()) {
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
        }
    }

    Node root_;
    const std::vector<AzureTerms>& terms_;
    const Platform& platform_;
    TerraformReferences references_;
    Diagnostics& diagnostics_;
    std::map<std::string, const TerraformType*, std::less<>> types_;
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
