#include "az/query.hpp"

#include "base/held_value.hpp"
#include "base/overloaded.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <type_traits>

namespace cmksim::az {

namespace {

bool isNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isNamePart(char c) { return isNameStart(c) || (c >= '0' && c <= '9'); }

bool isNothing(const JsonValue& value) { return heldAs<std::nullptr_t>(value) != nullptr; }

/// How deep a query may nest; no person types more.
constexpr int deepestQuery = 16;

struct QueryFunction {
    std::string_view name;
    std::size_t least; // how many arguments it takes
    std::size_t most;
};
constexpr std::array<QueryFunction, 10> queryFunctions{{{"contains", 2, 2},
                                                        {"ends_with", 2, 2},
                                                        {"join", 2, 2},
                                                        {"keys", 1, 1},
                                                        {"length", 1, 1},
                                                        {"not_null", 1, 9},
                                                        {"reverse", 1, 1},
                                                        {"sort", 1, 1},
                                                        {"sort_by", 2, 2},
                                                        {"starts_with", 2, 2}}};

/// What counts as true: all but null, false and what is empty.
bool countsAsTrue(const JsonValue& value) {
    return value.visit([](const auto& held) {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::nullptr_t>) {
            return false;
        } else if constexpr (std::is_same_v<Held, bool>) {
            return held;
        } else if constexpr (std::is_same_v<Held, std::string> || std::is_same_v<Held, JsonArray> ||
                             std::is_same_v<Held, JsonObject>) {
            return !held.empty();
        } else {
            return true;
        }
    });
}

/// Numbers with numbers, texts with texts; other pairs have no order.
std::optional<std::strong_ordering> orderOf(const JsonValue& a, const JsonValue& b) {
    if (const auto *number = heldAs<std::int64_t>(a), *other = heldAs<std::int64_t>(b); number && other) {
        return *number <=> *other;
    }
    if (const auto *text = heldAs<std::string>(a), *other = heldAs<std::string>(b); text && other) {
        return *text <=> *other;
    }
    return std::nullopt;
}

} // namespace

/// Reads one query by descent. Every part answers nothing for what is not known.
class QueryReader {
public:
    explicit QueryReader(std::string_view text) : text_{text} {}

    std::optional<Query> all() {
        std::optional<Query> query = piped();
        blanks();
        return at_ == text_.size() ? std::move(query) : std::nullopt;
    }

private:
    using Step = Query::Step;

    std::optional<Query> piped() {
        if (++depth_ > deepestQuery) {
            return std::nullopt;
        }
        Query query;
        do {
            std::optional<Query::Path> path = expression();
            if (!path) {
                return std::nullopt;
            }
            query.paths_.push_back(std::move(*path));
        } while (takePipe());
        --depth_;
        return query;
    }

    using Part = std::optional<Query::Path> (QueryReader::*)();

    /// Parts with a sign between them, the left ones first: `a || b || c`.
    std::optional<Query::Path> chain(Part part, std::string_view sign) {
        std::optional<Query::Path> left = (this->*part)();
        while (left && (blanks(), take(sign))) {
            std::optional<Query::Path> right = (this->*part)();
            if (!right) {
                return std::nullopt;
            }
            left = Query::Path{Query::Either{sign == "&&", both(std::move(*left), std::move(*right))}};
        }
        return left;
    }

    static Query alone(Query::Path path) {
        Query query;
        query.paths_.push_back(std::move(path));
        return query;
    }

    static std::vector<Query> both(Query::Path left, Query::Path right) {
        return {alone(std::move(left)), alone(std::move(right))};
    }

    std::optional<Query::Path> expression() { return chain(&QueryReader::conjunction, "||"); }
    std::optional<Query::Path> conjunction() { return chain(&QueryReader::comparison, "&&"); }

    std::optional<Query::Path> comparison() {
        std::optional<Query::Path> left = operand();
        blanks();
        for (const std::string_view sign : {"==", "!=", "<=", ">=", "<", ">"}) {
            if (left && take(sign)) {
                std::optional<Query::Path> right = operand();
                return right ? std::optional{Query::Path{
                                   Query::Compare{std::string{sign}, both(std::move(*left), std::move(*right))}}}
                             : std::nullopt;
            }
        }
        return left;
    }

