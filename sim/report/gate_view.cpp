#include "report/gate_view.hpp"

#include "base/overloaded.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "engine/wording.hpp"
#include "gate/rotation.hpp"
#include "report/all_clear.hpp"
#include "report/az_commands.hpp"
#include "report/extent.hpp"
#include "report/plan_report.hpp"
#include "report/state_losses.hpp"
#include "report/unmodelled.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::report {

namespace {

/// Puts a judged harm into words.
class HarmWords {
public:
    HarmWords(const Judgement& judgement, const JudgedHarm& judged)
        : program_{judgement.program}, judged_{judged}, harm_{judged.harm} {}

    [[nodiscard]] std::string subject() const {
        const std::optional<ResourceId> resource = harm_.resource();
        return resource ? program_.resources[*resource].name : program_.entries[*harm_.step].target;
    }

    [[nodiscard]] std::string message() const {
        std::string text;
        if (const StoppedAt* stopped = judged_.stopped()) {
            text = fmt::format("if step {} is refused and the change stops there, ", stopped->step.index() + 1);
        } else if (const Swap* swap = judged_.swapped()) {
            text = fmt::format("if step {} is taken before step {}, which nothing forbids, ", swap->step.index() + 1,
                               swap->before.index() + 1);
        }
        return text + what();
    }

    [[nodiscard]] std::string soon() const {
        if (harm_.is<RefusalHarm>()) {
            return {};
        }
        return after(harm_.start) + (harm_.exact ? "" : ", which may be wider than what can happen");
    }

    /// Beside what its key opens.
    [[nodiscard]] std::string loses() const {
        std::string text;
        for (const StateLoss& loss : harm_.losses) {
            text += fmt::format("{}{}; {}{}", text.empty() ? "" : "; ", lossText(program_, loss), after(loss.at),
                                loss.always ? "" : ", at some timings");
        }
        return text;
    }

    [[nodiscard]] std::string undo() const {
        const std::string steps = judged_.stepsUntil ? fmt::format("; by these steps until {}, then others are needed",
                                                                   instant(*judged_.stepsUntil))
                                                     : std::string{};
        return limit() + steps;
    }

private:
    [[nodiscard]] std::string after(const Extent<Instant>& at) const {
        // Bounds that are wider than the truth may begin before the step that the harm comes of; it does not.
        const Instant from = harm_.step ? program_.entries[*harm_.step].at : scenarioStart;
        const Extent<Duration> later{std::max(at.least, from) - from, std::max(at.most, from) - from};
        return fmt::format("{} after {}", between(later),
                           harm_.step ? fmt::format("step {}", harm_.step->index() + 1) : "the start");
    }

    [[nodiscard]] std::string limit() const {
        return std::visit(
            Overloaded{[](undo::NotKnown) -> std::string { return "whether it can be undone is not known"; },
                       [](undo::Nothing) { return std::string{}; },
                       [](undo::NoLimit) -> std::string { return "can be undone; no time limit ends that"; },
                       [&](undo::Until until) { return fmt::format("can be undone until {}", instant(until.last)); },
                       [](undo::Never) -> std::string { return "cannot be undone"; }},
            judged_.undo);
    }

    [[nodiscard]] std::string instant(Instant at) const {
        return formatTimestamp(program_.start + (at - scenarioStart)) + afterStep(at);
    }

    [[nodiscard]] std::string afterStep(Instant at) const {
        const bool isAfterStep = harm_.step && program_.entries[*harm_.step].at <= at;
        return isAfterStep ? fmt::format(", {} after step {}", formatDuration(at - program_.entries[*harm_.step].at),
                                         harm_.step->index() + 1)
                           : std::string{};
    }

    /// `goes`, or `can go` where it does not in every case.
    [[nodiscard]] std::string verb(std::string_view always, std::string_view sometimes) const {
        return std::string{harm_.always ? always : sometimes};
    }

    [[nodiscard]] std::string because(const std::optional<FactHappened>& fact) const {
        return !fact               ? ""
               : *fact == ownLapse ? " (its credential lapses)"
                                   : fmt::format(" ({} {})", nameOf(fact->kind), factTarget(program_, fact->target));
    }

    [[nodiscard]] std::string lasts() const {
        return harm_.length ? fmt::format(" for {}", between(*harm_.length)) : ", and nothing in the change ends that";
    }

    [[nodiscard]] std::string what() const {
        const std::string name = subject();
        return std::visit(
            Overloaded{
                [&](const DataLossHarm& one) {
                    return fmt::format("{} {} its data for good{}", name, verb("loses", "can lose"), because(one.fact));
                },
                [&](const DeletionHarm&) {
                    return fmt::format("{} {} deleted, and its data goes with it", name, verb("is", "can be"));
                },
                [&](const OutageHarm& one) {
                    if (judged_.whileMade) {
                        return fmt::format("{} {} up at first: {}{}; it is new and comes up by itself", name,
                                           verb("is not", "may not be"), nameOf(one.reason), lasts());
                    }
                    return fmt::format("{} {} down: {}{}{}{}", name, verb("goes", "can go"), nameOf(one.reason),
                                       because(one.fact), lasts(), judged_.withinRto ? "; that is within the RTO" : "");
                },
                [&](const ImpairmentHarm& one) {
                    return fmt::format("{} {} impaired: {}{}", name, verb("is", "can be"),
                                       impairerName(program_.modelOf(one.resource), one.by), lasts());
                },
                [&](const RefusalHarm& one) {
                    return fmt::format("{} {} refused: {}; what comes after it may not happen", stepText(),
                                       verb("is", "can be"), refusalText(one));
                }},
            harm_.what);
    }

