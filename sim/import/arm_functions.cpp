#include "import/arm_functions.hpp"

#include "base/time.hpp"
#include "catalog/fact_reader.hpp"
#include "import/raw_import.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

namespace cmksim::import {

namespace {

/// What a hostile template can ask for must have an end.
constexpr std::size_t longestText = 1'000'000;
constexpr std::int64_t longestRange = 10'000;

using Arguments = std::vector<JsonValue>;
using Result = std::optional<JsonValue>;

struct Function {
    std::string_view name;
    std::size_t least;
    std::size_t most;
    Result (*call)(const Arguments&);
};

constexpr std::size_t any = 1'000;

std::optional<bool> flagOf(const JsonValue& value) {
    return value.visit([](const auto& held) -> std::optional<bool> {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, bool>) {
            return held;
        } else {
            return std::nullopt;
        }
    });
}

std::string text(const JsonValue& value) { return stringOf(value); }

Result concat(const Arguments& arguments) {
    if (arrayOf(arguments.front()) != nullptr) {
        JsonArray all;
        for (const JsonValue& argument : arguments) {
            const JsonArray* items = arrayOf(argument);
            if (items == nullptr) {
                return {};
            }
            all.insert(all.end(), items->begin(), items->end());
        }
        return all;
    }
    std::string joined;
    for (const JsonValue& argument : arguments) {
        joined += text(argument);
    }
    return joined.size() > longestText ? Result{} : Result{JsonValue{std::move(joined)}};
}

/// `{0}`, `{1:N}`; `{{` is a brace.
Result format(const Arguments& arguments) {
    const std::string* pattern = stringIn(arguments.front());
    if (pattern == nullptr) {
        return {};
    }
    std::string out;
    for (std::size_t i = 0; i < pattern->size(); ++i) {
        const char c = (*pattern)[i];
        const bool doubled = i + 1 < pattern->size() && (*pattern)[i + 1] == c;
        if ((c == '{' || c == '}') && doubled) {
            out += c;
            ++i;
        } else if (c == '{') {
            std::size_t index = 0;
            const std::size_t close = pattern->find('}', i);
            std::from_chars(pattern->data() + i + 1, pattern->data() + pattern->size(), index);
            if (close == std::string::npos || index + 1 >= arguments.size()) {
                return {};
            }
            out += text(arguments[index + 1]);
            i = close;
        } else {
            out += c;
        }
    }
    return out.size() > longestText ? Result{} : Result{JsonValue{std::move(out)}};
}

Result split(const Arguments& arguments) {
    const std::string whole = text(arguments[0]);
    std::vector<std::string> separators;
    if (const JsonArray* list = arrayOf(arguments[1])) {
        for (const JsonValue& one : *list) {
            separators.push_back(text(one));
        }
    } else {
        separators.push_back(text(arguments[1]));
    }
    JsonArray parts;
    std::string part;
    for (std::size_t i = 0; i < whole.size();) {
        const auto separator = std::ranges::find_if(
            separators, [&](const std::string& one) { return !one.empty() && whole.compare(i, one.size(), one) == 0; });
        if (separator == separators.end()) {
            part += whole[i++];
        } else {
            parts.emplace_back(std::exchange(part, {}));
            i += separator->size();
        }
    }
    parts.emplace_back(std::move(part));
    return parts;
}

Result replace(const Arguments& arguments) {
    std::string whole = text(arguments[0]);
    const std::string from = text(arguments[1]);
    const std::string to = text(arguments[2]);
    for (std::size_t at = 0; !from.empty() && (at = whole.find(from, at)) != std::string::npos; at += to.size()) {
        whole.replace(at, from.size(), to);
        if (whole.size() > longestText) {
            return {};
        }
    }
    return JsonValue{std::move(whole)};
}

std::size_t sizeOf(const JsonValue& value) {
    if (const JsonArray* items = arrayOf(value)) {
        return items->size();
    }
    if (const JsonObject* fields = objectOf(value)) {
        return fields->size();
    }
    return isNull(value) ? 0 : text(value).size();
}

/// The number that is before all others in an order, of those given or of those in the one list given.
template <class Before>
Result outermost(const Arguments& arguments, Before before) {
    const JsonArray* list = arguments.size() == 1 ? arrayOf(arguments[0]) : nullptr;
    std::optional<std::int64_t> found;
    for (const JsonValue& one : list != nullptr ? *list : arguments) {
        const auto number = numberOf(one);
        if (!number) {
            return {};
        }
        found = found && before(*found, *number) ? found : number;
    }
    return found ? Result{JsonValue{*found}} : Result{};
}

Result take(const Arguments& arguments) {
    const std::int64_t wanted = std::max<std::int64_t>(0, numberOf(arguments[1]).value_or(0));
    const std::size_t count = std::min(sizeOf(arguments[0]), static_cast<std::size_t>(wanted));
    if (const JsonArray* items = arrayOf(arguments[0])) {
        return JsonArray{items->begin(), items->begin() + static_cast<std::ptrdiff_t>(count)};
    }
    return JsonValue{text(arguments[0]).substr(0, count)};
}

Result skip(const Arguments& arguments) {
    const std::int64_t wanted = std::max<std::int64_t>(0, numberOf(arguments[1]).value_or(0));
    const std::size_t count = std::min(sizeOf(arguments[0]), static_cast<std::size_t>(wanted));
    if (const JsonArray* items = arrayOf(arguments[0])) {
        return JsonArray{items->begin() + static_cast<std::ptrdiff_t>(count), items->end()};
    }
    return JsonValue{text(arguments[0]).substr(count)};
}

Result substring(const Arguments& arguments) {
    const std::string whole = text(arguments[0]);
    const auto begin = static_cast<std::size_t>(std::max<std::int64_t>(0, numberOf(arguments[1]).value_or(0)));
    if (begin > whole.size()) {
        return {};
    }
    const auto length = arguments.size() > 2 ? numberOf(arguments[2]) : std::nullopt;
    return JsonValue{
        whole.substr(begin, length && *length >= 0 ? static_cast<std::size_t>(*length) : std::string::npos)};
}

Result contains(const Arguments& arguments) {
    if (const JsonArray* items = arrayOf(arguments[0])) {
        return std::ranges::any_of(*items, [&](const JsonValue& item) { return isEqual(item, arguments[1]); });
    }
    if (objectOf(arguments[0]) != nullptr) {
        return fieldOf(arguments[0], text(arguments[1])) != nullptr;
    }
    return text(arguments[0]).find(text(arguments[1])) != std::string::npos;
}

/// Fields of later objects take the place of earlier ones; `deep`: objects in them are joined likewise.
JsonValue merged(const JsonValue& a, const JsonValue& b, bool deep) {
    JsonObject all = *objectOf(a);
    for (const auto& [name, value] : *objectOf(b)) {
        const auto found =
            std::ranges::find_if(all, [&](const auto& one) { return equalIgnoringCase(one.first, name); });
        if (found == all.end()) {
            all.emplace_back(name, value);
        } else if (deep && objectOf(found->second) != nullptr && objectOf(value) != nullptr) {
            found->second = merged(found->second, value, deep);
        } else {
            found->second = value;
        }
    }
    return all;
}

Result unite(const Arguments& arguments) {
    JsonValue all = arguments.front();
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (objectOf(all) != nullptr && objectOf(arguments[i]) != nullptr) {
            all = merged(all, arguments[i], true);
        } else if (arrayOf(all) != nullptr && arrayOf(arguments[i]) != nullptr) {
            JsonArray items = *arrayOf(all);
            for (const JsonValue& item : *arrayOf(arguments[i])) {
                if (std::ranges::none_of(items, [&](const JsonValue& one) { return isEqual(one, item); })) {
                    items.push_back(item);
                }
            }
            all = JsonValue{std::move(items)};
        } else {
            return {};
        }
    }
    return all;
}

