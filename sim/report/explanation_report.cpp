#include "report/explanation_report.hpp"

#include "report/signs.hpp"

#include <fmt/format.h>

#include <ostream>
#include <set>

namespace cmksim::report {

namespace {

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
    say("meaning", one.meaning);
    say("state", one.state);
    say("error", one.error);
    if (one.status != 0) {
        fields.emplace_back("status", one.status);
    }
    say("message", one.message);
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
        head.add(fmt::format(", a {} ", kindName(one.kind)), Paint::Quiet);
        head.add(one.service.empty() ? std::string{"of every service"}
                                     : fmt::format("of {} {}", one.service, one.version));
        page_.paragraph({}, head);
        more("means", one.reason == Reason::None ? one.meaning : std::string{});
        more("leads to", one.state);
        more("reason",
             one.reason != Reason::None && one.kind == CodeKind::Error ? nameOf(one.reason) : std::string_view{});
        more("error", one.kind == CodeKind::Reason ? one.error : std::string{});
        more("status", one.status != 0 ? std::to_string(one.status) : std::string{});
        more("says", one.message);
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

void writeSymptomText(const std::vector<SymptomMatch>& matches, const TextStyle& style, std::ostream& out) {
    Page page{style, out};
    for (const SymptomMatch& match : matches) {
        const Explanation& one = match.explanation;
        Phrase head{fmt::format("{:3.0f} %  ", match.share * 100), Paint::Quiet};
        Phrase body{one.code, Paint::Strong};
        body.add(one.service.empty() ? std::string{} : fmt::format(", {} {}", one.service, one.version));
        body.add(one.error.empty() ? std::string{} : fmt::format(": {}", one.error));
        page.paragraph(head, body);
        if (!one.message.empty()) {
            page.paragraph(Phrase{}.padTo(head.width()), Phrase{one.message, Paint::Quiet});
        }
    }
    if (!matches.empty()) {
        page.paragraph({},
                       Phrase{fmt::format("more: cmksim explain {}", matches.front().explanation.code), Paint::Quiet});
    }
}

JsonValue symptomJson(std::string_view text, const std::vector<SymptomMatch>& matches) {
    JsonArray all;
    for (const SymptomMatch& match : matches) {
        JsonObject fields = fieldsOf(match.explanation);
        fields.emplace_back("share", JsonNumber{fmt::format("{:.3f}", match.share)});
        all.emplace_back(std::move(fields));
    }
    return JsonObject{{"symptom", text}, {"matches", std::move(all)}};
}

} // namespace cmksim::report
