// What 'models --new' writes: every field of a model with its meaning.
#pragma once

#include <string_view>

namespace cmksim::program {

/// The text of new_model.yaml; `SERVICE` stands for the name of the service.
std::string_view newModel();

} // namespace cmksim::program
