#include "suite/report_shared.hpp"

#include "analysis/reaction_worlds.hpp"
#include "base/excerpt.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "report/clock.hpp"
#include "suite/stable_hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>

namespace cmksim::suite {

namespace {

/// More intervals than this say nothing to a reader.
constexpr std::size_t mostIntervals = 4;

std::string plural(std::size_t number, std::string_view one, std::string_view more) {
    return fmt::format("{} {}", number, number == 1 ? one : more);
}

/// How much of the period the phases are, never rounded to nothing or to all.
std::string share(Duration phases, Duration period) {
    const double percent = 100.0 * static_cast<double>(phases.count()) / static_cast<double>(period.count());
    if (percent < 0.1) {
        return "less than 0.1 %";
    }
    if (percent > 99.9) {
        return "more than 99.9 %";
    }
    return phases.count() * 100 % period.count() == 0 ? fmt::format("{:.0f} %", percent)
                                                      : fmt::format("{:.1f} %", percent);
}

void addExcerpt(const FilePlace& place, std::vector<std::string>& lines) {
    if (place.line == 0) {
        return;
    }
    lines.push_back(fmt::format("  at {}:{}:{}", printable(slashedPath(place.file)), place.line, place.column));
    const Excerpt excerpt = excerptAround(place.text, place.column > 0 ? place.column - 1 : 0);
    const std::string number = std::to_string(place.line);
    lines.push_back(fmt::format("  {} | {}", number, excerpt.line));
    lines.push_back(fmt::format("  {} | {}^", std::string(number.size(), ' '), std::string(excerpt.caret, ' ')));
}

void addDifference(const Finding& finding, std::vector<std::string>& lines) {
    lines.emplace_back("  from expected (-) to what came (+):");
    for (const DiffLine& line : differenceOf(finding)) {
        lines.push_back("    | " + shownLine(line));
    }
}

void addSteps(const Finding& finding, std::vector<std::string>& lines) {
    if (finding.steps.empty()) {
        return;
    }
    lines.push_back("  before it:");
    std::size_t widest = 0;
    for (const FindingStep& step : finding.steps) {
        widest = std::max(widest, Clock::sinceStart(step.at).size());
    }
    for (const FindingStep& step : finding.steps) {
        lines.push_back(fmt::format("    {:<{}}  {}{}", Clock::sinceStart(step.at), widest, oneLine(step.text),
                                    step.isCause ? "  ← the first cause" : ""));
    }
}

} // namespace

std::string_view outcomeName(CaseOutcome outcome) { return outcomeNames[static_cast<std::size_t>(outcome)]; }

bool hasDiagnostics(CaseOutcome outcome) { return outcome == CaseOutcome::Error || outcome == CaseOutcome::Undecided; }

bool isSilent(CaseOutcome outcome) { return outcome == CaseOutcome::Passed || outcome == CaseOutcome::Listed; }

std::string_view kindName(Finding::Kind kind) { return findingKindNames[static_cast<std::size_t>(kind)]; }

std::string caseTitle(const CaseResult& result) {
    return fmt::format("{}: {}", printable(slashedPath(result.file)), oneLine(result.name));
}

std::string caseId(const CaseResult& result) {
    return fmt::format("{:016x}", stableHash(result.name, stableHash("\n", stableHash(slashedPath(result.file)))));
}

std::string slashedPath(std::string_view path) {
    std::string slashed = std::filesystem::path{path}.generic_string();
    while (slashed.starts_with("./")) {
        slashed.erase(0, 2);
    }
    return slashed;
}

std::size_t characterColumn(const FilePlace& place) {
    if (place.line == 0 || place.column == 0) {
        return 0;
    }
    const std::size_t offset = std::min<std::size_t>(place.column - 1, place.text.size());
    std::size_t column = 1;
    for (std::size_t at = 0; at < offset; at += codePointAt(place.text, at).bytes) {
        ++column;
    }
    return column + (place.column - 1 - offset);
}

std::vector<std::string> notSearched(const SuiteResult& suite) {
    std::set<std::string> atNominal;
    std::vector<std::string> texts;
    for (const CaseResult& one : suite.cases) {
        atNominal.insert(one.atNominal.begin(), one.atNominal.end());
        for (const std::string& resource : one.cutShort) {
            texts.push_back(fmt::format("{}: {} has more courses than were looked at", one.name, resource));
        }
        for (const std::string& objective : one.notKnown) {
            texts.push_back(fmt::format("{}: {}", one.name, objective));
        }
        if (!one.everyReaction) {
            texts.push_back(fmt::format("{}: {}", one.name, analysis::reactionsLeftOut));
        }
    }
    if (!atNominal.empty()) {
        texts.push_back(fmt::format("at nominal values: {}; --timing all opens them", fmt::join(atNominal, ", ")));
    }
    for (const std::string& folder : suite.foldersNotRead) {
        texts.push_back(fmt::format("what is in {}, which cannot be read", inQuotes(folder)));
    }
    return texts;
}

namespace {

std::string pairsInWords(const FailingPairs& pairs, Duration period) {
    const std::string part = share(Duration{pairs.failing}, Duration{pairs.all});
    const std::string other = formatDuration(pairs.period);
    return pairs.ofBoth ? fmt::format("{} of the pairs of phases ({} for revalidations, {} for newer versions)", part,
                                      formatDuration(period), other)
                        : fmt::format("{} of the phases of {} for newer versions", part, other);
}

} // namespace

const shape::Record<Finding>& findingPhasesShape() {
    using shape::Record;
    static const auto interval =
        Record<PhaseInterval>{}.field("first", &PhaseInterval::first).field("last", &PhaseInterval::last);
    static const auto pairs = Record<FailingPairs>{}
                                  .field("failing", &FailingPairs::failing)
                                  .field("all", &FailingPairs::all)
                                  .field("rotationPeriod", &FailingPairs::period)
                                  .field("shownRotationPhase", &FailingPairs::shown);
    static const auto phases = Record<Finding>{}
                                   .field("resource", &Finding::resource)
                                   .field("phases", shape::list(interval), &Finding::phases)
                                   .field("period", &Finding::period)
                                   .field("shownPhase", &Finding::shownPhase)
                                   .optional("pairs", pairs, &Finding::pairs);
    static const auto all = Record<Finding>{}.include(
        phases, [](const Finding& one) { return one.phases.empty() && !one.pairs ? nullptr : &one; });
    return all;
}

std::string shownPhases(const Finding& finding) {
    const std::string own = formatDuration(finding.shownPhase);
    if (!finding.pairs) {
        return own;
    }
    const std::string other = formatDuration(finding.pairs->shown);
    return finding.pairs->ofBoth ? fmt::format("{} and {}", own, other) : other;
}

std::string phasesInWords(const Finding& finding, std::string_view ellipsis) {
    if (finding.pairs) {
        return pairsInWords(*finding.pairs, finding.period);
    }
    if (finding.phases.empty() || finding.period <= Duration{0}) {
        return {};
    }
    const std::string period = formatDuration(finding.period);
    Duration all{};
    for (const PhaseInterval& interval : finding.phases) {
        all += interval.last - interval.first + Duration{1};
    }
    if (all >= finding.period) {
        return fmt::format("every phase of {}", period);
    }
    std::string words = all == Duration{1} ? "phase " : "phases ";
    for (std::size_t i = 0; i < std::min(finding.phases.size(), mostIntervals); ++i) {
        const PhaseInterval& interval = finding.phases[i];
        words += i == 0 ? "" : ", ";
        words += formatDuration(interval.first);
        if (interval.last != interval.first) {
            words += fmt::format("{}{}", ellipsis, formatDuration(interval.last));
        }
    }
    if (finding.phases.size() > mostIntervals) {
        words += " and " + plural(finding.phases.size() - mostIntervals, "more interval", "more intervals");
    }
    return fmt::format("{} of {} ({})", words, period, share(all, finding.period));
}

bool comparesBlocks(const Finding& finding) {
    return finding.expected.find('\n') != std::string::npos || finding.actual.find('\n') != std::string::npos;
}

std::vector<DiffLine> differenceOf(const Finding& finding) {
    constexpr std::size_t context = 2;
    return lineDiff(finding.expected, finding.actual, context);
}

std::string headline(const Finding& finding) {
    const std::string lead = fmt::format("{} at {}", oneLine(finding.subject), Clock::sinceStart(finding.at));
    if (comparesBlocks(finding)) {
        return lead + ": is not what the scenario says";
    }
    return fmt::format("{}: expected {}, was {}", lead, oneLine(finding.expected), oneLine(finding.actual));
}

std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::vector<std::string> findingLines(const Finding& finding) {
    std::vector<std::string> lines{fmt::format("{}: {}", kindName(finding.kind), headline(finding))};
    if (comparesBlocks(finding)) {
        addDifference(finding, lines);
    }
    addExcerpt(finding.place, lines);
    if (!finding.timings.empty()) {
        lines.push_back(printable(fmt::format("  when {}", fmt::join(finding.timings, ", "))));
    }
    if (const std::string phases = phasesInWords(finding); !phases.empty()) {
        lines.push_back(fmt::format("  fails for {} of {}, told for {}", phases, printable(finding.resource),
                                    shownPhases(finding)));
    }
    addSteps(finding, lines);
    if (!finding.fix.empty()) {
        lines.push_back("  fix: " + oneLine(finding.fix));
    }
    for (const std::string& source : finding.sources) {
        lines.push_back("  source: " + oneLine(source));
    }
    if (!finding.replay.empty()) {
        lines.push_back("  replay: " + printable(finding.replay));
    }
    return lines;
}

std::vector<std::string> caseLines(const CaseResult& result) {
    std::vector<std::string> lines;
    if (!result.reason.empty()) {
        const std::vector<std::string_view> reason = linesOf(result.reason);
        lines.push_back(fmt::format("{}: {}", outcomeName(result.outcome), printable(reason.front())));
        for (std::size_t i = 1; i < reason.size(); ++i) {
            lines.push_back("  | " + printable(reason[i]));
        }
    }
    for (const Finding& finding : result.findings) {
        std::ranges::move(findingLines(finding), std::back_inserter(lines));
    }
    return lines;
}

std::string caseMessage(const CaseResult& result) {
    std::string message;
    if (result.outcome == CaseOutcome::TodoPassed) {
        message = result.reason.empty() ? "to do, but passes" : "to do, but passes: " + oneLine(result.reason);
    } else if (hasDiagnostics(result.outcome) && !result.reason.empty()) {
        message = printable(linesOf(result.reason).front()); // the first of several diagnostics
    } else if (!result.reason.empty()) {
        message = oneLine(result.reason);
    } else if (!result.findings.empty()) {
        message = headline(result.findings.front());
    } else {
        message = outcomeName(result.outcome);
    }
    if (result.reason.empty() && result.findings.size() > 1) {
        message += fmt::format(" (and {} more)", result.findings.size() - 1);
    }
    return message;
}

std::string wholeReason(const CaseResult& result) {
    return result.reason.empty() ? std::string{outcomeName(result.outcome)}
                                 : fmt::format("{}", fmt::join(linesOf(result.reason), "\n"));
}

std::string countsLine(const SuiteResult& suite) {
    struct Count {
        CaseOutcome outcome;
        std::string_view words;
    };
    constexpr std::array<Count, 8> counts{{{CaseOutcome::Passed, "passed"},
                                           {CaseOutcome::Failed, "failed"},
                                           {CaseOutcome::Error, "in error"},
                                           {CaseOutcome::Undecided, "undecided"},
                                           {CaseOutcome::Listed, "listed"},
                                           {CaseOutcome::Skipped, "skipped"},
                                           {CaseOutcome::Todo, "to do"},
                                           {CaseOutcome::TodoPassed, "to do but passed"}}};
    std::string line = plural(suite.cases.size(), "case", "cases");
    std::string_view separator = ": ";
    for (const Count& count : counts) {
        const std::size_t number = suite.count(count.outcome);
        if (number == 0) {
            continue;
        }
        line += fmt::format("{}{} {}", separator, number, count.words);
        separator = ", ";
    }
    if (suite.stoppedEarly) {
        line += "; stopped at the first failure";
    }
    if (suite.interrupted) {
        line += fmt::format("; interrupted, {} not run", plural(suite.filesNotRun, "file", "files"));
    }
    return line;
}

bool suitePassed(const SuiteResult& suite) {
    return !suite.interrupted &&
           suite.count(CaseOutcome::Failed) + suite.count(CaseOutcome::Error) + suite.count(CaseOutcome::Undecided) ==
               0;
}

bool suiteIsUndecided(const SuiteResult& suite) {
    return !suitePassed(suite) && suite.count(CaseOutcome::Failed) + suite.count(CaseOutcome::Error) == 0;
}

std::string oneLine(std::string_view text) {
    std::string line;
    for (const std::string_view part : linesOf(text)) {
        line += line.empty() ? "" : " ";
        line += printable(part);
    }
    return line;
}

} // namespace cmksim::suite