    std::optional<Query::Path> operand() {
        blanks();
        if (next() == '!' && !text_.substr(at_).starts_with("!=")) {
            take('!');
            std::optional<Query::Path> what = deeper(&QueryReader::operand);
            if (!what) {
                return std::nullopt;
            }
            return Query::Path{Query::Not{{alone(std::move(*what))}}};
        }
        if (take('(')) {
            std::optional<Query::Path> inside = deeper(&QueryReader::expression);
            blanks();
            return inside && take(')') ? path(std::move(*inside)) : std::nullopt;
        }
        if (next() == '\'' || next() == '`') {
            std::optional<JsonValue> value = literal();
            return value ? std::optional{Query::Path{Query::Literal{std::move(*value)}}} : std::nullopt;
        }
        const std::size_t begin = at_;
        if (const std::optional<std::string> function = name(); function && text_[begin] != '"' && next() == '(') {
            std::optional<Step> call = this->call(*function);
            return call ? path({std::move(*call)}) : std::nullopt;
        }
        at_ = begin;
        return path({});
    }

    /// Nested once more.
    std::optional<Query::Path> deeper(Part part) {
        if (++depth_ > deepestQuery) {
            return std::nullopt;
        }
        std::optional<Query::Path> read = (this->*part)();
        --depth_;
        return read;
    }

    std::optional<Step> call(const std::string& function) {
        const auto known = std::ranges::find(queryFunctions, function, &QueryFunction::name);
        if (known == queryFunctions.end()) {
            return std::nullopt;
        }
        Query::Call call{function, {}};
        take('(');
        blanks();
        while (next() != ')') {
            take('&'); // of sort_by: how to come to what it sorts by
            std::optional<Query> argument = piped();
            if (!argument) {
                return std::nullopt;
            }
            call.arguments.push_back(std::move(*argument));
            blanks();
            if (!take(',') && next() != ')') {
                return std::nullopt;
            }
            blanks();
        }
        take(')');
        const std::size_t count = call.arguments.size();
        return count >= known->least && count <= known->most ? std::optional<Step>{std::move(call)} : std::nullopt;
    }

    /// What goes on behind its beginning.
    std::optional<Query::Path> path(Query::Path path) {
        for (bool first = path.empty();; first = false) {
            blanks();
            if (first && take('@')) {
                continue;
            }
            if (next() == '[') {
                std::optional<Step> step = brackets(first);
                if (!step) {
                    return std::nullopt;
                }
                path.push_back(std::move(*step));
                continue;
            }
            if (!first && !take('.')) {
                return path;
            }
            blanks();
            std::optional<Step> step = next() == '{' ? fields() : next() == '[' ? list() : field();
            if (!step) {
                return std::nullopt;
            }
            path.push_back(std::move(*step));
        }
    }

    std::optional<Step> field() {
        std::optional<std::string> name = this->name();
        return name ? std::optional<Step>{Query::Field{std::move(*name)}} : std::nullopt;
    }

