#include "report/text.hpp"

#include "engine/wording.hpp"
#include "report/run_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace cmksim::report {

namespace {

/// Whether nobody says when a resource's revalidations fall, though it has some.
bool phaseIsOpen(const Program& program, ResourceId id) {
    const ResourceProgram& resource = program.resources[id];
    if (resource.described) {
        return !resource.described->phase && resource.described->key.valid();
    }
    for (const OwnEntry& own : resource.entries) {
        const auto* creation = program.entries[own.entry].action<ResourceCreate>();
        if (creation != nullptr && creation->described->key.valid()) {
            return !creation->described->phase;
        }
    }
    return false;
}

/// Which phase each open resource was given.
void writePhases(const Program& program, const Phases& phases, const Trace& trace, Page& page) {
    std::map<std::pair<Duration, Duration>, std::vector<ResourceId>> open; // by period and phase
    for (const ResourceEnd& end : trace.ends) {
        const auto& fleet = program.resources[end.resource].fleet;
        if (phaseIsOpen(program, end.resource) && !(fleet && fleet->phases)) {
            open[{program.modelOf(end.resource).revalidation.nominal, phases[end.resource]}].push_back(end.resource);
        }
    }
    for (const auto& [when, resources] : open) {
        constexpr std::size_t mostNamed = 6;
        Phrase body{fmt::format("revalidation phase open, {} of {} taken: ", formatDuration(when.second),
                                formatDuration(when.first))};
        for (std::size_t i = 0; i < std::min(resources.size(), mostNamed); ++i) {
            body.add(i == 0 ? "" : ", ").add(program.resources[resources[i]].name);
        }
        if (resources.size() > mostNamed) {
            body.add(fmt::format(" and {} more", resources.size() - mostNamed));
        }
        page.paragraph(Phrase{}, body);
    }
}

void writeHead(const RunView& run, const Phases& phases, Page& page) {
    page.paragraph(Phrase{}, Phrase{run.program.name, Paint::Strong});
    page.paragraph(Phrase{}, Phrase{run.file, Paint::Quiet});
    page.paragraph(Phrase{}, Phrase{fmt::format("{}, {}", run.clock.span(),
                                                formatDuration(run.program.until.time_since_epoch()))});
    writePhases(run.program, phases, run.trace, page);
}

} // namespace

void writeRunText(const Program& program, const Trace& trace, const Phases& phases, std::string_view file,
                  const TextStyle& style, std::ostream& out, const FleetRuns& fleets, const AzCommands* commands,
                  const EventRanges* ranges) {
    const Causes causes{program, phases, trace};
    const IdVector<ResourceId, ResourceStory> stories = storiesOf(trace, program.until);
    const Clock clock{program.start, program.until};
    const RunView run{program, trace,  causes,   stories, clock, style.unicode ? unicodeSigns : asciiSigns,
                      file,    fleets, commands, ranges};
    Page page{style, out};
    writeHead(run, phases, page);
    page.blank();
    writeTimeline(run, page);
    page.blank();
    writeLanes(run, page);
    page.blank();
    writeResources(run, page);
    page.blank();
    writeVerdict(run, page);
}

} // namespace cmksim::report
