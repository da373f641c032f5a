#include "program/runbook_report.hpp"

#include "engine/wording.hpp"
#include "report/all_clear.hpp"
#include "report/clock.hpp"
#include "report/plan_report.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cmksim::program {

namespace {

/// What becomes of one command: the worst of its steps.
struct CommandVerdict {
    std::string_view verdict; // `wrong`, `not-known`, `looks`, or that of a step
    std::string message;
};

/// From the best to the worst.
std::size_t weightOf(StepVerdict verdict) {
    constexpr std::array order{StepVerdict::Helps, StepVerdict::Waits, StepVerdict::Useless, StepVerdict::OutOfOrder,
                               StepVerdict::Refused};
    return static_cast<std::size_t>(std::ranges::find(order, verdict) - order.begin());
}

CommandVerdict verdictOn(const RunbookCommand& command, const CheckedRunbook& checked) {
    if (command.isUnknown()) {
        return {"not-known", command.wrong};
    }
    if (!command.wrong.empty()) {
        return {"wrong", command.help.empty() ? command.wrong : command.wrong + "; " + command.help};
    }
    if (command.steps.empty()) {
        return {"looks", "changes nothing"};
    }
    const auto worst =
        std::ranges::max(command.steps, {}, [&](std::size_t step) { return weightOf(checked.steps[step].verdict); });
    const CheckedStep& step = checked.steps[worst];
    std::string message;
    if (step.refusal) {
        const Wording wording = wordingOf(checked.program, *step.refusal);
        message = fmt::format("{}: {}", wording.error, filled(checked.program, *step.refusal, wording.message));
    }
    return {stepVerdictNames[static_cast<std::size_t>(step.verdict)], std::move(message)};
}

std::string_view explained(std::string_view verdict) {
    if (verdict == "waits") {
        return "refused at once; accepted when every resource has looked again: wait before it";
    }
    if (verdict == "out-of-order") {
        return "refused where it stands, accepted after the others: move it behind them";
    }
    return verdict == "useless" ? "each resource comes to stand as it would without it, and no sooner"
                                : std::string_view{};
}

/// A command on one line, its joints taken out.
std::string oneLine(std::string_view command) {
    std::string text;
    for (const char c : command) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\\';
        if (!blank) {
            text += c;
        } else if (!text.empty() && text.back() != ' ') {
            text += ' ';
        }
    }
    return text;
}

} // namespace

bool isSound(const Runbook& runbook, const CheckedRunbook& checked) {
    return checked.proof.holds() && std::ranges::all_of(runbook.commands, [&](const RunbookCommand& command) {
               const std::string_view verdict = verdictOn(command, checked).verdict;
               return verdict == "helps" || verdict == "looks" || verdict == "waits";
           });
}

JsonValue runbookJson(const Runbook& runbook, const CheckedRunbook& checked) {
    JsonArray commands;
    for (const RunbookCommand& command : runbook.commands) {
        CommandVerdict verdict = verdictOn(command, checked);
        JsonObject fields{{"line", std::int64_t{command.text.mark.line}},
                          {"command", oneLine(command.text.text)},
                          {"verdict", verdict.verdict}};
        if (!verdict.message.empty()) {
            fields.emplace_back("message", std::move(verdict.message));
        }
        commands.emplace_back(std::move(fields));
    }
    JsonArray missed;
    for (const ResourceId id : checked.missed) {
        missed.emplace_back(checked.program.resources[id].name);
    }
    JsonValue ready = nullptr;
    if (checked.proof.holds()) {
        ready = JsonObject{{"min", std::int64_t{checked.proof.within.least.count()}},
                           {"max", std::int64_t{checked.proof.within.most.count()}}};
    }
    return JsonObject{{"runbook", runbook.file->name()},
                      {"commands", std::move(commands)},
                      {"reached", checked.proof.holds()},
                      {"ready", std::move(ready)},
                      {"missed", std::move(missed)}};
}

void writeRunbookText(const Runbook& runbook, const CheckedRunbook& checked, const TextStyle& style,
                      std::ostream& out) {
    Page page{style, out};
    for (const RunbookCommand& command : runbook.commands) {
        const CommandVerdict verdict = verdictOn(command, checked);
        const bool good = verdict.verdict == "helps" || verdict.verdict == "looks";
        Phrase lead{fmt::format("{}:{}", runbook.file->name(), command.text.mark.line), Paint::Quiet};
        page.paragraph({}, lead.add("  ").add(verdict.verdict, good                         ? Paint::Good
                                                               : verdict.verdict == "waits" ? Paint::Warning
                                                                                            : Paint::Bad));
        page.paragraph(Phrase{"  "}, Phrase{oneLine(command.text.text)});
        for (const std::string_view more : {std::string_view{verdict.message}, explained(verdict.verdict)}) {
            if (!more.empty() && verdict.verdict != "looks") {
                page.paragraph(Phrase{"    "}, Phrase{more, Paint::Quiet});
            }
        }
    }
    page.blank();
    if (checked.proof.holds()) {
        page.paragraph(
            {}, Phrase{allClear(AllClear::EndReached, wholeAfter(checked.program, checked.wanted, checked.proof)),
                       Paint::Good});
        if (checked.proof.over == OpenTimings::Phases) {
            page.paragraph({}, Phrase{provedByPhasesAlone, Paint::Warning});
        }
        return;
    }
    std::string names;
    for (const ResourceId id : checked.missed) {
        names.append(names.empty() ? "" : ", ").append(checked.program.resources[id].name);
    }
    page.paragraph({}, Phrase{names.empty() ? std::string{"the end is not reached for every phase"}
                                            : "the end is not reached: still down or impaired: " + names,
                              Paint::Bad});
}

} // namespace cmksim::program
