// A suite for a person: a line a case, and for what fell short all that it takes to act on it.

#include "base/excerpt.hpp"
#include "base/text.hpp"
#include "report/all_clear.hpp"
#include "report/clock.hpp"
#include "report/signs.hpp"
#include "suite/report_formats.hpp"
#include "suite/report_shared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cmksim::suite {

namespace {

/// How a case begins its line.
struct OutcomeSign {
    std::string_view unicode;
    std::string_view ascii;
    Paint paint;
    std::string_view word; // before the reason; empty where the sign says it all
};

constexpr std::array<OutcomeSign, 8> outcomeSigns{{{"✓", "+", Paint::Good, ""},
                                                   {"✗", "X", Paint::Bad, ""},
                                                   {"○", "o", Paint::Quiet, "skipped"},
                                                   {"~", "~", Paint::Warning, "to do, and fails as foretold"},
                                                   {"!", "!", Paint::Warning, "to do, but passes: take the mark away"},
                                                   {"✗", "X", Paint::Bad, "error"},
                                                   {"?", "?", Paint::Warning, "undecided"},
                                                   {" ", " ", Paint::Plain, ""}}};

class SuiteTextWriter {
public:
    SuiteTextWriter(const SuiteReportStyle& style, std::ostream& out)
        : style_{style}, signs_{style.text.unicode ? unicodeSigns : asciiSigns}, page_{style.text, out},
          source_{wide(style.text), out}, out_{out} {}

    void write(const SuiteResult& suite) {
        for (const CaseResult& result : suite.cases) {
            if (style_.listPassed || !isSilent(result.outcome)) {
                writeCase(result);
            }
        }
        if (lines_) {
            page_.blank();
        }
        writeSummary(suite);
    }

private:
    /// Lines of files are shown as wide as errors show them, so that the caret is always there.
    static TextStyle wide(TextStyle style) {
        style.columns = std::max(style.columns, static_cast<int>(excerptColumns) + 20);
        return style;
    }

    void writeCase(const CaseResult& result) {
        lines_ = true;
        const OutcomeSign& sign = outcomeSigns[static_cast<std::size_t>(result.outcome)];
        Phrase lead{style_.text.unicode ? sign.unicode : sign.ascii, sign.paint};
        lead.add(" ");
        Phrase body{slashedPath(result.file), Paint::Quiet};
        body.add("  ").add(oneLine(result.name), result.outcome == CaseOutcome::Failed ? Paint::Strong : Paint::Plain);
        page_.paragraph(lead, body);
        writeReason(result, sign);
        if (result.outcome != CaseOutcome::Todo) {
            for (const Finding& finding : result.findings) {
                writeFinding(finding);
            }
        } else if (!result.findings.empty()) {
            page_.paragraph(Phrase{"    "}, said(headline(result.findings.front()), Paint::Quiet));
        }
        if (result.outcome == CaseOutcome::Failed || hasDiagnostics(result.outcome)) {
            page_.blank();
        }
    }

    void writeReason(const CaseResult& result, const OutcomeSign& sign) {
        if (hasDiagnostics(result.outcome)) { // they come with lines and carets of their own
            for (const std::string_view line : linesOf(result.reason)) {
                source_.line(Phrase{"    "}.add(line));
            }
            return;
        }
        Phrase body{sign.word, sign.paint};
        if (!result.reason.empty()) {
            body.add(body.empty() ? "" : ": ").add(oneLine(result.reason));
        }
        if (!body.empty()) {
            page_.paragraph(Phrase{"    "}, body);
        }
    }

    void writeFinding(const Finding& finding) {
        page_.paragraph(Phrase{"    "}, said(headline(finding), Paint::Bad));
        if (comparesBlocks(finding)) {
            writeDifference(finding);
        }
        writePlace(finding.place);
        writePhases(finding);
        writeSteps(finding);
        writeFix(finding);
        if (!finding.replay.empty()) {
            out_ << "      replay  " << printable(finding.replay) << '\n'; // in one piece, to be copied
        }
    }

    void writeDifference(const Finding& finding) {
        page_.line(Phrase{"      "}.add("from expected (-) to what came (+)", Paint::Strong));
        for (const DiffLine& line : differenceOf(finding)) {
            const Paint paint = line.side == DiffLine::Side::First    ? Paint::Bad
                                : line.side == DiffLine::Side::Second ? Paint::Good
                                                                      : Paint::Quiet;
            source_.line(Phrase{"        "}.add(shownLine(line), paint));
        }
    }

