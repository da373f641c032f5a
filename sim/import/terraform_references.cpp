#include "import/terraform_references.hpp"

#include <algorithm>
#include <charconv>

namespace cmksim::import {

namespace {

/// Modules pass variables on to modules; they do not nest further than this.
constexpr int deepestReference = 32;

/// The parts of a reference between dots, indices in brackets as parts of their own.
std::vector<std::string> partsOf(std::string_view reference) {
    std::vector<std::string> parts;
    std::string part;
    const auto finish = [&] {
        if (!part.empty()) {
            parts.push_back(part);
            part.clear();
        }
    };
    for (std::size_t i = 0; i < reference.size(); ++i) {
        if (reference[i] == '.') {
            finish();
        } else if (reference[i] == '[') {
            finish();
            const std::size_t end = std::min(reference.find(']', i), reference.size());
            std::string index{reference.substr(i + 1, end - i - 1)};
            std::erase(index, '"');
            parts.push_back('[' + index);
            i = end;
        } else {
            part += reference[i];
        }
    }
    finish();
    return parts;
}

std::string joined(const std::vector<std::string>& parts, std::size_t first, std::size_t last) {
    std::string text;
    for (std::size_t i = first; i < last && i < parts.size(); ++i) {
        text.append(text.empty() ? "" : ".").append(parts[i].starts_with('[') ? parts[i].substr(1) : parts[i]);
    }
    return text;
}

std::string prefixOf(const std::vector<std::string>& calls) {
    std::string prefix;
    for (const std::string& call : calls) {
        prefix.append("module.").append(call).append(".");
    }
    return prefix;
}

} // namespace

namespace {

/// The expression of an attribute; that of a list as a whole where it is not told apart by items.
Node expressionAt(Node resource, std::string_view path) {
    const std::string whole = "expressions." + std::string{path};
    const Node own = terraformPath(resource, whole);
    const std::size_t dot = whole.rfind('.');
    const bool isItem = whole.find_first_not_of("0123456789", dot + 1) == std::string::npos || whole.ends_with(".only");
    if (own || !isItem) {
        return own;
    }
    const Node list = terraformPath(resource, std::string_view{whole}.substr(0, dot));
    return list && list.isMapping() && (list.find("references") || list.find("constant_value")) ? list : Node{};
}

} // namespace

Node terraformPath(Node node, std::string_view path) {
    while (node && !path.empty()) {
        const std::size_t dot = path.find('.');
        const std::string_view part = path.substr(0, dot);
        if (node.isSequence() && part == "only") {
            node = node.size() == 1 ? node.item(0) : Node{};
        } else if (node.isSequence()) {
            std::size_t index = 0;
            std::from_chars(part.data(), part.data() + part.size(), index);
            node = index < node.size() ? node.item(index) : Node{};
        } else {
            node = node.isMapping() ? node.find(part) : Node{};
        }
        path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
    }
    return node;
}

std::string withoutIndices(std::string_view address) {
    std::string plain;
    for (std::size_t i = 0; i < address.size(); ++i) {
        if (address[i] == '[') {
            i = std::min(address.find(']', i), address.size());
        } else {
            plain += address[i];
        }
    }
    return plain;
}

TerraformReferences::Module TerraformReferences::moduleAt(const std::vector<std::string>& calls,
                                                          std::vector<std::string> indices) const {
    Node node = terraformPath(plan_, "configuration.root_module");
    for (const std::string& call : calls) {
        const Node called = node && node.isMapping() ? terraformPath(node, "module_calls") : Node{};
        const Node one = called && called.isMapping() ? called.find(call) : Node{};
        node = one && one.isMapping() ? one.find("module") : Node{};
    }
    indices.resize(calls.size());
    return {node, calls, std::move(indices), {}};
}

TerraformReferences::Module TerraformReferences::moduleOf(std::string_view path) const {
    std::vector<std::string> calls;
    const std::vector<std::string> parts = partsOf(path);
    for (std::size_t i = 1; i < parts.size(); i += 2) {
        calls.push_back(parts[i]);
    }
    return moduleAt(calls, {});
}

Node TerraformReferences::resourceAt(const Module& module, std::string_view address) const {
    const Node resources = module.node ? terraformPath(module.node, "resources") : Node{};
    for (std::size_t i = 0; resources && resources.isSequence() && i < resources.size(); ++i) {
        const Node own = resources.item(i).isMapping() ? resources.item(i).find("address") : Node{};
        if (own && own.text() == address) {
            return resources.item(i);
        }
    }
    return {};
}

std::vector<TerraformReference> TerraformReferences::of(std::string_view module, std::string_view address,
                                                        std::string_view path) const {
    std::vector<TerraformReference> found;
    Module in = moduleOf(module);
    if (const Node resource = resourceAt(in, address)) {
        in.forEach = resource.find("for_each_expression");
        follow(in, expressionAt(resource, path), 0, found);
    }
    return found;
}

bool TerraformReferences::has(std::string_view module, std::string_view address) const {
    return static_cast<bool>(resourceAt(moduleOf(module), address));
}

bool TerraformReferences::sets(std::string_view module, std::string_view address, std::string_view path) const {
    const Node resource = resourceAt(moduleOf(module), address);
    return resource && terraformPath(resource, "expressions." + std::string{path});
}

std::vector<TerraformReference> TerraformReferences::ofAll(std::string_view module, std::string_view address) const {
    std::vector<TerraformReference> found;
    const Module in = moduleOf(module);
    if (const Node resource = resourceAt(in, address)) {
        followAll(in, terraformPath(resource, "expressions"), 0, found);
    }
    return found;
}

std::vector<std::string> TerraformReferences::dependsOn(std::string_view module, std::string_view address) const {
    std::vector<std::string> names;
    const Module in = moduleOf(module);
    const Node resource = resourceAt(in, address);
    const Node list = resource ? resource.find("depends_on") : Node{};
    for (std::size_t i = 0; list && list.isSequence() && i < list.size(); ++i) {
        names.push_back(prefixOf(in.calls) + withoutIndices(list.item(i).text()));
    }
    return names;
}

void TerraformReferences::followAll(const Module& module, Node expressions, int depth,
                                    std::vector<TerraformReference>& found) const {
    if (!expressions || depth > deepestReference) {
        return;
    }
    if (expressions.isMapping() && expressions.find("references")) {
        follow(module, expressions, 0, found);
        return;
    }
    for (const Node item : expressions.items()) {
        followAll(module, item, depth + 1, found);
    }
    for (const auto [name, inner] : expressions.entries()) {
        followAll(module, inner, depth + 1, found);
    }
}

void TerraformReferences::follow(const Module& module, Node expression, int depth,
                                 std::vector<TerraformReference>& found) const {
    if (!expression || !expression.isMapping() || depth > deepestReference) {
        return;
    }
    if (const Node constant = expression.find("constant_value")) {
        if (constant.isScalar()) {
            found.push_back({{}, {}, std::string{constant.text()}});
        }
        for (const Node item : constant.items()) {
            found.push_back({{}, {}, std::string{item.text()}});
        }
        return;
    }
    const Node references = expression.find("references");
    if (!references || !references.isSequence()) {
        return;
    }
    std::vector<std::string_view> texts;
    for (const Node reference : references.items()) {
        texts.push_back(reference.text());
    }
    const std::size_t earlier = found.size();
    for (const std::string_view text : texts) {
        // `a.b.id` comes with `a.b`, which says less.
        const bool covered = std::ranges::any_of(texts, [&](std::string_view other) {
            return other.size() > text.size() && other.starts_with(text) &&
                   (other[text.size()] == '.' || other[text.size()] == '[');
        });
        if (!covered) {
            followText(module, text, depth, found);
        }
    }
    const bool byOwnIndex =
        std::ranges::any_of(texts, [](std::string_view text) { return text == "each.key" || text == "count.index"; });
    for (std::size_t i = earlier; i < found.size(); ++i) {
        found[i].byOwnIndex = found[i].byOwnIndex || byOwnIndex;
    }
}

void TerraformReferences::followText(const Module& module, std::string_view reference, int depth,
                                     std::vector<TerraformReference>& found) const {
    const std::vector<std::string> parts = partsOf(reference);
    if (parts.size() < 2 || depth > deepestReference) {
        return;
    }
    if (parts[0] == "var") {
        if (module.calls.empty()) {
            const Node value = terraformPath(plan_, "variables." + parts[1] + ".value");
            if (value && value.isScalar()) {
                found.push_back({{}, {}, std::string{value.text()}});
            }
            return;
        }
        std::vector<std::string> outer{module.calls.begin(), module.calls.end() - 1};
        const Module caller = moduleAt(outer, module.indices);
        const Node calls = caller.node ? terraformPath(caller.node, "module_calls") : Node{};
        const Node call = calls && calls.isMapping() ? calls.find(module.calls.back()) : Node{};
        const Node expressions = call && call.isMapping() ? call.find("expressions") : Node{};
        follow(caller, expressions && expressions.isMapping() ? expressions.find(parts[1]) : Node{}, depth + 1, found);
        return;
    }
    if (parts[0] == "module") {
        std::size_t output = 2;
        output += output < parts.size() && parts[output].starts_with('[') ? 1U : 0U;
        if (output >= parts.size()) {
            return;
        }
        std::vector<std::string> inner = module.calls;
        std::vector<std::string> indices = module.indices;
        inner.push_back(parts[1]);
        indices.push_back(output > 2 ? parts[2].substr(1) : std::string{});
        const Module called = moduleAt(inner, std::move(indices));
        const Node outputs = called.node ? terraformPath(called.node, "outputs") : Node{};
        const Node one = outputs && outputs.isMapping() ? outputs.find(parts[output]) : Node{};
        follow(called, one && one.isMapping() ? one.find("expression") : Node{}, depth + 1, found);
        return;
    }
    const Node forEach = parts[0] == "each" && parts[1] == "value" && module.forEach
                             ? terraformPath(module.forEach, "references")
                             : Node{};
    if (forEach && forEach.isSequence() && forEach.size() == 1) {
        // Of a resource that is made for each of another one's, each value is the one of the own index.
        Module outer = module;
        outer.forEach = {};
        const std::size_t earlier = found.size();
        std::string one{forEach.item(0).text()};
        if (const std::string rest = joined(parts, 2, parts.size()); !rest.empty()) {
            one.append(".").append(rest);
        }
        followText(outer, one, depth + 1, found);
        for (std::size_t i = earlier; i < found.size(); ++i) {
            found[i].byOwnIndex = true;
        }
        return;
    }
    const bool data = parts[0] == "data";
    const std::size_t name = data ? 2 : 1;
    if (parts.size() <= name || parts[0] == "each" || parts[0] == "local" || parts[0] == "count" ||
        parts[0] == "path" || parts[0] == "terraform" || parts[0] == "self") {
        return;
    }
    std::size_t attribute = name + 1;
    std::vector<std::string> indices = module.indices;
    const bool hasIndex = attribute < parts.size() && parts[attribute].starts_with('[');
    indices.push_back(hasIndex ? parts[attribute].substr(1) : std::string{});
    attribute += hasIndex ? 1U : 0U;
    found.push_back({prefixOf(module.calls) + joined(parts, 0, name + 1),
                     joined(parts, attribute, parts.size()),
                     {},
                     std::move(indices)});
}

} // namespace cmksim::import
