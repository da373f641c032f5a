#include "import/what_if_delta.hpp"

#include "catalog/fact_reader.hpp"
#include "import/azure_fields.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string_view>

namespace cmksim::import {

namespace {

constexpr int deepestProperty = 64;

bool isBlank(Node node) { return !isThere(node) || (node.isScalar() ? node.text().empty() : node.size() == 0); }

bool isAlike(Node one, Node other, int depth) {
    if (!isThere(one) || !isThere(other)) {
        return isThere(one) == isThere(other);
    }
    if (one.kind() != other.kind() || depth > deepestProperty) {
        return false;
    }
    if (one.isScalar()) {
        return one.text() == other.text();
    }
    if (one.isSequence()) {
        bool areSame = one.size() == other.size();
        for (std::size_t i = 0; areSame && i < one.size(); ++i) {
            areSame = isAlike(one.item(i), other.item(i), depth + 1);
        }
        return areSame;
    }
    // What is null on one side may be absent on the other.
    const auto hasAllOf = [&](Node from, Node in) {
        bool hasAll = true;
        for (const auto [key, value] : from.entries()) {
            hasAll = hasAll && isAlike(value, findField(in, key.text()), depth + 1);
        }
        return hasAll;
    };
    return hasAllOf(one, other) && hasAllOf(other, one);
}

/// Whether a description has all that a part of it is said to be.
bool agrees(Node said, Node described, int depth) {
    if (isBlank(said)) {
        return isBlank(described);
    }
    if (!isThere(described) || said.kind() != described.kind() || depth > deepestProperty) {
        return false;
    }
    if (said.isScalar()) {
        return equalIgnoringCase(said.text(), described.text());
    }
    if (said.isMapping()) {
        bool hasAll = true;
        for (const auto [key, value] : said.entries()) {
            hasAll = hasAll && agrees(value, findField(described, key.text()), depth + 1);
        }
        return hasAll;
    }
    bool areAll = said.size() == described.size();
    for (std::size_t i = 0; areAll && i < said.size(); ++i) {
        areAll = agrees(said.item(i), described.item(i), depth + 1);
    }
    return areAll;
}

/// `a['b.c'][0]` as `a.b.c.0`.
std::string plainPath(std::string_view path) {
    std::string plain;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const char one = path[i];
        if (one == '[') {
            plain += plain.empty() || plain.back() == '.' ? "" : ".";
        } else if (one != ']' && one != '\'' && one != '"') {
            plain += one;
        }
    }
    return plain;
}

/// What stands at a path. Names of fields may have dots in them.
Node propertyAt(Node here, std::string_view path, int depth) {
    if (path.empty() || !here || depth > deepestProperty) {
        return depth > deepestProperty ? Node{} : here;
    }
    if (here.isMapping()) {
        for (const auto [key, value] : here.entries()) {
            const std::string_view name = key.text();
            const bool isIt = equalIgnoringCase(name, path.substr(0, name.size()));
            if (isIt && path.size() == name.size()) {
                return value;
            }
            if (isIt && !name.empty() && path.size() > name.size() && path[name.size()] == '.') {
                if (const Node found = propertyAt(value, path.substr(name.size() + 1), depth + 1)) {
                    return found;
                }
            }
        }
        return {};
    }
    const std::size_t dot = std::min(path.find('.'), path.size());
    std::size_t index = here.size();
    const auto [end, error] = std::from_chars(path.data(), path.data() + dot, index);
    if (!here.isSequence() || error != std::errc{} || end != path.data() + dot || index >= here.size()) {
        return {};
    }
    return propertyAt(here.item(index), path.substr(std::min(dot + 1, path.size())), depth + 1);
}

std::string changeKindOf(Node change) { return lowerCase(textOf(findField(change, "propertyChangeType"))); }

bool hasNoMeaning(Node change) {
    const std::string path = lowerCase(plainPath(textOf(findField(change, "path"))));
    return changeKindOf(change) == "noeffect" || path == "tags" || path.starts_with("tags.");
}

/// Of a list, whether it has grown or shrunk as its items are said to have come and gone.
bool hasItems(Node change, Node before, Node after) {
    if (!after || !after.isSequence()) {
        return false;
    }
    std::size_t came = 0;
    std::size_t went = 0;
    const Node items = findField(change, "children");
    for (std::size_t i = 0; items && items.isSequence() && i < items.size(); ++i) {
        const std::string kind = changeKindOf(items.item(i));
        came += kind == "create" ? 1U : 0U;
        went += kind == "delete" ? 1U : 0U;
    }
    return !before || !before.isSequence() || before.size() + came == after.size() + went;
}

class Delta {
public:
    /// The path of the first change that the description does not tell.
    static std::optional<std::string> unreported(Node list, Node before, Node after, const std::string& outer,
                                                 int depth) {
        if (!list || !list.isSequence()) {
            return std::nullopt;
        }
        for (const Node change : list.items()) {
            const std::string path = plainPath(textOf(findField(change, "path")));
            const std::string whole = outer.empty() ? path : outer + '.' + path;
            if (!change.isMapping() || path.empty() || depth > deepestProperty) {
                return whole.empty() ? "a property" : whole;
            }
            if (changeKindOf(change) == "noeffect" || (depth == 0 && hasNoMeaning(change))) {
                continue;
            }
            const Node was = propertyAt(before, path, 0);
            const Node is = propertyAt(after, path, 0);
            if (!isReported(change, was, is)) {
                return whole;
            }
            // The numbers of a list's items are those of before or after, which is not said.
            const Node inner = findField(change, "children");
            if (changeKindOf(change) == "modify" && inner && is && is.isMapping()) {
                if (auto found = unreported(inner, was, is, whole, depth + 1)) {
                    return found;
                }
            }
        }
        return std::nullopt;
    }

private:
    static bool isReported(Node change, Node before, Node after) {
        const std::string kind = changeKindOf(change);
        if (kind == "delete") {
            return isBlank(after);
        }
        if (kind == "array") {
            return hasItems(change, before, after);
        }
        if (kind != "create" && kind != "modify") {
            return false;
        }
        const Node said = findField(change, "after");
        const Node inner = findField(change, "children");
        const bool isInside = !isThere(said) && inner && inner.isSequence() && inner.size() > 0;
        return said && !isInside ? agrees(said, after, 0) : isThere(after);
    }
};

} // namespace

bool areDescribedAlike(Node one, Node other) { return isAlike(one, other, 0); }

bool areTags(std::string_view field) { return equalIgnoringCase(field, "tags") || field == "tags_all"; }

bool areAlikeButForTags(Node one, Node other) {
    const auto hasAllOf = [](Node from, Node in) {
        bool hasAll = true;
        for (const auto [key, value] : from.entries()) {
            hasAll = hasAll && (areTags(key.text()) || isAlike(value, findField(in, key.text()), 0));
        }
        return hasAll;
    };
    const bool areDescribed = one && one.isMapping() && other && other.isMapping();
    return areDescribed && hasAllOf(one, other) && hasAllOf(other, one);
}

bool changesAnything(Node delta) {
    bool changes = false;
    for (std::size_t i = 0; delta && delta.isSequence() && i < delta.size(); ++i) {
        changes = changes || !delta.item(i).isMapping() || !hasNoMeaning(delta.item(i));
    }
    return changes;
}

std::optional<std::string> unreportedProperty(Node delta, Node before, Node after) {
    return Delta::unreported(delta, before, after, {}, 0);
}

} // namespace cmksim::import
