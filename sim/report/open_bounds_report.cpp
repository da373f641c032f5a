#include "report/open_bounds_report.hpp"

#include "analysis/objectives.hpp"
#include "base/time.hpp"
#include "deadline/breakpoints.hpp"
#include "report/all_clear.hpp"
#include "report/clock.hpp"
#include "report/shapes.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <ostream>

namespace cmksim::report {

namespace {

using deadline::AtInstant;
using deadline::HeldStretch;
using deadline::OpenExpectation;
using deadline::OpenObjective;
using deadline::OpenResource;

/// Which instants of a range, as the ends of it go without saying: `by +1h`, `from +1h on`, `from +1h to +2h`.
std::string whenText(const Extent<Instant>& when, const Extent<Instant>& range) {
    const bool fromTheStart = when.least == range.least;
    const bool toTheEnd = when.most == range.most;
    if (when.isPoint()) {
        return "at " + Clock::sinceStart(when.least);
    }
    return fromTheStart && toTheEnd ? "whenever it comes"
           : fromTheStart           ? "by " + Clock::sinceStart(when.most)
           : toTheEnd               ? fmt::format("from {} on", Clock::sinceStart(when.least))
                      : fmt::format("from {} to {}", Clock::sinceStart(when.least), Clock::sinceStart(when.most));
}

std::string atText(const AtInstant& one) {
    return fmt::format("{}, where it comes at {}", formatDuration(one.value), Clock::sinceStart(one.instant));
}

bool isAlways(const std::vector<HeldStretch>& stretches) {
    return std::ranges::all_of(stretches, [](const HeldStretch& one) { return one.held == Held::Always; });
}

bool isEverDown(const OpenResource& resource) { return resource.longest.value > Duration::zero() || resource.down; }

const Expectation* expectationOf(const Program& program, const OpenExpectation& one) {
    const auto* list = std::get_if<std::vector<Expectation>>(&program.entries[one.entry].what);
    return list != nullptr ? &(*list)[one.item] : nullptr;
}

std::string subjectOf(const Program& program, const OpenExpectation& one) {
    const TimelineEntry& entry = program.entries[one.entry];
    const Expectation* expected = expectationOf(program, one);
    return expected != nullptr ? program.resources[expected->resource].name : entry.name + ' ' + entry.target;
}

std::string expectedOf(const Program& program, const OpenExpectation& one) {
    const TimelineEntry& entry = program.entries[one.entry];
    const Expectation* expected = expectationOf(program, one);
    return expected != nullptr ? expected->text : entry.result ? entry.result->text : "ok";
}

/// The instants at which it holds alike, and how.
shape::List<shape::Record<HeldStretch>> heldStretchesShape() {
    return shape::list(shape::Record<HeldStretch>{}
                           .include(fromToShape(), &HeldStretch::when)
                           .field("holds", shape::word<Held>(analysis::heldNames), &HeldStretch::held));
}

shape::Record<Program> openInstantShape() {
    static const auto entry =
        shape::Record<TimelineEntry>{}
            .field("line", shape::line<std::uint32_t>(), [](const TimelineEntry& one) { return one.place.line; })
            .field("what",
                   [](const TimelineEntry& one) { return one.name.empty() ? "expect" : one.name + ' ' + one.target; })
            .field("after", &TimelineEntry::at); // of entries at their distances
    return shape::Record<Program>{}
        .field("line", shape::line<std::uint32_t>(), [](const Program& of) { return of.openInstant->place.line; })
        .field("from", [](const Program& of) { return of.openInstant->first; })
        .field("to", [](const Program& of) { return of.openInstant->last; })
        .field("entries", shape::list(entry), deadline::movingEntries);
}

shape::Record<OpenResource, Program> openResourceShape() {
    using One = OpenResource;
    static const auto at =
        shape::Record<AtInstant>{}.field("value", &AtInstant::value).field("at", &AtInstant::instant);
    return shape::Record<One, Program>{}
        .field("name", resourceName(), &One::resource)
        .field("shortest", at, &One::shortest)
        .field("longest", at, &One::longest)
        .field("longestOutage", at, &One::longestOutage)
        .field("down", shape::orNull(fromToShape()), &One::down)
        .field("mayGoOn", &One::mayGoOn)
        .field("dataLost", shape::list(fromToShape()), &One::dataLost)
        .field("mayBeImpaired", &One::mayBeImpaired)
        .field("mayFail", &One::mayFail);
}

shape::Record<OpenExpectation, Program> openExpectationShape() {
    using One = OpenExpectation;
    const auto line = [](const One& one, const Program& of) {
        const Expectation* expected = expectationOf(of, one);
        return expected != nullptr ? expected->place.line : of.entries[one.entry].place.line;
    };
    return shape::Record<One, Program>{}
        .field("line", shape::line<std::uint32_t>(), line)
        // With the first instant, where it moves.
        .field("t", [](const One& one, const Program& of) { return of.entries[one.entry].at; })
        .field("moves", [](const One& one, const Program& of) { return of.entries[one.entry].moves; })
        .field("subject", [](const One& one, const Program& of) { return subjectOf(of, one); })
        .field("expected", [](const One& one, const Program& of) { return expectedOf(of, one); })
        .field("stretches", heldStretchesShape(), &One::stretches);
}

shape::Record<OpenObjective, Program> openObjectiveShape() {
    using One = OpenObjective;
    return shape::Record<One, Program>{}
        .field("name", [](const One& one, const Program& of) { return of.objectives[one.objective].name; })
        .field("objective", shape::word<ObjectiveKind>(analysis::objectiveKindNames), &One::kind)
        .field("asked", [](const One& one,
                           const Program& of) { return analysis::askedText(of.objectives[one.objective], one.kind); })
        .field("stretches", heldStretchesShape(), &One::stretches);
}

const shape::Record<OpenBoundsView, Program>& openBoundsShape() {
    using shape::list;
    using View = OpenBoundsView;
    static const auto all =
        shape::Record<View, Program>{}
            .field("scenario", [](const View& view) { return view.program.name; })
            .field("file", &View::file)
            .field("end", [](const View& view) { return view.program.until; })
            .field("openInstant", openInstantShape(), [](const View& view) -> const auto& { return view.program; })
            .field("resources", list(openResourceShape()),
                   [](const View& view) -> const auto& { return view.bounds.resources; })
            .field("expectations", list(openExpectationShape()),
                   [](const View& view) -> const auto& { return view.bounds.expectations; })
            .field("objectives", list(openObjectiveShape()),
                   [](const View& view) -> const auto& { return view.bounds.objectives; })
            .field("exact", [](const View& view) { return view.bounds.exact && !view.bounds.interrupted; })
            .field("timing", shape::word<OpenTimings>(openTimingsNames), &View::open);
    return all;
}

class OpenBoundsWriter {
public:
    OpenBoundsWriter(const OpenBoundsView& view, const TextStyle& style, std::ostream& out)
        : view_{view}, program_{view.program}, signs_{style.unicode ? unicodeSigns : asciiSigns}, page_{style, out},
          range_{view.program.openInstant->first, view.program.openInstant->last} {}

