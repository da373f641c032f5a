// The reference's replays of scenarios: on the three services as the semantics describe them, or on any models.
#pragma once

#include "reference/event.hpp"
#include "reference/model.hpp"
#include "reference/service_rules.hpp"
#include "scenario/ast.hpp"

#include <functional>
#include <optional>

namespace cmksim::reference {

using namespace scenario;

/// How long an entry's action takes to count; nothing: its nominal time. Asked only where that is left open.
using Delays = std::function<std::optional<Duration>(const EntrySpec& entry)>;

/// Replays a sound scenario without fleets, open phases at 0 and every other timing as `delays` say. What an
/// expectation says of the error of a resource or of a denied operation is not looked at: the services' texts are not
/// the reference's matter.
Replay replay(const Scenario& scenario, const Delays& delays = {}, const Readings& readings = {});

/// The same of a scenario whose services are these models', at nominal timings.
Replay replay(const Scenario& scenario, const std::vector<ModelFile>& models);

} // namespace cmksim::reference
