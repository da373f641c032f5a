// Text from elsewhere, made fit to be shown.
#pragma once

#include "base/folders.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace cmksim {

/// One character of a UTF-8 text.
struct CodePoint {
    char32_t value = 0;
    std::size_t bytes = 1;
    bool valid = true; // false: a byte that belongs to no character
};

/// The character that starts at byte `at`, which must lie in `text`. Overlong forms, surrogates and numbers above
/// U+10FFFF are not valid.
CodePoint codePointAt(std::string_view text, std::size_t at);

/// How a character is shown: as itself, control characters and what would reorder a line as an escape such as `\x00`,
/// a broken byte as U+FFFD.
std::string shown(std::string_view text, std::size_t at, CodePoint point);

/// How many columns of a terminal `shown` takes: two for a wide character, none for one that is put on the one before.
std::size_t shownWidth(CodePoint point);

/// All of `text` as it is shown.
std::string printable(std::string_view text);

/// A name in single quotes for a message: as it is shown, a very long one cut in its middle.
std::string inQuotes(std::string_view name);

/// A text in ASCII: the signs that this program's own texts have are written with it, anything else as `?`.
std::string asciiOnly(std::string_view text);

/// Whether a reader looks for `one` before `other`: runs of digits count as numbers, so that 2 comes before 10.
bool naturallyBefore(std::string_view one, std::string_view other);

/// Texts one after the other with something between them.
template <class Texts>
std::string separated(const Texts& texts, std::string_view separator) {
    std::string all;
    bool first = true;
    for (const auto& text : texts) {
        all.append(first ? std::string_view{} : separator).append(text);
        first = false;
    }
    return all;
}

} // namespace cmksim
