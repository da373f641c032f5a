#include "program/runbook_report.hpp"

#include "analysis/timing_texts.hpp"
#include "base/time.hpp"
#include "blast/unmodelled.hpp"
#include "engine/wording.hpp"
#include "gate/gate.hpp"
#include "report/all_clear.hpp"
#include "report/clock.hpp"
#include "report/plan_report.hpp"
#include "report/resource_names.hpp"
#include "report/shapes.hpp"
#include "report/unmodelled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::program {

namespace {

/// What becomes of one command: the worst of its steps.
struct CommandVerdict {
    std::string_view verdict; // `wrong`, `not-known`, `looks`, `fails`, or that of a step
    std::string message;
    Duration wait{}; // before the first of its steps that has to wait
    std::vector<StepHarm> harms;
};

/// From the best to the worst.
std::size_t weightOf(StepVerdict verdict) {
    constexpr std::array order{StepVerdict::Helps,    StepVerdict::Waits,      StepVerdict::Useless,
                               StepVerdict::NotKnown, StepVerdict::OutOfOrder, StepVerdict::Refused,
                               StepVerdict::Harms};
    return static_cast<std::size_t>(std::ranges::find(order, verdict) - order.begin());
}

/// What becomes of a command that changes nothing.
CommandVerdict verdictOnLooks(const RunbookCommand& command, const CheckedRunbook& checked) {
    for (const std::size_t look : command.looks) {
        const std::optional<Record>& failed = checked.failedLooks[look];
        if (!failed) {
            continue;
        }
        const Wording wording = wordingOf(checked.program, *failed);
        // Whether something works hangs on when its resource looks; what is there does not.
        const bool isThere =
            failed->is<OperationTried>() && failed->on->status.presence == ResourceStatus::Presence::Present;
        return {"fails",
                fmt::format("{}{}: {}{}", isThere ? "at some timing, " : "", wording.error,
                            filled(checked.program, *failed, wording.message),
                            command.keptIn.empty() ? "" : fmt::format("; {} stays empty", command.keptIn)),
                {},
                {}};
    }
    return {"looks", "changes nothing", {}, {}};
}

CommandVerdict verdictOn(const RunbookCommand& command, const CheckedRunbook& checked) {
    if (command.isUnknown()) {
        return {"not-known", command.wrong, {}, {}};
    }
    if (!command.wrong.empty()) {
        return {"wrong", command.help.empty() ? command.wrong : command.wrong + "; " + command.help, {}, {}};
    }
    if (command.steps.empty()) {
        return verdictOnLooks(command, checked);
    }
    const auto worst =
        std::ranges::max(command.steps, {}, [&](std::size_t step) { return weightOf(checked.steps[step].verdict); });
    const CheckedStep& step = checked.steps[worst];
    std::string message;
    if (step.refusal) {
        const Wording wording = wordingOf(checked.program, *step.refusal);
        message = fmt::format("{}: {}", wording.error, filled(checked.program, *step.refusal, wording.message));
    }
    CommandVerdict verdict{stepVerdictNames[static_cast<std::size_t>(step.verdict)], std::move(message), {}, {}};
    for (const std::size_t i : command.steps) {
        const CheckedStep& one = checked.steps[i];
        verdict.wait = verdict.wait > Duration::zero() ? verdict.wait : one.wait;
        std::ranges::copy(one.harms, std::back_inserter(verdict.harms));
    }
    return verdict;
}

std::string_view harmText(StepHarmKind kind) {
    switch (kind) {
    case StepHarmKind::DataLost: return "its data is lost for good";
    case StepHarmKind::Gone: return "it is gone";
    case StepHarmKind::Down: return "it is down";
    case StepHarmKind::Impaired: return "it denies more";
    case StepHarmKind::AtSomeTiming: return "it is down or impaired at some timing that is open";
    case StepHarmKind::FallsDue: return "what it needs ends sooner";
    case StepHarmKind::FartherBack: return "its way back is longer, or there is none";
    }
    return {};
}

/// `reg: it is down; st: its data is lost for good`.
std::string harmsText(const CheckedRunbook& checked, const std::vector<StepHarm>& harms) {
    std::string text;
    for (const StepHarm& harm : harms) {
        text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", checked.program.resources[harm.resource].name,
                            harmText(harm.kind));
    }
    return text;
}

