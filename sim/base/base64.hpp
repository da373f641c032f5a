// Bytes as letters and digits (RFC 4648, section 4).
#pragma once

#include "base/folders.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cmksim {

std::string base64(std::string_view bytes);

/// The bytes of such a text; line ends and blanks in it are passed over. Nothing where it is none.
std::optional<std::string> fromBase64(std::string_view text);

} // namespace cmksim
