#include "document/as_json.hpp"

#include "document/values.hpp"

#include <cstdint>
#include <optional>

namespace cmksim::document {

JsonValue asJson(Node node) {
    JsonArray items;
    JsonObject fields;
    switch (node.kind()) {
    case NodeKind::Null: return nullptr;
    case NodeKind::Sequence:
        for (const Node item : node.items()) {
            items.push_back(asJson(item));
        }
        return items;
    case NodeKind::Mapping:
        for (const auto [key, value] : node.entries()) {
            fields.emplace_back(key.text(), asJson(value));
        }
        return fields;
    case NodeKind::Scalar: break;
    }
    if (const std::optional<bool> flag = asBoolean(node)) {
        return *flag;
    }
    if (const std::optional<std::int64_t> number = asInteger(node)) {
        return *number;
    }
    return node.text();
}

} // namespace cmksim::document
