#include "import/terraform.hpp"

#include "az/flag_words.hpp"
#include "az/key_parts.hpp"
#include "az/references.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "catalog/vault_kinds.hpp"
#include "document/values.hpp"
#include "import/azure_fields.hpp"
#include "import/expected.hpp"
#include "import/identity_index.hpp"
#include "import/local_roles.hpp"
#include "import/match.hpp"
#include "import/resource_place.hpp"
#include "import/slots.hpp"
#include "import/terraform_azapi.hpp"
#include "import/terraform_instances.hpp"
#include "import/terraform_mentions.hpp"
#include "import/terraform_policies.hpp"
#include "import/terraform_shapes.hpp"
#include "import/terraform_staying.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>

namespace cmksim::import {

namespace {

using Instance = TerraformInstance;

class TerraformReader {
public:
    TerraformReader(Node root, const std::vector<AzureTerms>& terms, const Platform& platform, Diagnostics& diagnostics)
        : root_{root}, terms_{terms}, platform_{platform}, instances_{root, terms}, diagnostics_{diagnostics},
          mentions_{instances_, names_, terms, platform}, policies_{instances_, leftOut_, diagnostics} {}

    std::optional<TerraformReading> read() {
        TerraformReading reading;
        judgeFrame(root_, diagnostics_);
        const auto moduleAt = [&](std::string_view path) {
            const Node module = root_.isMapping() ? terraformPath(root_, path) : Node{};
            return module && module.isMapping() ? module : Node{};
        };
        const Node planned = moduleAt("planned_values.root_module");
        const Node prior = moduleAt("prior_state.values.root_module");
        const Node state = moduleAt("values.root_module");
        const Node raw = TerraformInstances::isRawState(root_) ? root_ : Node{};
        if (!planned && !state && !raw) {
            diagnostics_.error(root_.mark(), "this is neither a state nor a plan of Terraform",
                               "it is what 'terraform show -json' prints, or a state of format 4");
            return std::nullopt;
        }
        reading.isPlan = static_cast<bool>(planned);
        if (!planned) {
            reading.before = gather(state ? state : raw, {}, false);
            return reading;
        }
        reading.before = gather(prior, {}, false);
        const std::vector<TerraformStaying> staying = std::exchange(staying_, {});
        TerraformPlaces placesBefore;
        for (const Instance& one : instances_.all()) {
            placesBefore.emplace(one.address, one.mark);
        }
        reading.addresses = instances_.addresses();
        reading.dependencies = instances_.dependencies();
        reading.leftOutBefore = std::exchange(leftOut_, {});
        reading.after = gather(planned, prior, true);
        reading.addresses.merge(instances_.addresses());
        for (auto& [address, of] : instances_.dependencies()) {
            reading.dependencies[address].merge(of);
        }
        reading.leftOutAfter = std::exchange(leftOut_, {});
        reading.replaced = readReplacements(instances_, placesBefore, diagnostics_);
        reading.incomplete = whatAPlanLeavesOut(root_);
        for (const TerraformStaying& one : staying) {
            keepWhatStays(one, staying_, reading, diagnostics_);
        }
        return reading;
    }

private:
    // --- the resources -----------------------------------------------------------------------------------------------

    /// The things of a module and of those in it; of `data` the sources alone, which a plan keeps with the prior state.
    RawImport gather(Node module, Node data, bool isPlanned) {
        raw_ = {};
        names_ = {};
        policies_.begin(isPlanned);
        instances_.gather(module, data, isPlanned,
                          [this](Mark mark, const std::string& typeName) { raw_.other(mark, typeName); });
        // What others refer to comes first.
        for (const TerraformThing thing : {TerraformThing::Identity, TerraformThing::Vault, TerraformThing::Key,
                                           TerraformThing::Policy, TerraformThing::Grant, TerraformThing::Resource}) {
            for (const Instance& instance : instances_.all()) {
                if (instance.type != nullptr && instance.type->thing == thing) {
                    take(instance);
                }
            }
        }
        for (const Instance& instance : instances_.all()) {
            judgeAttributes(instance, diagnostics_);
            Diagnostics said;
            auto written = readAzapi(instance, instances_, terms_, platform_, said);
            for (const Diagnostic& one : said.all()) {
                if (one.severity == Severity::Error) {
                    diagnostics_.error(one.mark, one.message, one.help);
                } else {
                    leaveOut(one.mark, one.message, one.help);
                }
            }
            if (written && isAzapiUpdate(instance)) {
                staying_.push_back({instance.address, instance.mark, *written});
            }
            if (written) {
                raw_.append(std::move(*written));
            } else if (instance.type == nullptr) {
                mentions_.addTo(raw_, instance);
            }
        }
        return std::move(raw_);
    }

