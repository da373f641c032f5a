// What open timings leave open, for a person: bands over time, and each outage with what bounds it.

#include "analysis/timing_texts.hpp"
#include "base/time.hpp"
#include "report/all_clear.hpp"
#include "report/bounds_report.hpp"
#include "report/clock.hpp"
#include "report/extent.hpp"
#include "report/lanes.hpp"
#include "report/resource_names.hpp"
#include "report/scope.hpp"
#include "report/signs.hpp"
#include "report/state_losses.hpp"
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

namespace cmksim::report {

namespace {

constexpr std::size_t labelRoom = 11;

/// What is open, as a legend says it.
constexpr std::array<std::string_view, 3> openWords{"in this timing", "at any phase", "at any timing"};
/// The same of what holds whatever is open.
constexpr std::array<std::string_view, 3> everyWords{"in this timing", "at every phase", "at every timing"};
constexpr std::array<std::string_view, 3> someWords{"", "at some phases", "at some timings"};

std::string percent(const Ratio& ratio) {
    if (ratio == 0 || ratio == 1) {
        return ratio == 0 ? "never" : "always";
    }
    const double value = ratio.toDouble() * 100;
    return value < 0.1 ? "less than 0.1 %" : value > 99.9 ? "more than 99.9 %" : fmt::format("{:.1f} %", value);
}

constexpr std::array<std::string_view, 3> searchedWords{
    "One replay: every timing at its nominal value.",
    "Exact over revalidation phases; all other timings stand at one value each.",
    "Exact over every documented timing; likelihoods are of phases alone."};
/// The last of them where the pages leave a timing open, which is then named below.
constexpr std::string_view searchedAssumed =
    "Exact over every documented timing, and over what is assumed of those that are not; likelihoods are of phases "
    "alone.";

std::string mean(const Ratio& seconds) {
    return formatDuration(Duration{static_cast<std::int64_t>(seconds.toDouble() + 0.5)});
}

class BoundsWriter {
public:
    BoundsWriter(const BoundsView& view, const TextStyle& style, std::ostream& out)
        : view_{view}, program_{view.program}, signs_{style.unicode ? unicodeSigns : asciiSigns}, page_{style, out},
          clock_{view.program.start, view.program.until} {}

    void write() {
        page_.paragraph({}, Phrase{program_.name, Paint::Strong});
        page_.paragraph({}, Phrase{view_.file, Paint::Quiet});
        page_.paragraph({}, Phrase{clock_.span(), Paint::Quiet});
        if (!view_.bounds.resources.empty()) {
            page_.heading("What may be down when", signs_.rule);
            bands();
            page_.blank();
            page_.heading("Resources", signs_.rule);
            for (const ResourceBounds& resource : view_.bounds.resources) {
                write(resource);
            }
        }
        writeDeadlines();
        writeExpectations();
        writeSearched();
    }

private:
    // --- bands -------------------------------------------------------------------------------------------------------

    void bands() {
        std::size_t longest = 0;
        for (const ResourceBounds& one : view_.bounds.resources) {
            longest = std::max(longest, Phrase{nameOf(one.resource)}.width());
        }
        names_ = std::min(longest, std::max(shortestNameRoom, page_.columns() / 4));
        const Scale scale{program_.until.time_since_epoch(), page_.columns() - names_ - laneGap};
        axis(scale);
        for (const ResourceBounds& one : view_.bounds.resources) {
            band(one, scale);
        }
        Phrase legend = named("");
        const bool anyFailed =
            std::ranges::any_of(view_.bounds.resources, [](const ResourceBounds& one) { return !one.failed.empty(); });
        legend.add(signs_.ready, Paint::Good)
            .add(" up  ")
            .add(signs_.fills[0], Paint::Bad)
            .add(fmt::format(" down{} {}  ", anyFailed ? " or failed" : "", openWords[open()]));
        legend.add(signs_.fills[2], Paint::Warning)
            .add(fmt::format(" {}  ", open() == 0 ? someWords[1] : someWords[open()]));
        legend.add(formatDuration(scale.step()) + " a column", Paint::Quiet);
        page_.line(legend);
    }

    [[nodiscard]] Phrase named(std::string_view name) const {
        return Phrase{shortened(name, names_, signs_.ellipsis), Paint::Strong}.padTo(names_ + laneGap);
    }

