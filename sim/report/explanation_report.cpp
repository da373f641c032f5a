#include "report/explanation_report.hpp"

#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <set>

namespace cmksim::report {

namespace {

/// A message as a person reads it: what differs from one answer to the next in capitals.
std::string shown(std::string_view message) {
    std::string text;
    bool open = false;
    for (const char c : message) {
        if (c == '{' || c == '}') {
            open = c == '{';
        } else {
            text += open && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
    }
    return text;
}

std::string_view kindName(CodeKind kind) { return codeKindNames[static_cast<std::size_t>(kind)]; }

std::optional<std::string_view> noteOf(const Explanation& one, std::string_view ReasonNotes::*note) {
    return one.reason != Reason::None ? std::optional{notesOn(one.reason).*note} : std::nullopt;
}

const shape::Record<Explanation>& explanationShape() {
    using One = Explanation;
    static const auto reason = shape::word<Reason>(reasonNames);
    static const auto all =
        shape::Record<One>{}
            .field("code", &One::code)
            .field("kind", shape::word<CodeKind>(codeKindNames), &One::kind)
            .unlessEmpty("service", &One::service)
            .unlessEmpty("version", &One::version)
            .unlessEmpty("also", &One::also)
            .unlessEmpty("meaning", &One::meaning)
            .unlessEmpty("state", &One::state)
            .unlessEmpty("error", &One::error)
            .optional("status",
                      [](const One& one) { return one.status != 0 ? std::optional{one.status} : std::nullopt; })
            .unlessEmpty("message", [](const One& one) { return shown(one.message); })
            .unlessEmpty("otherMessages",
                         [](const One& one) {
                             std::vector<std::string> texts;
                             for (const std::string& text : one.texts) {
                                 texts.push_back(shown(text));
                             }
                             return texts;
                         })
            .unlessEmpty("reasons", shape::list(reason), &One::causes)
            .unlessEmpty("fix", &One::fix)
            .field("sources", [](const One& one) -> const auto& { return one.provenance.sources; })
            .unlessEmpty("assumed", [](const One& one) -> const auto& { return one.provenance.assumed; })
            .optional(
                "reason", reason,
                [](const One& one) { return one.reason != Reason::None ? std::optional{one.reason} : std::nullopt; })
            .optional("causes", [](const One& one) { return noteOf(one, &ReasonNotes::causes); })
            .optional("doesNotHelp", [](const One& one) { return noteOf(one, &ReasonNotes::doesNotHelp); });
    return all;
}

/// What is said of a code.
struct ExplainedCode {
    std::string_view code; // as it was asked for
    const std::vector<Explanation>& explanations;
    const std::optional<std::string>& story;
};

const shape::Record<ExplainedCode>& explainedShape() {
    using One = ExplainedCode;
    static const auto all = shape::Record<One>{}
                                .field("asked", &One::code)
                                .field("explanations", shape::list(explanationShape()),
                                       [](const One& one) -> const auto& { return one.explanations; })
                                .optional("story", [](const One& one) -> const auto& { return one.story; });
    return all;
}

class ExplanationWriter {
public:
    ExplanationWriter(const TextStyle& style, std::ostream& out)
        : signs_{style.unicode ? unicodeSigns : asciiSigns}, page_{style, out}, out_{out} {}

    void write(const std::vector<Explanation>& explanations, const std::optional<std::string>& story) {
        std::set<Reason> reasons;
        bool first = true;
        for (const Explanation& one : explanations) {
            if (one.reason != Reason::None && reasons.insert(one.reason).second) {
                reason(one.reason, first);
                first = false;
            }
        }
        for (const Explanation& one : explanations) {
            if (!first) {
                page_.blank();
            }
            first = false;
            explanation(one);
        }
        if (story) {
            page_.blank();
            page_.heading("The shortest story that shows it", signs_.rule);
            out_ << *story;
        }
    }

private:
    void more(std::string_view label, std::string_view text) {
        if (!text.empty()) {
            page_.paragraph(Phrase{"  "}.add(label, Paint::Quiet).padTo(14), Phrase{text});
        }
    }

    void reason(Reason reason, bool first) {
        if (!first) {
            page_.blank();
        }
        page_.heading(nameOf(reason), signs_.rule);
        more("holds when", notesOn(reason).holdsWhen);
        more("because", notesOn(reason).causes);
        more("no help", notesOn(reason).doesNotHelp);
    }

    void explanation(const Explanation& one) {
        Phrase head{one.code, Paint::Strong};
        const bool vowel = one.kind == CodeKind::Error || one.kind == CodeKind::Answer;
        head.add(fmt::format(", {} {} ", vowel ? "an" : "a", kindName(one.kind)), Paint::Quiet);
        head.add(!one.service.empty()
                     ? fmt::format("of {}{}{}", one.service, one.version.empty() ? "" : " ", one.version)
                 : one.kind == CodeKind::Answer ? std::string{"of Azure and its tools"}
                                                : std::string{"of every service"});
        page_.paragraph({}, head);
        more("means", one.reason == Reason::None ? one.meaning : std::string{});
        more("leads to", one.state);
        more("reason",
             one.reason != Reason::None && one.kind == CodeKind::Error ? nameOf(one.reason) : std::string_view{});
        more("error", one.kind == CodeKind::Reason ? one.error : std::string{});
        more("status", one.status != 0 ? std::to_string(one.status) : std::string{});
        more("says", shown(one.message));
        for (const std::string& text : one.texts) {
            more("or", shown(text));
        }
        std::string causes;
        for (const Reason cause : one.causes) {
            causes.append(causes.empty() ? "" : ", ").append(nameOf(cause));
        }
        more("because", causes);
        more("fix", one.fix);
        for (const std::string& source : one.provenance.sources) {
            more(&source == &one.provenance.sources.front() ? "source" : "", source);
        }
        more("assumed", one.provenance.assumed);
    }

    const Signs& signs_;
    Page page_;
    std::ostream& out_;
};

} // namespace

shape::Properties explanationProperties() { return explainedShape().properties(); }

JsonValue explanationJson(std::string_view asked, const std::vector<Explanation>& explanations,
                          const std::optional<std::string>& story) {
    return explainedShape().write({asked, explanations, story});
}

void writeExplanationText(const std::vector<Explanation>& explanations, const std::optional<std::string>& story,
                          const TextStyle& style, std::ostream& out) {
    ExplanationWriter{style, out}.write(explanations, story);
}

namespace {

std::string joinedNames(const std::vector<Reason>& reasons) {
    std::string text;
    for (const Reason reason : reasons) {
        text.append(text.empty() ? "" : ", ").append(nameOf(reason));
    }
    return text;
}

/// What to ask for to learn more: a cause, where there is one.
std::string_view askFor(const SymptomMatch& match) {
    return match.causes.empty() ? std::string_view{match.explanation.code} : nameOf(match.causes.front());
}

using AdviceText = std::string ServiceAdvice::*;

/// A text of the services that answer alike, with the names of those that it is of.
struct TextOfServices {
    std::string text;
    std::string services;
};

/// What the services of a match say, those with the same text together.
std::vector<TextOfServices> textsOf(const SymptomMatch& match, AdviceText field) {
    std::vector<TextOfServices> texts;
    for (const ServiceAdvice& advice : match.advice) {
        auto same = std::ranges::find(texts, advice.*field, &TextOfServices::text);
        if (same == texts.end()) {
            same = texts.insert(texts.end(), TextOfServices{advice.*field, {}});
        }
        const std::string services =
            advice.services.empty() ? std::string{"elsewhere"} : fmt::format("{}", fmt::join(advice.services, ", "));
        same->services.append(same->services.empty() ? "" : ", ").append(services);
    }
    return texts;
}

class SymptomWriter {
public:
    SymptomWriter(const TextStyle& style, std::ostream& out)
        : signs_{style.unicode ? unicodeSigns : asciiSigns}, page_{style, out} {}

