#include "explanation/message_match.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace cmksim::explanation {

namespace {

constexpr char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr bool isWordCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// A backslash with what it escapes becomes a blank, however often it is escaped itself.
std::string withoutEscapes(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            plain += text[i];
            continue;
        }
        while (i + 1 < text.size() && text[i + 1] == '\\') {
            ++i;
        }
        const char escaped = i + 1 < text.size() ? text[i + 1] : ' ';
        constexpr std::string_view single = "rnt\"'/";
        i += escaped == 'u' ? std::size_t{5} : std::size_t{single.find(escaped) != std::string_view::npos};
        plain += ' ';
    }
    return plain;
}

/// Whether a word stands for anything.
bool isHole(const std::string& word) { return word.empty(); }

} // namespace

std::vector<std::string> wordsOfMessage(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    bool hole = false;
    for (const char raw : withoutEscapes(text) + ' ') {
        const char c = small(raw);
        const bool opens = c == '{' && !hole;
        const bool closes = c == '}' && hole;
        if (!hole && isWordCharacter(c)) {
            word += c;
        } else if (!word.empty() && !hole) {
            words.push_back(std::exchange(word, {}));
        }
        if (opens) {
            hole = true;
        } else if (hole && closes) {
            words.emplace_back();
            hole = false;
        } else if (hole && c != '-' && !isWordCharacter(c)) { // an object of JSON, not a placeholder
            hole = false;
        }
    }
    return words;
}

std::vector<std::string> namesIn(std::string_view text) {
    std::vector<std::string> names;
    std::string name;
    for (const char raw : withoutEscapes(text) + ' ') {
        const char c = small(raw);
        if (isWordCharacter(c) || c == '_' || c == '-') {
            name += c;
        } else if (!name.empty()) {
            names.push_back(std::exchange(name, {}));
        }
    }
    return names;
}

MessageIndex::MessageIndex(const std::vector<std::string>& messages) {
    for (const std::string& message : messages) {
        const std::vector<std::string> list = wordsOfMessage(message);
        for (const std::string& word : std::set<std::string>{list.begin(), list.end()}) {
            weights_[word] += 1;
        }
    }
    for (auto& [word, count] : weights_) {
        count = std::log(1 + static_cast<double>(messages.size()) / count);
    }
}

double MessageIndex::weightOf(const std::string& word) const {
    constexpr double unknown = 1; // a name, or a word of another language
    const auto found = weights_.find(word);
    return isHole(word) ? 0 : found != weights_.end() ? found->second : unknown;
}

double MessageIndex::weightOf(const std::vector<std::string>& words) const {
    double sum = 0;
    for (const std::string& word : words) {
        sum += weightOf(word);
    }
    return sum;
}

MessageFit MessageIndex::fit(const std::vector<std::string>& text, const std::vector<std::string>& message) const {
    // A local alignment: what is left out between words that agree costs, so that words from all over a long text do
    // not add up to a message.
    constexpr double wordTooMany = 0.5;
    constexpr double leftOut = 0.3; // of what the word tells
    constexpr double filledIn = 0.02;
    std::vector<double> above(text.size() + 1);
    std::vector<double> row(text.size() + 1);
    double best = 0;
    for (const std::string& word : message) {
        const double weight = weightOf(word);
        const bool hole = isHole(word);
        row[0] = 0;
        for (std::size_t j = 1; j <= text.size(); ++j) {
            const double skipped = above[j] - weight * leftOut;
            const double extended = row[j - 1] - (hole ? filledIn : wordTooMany);
            const double matched = !hole && word == text[j - 1] ? above[j - 1] + weight : 0;
            row[j] = std::max({0.0, skipped, extended, matched});
            best = std::max(best, row[j]);
        }
        std::swap(above, row);
    }
    const auto shareOf = [&](double whole) { return whole > 0 ? std::min(1.0, best / whole) : 0; };
    return {best, shareOf(weightOf(message)), shareOf(weightOf(text))};
}

OnSubject subjectOf(const std::vector<std::string>& text, const std::vector<std::string>& message) {
    constexpr std::array<std::string_view, 6> stems{"key", "vault", "secret", "identit", "encrypt", "cmk"};
    const auto speaksOf = [](const std::vector<std::string>& words, std::string_view stem) {
        return std::ranges::any_of(words,
                                   [&](const std::string& word) { return word.find(stem) != std::string::npos; });
    };
    OnSubject subject = OnSubject::HasNone;
    for (const std::string_view stem : stems) {
        if (speaksOf(message, stem)) {
            subject = speaksOf(text, stem) ? OnSubject::Yes : subject == OnSubject::Yes ? subject : OnSubject::No;
        }
    }
    return subject;
}

} // namespace cmksim::explanation
