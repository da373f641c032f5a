// Situations told apart by what can still become of them.
#pragma once

#include "engine/situation.hpp"

#include <string>

namespace cmksim {

/// Equal for two situations of one program exactly when they go the same way from now on.
std::string canonicalForm(const Program& program, const Situation& situation);

} // namespace cmksim
