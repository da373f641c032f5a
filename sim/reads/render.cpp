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

JsonValue filledIn(std::string_view text, const Thing& of, const ReadView& view) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = text.find('{', at);
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) {
            out.append(text.substr(at));
            break;
        }
        JsonValue value = view.value(of, text.substr(open + 1, close - open - 1));
        if (open == 0 && close + 1 == text.size()) {
            return value;
        }
        out.append(text.substr(at, open - at)).append(inText(value));
        at = close + 1;
    }
    return out;
}

void sort(JsonObject& object) { std::ranges::stable_sort(object, {}, &JsonValue::Field::first); }

/// Fills in the parts of a shape for one thing.
class Rendering {
public:
    Rendering(const Thing& of, const ReadView& view) : of_{of}, view_{view} {}

    std::optional<JsonValue> operator()(std::nullptr_t) const { return nullptr; }
    std::optional<JsonValue> operator()(bool flag) const { return flag; }
    std::optional<JsonValue> operator()(std::int64_t number) const { return number; }
    std::optional<JsonValue> operator()(const shape::Text& text) const { return filledIn(text.text, of_, view_); }

    std::optional<JsonValue> operator()(const shape::Fields& fields) const {
        JsonObject object;
        for (const auto& [name, part] : fields.fields) {
            if (auto value = render(part, of_, view_)) {
                object.emplace_back(inText(filledIn(name, of_, view_)), std::move(*value));
            }
        }
        sort(object);
        return object;
    }

    std::optional<JsonValue> operator()(const shape::Items& items) const {
        JsonArray array;
        for (const ReadShape& part : items.items) {
            add(part, of_, array);
        }
        return array;
    }

    std::optional<JsonValue> operator()(const shape::Each& each) const {
        JsonArray array;
        for (const Thing& one : view_.list(of_, each.list)) {
            add(each.item.front(), one, array);
        }
        return array;
    }

    std::optional<JsonValue> operator()(const shape::All& all) const {
        JsonObject object;
        for (const Thing& one : view_.list(of_, all.list)) {
            if (const auto value = render(all.fields.front(), one, view_)) {
                object.insert(object.end(), value->fields().begin(), value->fields().end());
            }
        }
        sort(object);
        return object.empty() ? JsonValue{nullptr} : JsonValue{std::move(object)};
    }

    std::optional<JsonValue> operator()(const shape::If& choice) const {
        const auto* test = std::get_if<ReadTest>(&choice.test);
        const bool holds = test != nullptr ? view_.holds(of_, *test)
                                           : view_.value(of_, std::get<std::string>(choice.test)).line() == "true";
        const std::vector<ReadShape>& part = holds ? choice.then : choice.otherwise;
        return part.empty() ? std::nullopt : render(part.front(), of_, view_);
    }

    std::optional<JsonValue> operator()(shape::Managed) const {
        const ReadShape* managed = view_.managedShape(of_);
        return managed != nullptr ? render(*managed, of_, view_) : JsonValue{nullptr};
    }

private:
    void add(const ReadShape& part, const Thing& one, JsonArray& array) const {
        if (auto value = render(part, one, view_)) {
            array.push_back(std::move(*value));
        }
    }

    const Thing& of_;
    const ReadView& view_;
};

} // namespace

std::optional<JsonValue> render(const ReadShape& shape, const Thing& of, const ReadView& view) {
    return std::visit(Rendering{of, view}, shape.what);
}

std::optional<std::string> renderLine(const ReadShape& shape, const Thing& of, const ReadView& view) {
    const auto value = render(shape, of, view);
    return value ? std::optional{inText(*value)} : std::nullopt;
}

} // namespace cmksim::reads
