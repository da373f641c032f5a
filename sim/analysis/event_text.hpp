// What happened, in one line that reads the same in every world in which the same happens.
#pragma once

#include "engine/program.hpp"
#include "trace/record.hpp"

#include <string>

namespace cmksim::analysis {

/// `key.delete contoso-kv/acr-cmk: ok`, `reg: Ready → Inaccessible, KeyNotFound`; a verdict as it is, `reg: Ready,
/// held`.
std::string eventText(const Program& program, const Record& record);

} // namespace cmksim::analysis
