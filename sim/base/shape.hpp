// What is printed, described once: a record lists its fields, each with what it is and where it is taken from, and both
// the JSON of a value and the JSON Schema of all such values come from that list. A table does the same for rows of
// CSV.
//
// A shape reads values of one type, and beside each value one `Context`, such as the program that its ids belong to.
// Shapes are made once for a whole report; what they hold is erased, so that this costs no more than calls.
#pragma once

#include "base/instant.hpp"
#include "base/json_value.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace cmksim::shape {

/// Schemas of simple values.
JsonValue textSchema();
JsonValue flagSchema();
JsonValue countSchema(); // a whole number, 0 or more
JsonValue lineSchema();  // one counted from 1
JsonValue listSchema(JsonValue item);
JsonValue nullOrSchema(JsonValue value);
JsonValue wordSchema(const std::vector<std::string>& words);
JsonValue definitionSchema(std::string_view name); // what stands in `$defs`

/// A field of a record, for its schema.
struct Property {
    std::string name;
    JsonValue schema;
    bool isAlwaysThere = true;
};
using Properties = std::vector<Property>;

/// A record with these fields and no others: first those that are always there.
JsonValue recordSchema(Properties properties);

/// The fields of several records that are printed as one; of two with one name, the first tells.
Properties joined(std::initializer_list<Properties> all);

/// A report with more fields.
JsonValue extended(JsonValue report, const JsonValue& more);

/// A shape that needs nothing beside the value takes this for its context.
struct Free {};

/// What a type is printed as where nothing else is said.
template <class V>
struct ByType;

template <class T, class C = Free>
class Shape {
public:
    using Write = std::function<JsonValue(const T&, const C&)>;

    Shape(JsonValue schema, Write write) : schema_{std::move(schema)}, write_{std::move(write)} {}

    template <class D>
    [[nodiscard]] JsonValue write(const T& value, const D& context) const {
        if constexpr (std::is_same_v<C, Free>) {
            return write_(value, Free{});
        } else {
            return write_(value, context);
        }
    }
    [[nodiscard]] JsonValue write(const T& value) const { return write_(value, Free{}); }

    template <class V>
    [[nodiscard]] const JsonValue& schema() const {
        return schema_;
    }

    /// The same, its schema by a name among `$defs`.
    [[nodiscard]] Shape as(std::string_view definition) const { return {definitionSchema(definition), write_}; }

private:
    JsonValue schema_;
    Write write_;
};

/// Any range of items of one shape.
template <class Item>
struct List {
    Item item;

    template <class Values, class C>
    [[nodiscard]] JsonValue write(Values&& values, const C& context) const {
        JsonArray list;
        for (auto&& value : values) {
            list.push_back(item.write(value, context));
        }
        return list;
    }
    template <class Values>
    [[nodiscard]] JsonValue schema() const {
        return listSchema(item.template schema<std::remove_cvref_t<std::ranges::range_reference_t<Values>>>());
    }
};

/// An optional or a pointer: null where there is nothing.
template <class Value>
struct OrNull {
    Value value;

    template <class V, class C>
    [[nodiscard]] JsonValue write(const V& one, const C& context) const {
        return one ? value.write(*one, context) : JsonValue{nullptr};
    }
    template <class V>
    [[nodiscard]] JsonValue schema() const {
        return nullOrSchema(value.template schema<std::remove_cvref_t<decltype(*std::declval<V>())>>());
    }
};

/// By the type alone.
struct Deduced {
    template <class V, class C>
    [[nodiscard]] JsonValue write(const V& value, const C&) const {
        return ByType<V>::write(value);
    }
    template <class V>
    [[nodiscard]] JsonValue schema() const {
        return ByType<V>::schema();
    }
};

template <class Item>
List<Item> list(Item item) {
    return {std::move(item)};
}
template <class Value>
OrNull<Value> orNull(Value value) {
    return {std::move(value)};
}

/// One of the words, by the number of an enumerator.
template <class E, class Words>
Shape<E> word(const Words& words) {
    return {wordSchema({words.begin(), words.end()}), [&words](const E& value, const Free&) {
                return JsonValue{std::string_view{words[static_cast<std::size_t>(value)]}};
            }};
}

