// The progress of long work: how far it is, how fast it goes, how long it will take.
#pragma once

#include "base/progress.hpp"
#include "program/command.hpp"
#include "program/limits.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

namespace cmksim::program {

/// One line of progress: `1,234 of 10,000 scenarios, 812 a second, 11 s left`. Without a total only what is known is
/// said.
std::string progressText(std::string_view what, std::uint64_t done, std::uint64_t total,
                         std::chrono::duration<double> elapsed);

/// Tells standard error unless quiet is asked for: a terminal from the second second on, in a line that is gone
/// when the work is done; anything else once, after three seconds.
class TerminalProgress : public Progress {
public:
    /// `what` is what the items are called; `total` 0: their number is not known.
    TerminalProgress(const Arguments& arguments, const Streams& streams, std::string what, std::uint64_t total);
    ~TerminalProgress() override;

    void advance(std::size_t items) override { done_ += items; }
    [[nodiscard]] bool cancelled() const override { return LimitWatch::wasAsked(); }

private:
    void draw(std::chrono::duration<double> elapsed);
    void tellOnce(const std::stop_token& stop);

    std::ostream& err_;
    std::string what_;
    std::uint64_t total_;
    std::atomic<std::uint64_t> done_{0};
    bool drawn_ = false;
    std::jthread drawer_;
};

} // namespace cmksim::program
