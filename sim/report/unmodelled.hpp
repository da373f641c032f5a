// Tells of the resources that no model plays, with what they hang on: nothing in a report speaks of them.
#pragma once

#include "base/shape.hpp"
#include "engine/program.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace cmksim::report {

/// What is said of each of them, everywhere.
inline constexpr std::string_view unmodelledWords = "no model: what becomes of it is not known";

/// `key contoso-kv/st-cmk through st-id, on contosoreg`; what it hangs on, in one line.
std::string whatItHangsOn(const Program& program, const Unmodelled& resource);

/// What is said of one, with what stands on it: `no model: what becomes of it is not known, and so of vm, which stands
/// on it`.
std::string knownOf(const Program& program, const Unmodelled& resource);

/// Whether a resource stands on one without a model, or on what does.
bool isCarried(const Program& program, ResourceId resource);

/// The section at the end of a text report; nothing where every resource has a model.
void writeUnmodelledText(const Program& program, const TextStyle& style, std::ostream& out);

/// The field `unmodelled`, which is left out where every resource has a model.
shape::Properties unmodelledProperties();

/// The report with the field `unmodelled`; as it is where every resource has a model.
JsonValue withUnmodelled(JsonValue report, const Program& program);

/// The list in that field.
JsonValue unmodelledJson(const Program& program);

} // namespace cmksim::report
