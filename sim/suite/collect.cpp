#include "suite/collect.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "document/encoding.hpp"
#include "scenario/parse.hpp"
#include "suite/ignore_file.hpp"
#include "suite/report_shared.hpp"
#include "suite/stable_hash.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <system_error>
#include <utility>

namespace cmksim::suite {

namespace {

namespace fs = std::filesystem;

/// Which folder or file it is, whatever leads there.
using Identity = std::pair<dev_t, ino_t>;

bool isYaml(const fs::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

/// Goes through folders, each once, by name; links to folders after all that is not behind a link, so that what a file
/// is called does not hang on the links to it.
class Collector {
public:
    Collector(Diagnostics& diagnostics, std::vector<UnreadFolder>* unread)
        : diagnostics_{diagnostics}, unread_{unread} {}

    void add(const std::string& path) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            found_[path] = Found::Named;
            return;
        }
        later_.push_back({path, {}, {}});
        while (!later_.empty()) {
            const Folder next = std::move(later_.front());
            later_.pop_front();
            look(next);
        }
    }

    /// What leads to one file counts once: under the name that was asked for, or its own, or else the first link's.
    [[nodiscard]] std::vector<SuiteFile> files() const {
        std::set<fs::path> taken;
        std::map<std::string, bool> kept;
        for (const Found how : {Found::Named, Found::File, Found::Link}) {
            for (const auto& [path, found] : found_) {
                std::error_code error;
                const fs::path real = found == how ? fs::canonical(path, error) : fs::path{};
                // What leads nowhere is told of when it is read.
                if (found == how && (error || taken.insert(real).second || how == Found::Named)) {
                    kept.emplace(path, how == Found::Named);
                }
            }
        }
        std::vector<SuiteFile> files;
        for (const auto& [path, named] : kept) {
            files.push_back({path, named});
        }
        return files;
    }

private:
    enum class Found : std::uint8_t { Named, File, Link };

    /// The rules of a folder's ignore file, and how many names lead to that folder.
    struct Rules {
        std::shared_ptr<const IgnoreFile> file;
        std::size_t depth = 0;
    };
    struct Folder {
        fs::path path;
        std::vector<std::string> names; // from where the search began
        std::vector<Rules> rules;
    };

    void look(Folder folder) {
        struct stat found {};
        if (::stat(folder.path.c_str(), &found) != 0) {
            fail(folder.path, {errno, std::generic_category()});
            return;
        }
        if (!visited_.insert({found.st_dev, found.st_ino}).second) {
            return;
        }
        std::error_code error;
        std::vector<fs::directory_entry> entries;
        for (fs::directory_iterator at{folder.path, error}; !error && at != fs::directory_iterator{};
             at.increment(error)) {
            entries.push_back(*at);
        }
        if (error) {
            fail(folder.path, error);
            return;
        }
        std::ranges::sort(entries, {}, [](const fs::directory_entry& entry) { return entry.path(); });
        readRules(folder);
        for (const fs::directory_entry& entry : entries) {
            look(folder, entry);
        }
    }

    void look(const Folder& folder, const fs::directory_entry& entry) {
        std::error_code error;
        const bool isFolder = entry.is_directory(error);
        std::vector<std::string> names = folder.names;
        names.push_back(entry.path().filename().string());
        if (isIgnored(folder, names, isFolder)) {
            return;
        }
        if (isFolder) {
            Folder inner{entry.path(), std::move(names), folder.rules};
            if (entry.is_symlink(error)) {
                later_.push_back(std::move(inner));
            } else {
                look(std::move(inner));
            }
            return;
        }
        // A link that leads nowhere is told of when it is read; what is no plain file is not opened.
        const bool leadsNowhere = entry.is_symlink(error) && !entry.exists(error);
        if (isYaml(entry.path()) && (entry.is_regular_file(error) || leadsNowhere)) {
            found_.try_emplace(entry.path().lexically_normal().generic_string(),
                               entry.is_symlink(error) ? Found::Link : Found::File);
        }
    }

    /// An ignore file that cannot be read is told of: without its rules files would run that should not.
    void readRules(Folder& folder) {
        const fs::path path = folder.path / ignoreFileName;
        std::error_code error;
        if (fs::symlink_status(path, error).type() == fs::file_type::not_found) {
            return;
        }
        if (const fs::file_status found = fs::status(path, error); fs::exists(found) && !fs::is_regular_file(found)) {
            diagnostics_.error({}, "cannot read " + inQuotes(path.string()) + ": it is no plain file");
            return;
        }
        const auto source = DiskFileReader{}.read(path.string(), {}, diagnostics_);
        if (source && checkEncoding(*source, diagnostics_)) {
            folder.rules.push_back({std::make_shared<const IgnoreFile>(source->text()), folder.names.size()});
        }
    }

    /// The innermost file that says something of it decides.
    static bool isIgnored(const Folder& folder, std::span<const std::string> names, bool isFolder) {
        for (auto rules = folder.rules.rbegin(); rules != folder.rules.rend(); ++rules) {
            if (const auto ignored = rules->file->ignores(names.subspan(rules->depth), isFolder)) {
                return *ignored;
            }
        }
        return false;
    }

    void fail(const fs::path& path, const std::error_code& error) {
        Diagnostics own;
        Diagnostics& diagnostics = unread_ != nullptr ? own : diagnostics_;
        diagnostics.error({}, "cannot read " + inQuotes(path.string()) + ": " + error.message());
        if (unread_ != nullptr) {
            std::ostringstream why;
            own.print(why);
            unread_->push_back({path.lexically_normal().generic_string(), std::move(why).str()});
        }
    }

    Diagnostics& diagnostics_;
    std::vector<UnreadFolder>* unread_;
    std::map<std::string, Found> found_;
    std::set<Identity> visited_;
    std::deque<Folder> later_;
};

bool hasFieldOfOurs(const Document& document) {
    constexpr std::array<std::string_view, 2> versionFields{"cmksim", "cmksim-estate"};
    if (fileKind(document) != FileKind::Other) {
        return true;
    }
    for (const auto [key, value] : document.root().entries()) {
        if (!nearestName(key.text(), versionFields).empty()) {
            return true;
        }
    }
    return false;
}

/// Whether a line begins with such a field.
bool beginsAsOurs(std::string_view text) {
    return std::ranges::any_of(linesOf(text), [](std::string_view line) {
        line.remove_prefix(std::min(line.find_first_not_of(" \t{\"'\xEF\xBB\xBF"), line.size()));
        return line.starts_with("cmksim");
    });
}

} // namespace

bool isOurs(const Source& source, const Document* document) {
    return document != nullptr ? hasFieldOfOurs(*document) : beginsAsOurs(source.text());
}

std::string passedOverText(std::string_view command, std::size_t files) {
    return fmt::format("cmksim {}: {} other YAML {} passed over\n", command, files,
                       files == 1 ? "file is" : "files are");
}

std::vector<SuiteFile> collectFiles(std::span<const std::string> paths, Diagnostics& diagnostics,
                                    std::vector<UnreadFolder>* unread) {
    Collector collector{diagnostics, unread};
    for (const std::string& path : paths) {
        collector.add(path);
    }
    return collector.files();
}

std::uint32_t shardOf(const std::string& path, std::uint32_t parts) {
    return static_cast<std::uint32_t>(stableHash(path) % parts) + 1;
}

} // namespace cmksim::suite
