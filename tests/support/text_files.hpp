// Files of tests that are only in memory.
#pragma once

#include "scenario/parse.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::test {

/// Each by its path; to read another is an error.
class TextFiles : public scenario::FileReader {
public:
    TextFiles() = default;
    TextFiles(const std::string& path, std::string text) { add(path, std::move(text)); }
    explicit TextFiles(std::map<std::string, std::string> files) {
        for (auto& [path, text] : files) {
            add(path, std::move(text));
        }
    }

    /// A file in the place of one that stood there.
    TextFiles& add(const std::string& path, std::string text) {
        sources_[path] = std::make_shared<const Source>(path, std::move(text));
        return *this;
    }

    std::shared_ptr<const Source> read(const std::string& path, Mark from, Diagnostics& diagnostics) override {
        const auto found = sources_.find(path);
        if (found == sources_.end()) {
            diagnostics.error(from, "cannot read '" + path + "'");
            return nullptr;
        }
        diagnostics.keep(found->second);
        return found->second;
    }

    [[nodiscard]] const std::string& text(const std::string& path) const { return sources_.at(path)->text(); }
    [[nodiscard]] std::vector<std::string> paths() const {
        std::vector<std::string> all;
        for (const auto& file : sources_) {
            all.push_back(file.first);
        }
        return all;
    }

private:
    std::map<std::string, std::shared_ptr<const Source>> sources_;
};

} // namespace cmksim::test
