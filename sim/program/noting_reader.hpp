// The files that a command has read, so that none of them is written over.
#pragma once

#include "scenario/parse.hpp"

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::program {

/// Reads from the file system, and notes what it was asked for. Several threads may read at once. Standard input holds
/// the same whenever it is read.
class NotingReader : public DiskFileReader {
public:
    std::shared_ptr<const Source> read(const std::string& path, Mark from, Diagnostics& diagnostics) override {
        {
            const std::scoped_lock lock{mutex_};
            paths_.insert(path);
            if (path == standardInput && input_) {
                return input_;
            }
        }
        auto source = DiskFileReader::read(path, from, diagnostics);
        if (path == standardInput) {
            const std::scoped_lock lock{mutex_};
            input_ = source;
        }
        return source;
    }

    /// In the order of the alphabet.
    [[nodiscard]] std::vector<std::string> paths() const {
        const std::scoped_lock lock{mutex_};
        return {paths_.begin(), paths_.end()};
    }

private:
    static constexpr std::string_view standardInput = "-";

    mutable std::mutex mutex_;
    std::set<std::string> paths_;
    std::shared_ptr<const Source> input_; // what standard input held; it can be read once only
};

} // namespace cmksim::program
