// What ends a command before it is done: Ctrl-C, SIGTERM, and the time that it was given.
#pragma once

#include "program/command.hpp"

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cmksim::program {

inline constexpr std::uint64_t mostSeconds = 1'000'000;
inline constexpr OptionRule timeoutOption =
    withNumbers({"timeout", "SECONDS", "stop after this time, with what is known by then"}, 1, mostSeconds);
inline constexpr OptionRule timeoutTotalOption =
    withNumbers({"timeout-total", "SECONDS", "the same, of all that is asked for"}, 1, mostSeconds);

/// The seconds that an option gives; none where it is not there.
std::optional<std::chrono::seconds> secondsOf(const Arguments& arguments, const OptionRule& option);

/// The shorter of two times, of which either may be none.
std::optional<std::chrono::milliseconds> shorter(std::optional<std::chrono::milliseconds> a,
                                                 std::optional<std::chrono::milliseconds> b);

enum class Ending : std::uint8_t { None, Interrupt, Terminate, TimeUp };

/// While it lives, the first SIGINT or SIGTERM is noted, and so is that the time is up. Work that asks `wasAsked` now
/// and then ends with what it has, and its command reports that. Where nothing has asked for a while, the program ends
/// there and then, and says that nothing is known. More signals within a second are taken for the same one; the next
/// ends the program at once. One at a time.
class LimitWatch {
public:
    explicit LimitWatch(std::optional<std::chrono::milliseconds> limit);
    ~LimitWatch();
    LimitWatch(const LimitWatch&) = delete;
    LimitWatch& operator=(const LimitWatch&) = delete;

    /// Whether work is to end. Cheap; from any thread. The work that is told so reports what there is.
    [[nodiscard]] static bool wasAsked();

    /// What work was told to end by. None where it was done by then, or did not ask: nothing is cut short.
    [[nodiscard]] static Ending ending();

    /// What is known by now, and what is not: said by a program that is ended where nothing has asked, in place of that
    /// nothing is complete.
    static void sayWhenEnded(std::string words);

    /// While one lives, the program is not ended: a file is being written. Once it ends, none begins.
    class Hold {
    public:
        Hold();
        ~Hold();
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;
    };

    /// While one lives, there is something to tell: what was found is put together, and the program is not ended until
    /// that has had its time. Work that was done by then is not cut short.
    class Report {
    public:
        Report();
        ~Report();
        Report(const Report&) = delete;
        Report& operator=(const Report&) = delete;
    };

private:
    class Watcher;
    std::unique_ptr<Watcher> watcher_;
};

/// What a command exits with that was ended so, when by itself it would exit with `code`.
ExitCode exitCodeOf(Ending ending, ExitCode code);

} // namespace cmksim::program
