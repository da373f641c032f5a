// The digest by which a file is told from any other (FIPS 180-4).
#pragma once

#include <string>
#include <string_view>

namespace cmksim {

/// The SHA-256 of a text, as 64 small hexadecimal digits. Linear in its size.
std::string sha256(std::string_view text);

} // namespace cmksim
