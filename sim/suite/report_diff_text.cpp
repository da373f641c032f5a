// What differs, for a person: both sides of each difference beside or below each other.

#include "base/shell_word.hpp"
#include "base/time.hpp"
#include "report/clock.hpp"
#include "report/signs.hpp"
#include "suite/report_diff.hpp"
#include "suite/report_shared.hpp"

#include <fmt/format.h>

#include <ostream>

namespace cmksim::suite {

namespace {

class DiffTextWriter {
public:
    DiffTextWriter(const TextStyle& style, std::ostream& out)
        : signs_{style.unicode ? unicodeSigns : asciiSigns}, page_{style, out} {}

    void write(const DiffResult& result) {
        page_.paragraph(Phrase{"A  ", Paint::Strong}, Phrase{result.a});
        page_.paragraph(Phrase{"B  ", Paint::Strong}, Phrase{result.b});
        page_.blank();
        for (const DifferingCase& one : result.differences) {
            writeCase(one);
            page_.blank();
        }
        const bool same = result.differences.empty();
        const Paint paint = !same ? Paint::Bad : result.interrupted ? Paint::Strong : Paint::Good;
        page_.paragraph(Phrase{}, Phrase{diffSummary(result), paint});
        for (const std::string& left : notCompared(result)) {
            page_.paragraph(Phrase{}, Phrase{"Not looked at: " + left, Paint::Quiet});
        }
    }

private:
    void writeCase(const DifferingCase& one) {
        page_.heading(one.name, signs_.rule);
        page_.paragraph(Phrase{}, Phrase{slashedPath(one.file), Paint::Quiet});
        if (one.comparison.first) {
            writeParting(*one.comparison.first);
        }
        for (const ResourceDifference& difference : one.comparison.resources) {
            writeResource(difference);
        }
        for (const CheckDifference& difference : one.comparison.checks) {
            writeCheck(difference, one.file);
        }
        for (const ObjectiveDifference& difference : one.objectives) {
            writeObjective(difference);
        }
    }

    void writeParting(const Parting& first) {
        Phrase title{"they part at "};
        title.add(Clock::sinceStart(first.at), Paint::Strong);
        std::string phases;
        for (const auto& [resource, phase] : first.phases) {
            if (phase != Duration::zero()) {
                phases += fmt::format("{} --phase {}", phases.empty() ? "" : ",",
                                      shellWord(fmt::format("{}={}", resource, formatDuration(phase))));
            }
        }
        for (const auto& [resource, phase] : first.rotations) {
            if (phase != Duration::zero()) {
                phases += fmt::format(
                    "{} --set {}", phases.empty() ? "" : ",",
                    shellWord(fmt::format("resources.{}.rotationPhase={}", resource, formatDuration(phase))));
            }
        }
        if (!phases.empty()) {
            title.add(" at" + phases, Paint::Quiet);
        }
        page_.paragraph(Phrase{"  "}, title);
        writeSide("A", first.a);
        writeSide("B", first.b);
    }

    void writeSide(std::string_view side, const std::vector<std::string>& events) {
        Phrase lead{"    "};
        lead.add(side, Paint::Strong).add("  ");
        if (events.empty()) {
            page_.paragraph(lead, Phrase{"nothing", Paint::Quiet});
        }
        for (const std::string& event : events) {
            page_.paragraph(lead, said(event));
            lead = Phrase{"       "};
        }
    }

    void writeResource(const ResourceDifference& difference) {
        page_.paragraph(Phrase{"  "}, Phrase{difference.name, Paint::Strong});
        for (const DiffRow& row : rowsOf(difference)) {
            Phrase body;
            if (row.a == row.b) {
                body.add(row.a);
            } else {
                body.add(row.a).add(" ").add(signs_.arrow).add(" ").add(row.b, Paint::Strong);
            }
            page_.paragraph(Phrase{"    "}.add(row.what).padTo(14).add(" "), body);
        }
        writePhases(difference.where);
    }

    void writeCheck(const CheckDifference& difference, std::string_view file) {
        const DiffRow row = rowOf(difference, file);
        Phrase body{row.subject, Paint::Strong};
        body.add(" ").add(row.what);
        page_.paragraph(Phrase{"  "}, body);
        writeVerdict("A", row.a, row.aIsGood);
        writeVerdict("B", row.b, row.bIsGood);
        writePhases(difference.where);
        page_.paragraph(Phrase{"    "}, Phrase{row.where, Paint::Quiet});
    }

    void writeObjective(const ObjectiveDifference& difference) {
        const DiffRow row = rowOf(difference);
        page_.paragraph(Phrase{"  "}, Phrase{row.subject, Paint::Strong}.add(" ").add(row.what));
        writeVerdict("A", row.a, row.aIsGood);
        writeVerdict("B", row.b, row.bIsGood);
    }

    void writeVerdict(std::string_view side, std::string_view actual, bool good) {
        Phrase lead{"    "};
        lead.add(side, Paint::Strong).add("  ");
        lead.add(good ? signs_.held : signs_.failed, good ? Paint::Good : Paint::Bad).add(" ");
        page_.paragraph(lead, said(actual));
    }

    void writePhases(const DifferingPhases& where) {
        const std::string phases = phasesOf(where, signs_.ellipsis);
        if (!phases.empty()) {
            page_.paragraph(Phrase{"    "}, Phrase{"for " + phases, Paint::Quiet});
        }
    }

    /// A line from elsewhere, its arrows such that this terminal shows them.
    [[nodiscard]] Phrase said(std::string_view text) const {
        constexpr std::string_view arrow = unicodeSigns.arrow;
        Phrase phrase;
        for (std::size_t at = text.find(arrow); at != std::string_view::npos; at = text.find(arrow)) {
            phrase.add(text.substr(0, at)).add(signs_.arrow);
            text.remove_prefix(at + arrow.size());
        }
        return phrase.add(text);
    }

    const Signs& signs_;
    Page page_;
};

} // namespace

void writeDiffText(const DiffResult& result, const TextStyle& style, std::ostream& out) {
    DiffTextWriter{style, out}.write(result);
}

} // namespace cmksim::suite
