// The files that a command has read, so that none of them is written over.
#pragma once

#include "scenario/parse.hpp"

#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace cmksim::program {

/// Reads from the file system, and notes what it was asked for. Several threads may read at once.
class NotingReader : public DiskFileReader {
public:
    std::shared_ptr<const Source> read(const std::string& path, Mark from, Diagnostics& diagnostics) override {
        {
            const std::scoped_lock lock{mutex_};
            paths_.insert(path);
        }
        return DiskFileReader::read(path, from, diagnostics);
    }

    /// In the order of the alphabet.
    [[nodiscard]] std::vector<std::string> paths() const {
        const std::scoped_lock lock{mutex_};
        return {paths_.begin(), paths_.end()};
    }

private:
    mutable std::mutex mutex_;
    std::set<std::string> paths_;
};

} // namespace cmksim::program