    [[nodiscard]] std::string stepText() const {
        const TimelineEntry& entry = program_.entries[*harm_.step];
        return entry.name + ' ' + entry.target;
    }

    [[nodiscard]] std::string refusalText(const RefusalHarm& refused) const {
        std::string text = std::visit(
            Overloaded{
                [](CommonRefusal common) { return std::string{commonRefusalNames[static_cast<std::size_t>(common)]}; },
                [&](const ModelRefusal& one) { return program_.modelOf(*refused.resource).refusals[one.rule].error; },
                [&](const RecoveryRefusal&) { return program_.modelOf(*refused.resource).recovery->error; }},
            refused.refusal);
        if (const Reason reason = reasonOf(refused.refusal); reason != Reason::None) {
            text += fmt::format(" ({})", nameOf(reason));
        }
        return text;
    }

    const Program& program_;
    const JudgedHarm& judged_;
    const Harm& harm_;
};

std::string idOf(std::string_view kind, std::string_view subject, std::string_view detail, std::string_view step) {
    std::string id = fmt::format("{}:{}", kind, subject);
    for (const std::string_view part : {detail, step}) {
        if (!part.empty()) {
            id.append(":").append(part);
        }
    }
    return printable(id);
}

std::string detailOf(const Judgement& judgement, const Harm& harm) {
    const auto nameOfFact = [](const std::optional<FactHappened>& fact) {
        return std::string{!fact ? "" : *fact == ownLapse ? "lapse" : nameOf(fact->kind)};
    };
    return std::visit(Overloaded{[&](const DataLossHarm& one) { return nameOfFact(one.fact); },
                                 [&](const OutageHarm& one) { return nameOfFact(one.fact); },
                                 [&](const ImpairmentHarm& one) {
                                     return std::string{impairerName(judgement.program.modelOf(one.resource), one.by)};
                                 },
                                 [](const auto&) { return std::string{}; }},
                      harm.what);
}

/// Whether a step destroys something, which Terraform does in an order of its own.
bool destroys(const TimelineEntry& entry) {
    return entry.name.ends_with(".delete") || entry.name.ends_with(".purge") || entry.name.ends_with(".remove");
}

} // namespace

GateVerdict GateView::verdict() const {
    return holdingUp(GateLevel::Error) > 0     ? GateVerdict::FallsShort
           : holdingUp(GateLevel::Unknown) > 0 ? GateVerdict::Undecided
                                               : GateVerdict::Passes;
}

std::size_t GateView::holdingUp(GateLevel level) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(findings, [&](const GateFinding& one) { return one.level == level && one.holdsUp(); }));
}

std::string GateView::orderTitle() const {
    const BetterOrder& better = *judgement.order.better;
    const std::string pace = better.pause > Duration::zero()
                                 ? fmt::format(", with {} between the steps", formatDuration(better.pause))
                                 : std::string{};
    return better.left.empty()
               ? allClear(AllClear::NoFindingInOrder, pace)
               : fmt::format("In this order{}{} less goes wrong ({} finding{} left):", pace, pace.empty() ? "" : ",",
                             better.left.size(), better.left.size() == 1 ? "" : "s");
}

std::vector<std::string> GateView::orderLines() const {
    std::vector<std::string> lines;
    if (judgement.order.better) {
        for (const EntryId id : judgement.order.better->steps) {
            const GateStep& step = steps[id.index()];
            lines.push_back(fmt::format("{} (step {})", step.text, id.index() + 1));
        }
    }
    return lines;
}

std::string GateView::hintFor(EntryId first, EntryId then) const {
    const std::string& sooner = steps[first.index()].address;
    const std::string& later = steps[then.index()].address;
    if (destroys(judgement.program.entries[then])) {
        return fmt::format("keep {} until {} has been applied, and take it out of the configuration then", later,
                           sooner);
    }
    if (order != nullptr && order->before[then.index()][first.index()]) {
        return fmt::format("{} refers to {}, so that Terraform changes that first: leave it as it is in a first round, "
                           "and change it in a second",
                           sooner, later);
    }
    return fmt::format("in {}: depends_on = [{}]", later, sooner);
}

std::vector<std::string> GateView::swapHints() const {
    std::vector<std::string> hints;
    for (const GateFinding& one : findings) {
        const Swap* swap = one.judged ? one.judged->swapped() : nullptr;
        if (swap == nullptr || steps[swap->step.index()].address.empty() ||
            steps[swap->before.index()].address.empty()) {
            continue;
        }
        std::string hint = hintFor(swap->before, swap->step);
        if (std::ranges::find(hints, hint) == hints.end()) {
            hints.push_back(std::move(hint));
        }
    }
    return hints;
}