    void write(const SymptomsView& view) {
        if (view.symptoms.size() > 1) {
            page_.heading("all of them", signs_.rule);
            page_.paragraph({}, Phrase{view.common.empty() ? std::string{"no one cause is known for all of them"}
                                                           : fmt::format("one cause may stand behind all of them: {}",
                                                                         joinedNames(view.common))});
        }
        for (const SymptomView& symptom : view.symptoms) {
            if (view.symptoms.size() > 1) {
                page_.blank();
                page_.heading(symptom.text.substr(0, symptom.text.find('\n')), signs_.rule);
            }
            matches(symptom.matches);
        }
        if (view.exposed) {
            exposed(*view.exposed);
        }
    }

private:
    void matches(const std::vector<SymptomMatch>& matches) {
        if (matches.empty()) {
            page_.paragraph({}, Phrase{"not known: no service, vault or tool is known to say this"});
            return;
        }
        const auto equal = std::ranges::count_if(
            matches, [&](const SymptomMatch& match) { return fitsAsWell(match, matches.front()); });
        if (equal > 1) {
            page_.paragraph(
                {}, Phrase{fmt::format("{} fit equally well; the one with the most common cause is first", equal)});
        }
        for (const SymptomMatch& match : matches) {
            this->match(match);
        }
        page_.paragraph({}, Phrase{fmt::format("more: cmksim explain {}", askFor(matches.front())), Paint::Quiet});
    }

