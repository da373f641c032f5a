#include "import/terraform_instances.hpp"

#include "base/text.hpp"
#include "import/tags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace cmksim::import {

namespace {

/// What another one has replaced already, and is still to be destroyed.
constexpr std::string_view deposedInstances = "instances that are to be destroyed";

/// Modules nest no deeper than this.
constexpr int deepestModule = 64;

/// A module or the resource in an address, with its index without brackets and quotes.
struct Step {
    std::string name;
    std::string index;
};

std::vector<Step> stepsOf(std::string_view address) {
    std::vector<Step> steps{{}};
    std::size_t dots = 0;
    for (std::size_t i = 0; i < address.size(); ++i) {
        if (address[i] == '[') {
            const std::size_t end = std::min(address.find(']', i), address.size());
            steps.back().index = address.substr(i + 1, end - i - 1);
            std::erase(steps.back().index, '"');
            i = end;
        } else if (address[i] == '.' && ++dots % 2 == 0 && steps.back().name.starts_with("module.")) {
            steps.emplace_back();
        } else {
            steps.back().name += address[i];
        }
    }
    return steps;
}

} // namespace

bool hasUnknown(Node node) {
    if (!node) {
        return false;
    }
    if (node.isScalar()) {
        return node.text() == "true";
    }
    bool any = false;
    for (const Node item : node.items()) {
        any = any || hasUnknown(item);
    }
    for (const auto [name, value] : node.entries()) {
        any = any || hasUnknown(value);
    }
    return any;
}

std::string terraformText(Node node, std::string_view path) {
    const Node at = terraformPath(node, path);
    return at && at.isScalar() ? std::string{at.text()} : std::string{};
}

std::string_view indexOf(std::string_view address) {
    const std::size_t begin = address.rfind('[');
    return address.ends_with(']') && begin != std::string_view::npos ? address.substr(begin) : std::string_view{};
}

std::vector<std::string> whatAPlanLeavesOut(Node root) {
    std::vector<std::string> left;
    const std::string format = terraformText(root, "format_version");
    if (const std::string major = format.substr(0, format.find('.')); !format.empty() && major != "1" && major != "0") {
        left.push_back(
            fmt::format("the plan has format {}, which is not known: it may say more than is read", inQuotes(format)));
    }
    if (terraformText(root, "errored") == "true") {
        left.emplace_back("planning ended in an error: what else would be done is not in the plan");
    }
    if (terraformText(root, "complete") == "false") {
        left.emplace_back("the plan is not complete: what the next one would do is not in it");
    }
    if (const Node deferred = terraformPath(root, "deferred_changes"); deferred && deferred.size() > 0) {
        left.push_back(fmt::format("the plan puts {} changes off to a later one", deferred.size()));
    }
    for (const auto& [list, path] : {std::pair{"action_invocations", "address"},
                                     std::pair{"deferred_action_invocations", "action_invocation.address"}}) {
        const Node invoked = terraformPath(root, list);
        for (std::size_t i = 0; invoked && invoked.isSequence() && i < invoked.size(); ++i) {
            left.push_back(fmt::format("the plan invokes {}: what an action does is not simulated",
                                       inQuotes(terraformText(invoked.item(i), path))));
        }
    }
    return left;
}

TerraformInstances::TerraformInstances(Node root, const std::vector<AzureTerms>& terms) : references_{root} {
    const Node changes = terraformPath(root, "resource_changes");
    for (std::size_t i = 0; changes && changes.isSequence() && i < changes.size(); ++i) {
        if (terraformPath(changes.item(i), "deposed")) {
            continue; // of what another one has replaced already
        }
        changes_.emplace(terraformText(changes.item(i), "address"), changes.item(i));
    }
    for (const AzureTerms& one : terms) {
        for (const TerraformType& type : one.terraform) {
            types_.emplace(type.name, &type);
        }
    }
}

// --- the resources ---------------------------------------------------------------------------------------------------

void TerraformInstances::gather(Node module, Node data, bool isPlanned, const Unread& unread) {
    instances_.clear();
    byAddress_.clear();
    isPlanned_ = isPlanned;
    unread_ = unread;
    if (module && isRawState(module)) {
        collectRaw(module);
    } else if (module) {
        collect(module, "", false, 0);
    }
    if (data) {
        collect(data, "", true, 0);
    }
    if (isPlanned) {
        collectForgotten();
    } else {
        collectImported();
    }
    for (std::size_t i = 0; i < instances_.size(); ++i) {
        byAddress_[withoutIndices(instances_[i].address)].push_back(i);
    }
}

