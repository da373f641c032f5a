#include "az/query.hpp"

#include "az/held_value.hpp"

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
    std::optional<Query::Path> chain(Part part, std::string_view sign, Step::Kind kind) {
        std::optional<Query::Path> left = (this->*part)();
        while (left && (blanks(), take(sign))) {
            std::optional<Query::Path> right = (this->*part)();
            if (!right) {
                return std::nullopt;
            }
            left = join(kind, {}, std::move(*left), std::move(*right));
        }
        return left;
    }

    static Query::Path join(Step::Kind kind, std::string_view sign, Query::Path left, Query::Path right) {
        Step step{kind, std::string{sign}, 0, {}, {}};
        for (Query::Path* side : {&left, &right}) {
            step.inner.emplace_back(std::string{}, Query{});
            step.inner.back().second.paths_.push_back(std::move(*side));
        }
        return {std::move(step)};
    }

    std::optional<Query::Path> expression() { return chain(&QueryReader::conjunction, "||", Step::Kind::Or); }
    std::optional<Query::Path> conjunction() { return chain(&QueryReader::comparison, "&&", Step::Kind::And); }

    std::optional<Query::Path> comparison() {
        std::optional<Query::Path> left = operand();
        blanks();
        for (const std::string_view sign : {"==", "!=", "<=", ">=", "<", ">"}) {
            if (left && take(sign)) {
                std::optional<Query::Path> right = operand();
                return right ? std::optional{join(Step::Kind::Compare, sign, std::move(*left), std::move(*right))}
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
            Step step{Step::Kind::Not, {}, 0, {}, {}};
            step.inner.emplace_back(std::string{}, Query{});
            step.inner.back().second.paths_.push_back(std::move(*what));
            return Query::Path{std::move(step)};
        }
        if (take('(')) {
            std::optional<Query::Path> inside = deeper(&QueryReader::expression);
            blanks();
            return inside && take(')') ? path(std::move(*inside)) : std::nullopt;
        }
        if (next() == '\'' || next() == '`') {
            std::optional<JsonValue> value = literal();
            Step step{Step::Kind::Literal, {}, 0, {}, {}};
            if (value) {
                step.literal.push_back(std::move(*value));
            }
            return value ? std::optional{Query::Path{std::move(step)}} : std::nullopt;
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
        Step step{Step::Kind::Call, function, 0, {}, {}};
        take('(');
        blanks();
        while (next() != ')') {
            take('&'); // of sort_by: how to come to what it sorts by
            std::optional<Query> argument = piped();
            if (!argument) {
                return std::nullopt;
            }
            step.inner.emplace_back(std::string{}, std::move(*argument));
            blanks();
            if (!take(',') && next() != ')') {
                return std::nullopt;
            }
            blanks();
        }
        take(')');
        const std::size_t count = step.inner.size();
        return count >= known->least && count <= known->most ? std::optional{std::move(step)} : std::nullopt;
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
        return name ? std::optional{Step{Step::Kind::Field, std::move(*name), 0, {}, {}}} : std::nullopt;
    }

    /// `[0]`, `[]`, `[*]`, `[?…]`; where a path begins also `[a, b]`.
    std::optional<Step> brackets(bool first) {
        const std::size_t open = at_++;
        if (take(']')) {
            return Step{Step::Kind::Flatten, {}, 0, {}, {}};
        }
        if (take('*')) {
            return take(']') ? std::optional{Step{Step::Kind::Each, {}, 0, {}, {}}} : std::nullopt;
        }
        if (take('?')) {
            return filter();
        }
        if (next() == '-' || (next() >= '0' && next() <= '9')) {
            Step step{Step::Kind::Index, {}, 0, {}, {}};
            const char* begin = text_.data() + at_;
            const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), step.index);
            at_ += static_cast<std::size_t>(end - begin);
            return error == std::errc{} && take(']') ? std::optional{std::move(step)} : std::nullopt;
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
        Step step{Step::Kind::Filter, {}, 0, {}, {}};
        step.inner.emplace_back(std::string{}, std::move(*condition));
        return step;
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
        Step step{Step::Kind::List, {}, 0, {}, {}};
        take('[');
        do {
            std::optional<Query> item = piped();
            if (!item) {
                return std::nullopt;
            }
            step.inner.emplace_back(std::string{}, std::move(*item));
            blanks();
        } while (take(','));
        return take(']') ? std::optional{std::move(step)} : std::nullopt;
    }

    std::optional<Step> fields() {
        Step step{Step::Kind::Fields, {}, 0, {}, {}};
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
            step.inner.emplace_back(std::move(*name), std::move(*value));
            blanks();
        } while (take(','));
        return take('}') ? std::optional{std::move(step)} : std::nullopt;
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
    const auto* items = heldAs<JsonArray>(value);
    switch (step.kind) {
    case Step::Kind::Field:
        if (const auto* object = heldAs<JsonObject>(value)) {
            const auto field = std::ranges::find(*object, step.name, &JsonValue::Field::first);
            return field != object->end() ? pick(path.subspan(1), field->second) : JsonValue{nullptr};
        }
        return nullptr;
    case Step::Kind::Index: {
        const auto count = static_cast<std::ptrdiff_t>(items != nullptr ? items->size() : 0);
        const std::ptrdiff_t place = step.index < 0 ? count + step.index : step.index;
        return place >= 0 && place < count ? pick(path.subspan(1), (*items)[static_cast<std::size_t>(place)])
                                           : JsonValue{nullptr};
    }
    case Step::Kind::Flatten:
    case Step::Kind::Each:
    case Step::Kind::Filter: return items != nullptr ? pickEach(path, *items) : JsonValue{nullptr};
    case Step::Kind::Literal: return pick(path.subspan(1), step.literal.front());
    case Step::Kind::And:
    case Step::Kind::Or: {
        const JsonValue left = step.inner.front().second.of(value);
        return countsAsTrue(left) == (step.kind == Step::Kind::Or) ? left : step.inner.back().second.of(value);
    }
    case Step::Kind::Not: return !countsAsTrue(step.inner.front().second.of(value));
    case Step::Kind::Compare: return compared(step, value);
    case Step::Kind::Call: return pick(path.subspan(1), called(step, value));
    case Step::Kind::List:
    case Step::Kind::Fields: break;
    }
    if (isNothing(value)) {
        return nullptr;
    }
    JsonArray list;
    JsonObject object;
    for (const auto& [name, query] : step.inner) {
        if (step.kind == Step::Kind::List) {
            list.push_back(query.of(value));
        } else {
            object.emplace_back(name, query.of(value));
        }
    }
    return pick(path.subspan(1),
                step.kind == Step::Kind::List ? JsonValue{std::move(list)} : JsonValue{std::move(object)});
}

