#include "report/all_clear.hpp"
#include "report/clock.hpp"
#include "report/gate_report.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <ostream>

namespace cmksim::report {

namespace {

std::string countOf(std::size_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string placeText(const GateStep& step) {
    std::string text = step.address;
    if (step.mark.line > 0) {
        text += fmt::format("{}line {}", text.empty() ? "" : ", ", step.mark.line);
    }
    return text;
}

class GateText {
public:
    GateText(const GateView& view, const TextStyle& style, std::ostream& out)
        : view_{view}, signs_{style.unicode ? unicodeSigns : asciiSigns}, page_{style, out} {}

    void write() {
        verdict();
        steps();
        for (const GateLevel level : {GateLevel::Error, GateLevel::Unknown, GateLevel::Reported}) {
            findings(level);
        }
        swaps();
        undo();
        order();
    }

private:
    void verdict() {
        const GateVerdict verdict = view_.verdict();
        const std::size_t errors = view_.holdingUp(GateLevel::Error);
        const std::size_t unknown = view_.holdingUp(GateLevel::Unknown);
        Phrase line;
        if (verdict == GateVerdict::Passes) {
            line.add(fmt::format("{} {}", signs_.held, textOf(AllClear::GatePasses)), Paint::Good);
        } else if (verdict == GateVerdict::FallsShort) {
            line.add(fmt::format("{} does not pass: {}", signs_.failed,
                                 countOf(errors, "finding counts against it", "findings count against it")),
                     Paint::Bad);
        } else {
            line.add(fmt::format("? undecided: {}", countOf(unknown, "thing is not known", "things are not known")),
                     Paint::Warning);
        }
        if (verdict == GateVerdict::FallsShort && unknown > 0) {
            line.add(fmt::format(", and {}", countOf(unknown, "thing is not known", "things are not known")));
        }
        page_.paragraph({}, line);
        page_.paragraph({}, Phrase{fmt::format("{} {}{}", view_.kind, view_.file,
                                               view_.estate.empty() ? ", without an estate"
                                                                    : fmt::format(" on the estate {}", view_.estate)),
                                   Paint::Quiet});
    }

    void steps() {
        page_.blank();
        if (view_.steps.empty()) {
            page_.paragraph({}, Phrase{textOf(AllClear::GateChangesNothing)});
        }
        for (std::size_t i = 0; i < view_.steps.size(); ++i) {
            const Instant at = view_.judgement.program.entries[EntryId{i}].at;
            Phrase lead{fmt::format("{:>3}  {:<8}", i + 1, Clock::sinceStart(at))};
            Phrase body{view_.steps[i].text};
            if (const std::string place = placeText(view_.steps[i]); !place.empty()) {
                body.add("  " + place, Paint::Quiet);
            }
            page_.paragraph(lead, body);
        }
    }

    void findings(GateLevel level) {
        for (const GateFinding& one : view_.findings) {
            if (one.level == level) {
                finding(one);
            }
        }
    }

    void finding(const GateFinding& one) {
        const Paint paint =
            one.holdsUp() ? (one.level == GateLevel::Error ? Paint::Bad : Paint::Warning) : Paint::Quiet;
        page_.blank();
        Phrase lead{gateLevelNames[static_cast<std::size_t>(one.level)], paint};
        lead.padTo(9);
        Phrase body{one.message, Paint::Strong};
        if (view_.hasBaseline) {
            body.add(one.isNew ? "  new" : "  as in the baseline", one.isNew ? Paint::Warning : Paint::Quiet);
        }
        page_.paragraph(lead, body);
        const auto fact = [&](std::string_view label, std::string_view text) {
            if (!text.empty()) {
                page_.paragraph(Phrase{"  "}.add(label, Paint::Quiet).padTo(11), Phrase{text});
            }
        };
        if (one.step != GateFinding::noStep) {
            fact("step", fmt::format("{}, {}", one.step + 1, view_.steps[one.step].text));
        }
        fact("how soon", one.soon);
        fact("loses", one.loses);
        fact("undo", one.undo);
        if (one.allowed) {
            fact("allowed", fmt::format("until {}: {}", one.allowed->until, one.allowed->reason));
        } else if (!one.expired.empty()) {
            fact("allowed", fmt::format("no more: that ended on {}", one.expired));
        }
        fact("id", one.id);
    }

    void swaps() {
        const std::vector<std::string> hints = view_.swapHints();
        if (!hints.empty()) {
            page_.blank();
            page_.paragraph({}, Phrase{"To keep the steps in order:", Paint::Strong});
        }
        for (const std::string& hint : hints) {
            page_.paragraph(Phrase{"     "}, Phrase{hint});
        }
    }

    void undo() {
        const auto commands = undoCommands(view_);
        if (commands.empty()) {
            return;
        }
        page_.blank();
        page_.paragraph({}, Phrase{"To undo what does not end by itself, right after the last step:", Paint::Strong});
        for (const auto& [at, command] : commands) {
            page_.whole(Phrase{fmt::format("  {:<10}{}", Clock::sinceStart(at), command)});
        }
    }

    void order() {
        const OrderSearch& search = view_.judgement.order;
        if (search.tried == 0 && !search.better) {
            return;
        }
        page_.blank();
        const std::string looked =
            search.all ? fmt::format("all other orders were tried: {}", search.tried)
                       : fmt::format("{} other orders were tried, each by moving one step", search.tried);
        if (!search.better) {
            page_.paragraph({}, Phrase{fmt::format("No better order of the same steps was found; {}.", looked)});
            return;
        }
        page_.paragraph({}, Phrase{view_.orderTitle(), Paint::Good});
        const std::vector<std::string> lines = view_.orderLines();
        for (std::size_t i = 0; i < lines.size(); ++i) {
            page_.paragraph(Phrase{fmt::format("{:>3}  ", i + 1)}, Phrase{lines[i]});
        }
        for (const std::string& hint : view_.orderHints()) {
            page_.paragraph(Phrase{"     ", Paint::Quiet}, Phrase{hint});
        }
        page_.paragraph({}, Phrase{fmt::format("({})", looked), Paint::Quiet});
    }

    const GateView& view_;
    const Signs& signs_;
    Page page_;
};

} // namespace

void writeGateText(const GateView& view, const TextStyle& style, std::ostream& out) {
    GateText{view, style, out}.write();
}

} // namespace cmksim::report