bool TerraformInstances::isRawState(Node root) {
    const Node resources = terraformPath(root, "resources");
    return terraformText(root, "version") == "4" && resources && resources.isSequence();
}

std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> TerraformInstances::addresses() const {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> addresses;
    for (const TerraformInstance& one : instances_) {
        addresses.emplace(std::pair{one.mark.line, one.mark.column}, one.address);
    }
    return addresses;
}

TerraformDependencies TerraformInstances::dependencies() const {
    TerraformDependencies all;
    for (const TerraformInstance& one : instances_) {
        std::set<std::string>& of = all[withoutIndices(one.address)];
        for (const TerraformReference& reference : references_.ofAll(one.module, one.local)) {
            if (!reference.address.empty()) {
                of.insert(reference.address);
            }
        }
        for (const std::string& name : references_.dependsOn(one.module, one.local)) {
            of.insert(name);
        }
        // What is no longer configured is destroyed in the order that the state keeps.
        for (std::size_t i = 0; one.dependsOn && one.dependsOn.isSequence() && i < one.dependsOn.size(); ++i) {
            of.insert(withoutIndices(one.dependsOn.item(i).text()));
        }
    }
    return all;
}

const TerraformInstance* TerraformInstances::find(const std::string& address) const {
    const auto found = byAddress_.find(address);
    return found != byAddress_.end() ? &instances_[found->second.front()] : nullptr;
}

const TerraformType* TerraformInstances::typeNamed(const std::string& name) const {
    const auto found = types_.find(name);
    return found != types_.end() ? found->second : nullptr;
}

void TerraformInstances::collect(Node module, const std::string& path, bool dataOnly, int depth) {
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
            collect(child, withoutIndices(terraformText(child, "address")), dataOnly, depth + 1);
        }
    }
}

void TerraformInstances::collectResource(Node resource, const std::string& module, bool dataOnly) {
    const bool isData = terraformText(resource, "mode") == "data";
    if (terraformPath(resource, "deposed_key")) {
        if (!dataOnly) {
            unread_(resource.mark(), std::string{deposedInstances});
        }
    } else if (!dataOnly || isData) {
        add(resource, terraformPath(resource, "values"), terraformText(resource, "type"),
            terraformText(resource, "address"), module, isData);
    }
}

/// A state of format 4 has an instance for each index. One that another has replaced and that is still
/// to be destroyed is none of what there should be.
void TerraformInstances::collectRaw(Node state) {
    for (const Node resource : terraformPath(state, "resources").items()) {
        const std::string module = terraformText(resource, "module");
        const bool isData = terraformText(resource, "mode") == "data";
        const std::string local =
            (isData ? "data." : "") + terraformText(resource, "type") + '.' + terraformText(resource, "name");
        const Node list = terraformPath(resource, "instances");
        for (std::size_t i = 0; list && list.isSequence() && i < list.size(); ++i) {
            if (terraformPath(list.item(i), "deposed")) {
                unread_(list.item(i).mark(), std::string{deposedInstances});
                continue;
            }
            const Node key = terraformPath(list.item(i), "index_key");
            const std::string index = !key           ? std::string{}
                                      : key.quoted() ? fmt::format("[\"{}\"]", key.text())
                                                     : fmt::format("[{}]", key.text());
            add(list.item(i), terraformPath(list.item(i), "attributes"), terraformText(resource, "type"),
                (module.empty() ? "" : module + '.') + local + index, withoutIndices(module), isData);
        }
    }
}

/// What a plan imports is there before it, though no state has it yet.
void TerraformInstances::collectImported() {
    for (const auto& [address, change] : changes_) {
        const Node before = terraformPath(change, "change.before");
        const bool known = std::ranges::find(instances_, address, &TerraformInstance::address) != instances_.end();
        if (terraformPath(change, "change.importing") && before && before.isMapping() && !known) {
            add(change, before, terraformText(change, "type"), address,
                withoutIndices(terraformText(change, "module_address")), false);
        }
    }
}

/// What a plan only takes out of the state stays where it is.
void TerraformInstances::collectForgotten() {
    for (const auto& [address, change] : changes_) {
        const Node before = terraformPath(change, "change.before");
        if (terraformText(change, "change.actions.0") == "forget" && before && before.isMapping()) {
            add(change, before, terraformText(change, "type"), address,
                withoutIndices(terraformText(change, "module_address")), false);
        }
    }
}

