// The models that the program carries, as text; cmake/EmbedModels.cmake writes what stands behind this.
#pragma once

#include <span>
#include <string_view>

namespace cmksim::catalog {

/// A file of models/, byte for byte.
struct BaseFile {
    std::string_view name; // `models/platform.yaml`
    std::string_view text;
};

/// A base model, with what a list of models says of it.
struct BaseModel {
    std::string_view service;
    std::string_view version;
    std::string_view title;
    BaseFile file;
};

/// All base models, by file name.
std::span<const BaseModel> baseModels();

/// How Azure's tools write the base models, by file name.
std::span<const BaseFile> baseTerms();

/// The base platform.
const BaseFile& basePlatform();

} // namespace cmksim::catalog
