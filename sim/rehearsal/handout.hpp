// A drill on paper: a sheet for its facilitator, and one for its players.
#pragma once

#include "analysis/bounds.hpp"
#include "catalog/catalog.hpp"
#include "compile/drill.hpp"
#include "engine/program.hpp"
#include "rehearsal/best_course.hpp"
#include "scenario/ast.hpp"

#include <string>

namespace cmksim::rehearsal {

/// What both sheets are made from. `shown` is the program as it goes at nominal phases.
struct HandoutView {
    const Scenario& scenario;
    const Program& program;
    const Program& shown;
    const DrillRules& rules;  // what it forbids, no plan does
    const BestCourse& course; // of what is shown
    Catalog& catalog;
};

/// Markdown: how to hand it out, what happens unseen, what is seen and when, the way back from the first symptom on as
/// the drill's best course has it, until when, what does not help.
std::string facilitatorSheet(const HandoutView& view);

/// Markdown: what there is, what is seen when the drill begins, the rules, how to go about it; nothing of the causes,
/// of what is to come, or of what is to be learnt, and so not the name of the file.
std::string participantSheet(const HandoutView& view);

} // namespace cmksim::rehearsal
