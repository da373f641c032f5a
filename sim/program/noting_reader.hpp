// The files that a command has read, so that none of them is written over, and what they held.
#pragma once

#include "base/sha256.hpp"
#include "scenario/parse.hpp"

#include <map>
#include <memory>
#include <mutex>
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
            digests_.try_emplace(path);
            if (path == standardInput && input_) {
                return input_;
            }
        }
        auto source = DiskFileReader::read(path, from, diagnostics);
        const std::string digest = source ? sha256(source->text()) : std::string{};
        const std::scoped_lock lock{mutex_};
        digests_[path] = digest;
        if (path == standardInput) {
            input_ = source;
        }
        return source;
    }

    /// In the order of the alphabet.
    [[nodiscard]] std::vector<std::string> paths() const {
        const std::scoped_lock lock{mutex_};
        std::vector<std::string> all;
        for (const auto& [path, digest] : digests_) {
            all.push_back(path);
        }
        return all;
    }

    /// The SHA-256 of each file that was read, by path.
    [[nodiscard]] std::map<std::string, std::string> digests() const {
        const std::scoped_lock lock{mutex_};
        std::map<std::string, std::string> known = digests_;
        std::erase_if(known, [](const auto& one) { return one.second.empty(); });
        return known;
    }

private:
    static constexpr std::string_view standardInput = "-";

    mutable std::mutex mutex_;
    std::map<std::string, std::string> digests_; // empty where nothing could be read
    std::shared_ptr<const Source> input_;        // what standard input held; it can be read once only
};

} // namespace cmksim::program
