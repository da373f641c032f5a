#include "import/json_document.hpp"

#include "document/builder.hpp"
#include "document/values.hpp"
#include "import/arm_values.hpp"
#include "import/azure_fields.hpp"
#include "scenario/key_reference.hpp"

namespace cmksim::import {

namespace {

void write(const JsonValue& value, Place place, DocumentBuilder& builder) {
    if (const JsonObject* fields = objectOf(value)) {
        builder.beginMapping(place);
        for (const auto& [name, inner] : *fields) {
            builder.scalar(place, name, true);
            write(inner, place, builder);
        }
        builder.endMapping();
    } else if (const JsonArray* items = arrayOf(value)) {
        builder.beginSequence(place);
        for (const JsonValue& item : *items) {
            write(item, place, builder);
        }
        builder.endSequence();
    } else if (isNull(value)) {
        builder.null(place);
    } else {
        const bool isText = stringIn(value) != nullptr;
        builder.scalar(place, isText ? *stringIn(value) : value.line(), isText);
    }
}

} // namespace

std::shared_ptr<const Document> documentOf(const JsonValue& value, Mark mark, Diagnostics& diagnostics) {
    // The file, which the diagnostics keep alive.
    const std::shared_ptr<const Source> source{std::shared_ptr<const Source>{}, mark.source};
    DocumentBuilder builder{source, diagnostics};
    write(value, {mark.line, mark.column}, builder);
    return builder.finish();
}

JsonValue jsonOf(Node node) {
    if (!node || node.isNull()) {
        return nullptr;
    }
    if (node.isMapping()) {
        JsonObject fields;
        for (const auto [key, value] : node.entries()) {
            fields.emplace_back(std::string{key.text()}, jsonOf(value));
        }
        return fields;
    }
    if (node.isSequence()) {
        JsonArray items;
        for (const Node item : node.items()) {
            items.push_back(jsonOf(item));
        }
        return items;
    }
    if (const auto flag = asBoolean(node)) {
        return *flag;
    }
    if (const auto number = wholeNumberOf(node)) {
        return *number;
    }
    return std::string{node.text()};
}

bool forEachTableRow(Node node, Diagnostics& diagnostics, const std::function<void(Node)>& visit) {
    if (!node || !node.isMapping()) {
        return false;
    }
    Node columns = findField(node, "columns");
    Node rows = findField(node, "rows");
    if (isThere(columns) && isThere(rows)) {
        columns = expect(columns, Expected::List, "columns", diagnostics);
        rows = expect(rows, Expected::List, "rows", diagnostics);
    }
    if (!columns || !rows || !columns.isSequence() || !rows.isSequence()) {
        const Node tables = findField(node, "tables");
        bool any = false;
        for (std::size_t i = 0; tables && tables.isSequence() && i < tables.size(); ++i) {
            any = forEachTableRow(tables.item(i), diagnostics, visit) || any;
        }
        return any || forEachTableRow(findField(node, "data"), diagnostics, visit);
    }
    for (const Node row : rows.items()) {
        if (!expect(row, Expected::List, "rows", diagnostics)) {
            continue;
        }
        JsonObject fields;
        for (std::size_t i = 0; i < columns.size() && i < row.size(); ++i) {
            const Node name = findField(columns.item(i), "name");
            fields.emplace_back(std::string{(name ? name : columns.item(i)).text()}, jsonOf(row.item(i)));
        }
        if (const auto document = documentOf(fields, row.mark(), diagnostics)) {
            visit(document->root());
        }
    }
    return true;
}

JsonValue withField(const JsonValue& object, std::string_view name, JsonValue value) {
    JsonObject fields = objectOf(object) != nullptr ? *objectOf(object) : JsonObject{};
    std::erase_if(fields, [&](const auto& field) { return equalIgnoringCase(field.first, name); });
    fields.emplace_back(name, std::move(value));
    return fields;
}

} // namespace cmksim::import
