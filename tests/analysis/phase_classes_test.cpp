#include "analysis/phase_classes.hpp"
#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "property/generator.hpp"
#include "property/harness.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace cmksim::phase_classes_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::compile;

namespace {

// Without optimisation the same worlds take ten times as long.
#ifdef NDEBUG
constexpr std::uint64_t worlds = 400;
#else
constexpr std::uint64_t worlds = 40;
#endif

std::vector<Record> recordsAt(const Program& program, const WorldHistory& history, ResourceId resource,
                              Duration phase) {
    std::vector<Record> records;
    ResourceReplay walk{program, history, resource, phase, records};
    walk.finish();
    return records;
}

/// The same things happen in the same order, each at the same time or later by the difference in phase.
bool goTheSameWay(const std::vector<Record>& one, const std::vector<Record>& other, Duration difference) {
    return std::ranges::equal(one, other, [&](const Record& a, const Record& b) {
        const Duration later = b.position.at - a.position.at;
        // Downtimes grow within a class, and an expectation of them may hold for some of it.
        return a.what.index() == b.what.index() && a.entry() == b.entry() && a.item() == b.item() &&
               (a.is<Verdict>() || a.what == b.what) && (later == Duration::zero() || later == difference) &&
               a.on->status.state == b.on->status.state && a.on->status.outages == b.on->status.outages &&
               a.on->status.recoverable == b.on->status.recoverable;
    });
}

} // namespace

TEST_CASE("the classes of a resource cover its period without gaps") {
    Catalog catalog;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const Program program = test::soundProgram(property::toYaml(property::randomWorld(seed)), catalog);
        const WorldHistory history = simulateWorld(program, nominalPhases(program));
        for (const ResourceId resource : program.resources.ids()) {
            Duration next{};
            for (const PhaseClass& one : phaseClasses(program, history, resource)) {
                CHECK(one.first == next);
                CHECK(one.first <= one.last);
                next = one.last + Duration{1};
            }
            CHECK(next == program.modelOf(resource).revalidation.nominal);
        }
    }
}

TEST_CASE("all phases of a class go the same way, at times shifted by the phase") {
    Catalog catalog;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const std::string yaml = property::toYaml(property::randomWorld(seed));
        const Program program = test::soundProgram(yaml, catalog);
        const WorldHistory history = simulateWorld(program, nominalPhases(program));
        for (const ResourceId resource : program.resources.ids()) {
            if (!hasOpenPhase(program, resource)) {
                continue;
            }
            for (const PhaseClass& one : phaseClasses(program, history, resource)) {
                const std::vector<Record> first = recordsAt(program, history, resource, one.first);
                const Duration step = std::max(Duration{1}, one.width() / 7);
                for (Duration phase = one.first; phase <= one.last; phase += step) {
                    const bool same =
                        goTheSameWay(first, recordsAt(program, history, resource, phase), phase - one.first);
                    if (!same) {
                        FAIL("resource " << program.resources[resource].name << ", phases " << one.first.count()
                                         << " and " << phase.count() << " of a class:\n"
                                         << yaml);
                    }
                }
                const bool last =
                    goTheSameWay(first, recordsAt(program, history, resource, one.last), one.last - one.first);
                if (!last) {
                    FAIL("resource " << program.resources[resource].name << ", phases " << one.first.count() << " and "
                                     << one.last.count() << " of a class:\n"
                                     << yaml);
                }
            }
        }
    }
    SUCCEED();
}

} // namespace cmksim::phase_classes_test
