#include "program/session_recording.hpp"

#include "base/json_value.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace cmksim::program {

namespace {

constexpr std::int64_t columns = 80;
constexpr std::int64_t rows = 24;

// How fast a person types, thinks and reads.
constexpr std::chrono::duration<double> aKey{0.06};
constexpr std::chrono::duration<double> aThought{1.2};
constexpr std::chrono::duration<double> anAnswer{0.2};

/// What a terminal is sent: it begins a line at its left only where it is told to.
std::string forTerminal(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += '\r';
        }
        out += c;
    }
    return out;
}

} // namespace

SessionRecording::SessionRecording(Pace pace) : pace_{pace}, began_{std::chrono::steady_clock::now()} {}

void SessionRecording::add(Seconds after, std::string_view text) {
    if (text.empty()) {
        return;
    }
    if (pace_ == Pace::AsItIs) {
        played_ = std::chrono::steady_clock::now() - began_;
    } else {
        played_ += after;
    }
    if (!events_.empty() && events_.back().at == played_) {
        events_.back().text += text;
    } else {
        events_.push_back({played_, std::string{text}});
    }
}

void SessionRecording::print(std::string_view text) { add({}, text); }

void SessionRecording::type(std::string_view prompt, std::string_view line) {
    add(anAnswer, prompt);
    if (pace_ == Pace::AsItIs) {
        add({}, std::string{line} + '\n');
        return;
    }
    Seconds before = aThought;
    for (std::size_t at = 0, bytes = 0; at < line.size(); at += bytes) {
        bytes = codePointAt(line, at).bytes;
        add(before, line.substr(at, bytes));
        before = aKey;
    }
    add(aKey, "\n");
    played_ += anAnswer;
}

std::string SessionRecording::text(std::string_view title) const {
    std::string out =
        JsonValue{JsonObject{{"version", 2}, {"width", columns}, {"height", rows}, {"title", title}}}.line() + '\n';
    for (const Event& event : events_) {
        out += JsonValue{JsonArray{JsonNumber{fmt::format("{:.6f}", event.at.count())}, "o", forTerminal(event.text)}}
                   .line() +
               '\n';
    }
    return out;
}

std::streamsize RecordedStream::Buffer::xsputn(const char* text, std::streamsize count) {
    recording_.print({text, static_cast<std::size_t>(count)});
    to_.write(text, count);
    return to_ ? count : 0;
}

int RecordedStream::Buffer::overflow(int byte) {
    if (byte == std::streambuf::traits_type::eof()) {
        return 0;
    }
    const char c = static_cast<char>(byte);
    return xsputn(&c, 1) == 1 ? byte : std::streambuf::traits_type::eof();
}

int RecordedStream::Buffer::sync() { return to_.flush() ? 0 : -1; }

} // namespace cmksim::program
