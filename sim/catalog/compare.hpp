// Services side by side: what each makes of a lost key, how soon, what brings it back, and what it asks for.
#pragma once

#include "model/model.hpp"

#include <span>
#include <string>

namespace cmksim::catalog {

/// For a terminal: under each question its answers, each with the services that give it.
std::string compareAsText(std::span<const Model* const> models);

/// A page in Markdown: a table with a column for each service, and below it the ways back, reason by reason.
std::string compareAsMarkdown(std::span<const Model* const> models);

} // namespace cmksim::catalog