    void axis(const Scale& scale) {
        const Duration tick = scale.tick();
        Phrase labels = named("");
        Instant at = scenarioStart;
        do {
            const std::size_t column = names_ + laneGap + scale.cell(at);
            const std::string label = at == scenarioStart ? "0" : formatDuration(at.time_since_epoch());
            if (column + label.size() <= page_.columns() && labels.width() <= column) {
                labels.padTo(column).add(label, Paint::Quiet);
            }
            at += tick;
        } while (tick > Duration::zero() && at <= program_.until);
        page_.line(labels);
    }

    void band(const ResourceBounds& resource, const Scale& scale) {
        enum class Fill : std::uint8_t { NotThere, Up, Perhaps, Down };
        std::vector<Fill> fills(scale.columns(), Fill::NotThere);
        const auto fill = [&](Instant from, Instant to, Fill with) {
            const std::size_t last = std::min(std::max(scale.edge(to), scale.cell(from) + 1), fills.size());
            for (std::size_t i = scale.cell(from); i < last; ++i) {
                fills[i] = std::max(fills[i], with);
            }
        };
        for (const Extent<Instant>& there : resource.there) {
            fill(there.least, there.most, Fill::Up);
        }
        for (const Extent<Instant>& failed : resource.failed) {
            fill(failed.least, failed.most, resource.alwaysFailed ? Fill::Down : Fill::Perhaps);
        }
        for (const OutageBounds& outage : resource.outages) {
            const Extent<Instant>& start = outage.start.instant;
            const Extent<Instant>& end = outage.end.instant;
            fill(start.least, end.most, Fill::Perhaps);
            if (isCertain(resource, outage) && start.most < end.least) {
                fill(start.most, end.least, Fill::Down);
            }
        }
        while (!fills.empty() && fills.back() == Fill::NotThere) {
            fills.pop_back();
        }
        Phrase row = named(nameOf(resource.resource));
        for (const Fill one : fills) {
            switch (one) {
            case Fill::NotThere: row.add(" "); break;
            case Fill::Up: row.add(signs_.ready, Paint::Good); break;
            case Fill::Perhaps: row.add(signs_.fills[2], Paint::Warning); break;
            case Fill::Down: row.add(signs_.fills[0], Paint::Bad); break;
            }
        }
        page_.line(row);
    }

    /// Beside extents that not every way to go was looked at for.
    static constexpr std::string_view maybeWider = "which may be wider than what can happen";
    static constexpr std::string_view maybeWiderVerb = "may be wider than what can happen";

    // --- resources ---------------------------------------------------------------------------------------------------

    void write(const ResourceBounds& resource) {
        const Model& model = program_.modelOf(resource.resource);
        Phrase head{nameOf(resource.resource), Paint::Strong};
        head.add(fmt::format(" ({} {}): ", model.service, model.version), Paint::Quiet);
        if (resource.outages.empty() && !resource.failed.empty()) {
            head.add(failedText(resource), Paint::Bad);
        } else if (resource.outages.empty()) {
            const bool all = view_.bounds.exact() && view_.bounds.open == OpenTimings::All && view_.everyReading &&
                             !isCarried(program_, resource.resource);
            head.add(textOf(all ? AllClear::NeverDown : AllClear::NotDownHere));
            if (isDeleted(resource.resource)) {
                head.add(" while it is there; the story deletes it", Paint::Bad);
            }
            if (!resource.impairments.empty()) {
                head.add(", but impaired", Paint::Warning);
            }
        } else {
            head.add("down " + between(resource.downtime.extent), Paint::Bad);
            if (isMadeAnew(resource.resource)) {
                head.add(" since it was last made", Paint::Bad); // the outages below are of all its lives
            }
            if (!resource.downtime.extent.isPoint() && resource.weighed) {
                head.add(fmt::format(", {} on average{}", mean(resource.downtime.mean), ofPhases(resource)));
            }
            if (!resource.exact) {
                head.add(std::string{", "}.append(maybeWider), Paint::Warning);
            }
            if (resource.downtimeByPhases) {
                head.add(fmt::format("; {} by phases alone", between(*resource.downtimeByPhases)), Paint::Quiet);
            }
        }
        if (!resource.outages.empty() && !resource.failed.empty()) {
            head.add("; " + failedText(resource), Paint::Bad);
        }
        if (!resource.open && everHasKey(program_, resource.resource)) {
            head.add(view_.bounds.open == OpenTimings::Nominal ? "; at its nominal phase" : "; its phase is pinned",
                     Paint::Quiet);
        }
        page_.paragraph({}, head);
        if (resource.dataLost != 0) {
            item("data lost", percent(resource.dataLost), Paint::Bad);
        } else if (resource.mayLoseData) {
            item("data lost", "at some timings", Paint::Bad);
        }
        for (const StateLoss& loss : resource.losses) {
            item("lost",
                 fmt::format("{}; {}{}", lossText(program_, loss), instants(loss.at),
                             loss.always ? "" : ", at some timings"),
                 Paint::Bad);
        }
        for (const Extent<Instant>& failed : resource.failed) {
            item("failed", fmt::format("from {} {}", instants({failed.least, failed.least}),
                                       failed.most < program_.until
                                           ? "to " + instants({failed.most, failed.most})
                                           : std::string{"on, not repaired before the end of the scenario"}));
        }
        for (const OutageBounds& outage : resource.outages) {
            write(resource, outage);
        }
        for (const ImpairmentBounds& one : resource.impairments) {
            write(model, one, resource.exact);
        }
    }

