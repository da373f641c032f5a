#include "program/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace cmksim::program {

namespace {

constexpr int narrowest = 60;
constexpr int widest = 200;

/// What COLUMNS says, where that is a number.
std::optional<int> columnsWanted() {
    const char* const text = std::getenv("COLUMNS");
    if (text == nullptr) {
        return std::nullopt;
    }
    const std::string_view digits{text};
    int columns = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), columns);
    const bool isNumber = error == std::errc{} && end == digits.data() + digits.size() && columns > 0;
    return isNumber ? std::optional{std::clamp(columns, narrowest, widest)} : std::nullopt;
}

} // namespace

TextStyle textStyle(bool toFile, const Streams& streams) {
    TextStyle style;
    style.unicode = !streams.ascii;
    const std::optional<int> wanted = columnsWanted();
    style.columns = wanted.value_or(style.columns);
    if (toFile || !streams.outIsTerminal) {
        return style;
    }
    const char* const noColour = std::getenv("NO_COLOR");
    style.colour = noColour == nullptr || *noColour == '\0';
    winsize size{};
    if (!wanted && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        style.columns = std::clamp<int>(size.ws_col, narrowest, widest);
    }
    return style;
}

} // namespace cmksim::program
