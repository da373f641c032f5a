#include "base/markdown_text.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "base/xml_text.hpp"
#include "report/gate_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <string_view>

namespace cmksim::report {

namespace {

constexpr std::size_t pictureColumns = 48;

/// Who is up, may be down, and is down, over the time that the first two days of it need.
class GatePicture {
public:
    explicit GatePicture(const GateView& view) {
        const Program& program = view.judgement.program;
        from_ = program.entries.empty() ? scenarioStart : program.entries.begin()->at;
        to_ = program.entries.empty() ? from_ : program.entries.back().at;
        for (const GateFinding& one : view.findings) {
            if (one.judged && one.judged->harm.is<OutageHarm>()) {
                const Harm& harm = one.judged->harm;
                rows_[one.subject].push_back(&harm);
                to_ = std::max(to_, harm.start.most + (harm.length ? harm.length->most : Duration::zero()));
            }
        }
        const Duration least = std::chrono::hours{2};
        const Duration most = std::chrono::hours{48};
        to_ = from_ + std::clamp((to_ - from_) * 5 / 4, least, most);
    }

    void write(std::ostream& out) const {
        if (rows_.empty()) {
            return;
        }
        std::size_t width = 0;
        for (const auto& [name, harms] : rows_) {
            width = std::max(width, printable(name).size());
        }
        out << "<pre>\n";
        constexpr std::size_t mostRows = 12;
        std::size_t shown = 0;
        for (const auto& [name, harms] : rows_) {
            if (++shown <= mostRows) {
                const std::string safe = printable(name);
                out << xmlText(safe) << std::string(width - safe.size() + 2, ' ') << lane(harms) << '\n';
            }
        }
        out << std::string(width + 2, ' ') << axis() << "\n</pre>\n\n";
        out << "`━` up, `░` may be down, `█` down";
        if (rows_.size() > mostRows) {
            out << "; " << rows_.size() - mostRows << " more resources go down";
        }
        out << "\n\n";
    }

private:
    [[nodiscard]] std::string lane(const std::vector<const Harm*>& harms) const {
        std::string text;
        for (std::size_t i = 0; i < pictureColumns; ++i) {
            const Instant at = from_ + (to_ - from_) * static_cast<std::int64_t>(i) / pictureColumns;
            bool may = false;
            bool must = false;
            for (const Harm* harm : harms) {
                const Instant last = harm->length ? harm->start.most + harm->length->most : never;
                const Instant surely = harm->length ? harm->start.least + harm->length->least : never;
                may = may || (harm->start.least <= at && at < last);
                must = must || (harm->always && harm->start.most <= at && at < surely);
            }
            text += must ? "█" : may ? "░" : "━";
        }
        return text;
    }

    [[nodiscard]] std::string axis() const {
        const std::string end = "+" + formatDuration(to_ - from_);
        const std::string begin = "first step";
        return begin + std::string(pictureColumns - begin.size() - end.size(), ' ') + end;
    }