    void write(const Model& model, const ImpairmentBounds& one, bool exact) {
        Phrase lead{"  "};
        lead.add(signs_.raised, Paint::Warning).add(" ");
        Phrase body{fmt::format("{}{}: {}", impairerName(model, one.by), one.always ? "" : ", at some timings",
                                textOf(model, impairmentBy(model, one.by)))};
        if (!exact) {
            body.add(std::string{"; when "}.append(maybeWiderVerb), Paint::Warning);
        }
        page_.paragraph(lead, body);
        item("begins", instants(one.start));
        item("ends", one.over                                   ? instants(one.end)
                     : one.start.isPoint() && one.end.isPoint() ? "not before the end of the scenario"
                                                                : "not before the end of the scenario, in some course");
    }

    void write(const ResourceBounds& resource, const OutageBounds& outage) {
        Phrase lead{"  "};
        lead.add(signs_.down, Paint::Bad).add(" ");
        Phrase body{fmt::format("{}, {}: for {}", reasonNames(outage), likelihood(resource, outage),
                                between(outage.length.extent))};
        if (!outage.length.extent.isPoint() && outage.probability != 0) {
            body.add(fmt::format(", {} on average{}", mean(outage.length.mean), ofPhases(resource)));
        }
        if (!resource.exact) {
            body.add(std::string{"; all of this "}.append(maybeWiderVerb), Paint::Warning);
        }
        page_.paragraph(lead, body);
        item("begins", instants(outage.start.instant));
        if (outage.reasons.size() > 1) {
            item("reasons", reasonsText(outage));
        }
        item("after", reached(outage.start, outage.latent.extent));
        item("ends", outage.over ? instants(outage.end.instant) : "not before the end of the scenario");
        if (outage.over) {
            item("after", reached(outage.end, {outage.end.instant.least - outage.end.cause.at.least,
                                               outage.end.instant.most - outage.end.cause.at.least}));
        }
        if (outage.byPhases) {
            const NarrowOutage& by = *outage.byPhases;
            item("by phases", fmt::format("begins {}, ends {}, for {}", instants(by.start),
                                          outage.over ? instants(by.end) : "not before the end", between(by.length)));
        }
        for (const std::string& text : boundedBy(program_.modelOf(resource.resource), outage)) {
            item("bounded by", text);
        }
    }

    /// The clocks by which it begins and ends, each once; those that are told in the same words share them.
    static std::vector<std::string> boundedBy(const Model& model, const OutageBounds& outage) {
        std::vector<const Timing*> clocks = outage.start.clocks;
        std::ranges::copy_if(outage.end.clocks, std::back_inserter(clocks), [&](const Timing* one) {
            return std::ranges::find(outage.start.clocks, one) == outage.start.clocks.end();
        });
        std::vector<std::pair<std::string, std::string>> cited; // what, and by what
        for (const Timing* clock : clocks) {
            std::string citation = citationOf(clock->provenance);
            const auto same = std::ranges::find(cited, citation, &std::pair<std::string, std::string>::second);
            if (same != cited.end()) {
                same->first += ", and " + clockText(model, *clock);
            } else {
                cited.emplace_back(clockText(model, *clock), std::move(citation));
            }
        }
        std::vector<std::string> texts;
        for (const auto& [what, citation] : cited) {
            texts.push_back(citation.empty() ? what : fmt::format("{}: {}", what, citation));
        }
        return texts;
    }

