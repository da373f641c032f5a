// The files of a suite: every scenario below the paths named.
#pragma once

#include "base/diagnostics.hpp"
#include "document/document.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::suite {

/// One file that may be a scenario. A file that was named outright must be one.
struct SuiteFile {
    std::string path;
    bool named = true;
};

/// A folder whose files are not known.
struct UnreadFolder {
    std::string path;
    std::string why; // as it is printed
};

/// Every `*.yaml` and `*.yml` below the directories, and the files named outright, each once, by path. Links are
/// followed, but into no folder twice, nor to a file that is taken under its own name; of what is found only plain
/// files are taken, and none that a `.cmksimignore` above it passes over. Reports ignore files that cannot be read, and
/// folders, unless `unread` takes those.
std::vector<SuiteFile> collectFiles(std::span<const std::string> paths, Diagnostics& diagnostics,
                                    std::vector<UnreadFolder>* unread = nullptr);

/// Whether a file is ours, or seems to have been meant to be: a version field with a slip in it. No document: it is no
/// YAML.
bool isOurs(const Source& source, const Document* document);

/// How many files that are not ours a command passed over, as a line.
std::string passedOverText(std::string_view command, std::size_t files);

/// The part of a divided suite that a file belongs to, from 1 to `parts`. It depends on the path alone, so that adding
/// a file moves no other.
std::uint32_t shardOf(const std::string& path, std::uint32_t parts);

} // namespace cmksim::suite