Result shallowMerge(const Arguments& arguments) {
    const JsonArray* list = arrayOf(arguments.front());
    if (list == nullptr) {
        return {};
    }
    JsonValue all = JsonObject{};
    for (const JsonValue& one : *list) {
        if (objectOf(one) == nullptr) {
            return {};
        }
        all = merged(all, one, false);
    }
    return all;
}

Result items(const Arguments& arguments) {
    const JsonObject* fields = objectOf(arguments.front());
    if (fields == nullptr) {
        return {};
    }
    JsonArray all;
    for (const auto& [name, value] : *fields) {
        all.emplace_back(JsonObject{{"key", name}, {"value", value}});
    }
    return all;
}

Result flatten(const Arguments& arguments) {
    JsonArray all;
    const JsonArray* lists = arrayOf(arguments.front());
    if (lists == nullptr) {
        return {};
    }
    for (const JsonValue& list : *lists) {
        if (const JsonArray* inner = arrayOf(list)) {
            all.insert(all.end(), inner->begin(), inner->end());
        }
    }
    return all;
}

Result createObject(const Arguments& arguments) {
    JsonObject fields;
    for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
        fields.emplace_back(text(arguments[i]), arguments[i + 1]);
    }
    return fields;
}

Result range(const Arguments& arguments) {
    const auto first = numberOf(arguments[0]);
    const auto count = numberOf(arguments[1]);
    if (!first || !count || *count < 0 || *count > longestRange) {
        return {};
    }
    JsonArray all;
    for (std::int64_t i = 0; i < *count; ++i) {
        all.emplace_back(*first + i);
    }
    return all;
}