    void write() {
        page_.paragraph({}, Phrase{program_.name, Paint::Strong});
        page_.paragraph({}, Phrase{view_.file, Paint::Quiet});
        page_.paragraph({}, Phrase{Clock{program_.start, program_.until}.span(), Paint::Quiet});
        page_.paragraph({}, Phrase{"Open: " + openInstantText(program_)});
        page_.blank();
        page_.heading("Resources", signs_.rule);
        for (const OpenResource& one : view_.bounds.resources) {
            write(one);
        }
        if (!view_.bounds.expectations.empty()) {
            page_.blank();
            page_.heading("Expectations", signs_.rule);
            for (const OpenExpectation& one : view_.bounds.expectations) {
                judged(expectationText(program_, one), one.stretches, inNoCase(view_.open));
            }
        }
        if (!view_.bounds.objectives.empty()) {
            page_.blank();
            page_.heading("Objectives", signs_.rule);
            for (const OpenObjective& one : view_.bounds.objectives) {
                const Objective& objective = program_.objectives[one.objective];
                judged(objective.name + ", " + analysis::askedText(objective, one.kind), one.stretches,
                       inNoCase(OpenTimings::Nominal));
            }
        }
    }

private:
    void write(const OpenResource& one) {
        const bool isDown = isEverDown(one);
        page_.paragraph({}, Phrase{program_.resources[one.resource].name, Paint::Strong}.add(": ").add(
                                outcomeText(one), isDown ? Paint::Bad : Paint::Plain));
        if (isDown) {
            fact("shortest", atText(one.shortest));
            fact("longest", atText(one.longest));
            fact("one outage", "up to " + atText(one.longestOutage));
        }
        if (one.down) {
            fact("down", fmt::format("not before {}, and {}", Clock::sinceStart(one.down->least),
                                     one.mayGoOn ? "maybe still when the story ends"
                                                 : "not after " + Clock::sinceStart(one.down->most)));
        }
        for (const Extent<Instant>& when : one.dataLost) {
            fact("data", "may be lost for good where it comes " + whenText(when, range_), Paint::Bad);
        }
    }

