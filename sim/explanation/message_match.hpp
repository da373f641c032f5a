// How well a pasted text fits the messages that are known.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::explanation {

/// The words of a text in small letters. What a shell, a log or JSON escaped (`\r\n`, `\"`, `\u0027`) parts words; what
/// stands in braces becomes one empty word, for which anything may stand.
std::vector<std::string> wordsOfMessage(std::string_view text);

/// Words that stand for themselves, such as codes: letters, digits, `_` and `-` (`CMK_ERROR`), in small letters.
std::vector<std::string> namesIn(std::string_view text);

/// How much of a message and of a text is the same.
struct MessageFit {
    double told = 0;      // what the words that are the same tell, in nats; a rare word tells more
    double ofMessage = 0; // the share of the message that they are, and of the text; 0 to 1
    double ofText = 0;

    /// Of whichever is covered better.
    [[nodiscard]] double share() const { return std::max(ofMessage, ofText); }
};

/// Whether a text speaks of what a message speaks of, where that is of a vault, a key or an identity: sentences about
/// files are built like those about keys.
enum class OnSubject : std::uint8_t { Yes, No, HasNone };
OnSubject subjectOf(const std::vector<std::string>& text, const std::vector<std::string>& message);

/// The messages that a text is compared with. A word counts the more, the fewer of them have it.
class MessageIndex {
public:
    explicit MessageIndex(const std::vector<std::string>& messages);

    /// Compares the words of a text with those of a message, which was among those of the constructor: the run of words
    /// in which both agree best, in the same order. Cost: words of the one times words of the other.
    [[nodiscard]] MessageFit fit(const std::vector<std::string>& text, const std::vector<std::string>& message) const;

private:
    [[nodiscard]] double weightOf(const std::string& word) const;
    [[nodiscard]] double weightOf(const std::vector<std::string>& words) const;

    std::map<std::string, double, std::less<>> weights_;
};

} // namespace cmksim::explanation