    void leaveOut(Mark mark, std::string message, std::string help) {
        leftOut_.push_back(message);
        diagnostics_.warning(mark, std::move(message), std::move(help));
    }

    std::string nameOf(const Instance& instance) {
        std::string name = instances_.textOf(instance, "name", "name");
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

    /// The id that a thing has or will have, as far as that can be told.
    std::string idOf(const Instance& instance, const std::string& azureType, const std::string& name) const {
        const std::string known = terraformText(instance.values, "id");
        return placeOf(known)
                   ? known
                   : resourceIdOf({}, terraformText(instance.values, "resource_group_name"), azureType, name);
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
        case TerraformThing::Resource:
            if (hasOwner(instance)) {
                resourceKey(instance);
            } else {
                resource(instance);
            }
            break;
        }
    }

    void identity(const Instance& instance) {
        RawIdentity identity;
        static_cast<Described&>(identity) = headOf(instance, azureTypeOf(terms_, AzureThing::Identity).name);
        identity.principalId = TerraformInstances::ownText(instance, "principalId");
        identity.clientId = TerraformInstances::ownText(instance, "clientId");
        identity.isFound = instance.isData;
        raw_.identities.push_back(identity);
        // Others may refer to it by an id that only applying the plan will tell.
        if (std::string id = TerraformInstances::ownText(instance, "id"); isUnknownText(id)) {
            identity.mentioned = true;
            identity.id = std::move(id);
            raw_.identities.push_back(std::move(identity));
        }
    }