template <class Operation>
Result arithmetic(const Arguments& arguments, Operation operation) {
    const auto a = numberOf(arguments[0]);
    const auto b = numberOf(arguments[1]);
    constexpr std::int64_t bound = 1'000'000'000'000;
    if (!a || !b || *a > bound || *a < -bound || *b > 1'000'000 || *b < -1'000'000) {
        return {};
    }
    return operation(*a, *b);
}

template <class Compare>
Result compare(const Arguments& arguments, Compare compare) {
    const auto a = numberOf(arguments[0]);
    const auto b = numberOf(arguments[1]);
    if (a && b) {
        return JsonValue{compare(*a - *b)};
    }
    return JsonValue{compare(static_cast<std::int64_t>(text(arguments[0]).compare(text(arguments[1]))))};
}

Result logic(const Arguments& arguments, bool all) {
    for (const JsonValue& argument : arguments) {
        const auto flag = flagOf(argument);
        if (!flag) {
            return {};
        }
        if (*flag != all) {
            return JsonValue{!all};
        }
    }
    return JsonValue{all};
}

/// `PT1H`, and with years and months as many days as they mostly have.
std::optional<Duration> longDuration(std::string text) {
    std::int64_t days = 0;
    for (const auto& [unit, length] : {std::pair{'Y', 365}, std::pair{'M', 30}}) {
        const std::size_t at = text.find(unit);
        if (text.starts_with('P') && at != std::string::npos && at < text.find('T')) {
            std::size_t begin = at;
            while (begin > 0 && text[begin - 1] >= '0' && text[begin - 1] <= '9') {
                --begin;
            }
            std::int64_t count = 0;
            std::from_chars(text.data() + begin, text.data() + at, count);
            days += std::min<std::int64_t>(count, 1'000) * length;
            text.erase(begin, at + 1 - begin);
        }
    }
    const auto rest = text == "P" ? std::optional{Duration::zero()} : parseDuration(text);
    return rest ? std::optional{*rest + std::chrono::days{days}} : std::nullopt;
}

Result dateTimeAdd(const Arguments& arguments) {
    const auto time = parseTimestamp(text(arguments[0]));
    std::string distance = text(arguments[1]);
    const bool back = distance.starts_with('-');
    const auto duration = longDuration(back ? distance.substr(1) : distance);
    if (!time || !duration) {
        return {};
    }
    return JsonValue{formatTimestamp(back ? *time - *duration : *time + *duration)};
}

Result dateTimeToEpoch(const Arguments& arguments) {
    const auto time = parseTimestamp(text(arguments[0]));
    return time ? Result{JsonValue{std::int64_t{time->time_since_epoch().count()}}} : Result{};
}

Result padLeft(const Arguments& arguments) {
    const std::string whole = text(arguments[0]);
    const std::int64_t width = numberOf(arguments[1]).value_or(0);
    const std::string fill = arguments.size() > 2 ? text(arguments[2]) : " ";
    if (fill.size() != 1 || width > 1'000) {
        return {};
    }
    const auto missing = width > static_cast<std::int64_t>(whole.size())
                             ? static_cast<std::size_t>(width) - whole.size()
                             : std::size_t{0};
    return JsonValue{std::string(missing, fill.front()) + whole};
}

Result join(const Arguments& arguments) {
    const JsonArray* list = arrayOf(arguments[0]);
    std::string out;
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        out.append(i == 0 ? "" : text(arguments[1])).append(text((*list)[i]));
    }
    return list != nullptr && out.size() <= longestText ? Result{JsonValue{std::move(out)}} : Result{};
}

std::string shapedAsUuid(std::string hex) {
    for (const std::size_t at : {8U, 13U, 18U, 23U}) {
        hex.insert(at, "-");
    }
    return hex;
}

