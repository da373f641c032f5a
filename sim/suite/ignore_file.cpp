#include "suite/ignore_file.hpp"

#include "document/encoding.hpp"
#include "suite/report_shared.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <ranges>

namespace cmksim::suite {

namespace {

constexpr std::string_view anyNames = "**";

/// Without the blanks at its end that no backslash keeps; a backslash may itself stand behind another.
std::string_view withoutEndingBlanks(std::string_view line) {
    std::size_t end = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] == '\\' && at + 1 < line.size()) {
            ++at;
        } else if (line[at] == ' ') {
            continue;
        }
        end = at + 1;
    }
    return line.substr(0, end);
}

/// Two stars or more are any names.
std::string namePattern(std::string_view name) {
    const bool any = name.size() >= anyNames.size() && name.find_first_not_of('*') == std::string_view::npos;
    return std::string{any ? anyNames : name};
}

/// Whether every bracket that opens a set of characters closes it: a name with one that does not matches nothing.
bool closesSets(std::string_view name) {
    std::size_t at = 0;
    const auto is = [&](std::string_view some) { return at < name.size() && some.find(name[at]) != some.npos; };
    while (at < name.size()) {
        if (is("\\")) {
            at += 2;
            continue;
        }
        const bool opens = is("[");
        ++at;
        if (!opens) {
            continue;
        }
        if (is("!^")) {
            ++at;
        }
        if (is("]")) { // the first is one of the set
            ++at;
        }
        while (at < name.size() && !is("]")) {
            const bool ofClass = name.substr(at).starts_with("[:") && name.find(":]", at) != name.npos;
            const std::size_t one = is("\\") ? 2 : 1;
            at = ofClass ? name.find(":]", at) + 2 : at + one;
        }
        if (at >= name.size()) {
            return false;
        }
        ++at;
    }
    return true;
}

/// Whether `names` match the whole of `path`. The last row of a table: cell j says whether the patterns so far match
/// the first j names.
bool matches(const std::vector<std::string>& names, std::span<const std::string> path) {
    std::vector<bool> reached(path.size() + 1);
    reached[0] = true;
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::vector<bool> next(path.size() + 1);
        const bool any = names[i] == anyNames;
        const bool isLast = i + 1 == names.size();
        next[0] = any && reached[0] && !isLast;
        for (std::size_t j = 1; j <= path.size(); ++j) {
            // At the end of a rule '**' is what lies within, not the folder itself.
            next[j] = any ? (next[j - 1] || reached[j - 1] || (reached[j] && !isLast))
                          : (reached[j - 1] && fnmatch(names[i].c_str(), path[j - 1].c_str(), 0) == 0);
        }
        reached = std::move(next);
    }
    return reached[path.size()];
}

} // namespace

IgnoreFile::IgnoreFile(std::string_view text) {
    for (std::string_view line : linesOf(withoutByteOrderMark(text))) {
        line = withoutEndingBlanks(line);
        Rule rule;
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (line.front() == '!') {
            rule.takesBack = true;
            line.remove_prefix(1);
        }
        if (line.ends_with('/')) {
            rule.foldersOnly = true;
            line.remove_suffix(1);
        }
        if (line.find('/') == std::string_view::npos) { // a name alone is one at any depth
            rule.names.emplace_back(anyNames);
        } else if (line.front() == '/') {
            line.remove_prefix(1);
        }
        for (const auto name : line | std::views::split('/')) {
            rule.names.push_back(namePattern(std::string_view{name.begin(), name.end()}));
        }
        if (std::ranges::all_of(rule.names, closesSets)) {
            rules_.push_back(std::move(rule));
        }
    }
}

std::optional<bool> IgnoreFile::ignores(std::span<const std::string> path, bool isFolder) const {
    const auto last = std::ranges::find_if(rules_.rbegin(), rules_.rend(), [&](const Rule& rule) {
        return (isFolder || !rule.foldersOnly) && matches(rule.names, path);
    });
    return last == rules_.rend() ? std::nullopt : std::optional{!last->takesBack};
}

} // namespace cmksim::suite
