#include "program/watch.hpp"

#include "program/limits.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <ostream>
#include <thread>

namespace cmksim::program {

namespace {

constexpr std::chrono::milliseconds pause{100};
constexpr int pausesBetweenLooks = 5;

/// By what a change of a file shows.
struct Stamp {
    std::filesystem::file_time_type written{};
    std::uintmax_t size = 0;

    friend bool operator==(const Stamp&, const Stamp&) = default;
};

std::map<std::string, Stamp> stampsOf(const std::vector<std::string>& files) {
    std::map<std::string, Stamp> stamps;
    for (const std::string& file : files) {
        std::error_code error; // of a file that is gone just now: it has no stamp
        const auto written = std::filesystem::last_write_time(file, error);
        const std::uintmax_t size = error ? 0 : std::filesystem::file_size(file, error);
        stamps[file] = error ? Stamp{} : Stamp{written, size};
    }
    return stamps;
}

/// False when an end was asked for.
bool waitForChange(const std::map<std::string, Stamp>& before, const std::function<std::vector<std::string>()>& files) {
    while (true) {
        for (int i = 0; i < pausesBetweenLooks; ++i) {
            if (LimitWatch::wasAsked()) {
                return false;
            }
            std::this_thread::sleep_for(pause);
        }
        if (stampsOf(files()) != before) {
            return true;
        }
    }
}

} // namespace

ExitCode watchFiles(std::string_view name, const std::function<ExitCode()>& work,
                    const std::function<std::vector<std::string>()>& files, const Streams& streams) {
    while (true) {
        const std::map<std::string, Stamp> before = stampsOf(files());
        const ExitCode code = work();
        // What was read the first time is known only now; what changed meanwhile is looked at again.
        std::map<std::string, Stamp> seen = stampsOf(files());
        for (auto& [file, stamp] : seen) {
            const auto known = before.find(file);
            stamp = known != before.end() ? known->second : stamp;
        }
        streams.out.flush();
        streams.err << fmt::format("{}: waiting for a change; Ctrl-C ends\n", name);
        streams.err.flush();
        if (!waitForChange(seen, files)) {
            return code;
        }
    }
}

} // namespace cmksim::program
