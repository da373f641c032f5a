#include "program/blast_command.hpp"
#include "program/bounds_command.hpp"
#include "program/class_command.hpp"
#include "program/completion_command.hpp"
#include "program/deadline_command.hpp"
#include "program/diagnose_command.hpp"
#include "program/diagram_command.hpp"
#include "program/diff_command.hpp"
#include "program/drill_command.hpp"
#include "program/explain_command.hpp"
#include "program/explore_command.hpp"
#include "program/fmt_command.hpp"
#include "program/gate_command.hpp"
#include "program/handout_command.hpp"
#include "program/import_command.hpp"
#include "program/init_command.hpp"
#include "program/lint_command.hpp"
#include "program/models_command.hpp"
#include "program/plan_command.hpp"
#include "program/play_command.hpp"
#include "program/report_command.hpp"
#include "program/run_command.hpp"
#include "program/sample_command.hpp"
#include "program/schema_command.hpp"
#include "program/test_command.hpp"

#include <array>

namespace cmksim::program {

std::span<const Command> commands() {
    static const std::array all{
        runCommand,      testCommand,    boundsCommand,   sampleCommand, mergeCommand,     blastCommand, planCommand,
        deadlineCommand, exploreCommand, diagnoseCommand, lintCommand,   diffCommand,      gateCommand,  playCommand,
        drillCommand,    classCommand,   handoutCommand,  reportCommand, importCommand,    fmtCommand,   modelsCommand,
        explainCommand,  diagramCommand, schemaCommand,   initCommand,   completionCommand};
    return all;
}

} // namespace cmksim::program
