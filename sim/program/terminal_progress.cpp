#include "program/terminal_progress.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <ostream>
#include <utility>

namespace cmksim::program {

namespace {

using namespace std::chrono_literals;

constexpr auto quietAtFirst = 1s;
constexpr auto betweenDrawings = 200ms;
constexpr auto toldAfter = 3s;

std::string grouped(std::uint64_t number) {
    std::string digits = fmt::format("{}", number);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

std::string timeLeft(double seconds) {
    const auto whole = static_cast<std::uint64_t>(seconds + 0.5);
    if (whole < 60) {
        return fmt::format("{} s left", whole);
    }
    return whole < 3600 ? fmt::format("{} min left", (whole + 30) / 60)
                        : fmt::format("{} h {} min left", whole / 3600, whole % 3600 / 60);
}

} // namespace

std::string progressText(std::string_view what, std::uint64_t done, std::uint64_t total,
                         std::chrono::duration<double> elapsed) {
    std::string text = total == 0 ? fmt::format("{} {}", grouped(done), what)
                                  : fmt::format("{} of {} {}", grouped(done), grouped(total), what);
    const double rate = elapsed.count() > 0 ? static_cast<double>(done) / elapsed.count() : 0;
    if (rate > 0) {
        text += rate < 10 ? fmt::format(", {:.1f} a second", rate)
                          : fmt::format(", {} a second", grouped(static_cast<std::uint64_t>(rate)));
        if (total > done) {
            text += ", " + timeLeft(static_cast<double>(total - done) / rate);
        }
    }
    return text;
}

TerminalProgress::TerminalProgress(const Arguments& arguments, const Streams& streams, std::string what,
                                   std::uint64_t total)
    : err_{streams.err}, what_{std::move(what)}, total_{total} {
    if (arguments.has("quiet")) {
        return;
    }
    if (!streams.errIsTerminal) {
        drawer_ = std::jthread{[this](const std::stop_token& stop) { tellOnce(stop); }};
        return;
    }
    drawer_ = std::jthread{[this](const std::stop_token& stop) {
        const auto start = std::chrono::steady_clock::now();
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock{mutex};
        const auto never = [] { return false; };
        wake.wait_for(lock, stop, quietAtFirst, never);
        while (!stop.stop_requested()) {
            draw(std::chrono::steady_clock::now() - start);
            wake.wait_for(lock, stop, betweenDrawings, never);
        }
    }};
}

TerminalProgress::~TerminalProgress() {
    if (drawer_.joinable()) {
        drawer_.request_stop();
        drawer_.join();
    }
    if (drawn_) {
        err_ << "\r\x1b[K" << std::flush;
    }
}

void TerminalProgress::tellOnce(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock{mutex};
    if (!wake.wait_for(lock, stop, toldAfter, [&] { return stop.stop_requested(); })) {
        err_ << "cmksim: " << progressText(what_, done_, total_, toldAfter) << '\n' << std::flush;
    }
}

void TerminalProgress::draw(std::chrono::duration<double> elapsed) {
    drawn_ = true;
    err_ << "\r\x1b[K" << progressText(what_, done_, total_, elapsed) << std::flush;
}

} // namespace cmksim::program
