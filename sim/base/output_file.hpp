// Files that a command leaves behind: each appears whole or not at all, and what stood there stays until then.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cmksim {

/// What happens to a file that is there already.
enum class Existing : std::uint8_t { Replaced, Kept };

/// How a file is written.
struct OutputRules {
    Existing existing = Existing::Replaced;
    /// What the file must hold up to the moment in which it is replaced.
    std::optional<std::string_view> before;
    /// Asked while a pipe has no reader yet: whether to wait no longer.
    std::function<bool()> givesUp = {};
};

/// Writes `text` to a unique file beside `path`, flushes it to the disk, gives it the mode and the owner of what stands
/// there, and renames it. Links are followed. What is no plain file, such as a pipe, and what is open already, such as
/// `/dev/stdout`, is written in place; a reader of it who has gone away has had enough, and nothing has failed. A file
/// that may not be written is left alone, even where the folder would allow to replace it. Returns why it failed, in
/// the system's words, or nothing; whatever was there is then as it was, and nothing is left beside it.
std::optional<std::string> writeOutputFile(const std::string& path, std::string_view text,
                                           const OutputRules& rules = {});

/// Why nothing can be written to `path`, as far as that shows before: its folder is missing, or it is a folder itself,
/// or it may not be written, or is open to be read alone.
std::optional<std::string> unwritableBecause(const std::string& path);

/// Whether what a path leads to is written in place: no plain file, or open already, such as `/dev/stdout`.
bool isWrittenInPlace(const std::string& path);

/// Whether a path leads to what this process has open under a number.
bool isOpenAs(int descriptor, const std::string& path);

/// Whether two paths lead to one file, whether or not it is there yet.
bool isSameFile(const std::string& a, const std::string& b);

/// Whether two paths lead to one name of a file, once their links are followed. A file can have several, by hard links;
/// `writeOutputFile` replaces what one name stands for.
bool leadToOneName(const std::string& a, const std::string& b);

/// Whether what a path leads to has another name, by a hard link, that `writeOutputFile` would cut off.
bool hasOtherNames(const std::string& path);

} // namespace cmksim
