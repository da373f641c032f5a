// What a run came to, as a text that a scenario keeps: the next run must come to the same.
#pragma once

#include "document/document.hpp"
#include "engine/program.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cmksim::suite {

/// What happens at the nominal timing, a line each, and how each resource ends.
std::string snapshotOf(const Program& program);

/// The part of a recorded text that belongs to one case. Without a matrix (`label` is empty) that is all of it; else
/// what stands under `[label]`.
std::optional<std::string_view> sectionOf(std::string_view recorded, std::string_view label);

/// What is to be recorded of one case; nothing where what was recorded of it before is kept.
struct CaseSnapshot {
    std::string label;
    std::optional<std::string> now;
};

/// The text of a scenario file whose field `snapshot` holds what is recorded of all its cases, in their order, and
/// everything else byte for byte as it is. What the field holds of cases that are not there any more goes once every
/// case is recorded. Nothing where that cannot be, as `withRootText` says, and where a parameter stands there.
std::optional<std::string> withSnapshot(const Document& document, std::span<const CaseSnapshot> cases);

} // namespace cmksim::suite
