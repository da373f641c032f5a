// Programs whose timeline is put together anew.
#include "played.hpp"

#include "engine/program.hpp"

#include <chrono>

namespace cmksim::program_test {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

TEST_CASE("the same estate with another timeline plays as if it had been written so") {
    const Played written{story("- {at: 1h, do: key.delete, target: kv1/cmk}\n"
                               "- {at: 2h, do: resource.remove-identity, target: reg, with: {identity: spare}}\n"
                               "- {at: 3h, do: key.recover, target: kv1/cmk}\n")};
    const Program& program = written.program;
    TimelineEntry early = program.entries[EntryId{2}];
    early.at = Instant{90min};
    const Program other = withTimeline(program, {early, program.entries[EntryId{0}]}, Instant{3h});
    const Trace trace = replay(other, nominalPhases(other));

    std::string story;
    for (const Record& record : trace.records) {
        story += told(other, record) + '\n';
    }
    CHECK(story == "key.delete kv1/cmk ok\n"
                   "reg Ready -> Inaccessible KeyNotFound\n"
                   "key.recover kv1/cmk ok\n"
                   "reg Inaccessible -> Ready None\n");
    CHECK(other.resources[ResourceId{0}].attachable.empty());
    CHECK(other.until == Instant{3h});
}

} // namespace cmksim::program_test