    static std::string clockText(const Model& model, const Timing& clock) {
        if (&clock == &model.revalidation) {
            return "a revalidation every " + formatDuration(clock.nominal);
        }
        if (model.recoveryClock && &clock == &*model.recoveryClock) {
            return fmt::format("a revalidation every {} while it is down", formatDuration(clock.nominal));
        }
        return clock.earliest != clock.latest ? analysis::rangeText(clock)
                                              : fmt::format("{} ({})", clock.meaning, formatDuration(clock.nominal));
    }

    static std::string reasonNames(const OutageBounds& outage) {
        std::string names;
        for (const OutageReason& one : outage.reasons) {
            names.append(names.empty() ? "" : " or ").append(cmksim::nameOf(one.reason));
        }
        return names;
    }

    /// Whether the story makes it more than once, so that there may be outages of an earlier life.
    [[nodiscard]] bool isMadeAnew(ResourceId id) const {
        const ResourceProgram& resource = program_.resources[id];
        const auto creations = std::ranges::count_if(resource.entries, [this](const OwnEntry& own) {
            return program_.entries[own.entry].creation() != nullptr;
        });
        return creations + (resource.described ? 1 : 0) > 1;
    }

    /// Whether some entry deletes it: then it is no more there than one that is down.
    [[nodiscard]] bool isDeleted(ResourceId id) const {
        return std::ranges::any_of(program_.resources[id].entries, [&](const OwnEntry& own) {
            return program_.entries[own.entry].action<ResourceDelete>() != nullptr;
        });
    }

    [[nodiscard]] std::size_t open() const { return static_cast<std::size_t>(view_.bounds.open); }

    /// Of what means and likelihoods are, where more than phases makes a difference.
    static std::string_view ofPhases(const ResourceBounds& resource) {
        return resource.phasesAlone ? "" : " by phases";
    }

    /// Where other timings make a difference they may let it be avoided; not the only one of what is down at every
    /// timing.
    static bool isCertain(const ResourceBounds& resource, const OutageBounds& outage) {
        return outage.probability == 1 && (resource.phasesAlone || isTheOnlyOne(resource));
    }

    static bool isTheOnlyOne(const ResourceBounds& resource) {
        return resource.outages.size() == 1 && resource.downtime.extent.least > Duration::zero();
    }

    static std::string likelihood(const ResourceBounds& resource, const OutageBounds& outage) {
        if (resource.phasesAlone) {
            return percent(outage.probability);
        }
        if (!resource.weighed) {
            return "possible; how likely it is is not known";
        }
        return outage.probability == 0       ? "possible, not while all but phases is nominal"
               : isCertain(resource, outage) ? "at every timing"
               : outage.probability == 1     ? "at any phase while all else is nominal"
                                             : percent(outage.probability) + " of the phases while all else is nominal";
    }

    [[nodiscard]] std::string instants(const Extent<Instant>& extent) const {
        const auto one = [this](Instant at) {
            const std::string calendar = clock_.calendar(at);
            return calendar.empty() ? Clock::sinceStart(at) : fmt::format("{} ({})", Clock::sinceStart(at), calendar);
        };
        return extent.isPoint() ? one(extent.least)
                                : fmt::format("between {} and {}", one(extent.least), one(extent.most));
    }

    [[nodiscard]] std::string reached(const TurnCause& cause) const {
        const std::string text = causeOf(program_, cause);
        if (!cause.at.isPoint()) {
            return fmt::format("{}, {}", text, instants(cause.at));
        }
        return cause.at.least > scenarioStart ? text + " at " + Clock::sinceStart(cause.at.least) : text;
    }

