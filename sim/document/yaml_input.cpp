#include "document/yaml_input.hpp"

#include <algorithm>
#include <cstring>

namespace cmksim::document {

namespace {

constexpr std::size_t mostBytesAhead = std::size_t{16} * 1024 * 1024;
constexpr std::size_t mostMarksAhead = 500'000;

bool isFlowMark(char c) { return c == ',' || c == '[' || c == '{' || c == ':' || c == '?'; }

} // namespace

YamlInput::YamlInput(std::string_view text) {
    // A streambuf wants to own what it reads; this one never writes.
    char* begin = const_cast<char*>(text.data());
    setg(begin, begin, begin + text.size());
}

std::streamsize YamlInput::xsgetn(char* to, std::streamsize count) {
    const auto piece = static_cast<std::size_t>(std::min<std::streamsize>(count, egptr() - gptr()));
    if (!ahead_) {
        bytesAhead_ = 0;
        marksAhead_ = 0;
    } else {
        bytesAhead_ += piece;
        marksAhead_ += static_cast<std::size_t>(std::count_if(gptr(), gptr() + piece, isFlowMark));
        exhausted_ = exhausted_ || bytesAhead_ > mostBytesAhead || marksAhead_ > mostMarksAhead;
    }
    ahead_ = true;
    if (exhausted_) {
        return 0;
    }
    std::memcpy(to, gptr(), piece);
    gbump(static_cast<int>(piece));
    return static_cast<std::streamsize>(piece);
}

} // namespace cmksim::document
