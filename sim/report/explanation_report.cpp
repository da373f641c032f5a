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

JsonObject fieldsOf(const Explanation& one) {
    JsonObject fields{{"code", one.code}, {"kind", kindName(one.kind)}};
    const auto say = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) {
            fields.emplace_back(name, value);
        }
    };
    say("service", one.service);
    say("version", one.version);
    JsonArray also;
    for (const std::string& name : one.also) {
        also.emplace_back(name);
    }
    if (!also.empty()) {
        fields.emplace_back("also", std::move(also));
    }
    say("meaning", one.meaning);
    say("state", one.state);
    say("error", one.error);
    if (one.status != 0) {
        fields.emplace_back("status", one.status);
    }
    say("message", shown(one.message));
    if (!one.texts.empty()) {
        JsonArray texts;
        for (const std::string& text : one.texts) {
            texts.emplace_back(shown(text));
        }
        fields.emplace_back("otherMessages", std::move(texts));
    }
    if (!one.causes.empty()) {
        JsonArray causes;
        for (const Reason cause : one.causes) {
            causes.emplace_back(nameOf(cause));
        }
        fields.emplace_back("reasons", std::move(causes));
    }
    say("fix", one.fix);
    JsonArray sources;
    for (const std::string& source : one.provenance.sources) {
        sources.emplace_back(source);
    }
    fields.emplace_back("sources", std::move(sources));
    say("assumed", one.provenance.assumed);
    if (one.reason != Reason::None) {
        fields.emplace_back("reason", nameOf(one.reason));
        fields.emplace_back("causes", notesOn(one.reason).causes);
        fields.emplace_back("doesNotHelp", notesOn(one.reason).doesNotHelp);
    }
    return fields;
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

JsonValue explanationJson(std::string_view asked, const std::vector<Explanation>& explanations,
                          const std::optional<std::string>& story) {
    JsonArray all;
    for (const Explanation& one : explanations) {
        all.emplace_back(fieldsOf(one));
    }
    JsonObject fields{{"asked", asked}, {"explanations", std::move(all)}};
    if (story) {
        fields.emplace_back("story", *story);
    }
    return fields;
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

JsonArray namesOf(const std::vector<Reason>& reasons) {
    JsonArray names;
    for (const Reason reason : reasons) {
        names.emplace_back(nameOf(reason));
    }
    return names;
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

JsonValue matchJson(const SymptomMatch& match) {
    JsonObject fields = fieldsOf(match.explanation);
    JsonArray services;
    for (const std::string& service : match.services) {
        services.emplace_back(service);
    }
    fields.emplace_back("services", std::move(services));
    const auto isOfAnother = [&](const ServiceAdvice& one) {
        return one.meaning != match.explanation.meaning || one.fix != match.explanation.fix;
    };
    if (std::ranges::any_of(match.advice, isOfAnother)) {
        JsonArray all;
        for (const ServiceAdvice& advice : match.advice) {
            JsonArray names;
            for (const std::string& service : advice.services) {
                names.emplace_back(service);
            }
            JsonObject each{{"services", std::move(names)}, {"meaning", advice.meaning}};
            if (!advice.fix.empty()) {
                each.emplace_back("fix", advice.fix);
            }
            all.emplace_back(std::move(each));
        }
        fields.emplace_back("advice", std::move(all));
    }
    fields.emplace_back("because", namesOf(match.causes));
    fields.emplace_back("share", JsonNumber{fmt::format("{:.3f}", match.share)});
    return fields;
}

} // namespace

void writeSymptomText(const SymptomsView& view, const TextStyle& style, std::ostream& out) {
    SymptomWriter{style, out}.write(view);
}

JsonValue symptomJson(const SymptomsView& view) {
    JsonArray symptoms;
    for (const SymptomView& symptom : view.symptoms) {
        JsonArray matches;
        for (const SymptomMatch& match : symptom.matches) {
            matches.emplace_back(matchJson(match));
        }
        symptoms.emplace_back(JsonObject{
            {"symptom", symptom.text}, {"known", !symptom.matches.empty()}, {"matches", std::move(matches)}});
    }
    if (view.symptoms.size() == 1 && !view.exposed) {
        return symptoms.front();
    }
    JsonObject fields{{"symptoms", std::move(symptoms)}, {"because", namesOf(view.common)}};
    if (view.exposed) {
        JsonArray exposed;
        for (const Exposed& one : *view.exposed) {
            JsonObject resource{{"resource", one.resource}, {"service", one.service}, {"key", one.key}};
            if (!one.identity.empty()) {
                resource.emplace_back("identity", one.identity);
            }
            if (one.now != Reason::None) {
                resource.emplace_back("now", nameOf(one.now));
            }
            resource.emplace_back("could", namesOf(one.could));
            exposed.emplace_back(std::move(resource));
        }
        fields.emplace_back("estate", std::move(exposed));
    }
    return fields;
}

} // namespace cmksim::report
