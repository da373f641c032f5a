#include "document/encoding.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::document {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// The first byte from `at` on that is not a plain character of ASCII: the rest needs a closer look.
std::size_t skipPlain(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if ((byte < 0x20 && byte != '\n') || byte >= 0x7F) {
            break;
        }
        ++at;
    }
    return at;
}

bool isAllowedControl(std::string_view text, std::size_t at) {
    const bool lineEnd = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    return text[at] == '\t' || lineEnd;
}

} // namespace

std::string_view withoutByteOrderMark(std::string_view text) {
    if (text.starts_with(byteOrderMark)) {
        text.remove_prefix(byteOrderMark.size());
    }
    return text;
}

Mark markAt(const Source& source, std::size_t at) {
    const std::string_view before = withoutByteOrderMark(source.text()).substr(0, at);
    const std::size_t lineEnd = before.rfind('\n');
    const std::size_t column = lineEnd == std::string_view::npos ? at : at - lineEnd - 1;
    return {&source, static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1),
            static_cast<std::uint32_t>(column + 1)};
}

bool checkEncoding(const Source& source, Diagnostics& diagnostics) {
    const std::string_view text = withoutByteOrderMark(source.text());
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        diagnostics.error({&source, 0, 0}, "the file is in UTF-16", "save it as UTF-8");
        return false;
    }
    for (std::size_t at = skipPlain(text, 0); at < text.size(); at = skipPlain(text, at)) {
        const CodePoint point = codePointAt(text, at);
        if (!point.valid) {
            diagnostics.error(markAt(source, at),
                              fmt::format("byte 0x{:02x} is not UTF-8", static_cast<unsigned char>(text[at])));
            return false;
        }
        if (point.bytes == 1 && !isAllowedControl(text, at)) {
            diagnostics.error(markAt(source, at),
                              fmt::format("control character 0x{:02x}", static_cast<unsigned char>(text[at])));
            return false;
        }
        at += point.bytes;
    }
    return true;
}

} // namespace cmksim::document
