// A session at a prompt as a recording that plays on a screen: a file of asciinema's format, version 2.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::program {

class SessionRecording {
public:
    /// When things happen: as they do, or, where lines come from a script, at the pace of a person who types them.
    enum class Pace : std::uint8_t { AsItIs, OfAPerson };

    explicit SessionRecording(Pace pace);

    /// What the program printed.
    void print(std::string_view text);

    /// A line that was typed behind a prompt, where no terminal shows it to the program.
    void type(std::string_view prompt, std::string_view line);

    /// The file: a header, and what happened, a line each.
    [[nodiscard]] std::string text(std::string_view title) const;

private:
    using Seconds = std::chrono::duration<double>;
    struct Event {
        Seconds at{};
        std::string text;
    };

    void add(Seconds after, std::string_view text);

    Pace pace_;
    std::chrono::steady_clock::time_point began_;
    Seconds played_{}; // so far, at the pace of a person
    std::vector<Event> events_;
};

/// A stream that prints to another one and is recorded.
class RecordedStream : public std::ostream {
public:
    RecordedStream(std::ostream& to, SessionRecording& recording) : std::ostream{nullptr}, buffer_{to, recording} {
        rdbuf(&buffer_);
    }

private:
    class Buffer : public std::streambuf {
    public:
        Buffer(std::ostream& to, SessionRecording& recording) : to_{to}, recording_{recording} {}

    protected:
        std::streamsize xsputn(const char* text, std::streamsize count) override;
        int overflow(int byte) override;
        int sync() override;

    private:
        std::ostream& to_;
        SessionRecording& recording_;
    };

    Buffer buffer_;
};

} // namespace cmksim::program