void TerraformInstances::add(Node node, Node values, const std::string& typeName, std::string address,
                             const std::string& module, bool isData) {
    if (!values || !values.isMapping()) {
        if (!isData) {
            unread_(node.mark(), typeName);
        }
        return;
    }
    const TerraformType* type = typeNamed(typeName);
    if (type == nullptr && isData) {
        return; // looked up, and not part of what is there
    }
    TerraformInstance instance{.values = values,
                               .address = std::move(address),
                               .module = module,
                               .local = {},
                               .typeName = typeName,
                               .type = type,
                               .mark = node.mark(),
                               .isData = isData,
                               .dependsOn = terraformPath(node, "depends_on")};
    const std::string plain = withoutIndices(instance.address);
    instance.local = module.empty() ? plain : plain.substr(std::min(plain.size(), module.size() + 1));
    instances_.push_back(std::move(instance));
}

// --- attributes ------------------------------------------------------------------------------------------------------

std::vector<std::string_view> TerraformInstances::pathsOf(const TerraformType& type, std::string_view field) {
    std::vector<std::string_view> paths;
    const auto found = std::ranges::find(type.fields, field, &std::pair<std::string, std::string>::first);
    std::string_view rest = found == type.fields.end() ? std::string_view{} : found->second;
    for (rest = rest.substr(0, rest.find('=')); !rest.empty();) {
        const std::size_t bar = rest.find('|');
        paths.push_back(rest.substr(0, bar));
        rest.remove_prefix(bar == std::string_view::npos ? rest.size() : bar + 1);
    }
    return paths;
}

Node TerraformInstances::nodeOf(const TerraformInstance& instance, std::string_view field) {
    Node empty;
    for (const std::string_view path : pathsOf(*instance.type, field)) {
        const Node node = terraformPath(instance.values, path);
        if (!node || node.isNull()) {
            continue;
        }
        if (!node.isScalar() || !node.text().empty()) {
            return node;
        }
        if (!empty) {
            empty = node; // so a state writes what is not set, where another path may have it
        }
    }
    return empty;
}

std::string TerraformInstances::symbol(std::string_view address, std::string_view attribute) {
    return fmt::format("{}{}#{}", unknownMark, address, attribute);
}

std::string TerraformInstances::ownText(const TerraformInstance& instance, std::string_view field) {
    const auto paths = pathsOf(*instance.type, field);
    if (paths.empty()) {
        return {};
    }
    for (const std::string_view path : paths) {
        if (std::string known = terraformText(instance.values, path); !known.empty()) {
            return known;
        }
    }
    return symbol(instance.address, paths.front());
}

std::vector<std::string> TerraformInstances::textsOf(const TerraformInstance& instance, std::string_view field,
                                                     std::string_view usual) const {
    std::vector<std::string> texts;
    const auto add = [&](std::string_view text) {
        if (!text.empty() && std::ranges::find(texts, text) == texts.end()) {
            texts.emplace_back(text);
        }
    };
    if (const Node node = nodeOf(instance, field)) {
        if (node.isScalar()) {
            add(node.text());
        }
        for (const Node item : node.items()) {
            add(item.isScalar() ? item.text() : std::string_view{});
        }
    }
    const auto paths = pathsOf(*instance.type, field);
    const bool whole = !texts.empty();
    for (const std::string_view path : paths) {
        if (whole ? isUnknownAt(instance, path) : mayBeUnknown(instance, path)) {
            for (const TerraformReference& reference : references_.of(instance.module, instance.local, path)) {
                add(textOf(reference, instance, usual));
            }
        }
    }
    for (const std::string_view path : paths) {
        if (texts.empty() && isUnknownAt(instance, path)) {
            texts.push_back(symbol(instance.address, path));
        }
    }
    return texts;
}

std::string TerraformInstances::textOf(const TerraformInstance& instance, std::string_view field,
                                       std::string_view usual) const {
    const std::vector<std::string> texts = textsOf(instance, field, usual);
    const Node node = nodeOf(instance, field);
    // An expression that chooses, or is made of several: what comes of it is not known.
    const bool isOpen = texts.size() > 1 && !(node && node.isScalar());
    return texts.empty() ? std::string{}
           : isOpen      ? symbol(instance.address, pathsOf(*instance.type, field).front())
                         : texts.front();
}

std::string TerraformInstances::textOf(const TerraformReference& reference, const TerraformInstance& user,
                                       std::string_view usual) const {
    if (reference.address.empty()) {
        return reference.text;
    }
    const std::string attribute = reference.attribute.empty() ? std::string{usual} : reference.attribute;
    const auto found = byAddress_.find(reference.address);
    if (found == byAddress_.end()) {
        return symbol(reference.address, attribute);
    }
    std::string one;
    for (const std::size_t index : meantOf(found->second, reference, user)) {
        const TerraformInstance& target = instances_[index];
        const std::string known = terraformText(target.values, attribute);
        const std::string text = known.empty() ? symbol(target.address, attribute) : known;
        if (!one.empty() && one != text) {
            return symbol(reference.address, attribute); // one of several, and which is not known
        }
        one = text;
    }
    return one.empty() ? symbol(reference.address, attribute) : one;
}

