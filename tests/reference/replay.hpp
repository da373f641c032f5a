// The clock of the reference (semantics, section 1): it stops at every instant at which anything can happen, every
// revalidation of every resource among them.
#pragma once

#include "reference/event.hpp"
#include "scenario/ast.hpp"

namespace cmksim::reference {

/// Replays a sound scenario without fleets, every timing at its nominal value and open phases at 0. What an expectation
/// says of the error of a resource or of a denied operation is not looked at: the services' texts are not the
/// reference's matter.
Replay replay(const Scenario& scenario);

} // namespace cmksim::reference