    Instant from_;
    Instant to_;
    std::map<std::string, std::vector<const Harm*>> rows_;
};

std::string_view signOf(const GateFinding& finding) {
    return !finding.holdsUp() ? "·" : finding.level == GateLevel::Error ? "✗" : "?";
}

std::string notesOf(const GateView& view, const GateFinding& finding) {
    std::string notes = finding.undo;
    const auto add = [&](std::string_view text) { notes.append(notes.empty() ? "" : "; ").append(text); };
    if (!finding.loses.empty()) {
        add("it loses " + finding.loses);
    }
    if (finding.allowed) {
        add(fmt::format("allowed until {}: {}", finding.allowed->until, finding.allowed->reason));
    } else if (!finding.expired.empty()) {
        add("its allowance ended on " + finding.expired);
    }
    if (view.hasBaseline) {
        add(finding.isNew ? "new" : "as in the baseline");
    }
    return notes;
}

} // namespace

void writeGateMarkdown(const GateView& view, std::ostream& out) {
    constexpr std::array<std::string_view, 3> titles{"passes", "is undecided", "does not pass"};
    out << "## cmksim gate: " << markdownText(view.file) << ' ' << titles[static_cast<std::size_t>(view.verdict())]
        << "\n\n"
        << markdownText(view.kind)
        << (view.estate.empty() ? ", without an estate" : " on the estate " + markdownText(view.estate)) << ", "
        << view.steps.size() << (view.steps.size() == 1 ? " step" : " steps") << ".\n\n";
    if (!view.findings.empty()) {
        out << "| | what | step | how soon | |\n| --- | --- | --- | --- | --- |\n";
        for (const GateFinding& one : view.findings) {
            const bool hasStep = one.step != GateFinding::noStep;
            const std::string step =
                hasStep ? fmt::format("{}: {}", one.step + 1,
                                      view.steps[one.step].address.empty() ? view.steps[one.step].text
                                                                           : view.steps[one.step].address)
                        : std::string{};
            out << "| " << signOf(one) << " | " << markdownText(one.message) << " | " << markdownText(step) << " | "
                << markdownText(one.soon) << " | " << markdownText(notesOf(view, one)) << " |\n";
        }
        out << '\n';
    }
    GatePicture{view}.write(out);
    if (const auto hints = view.swapHints(); !hints.empty()) {
        out << "To keep the steps in order:\n\n";
        for (const std::string& hint : hints) {
            out << "    " << printable(hint) << '\n';
        }
        out << '\n';
    }
    if (const auto commands = undoCommands(view); !commands.empty()) {
        out << "To undo what does not end by itself:\n\n<pre>\n";
        for (const auto& [at, command] : commands) {
            out << xmlText(command) << '\n';
        }
        out << "</pre>\n\n";
    }
    if (view.judgement.order.better) {
        out << markdownText(view.orderTitle()) << "\n\n";
        std::size_t number = 0;
        for (const std::string& line : view.orderLines()) {
            out << ++number << ". " << markdownText(line) << '\n';
        }
        for (const std::string& hint : view.orderHints()) {
            out << "\n    " << printable(hint) << '\n';
        }
        out << '\n';
    }
    std::string_view gap;
    for (const std::string& sentence : scopeSentences(view.scope)) {
        out << gap << markdownText(sentence) << ".\n";
        gap = "\n";
    }
}

void writeGateJUnit(const GateView& view, std::ostream& out) {
    struct Case {
        std::string name;
        std::vector<const GateFinding*> findings;
    };
    std::vector<Case> cases;
    for (std::size_t i = 0; i < view.steps.size(); ++i) {
        cases.push_back({fmt::format("step {}: {}", i + 1, view.steps[i].text), {}});
    }
    for (const GateFinding& one : view.findings) {
        if (one.step != GateFinding::noStep) {
            cases[one.step].findings.push_back(&one);
        } else {
            cases.push_back({one.id, {&one}});
        }
    }
    if (cases.empty()) {
        cases.push_back({"no step", {}});
    }
    const auto holds = [](GateLevel level) {
        return [level](const GateFinding* one) { return one->level == level && one->holdsUp(); };
    };
    std::size_t failures = 0;
    std::size_t errors = 0;
    for (const Case& one : cases) {
        const bool fails = std::ranges::any_of(one.findings, holds(GateLevel::Error));
        failures += fails ? 1U : 0U;
        errors += !fails && std::ranges::any_of(one.findings, holds(GateLevel::Unknown)) ? 1U : 0U;
    }
    const std::string counts =
        fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"", cases.size(), failures, errors);
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cmksim gate\" " << counts << ">\n"
        << fmt::format("  <testsuite name=\"{}\" {}>\n", xmlText(view.file), counts);
    for (const Case& one : cases) {
        out << fmt::format("    <testcase name=\"{}\" classname=\"gate\"", xmlText(one.name));
        if (one.findings.empty()) {
            out << "/>\n";
            continue;
        }
        out << ">\n";
        const bool fails = std::ranges::any_of(one.findings, holds(GateLevel::Error));
        const bool unknown = !fails && std::ranges::any_of(one.findings, holds(GateLevel::Unknown));
        const std::string_view element = fails ? "failure" : unknown ? "error" : "system-out";
        std::string lines;
        for (const GateFinding* finding : one.findings) {
            lines += finding->message + (finding->soon.empty() ? "" : "; " + finding->soon) +
                     (finding->undo.empty() ? "" : "; " + finding->undo) +
                     (finding->allowed ? "; allowed: " + finding->allowed->reason : "") + '\n';
        }
        if (fails || unknown) {
            const auto first = std::ranges::find_if(one.findings, holds(fails ? GateLevel::Error : GateLevel::Unknown));
            out << fmt::format("      <{} message=\"{}\" type=\"{}\">{}</{}>\n", element, xmlText((*first)->message),
                               xmlText((*first)->kind), xmlText(lines), element);
        } else {
            out << fmt::format("      <system-out>{}</system-out>\n", xmlText(lines));
        }
        out << "    </testcase>\n";
    }
    out << "  </testsuite>\n</testsuites>\n";
}

} // namespace cmksim::report
