#include "program/terminal_progress.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <sstream>

namespace cmksim::terminal_progress_test {

using namespace cmksim;
using namespace cmksim::program;
using namespace std::chrono_literals;

TEST_CASE("progress says how far, how fast and how long yet") {
    CHECK(progressText("files", 1'234, 10'000, 2s) == "1,234 of 10,000 files, 617 a second, 14 s left");
    CHECK(progressText("trials", 3, 900, 2s) == "3 of 900 trials, 1.5 a second, 10 min left");
    CHECK(progressText("trials", 2, 20'000, 2s) == "2 of 20,000 trials, 1.0 a second, 5 h 33 min left");
    CHECK(progressText("states", 1'000'000, 0, 4s) == "1,000,000 states, 250,000 a second");
    CHECK(progressText("files", 0, 10, 1s) == "0 of 10 files");
    CHECK(progressText("files", 10, 10, 1s) == "10 of 10 files, 10 a second");
}

TEST_CASE("nothing is drawn where standard error is no terminal, or with --quiet") {
    std::ostringstream out;
    std::ostringstream err;
    { TerminalProgress progress{Arguments{}, {out, err}, "files", 10}; }
    Arguments quiet;
    quiet.add("quiet", "");
    { TerminalProgress progress{quiet, {out, err, true, true}, "files", 10}; }
    CHECK(err.str().empty());
}

TEST_CASE("an interrupt cancels the work and does not end the program") {
    const LimitWatch watch{std::nullopt};
    std::ostringstream text;
    TerminalProgress progress{Arguments{}, {text, text}, "files", 10};
    CHECK_FALSE(progress.cancelled());
    std::raise(SIGINT);
    CHECK(progress.cancelled());
}

TEST_CASE("what is put together when the time is up is not cut short") {
    const LimitWatch watch{1ms};
    const LimitWatch::Report report;
    const auto later = std::chrono::steady_clock::now() + 1500ms; // else the program is over by then
    while (std::chrono::steady_clock::now() < later) {
    }
    CHECK(LimitWatch::ending() == Ending::None);
}

} // namespace cmksim::terminal_progress_test