/// A whole number from 1 on; any object; whatever is written so.
template <class V>
Shape<V> line() {
    return {lineSchema(), [](const V& value, const Free&) { return ByType<V>::write(value); }};
}
inline Shape<JsonValue> as(JsonValue schema) {
    return {std::move(schema), [](const JsonValue& value, const Free&) { return value; }};
}
/// Always the same, whatever it is printed of.
struct Constant {
    JsonValue value;

    template <class V, class C>
    [[nodiscard]] JsonValue write(const V&, const C&) const {
        return value;
    }
    template <class V>
    [[nodiscard]] JsonValue schema() const {
        return JsonObject{{"const", value}};
    }
};
inline Constant constant(JsonValue value) { return {std::move(value)}; }
inline Shape<JsonValue> anyObject() { return as(JsonObject{{"type", "object"}}); }

template <class T, class C = Free>
class Record {
public:
    /// A field that is always there. `get` takes a value, or a value and its context; a member will do.
    template <class Get>
    Record& field(std::string name, Get get) {
        return field(std::move(name), Deduced{}, std::move(get));
    }
    template <class Kind, class Get>
    Record& field(std::string name, Kind kind, Get get) {
        add<Taken<Get>>(std::move(name), kind, true);
        writers_.back().write = [kind, get](const T& value, const C& context) -> std::optional<JsonValue> {
            return kind.write(take(get, value, context), context);
        };
        return *this;
    }

    /// One that is left out where `get` gives nothing.
    template <class Get>
    Record& optional(std::string name, Get get) {
        return optional(std::move(name), Deduced{}, std::move(get));
    }
    template <class Kind, class Get>
    Record& optional(std::string name, Kind kind, Get get) {
        add<std::remove_cvref_t<decltype(*std::declval<Taken<Get>>())>>(std::move(name), kind, false);
        writers_.back().write = [kind, get](const T& value, const C& context) -> std::optional<JsonValue> {
            const auto& taken = take(get, value, context);
            return taken ? std::optional{kind.write(*taken, context)} : std::nullopt;
        };
        return *this;
    }

    /// One that is left out where it says nothing: an empty text or list, or false.
    template <class Get>
    Record& unlessEmpty(std::string name, Get get) {
        return unlessEmpty(std::move(name), Deduced{}, std::move(get));
    }
    template <class Kind, class Get>
    Record& unlessEmpty(std::string name, Kind kind, Get get) {
        add<Taken<Get>>(std::move(name), kind, false);
        writers_.back().write = [kind, get](const T& value, const C& context) -> std::optional<JsonValue> {
            const auto& taken = take(get, value, context);
            bool isEmpty = false;
            if constexpr (std::is_same_v<Taken<Get>, bool>) {
                isEmpty = !taken;
            } else {
                isEmpty = std::ranges::empty(taken);
            }
            return isEmpty ? std::nullopt : std::optional{kind.write(taken, context)};
        };
        return *this;
    }

    /// The fields of another record in this place; where `get` gives a pointer, which may be null, none has to be
    /// there.
    template <class U, class D, class Get>
    Record& include(const Record<U, D>& other, Get get) {
        addedLast_ = other.properties().size();
        for (const Property& one : other.properties()) {
            properties_.push_back(one);
            properties_.back().isAlwaysThere = one.isAlwaysThere && !std::is_pointer_v<Taken<Get>>;
        }
        writers_.push_back({{}, [other, get](const T& value, const C& context) -> std::optional<JsonValue> {
                                const auto& taken = take(get, value, context);
                                if constexpr (std::is_pointer_v<Taken<Get>>) {
                                    return taken ? other.write(*taken, context) : JsonValue{JsonObject{}};
                                } else {
                                    return other.write(taken, context);
                                }
                            }});
        return *this;
    }

    /// Where a schema that has been published lists what was added last, if that is not where it is printed.
    Record& listedBefore(std::string_view name) {
        const auto last = properties_.end() - static_cast<std::ptrdiff_t>(addedLast_);
        std::rotate(std::find_if(properties_.begin(), last, [name](const Property& one) { return one.name == name; }),
                    last, properties_.end());
        return *this;
    }

