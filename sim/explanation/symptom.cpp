#include "explanation/explain.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace cmksim::explanation {

namespace {

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// The words of a text in small letters; what stands in braces is filled in by whoever prints it.
std::vector<std::string> wordsIn(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    bool placeholder = false;
    for (const char raw : std::string{text} + ' ') {
        const char c = raw >= 'A' && raw <= 'Z' ? static_cast<char>(raw - 'A' + 'a') : raw;
        placeholder = c == '{' || (placeholder && c != '}');
        if (!placeholder && isLetter(c)) {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    return words;
}

/// Which share of the words stands in the text; longer ones tell more.
double shareOf(const std::vector<std::string>& words, const std::set<std::string>& text) {
    double found = 0;
    double all = 0;
    for (const std::string& word : words) {
        const auto weight = static_cast<double>(word.size());
        all += weight;
        found += text.contains(word) ? weight : 0;
    }
    return all > 0 ? found / all : 0;
}

} // namespace

std::vector<SymptomMatch> matchSymptom(std::string_view text, std::size_t most, Catalog& catalog,
                                       Diagnostics& diagnostics) {
    constexpr double likely = 0.5;
    constexpr double mostly = 0.8; // of a part of a message
    constexpr std::size_t fewestWords = 3;
    const std::vector<std::string> list = wordsIn(text);
    const std::set<std::string> words{list.begin(), list.end()};
    std::vector<SymptomMatch> matches;
    for (Explanation& one : everythingExplained(catalog, diagnostics)) {
        const std::vector<std::string> message = wordsIn(one.message);
        const std::vector<std::string> code = wordsIn(one.code);
        const bool named = code.size() == 1 && code.front().size() > fewestWords && words.contains(code.front());
        // A text may say more than the message, or be a part of it.
        const std::set<std::string> said{message.begin(), message.end()};
        const double whole = message.size() >= fewestWords ? shareOf(message, words) : 0;
        const double part = list.size() >= fewestWords ? shareOf(list, said) : 0;
        const double share = std::max(whole, part > mostly ? part : 0);
        if (one.kind == CodeKind::Error || (!named && share < likely)) {
            continue; // what a service's own code means stands with its reason
        }
        matches.push_back({std::move(one), std::max(share, named ? 1.0 : 0.0)});
    }
    std::ranges::stable_sort(matches, std::greater{}, &SymptomMatch::share);
    if (matches.size() > most) {
        matches.resize(most);
    }
    return matches;
}

} // namespace cmksim::explanation