constexpr std::array functions{
    Function{"concat", 1, any, concat},
    Function{"format", 1, any, format},
    Function{"split", 2, 2, split},
    Function{"replace", 3, 3, replace},
    Function{"take", 2, 2, take},
    Function{"skip", 2, 2, skip},
    Function{"substring", 2, 3, substring},
    Function{"contains", 2, 2, contains},
    Function{"union", 1, any, unite},
    Function{"shallowmerge", 1, 1, shallowMerge},
    Function{"items", 1, 1, items},
    Function{"flatten", 1, 1, flatten},
    Function{"createobject", 0, any, createObject},
    Function{"createarray", 0, any, [](const Arguments& a) -> Result { return JsonValue{a}; }},
    Function{"range", 2, 2, range},
    Function{"join", 2, 2, join},
    Function{"padleft", 2, 3, padLeft},
    Function{"datetimeadd", 2, 3, dateTimeAdd},
    Function{"datetimetoepoch", 1, 1, dateTimeToEpoch},
    Function{"tolower", 1, 1, [](const Arguments& a) -> Result { return JsonValue{lowerCase(text(a[0]))}; }},
    Function{"toupper", 1, 1,
             [](const Arguments& a) -> Result {
                 std::string upper = text(a[0]);
                 std::ranges::transform(upper, upper.begin(), [](char c) {
                     return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
                 });
                 return JsonValue{std::move(upper)};
             }},
    Function{"trim", 1, 1,
             [](const Arguments& a) -> Result {
                 const std::string whole = text(a[0]);
                 const std::size_t begin = whole.find_first_not_of(" \t\r\n");
                 const std::size_t end = whole.find_last_not_of(" \t\r\n");
                 return JsonValue{begin == std::string::npos ? std::string{} : whole.substr(begin, end + 1 - begin)};
             }},
    Function{"startswith", 2, 2,
             [](const Arguments& a) -> Result {
                 return JsonValue{lowerCase(text(a[0])).starts_with(lowerCase(text(a[1])))};
             }},
    Function{
        "endswith", 2, 2,
        [](const Arguments& a) -> Result { return JsonValue{lowerCase(text(a[0])).ends_with(lowerCase(text(a[1])))}; }},
    Function{"indexof", 2, 2,
             [](const Arguments& a) -> Result {
                 const std::size_t at = lowerCase(text(a[0])).find(lowerCase(text(a[1])));
                 return JsonValue{at == std::string::npos ? std::int64_t{-1} : static_cast<std::int64_t>(at)};
             }},
    Function{"lastindexof", 2, 2,
             [](const Arguments& a) -> Result {
                 const std::size_t at = lowerCase(text(a[0])).rfind(lowerCase(text(a[1])));
                 return JsonValue{at == std::string::npos ? std::int64_t{-1} : static_cast<std::int64_t>(at)};
             }},
    Function{"length", 1, 1,
             [](const Arguments& a) -> Result { return JsonValue{static_cast<std::int64_t>(sizeOf(a[0]))}; }},
    Function{"empty", 1, 1, [](const Arguments& a) -> Result { return JsonValue{sizeOf(a[0]) == 0}; }},
    Function{"first", 1, 1,
             [](const Arguments& a) -> Result {
                 if (const JsonArray* list = arrayOf(a[0])) {
                     return list->empty() ? JsonValue{nullptr} : list->front();
                 }
                 return JsonValue{text(a[0]).substr(0, 1)};
             }},
    Function{"last", 1, 1,
             [](const Arguments& a) -> Result {
                 if (const JsonArray* list = arrayOf(a[0])) {
                     return list->empty() ? JsonValue{nullptr} : list->back();
                 }
                 const std::string whole = text(a[0]);
                 return JsonValue{whole.empty() ? whole : whole.substr(whole.size() - 1)};
             }},
    Function{"string", 1, 1, [](const Arguments& a) -> Result { return JsonValue{text(a[0])}; }},
    Function{"int", 1, 1,
             [](const Arguments& a) -> Result {
                 if (const auto number = numberOf(a[0])) {
                     return JsonValue{*number};
                 }
                 std::int64_t value = 0;
                 const std::string digits = text(a[0]);
                 const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
                 return error == std::errc{} && end == digits.data() + digits.size() ? Result{JsonValue{value}}
                                                                                     : Result{};
             }},
    Function{"bool", 1, 1,
             [](const Arguments& a) -> Result {
                 const std::string word = lowerCase(text(a[0]));
                 return JsonValue{word == "true" || word == "1"};
             }},
    Function{"array", 1, 1,
             [](const Arguments& a) -> Result { return arrayOf(a[0]) ? a[0] : JsonValue{JsonArray{a[0]}}; }},
    Function{"objectkeys", 1, 1,
             [](const Arguments& a) -> Result {
                 JsonArray names;
                 for (const auto& [name, value] : objectOf(a[0]) ? *objectOf(a[0]) : JsonObject{}) {
                     names.emplace_back(name);
                 }
                 return names;
             }},
    Function{"equals", 2, 2,
             [](const Arguments& a) -> Result {
                 const bool texts = stringIn(a[0]) != nullptr && stringIn(a[1]) != nullptr;
                 return JsonValue{texts ? equalIgnoringCase(*stringIn(a[0]), *stringIn(a[1])) : isEqual(a[0], a[1])};
             }},
    Function{"and", 1, any, [](const Arguments& a) { return logic(a, true); }},
    Function{"or", 1, any, [](const Arguments& a) { return logic(a, false); }},
    Function{"not", 1, 1,
             [](const Arguments& a) -> Result {
                 const auto flag = flagOf(a[0]);
                 return flag ? Result{JsonValue{!*flag}} : Result{};
             }},
    Function{"greater", 2, 2, [](const Arguments& a) { return compare(a, [](std::int64_t d) { return d > 0; }); }},
    Function{"less", 2, 2, [](const Arguments& a) { return compare(a, [](std::int64_t d) { return d < 0; }); }},
    Function{"greaterorequals", 2, 2,
             [](const Arguments& a) { return compare(a, [](std::int64_t d) { return d >= 0; }); }},
    Function{"lessorequals", 2, 2,
             [](const Arguments& a) { return compare(a, [](std::int64_t d) { return d <= 0; }); }},
    Function{"add", 2, 2,
             [](const Arguments& a) {
                 return arithmetic(a, [](std::int64_t x, std::int64_t y) -> Result { return JsonValue{x + y}; });
             }},
    Function{"sub", 2, 2,
             [](const Arguments& a) {
                 return arithmetic(a, [](std::int64_t x, std::int64_t y) -> Result { return JsonValue{x - y}; });
             }},
    Function{"mul", 2, 2,
             [](const Arguments& a) {
                 return arithmetic(a, [](std::int64_t x, std::int64_t y) -> Result { return JsonValue{x * y}; });
             }},
    Function{"div", 2, 2,
             [](const Arguments& a) {
                 return arithmetic(
                     a, [](std::int64_t x, std::int64_t y) { return y == 0 ? Result{} : Result{JsonValue{x / y}}; });
             }},
    Function{"mod", 2, 2,
             [](const Arguments& a) {
                 return arithmetic(
                     a, [](std::int64_t x, std::int64_t y) { return y == 0 ? Result{} : Result{JsonValue{x % y}}; });
             }},
    Function{"min", 1, any, [](const Arguments& a) { return outermost(a, std::less{}); }},
    Function{"max", 1, any, [](const Arguments& a) { return outermost(a, std::greater{}); }},
    Function{"coalesce", 1, any,
             [](const Arguments& a) -> Result {
                 const auto found = std::ranges::find_if_not(a, isNull);
                 return found != a.end() ? *found : JsonValue{nullptr};
             }},
    Function{"null", 0, 0, [](const Arguments&) -> Result { return JsonValue{nullptr}; }},
    Function{"true", 0, 0, [](const Arguments&) -> Result { return JsonValue{true}; }},
    Function{"false", 0, 0, [](const Arguments&) -> Result { return JsonValue{false}; }},
    Function{"uniquestring", 1, any, [](const Arguments& a) -> Result { return JsonValue{hashText(a, 13)}; }},
    Function{"guid", 1, any, [](const Arguments& a) -> Result { return JsonValue{shapedAsUuid(hashText(a, 32))}; }},
    Function{"uri", 2, 2,
             [](const Arguments& a) -> Result {
                 const std::string base = text(a[0]);
                 return JsonValue{base + (base.ends_with('/') || text(a[1]).starts_with('/') ? "" : "/") + text(a[1])};
             }},
};

} // namespace

std::string hashText(const std::vector<JsonValue>& values, std::size_t length) {
    constexpr std::string_view digits = "0123456789abcdef";
    constexpr std::uint64_t prime = 0x100'0000'01B3;
    std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
    for (const JsonValue& value : values) {
        for (const char c : stringOf(value) + '|') {
            hash = (hash ^ static_cast<unsigned char>(c)) * prime;
        }
    }
    std::string out = length < 16 ? "u" : "";
    for (std::uint64_t state = hash; out.size() < length; state = (state ^ (state >> 29)) * prime + 1) {
        out += digits[state >> 60];
    }
    return out;
}

std::optional<JsonValue> callArmFunction(std::string_view name, const std::vector<JsonValue>& arguments) {
    const auto function = std::ranges::find(functions, name, &Function::name);
    if (function == functions.end() || arguments.size() < function->least || arguments.size() > function->most) {
        return std::nullopt;
    }
    return function->call(arguments);
}

} // namespace cmksim::import
