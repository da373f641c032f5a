// A drill on paper: a sheet for whoever leads it, and one for those who play.
#pragma once

#include "analysis/bounds.hpp"
#include "catalog/catalog.hpp"
#include "engine/program.hpp"
#include "scenario/ast.hpp"

#include <string>
#include <string_view>

namespace cmksim::rehearsal {

/// What both sheets are made from. `shown` is the program as it goes at nominal phases.
struct HandoutView {
    const Scenario& scenario;
    const Program& program;
    const Program& shown;
    std::string_view file;
    Catalog& catalog;
};

/// Markdown: what happens unseen, what is seen and when, the way back, until when, what does not help.
std::string facilitatorSheet(const HandoutView& view);

/// Markdown: what there is, what is seen, how to go about it; nothing of the causes.
std::string participantSheet(const HandoutView& view);

} // namespace cmksim::rehearsal
