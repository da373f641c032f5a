#include "rehearsal/typed_entry.hpp"

#include "az/shell_words.hpp"
#include "base/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <vector>

namespace cmksim::rehearsal {

namespace {

/// A value as YAML: what looks like a list, a mapping, a number or a word of YAML is one; `a,b` is a list, and so is
/// `a,`.
std::string yamlValue(const std::string& text) {
    const bool isFlow = text.starts_with('[') || text.starts_with('{');
    if (!isFlow && text.find(',') != std::string::npos) {
        std::string list;
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find(',', begin), text.size());
            list += (list.empty() ? "" : ", ") + jsonString(text.substr(begin, end - begin));
            begin = end + 1;
        }
        return "[" + list + "]";
    }
    const bool isWord = text == "true" || text == "false" || text == "null";
    const bool isNumber = !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    return isFlow || isWord || isNumber ? text : jsonString(text);
}

/// `a=1 b.c=2 b.d=3` as `a: 1, b: {c: 2, d: 3}`.
std::variant<std::string, TypedComplaint> arguments(std::span<const ShellWord> words) {
    std::vector<std::pair<std::string, std::string>> fields;
    std::map<std::string, std::size_t> nested;
    for (const ShellWord& word : words) {
        const std::size_t sign = word.text.find('=');
        if (sign == std::string::npos || sign == 0) {
            return TypedComplaint{fmt::format("'{}' is no argument", word.text), "arguments are NAME=VALUE"};
        }
        const std::string name = word.text.substr(0, sign);
        const std::string value = yamlValue(word.text.substr(sign + 1));
        const std::size_t dot = name.find('.');
        if (dot == std::string::npos) {
            fields.emplace_back(name, value);
            continue;
        }
        const auto [place, isNew] = nested.try_emplace(name.substr(0, dot), fields.size());
        if (isNew) {
            fields.emplace_back(name.substr(0, dot), "");
        }
        std::string& inner = fields[place->second].second;
        inner += fmt::format("{}{}: {}", inner.empty() ? "" : ", ", jsonString(name.substr(dot + 1)), value);
    }
    std::string out;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const bool isNested = nested.contains(fields[i].first) && nested.at(fields[i].first) == i;
        out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", jsonString(fields[i].first),
                           isNested ? "{" + fields[i].second + "}" : fields[i].second);
    }
    return out;
}

} // namespace

std::variant<std::string, TypedComplaint> typedEntry(std::string_view line) {
    if (line.starts_with("az ")) {
        return fmt::format("{{at: 0s, az: {}}}", jsonString(line));
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
        return words.size() == 3
                   ? std::variant<std::string, TypedComplaint>{fmt::format(
                         "{{at: 0s, try: {}, target: {}}}", jsonString(words[2].text), jsonString(words[1].text))}
                   : TypedComplaint{"'try' takes a resource and an operation", "such as: try myregistry pull"};
    }
    if (words.size() < 2) {
        return TypedComplaint{fmt::format("'{}' needs a target", words.front().text), "such as: key.delete VAULT/KEY"};
    }
    const auto with = arguments(words.subspan(2));
    if (const auto* complaint = std::get_if<TypedComplaint>(&with)) {
        return *complaint;
    }
    const std::string& fields = std::get<std::string>(with);
    return fmt::format("{{at: 0s, do: {}, target: {}{}}}", jsonString(words[0].text), jsonString(words[1].text),
                       fields.empty() ? "" : fmt::format(", with: {{{}}}", fields));
}

} // namespace cmksim::rehearsal
