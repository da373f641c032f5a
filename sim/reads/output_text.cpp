#include "reads/output_text.hpp"

#include "az/query.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <type_traits>

namespace cmksim::reads {

namespace {

template <class Held>
bool is(const JsonValue& value) {
    return value.visit([](const auto& held) { return std::is_same_v<std::decay_t<decltype(held)>, Held>; });
}

/// A value in a cell: as Python spells it, in which the CLI is written.
std::string cell(const JsonValue& value) {
    return value.visit([&](const auto& held) -> std::string {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::string>) {
            return held;
        } else if constexpr (std::is_same_v<Held, bool>) {
            return held ? "True" : "False";
        } else if constexpr (std::is_same_v<Held, std::nullptr_t>) {
            return "None";
        } else if constexpr (std::is_same_v<Held, JsonArray>) {
            return fmt::format("{}", held.size());
        } else if constexpr (std::is_same_v<Held, JsonObject>) {
            return {};
        } else {
            return value.line();
        }
    });
}

JsonArray rowsOf(const JsonValue& value) { return is<JsonArray>(value) ? value.items() : JsonArray{value}; }

// --- tables ----------------------------------------------------------------------------------------------------------

/// What a table of the CLI never shows.
constexpr std::array<std::string_view, 3> skipped{"id", "type", "etag"};

using Row = std::vector<std::pair<std::string, std::string>>;

std::string capitalised(std::string name) {
    if (!name.empty() && name.front() >= 'a' && name.front() <= 'z') {
        name.front() = static_cast<char>(name.front() - 'a' + 'A');
    }
    return name;
}

Row rowOf(const JsonValue& item) {
    Row row;
    if (is<JsonObject>(item)) {
        for (const auto& [name, value] : item.fields()) {
            const bool shown = !is<std::nullptr_t>(value) && !is<JsonArray>(value) && !is<JsonObject>(value);
            if (shown && std::ranges::find(skipped, name) == skipped.end()) {
                row.emplace_back(capitalised(name), cell(value));
            }
        }
    } else if (is<JsonArray>(item)) {
        for (std::size_t i = 0; i < item.items().size(); ++i) {
            row.emplace_back(fmt::format("Column{}", i + 1), cell(item.items()[i]));
        }
    } else {
        row.emplace_back("Result", cell(item));
    }
    return row;
}

Row rowOf(const JsonValue& item, const std::vector<std::pair<std::string, std::string>>& columns) {
    Row row;
    for (const auto& [name, path] : columns) {
        const auto query = Query::read(path);
        const JsonValue value = query ? query->of(item) : JsonValue{nullptr};
        row.emplace_back(name, is<std::nullptr_t>(value) ? std::string{} : cell(value));
    }
    return row;
}

std::size_t widthOf(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = codePointAt(text, at);
        width += shownWidth(point);
        at += point.bytes;
    }
    return width;
}

std::string table(const std::vector<Row>& rows) {
    std::vector<std::pair<std::string, std::size_t>> columns; // with their widths
    for (const Row& row : rows) {
        for (const auto& [name, text] : row) {
            auto column = std::ranges::find(columns, name, &std::pair<std::string, std::size_t>::first);
            if (column == columns.end()) {
                column = columns.insert(columns.end(), {name, widthOf(name)});
            }
            column->second = std::max(column->second, widthOf(text));
        }
    }
    std::string out;
    const auto line = [&](const auto& textOf) {
        std::string one;
        for (const auto& [name, width] : columns) {
            const std::string text = textOf(name, width);
            one.append(one.empty() ? "" : "  ").append(text);
            one.append(width - std::min(width, widthOf(text)), ' ');
        }
        one.erase(one.find_last_not_of(' ') + 1);
        out.append(out.empty() ? "" : "\n").append(one);
    };
    if (columns.empty()) {
        return {};
    }
    line([](const std::string& name, std::size_t) { return name; });
    line([](const std::string&, std::size_t width) { return std::string(width, '-'); });
    for (const Row& row : rows) {
        line([&](const std::string& name, std::size_t) {
            const auto found = std::ranges::find(row, name, &Row::value_type::first);
            return found != row.end() ? found->second : std::string{};
        });
    }
    return out;
}

// --- the others ------------------------------------------------------------------------------------------------------

std::string tabSeparated(const JsonValue& value) {
    std::string out;
    for (const JsonValue& item : rowsOf(value)) {
        std::string row;
        if (is<JsonObject>(item)) {
            for (std::size_t i = 0; i < item.fields().size(); ++i) {
                row.append(i == 0 ? "" : "\t").append(cell(item.fields()[i].second));
            }
        } else if (is<JsonArray>(item)) {
            for (std::size_t i = 0; i < item.items().size(); ++i) {
                row.append(i == 0 ? "" : "\t").append(cell(item.items()[i]));
            }
        } else {
            row = cell(item);
        }
        out.append(out.empty() ? "" : "\n").append(row);
    }
    return out;
}

/// In blocks; scalars in the style of JSON, which is YAML too.
void yaml(const JsonValue& value, std::size_t indent, bool begun, std::string& out) {
    const auto lead = [&] {
        out.append(begun ? "" : "\n" + std::string(indent, ' '));
        begun = false;
    };
    if (is<JsonObject>(value) && !value.fields().empty()) {
        for (const auto& [name, inner] : value.fields()) {
            lead();
            out.append(name.find_first_of(" :#{}[]'\"") == std::string::npos ? name : jsonString(name)).append(":");
            yaml(inner, indent + (is<JsonArray>(inner) ? 0 : 2), false, out);
        }
    } else if (is<JsonArray>(value) && !value.items().empty()) {
        for (const JsonValue& item : value.items()) {
            lead();
            const bool scalar = !is<JsonObject>(item) && !is<JsonArray>(item);
            out.append(scalar ? "-" : "- ");
            yaml(item, indent + 2, !scalar, out);
        }
    } else {
        out.append(begun ? "" : " ").append(value.line());
    }
}

} // namespace

std::string outputText(const JsonValue& value, std::string_view format, bool queried,
                       const std::vector<std::pair<std::string, std::string>>& columns) {
    if (format == "none") {
        return {};
    }
    if (format == "table") {
        std::vector<Row> rows;
        for (const JsonValue& item : rowsOf(value)) {
            rows.push_back(queried || columns.empty() ? rowOf(item) : rowOf(item, columns));
        }
        return table(rows);
    }
    if (format == "tsv") {
        return is<std::nullptr_t>(value) ? std::string{} : tabSeparated(value);
    }
    if (format.starts_with("yaml")) {
        std::string out;
        yaml(value, 0, true, out);
        return out;
    }
    return queried && is<std::nullptr_t>(value) ? std::string{} : value.print();
}

} // namespace cmksim::reads
