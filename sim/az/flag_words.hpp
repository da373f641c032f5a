// Words that stand for true and false where a tool writes a flag of ours as one.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

namespace cmksim::az {

/// The words for true and false of what sets a flag by a word.
struct FlagWords {
    std::string_view yes;
    std::string_view no; // empty: any other word
};

/// A path of properties or a field of an action: `PATH=YES|NO`, or `PATH=YES` where any other word says no; a path
/// alone has the value itself.
struct FlagPath {
    std::string_view path;
    std::optional<FlagWords> words;
};

inline FlagPath flagPathOf(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) {
        return {text, std::nullopt};
    }
    const std::string_view words = text.substr(equals + 1);
    const std::size_t bar = std::min(words.find('|'), words.size());
    return {text.substr(0, equals), FlagWords{words.substr(0, bar), words.substr(std::min(bar + 1, words.size()))}};
}

/// What a word says of a flag, whatever its case; nothing where it is neither of two.
inline std::optional<bool> flagOf(const FlagWords& words, std::string_view said) {
    const auto lower = [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    const auto says = [&](std::string_view word) { return std::ranges::equal(said, word, {}, lower, lower); };
    const bool isYes = says(words.yes);
    const bool isEither = isYes || words.no.empty() || says(words.no);
    return isEither ? std::optional{isYes} : std::nullopt;
}

} // namespace cmksim::az
