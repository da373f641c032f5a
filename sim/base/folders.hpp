// The folders as namespaces. Code of sim/FOLDER stands in cmksim::FOLDER; only base, model and trace, the words that
// all others speak, stand in cmksim itself. A folder sees without qualification what those that it builds on declare,
// and its own names come first: the directives follow USES in each folder's CMakeLists.txt.
#pragma once

namespace cmksim {

namespace action {}
namespace document {}

namespace engine {
using namespace action;
}

namespace scenario {
using namespace action;
using namespace document;
} // namespace scenario

namespace catalog {
using namespace scenario;
}

namespace az {
using namespace catalog;
}

namespace import {
using namespace az;
}

namespace compile {
using namespace az;
using namespace engine;
} // namespace compile

namespace analysis {
using namespace catalog;
using namespace engine;
} // namespace analysis

namespace explanation {
using namespace compile;
}

namespace recovery {
using namespace analysis;
}

namespace blast {
using namespace recovery;
}

namespace exploration {
using namespace recovery;
}

namespace lint {
using namespace recovery;
}

namespace deadline {
using namespace recovery;
}

namespace gate {
using namespace recovery;
}

namespace sampling {
using namespace analysis;
}

namespace report {
using namespace blast;
using namespace deadline;
using namespace explanation;
using namespace exploration;
using namespace gate;
using namespace lint;
using namespace sampling;
} // namespace report

namespace page {
using namespace report;
}

namespace rehearsal {
using namespace report;
}

namespace schema {
using namespace catalog;
using namespace engine;
} // namespace schema

namespace suite {
using namespace report;
}

namespace program {
using namespace import;
using namespace page;
using namespace rehearsal;
using namespace schema;
using namespace suite;
} // namespace program

} // namespace cmksim
