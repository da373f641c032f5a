#include "base/shell_word.hpp"

#include "base/hidden_text.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace cmksim {

namespace {

/// In `$'…'` any byte can be written by its number.
std::string withEscapes(std::string_view text) {
    std::string quoted = "$'";
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = codePointAt(text, at);
        if (point.valid && !isHidden(point.value)) {
            quoted += point.value == '\'' || point.value == '\\' ? "\\" : "";
            quoted += text.substr(at, point.bytes);
        } else {
            for (const char c : text.substr(at, point.bytes)) {
                quoted += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
            }
        }
        at += point.bytes;
    }
    return quoted + '\'';
}

} // namespace

std::string shellWord(std::string_view text) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,";
    // In brackets stands a pattern, which another file may match; the word of the Azure CLI is written as its pages do.
    if (text == "[system]" || (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos)) {
        return std::string{text};
    }
    if (printable(text) != text) {
        return withEscapes(text);
    }
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
    }
    return quoted + '\'';
}

std::string shellPath(std::string_view path) {
    return shellWord(path.starts_with('-') && path != "-" ? "./" + std::string{path} : std::string{path});
}

} // namespace cmksim
