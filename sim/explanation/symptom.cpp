#include "base/text.hpp"
#include "explanation/explain.hpp"
#include "explanation/message_match.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace cmksim::explanation {

namespace {

// What a code tells that stands in a text, beside what the words of a message tell. A code that is a common word, such
// as Forbidden or Ready, tells little, and only where it stands alone or as a code.
constexpr double codeTells = 14;
constexpr double innerCodeTells = 2; // more than the outer one
constexpr double namedTells = 60;    // a code in the place of codes, beside which words tell nothing
constexpr double wordTells = 4;
constexpr double statusTells = 5; // the status of an answer: less than anything else that is said

// Below these a text only happens to be worded like a message. A text may be a part of a message, or a message of a
// text; parts of both do not make a fit, nor does a short message of no subject that is lost in a text.
constexpr double leastTold = 8;
constexpr double leastShare = 0.55;
constexpr double leastOfBoth = 1.1; // of the text and of the message, where only the text is covered
constexpr double shortMessage = 14;
constexpr double leastAroundShort = 0.45; // of the text
constexpr double wholeText = 0.9;

bool isFit(const MessageFit& fit, OnSubject subject) {
    if (subject == OnSubject::No && fit.ofText < wholeText) {
        return false;
    }
    const bool holdsText = fit.ofText >= leastShare && fit.ofText + fit.ofMessage >= leastOfBoth;
    const bool isLost = subject == OnSubject::HasNone && fit.told < shortMessage && fit.ofText < leastAroundShort;
    return fit.told >= leastTold && !isLost && (fit.ofMessage >= leastShare || holdsText);
}

std::string inSmallLetters(std::string_view text) {
    std::string small{text};
    std::ranges::transform(small, small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return small;
}

bool isNumber(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether a code cannot be taken for a word of a sentence: it has a capital inside, a digit or a `_`.
bool isUnmistakable(std::string_view code) {
    for (std::size_t i = 0; i < code.size(); ++i) {
        const char c = code[i];
        const bool capitalAfterSmall = i > 0 && c >= 'A' && c <= 'Z' && code[i - 1] >= 'a' && code[i - 1] <= 'z';
        if (capitalAfterSmall || c == '_' || (c >= '0' && c <= '9')) {
            return true;
        }
    }
    return false;
}

/// Whether a code is the status of an HTTP answer, beside which more is said as a rule.
bool isStatus(std::string_view code) {
    constexpr std::size_t digitsOfSubStatus = 4;
    return isNumber(code) && code.size() < digitsOfSubStatus;
}

/// The text, taken apart once.
class PastedText {
public:
    explicit PastedText(std::string_view text) : words{wordsOfMessage(text)}, names_{namesIn(text)} {
        constexpr std::size_t mostWords = 4000;
        std::erase(words, std::string{});
        words.resize(std::min(words.size(), mostWords));
    }

    /// What it tells that a code stands in the text; 0 when it does not.
    [[nodiscard]] double tells(std::string_view code) const {
        const std::string name = inSmallLetters(code);
        double best = 0;
        for (std::size_t i = 0; i < names_.size(); ++i) {
            if (names_[i] == name) {
                best = std::max(best, tellsAt(i, code));
            }
        }
        return best;
    }

    /// Whether the text names this code where an answer has its code, the innermost where it has several: `"code":"X"`,
    /// `<Code>X</Code>`.
    [[nodiscard]] bool isNamed(std::string_view code) const {
        const std::string name = inSmallLetters(code);
        std::string_view innermost;
        for (std::size_t i = 0; i + 1 < names_.size(); ++i) {
            const bool closes = i >= 2 && names_[i - 2] == "code"; // `</Code>`
            innermost = names_[i] == "code" && !closes ? std::string_view{names_[i + 1]} : innermost;
            if (names_[i] == "innererror") {
                innermost = {};
            }
        }
        return isUnmistakable(code) && !isStatus(code) && innermost == name;
    }

    std::vector<std::string> words;

private:
    [[nodiscard]] bool follows(std::size_t at, std::initializer_list<std::string_view> before) const {
        for (std::size_t back = 1; back <= 2 && back <= at; ++back) {
            if (std::ranges::find(before, names_[at - back]) != before.end()) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] double tellsAt(std::size_t at, std::string_view code) const {
        const bool alone = names_.size() == 1;
        const bool called = follows(at, {"code", "errorcode", "error", "state", "status", "substatus", "sub-status",
                                         "substatuscode", "x-ms-substatus", "subcode", "403", "statuscode", "sub"});
        // `HTTP/1.1 403`
        const bool inStatusLine = (at == 2 || at == 3) && names_.front() == "http" && isNumber(names_[at - 1]);
        if (isNumber(code) && inStatusLine) {
            return codeTells;
        }
        if (isStatus(code) && !alone) {
            return at > 0 && names_[at - 1] == "code" ? statusTells : 0; // `"code": "403"`, `Status code: 403`
        }
        if (isNumber(code)) {
            // At the end of a text, in parentheses, it is a code as well.
            const bool last = at + 1 == names_.size();
            return alone || called || last ? codeTells + (called ? innerCodeTells : 0) : 0;
        }
        const bool inner = at >= 2 && (names_[at - 2] == "innererror" || names_[at - 2] == "inner-error");
        if (isUnmistakable(code)) {
            return codeTells + (inner ? innerCodeTells : 0);
        }
        return alone || isValueOfState(at) ? codeTells : called ? wordTells : 0;
    }

    /// `"clusterStatus": "Inaccessible"`, `encryption status Revoked`; a word such as status alone may stand in any
    /// sentence.
    [[nodiscard]] bool isValueOfState(std::size_t at) const {
        if (at == 0) {
            return false;
        }
        const std::string_view before = names_[at - 1];
        const bool ofEncryption = at >= 2 && names_[at - 2] == "encryption";
        if (ofEncryption && (before == "status" || before == "state")) {
            return true;
        }
        return (before.ends_with("status") && before != "status" && before != "substatus") ||
               (before.ends_with("state") && before != "state");
    }

    std::vector<std::string> names_;
};

std::vector<std::string> textsOf(const Explanation& one) {
    std::vector<std::string> texts = one.texts;
    if (!one.message.empty()) {
        texts.insert(texts.begin(), one.message);
    }
    return texts;
}

/// Whether a service says the same of another of these in a newer version, or of a more common cause.
bool isOutdone(const Explanation& one, const std::vector<Explanation>& said) {
    const auto newest = std::ranges::find(said, one.service, &Explanation::service); // versions come newest first
    if (!one.version.empty() && newest->version != one.version) {
        return true;
    }
    return std::ranges::any_of(said, [&](const Explanation& other) {
        return other.service == one.service && other.version == one.version && one.reason != Reason::None &&
               other.reason != Reason::None && rarityOf(other.reason) < rarityOf(one.reason);
    });
}

/// Services answer with the same words for matters of their own.
std::vector<ServiceAdvice> adviceOf(const std::vector<Explanation>& said) {
    std::vector<ServiceAdvice> all;
    for (const Explanation& one : said) {
        if (isOutdone(one, said)) {
            continue;
        }
        auto same = std::ranges::find_if(all, [&](const ServiceAdvice& other) {
            return other.meaning == one.meaning && other.fix == one.fix &&
                   other.services.empty() == one.service.empty();
        });
        if (same == all.end()) {
            same = all.insert(all.end(), ServiceAdvice{{}, one.meaning, one.fix});
        }
        if (!one.service.empty() && std::ranges::find(same->services, one.service) == same->services.end()) {
            same->services.push_back(one.service);
        }
    }
    return all;
}

/// Puts together what says the same.
class Matches {
public:
    void add(Explanation one, double told, double share) {
        const auto key = std::tuple{one.error.empty() ? one.code : one.error, one.message, one.kind == CodeKind::State};
        const auto [place, isNew] = places_.try_emplace(key, all_.size());
        if (isNew) {
            all_.push_back({});
            all_.back().explanation = one;
            said_.emplace_back();
        }
        said_[place->second].push_back(one);
        SymptomMatch& match = all_[place->second];
        for (const Reason reason : one.causes) {
            addCause(match, reason);
        }
        if (one.reason != Reason::None) {
            if (match.causes.empty() || rarityOf(one.reason) < rarityOf(match.causes.front())) {
                match.explanation = one;
            }
            addCause(match, one.reason);
            std::ranges::sort(match.causes, {}, rarityOf);
        }
        if (!one.service.empty() && std::ranges::find(match.services, one.service) == match.services.end()) {
            match.services.push_back(one.service);
        }
        if (told * share > match.told * match.share) {
            match.told = told;
            match.share = share;
        }
    }

    std::vector<SymptomMatch> best(std::size_t most) && {
        for (std::size_t i = 0; i < all_.size(); ++i) {
            all_[i].advice = adviceOf(said_[i]);
        }
        std::ranges::stable_sort(all_, [](const SymptomMatch& a, const SymptomMatch& b) {
            if (!fitsAsWell(a, b) || !fitsAsWell(b, a)) {
                return a.told * a.share > b.told * b.share;
            }
            // A code of the vault's own stands before a service's that passes it on.
            const auto rank = [](const SymptomMatch& m) {
                return std::pair{m.causes.empty() ? reasonCount : rarityOf(m.causes.front()),
                                 m.explanation.kind != CodeKind::Answer};
            };
            return rank(a) < rank(b);
        });
        all_.resize(std::min(all_.size(), most));
        return std::move(all_);
    }

private:
    static void addCause(SymptomMatch& match, Reason reason) {
        if (std::ranges::find(match.causes, reason) == match.causes.end()) {
            match.causes.push_back(reason);
        }
    }

    std::vector<SymptomMatch> all_;
    std::vector<std::vector<Explanation>> said_; // what each of them was put together of
    std::map<std::tuple<std::string, std::string, bool>, std::size_t> places_;
};

} // namespace

bool fitsAsWell(const SymptomMatch& match, const SymptomMatch& best) {
    constexpr double asGood = 0.999;
    return match.told * match.share >= asGood * best.told * best.share;
}

std::vector<SymptomMatch> matchSymptom(std::string_view text, std::size_t most, Catalog& catalog,
                                       Diagnostics& diagnostics) {
    const std::vector<Explanation> all = everythingExplained(catalog, diagnostics);
    std::set<std::string> messages;
    for (const Explanation& one : all) {
        for (std::string& message : textsOf(one)) {
            messages.insert(std::move(message));
        }
    }
    const MessageIndex index{{messages.begin(), messages.end()}};
    const PastedText pasted{text};
    Matches matches;
    for (const Explanation& one : all) {
        if (one.kind == CodeKind::Error && one.reason != Reason::None) {
            continue; // what a service's own code means stands with its reason
        }
        MessageFit fit;
        for (const std::string& message : textsOf(one)) {
            const std::vector<std::string> words = wordsOfMessage(message);
            const MessageFit other = index.fit(pasted.words, words);
            if (isFit(other, subjectOf(pasted.words, words)) && other.told * other.share() > fit.told * fit.share()) {
                fit = other;
            }
        }
        std::vector<std::string_view> codes{one.code, one.error};
        codes.insert(codes.end(), one.also.begin(), one.also.end());
        double code = 0;
        bool isNamed = false;
        for (const std::string_view name : codes) {
            code = name.empty() ? code : std::max(code, pasted.tells(name));
            isNamed = isNamed || (!name.empty() && pasted.isNamed(name));
        }
        if (isNamed) {
            matches.add(one, fit.told + namedTells, 1);
            continue;
        }
        if (fit.told + code > wordTells || (code > 0 && pasted.words.size() <= 2)) {
            matches.add(one, fit.told + code, fit.told > 0 ? fit.share() : 1);
        }
    }
    return std::move(matches).best(most);
}

std::vector<Reason> commonCauses(const std::vector<std::vector<SymptomMatch>>& symptoms) {
    std::vector<Reason> common;
    for (std::size_t i = 1; i < reasonCount; ++i) {
        const auto reason = static_cast<Reason>(i);
        const bool everywhere = std::ranges::all_of(symptoms, [&](const std::vector<SymptomMatch>& matches) {
            return std::ranges::any_of(matches, [&](const SymptomMatch& match) {
                return fitsAsWell(match, matches.front()) &&
                       std::ranges::find(match.causes, reason) != match.causes.end();
            });
        });
        if (everywhere) {
            common.push_back(reason);
        }
    }
    std::ranges::sort(common, {}, rarityOf);
    return common;
}

} // namespace cmksim::explanation
