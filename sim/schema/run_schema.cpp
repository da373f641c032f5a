#include "schema/run_schema.hpp"

#include "report/json.hpp"
#include "schema/parts.hpp"

namespace cmksim::schema {

JsonValue runSchema(const KnownWords& words) {
    return document("A line of what cmksim run --format json prints", report::runProperties(),
                    report::runDefinitions({words.serviceNames, words.states, words.operations}));
}

} // namespace cmksim::schema
