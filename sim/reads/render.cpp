#include "reads/render.hpp"

#include <algorithm>
#include <type_traits>

namespace cmksim::reads {

namespace {

/// Scalars inside of a text; nothing of what is null.
std::string inText(const JsonValue& value) {
    return value.visit([&](const auto& held) -> std::string {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::string>) {
            return held;
        } else if constexpr (std::is_same_v<Held, std::nullptr_t>) {
            return {};
        } else {
            return value.line();
        }
    });
}

JsonValue filledIn(std::string_view text, const Thing& of, const Sight& sight) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = text.find('{', at);
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) {
            out.append(text.substr(at));
            break;
        }
        JsonValue value = sight.value(of, text.substr(open + 1, close - open - 1));
        if (open == 0 && close + 1 == text.size()) {
            return value;
        }
        out.append(text.substr(at, open - at)).append(inText(value));
        at = close + 1;
    }
    return out;
}

void sort(JsonObject& object) { std::ranges::stable_sort(object, {}, &JsonValue::Field::first); }

JsonValue fields(const ReadShape& shape, const Thing& of, const Sight& sight) {
    JsonObject object;
    for (const auto& [name, part] : shape.parts) {
        if (auto value = render(part, of, sight)) {
            object.emplace_back(inText(filledIn(name, of, sight)), std::move(*value));
        }
    }
    sort(object);
    return object;
}

JsonValue allFields(const ReadShape& shape, const Thing& of, const Sight& sight) {
    JsonObject object;
    for (const Thing& one : sight.list(of, shape.list)) {
        if (const auto value = render(shape.parts.front().second, one, sight)) {
            object.insert(object.end(), value->fields().begin(), value->fields().end());
        }
    }
    sort(object);
    return object.empty() ? JsonValue{nullptr} : JsonValue{std::move(object)};
}

} // namespace

std::optional<JsonValue> render(const ReadShape& shape, const Thing& of, const Sight& sight) {
    switch (shape.kind) {
    case ReadShape::Kind::Null: return nullptr;
    case ReadShape::Kind::Flag: return shape.flag;
    case ReadShape::Kind::Number: return shape.number;
    case ReadShape::Kind::Text: return filledIn(shape.text, of, sight);
    case ReadShape::Kind::Fields: return fields(shape, of, sight);
    case ReadShape::Kind::All: return allFields(shape, of, sight);
    case ReadShape::Kind::If:
        if (shape.test ? sight.holds(of, *shape.test) : sight.value(of, shape.text).line() == "true") {
            return render(shape.parts.front().second, of, sight);
        }
        return shape.parts.size() > 1 ? render(shape.parts[1].second, of, sight) : std::nullopt;
    case ReadShape::Kind::Managed: {
        const ReadShape* managed = sight.managedShape(of);
        return managed != nullptr ? render(*managed, of, sight) : JsonValue{nullptr};
    }
    case ReadShape::Kind::Items:
    case ReadShape::Kind::Each: break;
    }
    JsonArray array;
    const auto add = [&](const ReadShape& part, const Thing& one) {
        if (auto value = render(part, one, sight)) {
            array.push_back(std::move(*value));
        }
    };
    if (shape.kind == ReadShape::Kind::Each) {
        for (const Thing& one : sight.list(of, shape.list)) {
            add(shape.parts.front().second, one);
        }
    } else {
        for (const auto& [unnamed, part] : shape.parts) {
            add(part, of);
        }
    }
    return array;
}

std::optional<std::string> renderLine(const ReadShape& shape, const Thing& of, const Sight& sight) {
    const auto value = render(shape, of, sight);
    return value ? std::optional{inText(*value)} : std::nullopt;
}

} // namespace cmksim::reads
