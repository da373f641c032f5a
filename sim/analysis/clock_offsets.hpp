// How far from a look, or from an instant that no phase moves, what a model's rules count can come about.
#pragma once

#include "engine/program.hpp"

#include <vector>

namespace cmksim::analysis {

/// The sums of the times that rules count one after the other for a resource: of a tolerance, of `then`s along their
/// chain, of a loss, of a healing, of a revalidation by hand. Zero is among them, and alone where the model counts no
/// time. What comes about does so one of them after a look, an action or a fact (rules, "Exactness"). In order.
/// `byHand` says whether anything revalidates it by hand.
std::vector<Duration> clockOffsets(const Program& program, ResourceId resource, bool byHand = true);

/// Those of them alone that come before a resource leaves its first state, is back in it, or goes over to another
/// version there: no `then` leads from it or to it.
std::vector<Duration> clockOffsetsAtFirst(const Program& program, ResourceId resource);

/// All of them with each of the times at either end of its range too, and with those that a lapse and a change of bases
/// take.
std::vector<Duration> clockOffsetsAtEnds(const Program& program, ResourceId resource, bool byHand);

} // namespace cmksim::analysis
