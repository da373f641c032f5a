#include "scenario/key_reference.hpp"

#include "scenario/names.hpp"

#include <algorithm>

namespace cmksim::scenario {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Cuts `text` at the first `separator`, and returns what stood before it.
std::string_view takeUntil(std::string_view& text, char separator) {
    const std::size_t end = text.find(separator);
    const std::string_view head = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return head;
}

} // namespace

bool equalIgnoringCase(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

std::optional<KeyIdentifier> parseKeyUri(std::string_view uri, std::span<const std::string> suffixes) {
    constexpr std::string_view scheme = "https://";
    constexpr std::string_view port = ":443";
    if (!uri.starts_with(scheme) || uri.ends_with('/')) {
        return {};
    }
    std::string_view rest = uri.substr(scheme.size());
    std::string_view host = takeUntil(rest, '/');
    if (host.ends_with(port)) {
        host.remove_suffix(port.size());
    }
    KeyIdentifier identifier;
    identifier.vault = takeUntil(host, '.');
    const bool known = std::ranges::any_of(suffixes, [&](const std::string& s) { return equalIgnoringCase(s, host); });
    if (!known || !isVaultName(identifier.vault) || takeUntil(rest, '/') != "keys") {
        return {};
    }
    identifier.key = takeUntil(rest, '/');
    identifier.version = takeUntil(rest, '/');
    if (!isKeyName(identifier.key) || !rest.empty() ||
        (!identifier.version.empty() && !isVersionName(identifier.version))) {
        return {};
    }
    return identifier;
}

std::optional<KeyIdentifier> parseShortKey(std::string_view text) {
    if (std::ranges::count(text, '/') < 1 || std::ranges::count(text, '/') > 2 || text.ends_with('/')) {
        return {};
    }
    KeyIdentifier identifier;
    identifier.vault = takeUntil(text, '/');
    identifier.key = takeUntil(text, '/');
    identifier.version = text;
    if (!isVaultName(identifier.vault) || !isKeyName(identifier.key) ||
        (!identifier.version.empty() && !isVersionName(identifier.version))) {
        return {};
    }
    return identifier;
}

} // namespace cmksim::scenario
