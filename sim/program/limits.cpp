#include "program/limits.hpp"

#include "program/number_options.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <ctime>
#include <memory>
#include <mutex>
#include <ostream>
#include <thread>
#include <utility>

namespace cmksim::program {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::array watched{SIGINT, SIGTERM};
constexpr auto patience = 150ms; // within it, work that is asked to end has seen it
constexpr auto lateness = 1s;    // the same where the time is up, which is not that urgent on a busy machine
constexpr auto sameRequest = 1s; // two presses in a row mean one
constexpr auto reportTime = 10s; // for a report of what is known; then whatever there is must do

/// A signal handler can reach nothing else than what is here for the whole program.
std::atomic<int> signalSeen{0};
std::atomic<std::int64_t> seenAt{0}; // in nanoseconds
std::atomic<bool> timeIsUp{false};
std::atomic<bool> workKnowsItIsToEnd{false}; // it has asked, and was told so
std::atomic<int> reportsInHand{0};
std::atomic<int> wakeUp{-1};

/// What the end of the program waits for, and what it says then.
struct BeforeTheEnd {
    std::mutex mutex;
    std::condition_variable changed;
    int holds = 0;
    bool isEnding = false;
    std::string words;
};
BeforeTheEnd beforeTheEnd;

static_assert(std::atomic<int>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free);

std::int64_t now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

int exitStatus(int signal) { return static_cast<int>(signal == SIGINT ? ExitCode::Interrupted : ExitCode::Terminated); }

void wake() {
    const std::uint64_t one = 1;
    const ssize_t written = ::write(wakeUp, &one, sizeof one);
    static_cast<void>(written);
}

void note(int signal) {
    const int before = errno;
    int none = 0;
    if (signalSeen.compare_exchange_strong(none, signal)) {
        seenAt = now();
        wake();
    } else if (now() - seenAt > std::chrono::nanoseconds{sameRequest}.count()) {
        ::_exit(exitStatus(signal));
    }
    errno = before;
}

/// The last words of a program that has nothing to report.
void say(std::string_view words) {
    const ssize_t written = ::write(STDERR_FILENO, words.data(), words.size());
    static_cast<void>(written);
}

[[noreturn]] void endHere() {
    std::unique_lock lock{beforeTheEnd.mutex};
    beforeTheEnd.isEnding = true;
    beforeTheEnd.changed.wait(lock, [] { return beforeTheEnd.holds == 0; });
    const int signal = signalSeen;
    say(fmt::format("cmksim: {}; {}\n", signal != 0 ? "interrupted" : "the time is up",
                    beforeTheEnd.words.empty() ? "nothing is complete" : beforeTheEnd.words));
    ::_exit(signal != 0 ? exitStatus(signal) : static_cast<int>(ExitCode::Undecided));
}

} // namespace

/// Waits for a signal or the end of the time, and then for the work to see it.
class LimitWatch::Watcher {
public:
    explicit Watcher(std::optional<std::chrono::milliseconds> limit)
        : thread_{[this, limit](const std::stop_token& stop) { watch(stop, limit); }} {}
    ~Watcher() {
        thread_.request_stop();
        wake();
    }
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

private:
    void watch(const std::stop_token& stop, std::optional<std::chrono::milliseconds> limit) {
        std::optional<Clock::time_point> deadline;
        if (limit) {
            deadline = Clock::now() + *limit;
        }
        while (signalSeen == 0 && !timeIsUp) {
            sleepUntil(deadline);
            if (stop.stop_requested()) {
                return;
            }
            timeIsUp = deadline && Clock::now() >= *deadline;
        }
        std::optional<Clock::time_point> end = Clock::now() + (signalSeen != 0 ? patience : lateness);
        for (bool told = false; !stop.stop_requested(); sleepUntil(end)) {
            if ((workKnowsItIsToEnd || reportsInHand > 0) && !told) {
                told = true;
                end = Clock::now() + reportTime;
            }
            if (Clock::now() >= *end) {
                endHere();
            }
        }
    }

    /// Or until there is something new.
    static void sleepUntil(std::optional<Clock::time_point> end) {
        pollfd descriptor{wakeUp, POLLIN, 0};
        int milliseconds = -1;
        if (end) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(*end - Clock::now()).count();
            milliseconds = static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
        }
        if (::poll(&descriptor, 1, milliseconds) > 0) {
            std::uint64_t count = 0;
            const ssize_t read = ::read(wakeUp, &count, sizeof count);
            static_cast<void>(read);
        }
    }

    std::jthread thread_;
};

LimitWatch::LimitWatch(std::optional<std::chrono::milliseconds> limit) {
    signalSeen = 0;
    timeIsUp = false;
    workKnowsItIsToEnd = false;
    sayWhenEnded({});
    wakeUp = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct sigaction action {};
    action.sa_handler = note;
    action.sa_flags = SA_RESTART;
    for (const int number : watched) {
        sigaction(number, &action, nullptr);
    }
    watcher_ = std::make_unique<Watcher>(limit);
}

LimitWatch::~LimitWatch() {
    for (const int number : watched) {
        std::signal(number, SIG_DFL);
    }
    watcher_.reset();
    ::close(wakeUp.exchange(-1));
}

bool LimitWatch::wasAsked() {
    const bool asked = signalSeen.load(std::memory_order_relaxed) != 0 || timeIsUp.load(std::memory_order_relaxed);
    if (asked && !workKnowsItIsToEnd.exchange(true)) {
        wake();
    }
    return asked;
}

Ending LimitWatch::ending() {
    if (!workKnowsItIsToEnd) {
        return Ending::None;
    }
    const int signal = signalSeen;
    if (signal != 0) {
        return signal == SIGINT ? Ending::Interrupt : Ending::Terminate;
    }
    return timeIsUp ? Ending::TimeUp : Ending::None;
}

LimitWatch::Report::Report() { ++reportsInHand; }

LimitWatch::Report::~Report() { --reportsInHand; }

void LimitWatch::sayWhenEnded(std::string words) {
    const std::scoped_lock lock{beforeTheEnd.mutex};
    beforeTheEnd.words = std::move(words);
}

LimitWatch::Hold::Hold() {
    std::unique_lock lock{beforeTheEnd.mutex};
    beforeTheEnd.changed.wait(lock, [] { return !beforeTheEnd.isEnding || beforeTheEnd.holds > 0; });
    ++beforeTheEnd.holds;
}

LimitWatch::Hold::~Hold() {
    const std::scoped_lock lock{beforeTheEnd.mutex};
    --beforeTheEnd.holds;
    beforeTheEnd.changed.notify_all();
}

ExitCode exitCodeOf(Ending ending, ExitCode code) {
    switch (ending) {
    case Ending::None: break;
    case Ending::Interrupt: return ExitCode::Interrupted;
    case Ending::Terminate: return ExitCode::Terminated;
    case Ending::TimeUp: return code == ExitCode::Done ? ExitCode::Undecided : code;
    }
    return code;
}

std::optional<std::chrono::milliseconds> shorter(std::optional<std::chrono::milliseconds> a,
                                                 std::optional<std::chrono::milliseconds> b) {
    return a && b ? std::min(a, b) : a ? a : b;
}

std::optional<std::chrono::seconds> secondsOf(const Arguments& arguments, const OptionRule& option) {
    const auto given = arguments.number(option.name);
    return given ? std::optional{std::chrono::seconds{*given}} : std::nullopt;
}

} // namespace cmksim::program
