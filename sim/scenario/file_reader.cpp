#include "scenario/parse.hpp"

#include "base/text.hpp"
#include "document/yaml.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace cmksim::scenario {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// What the system says of an error, as our messages are written: `no such file or directory`.
std::string reasonOf(int error) {
    std::string text = std::generic_category().message(error);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    }
    return text;
}

/// A longer path is no place to point at.
constexpr std::size_t longestPath = 4'096;

/// All of a file, up to one byte more than is allowed. Nothing when it cannot be read, `errno` says why.
std::optional<std::string> readAll(std::FILE* file) {
    std::string text;
    std::array<char, 65536> piece{};
    // Room for all of it at once, where the file can tell, so that a large one is not copied while it is read.
    if (std::fseek(file, 0, SEEK_END) == 0) {
        const long size = std::ftell(file);
        if (size > 0 && static_cast<std::size_t>(size) <= largestFile) {
            text.reserve(static_cast<std::size_t>(size) + 2 * piece.size());
        }
        std::rewind(file);
    }
    while (text.size() <= largestFile) {
        const std::size_t count = std::fread(piece.data(), 1, piece.size(), file);
        text.append(piece.data(), count);
        if (count < piece.size()) {
            break;
        }
    }
    return std::ferror(file) != 0 ? std::nullopt : std::optional{std::move(text)};
}

std::optional<std::string> readFile(const std::string& path) {
    if (path == "-") {
        return readAll(stdin);
    }
    const File file{std::fopen(path.c_str(), "rb")};
    return file ? readAll(file.get()) : std::nullopt;
}

} // namespace

std::shared_ptr<const Source> DiskFileReader::read(const std::string& path, Mark from, Diagnostics& diagnostics) {
    const auto refuse = [&](std::string_view reason) {
        if (from.source != nullptr || path.empty() || path.size() > longestPath) {
            diagnostics.error(from, fmt::format("cannot read {}: {}", inQuotes(path), reason));
        } else {
            const Source& file = diagnostics.keep(std::make_shared<const Source>(path, std::string{}));
            diagnostics.error({&file, 0, 0}, std::string{reason});
        }
        return nullptr;
    };
    if (path.find('\0') != std::string::npos) {
        return refuse(reasonOf(ENOENT));
    }
    errno = 0;
    std::optional<std::string> text = readFile(path);
    if (!text) {
        return refuse(reasonOf(errno));
    }
    if (text->size() > largestFile) {
        return refuse(fmt::format("it is larger than {} MiB", largestFile / (1024 * 1024)));
    }
    return std::make_shared<const Source>(path, std::move(*text));
}

} // namespace cmksim::scenario
