// Resources that a question need not tell apart, and estates without those that it does not need.
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <cstdint>
#include <span>

namespace cmksim::engine {

/// Which resources are described alike and look at the same time, by a number: they may change places without making a
/// difference. Actions of a timeline are not looked at. Costs what the estate is large.
using ResourceClasses = IdVector<ResourceId, std::uint32_t>;
ResourceClasses alikeResources(const Program& program, const Phases& phases);

/// Every resource by itself, for questions about single ones.
ResourceClasses distinctResources(const Program& program);

/// The estate with those resources alone that are named, and what decides what becomes of them: what they stand on,
/// what stands on them, and whose own identity they use. All ids stay as they are; the others are not there.
Program withResources(const Program& program, std::span<const ResourceId> named);

} // namespace cmksim::engine
