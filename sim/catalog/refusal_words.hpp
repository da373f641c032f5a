// A refusal's conditions and effects, said in words.
#pragma once

#include "model/model.hpp"

#include <string>

namespace cmksim::catalog {

/// When a rule applies: `sku is Basic or Standard, and …`; `always` for a rule without conditions.
std::string conditionInWords(const RefusalRule& rule, const Model& model);

/// What a refusal leaves behind: a sentence, or nothing.
std::string effectInWords(const RefusalRule& rule, const Model& model);

} // namespace cmksim::catalog
