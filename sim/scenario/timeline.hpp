// The timeline: entries, what they do, and what they expect.
#pragma once

#include "document/document.hpp"
#include "document/mapping_reader.hpp"
#include "scenario/ast.hpp"
#include "scenario/scalars.hpp"

#include <optional>
#include <vector>

namespace cmksim::scenario {

/// All entries of the list `node` whose verb and target could be read, in file order. None may lie after `until`.
std::vector<EntrySpec> readTimeline(Node node, std::optional<Instant> until, const Reading& reading);

/// The action that `verb` names, with its target and its arguments (`with` may be no node). `at` is the place of the
/// entry. Nothing, as reported, when there is no such action or no target.
std::optional<ActionSpec> readAction(Node verb, Node target, Node with, Mark at, const Reading& reading);

/// Takes the target of an action, where it has the shape of one, and may be the name of what the action makes; reports
/// what is wrong with it, and returns false where it is none.
bool acceptTarget(const Name& target, const ActionRule& rule, ActionSpec& action, Diagnostics& diagnostics);

/// What an entry expects of its own action.
std::optional<ResultSpec> readActionResult(Node node, const Reading& reading);

/// What an entry expects of its own operation.
std::optional<ResultSpec> readOperationResult(Node node, const Reading& reading);

/// What an `expect` that stands alone says of resources, in the order written.
std::vector<ExpectationSpec> readExpectations(Node node, const Reading& reading);

} // namespace cmksim::scenario