    /// `[0]`, `[]`, `[*]`, `[?…]`; where a path begins also `[a, b]`.
    std::optional<Step> brackets(bool first) {
        const std::size_t open = at_++;
        if (take(']')) {
            return Query::Flatten{};
        }
        if (take('*')) {
            return take(']') ? std::optional<Step>{Query::Each{}} : std::nullopt;
        }
        if (take('?')) {
            return filter();
        }
        if (next() == '-' || (next() >= '0' && next() <= '9')) {
            Query::Index place;
            const char* begin = text_.data() + at_;
            const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), place.index);
            at_ += static_cast<std::size_t>(end - begin);
            return error == std::errc{} && take(']') ? std::optional<Step>{place} : std::nullopt;
        }
        at_ = open;
        return first ? list() : std::nullopt;
    }

    std::optional<Step> filter() {
        std::optional<Query> condition = piped();
        blanks();
        if (!condition || !take(']')) {
            return std::nullopt;
        }
        return Query::Filter{{std::move(*condition)}};
    }

    /// `'text'` or `` `json` ``, of which a word, a number or a text in quotes is known.
    std::optional<JsonValue> literal() {
        blanks();
        const char quote = next();
        if (quote != '\'' && quote != '`') {
            return std::nullopt;
        }
        const std::size_t end = text_.find(quote, at_ + 1);
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        const std::string_view inner = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        if (quote == '\'') {
            return JsonValue{inner};
        }
        if (inner == "true" || inner == "false") {
            return JsonValue{inner == "true"};
        }
        if (inner == "null") {
            return JsonValue{nullptr};
        }
        if (inner.size() >= 2 && inner.front() == '"' && inner.back() == '"') {
            return JsonValue{inner.substr(1, inner.size() - 2)};
        }
        std::int64_t number = 0;
        const auto [rest, error] = std::from_chars(inner.data(), inner.data() + inner.size(), number);
        return error == std::errc{} && rest == inner.data() + inner.size() ? JsonValue{number} : JsonValue{inner};
    }

    std::optional<Step> list() {
        Query::List list;
        take('[');
        do {
            std::optional<Query> item = piped();
            if (!item) {
                return std::nullopt;
            }
            list.items.push_back(std::move(*item));
            blanks();
        } while (take(','));
        return take(']') ? std::optional<Step>{std::move(list)} : std::nullopt;
    }

    std::optional<Step> fields() {
        Query::Fields fields;
        take('{');
        do {
            blanks();
            std::optional<std::string> name = this->name();
            blanks();
            if (!name || !take(':')) {
                return std::nullopt;
            }
            std::optional<Query> value = piped();
            if (!value) {
                return std::nullopt;
            }
            fields.fields.emplace_back(std::move(*name), std::move(*value));
            blanks();
        } while (take(','));
        return take('}') ? std::optional<Step>{std::move(fields)} : std::nullopt;
    }

    std::optional<std::string> name() {
        if (next() == '"') {
            const std::size_t end = text_.find('"', at_ + 1);
            if (end == std::string_view::npos) {
                return std::nullopt;
            }
            std::string quoted{text_.substr(at_ + 1, end - at_ - 1)};
            at_ = end + 1;
            return quoted;
        }
        const std::size_t begin = at_;
        while (at_ < text_.size() && (at_ == begin ? isNameStart(text_[at_]) : isNamePart(text_[at_]))) {
            ++at_;
        }
        return at_ > begin ? std::optional{std::string{text_.substr(begin, at_ - begin)}} : std::nullopt;
    }

    bool takePipe() {
        blanks();
        return text_.substr(at_).starts_with("||") ? false : take('|');
    }

    [[nodiscard]] char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c) { return take(std::string_view{&c, 1}); }

    bool take(std::string_view token) {
        const bool there = text_.substr(at_).starts_with(token);
        at_ += there ? token.size() : 0;
        return there;
    }

    void blanks() {
        while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r') {
            ++at_;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

std::optional<Query> Query::read(std::string_view text) { return QueryReader{text}.all(); }

JsonValue Query::of(const JsonValue& value) const {
    JsonValue picked = value;
    for (const Path& path : paths_) {
        picked = pick(path, picked);
    }
    return picked;
}

JsonValue Query::pick(std::span<const Step> path, const JsonValue& value) {
    if (path.empty()) {
        return value;
    }
    const Step& step = path.front();
    if (std::holds_alternative<Flatten>(step) || std::holds_alternative<Each>(step) ||
        std::holds_alternative<Filter>(step)) {
        const auto* items = heldAs<JsonArray>(value);
        return items != nullptr ? pickEach(path, *items) : JsonValue{nullptr};
    }
    return pick(path.subspan(1), picked(step, value));
}

/// What one step picks that goes over no list.
JsonValue Query::picked(const Step& step, const JsonValue& value) {
    const auto* items = heldAs<JsonArray>(value);
    return std::visit(
        Overloaded{[&](const Field& field) {
                       const auto* object = heldAs<JsonObject>(value);
                       const auto found = object != nullptr
                                              ? std::ranges::find(*object, field.name, &JsonValue::Field::first)
                                              : JsonObject::const_iterator{};
                       return object != nullptr && found != object->end() ? found->second : JsonValue{nullptr};
                   },
                   [&](const Index& at) {
                       const auto count = static_cast<std::ptrdiff_t>(items != nullptr ? items->size() : 0);
                       const std::ptrdiff_t place = at.index < 0 ? count + at.index : at.index;
                       return place >= 0 && place < count ? (*items)[static_cast<std::size_t>(place)]
                                                          : JsonValue{nullptr};
                   },
                   [&](const Literal& literal) { return literal.value; },
                   [&](const Either& either) {
                       JsonValue left = either.sides.front().of(value);
                       return countsAsTrue(left) == either.both ? either.sides.back().of(value) : left;
                   },
                   [&](const Not& negated) { return JsonValue{!countsAsTrue(negated.what.front().of(value))}; },
                   [&](const Compare& compare) { return compared(compare, value); },
                   [&](const Call& call) { return called(call, value); },
                   [&](const List& list) {
                       if (isNothing(value)) {
                           return JsonValue{nullptr};
                       }
                       JsonArray picked;
                       for (const Query& item : list.items) {
                           picked.push_back(item.of(value));
                       }
                       return JsonValue{std::move(picked)};
                   },
                   [&](const Fields& fields) {
                       if (isNothing(value)) {
                           return JsonValue{nullptr};
                       }
                       JsonObject picked;
                       for (const auto& [name, query] : fields.fields) {
                           picked.emplace_back(name, query.of(value));
                       }
                       return JsonValue{std::move(picked)};
                   },
                   [](const auto& overList) {
                       static_cast<void>(overList);
                       return JsonValue{nullptr};
                   }},
        step);
}

/// What stands behind it is picked of every item, up to the next `[]`, which makes one list of what was picked. An item
/// of which nothing is picked is left out.
JsonValue Query::pickEach(std::span<const Step> path, const JsonArray& items) {
    const Step& step = path.front();
    const auto rest = path.subspan(1);
    const auto next = std::ranges::find_if(rest, [](const Step& one) { return std::holds_alternative<Flatten>(one); });
    const std::span<const Step> ofEach{rest.begin(), next};
    JsonArray picked;
    const auto keep = [&](const JsonValue& item) {
        const auto* filter = std::get_if<Filter>(&step);
        if (filter == nullptr || countsAsTrue(filter->holds.front().of(item))) {
            if (JsonValue one = pick(ofEach, item); !isNothing(one)) {
                picked.push_back(std::move(one));
            }
        }
    };
    for (const JsonValue& item : items) {
        const auto* inner = heldAs<JsonArray>(item);
        if (inner != nullptr && std::holds_alternative<Flatten>(step)) {
            std::ranges::for_each(*inner, keep);
        } else {
            keep(item);
        }
    }
    return pick({next, rest.end()}, picked);
}

JsonValue Query::compared(const Compare& compare, const JsonValue& value) {
    const JsonValue left = compare.sides.front().of(value);
    const JsonValue right = compare.sides.back().of(value);
    if (compare.sign == "==" || compare.sign == "!=") {
        return (left.line() == right.line()) == (compare.sign == "==");
    }
    const std::optional<std::strong_ordering> order = orderOf(left, right);
    if (!order) {
        return nullptr;
    }
    const bool isStrict = compare.sign.size() == 1;
    return compare.sign.front() == '<' ? (isStrict ? *order < 0 : *order <= 0) : (isStrict ? *order > 0 : *order >= 0);
}

/// Null for what a function is not made for.
JsonValue Query::called(const Call& call, const JsonValue& value) {
    const JsonValue first = call.arguments.front().of(value);
    const auto* text = heldAs<std::string>(first);
    const auto* items = heldAs<JsonArray>(first);
    const auto* fields = heldAs<JsonObject>(first);
    if (call.function == "length") {
        const auto lengthOf = [](const auto* of) { return std::int64_t(of->size()); };
        return text     ? JsonValue{lengthOf(text)}
               : items  ? JsonValue{lengthOf(items)}
               : fields ? JsonValue{lengthOf(fields)}
                        : JsonValue{nullptr};
    }
    if (call.function == "not_null") {
        for (const Query& argument : call.arguments) {
            if (JsonValue one = argument.of(value); !isNothing(one)) {
                return one;
            }
        }
        return nullptr;
    }
    if (call.function == "keys") {
        JsonArray names;
        for (std::size_t i = 0; fields != nullptr && i < fields->size(); ++i) {
            names.emplace_back((*fields)[i].first);
        }
        return fields ? JsonValue{std::move(names)} : JsonValue{nullptr};
    }
    if (call.function == "sort" || call.function == "sort_by" || call.function == "reverse") {
        if (items == nullptr) {
            return nullptr;
        }
        JsonArray all = *items;
        if (call.function == "reverse") {
            std::ranges::reverse(all);
            return all;
        }
        const auto by = [&](const JsonValue& item) {
            return call.function == "sort" ? item : call.arguments.back().of(item);
        };
        std::ranges::stable_sort(all, [&](const JsonValue& a, const JsonValue& b) {
            return orderOf(by(a), by(b)).value_or(std::strong_ordering::equal) < 0;
        });
        return all;
    }
    const JsonValue second = call.arguments.back().of(value);
    if (call.function == "join") {
        const auto* parts = heldAs<JsonArray>(second);
        std::string joined;
        for (std::size_t i = 0; text && parts && i < parts->size(); ++i) {
            const auto* part = heldAs<std::string>((*parts)[i]);
            joined.append(i == 0 ? std::string{} : *text).append(part ? *part : (*parts)[i].line());
        }
        return text && parts ? JsonValue{std::move(joined)} : JsonValue{nullptr};
    }
    const auto* part = heldAs<std::string>(second);
    if (call.function == "contains" && items != nullptr) {
        return std::ranges::any_of(*items, [&](const JsonValue& one) { return one.line() == second.line(); });
    }
    if (text == nullptr || part == nullptr) {
        return call.function == "contains" ? JsonValue{false} : JsonValue{nullptr};
    }
    return call.function == "contains"      ? text->find(*part) != std::string::npos
           : call.function == "starts_with" ? text->starts_with(*part)
                                            : text->ends_with(*part);
}

} // namespace cmksim::az
