#include "suite/collect.hpp"

#include "base/text.hpp"
#include "suite/stable_hash.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace cmksim::suite {

namespace {

namespace files = std::filesystem;

void collectBelow(const std::string& directory, std::vector<SuiteFile>& found, Diagnostics& diagnostics) {
    std::error_code error;
    files::recursive_directory_iterator at{directory, files::directory_options::skip_permission_denied, error};
    for (; !error && at != files::recursive_directory_iterator{}; at.increment(error)) {
        if (at->path().extension() == ".yaml" && !at->is_directory()) {
            found.push_back({at->path().lexically_normal().generic_string()});
        }
    }
    if (error) {
        diagnostics.error({}, "cannot read " + inQuotes(directory) + ": " + error.message());
    }
}

} // namespace

std::vector<SuiteFile> collectFiles(std::span<const std::string> paths, Diagnostics& diagnostics) {
    std::vector<SuiteFile> found;
    for (const std::string& path : paths) {
        std::error_code error;
        if (files::is_directory(path, error)) {
            collectBelow(path, found, diagnostics);
        } else {
            found.push_back({path});
        }
    }
    std::ranges::sort(found, {}, &SuiteFile::path);
    const auto repeated = std::ranges::unique(found, {}, &SuiteFile::path);
    found.erase(repeated.begin(), repeated.end());
    return found;
}

std::uint32_t shardOf(const std::string& path, std::uint32_t parts) {
    return static_cast<std::uint32_t>(stableHash(path) % parts) + 1;
}

} // namespace cmksim::suite
