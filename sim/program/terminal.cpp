#include "program/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace cmksim::program {

namespace {

constexpr int narrowest = 60;
constexpr int widest = 200;

} // namespace

TextStyle textStyle(bool toFile, const Streams& streams) {
    TextStyle style;
    if (toFile || !streams.outIsTerminal) {
        return style;
    }
    const char* const noColour = std::getenv("NO_COLOR");
    style.colour = noColour == nullptr || *noColour == '\0';
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        style.columns = std::clamp<int>(size.ws_col, narrowest, widest);
    }
    return style;
}

} // namespace cmksim::program
