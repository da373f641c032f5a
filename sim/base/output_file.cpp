#include "base/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace cmksim {

namespace {

namespace fs = std::filesystem;

constexpr mode_t permissionBits = 07777;
constexpr mode_t anyoneWrites = 0222;
constexpr mode_t anyFile = 0666;

std::string systemReason(int error) { return std::generic_category().message(error); }

/// An open file.
class Descriptor {
public:
    explicit Descriptor(int number) : number_{number} {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] bool isOpen() const { return number_ >= 0; }
    [[nodiscard]] int number() const { return number_; }

    bool write(std::string_view text) const {
        while (!text.empty()) {
            const ssize_t count = ::write(number_, text.data(), text.size());
            if (count < 0 && errno != EINTR) {
                return false;
            }
            text.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
        }
        return true;
    }

    bool close() { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }

private:
    int number_;
};

/// A file with a name that no other has, gone with this object unless it was kept.
class Unfinished {
public:
    explicit Unfinished(const fs::path& folder)
        : path_{(folder / ".cmksim-XXXXXX").string()}, file_{::mkostemp(path_.data(), O_CLOEXEC)},
          isLeft_{file_.isOpen()} {}
    ~Unfinished() {
        if (isLeft_) {
            ::unlink(path_.c_str());
        }
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

    [[nodiscard]] Descriptor& file() { return file_; }

    /// Takes the place of `target`.
    bool become(const fs::path& target, Existing existing) {
        const unsigned flags = existing == Existing::Kept ? RENAME_NOREPLACE : 0u;
        const bool renamed = ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target.c_str(), flags) == 0;
        isLeft_ = !renamed;
        return renamed;
    }

private:
    std::string path_;
    Descriptor file_;
    bool isLeft_;
};

/// Where a path leads once all its links are followed, also one that leads nowhere yet. Nothing for a circle.
std::optional<fs::path> followed(fs::path path) {
    constexpr int mostLinks = 40;
    std::error_code error;
    for (int i = 0; i < mostLinks && fs::is_symlink(path, error); ++i) {
        const fs::path to = fs::read_symlink(path, error);
        if (error) {
            return std::nullopt;
        }
        path = to.is_absolute() ? to : path.parent_path() / to;
    }
    return fs::is_symlink(path, error) ? std::nullopt : std::optional{std::move(path)};
}

fs::path folderOf(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path{"."}; }

std::optional<std::string> writeInPlace(const fs::path& path, std::string_view text) {
    Descriptor file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    if (!file.isOpen() || !file.write(text) || !file.close()) {
        return systemReason(errno);
    }
    return std::nullopt;
}

bool holds(const fs::path& path, std::string_view text) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    std::string piece(65536, '\0');
    while (file.isOpen()) {
        const ssize_t count = ::read(file.number(), piece.data(), piece.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return count == 0 && text.empty();
        }
        const std::string_view read{piece.data(), static_cast<std::size_t>(count)};
        if (!text.starts_with(read)) {
            return false;
        }
        text.remove_prefix(read.size());
    }
    return false;
}

/// Gives a new file the mode and owner of the one in whose place it comes.
bool takeAfter(int file, const struct stat& old) {
    struct stat now {};
    if (::fstat(file, &now) != 0) {
        return false;
    }
    const bool sameOwner = now.st_uid == old.st_uid && now.st_gid == old.st_gid;
    return (sameOwner || ::fchown(file, old.st_uid, old.st_gid) == 0) &&
           ::fchmod(file, old.st_mode & permissionBits) == 0;
}

/// A new file is as readable as the user's mask has it.
bool takeUsualMode(int file) {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return ::fchmod(file, anyFile & ~mask) == 0;
}

/// So that the name survives a crash of the machine, too; not every file system can.
void flushFolder(const fs::path& folder) {
    const Descriptor open{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (open.isOpen()) {
        static_cast<void>(::fsync(open.number()));
    }
}

bool flush(int file) { return ::fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP; }

} // namespace

std::optional<std::string> writeOutputFile(const std::string& path, std::string_view text, const OutputRules& rules) {
    const std::optional<fs::path> target = path.empty() ? std::nullopt : followed(path);
    if (!target) {
        return systemReason(path.empty() ? ENOENT : ELOOP);
    }
    struct stat old {};
    const bool isThere = ::stat(target->c_str(), &old) == 0;
    if (!isThere && errno != ENOENT) {
        return systemReason(errno);
    }
    if (isThere && rules.existing == Existing::Kept) {
        return systemReason(EEXIST);
    }
    if (isThere && S_ISDIR(old.st_mode)) {
        return systemReason(EISDIR);
    }
    if (isThere && !S_ISREG(old.st_mode)) {
        return writeInPlace(*target, text);
    }
    if (isThere && (::access(target->c_str(), W_OK) != 0 || (old.st_mode & anyoneWrites) == 0)) {
        return systemReason(EACCES);
    }
    const fs::path folder = folderOf(*target);
    Unfinished unfinished{folder};
    Descriptor& file = unfinished.file();
    if (!file.isOpen() || !file.write(text) ||
        !(isThere ? takeAfter(file.number(), old) : takeUsualMode(file.number())) || !flush(file.number()) ||
        !file.close()) {
        return systemReason(errno);
    }
    if (rules.before && !holds(*target, *rules.before)) {
        return "it changed meanwhile";
    }
    if (!unfinished.become(*target, rules.existing)) {
        return systemReason(errno);
    }
    flushFolder(folder);
    return std::nullopt;
}

std::optional<std::string> unwritableBecause(const std::string& path) {
    const std::optional<fs::path> target = path.empty() ? std::nullopt : followed(path);
    if (!target) {
        return systemReason(path.empty() ? ENOENT : ELOOP);
    }
    struct stat found {};
    if (::stat(target->c_str(), &found) == 0) {
        return S_ISDIR(found.st_mode) ? std::optional{systemReason(EISDIR)} : std::nullopt;
    }
    if (errno != ENOENT) {
        return systemReason(errno);
    }
    if (::stat(folderOf(*target).c_str(), &found) != 0) {
        return systemReason(errno);
    }
    return S_ISDIR(found.st_mode) ? std::nullopt : std::optional{systemReason(ENOTDIR)};
}

bool leadToOneName(const std::string& a, const std::string& b) {
    const auto whole = [](const std::string& path) {
        std::error_code failed;
        const std::optional<fs::path> end = followed(path);
        // What is not there yet is found from the working folder only where the path says so.
        const fs::path absolute = fs::absolute(end.value_or(path), failed);
        fs::path result = failed ? fs::path{} : fs::weakly_canonical(absolute, failed);
        return failed ? fs::path{path} : result;
    };
    return whole(a) == whole(b);
}

bool isSameFile(const std::string& a, const std::string& b) {
    std::error_code error;
    return fs::equivalent(a, b, error) || leadToOneName(a, b);
}

bool hasOtherNames(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) && found.st_nlink > 1;
}

} // namespace cmksim
