#include "base/sha256.hpp"

#include <sha2.h>

#include <array>
#include <cstdint>

namespace cmksim {

std::string sha256(std::string_view text) {
    SHA2_CTX context{};
    SHA256Init(&context);
    SHA256Update(&context, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    std::array<char, SHA256_DIGEST_STRING_LENGTH> digits{};
    return SHA256End(&context, digits.data());
}

} // namespace cmksim
