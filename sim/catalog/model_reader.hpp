// From a file of models/ to a model or a platform; the language is described in models/README.md.
#pragma once

#include "base/diagnostics.hpp"
#include "document/document.hpp"
#include "model/model.hpp"
#include "model/platform.hpp"

#include <memory>
#include <optional>

namespace cmksim::catalog {

/// What the file says that it is: it begins `cmksim-model`, `cmksim-platform` or `cmksim-azure`.
enum class ModelFileKind : std::uint8_t { Model, Platform, Azure, Other };

ModelFileKind kindOf(const Document& document);

/// Reads a model. Reports all that is wrong with it, and returns nothing then. Permissions are looked up in `platform`.
std::optional<Model> readModel(const Document& document, const Platform& platform, Diagnostics& diagnostics);

/// Reads a platform, likewise.
std::optional<Platform> readPlatform(const Document& document, Diagnostics& diagnostics);

} // namespace cmksim::catalog