/// What stands behind it is picked of every item, up to the next `[]`, which makes one list of what was picked. An item
/// of which nothing is picked is left out.
JsonValue Query::pickEach(std::span<const Step> path, const JsonArray& items) {
    const Step& step = path.front();
    const auto rest = path.subspan(1);
    const auto next = std::ranges::find(rest, Step::Kind::Flatten, &Step::kind);
    const std::span<const Step> ofEach{rest.begin(), next};
    JsonArray picked;
    const auto keep = [&](const JsonValue& item) {
        if (step.kind != Step::Kind::Filter || countsAsTrue(step.inner.front().second.of(item))) {
            if (JsonValue one = pick(ofEach, item); !isNothing(one)) {
                picked.push_back(std::move(one));
            }
        }
    };
    for (const JsonValue& item : items) {
        const auto* inner = heldAs<JsonArray>(item);
        if (inner != nullptr && step.kind == Step::Kind::Flatten) {
            std::ranges::for_each(*inner, keep);
        } else {
            keep(item);
        }
    }
    return pick({next, rest.end()}, picked);
}

JsonValue Query::compared(const Step& step, const JsonValue& value) {
    const JsonValue left = step.inner.front().second.of(value);
    const JsonValue right = step.inner.back().second.of(value);
    if (step.name == "==" || step.name == "!=") {
        return (left.line() == right.line()) == (step.name == "==");
    }
    const std::optional<std::strong_ordering> order = orderOf(left, right);
    if (!order) {
        return nullptr;
    }
    const bool isStrict = step.name.size() == 1;
    return step.name.front() == '<' ? (isStrict ? *order < 0 : *order <= 0) : (isStrict ? *order > 0 : *order >= 0);
}

/// Null for what a function is not made for.
JsonValue Query::called(const Step& step, const JsonValue& value) {
    const JsonValue first = step.inner.front().second.of(value);
    const auto* text = heldAs<std::string>(first);
    const auto* items = heldAs<JsonArray>(first);
    const auto* fields = heldAs<JsonObject>(first);
    if (step.name == "length") {
        const auto lengthOf = [](const auto* of) { return std::int64_t(of->size()); };
        return text     ? JsonValue{lengthOf(text)}
               : items  ? JsonValue{lengthOf(items)}
               : fields ? JsonValue{lengthOf(fields)}
                        : JsonValue{nullptr};
    }
    if (step.name == "not_null") {
        for (const auto& [name, argument] : step.inner) {
            if (JsonValue one = argument.of(value); !isNothing(one)) {
                return one;
            }
        }
        return nullptr;
    }
    if (step.name == "keys") {
        JsonArray names;
        for (std::size_t i = 0; fields != nullptr && i < fields->size(); ++i) {
            names.emplace_back((*fields)[i].first);
        }
        return fields ? JsonValue{std::move(names)} : JsonValue{nullptr};
    }
    if (step.name == "sort" || step.name == "sort_by" || step.name == "reverse") {
        if (items == nullptr) {
            return nullptr;
        }
        JsonArray all = *items;
        if (step.name == "reverse") {
            std::ranges::reverse(all);
            return all;
        }
        const auto by = [&](const JsonValue& item) {
            return step.name == "sort" ? item : step.inner.back().second.of(item);
        };
        std::ranges::stable_sort(all, [&](const JsonValue& a, const JsonValue& b) {
            return orderOf(by(a), by(b)).value_or(std::strong_ordering::equal) < 0;
        });
        return all;
    }
    const JsonValue second = step.inner.back().second.of(value);
    if (step.name == "join") {
        const auto* parts = heldAs<JsonArray>(second);
        std::string joined;
        for (std::size_t i = 0; text && parts && i < parts->size(); ++i) {
            const auto* part = heldAs<std::string>((*parts)[i]);
            joined.append(i == 0 ? std::string{} : *text).append(part ? *part : (*parts)[i].line());
        }
        return text && parts ? JsonValue{std::move(joined)} : JsonValue{nullptr};
    }
    const auto* part = heldAs<std::string>(second);
    if (step.name == "contains" && items != nullptr) {
        return std::ranges::any_of(*items, [&](const JsonValue& one) { return one.line() == second.line(); });
    }
    if (text == nullptr || part == nullptr) {
        return step.name == "contains" ? JsonValue{false} : JsonValue{nullptr};
    }
    return step.name == "contains"      ? text->find(*part) != std::string::npos
           : step.name == "starts_with" ? text->starts_with(*part)
                                        : text->ends_with(*part);
}

} // namespace cmksim::az