    void fact(std::string_view label, const std::string& text, Paint paint = Paint::Plain) {
        page_.paragraph(Phrase{"    "}.add(label, Paint::Quiet).padTo(16), Phrase{text, paint});
    }

    void judged(const std::string& what, const std::vector<HeldStretch>& stretches, std::string_view inNone) {
        const bool holds = isAlways(stretches);
        page_.paragraph(Phrase{holds ? signs_.held : signs_.failed, holds ? Paint::Good : Paint::Bad}.add(" "),
                        Phrase{what, Paint::Strong}.add(": " + stretchesText(stretches, inNone)));
    }

    const OpenBoundsView& view_;
    const Program& program_;
    const Signs& signs_;
    Page page_;
    Extent<Instant> range_;
};

} // namespace

Scope scopeOf(const OpenBoundsView& view) {
    const OpenInstant& open = *view.program.openInstant;
    Scope scope{fmt::format("every second of it from {} to {}, in {}, over {}", Clock::sinceStart(open.first),
                            Clock::sinceStart(open.last), deadline::piecesText(view.bounds.pieces),
                            view.open == OpenTimings::All      ? "every timing that the documents leave open"
                            : view.open == OpenTimings::Phases ? "revalidation phases"
                                                               : "one timing each"),
                {},
                {}};
    if (view.bounds.interrupted) {
        scope.notSearched.emplace_back("instants after those at which it was interrupted");
    }
    if (!view.bounds.exact) {
        scope.notSearched.emplace_back("some values of some timings: extents hold all of them, and may be wider");
    }
    return (view.open == OpenTimings::All ? scope : scope.atNominal(view.program)).over(view.program);
}

std::string openInstantText(const Program& program) {
    std::string what;
    std::size_t others = 0;
    for (const TimelineEntry& entry : program.entries) {
        if (!entry.moves) {
            continue;
        }
        if (what.empty()) {
            what = entry.name.empty() ? "what is expected" : entry.name + ' ' + entry.target;
        } else {
            ++others;
        }
    }
    const std::string more = others == 0   ? std::string{}
                             : others == 1 ? ", and the entry that follows it"
                                           : fmt::format(", and the {} entries that follow it", others);
    return fmt::format("{}{}, at any instant from {} to {}", what, more, Clock::sinceStart(program.openInstant->first),
                       Clock::sinceStart(program.openInstant->last));
}

std::string outcomeText(const OpenResource& resource) {
    std::string text{textOf(AllClear::NotDownHere)};
    if (isEverDown(resource)) {
        text = resource.shortest.value == resource.longest.value
                   ? "down " + formatDuration(resource.longest.value)
                   : fmt::format("down {} to {}", formatDuration(resource.shortest.value),
                                 formatDuration(resource.longest.value));
    }
    return text + (resource.mayBeImpaired ? ", and may be up and deny something" : "") +
           (resource.mayFail ? ", and may fail as it is made" : "");
}

std::string stretchesText(const std::vector<HeldStretch>& stretches, std::string_view inNone) {
    const Extent<Instant> range{stretches.front().when.least, stretches.back().when.most};
    std::string text;
    for (const HeldStretch& one : stretches) {
        const std::string_view held = one.held == Held::Always      ? textOf(AllClear::ObjectiveHolds)
                                      : one.held == Held::Never     ? inNone
                                      : one.held == Held::Sometimes ? "does not hold in every case"
                                                                    : "not known";
        text += fmt::format("{}{}, {}", text.empty() ? "" : "; ", held, whenText(one.when, range));
    }
    return text;
}

std::string expectationText(const Program& program, const OpenExpectation& one) {
    const TimelineEntry& entry = program.entries[one.entry];
    const Duration later = entry.moves ? entry.at - program.openInstant->first : Duration::zero();
    const std::string when = !entry.moves                ? "at " + Clock::sinceStart(entry.at)
                             : later == Duration::zero() ? std::string{"at the open instant"}
                                                         : formatDuration(later) + " after the open instant";
    return fmt::format("{} {}: {}", subjectOf(program, one), when, expectedOf(program, one));
}

std::string_view inNoCase(OpenTimings open) {
    return open == OpenTimings::All ? "does not hold while all but phases is nominal" : "holds in no case";
}

void writeOpenBoundsText(const OpenBoundsView& view, const TextStyle& style, std::ostream& out) {
    OpenBoundsWriter{view, style, out}.write();
    writeScopeText(scopeOf(view), style, out);
}

shape::Properties openBoundsProperties() { return shape::joined({openBoundsShape().properties(), scopeProperties()}); }

JsonValue openBoundsJson(const OpenBoundsView& view) {
    return withScope(openBoundsShape().write(view, view.program), scopeOf(view));
}

} // namespace cmksim::report
