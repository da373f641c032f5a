#include "exploration/invariant.hpp"

#include "base/time.hpp"

#include <charconv>
#include <sstream>

namespace cmksim::exploration {

std::vector<Invariant> usualInvariants() { return {*parseInvariant("no-data-loss"), *parseInvariant("recoverable")}; }

std::optional<Invariant> parseInvariant(std::string_view text) {
    const std::string asked{text};
    std::istringstream stream{asked};
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    if (words == std::vector<std::string>{"no-data-loss"}) {
        return Invariant{asked, invariant::NoDataLoss{}};
    }
    if (words == std::vector<std::string>{"recoverable"}) {
        return Invariant{asked, invariant::Recoverable{}};
    }
    if (words == std::vector<std::string>{"no-impairment"}) {
        return Invariant{asked, invariant::NoImpairment{}};
    }
    if (words.size() == 3 && words[0] == "at-most" && words[2] == "down") {
        invariant::AtMostDown rule;
        const auto [end, error] = std::from_chars(words[1].data(), words[1].data() + words[1].size(), rule.most);
        return error == std::errc{} && end == words[1].data() + words[1].size() ? std::optional{Invariant{asked, rule}}
                                                                                : std::nullopt;
    }
    if (words.size() == 7 && words[0] == "max-downtime" && words[2] == "given" && words[3] == "a" &&
        words[4] == "response" && words[5] == "after") {
        const auto within = parseDuration(words[1]);
        const auto response = parseDuration(words[6]);
        if (within && response) {
            return Invariant{asked, invariant::MaxDowntime{*within, *response}};
        }
    }
    return std::nullopt;
}

} // namespace cmksim::exploration