    [[nodiscard]] std::string reached(const Turn& turn, const Extent<Duration>& later) const {
        std::string text = reached(turn.cause);
        for (const TurnCause& other : turn.others) {
            text += ", at other phases " + reached(other);
        }
        if (!turn.cause.at.isPoint()) {
            return text;
        }
        return later.most == Duration::zero() ? text : fmt::format("{}, {} before", text, between(later));
    }

    static std::string citationOf(const Provenance& provenance) {
        std::string text;
        for (const std::string& source : provenance.sources) {
            text.append(text.empty() ? "" : ", ").append(source);
        }
        if (!provenance.assumed.empty()) {
            text.append(text.empty() ? "assumed: " : "; assumed: ").append(provenance.assumed);
        }
        return text;
    }

    void item(std::string_view label, std::string_view text, Paint paint = Paint::Plain) {
        Phrase lead{"    "};
        lead.add(label, Paint::Quiet).padTo(4 + labelRoom);
        page_.paragraph(lead, Phrase{text, paint});
    }

    // --- the whole scenario ---

    void writeDeadlines() {
        if (view_.deadlines.empty()) {
            return;
        }
        page_.blank();
        page_.heading("Points of no return", signs_.rule);
        for (const Deadline& deadline : view_.deadlines) {
            Phrase body{fmt::format("{} {}", analysis::nameOf(deadline.ending), targetOf(program_, deadline))};
            const std::string loses = resourceNames(program_, deadline.loses);
            const std::vector<std::string> notKnown = notKnownBy(program_, deadline);
            if (!loses.empty()) {
                body.add(fmt::format("; {} {}", deadlineLosses.at(deadline.ending.index()), loses), Paint::Bad);
            } else if (notKnown.empty()) {
                body.add(fmt::format("; {}", textOf(AllClear::NothingLost)), Paint::Quiet);
            }
            if (!notKnown.empty()) {
                body.add(fmt::format("; what becomes of {} by it is not known: no model", fmt::join(notKnown, ", ")),
                         Paint::Warning);
            }
            body.add(avertedText(deadline), deadline.isSurelyAverted() ? Paint::Good : Paint::Warning);
            const Clock clock{program_.start, std::max(program_.until, deadline.latest)};
            Phrase lead{dated(clock, deadline.earliest), Paint::Quiet};
            lead.add(deadline.isOpen() ? " to " + dated(clock, deadline.latest) : "", Paint::Quiet).add("  ");
            page_.paragraph(lead, body);
        }
    }

    static std::string dated(const Clock& clock, Instant at) {
        const std::string calendar = clock.calendar(at);
        return Clock::sinceStart(at) + (calendar.empty() ? "" : " (" + calendar + ")");
    }

    /// One that may have come already before what averts it is not averted at every timing.
    [[nodiscard]] std::string avertedText(const Deadline& deadline) const {
        if (!deadline.averted) {
            return !deadline.sometimesAverted   ? "; not averted"
                   : view_.bounds.everyReaction ? "; not averted in every course"
                                                : "; averted in some courses, and maybe not in every one";
        }
        return fmt::format("; averted {} {}{}", view_.bounds.worlds > 1 ? "by" : "at",
                           Clock::sinceStart(*deadline.averted),
                           deadline.isSurelyAverted() ? "" : ", where it has not come before");
    }

    void writeExpectations() {
        std::size_t always = 0;
        for (const ExpectationBounds& one : view_.bounds.expectations) {
            always += one.always ? 1 : 0;
        }
        const std::size_t all = view_.bounds.expectations.size();
        if (all == 0) {
            return;
        }
        page_.blank();
        page_.heading("Expectations", signs_.rule);
        page_.paragraph({}, Phrase{fmt::format("{} of {} hold {}", always, all,
                                               view_.bounds.everyReaction ? everyWords[open()]
                                                                          : "at every timing that was looked at"),
                                   always == all ? Paint::Good : Paint::Bad});
        for (const ExpectationBounds& one : view_.bounds.expectations) {
            if (!one.always) {
                write(one);
            }
        }
    }

