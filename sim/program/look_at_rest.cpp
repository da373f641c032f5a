#include "program/look_at_rest.hpp"

#include "analysis/at_rest.hpp"
#include "base/text.hpp"
#include "compile/compile.hpp"
#include "document/from_json.hpp"
#include "lint/lint.hpp"

#include <fmt/format.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <utility>

namespace cmksim::program {

namespace {

constexpr std::size_t most = 100; // of things that are alike

/// What an import frees lies in pieces among what it keeps, and counts as used until the allocator is asked to return
/// it.
void giveBackFreedMemory() {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

/// What services say of resources as they are written. Where is told by the resource: the file is not there yet.
void tellWarnings(const Diagnostics& own, const Scenario& scenario, Diagnostics& diagnostics) {
    std::size_t told = 0;
    const auto place = [](const Mark& mark) { return std::pair{mark.line, mark.column}; };
    for (const Diagnostic& one : own.all()) {
        if (++told > most) {
            continue;
        }
        const ResourceSpec* of = nullptr;
        for (const ResourceSpec& resource : scenario.estate.resources) {
            of = place(resource.key.mark) <= place(one.mark) ? &resource : of;
        }
        const std::string whose =
            of == nullptr ? std::string{} : fmt::format("{} {}: ", of->service.text, inQuotes(of->key.text));
        diagnostics.warning({}, whose + one.message, one.help);
    }
    if (told > most) {
        diagnostics.warning({}, fmt::format("{} more warnings about the estate that is written", told - most));
    }
}

} // namespace

void lookAtRest(JsonValue estate, std::string_view when, FileReader& files, Catalog& catalog,
                Diagnostics& diagnostics) {
    Diagnostics own;
    auto document = documentOf(estate, "the estate", own, 1, ShownLines::LeftOut);
    estate = nullptr; // which may be large, as all that follows is
    giveBackFreedMemory();
    auto scenario = document ? parseScenario("the estate", document, files, {}, own) : std::nullopt;
    const auto program = scenario ? compile::compileScenario(*scenario, catalog, own) : std::nullopt;
    if (!program || own.hasErrors()) {
        for (const Diagnostic& one : own.all()) {
            if (one.severity == Severity::Error) {
                diagnostics.warning({}, fmt::format("what is written does not load: {}", one.message), one.help);
            }
        }
        return;
    }
    tellWarnings(own, *scenario, diagnostics);
    scenario.reset(); // the program stands by itself
    document.reset();
    std::size_t down = 0;
    for (const AtRest& trouble : troublesAtRest(*program)) {
        if (++down <= most) {
            diagnostics.warning({},
                                fmt::format("{} {} is {} {}, although the source does not say so",
                                            program->modelOf(trouble.resource).service,
                                            inQuotes(program->resources[trouble.resource].name),
                                            troubleText(*program, trouble), when),
                                "probably read wrongly, or really so");
        }
    }
    if (down > most) {
        diagnostics.warning({}, fmt::format("{} more resources are down or impaired {}", down - most, when));
    }
    for (const LintFinding& finding : contestedBypasses(*program)) {
        diagnostics.warning({}, fmt::format("vault {}: {}", inQuotes(finding.subject), finding.detail));
    }
}

} // namespace cmksim::program
