#include "scenario/names.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::scenario {

namespace {

bool isLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool isKeyNameCharacter(char c) { return isLetterOrDigit(c) || c == '-'; }

void refuse(const Name& name, std::string_view what, std::string_view rule, Diagnostics& diagnostics) {
    diagnostics.error(name.mark, fmt::format("{} cannot be called {}", what, inQuotes(name.text)), std::string{rule});
}

} // namespace

bool isVaultName(std::string_view text) {
    return text.size() >= 3 && text.size() <= 24 && std::ranges::all_of(text, isKeyNameCharacter);
}

bool isKeyName(std::string_view text) {
    return !text.empty() && text.size() <= 127 && std::ranges::all_of(text, isKeyNameCharacter);
}

bool isVersionName(std::string_view text) {
    return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, isLetterOrDigit);
}

void checkVaultName(const Name& name, Diagnostics& diagnostics) {
    if (name.present() && !isVaultName(name.text)) {
        refuse(name, "a vault", "its name has 3 to 24 letters, digits and hyphens", diagnostics);
    }
}

void checkKeyName(const Name& name, Diagnostics& diagnostics) {
    if (name.present() && !isKeyName(name.text)) {
        refuse(name, "a key", "its name has 1 to 127 letters, digits and hyphens", diagnostics);
    }
}

void checkVersionName(const Name& name, Diagnostics& diagnostics) {
    if (name.present() && !isVersionName(name.text)) {
        refuse(name, "a version", "its name has 1 to 32 letters and digits", diagnostics);
    }
}

void checkFreeName(const Name& name, std::string_view what, Diagnostics& diagnostics) {
    const auto forbidden = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return c == '/' || c == ':' || byte < 0x20 || byte == 0x7F;
    };
    if (name.present() && std::ranges::any_of(name.text, forbidden)) {
        refuse(name, what, "its name may hold anything but '/', ':' and control characters", diagnostics);
    }
}

} // namespace cmksim::scenario