    template <class D>
    [[nodiscard]] JsonValue write(const T& value, const D& context) const {
        JsonObject fields;
        fields.reserve(properties_.size());
        for (const Writer& one : writers_) {
            const C& needed = contextOf(context);
            if (std::optional<JsonValue> written = one.write(value, needed); !written) {
                continue;
            } else if (!one.name.empty()) {
                fields.emplace_back(one.name, *std::move(written));
            } else {
                fields.insert(fields.end(), written->fields().begin(), written->fields().end());
            }
        }
        return fields;
    }
    [[nodiscard]] JsonValue write(const T& value) const { return write(value, Free{}); }

    [[nodiscard]] const Properties& properties() const { return properties_; }
    template <class V = T>
    [[nodiscard]] JsonValue schema() const {
        return recordSchema(properties_);
    }

    /// The same, its schema by a name among `$defs`.
    [[nodiscard]] Shape<T, C> as(std::string_view definition) const {
        return {definitionSchema(definition),
                [self = *this](const T& value, const C& context) { return self.write(value, context); }};
    }

private:
    struct Writer {
        std::string name; // none: its fields stand in this place
        std::function<std::optional<JsonValue>(const T&, const C&)> write;
    };

    template <class Get>
    static decltype(auto) take(const Get& get, const T& value, const C& context) {
        if constexpr (std::is_invocable_v<const Get&, const T&, const C&>) {
            return std::invoke(get, value, context);
        } else {
            return std::invoke(get, value);
        }
    }
    template <class Get>
    using Taken = std::remove_cvref_t<decltype(take(std::declval<const Get&>(), std::declval<const T&>(),
                                                    std::declval<const C&>()))>;

    template <class V, class Kind>
    void add(std::string name, const Kind& kind, bool isAlwaysThere) {
        addedLast_ = 1;
        properties_.push_back({name, kind.template schema<V>(), isAlwaysThere});
        writers_.push_back({std::move(name), {}});
    }

    template <class D>
    static const C& contextOf(const D& context) {
        if constexpr (std::is_same_v<C, Free>) {
            static constexpr Free free{};
            return free;
        } else {
            return context; // or what stands for it
        }
    }

    Properties properties_;
    std::size_t addedLast_ = 0; // of these
    std::vector<Writer> writers_;
};

template <>
struct ByType<bool> {
    static JsonValue write(bool value) { return value; }
    static JsonValue schema() { return flagSchema(); }
};

template <class V>
    requires std::convertible_to<const V&, std::string_view>
struct ByType<V> {
    static JsonValue write(const V& value) { return std::string_view{value}; }
    static JsonValue schema() { return textSchema(); }
};

template <std::integral V>
struct ByType<V> {
    static JsonValue write(V value) {
        if constexpr (std::is_unsigned_v<V> && sizeof(V) == sizeof(std::uint64_t)) {
            return JsonNumber{std::to_string(value)};
        } else {
            return std::int64_t{value};
        }
    }
    static JsonValue schema() { return countSchema(); }
};

/// Seconds; of an instant those since the start.
template <>
struct ByType<Duration> {
    static JsonValue write(Duration value) { return std::int64_t{value.count()}; }
    static JsonValue schema() { return countSchema(); }
};
template <>
struct ByType<Instant> {
    static JsonValue write(Instant value) { return std::int64_t{value.time_since_epoch().count()}; }
    static JsonValue schema() { return countSchema(); }
};

template <class V>
struct ByType<std::vector<V>> {
    static JsonValue write(const std::vector<V>& values) { return list(Deduced{}).write(values, Free{}); }
    static JsonValue schema() { return listSchema(ByType<V>::schema()); }
};

template <class V>
struct ByType<std::optional<V>> {
    static JsonValue write(const std::optional<V>& value) {
        return value ? ByType<V>::write(*value) : JsonValue{nullptr};
    }
    static JsonValue schema() { return nullOrSchema(ByType<V>::schema()); }
};

} // namespace cmksim::shape