std::vector<std::string> GateView::orderHints() const {
    std::vector<std::string> hints;
    if (!judgement.order.better) {
        return hints;
    }
    const std::vector<EntryId>& better = judgement.order.better->steps;
    const bool isTerraform = std::ranges::any_of(steps, [](const GateStep& one) { return !one.address.empty(); });
    if (judgement.order.better->pause > Duration::zero() && isTerraform) {
        hints.push_back(fmt::format("between the grants and what relies on them: a time_sleep with create_duration = "
                                    "\"{}s\"",
                                    judgement.order.better->pause.count()));
    }
    for (std::size_t i = 0; i < better.size(); ++i) {
        // The last of those that now come before it and came behind it.
        for (std::size_t k = i; k-- > 0;) {
            const std::string& later = steps[better[i].index()].address;
            const std::string& sooner = steps[better[k].index()].address;
            if (better[k] < better[i] || later.empty() || sooner.empty() || later == sooner) {
                continue;
            }
            std::string hint = hintFor(better[k], better[i]);
            if (std::ranges::find(hints, hint) == hints.end()) {
                hints.push_back(std::move(hint));
            }
            break;
        }
    }
    return hints;
}

std::vector<GateFinding> gateFindings(const Judgement& judgement, const std::vector<GateStep>& steps) {
    std::vector<GateFinding> findings;
    for (const JudgedHarm& judged : judgement.harms) {
        const Harm& harm = judged.harm;
        const HarmWords words{judgement, judged};
        GateFinding finding;
        finding.kind = nameOf(harm);
        finding.subject = words.subject();
        finding.message = words.message();
        finding.level = judged.counts ? GateLevel::Error : GateLevel::Reported;
        finding.step = harm.step ? harm.step->index() : GateFinding::noStep;
        finding.judged = judged;
        finding.soon = words.soon();
        finding.undo = words.undo();
        finding.loses = words.loses();
        finding.id = idOf(finding.kind, finding.subject, detailOf(judgement, harm),
                          harm.step ? std::string_view{steps[harm.step->index()].text} : std::string_view{});
        if (const StoppedAt* stopped = judged.stopped()) {
            finding.id += fmt::format(":stopped at {}", steps[stopped->step.index()].text);
        } else if (const Swap* swap = judged.swapped()) {
            finding.id +=
                fmt::format(":{} before {}", steps[swap->step.index()].text, steps[swap->before.index()].text);
        }
        findings.push_back(std::move(finding));
    }
    for (const EntryId step : stepsThatEndRotation(judgement.program)) {
        const std::string& name =
            judgement.program.resources[resourceOf(*judgement.program.entries[step].action())].name;
        GateFinding finding;
        finding.kind = ImpairmentHarm::name;
        finding.subject = name;
        finding.message = fmt::format("{} no longer follows its key to newer versions by itself", name);
        finding.level = GateLevel::Error;
        finding.step = step.index();
        finding.id = idOf(finding.kind, name, "no rotation", steps[step.index()].text);
        findings.push_back(std::move(finding));
    }
    for (const TouchedUnmodelled& touched : judgement.unmodelled) {
        const Unmodelled& one = judgement.program.unmodelled[touched.index];
        GateFinding finding = unknownFinding(
            one.name,
            fmt::format("{} ({}) hangs on {}{}, and step {} {}; {}", one.name, one.type,
                        whatItHangsOn(judgement.program, one),
                        touched.mayBe ? " through an identity that is not known" : "", touched.step.index() + 1,
                        touched.mayBe ? "takes something from one that it may be" : "changes that",
                        knownOf(judgement.program, one)));
        finding.step = touched.step.index();
        findings.push_back(std::move(finding));
    }
    for (const AtRest& trouble : judgement.atRest) {
        const std::string& name = judgement.program.resources[trouble.resource].name;
        findings.push_back(unknownFinding(
            name, fmt::format("{} is {} before the first step; what the change does to it cannot be judged", name,
                              troubleText(judgement.program, trouble))));
    }
    return findings;
}

GateFinding unknownFinding(std::string_view subject, std::string_view text) {
    GateFinding finding;
    finding.kind = "unknown";
    finding.subject = subject;
    finding.message = text;
    finding.level = GateLevel::Unknown;
    finding.id = idOf(finding.kind, subject.empty() ? text : subject, {}, {});
    return finding;
}

std::vector<std::pair<Instant, std::string>> undoCommands(const GateView& view) {
    std::vector<std::pair<Instant, std::string>> commands;
    const std::optional<Recovery>& recovery = view.judgement.recovery;
    if (!recovery || recovery->plans.empty()) {
        return commands;
    }
    const AzCommands formatter = commandsToBeRun(*recovery, view.terms);
    for (const PlannedStep& step : recovery->plans.front().steps) {
        const TimelineEntry entry = entryOf(recovery->program, step.step->action, step.at);
        const std::string command = joinedCommands(formatter.of(entry));
        commands.emplace_back(step.at, command.empty() ? entry.name + ' ' + entry.target : command);
    }
    return commands;
}

} // namespace cmksim::report