    void match(const SymptomMatch& match) {
        const Explanation& one = match.explanation;
        const Phrase head{fmt::format("{:3.0f} %  ", match.share * 100), Paint::Quiet};
        const bool byError = one.reason != Reason::None && !one.error.empty();
        Phrase body{byError ? one.error : one.code, Paint::Strong};
        std::string services;
        for (const std::string& service : match.services) {
            services.append(", ").append(service);
        }
        body.add(services);
        page_.paragraph(head, body);
        const auto more = [&](std::string_view label, std::string_view text) {
            if (!text.empty()) {
                page_.paragraph(Phrase{}.padTo(head.width()).add(label, Paint::Quiet).padTo(head.width() + 9),
                                Phrase{text});
            }
        };
        // One service's way back is none for another: each says of whom it is, and many are a table to ask for.
        const auto byService = [&](std::string_view label, AdviceText field) {
            constexpr std::size_t mostTexts = 4;
            const std::vector<TextOfServices> texts = textsOf(match, field);
            if (texts.size() > mostTexts) {
                more(label, fmt::format("differs from service to service: cmksim explain {}", one.code));
                return;
            }
            for (const TextOfServices& each : texts) {
                more(label, texts.size() == 1 || each.text.empty() ? each.text
                                                                   : fmt::format("{}: {}", each.services, each.text));
            }
        };
        more("says", shown(one.message));
        if (one.reason == Reason::None) {
            byService("means", &ServiceAdvice::meaning);
        }
        more("because", match.causes.size() < 2
                            ? joinedNames(match.causes)
                            : fmt::format("of one of these, the most common first: {}", joinedNames(match.causes)));
        if (match.causes.size() < 2 || one.kind == CodeKind::Answer) {
            byService("fix", &ServiceAdvice::fix);
        }
    }

    void exposed(const std::vector<Exposed>& exposed) {
        page_.blank();
        page_.heading("in this estate", signs_.rule);
        if (exposed.empty()) {
            page_.paragraph({}, Phrase{"no resource of this estate can show it"});
        }
        for (const Exposed& one : exposed) {
            Phrase body;
            if (one.now != Reason::None) {
                body.add(fmt::format("shows it: {}. ", nameOf(one.now)), Paint::Strong);
            }
            if (!one.could.empty()) {
                body.add(fmt::format("could show it: {}. ", joinedNames(one.could)));
            }
            body.add(fmt::format("It uses {} {}", one.key,
                                 one.identity.empty() ? "without an identity" : "as " + one.identity));
            page_.paragraph(Phrase{one.resource, Paint::Strong}.add(fmt::format(" ({}): ", one.service)), body);
        }
    }

    const Signs& signs_;
    Page page_;
};

/// What the services of a match say, where one of them says another thing than the explanation.
std::vector<ServiceAdvice> differingAdvice(const SymptomMatch& match) {
    const bool differs = std::ranges::any_of(match.advice, [&](const ServiceAdvice& one) {
        return one.meaning != match.explanation.meaning || one.fix != match.explanation.fix;
    });
    return differs ? match.advice : std::vector<ServiceAdvice>{};
}

const shape::Record<SymptomView>& symptomShape() {
    using Match = SymptomMatch;
    static const auto advice = shape::Record<ServiceAdvice>{}
                                   .field("services", &ServiceAdvice::services)
                                   .field("meaning", &ServiceAdvice::meaning)
                                   .unlessEmpty("fix", &ServiceAdvice::fix);
    static const shape::Shape<double> share{
        JsonObject{{"type", "number"}, {"minimum", 0}, {"maximum", 1}},
        [](const double& value, const shape::Free&) { return JsonValue{JsonNumber{fmt::format("{:.3f}", value)}}; }};
    static const auto match = shape::Record<Match>{}
                                  .include(explanationShape(), &Match::explanation)
                                  .field("services", &Match::services)
                                  .unlessEmpty("advice", shape::list(advice), differingAdvice)
                                  .field("because", shape::list(shape::word<Reason>(reasonNames)), &Match::causes)
                                  .field("share", share, &Match::share);
    static const auto all = shape::Record<SymptomView>{}
                                .field("symptom", &SymptomView::text)
                                .field("known", [](const SymptomView& one) { return !one.matches.empty(); })
                                .field("matches", shape::list(match), &SymptomView::matches);
    return all;
}

const shape::Record<SymptomsView>& symptomsShape() {
    static const auto reason = shape::word<Reason>(reasonNames);
    static const auto exposed =
        shape::Record<Exposed>{}
            .field("resource", &Exposed::resource)
            .field("service", &Exposed::service)
            .field("key", &Exposed::key)
            .unlessEmpty("identity", &Exposed::identity)
            .optional(
                "now", reason,
                [](const Exposed& one) { return one.now != Reason::None ? std::optional{one.now} : std::nullopt; })
            .field("could", shape::list(reason), &Exposed::could);
    static const auto all = shape::Record<SymptomsView>{}
                                .field("symptoms", shape::list(symptomShape()), &SymptomsView::symptoms)
                                .field("because", shape::list(reason), &SymptomsView::common)
                                .optional("estate", shape::list(exposed), &SymptomsView::exposed);
    return all;
}

} // namespace

void writeSymptomText(const SymptomsView& view, const TextStyle& style, std::ostream& out) {
    SymptomWriter{style, out}.write(view);
}

JsonValue symptomSchema() {
    return JsonObject{{"if", JsonObject{{"required", JsonArray{"symptoms"}}}},
                      {"then", symptomsShape().schema()},
                      {"else", symptomShape().schema()}};
}

JsonValue symptomJson(const SymptomsView& view) {
    const bool isOne = view.symptoms.size() == 1 && !view.exposed;
    return isOne ? symptomShape().write(view.symptoms.front()) : symptomsShape().write(view);
}

} // namespace cmksim::report
