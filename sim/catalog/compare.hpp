// Services side by side: what each makes of a lost key, how soon, what brings it back, and what it asks for.
#pragma once

#include "base/json_value.hpp"
#include "model/model.hpp"
#include "model/platform.hpp"

#include <span>
#include <string>

namespace cmksim::catalog {

/// For a terminal: under each question its answers, each with the services that give it, and what becomes of each
/// service.
std::string compareAsText(std::span<const Model* const> models, const Platform& platform);

/// A page in Markdown: tables with a row for each service, and below them the ways back, reason by reason.
std::string compareAsMarkdown(std::span<const Model* const> models, const Platform& platform);

/// The same as data: tables, each with `title`, `heads` and `rows` of texts.
JsonValue compareAsJson(std::span<const Model* const> models, const Platform& platform);

} // namespace cmksim::catalog
