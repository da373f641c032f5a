// `.cmksimignore`: which files and folders a suite passes over, by the rules of git's `.gitignore`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::suite {

inline constexpr std::string_view ignoreFileName = ".cmksimignore";

/// The rules of one such file.
class IgnoreFile {
public:
    explicit IgnoreFile(std::string_view text);

    /// What the last rule that matches says of a path, whose names lead from the file's folder to it: true, it is
    /// passed over; false, it is not after all. Nothing where no rule matches.
    [[nodiscard]] std::optional<bool> ignores(std::span<const std::string> path, bool isFolder) const;

private:
    struct Rule {
        std::vector<std::string> names; // patterns; `**` is any number of names
        bool takesBack = false;         // `!`
        bool foldersOnly = false;
    };

    std::vector<Rule> rules_;
};

} // namespace cmksim::suite