/// A resource without a model whose lot a command changes, so far as is known.
struct NotJudged {
    const Unmodelled* resource;
    const RunbookCommand* command;
};

/// Each once, with the first command that takes away something it uses.
std::vector<NotJudged> notJudged(const Runbook& runbook, const CheckedRunbook& checked) {
    std::vector<NotJudged> found;
    for (const RunbookCommand& command : runbook.commands) {
        for (const std::size_t i : command.steps) {
            const StepVerdict verdict = checked.steps[i].verdict;
            const Action& action = *runbook.steps[i].action();
            if (verdict == StepVerdict::Refused || verdict == StepVerdict::OutOfOrder || !gate::takesAway(action)) {
                continue;
            }
            std::vector<ResourceId> taken;
            if (const ResourceId on = resourceOf(action); on.valid()) {
                taken.push_back(on);
            }
            std::ranges::transform(checked.steps[i].harms, std::back_inserter(taken), &StepHarm::resource);
            for (const Unmodelled* one : blast::unmodelledUsing(runbook.program, action, taken)) {
                if (std::ranges::find(found, one, &NotJudged::resource) == found.end()) {
                    found.push_back({one, &command});
                }
            }
        }
    }
    return found;
}

std::string_view explainedVerdict(std::string_view verdict) {
    if (verdict == "not-known") {
        return "the end is not reached, and whether this brings it nearer was not worked out";
    }
    if (verdict == "out-of-order") {
        return "refused where it stands, accepted after the others: move it behind them";
    }
    if (verdict == "fails") {
        return "it changes nothing; the commands behind it are judged as if the file went on";
    }
    return verdict == "useless"
               ? "each resource comes to stand as it would without it, no sooner and no nearer to its way back"
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

RunbookEnd endOf(const Runbook& runbook, const CheckedRunbook& checked) {
    const bool allHelp = std::ranges::all_of(runbook.commands, [&](const RunbookCommand& command) {
        const std::string_view verdict = verdictOn(command, checked).verdict;
        return verdict == "helps" || verdict == "looks" || (verdict == "fails" && command.keptIn.empty());
    });
    if (!allHelp || !checked.reached()) {
        return RunbookEnd::FallsShort;
    }
    const bool isKnown = !checked.wanted.empty() && !checked.proof.cutShort && runbook.unknownSteps.empty() &&
                         notJudged(runbook, checked).empty() && judgedByOneMember(checked.program).empty();
    return isKnown ? RunbookEnd::Sound : RunbookEnd::NotKnown;
}

Scope runbookScope(const Runbook& runbook, const CheckedRunbook& checked) {
    Scope scope{fmt::format("this runbook from {} on, replayed over {}, and without each of its steps",
                            Clock::sinceStart(checked.at), timingsText(checked.proof.over)),
                {"other ways to read the documents"},
                checked.proof.over == OpenTimings::All ? std::vector<std::string>{} : timingTexts(checked.program)};
    if (checked.proof.cutShort) {
        scope.notSearched.emplace_back("some values of timings, as there are too many");
    }
    std::ranges::copy(runbook.unknownSteps, std::back_inserter(scope.notSearched));
    std::ranges::move(membersLeftOut(checked.program), std::back_inserter(scope.notSearched));
    return scope.over(checked.program);
}

namespace {

/// What the fields of a checked runbook are told of.
struct RunbookContext {
    const Runbook& runbook;
    const CheckedRunbook& checked;

    operator const Program&() const { return checked.program; }
};

/// A command, and what became of it.
struct JudgedCommand {
    const RunbookCommand& command;
    CommandVerdict verdict;
};

std::vector<JudgedCommand> judgedCommands(const RunbookContext& context) {
    std::vector<JudgedCommand> all;
    for (const RunbookCommand& command : context.runbook.commands) {
        all.push_back({command, verdictOn(command, context.checked)});
    }
    return all;
}

shape::Shape<std::string_view> verdictShape() {
    std::vector<std::string> words{"wrong", "looks", "fails"};
    words.insert(words.end(), stepVerdictNames.begin(), stepVerdictNames.end());
    return {shape::wordSchema(words),
            [](const std::string_view& verdict, const shape::Free&) { return JsonValue{verdict}; }};
}

const shape::Record<RunbookContext, RunbookContext>& runbookShape() {
    using shape::list;
    using Command = JudgedCommand;
    using Context = RunbookContext;
    static const auto harm = shape::Record<StepHarm, Program>{}
                                 .field("resource", resourceName(), &StepHarm::resource)
                                 .field("harm", [](const StepHarm& one) { return harmText(one.kind); });
    static const auto command =
        shape::Record<Command, Program>{}
            .field("line", shape::line<std::uint32_t>(), [](const Command& one) { return one.command.text.mark.line; })
            .field("command", [](const Command& one) { return oneLine(one.command.text.text); })
            .field("verdict", verdictShape(), [](const Command& one) { return one.verdict.verdict; })
            .unlessEmpty("message", [](const Command& one) -> const auto& { return one.verdict.message; })
            .optional("wait",
                      [](const Command& one) {
                          return one.verdict.wait > Duration::zero() ? std::optional{one.verdict.wait} : std::nullopt;
                      })
            .unlessEmpty("harms", list(harm), [](const Command& one) -> const auto& { return one.verdict.harms; });
    static const auto risk = shape::Record<Risk, Program>{}
                                 .field("resource", resourceName(), &Risk::resource)
                                 .field("because", [](const Risk& one, const Program& of) { return endText(of, one); })
                                 .field("until", &Risk::due);
    static const auto unknown = shape::Record<NotJudged>{}
                                    .field("resource", [](const NotJudged& one) { return one.resource->name; })
                                    .field("line", shape::line<std::uint32_t>(),
                                           [](const NotJudged& one) { return one.command->text.mark.line; });
    const auto names = [](std::vector<ResourceId> CheckedRunbook::*of) {
        return [of](const Context& context) -> const auto& { return context.checked.*of; };
    };
    static const auto all =
        shape::Record<Context, Context>{}
            .field("runbook", [](const Context& context) { return context.runbook.file->name(); })
            .field("commands", list(command), judgedCommands)
            .field("reached",
                   [](const Context& context) {
                       return context.checked.wanted.empty() ? std::nullopt : std::optional{context.checked.reached()};
                   })
            .field("ready",
                   [](const Context& context) {
                       return context.checked.proof.holds() && !context.checked.wanted.empty()
                                  ? std::optional{context.checked.proof.within}
                                  : std::nullopt;
                   })
            .field("timing", shape::word<OpenTimings>(openTimingsNames),
                   [](const Context& context) { return context.checked.proof.over; })
            .field("mustWait", [](const Context& context) { return context.checked.waits(); })
            .field("missed", list(resourceName()), names(&CheckedRunbook::missed))
            .field("worsened", list(resourceName()), names(&CheckedRunbook::worsened))
            .field("dataLost", list(resourceName()), names(&CheckedRunbook::dataLost))
            .field("atRisk", list(risk), [](const Context& context) -> const auto& { return context.checked.risks; })
            .field("notJudged", list(unknown),
                   [](const Context& context) { return notJudged(context.runbook, context.checked); });
    return all;
}

} // namespace

shape::Properties runbookProperties() { return runbookShape().properties(); }

JsonValue runbookJson(const Runbook& runbook, const CheckedRunbook& checked) {
    const RunbookContext context{runbook, checked};
    return runbookShape().write(context, context);
}

namespace {

/// What is said of the end.
void writeEnd(const Runbook& runbook, const CheckedRunbook& checked, Page& page) {
    const auto say = [&](std::string text, Paint paint) { page.paragraph({}, Phrase{std::move(text), paint}); };
    const auto sayNames = [&](std::string_view what, const std::vector<ResourceId>& resources) {
        if (!resources.empty()) {
            say(fmt::format("{}: {}", what, resourceNames(checked.program, resources)), Paint::Bad);
        }
    };
    if (checked.wanted.empty()) {
        say("no resource with a model is there: what the runbook reaches is not known", Paint::Warning);
    } else if (checked.reached()) {
        std::string reached =
            allClear(AllClear::EndReached, wholeAfter(checked.program, checked.wanted, checked.proof));
        if (runbook.unknownSteps.empty()) {
            say(std::move(reached), Paint::Good);
        } else {
            say(reached + "; not known: what the lines do that are not read", Paint::Warning);
        }
    } else if (!checked.missed.empty()) {
        sayNames("the end is not reached at every timing: still down or impaired", checked.missed);
    } else if (checked.waits()) {
        say("the end is not reached at every timing by these commands as they stand: they have to wait as told above",
            Paint::Bad);
    } else if (!checked.proof.holds()) {
        say("the end is not reached at every timing", Paint::Bad);
    } else {
        say("the end is not reached for good", Paint::Bad);
    }
    sayNames("data is lost for good", checked.dataLost);
    sayNames("was to stay as it was and is down or impaired", checked.worsened);
    for (const Risk& risk : checked.risks) {
        say(fmt::format("{}: at risk until {}: {}, and no command averts it",
                        checked.program.resources[risk.resource].name, Clock::sinceStart(risk.due),
                        endText(checked.program, risk)),
            Paint::Bad);
    }
    for (const NotJudged& one : notJudged(runbook, checked)) {
        say(fmt::format("not known: {} hangs on {}, and line {} changes that; {}", one.resource->name,
                        whatItHangsOn(runbook.program, *one.resource), one.command->text.mark.line, unmodelledWords),
            Paint::Warning);
    }
}

} // namespace

void writeRunbookText(const Runbook& runbook, const CheckedRunbook& checked, const TextStyle& style,
                      std::ostream& out) {
    Page page{style, out};
    for (const RunbookCommand& command : runbook.commands) {
        const CommandVerdict verdict = verdictOn(command, checked);
        const bool good = verdict.verdict == "helps" || verdict.verdict == "looks";
        Phrase lead{fmt::format("{}:{}", runbook.file->name(), command.text.mark.line), Paint::Quiet};
        page.paragraph({},
                       lead.add("  ").add(verdict.verdict, good ? Paint::Good
                                                           : verdict.verdict == "waits" || verdict.verdict == "fails"
                                                               ? Paint::Warning
                                                               : Paint::Bad));
        page.paragraph(Phrase{"  "}, Phrase{oneLine(command.text.text)});
        const std::string wait = verdict.wait > Duration::zero()
                                     ? fmt::format("refused at some timing when it comes at once: wait {} before it",
                                                   formatDuration(verdict.wait))
                                     : std::string{};
        const std::string harms = harmsText(checked, verdict.harms);
        const bool isReported = verdict.verdict == "not-known" && !verdict.message.empty();
        const std::string_view advice = isReported ? std::string_view{} : explainedVerdict(verdict.verdict);
        for (const std::string_view more :
             {std::string_view{verdict.message}, std::string_view{harms}, std::string_view{wait}, advice}) {
            if (!more.empty() && verdict.verdict != "looks") {
                page.paragraph(Phrase{"    "}, Phrase{more, Paint::Quiet});
            }
        }
    }
    page.blank();
    writeEnd(runbook, checked, page);
}

} // namespace cmksim::program
