#include "az/query.hpp"

#include <algorithm>
#include <charconv>
#include <type_traits>

namespace cmksim::az {

namespace {

bool isNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isNamePart(char c) { return isNameStart(c) || (c >= '0' && c <= '9'); }

template <class Held>
const Held* heldAs(const JsonValue& value) {
    return value.visit([](const auto& held) -> const Held* {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, Held>) {
            return &held;
        } else {
            return nullptr;
        }
    });
}

bool isNothing(const JsonValue& value) { return heldAs<std::nullptr_t>(value) != nullptr; }

/// How deep a query may nest; no person types more.
constexpr int deepestQuery = 16;

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
            std::optional<Query::Path> path = this->path();
            if (!path) {
                return std::nullopt;
            }
            query.paths_.push_back(std::move(*path));
        } while (takePipe());
        --depth_;
        return query;
    }

    std::optional<Query::Path> path() {
        Query::Path path;
        for (bool first = true;; first = false) {
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
        return name ? std::optional{Step{Step::Kind::Field, std::move(*name), 0, {}, {}, false}} : std::nullopt;
    }

    /// `[0]`, `[]`, `[*]`, `[?…]`; where a path begins also `[a, b]`.
    std::optional<Step> brackets(bool first) {
        const std::size_t open = at_++;
        if (take(']')) {
            return Step{Step::Kind::Flatten, {}, 0, {}, {}, false};
        }
        if (take('*')) {
            return take(']') ? std::optional{Step{Step::Kind::Each, {}, 0, {}, {}, false}} : std::nullopt;
        }
        if (take('?')) {
            return filter();
        }
        if (next() == '-' || (next() >= '0' && next() <= '9')) {
            Step step{Step::Kind::Index, {}, 0, {}, {}, false};
            const char* begin = text_.data() + at_;
            const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), step.index);
            at_ += static_cast<std::size_t>(end - begin);
            return error == std::errc{} && take(']') ? std::optional{std::move(step)} : std::nullopt;
        }
        at_ = open;
        return first ? list() : std::nullopt;
    }

    std::optional<Step> filter() {
        std::optional<Query> side = piped();
        blanks();
        const bool equal = take("==");
        if (!side || (!equal && !take("!="))) {
            return std::nullopt;
        }
        std::optional<JsonValue> literal = this->literal();
        blanks();
        if (!literal || !take(']')) {
            return std::nullopt;
        }
        Step step{Step::Kind::Filter, {}, 0, {}, {}, !equal};
        step.inner.emplace_back(std::string{}, std::move(*side));
        step.literal.push_back(std::move(*literal));
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
        Step step{Step::Kind::List, {}, 0, {}, {}, false};
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
        Step step{Step::Kind::Fields, {}, 0, {}, {}, false};
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
        if (step.kind != Step::Kind::Filter || holds(step, item)) {
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

bool Query::holds(const Step& filter, const JsonValue& item) {
    const JsonValue side = filter.inner.front().second.of(item);
    const bool equal = side.line() == filter.literal.front().line();
    return equal != filter.negated;
}

} // namespace cmksim::az
