#include "az/property_text.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::az {

namespace {

constexpr int deepestValue = 16;

bool isGap(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Takes the scalars of one object out of a text.
class ObjectReader {
public:
    ObjectReader(std::string_view text, std::vector<PropertyText>& found) : rest_{text}, found_{found} {}

    /// Whether all of the text was one object.
    bool read(const std::string& path) {
        const bool sound = object(path, 0);
        skipBlanks();
        return sound && rest_.empty();
    }

private:
    void skipBlanks() {
        while (!rest_.empty() && isGap(rest_.front())) {
            rest_.remove_prefix(1);
        }
    }

    bool take(char c) {
        skipBlanks();
        if (rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    bool object(const std::string& path, int depth) {
        if (depth > deepestValue || !take('{')) {
            return false;
        }
        if (take('}')) {
            return true;
        }
        do {
            const std::string name = word(":");
            const std::string here = path.empty() ? name : path + '.' + name;
            if (name.empty() || !take(':')) {
                return false;
            }
            skipBlanks();
            if (rest_.starts_with('{')) {
                if (!object(here, depth + 1)) {
                    return false;
                }
            } else {
                found_.push_back({here, rest_.starts_with('[') ? list() : word(",}")});
            }
        } while (take(','));
        return take('}');
    }

    /// A list as it stands; lists in it do not occur where anything here is read from them.
    std::string list() {
        const std::size_t end = rest_.find(']');
        std::string text{rest_.substr(0, end == std::string_view::npos ? end : end + 1)};
        rest_.remove_prefix(text.size());
        return text;
    }

    /// A text in quotes, or up to one of `ends`.
    std::string word(std::string_view ends) {
        skipBlanks();
        if (!rest_.empty() && (rest_.front() == '"' || rest_.front() == '\'')) {
            const std::size_t end = std::min(rest_.find(rest_.front(), 1), rest_.size());
            std::string text{rest_.substr(1, end - 1)};
            rest_.remove_prefix(std::min(end + 1, rest_.size()));
            return text;
        }
        std::string text{rest_.substr(0, rest_.find_first_of(ends))};
        rest_.remove_prefix(text.size());
        while (!text.empty() && isGap(text.back())) {
            text.pop_back();
        }
        return text;
    }

    std::string_view rest_;
    std::vector<PropertyText>& found_;
};

} // namespace

std::vector<PropertyText> readPropertyText(std::string_view path, std::string_view text) {
    std::vector<PropertyText> found;
    const std::size_t object = text.find('{');
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos && equals < object) {
        const std::string here = std::string{path}.append(path.empty() ? "" : ".").append(text.substr(0, equals));
        const std::string_view value = text.substr(equals + 1);
        if (value.starts_with('{')) {
            return ObjectReader{value, found}.read(here) ? found : std::vector<PropertyText>{};
        }
        return {{here, std::string{value}}};
    }
    return ObjectReader{text, found}.read(std::string{path}) ? found : std::vector<PropertyText>{};
}

std::vector<std::string> readListText(std::string_view text) {
    std::vector<std::string> items;
    std::string item;
    const auto finish = [&] {
        // `{value:203.0.113.7}` is how Azure writes an address in a list.
        const std::size_t colon = item.starts_with("{") ? item.find(':') : std::string::npos;
        std::string value = colon == std::string::npos ? item : item.substr(colon + 1);
        std::erase(value, '}');
        if (!value.empty()) {
            items.push_back(std::move(value));
        }
        item.clear();
    };
    for (const char c : text) {
        if (c == ',' || c == ']') {
            finish();
        } else if (c != '[' && c != '"' && c != '\'' && !isGap(c)) {
            item += c;
        }
    }
    finish();
    return items;
}

bool isSamePath(std::string_view a, std::string_view b) {
    const auto plain = [](std::string_view path) {
        std::string text;
        for (const char c : path) {
            if (c != '-' && c != ']') {
                text += c == '[' ? '.' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            }
        }
        return text;
    };
    return plain(a) == plain(b);
}

std::string indexedPath(std::string_view path) {
    std::string text;
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('.'));
        const bool isIndex = part.find_first_not_of("0123456789") == std::string_view::npos && !part.empty();
        text.append(isIndex ? "[" : text.empty() ? "" : ".").append(part).append(isIndex ? "]" : "");
        path.remove_prefix(std::min(part.size() + 1, path.size()));
    }
    return text;
}

void insertAt(JsonObject& object, std::string_view path, JsonValue value) {
    const std::size_t dot = path.find('.');
    const std::string name{path.substr(0, dot)};
    if (dot == std::string_view::npos) {
        object.emplace_back(name, std::move(value));
        return;
    }
    auto found = std::ranges::find(object, name, &JsonObject::value_type::first);
    JsonObject inner = found != object.end() ? found->second.fields() : JsonObject{};
    insertAt(inner, path.substr(dot + 1), std::move(value));
    if (found != object.end()) {
        found->second = JsonValue{std::move(inner)};
    } else {
        object.emplace_back(name, std::move(inner));
    }
}

} // namespace cmksim::az
