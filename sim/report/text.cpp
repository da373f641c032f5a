#include "report/text.hpp"

#include "base/time.hpp"
#include "report/run_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

namespace cmksim::report {

namespace {

/// How a resource with a key came to be, in the estate or by the timeline; null for none.
const NewResource* describedWithKey(const Program& program, ResourceId id) {
    const ResourceProgram& resource = program.resources[id];
    if (resource.described) {
        return resource.described->key.valid() ? &*resource.described : nullptr;
    }
    for (const OwnEntry& own : resource.entries) {
        const auto* creation = program.entries[own.entry].creation();
        if (creation != nullptr && creation->described->key.valid()) {
            return creation->described.get();
        }
    }
    return nullptr;
}

/// Resources by a clock's period and the phase that they were given.
using ByPhase = std::map<std::pair<Duration, Duration>, std::vector<ResourceId>>;

void writePhases(const Program& program, std::string_view clock, const ByPhase& open, Page& page) {
    for (const auto& [when, resources] : open) {
        constexpr std::size_t mostNamed = 6;
        Phrase body{fmt::format("{} phase open, {} of {} taken: ", clock, formatDuration(when.second),
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

/// Which phases were given to resources that do not say theirs.
void writePhases(const Program& program, const Phases& phases, const Trace& trace, Page& page) {
    ByPhase revalidations;
    ByPhase recoveries;
    ByPhase rotations;
    for (const ResourceEnd& end : trace.ends) {
        const auto& fleet = program.resources[end.resource].fleet;
        const NewResource* described = describedWithKey(program, end.resource);
        const Model& model = program.modelOf(end.resource);
        if (described == nullptr) {
            continue;
        }
        if (!described->phase && !(fleet && fleet->phases)) {
            revalidations[{model.revalidation.nominal, phases[end.resource]}].push_back(end.resource);
        }
        if (model.recoveryClock && !described->recoveryPhase) {
            recoveries[{model.recoveryClock->nominal, phases.recovery(end.resource)}].push_back(end.resource);
        }
        bool rotates = false;
        described->eachKey([&](const KeyUse& use) {
            const std::optional<NamedKey>& key = program.keys[use.key].named;
            rotates = rotates || (model.rotationClock && !(key && key->version.valid()));
        });
        const bool known = fleet && fleet->phases && fleet->phases->haveRotations();
        if (rotates && !described->rotationPhase && !known) {
            rotations[{model.rotationClock->nominal, phases.rotation(end.resource)}].push_back(end.resource);
        }
    }
    writePhases(program, "revalidation", revalidations, page);
    writePhases(program, "recovery", recoveries, page);
    writePhases(program, "rotation", rotations, page);
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
                  const EventRanges* ranges, const reads::ReadOutputs* outputs) {
    const Causes causes{program, phases, trace};
    const IdVector<ResourceId, ResourceStory> stories = storiesOf(trace, program.until);
    const Clock clock{program.start, program.until};
    const RunView run{.program = program,
                      .trace = trace,
                      .causes = causes,
                      .stories = stories,
                      .clock = clock,
                      .signs = style.unicode ? unicodeSigns : asciiSigns,
                      .file = file,
                      .fleets = fleets,
                      .commands = commands,
                      .ranges = ranges,
                      .outputs = outputs};
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
