#include "report/open_bounds_report.hpp"

#include "analysis/objectives.hpp"
#include "report/all_clear.hpp"
#include "report/clock.hpp"
#include "report/extent.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

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

JsonValue atJson(const AtInstant& one) {
    return JsonObject{{"value", seconds(one.value)}, {"at", seconds(one.instant)}};
}

JsonValue whenJson(const Extent<Instant>& when) {
    return JsonObject{{"from", seconds(when.least)}, {"to", seconds(when.most)}};
}

JsonArray stretchesJson(const std::vector<HeldStretch>& stretches) {
    JsonArray all;
    for (const HeldStretch& one : stretches) {
        all.push_back(whenJson(one.when).with("holds", analysis::heldNames.at(static_cast<std::size_t>(one.held))));
    }
    return all;
}

JsonValue resourceJson(const Program& program, const OpenResource& one) {
    JsonArray lost;
    for (const Extent<Instant>& when : one.dataLost) {
        lost.push_back(whenJson(when));
    }
    return JsonObject{{"name", program.resources[one.resource].name},
                      {"shortest", atJson(one.shortest)},
                      {"longest", atJson(one.longest)},
                      {"longestOutage", atJson(one.longestOutage)},
                      {"down", one.down ? whenJson(*one.down) : JsonValue{nullptr}},
                      {"mayGoOn", one.mayGoOn},
                      {"dataLost", std::move(lost)},
                      {"mayBeImpaired", one.mayBeImpaired},
                      {"mayFail", one.mayFail}};
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
    Scope scope{fmt::format("every second of it from {} to {}, in {} pieces, over {}", Clock::sinceStart(open.first),
                            Clock::sinceStart(open.last), view.bounds.pieces,
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

JsonValue openBoundsJson(const OpenBoundsView& view) {
    const Program& program = view.program;
    const OpenInstant& open = *program.openInstant;
    JsonArray moving;
    for (const TimelineEntry& entry : program.entries) {
        if (entry.moves) {
            moving.push_back(JsonObject{{"line", std::int64_t{entry.place.line}},
                                        {"what", entry.name.empty() ? "expect" : entry.name + ' ' + entry.target},
                                        {"after", seconds(entry.at - open.first)}});
        }
    }
    JsonArray resources;
    for (const OpenResource& one : view.bounds.resources) {
        resources.push_back(resourceJson(program, one));
    }
    JsonArray expectations;
    for (const OpenExpectation& one : view.bounds.expectations) {
        const TimelineEntry& entry = program.entries[one.entry];
        const Expectation* expected = expectationOf(program, one);
        const TextPlace place = expected != nullptr ? expected->place : entry.place;
        expectations.push_back(JsonObject{{"line", std::int64_t{place.line}},
                                          {"t", seconds(entry.at)},
                                          {"moves", entry.moves},
                                          {"subject", subjectOf(program, one)},
                                          {"expected", expectedOf(program, one)},
                                          {"stretches", stretchesJson(one.stretches)}});
    }
    JsonArray objectives;
    for (const OpenObjective& one : view.bounds.objectives) {
        const Objective& objective = program.objectives[one.objective];
        objectives.push_back(
            JsonObject{{"name", objective.name},
                       {"objective", analysis::objectiveKindNames.at(static_cast<std::size_t>(one.kind))},
                       {"asked", analysis::askedText(objective, one.kind)},
                       {"stretches", stretchesJson(one.stretches)}});
    }
    return withScope(JsonObject{{"scenario", program.name},
                                {"file", view.file},
                                {"end", seconds(program.until)},
                                {"openInstant", JsonObject{{"line", std::int64_t{open.place.line}},
                                                           {"from", seconds(open.first)},
                                                           {"to", seconds(open.last)},
                                                           {"entries", std::move(moving)}}},
                                {"resources", std::move(resources)},
                                {"expectations", std::move(expectations)},
                                {"objectives", std::move(objectives)},
                                {"exact", view.bounds.exact && !view.bounds.interrupted},
                                {"timing", openTimingsNames.at(static_cast<std::size_t>(view.open))}},
                     scopeOf(view));
}

} // namespace cmksim::report