    void writePlace(const FilePlace& place) {
        if (place.line == 0) {
            return;
        }
        page_.paragraph(Phrase{"      "},
                        Phrase{fmt::format("{}:{}:{}", printable(slashedPath(place.file)), place.line, place.column)});
        const Excerpt excerpt = excerptAround(place.text, place.column > 0 ? place.column - 1 : 0);
        const std::string number = std::to_string(place.line);
        source_.line(Phrase{"      "}.add(number + " | ", Paint::Quiet).add(excerpt.line));
        source_.line(Phrase{std::string(6 + number.size() + 3 + excerpt.caret, ' ')}.add("^", Paint::Bad));
    }

    void writePhases(const Finding& finding) {
        if (!finding.timings.empty()) {
            page_.paragraph(Phrase{"      when    "}, Phrase{fmt::format("{}", fmt::join(finding.timings, ", "))});
        }
        const std::string phases = phasesInWords(finding, signs_.ellipsis);
        if (phases.empty()) {
            return;
        }
        Phrase body{"for "};
        body.add(phases, Paint::Strong).add(" of ").add(finding.resource);
        body.add(fmt::format("; told for {}", shownPhases(finding)));
        page_.paragraph(Phrase{"      fails   "}, body);
    }

    void writeSteps(const Finding& finding) {
        std::size_t widest = 0;
        for (const FindingStep& step : finding.steps) {
            widest = std::max(widest, Clock::sinceStart(step.at).size());
        }
        std::string_view title = "before";
        for (const FindingStep& step : finding.steps) {
            Phrase lead{"      "};
            lead.add(title).padTo(14).add(Clock::sinceStart(step.at), Paint::Quiet).padTo(14 + widest + 2);
            Phrase body = said(oneLine(step.text), step.isCause ? Paint::Strong : Paint::Plain);
            if (step.isCause) {
                body.add("  ").add(signs_.because, Paint::Warning).add(" the first cause", Paint::Warning);
            }
            page_.paragraph(lead, body);
            title = "";
        }
    }

    void writeFix(const Finding& finding) {
        if (!finding.fix.empty()) {
            page_.paragraph(Phrase{"      fix     "}, said(oneLine(finding.fix), Paint::Plain));
        }
        for (const std::string& source : finding.sources) {
            page_.paragraph(Phrase{"      source  "}, Phrase{oneLine(source), Paint::Quiet});
        }
    }

    /// A sentence from elsewhere, its arrows such that this terminal shows them.
    [[nodiscard]] Phrase said(std::string_view text, Paint paint) const {
        constexpr std::string_view arrow = unicodeSigns.arrow;
        Phrase phrase;
        for (std::size_t at = text.find(arrow); at != std::string_view::npos; at = text.find(arrow)) {
            phrase.add(text.substr(0, at), paint).add(signs_.arrow, paint);
            text.remove_prefix(at + arrow.size());
        }
        return phrase.add(text, paint);
    }

    void writeSummary(const SuiteResult& suite) {
        std::size_t expectations = 0;
        std::size_t phaseClasses = 0;
        for (const CaseResult& result : suite.cases) {
            expectations += result.expectations;
            phaseClasses += result.phaseClasses;
        }
        if (!suite.cases.empty() && suite.count(CaseOutcome::Listed) == suite.cases.size()) {
            page_.paragraph(Phrase{}, Phrase{countsLine(suite)});
            return;
        }
        Phrase body = suiteIsUndecided(suite) ? Phrase{"UNDECIDED", Paint::Warning}
                      : !suitePassed(suite)   ? Phrase{"FAILED", Paint::Bad}
                      : expectations == 0     ? Phrase{textOf(AllClear::NoExpectations), Paint::Quiet}
                                              : Phrase{textOf(AllClear::Passed), Paint::Good};
        body.add("  ").add(countsLine(suite));
        page_.paragraph(Phrase{}, body);
        page_.paragraph(
            Phrase{"        "},
            Phrase{fmt::format("{} expectations looked at, {} classes of phases replayed", expectations, phaseClasses),
                   Paint::Quiet});
        for (const std::string& text : notSearched(suite)) {
            page_.paragraph(Phrase{"        "}, Phrase{text, Paint::Quiet});
        }
    }

    const SuiteReportStyle& style_;
    const Signs& signs_;
    Page page_;
    Page source_;
    std::ostream& out_;
    bool lines_ = false;
};

} // namespace

void writeSuiteText(const SuiteResult& suite, const SuiteReportStyle& style, std::ostream& out) {
    SuiteTextWriter{style, out}.write(suite);
}

} // namespace cmksim::suite