    static JsonValue valueOf(Node node, std::string_view field) {
        if (field == "publicNetworkAccess") {
            const bool isFlag = fits(node, Expected::Flag);
            return isFlag || node.text().empty() ? JsonValue{isFlag && !isTrue(node) ? "Disabled" : "Enabled"}
                                                 : JsonValue{node.text()};
        }
        if (const auto flag = asBoolean(node)) {
            return *flag;
        }
        if (const auto number = wholeNumberOf(node)) {
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
        vault.kind = kindOf(instance);
        static_cast<Described&>(vault) =
            headOf(instance, azureTypeOf(terms_, AzureThing::Vault, instance.type->vaultKind).name);
        vault.isWhole = !instance.isData || TerraformInstances::nodeOf(instance, "policies") ||
                        TerraformInstances::nodeOf(instance, "enableRbacAuthorization");
        for (const auto& [field, path] : instance.type->fields) {
            const bool special = field == "name" || field == "id" || field == "uri" || field == "policies";
            if (special) {
                continue;
            }
            if (const Node node = TerraformInstances::nodeOf(instance, field)) {
                vault.settings.emplace_back(field, valueOf(node, field));
            } else if (instances_.isLeftOpen(instance, field)) {
                vault.settings.emplace_back(field, TerraformInstances::symbol(instance.address, field));
            }
        }
        if (const Node subnets = terraformPath(instance.values, "network_acls.0.virtual_network_subnet_ids");
            subnets && subnets.size() > 0) {
            leaveOut(
                subnets.mark(),
                fmt::format("{} virtual network rules of vault {} are left out", subnets.size(), inQuotes(vault.name)),
                "only address rules and the trusted services' bypass are simulated");
        }
        if (instances_.isChosen(instance, "networkAcls.defaultAction")) {
            diagnostics_.warning(
                instance.mark, fmt::format("no network rules of vault {} are set", inQuotes(vault.name)),
                "it is taken to have none; a 'dynamic' block may make some, which the plan does not say");
        }
        policies_.ofVault(instance, vault, raw_);
        names_.vaults[lowerCase(TerraformInstances::ownText(instance, "id"))] = {vault.name, vault.kind};
        names_.vaults[lowerCase(vault.id)] = {vault.name, vault.kind};
        raw_.vaults.push_back(std::move(vault));
    }

    [[nodiscard]] VaultKindId kindOf(const Instance& instance) const {
        return catalog::vaultKindNamed(instance.type->vaultKind, platform_);
    }

    /// The vault that an id, the symbol for one, or its URI names; empty, as reported, when it is none that was read.
    std::string vaultOf(const Instance& instance) {
        constexpr std::string_view scheme = "https://";
        const std::string text = instances_.textOf(instance, "vault", "id");
        const auto known = names_.vaults.find(lowerCase(text));
        if (known != names_.vaults.end()) {
            return known->second.name;
        }
        if (const auto id = readAzureId(text); id && !id->names.empty()) {
            return id->names.front();
        }
        if (text.starts_with(scheme)) {
            return text.substr(scheme.size(), text.find('.') - scheme.size());
        }
        leaveOut(instance.mark, fmt::format("the vault of {} is none that was read", inQuotes(instance.address)),
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
        if (policies_.apart(instance, vault, raw_)) {
            raw_.vaults.push_back(std::move(vault));
        }
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
        const std::string identifier = TerraformInstances::ownText(instance, "id");
        const std::string said = instances_.textOf(instance, "version", "version");
        const std::string versionText = said.empty() ? std::string{keyPartsOf(identifier).version} : said;
        version.name = isUnknownText(versionText) ? std::string{} : versionText;
        version.notBefore = limitOf(instance, "notBefore", key);
        version.expires = limitOf(instance, "expires", key);
        key.vaultKind = kindOf(instance);
        const std::string uri = fmt::format("https://{}/keys/{}", platform_.hostOf(key.vault, key.vaultKind), key.name);
        names_.keys[identifier] =
            uri + '/' + (version.name.empty() ? std::string{unknownMark} + "version" : version.name);
        names_.keys[TerraformInstances::ownText(instance, "versionless")] = uri;
        names_.keys[TerraformInstances::symbol(instance.address, "resource_versionless_id")] = uri;
        key.versions.push_back(std::move(version));
        tellOfKey(instance, key.vault + '/' + key.name);
        raw_.keys.push_back(std::move(key));
    }

    /// A date that limits a key. One that only applying the plan will tell stays as it is before, as reported: what the
    /// configuration makes it of (`timeadd(…)`) is no date of the key.
    std::string limitOf(const Instance& instance, std::string_view field, const RawKey& key) {
        const std::string path{TerraformInstances::pathsOf(*instance.type, field).front()};
        if (!instances_.isUnknownAt(instance, path)) {
            return terraformText(instance.values, path);
        }
        const auto change = instances_.changes().find(instance.address);
        std::string before = terraformText(change->second, "change.before." + path);
        leaveOut(instance.mark,
                 fmt::format("{} of key {} is not known ({})", field,
                             inQuotes(readable(key.vault) + '/' + readable(key.name)),
                             readable(TerraformInstances::symbol(instance.address, path))),
                 before.empty() ? "the key is taken to have none" : "it is taken to stay as it is");
        return before;
    }

    /// What of a key has no field here.
    void tellOfKey(const Instance& instance, const std::string& name) {
        if (const Node policy = terraformPath(instance.values, "rotation_policy"); policy && policy.size() > 0) {
            leaveOut(policy.mark(), fmt::format("the rotation policy of key {} is left out", inQuotes(name)),
                     "what it rotates or lets expire later is not simulated");
        }
        const Node operations = terraformPath(instance.values, "key_opts");
        std::size_t needed = 0;
        for (std::size_t i = 0; operations && i < operations.size(); ++i) {
            const std::string one = lowerCase(operations.item(i).text());
            needed += one == "wrapkey" || one == "unwrapkey" ? 1U : 0U;
        }
        if (operations && operations.size() > 0 && needed < 2) {
            leaveOut(operations.mark(), fmt::format("key {} may not be used to wrap and unwrap", inQuotes(name)),
                     "no service can use it; that is not simulated");
        }
    }

    void grant(const Instance& instance) {
        RawGrant grant;
        grant.mark = instance.mark;
        grant.principal = instances_.textOf(instance, "principal", "principal_id");
        grant.role = instances_.textOf(instance, "role", "name");
        grant.scope = scopeOf(instances_.textOf(instance, "scope", "id"));
        if (!instance.type->vaultKind.empty()) {
            grant.scope = scopeWithin(instance, grant.scope);
        }
        constexpr std::string_view condition = "condition";
        grant.condition = terraformText(instance.values, condition);
        if (grant.condition.empty() && instances_.isUnknownAt(instance, condition) &&
            instances_.references().sets(instance.module, instance.local, condition)) {
            grant.condition = TerraformInstances::symbol(instance.address, condition);
        }
        raw_.grants.push_back(std::move(grant));
    }

    [[nodiscard]] std::string idWithin(AzureThing thing, VaultKindId kind, std::string_view names) const {
        const std::string_view kindName =
            kind == ordinaryVault ? "" : std::string_view{platform_.vaultKinds[kind].name};
        return resourceIdOf({}, {}, azureTypeOf(terms_, thing, kindName).name, names);
    }

    /// A scope that is a vault or key of the plan, as the id that it will have.
    std::string scopeOf(const std::string& text) const {
        if (const auto vault = names_.vaults.find(lowerCase(text)); vault != names_.vaults.end()) {
            return idWithin(AzureThing::Vault, vault->second.kind, vault->second.name);
        }
        if (const auto key = names_.keys.find(text); key != names_.keys.end()) {
            const KeyParts parts = keyPartsOf(key->second);
            const auto kind = catalog::vaultKindOfHost(parts.host, platform_);
            return idWithin(AzureThing::Key, kind.value_or(ordinaryVault),
                            fmt::format("{}/{}", parts.vault, parts.key));
        }
        return text;
    }

    /// The scope of a role that a vault has of its own: `/`, `/keys` or `/keys/KEY` in the vault that stands beside it.
    std::string scopeWithin(const Instance& instance, const std::string& scope) {
        const std::string vault = vaultOf(instance);
        return vault.empty() || isPlace(scope) ? scope : scopeIn(vault, kindOf(instance), scope, terms_, platform_);
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
        resource.key = instances_.textOf(instance, "key", "id");
        resource.key = names_.keyOf(resource.key);
        resource.identity = identityOf(instance);
        resource.slots = slotsOf(instance);
        resource.tags = instances_.tagsOf(instance);
        bases(instance, resource);
        if (resource.bases.empty() && standsOnOthers(instance)) {
            raw_.baseless.push_back(resource.id);
            raw_.mentions.push_back(mentions_.of(instance)); // it has no key of the customer's
            return;
        }
        resource.attached = instances_.textsOf(instance, "identities", "id");
        if (lowerCase(instances_.textOf(instance, "identityType", "type")).find("systemassigned") !=
            std::string::npos) {
            resource.ownPrincipal = TerraformInstances::ownText(instance, "ownPrincipal");
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
        properties(instance, resource);
        raw_.resources.push_back(std::move(resource));
    }

    /// Whether such things are told by what they stand on, and have no key of their own.
    static bool standsOnOthers(const Instance& instance) {
        const auto has = [&](auto isMeant) { return std::ranges::any_of(instance.type->fields, isMeant); };
        return has([](const auto& field) { return field.first.starts_with(basesPrefix); }) &&
               !has([](const auto& field) { return field.first == "key"; });
    }

    /// The ids of what it stands on: of what the plan makes, those that it will have.
    void bases(const Instance& instance, RawResource& resource) {
        for (const auto& [field, path] : instance.type->fields) {
            if (!field.starts_with(basesPrefix)) {
                continue;
            }
            for (const std::string& id : instances_.textsOf(instance, field, "id")) {
                const Instance* base = withId(id);
                addNew(resource.bases,
                       base != nullptr ? headOf(*base, azureTypeOfService(base->type->service)).id : id);
            }
        }
    }

    /// What is described as a whole and has that id, or will have it.
    [[nodiscard]] const Instance* withId(const std::string& id) const {
        const auto found = std::ranges::find_if(instances_.all(), [&](const Instance& one) {
            return one.type != nullptr && !hasOwner(one) && TerraformInstances::ownText(one, "id") == id;
        });
        return found != instances_.all().end() ? &*found : nullptr;
    }

    std::string identityOf(const Instance& instance) const {
        std::string identity = instances_.textOf(instance, "identity", "client_id");
        const auto paths = TerraformInstances::pathsOf(*instance.type, "identity");
        // The only one that is attached is the key's where the resource has none of its own.
        if (!paths.empty() && paths.front().ends_with(".only") &&
            lowerCase(instances_.textOf(instance, "identityType", "type")).find("systemassigned") !=
                std::string::npos) {
            identity.clear();
        }
        const std::string application = instances_.textOf(instance, federatedClient, "client_id");
        return application.empty() ? identity : IdentityIndex::federatedAs(identity, application);
    }

    /// The keys in slots that it names, as the identifiers that they will have.
    std::vector<RawSlot> slotsOf(const Instance& instance) const {
        SlotParts slots;
        for (const auto& [field, path] : instance.type->fields) {
            if (!field.starts_with(slotsPrefix)) {
                continue;
            }
            const bool isIdentity = slotFieldOf(field).part == "identity";
            const std::string said = instances_.textOf(instance, field, isIdentity ? "principal_id" : "id");
            if (!said.empty()) {
                slots.take(field, names_.keyOf(said));
            }
        }
        return slots.slots();
    }

    /// The fields that are properties of the model.
    void properties(const Instance& instance, RawResource& resource) {
        for (const auto& [field, path] : instance.type->fields) {
            constexpr std::array<std::string_view, 11> known{
                "name",    "id",         "key",          "identity",     "of",           "vault",
                "keyName", "identities", "identityType", "ownPrincipal", federatedClient};
            if (std::ranges::find(known, field) != known.end() || field.starts_with(basesPrefix) ||
                field.starts_with(slotsPrefix)) {
                continue;
            }
            const Node node = TerraformInstances::nodeOf(instance, field);
            if (node && node.isScalar()) {
                const auto words = az::flagPathOf(path).words;
                const std::optional<bool> flag = words ? az::flagOf(*words, node.text()) : std::nullopt;
                resource.properties.emplace_back(field, flag ? JsonValue{*flag} : valueOf(node, field));
            } else if (!node && instances_.isLeftOpen(instance, field)) {
                leaveOut(
                    instance.mark,
                    fmt::format("{} of {} {} is not known", field, resource.service, inQuotes(readable(resource.name))),
                    "the property is left out");
            }
        }
    }

    /// Whether what is described is not a resource, but the key of one.
    static bool hasOwner(const Instance& instance) {
        return !TerraformInstances::pathsOf(*instance.type, "of").empty();
    }

    /// A key that is described apart from the resource that has it.
    void resourceKey(const Instance& instance) {
        RawResource resource;
        resource.service = instance.type->service;
        resource.type = azureTypeOfService(resource.service);
        const std::string of = instances_.textOf(instance, "of", "id");
        if (const Instance* owner = withId(of)) {
            static_cast<Described&>(resource) = headOf(*owner, resource.type);
        } else if (const auto parts = readAzureId(of); parts && !parts->names.empty()) {
            resource.name = parts->names.back();
            resource.id = of;
        } else {
            diagnostics_.warning(
                instance.mark,
                fmt::format("the resource that gets its key by {} is not known", inQuotes(instance.address)),
                "it is left out");
            raw_.other(instance.mark, instance.typeName);
            return;
        }
        resource.mark = instance.mark;
        resource.isWhole = true;
        resource.changesAlone = true;
        resource.key = instances_.textOf(instance, "key", "id");
        resource.key = names_.keyOf(resource.key);
        resource.slots = slotsOf(instance);
        if (resource.key.empty() && resource.slots.empty()) {
            const auto vault = names_.vaults.find(lowerCase(instances_.textOf(instance, "vault", "id")));
            resource.key = vault == names_.vaults.end()
                               ? TerraformInstances::ownText(instance, "vault")
                               : identifierOf({"https://" + platform_.hostOf(vault->second.name, vault->second.kind),
                                               instances_.textOf(instance, "keyName", "name"),
                                               terraformText(instance.values, "key_version")});
        }
        resource.identity = identityOf(instance);
        // Of a list that is not known yet, all that it refers to may be any of its keys.
        const RawKeyUse first{resource.key, resource.identity};
        std::erase_if(resource.slots, [&](const RawSlot& one) { return one.use == first; });
        bases(instance, resource);
        properties(instance, resource);
        if (instance.type->staysDestroyed) {
            RawImport said;
            said.resources.push_back(resource);
            staying_.push_back({instance.address, instance.mark, std::move(said)});
        }
        raw_.resources.push_back(std::move(resource));
    }

    Node root_;
    const std::vector<AzureTerms>& terms_;
    const Platform& platform_;
    TerraformInstances instances_;
    Diagnostics& diagnostics_;
    TerraformNames names_;
    TerraformMentions mentions_;
    RawImport raw_;
    std::vector<std::string> leftOut_;
    std::vector<TerraformStaying> staying_;
    TerraformPolicies policies_;
};

} // namespace

std::optional<TerraformReading> readTerraform(Node root, const std::vector<AzureTerms>& terms, const Platform& platform,
                                              Diagnostics& diagnostics) {
    return TerraformReader{root, terms, platform, diagnostics}.read();
}

} // namespace cmksim::import