    void write(const ExpectationBounds& one) {
        const TimelineEntry& entry = program_.entries[one.entry];
        const auto* list = std::get_if<std::vector<Expectation>>(&entry.what);
        Phrase body{list != nullptr ? nameOf((*list)[one.item].resource) : entry.name + ' ' + entry.target};
        body.add(fmt::format(" at {}: ", Clock::sinceStart(entry.at)));
        body.add(list != nullptr ? (*list)[one.item].text : entry.result ? entry.result->text : "ok", Paint::Strong);
        if (one.alwaysByPhases) {
            body.add(" holds at every phase, and not at every timing");
        } else if (one.byBases) {
            body.add(" does not hold at every phase of what it stands on");
        } else if (!one.weighed) {
            body.add(" does not hold at every phase");
        } else if (one.byRotations) {
            body.add(pairsText(one));
        } else if (one.neverByPhases()) {
            body.add(view_.bounds.open == OpenTimings::All ? " does not hold while all but phases is nominal"
                                                           : " never holds");
        } else if (!one.decides) { // worlds in which reactions happen at other instants
            body.add(fmt::format(" holds with a likelihood of {} over phases", percent(one.probability)));
        } else {
            body.add(fmt::format(" holds for {} of the phases of {}: {}", percent(one.probability),
                                 nameOf(one.decides->resource), phasesText(one.decides->holds)));
        }
        page_.paragraph(Phrase{signs_.failed, Paint::Bad}.add(" "), body);
    }

    /// Of one for which it matters when its resource looks for a newer version.
    [[nodiscard]] std::string pairsText(const ExpectationBounds& one) const {
        const std::string& name = nameOf(one.decides->resource);
        if (!hasOpenPhase(program_, one.decides->resource)) {
            return fmt::format(" holds for {} of the phases at which {} looks for a newer version",
                               percent(one.probability), name);
        }
        return fmt::format(
            " holds for {} of the pairs of phases at which {} revalidates and looks for a newer version{}",
            percent(one.probability), name,
            one.decides->holds.empty() ? "" : "; whenever it looks for one, for " + phasesText(one.decides->holds));
    }

    static std::string phasesText(const std::vector<PhaseClass>& phases) {
        std::string text;
        for (const PhaseClass& some : phases) {
            text.append(text.empty() ? "" : ", ")
                .append(some.first == some.last
                            ? formatDuration(some.first)
                            : fmt::format("{} to {}", formatDuration(some.first), formatDuration(some.last)));
        }
        return text;
    }

    void writeSearched() {
        page_.blank();
        std::string text;
        for (const std::string& one : notSearched(view_)) {
            text.append(text.empty() ? "Not exact: " : "; ").append(one);
        }
        const std::vector<std::string> unsaid = undocumentedTexts(program_);
        if (text.empty()) {
            const bool assumes = view_.bounds.open == OpenTimings::All && !unsaid.empty();
            text = assumes ? searchedAssumed : searchedWords[open()];
        }
        page_.paragraph({}, Phrase{text, Paint::Quiet});
        if (!program_.unmodelled.empty()) {
            page_.paragraph({}, Phrase{"Not looked at: " + unmodelledText(program_), Paint::Quiet});
        }
        if (!unsaid.empty()) {
            page_.paragraph({}, Phrase{fmt::format("Not documented: {}", fmt::join(unsaid, "; ")), Paint::Quiet});
        }
    }

    [[nodiscard]] const std::string& nameOf(ResourceId id) const { return program_.resources[id].name; }

    const BoundsView& view_;
    const Program& program_;
    const Signs& signs_;
    Page page_;
    Clock clock_;
    std::size_t names_ = 0;
};

} // namespace

std::string reasonsText(const OutageBounds& outage) {
    if (outage.reasons.size() == 1) {
        return std::string{cmksim::nameOf(outage.reason())};
    }
    std::string text;
    for (const OutageReason& one : outage.reasons) {
        text.append(text.empty() ? "" : "; ")
            .append(one.start.isPoint()
                        ? fmt::format("{} at {}", cmksim::nameOf(one.reason), Clock::sinceStart(one.start.least))
                        : fmt::format("{} between {} and {}", cmksim::nameOf(one.reason),
                                      Clock::sinceStart(one.start.least), Clock::sinceStart(one.start.most)));
    }
    return text;
}

std::string failedText(const ResourceBounds& resource) {
    return fmt::format("failed as it was made{}, and so never up", resource.alwaysFailed ? "" : ", at some timings");
}

void writeBoundsText(const BoundsView& view, const TextStyle& style, std::ostream& out) {
    BoundsWriter{view, style, out}.write();
}

} // namespace cmksim::report
