#include "schema/suite_schema.hpp"

#include "report/rests_on.hpp"
#include "schema/parts.hpp"
#include "suite/coverage_report.hpp"
#include "suite/report_diff.hpp"
#include "suite/report_formats.hpp"

namespace cmksim::schema {

JsonValue testSchema() {
    // Where it has been asked for, there is always evidence.
    const shape::Properties evidence{{"evidence", report::restsOnShape().schema()}};
    return document("What cmksim test --format json prints", shape::joined({suite::suiteProperties(), evidence}),
                    suite::suiteDefinitions());
}

JsonValue diffSchema() {
    return document("What cmksim diff --format json prints", suite::diffProperties(), suite::diffDefinitions());
}

JsonValue coverageSchema() { return document("What cmksim test --coverage json prints", suite::coverageProperties()); }

} // namespace cmksim::schema
