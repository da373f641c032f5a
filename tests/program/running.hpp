// The program as a person calls it, and files for it to read.
#pragma once

#include "program/command.hpp"

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::test {

using namespace program;

/// What one call came to.
struct Ran {
    explicit Ran(const std::vector<std::string>& words) {
        std::ostringstream outText;
        std::ostringstream errText;
        code = static_cast<int>(runProgram(words, {outText, errText}));
        out = outText.str();
        err = errText.str();
    }

    int code = 0;
    std::string out;
    std::string err;
};

/// A directory of its own that goes away with it.
class Folder {
public:
    Folder() {
        std::random_device random;
        do {
            path_ = std::filesystem::temp_directory_path() / ("cmksim-program-" + std::to_string(random()));
        } while (!std::filesystem::create_directory(path_));
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    /// Writes a file and returns its path.
    [[nodiscard]] std::string file(const std::string& name, std::string_view text) const {
        std::ofstream{path_ / name, std::ios::binary} << text;
        return path(name);
    }
    [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

inline std::string textOf(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

/// Whether `text` has `part` in it; Catch shows the text where it does not.
inline bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// A text without its line ends, which stand wherever a line is full, and with one blank where there are several.
inline std::string flat(std::string_view text) {
    std::string words;
    for (const char one : text) {
        const bool isGap = one == ' ' || one == '\n';
        if (!isGap || (!words.empty() && words.back() != ' ')) {
            words += isGap ? ' ' : one;
        }
    }
    return words;
}

} // namespace cmksim::test
