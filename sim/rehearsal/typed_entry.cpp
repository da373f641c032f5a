#include "rehearsal/typed_entry.hpp"

#include "action/action.hpp"
#include "az/shell_line.hpp"
#include "az/shell_words.hpp"
#include "base/held_value.hpp"
#include "document/as_json.hpp"
#include "document/yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace cmksim::rehearsal {

namespace {

/// What looks like a list, a mapping, a number or a word of YAML is one; `a,b` is a list, and so is `a,`.
std::variant<JsonValue, TypedComplaint> typedValue(const std::string& text) {
    if (text.starts_with('[') || text.starts_with('{')) {
        Diagnostics wrong;
        const auto document = parseDocument(std::make_shared<const Source>("value", text), wrong);
        if (!document || wrong.hasErrors()) {
            return TypedComplaint{wrong.all().front().message, wrong.all().front().help};
        }
        return asJson(document->root());
    }
    if (text.find(',') != std::string::npos) {
        JsonArray list;
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find(',', begin), text.size());
            list.emplace_back(text.substr(begin, end - begin));
            begin = end + 1;
        }
        return JsonValue{std::move(list)};
    }
    if (text == "true" || text == "false") {
        return JsonValue{text == "true"};
    }
    if (text == "null") {
        return JsonValue{nullptr};
    }
    const bool isNumber = !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    return isNumber ? JsonValue{JsonNumber{text}} : JsonValue{text};
}

/// Whether the action takes a list there, so that one word is a list of one.
bool takesList(std::string_view action, std::string_view name) {
    const auto kind = actionNamed(action);
    return kind && std::ranges::any_of(ruleOf(*kind).arguments, [&](const ArgumentRule& argument) {
               return argument.name == name &&
                      (argument.type == ArgumentType::Permissions || argument.type == ArgumentType::Addresses ||
                       argument.type == ArgumentType::Networks);
           });
}

/// `a=1 b.c=2 b.d=3` of an action as `a: 1, b: {c: 2, d: 3}`.
std::variant<JsonObject, TypedComplaint> arguments(std::string_view action, std::span<const ShellWord> words) {
    std::vector<std::pair<std::string, std::variant<JsonValue, JsonObject>>> fields; // an object is put together here
    for (const ShellWord& word : words) {
        const std::size_t sign = word.text.find('=');
        if (sign == std::string::npos || sign == 0) {
            return TypedComplaint{fmt::format("'{}' is no argument", word.text), "arguments are NAME=VALUE"};
        }
        auto value = typedValue(word.text.substr(sign + 1));
        if (auto* complaint = std::get_if<TypedComplaint>(&value)) {
            return std::move(*complaint);
        }
        const std::string name = word.text.substr(0, sign);
        if (auto& one = std::get<JsonValue>(value); heldAs<std::string>(one) != nullptr && takesList(action, name)) {
            one = JsonArray{std::move(one)};
        }
        const std::size_t dot = name.find('.');
        if (dot == std::string::npos) {
            fields.emplace_back(name, std::get<JsonValue>(std::move(value)));
            continue;
        }
        auto place = std::ranges::find_if(fields, [outer = name.substr(0, dot)](const auto& field) {
            return field.first == outer && std::holds_alternative<JsonObject>(field.second);
        });
        if (place == fields.end()) {
            place = fields.emplace(place, name.substr(0, dot), JsonObject{});
        }
        std::get<JsonObject>(place->second).emplace_back(name.substr(dot + 1), std::get<JsonValue>(std::move(value)));
    }
    JsonObject out;
    for (auto& [name, value] : fields) {
        out.emplace_back(name, std::visit([](auto& held) { return JsonValue{std::move(held)}; }, value));
    }
    return out;
}

} // namespace

bool isForShell(std::string_view line) {
    const std::size_t name = nameLength(line);
    return line.starts_with("az ") || (name > 0 && name < line.size() && line[name] == '=');
}

std::variant<JsonObject, TypedComplaint> typedEntry(std::string_view line) {
    if (isForShell(line)) {
        return JsonObject{{"at", "0s"}, {"az", line}};
    }
    const ShellWords split = splitShellWords(line);
    if (split.error) {
        return TypedComplaint{split.error->message, split.error->help};
    }
    const std::span<const ShellWord> words{split.words};
    if (words.empty() || !split.leftOut.empty()) {
        return TypedComplaint{"this is no action", "such as: key.delete VAULT/KEY"};
    }
    if (words.front().text == "try") {
        if (words.size() != 3) {
            return TypedComplaint{"'try' takes a resource and an operation", "such as: try myregistry pull"};
        }
        return JsonObject{{"at", "0s"}, {"try", words[2].text}, {"target", words[1].text}};
    }
    if (words.size() < 2) {
        return TypedComplaint{fmt::format("'{}' needs a target", words.front().text), "such as: key.delete VAULT/KEY"};
    }
    auto with = arguments(words[0].text, words.subspan(2));
    if (auto* complaint = std::get_if<TypedComplaint>(&with)) {
        return std::move(*complaint);
    }
    JsonObject entry{{"at", "0s"}, {"do", words[0].text}, {"target", words[1].text}};
    if (auto& fields = std::get<JsonObject>(with); !fields.empty()) {
        entry.emplace_back("with", std::move(fields));
    }
    return entry;
}

} // namespace cmksim::rehearsal
