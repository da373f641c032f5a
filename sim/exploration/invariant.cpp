#include "exploration/invariant.hpp"

#include <charconv>
#include <sstream>

namespace cmksim::exploration {

std::vector<Invariant> usualInvariants() { return {*parseInvariant("no-data-loss"), *parseInvariant("recoverable")}; }

std::optional<Invariant> parseInvariant(std::string_view text) {
    Invariant invariant;
    invariant.text = text;
    std::istringstream stream{invariant.text};
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    if (words == std::vector<std::string>{"no-data-loss"}) {
        invariant.kind = InvariantKind::NoDataLoss;
        return invariant;
    }
    if (words == std::vector<std::string>{"recoverable"}) {
        invariant.kind = InvariantKind::Recoverable;
        return invariant;
    }
    if (words == std::vector<std::string>{"no-impairment"}) {
        invariant.kind = InvariantKind::NoImpairment;
        return invariant;
    }
    if (words.size() == 3 && words[0] == "at-most" && words[2] == "down") {
        invariant.kind = InvariantKind::AtMostDown;
        const auto [end, error] = std::from_chars(words[1].data(), words[1].data() + words[1].size(), invariant.most);
        return error == std::errc{} && end == words[1].data() + words[1].size() ? std::optional{invariant}
                                                                                : std::nullopt;
    }
    if (words.size() == 7 && words[0] == "max-downtime" && words[2] == "given" && words[3] == "a" &&
        words[4] == "response" && words[5] == "after") {
        const auto within = parseDuration(words[1]);
        const auto response = parseDuration(words[6]);
        if (within && response) {
            invariant.kind = InvariantKind::MaxDowntime;
            invariant.within = *within;
            invariant.response = *response;
            return invariant;
        }
    }
    return std::nullopt;
}

} // namespace cmksim::exploration