/// Of several instances of one resource those that a reference can mean: where it names no index, the one with the
/// user's own.
std::vector<std::size_t> TerraformInstances::meantOf(const std::vector<std::size_t>& all,
                                                     const TerraformReference& reference,
                                                     const TerraformInstance& user) const {
    const std::vector<Step> from = stepsOf(user.address);
    std::vector<std::size_t> meant;
    for (const std::size_t index : all) {
        const std::vector<Step> to = stepsOf(instances_[index].address);
        bool shared = true;
        bool fits = to.size() == reference.indices.size();
        for (std::size_t i = 0; fits && i < to.size(); ++i) {
            shared = shared && i + 1 < to.size() && i + 1 < from.size() && from[i].name == to[i].name;
            const std::string& named = reference.indices[i];
            fits = !named.empty() ? named == to[i].index : !shared || from[i].index == to[i].index;
        }
        if (fits) {
            meant.push_back(index);
        }
    }
    if (meant.size() > 1 && reference.byOwnIndex) {
        const auto isAlike = [&](std::size_t index) {
            const std::vector<Step> to = stepsOf(instances_[index].address);
            return std::ranges::any_of(from, [&](const Step& own) {
                return !own.index.empty() && std::ranges::find(to, own.index, &Step::index) != to.end();
            });
        };
        std::vector<std::size_t> alike;
        std::ranges::copy_if(meant, std::back_inserter(alike), isAlike);
        return alike.empty() ? meant : alike;
    }
    return meant;
}

Node TerraformInstances::unknownsOf(const TerraformInstance& instance) const {
    const auto change = isPlanned_ ? changes_.find(instance.address) : changes_.end();
    return change != changes_.end() ? terraformPath(change->second, "change.after_unknown") : Node{};
}

std::vector<RawTag> TerraformInstances::tagsOf(const TerraformInstance& instance) const {
    constexpr std::string_view attribute = "tags";
    const Node known = terraformPath(instance.values, attribute);
    std::vector<RawTag> tags = known && known.isMapping() ? tagsIn(known) : std::vector<RawTag>{};
    const Node unknowns = terraformPath(unknownsOf(instance), attribute);
    if (!unknowns) {
        return tags;
    }
    if (unknowns.isScalar() && hasUnknown(unknowns)) {
        tags.push_back({symbol(instance.address, attribute), {}, instance.mark});
    }
    for (const auto [name, isUnknown] : unknowns.entries()) {
        if (hasUnknown(isUnknown)) {
            const std::string path = fmt::format("{}.{}", attribute, name.text());
            tags.push_back({std::string{name.text()}, symbol(instance.address, path), instance.mark});
        }
    }
    return tags;
}

bool TerraformInstances::isUnknownAt(const TerraformInstance& instance, std::string_view path) const {
    Node here = unknownsOf(instance);
    for (std::string_view rest = path; here && !here.isScalar() && !rest.empty();) {
        here = terraformPath(here, rest.substr(0, rest.find('.')));
        rest.remove_prefix(rest.find('.') == std::string_view::npos ? rest.size() : rest.find('.') + 1);
    }
    return hasUnknown(here);
}

/// Whether the configuration has the attribute or block in which a path lies; what was not read may have anything.
bool TerraformInstances::mayBeSet(const TerraformInstance& instance, std::string_view path) const {
    return !references_.has(instance.module, instance.local) ||
           references_.sets(instance.module, instance.local, path.substr(0, path.find('.')));
}

bool TerraformInstances::isLeftOpen(const TerraformInstance& instance, std::string_view field) const {
    return std::ranges::any_of(pathsOf(*instance.type, field), [&](std::string_view path) {
        return isUnknownAt(instance, path) && mayBeSet(instance, path);
    });
}

bool TerraformInstances::isChosen(const TerraformInstance& instance, std::string_view field) const {
    return !nodeOf(instance, field) && !isLeftOpen(instance, field) &&
           std::ranges::any_of(pathsOf(*instance.type, field),
                               [&](std::string_view path) { return isUnknownAt(instance, path); });
}

/// Of a state everything is known. Where a plan does not say what will be, everything that is not there may be.
bool TerraformInstances::mayBeUnknown(const TerraformInstance& instance, std::string_view path) const {
    if (!isPlanned_) {
        return false;
    }
    const Node unknowns = unknownsOf(instance);
    return !unknowns || !unknowns.isMapping() || isUnknownAt(instance, path);
}

} // namespace cmksim::import
