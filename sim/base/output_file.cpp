#include "base/output_file.hpp"

#include "base/descriptor_buffer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <system_error>
#include <thread>
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

/// What a process has open, by a path such as `/dev/stdout`, `/dev/fd/3` or `/proc/self/fd/3`.
struct OpenFile {
    int descriptor = -1;
    bool isOurs = false;
};

fs::path folderOf(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path{"."}; }

/// Links in the system's folders of open files lead to what is open, and not to a name: what stands under the name that
/// they show can be something else by now, and a file put there does not reach who has the old one open.
std::optional<OpenFile> openFileAt(const fs::path& path) {
    constexpr std::string_view processes = "/proc/";
    constexpr std::string_view openFiles = "/fd";
    const std::string name = path.filename().string();
    OpenFile open;
    const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), open.descriptor);
    if (wrong != std::errc{} || end != name.data() + name.size()) {
        return std::nullopt;
    }
    std::error_code error;
    const std::string folder = fs::canonical(folderOf(path), error).string();
    if (error || !folder.starts_with(processes) || !folder.ends_with(openFiles)) {
        return std::nullopt;
    }
    const std::string own = fs::canonical("/proc/self", error).string() + '/';
    open.isOurs = !error && folder.starts_with(own);
    return open;
}

/// Where a path leads once its links are followed.
struct Followed {
    fs::path path;
    std::optional<OpenFile> open; // then the path is that of the system's link
};

/// Follows all links, also of a path that leads nowhere yet. Nothing for a circle.
std::optional<Followed> followed(fs::path path) {
    constexpr int mostLinks = 40;
    std::error_code error;
    for (int i = 0; i < mostLinks && fs::is_symlink(path, error); ++i) {
        if (const auto open = openFileAt(path)) {
            return Followed{std::move(path), open};
        }
        const fs::path to = fs::read_symlink(path, error);
        if (error) {
            return std::nullopt;
        }
        path = to.is_absolute() ? to : path.parent_path() / to;
    }
    return fs::is_symlink(path, error) ? std::nullopt : std::optional{Followed{std::move(path), std::nullopt}};
}

/// Opens a pipe by its name once there is a reader.
int openPipe(const fs::path& path, const std::function<bool()>& givesUp) {
    constexpr std::chrono::milliseconds betweenLooks{10};
    for (;;) {
        const int number = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
        if (number >= 0 || errno != ENXIO) {
            return number;
        }
        if (givesUp && givesUp()) {
            errno = ENXIO;
            return number;
        }
        std::this_thread::sleep_for(betweenLooks);
    }
}

/// Opens what is no plain file, or is open already: at the place, and in the manner, in which it is written there.
int openInPlace(const Followed& target, const struct stat& what, const std::function<bool()>& givesUp) {
    if (target.open && target.open->isOurs) {
        return ::fcntl(target.open->descriptor, F_DUPFD_CLOEXEC, 0);
    }
    if (S_ISFIFO(what.st_mode)) {
        return openPipe(target.path, givesUp);
    }
    return ::open(target.path.c_str(), O_WRONLY | O_CLOEXEC | (target.open ? O_APPEND : 0));
}

std::optional<std::string> writeInPlace(const Followed& target, const struct stat& what, std::string_view text,
                                        const std::function<bool()>& givesUp) {
    const Descriptor file{openInPlace(target, what, givesUp)};
    if (!file.isOpen()) {
        return errno == ENXIO && S_ISFIFO(what.st_mode) ? "nothing reads it" : systemReason(errno);
    }
    DescriptorBuffer buffer{file.number()};
    std::ostream out{&buffer};
    out << text << std::flush;
    // A reader who has gone away has had enough.
    return buffer.error() == 0 || buffer.error() == EPIPE ? std::nullopt : std::optional{systemReason(buffer.error())};
}

/// Why a file that is replaced may not be written, or nothing. A superuser may write all that is not marked otherwise.
std::optional<std::string> keptBecause(const fs::path& path, const struct stat& what) {
    if (::access(path.c_str(), W_OK) != 0) {
        return systemReason(errno);
    }
    return (what.st_mode & anyoneWrites) == 0 ? std::optional{systemReason(EACCES)} : std::nullopt;
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
    const std::optional<Followed> end = path.empty() ? std::nullopt : followed(path);
    if (!end) {
        return systemReason(path.empty() ? ENOENT : ELOOP);
    }
    const fs::path& target = end->path;
    struct stat old {};
    const bool isThere = ::stat(target.c_str(), &old) == 0;
    if (!isThere && errno != ENOENT) {
        return systemReason(errno);
    }
    if (isThere && rules.existing == Existing::Kept) {
        return systemReason(EEXIST);
    }
    if (isThere && S_ISDIR(old.st_mode)) {
        return systemReason(EISDIR);
    }
    if (isThere && (end->open || !S_ISREG(old.st_mode))) {
        return rules.before ? "it is no plain file" : writeInPlace(*end, old, text, rules.givesUp);
    }
    if (const auto reason = isThere ? keptBecause(target, old) : std::nullopt) {
        return reason;
    }
    const fs::path folder = folderOf(target);
    Unfinished unfinished{folder};
    Descriptor& file = unfinished.file();
    if (!file.isOpen() || !file.write(text) ||
        !(isThere ? takeAfter(file.number(), old) : takeUsualMode(file.number())) || !flush(file.number()) ||
        !file.close()) {
        return systemReason(errno);
    }
    if (rules.before && !holds(target, *rules.before)) {
        return "it changed meanwhile";
    }
    if (!unfinished.become(target, rules.existing)) {
        return systemReason(errno);
    }
    flushFolder(folder);
    return std::nullopt;
}

std::optional<std::string> unwritableBecause(const std::string& path) {
    const std::optional<Followed> target = path.empty() ? std::nullopt : followed(path);
    if (!target) {
        return systemReason(path.empty() ? ENOENT : ELOOP);
    }
    struct stat found {};
    if (::stat(target->path.c_str(), &found) == 0) {
        if (S_ISDIR(found.st_mode)) {
            return systemReason(EISDIR);
        }
        if (target->open && target->open->isOurs) {
            const int how = ::fcntl(target->open->descriptor, F_GETFL);
            return how < 0 || (how & O_ACCMODE) == O_RDONLY ? std::optional{systemReason(EBADF)} : std::nullopt;
        }
        if (target->open || !S_ISREG(found.st_mode)) {
            return std::nullopt;
        }
        if (const auto reason = keptBecause(target->path, found)) {
            return reason;
        }
    } else if (errno != ENOENT) {
        return systemReason(errno);
    }
    const fs::path folder = folderOf(target->path);
    if (::stat(folder.c_str(), &found) != 0) {
        return systemReason(errno);
    }
    if (!S_ISDIR(found.st_mode)) {
        return systemReason(ENOTDIR);
    }
    return ::access(folder.c_str(), W_OK) != 0 ? std::optional{systemReason(errno)} : std::nullopt;
}

bool isWrittenInPlace(const std::string& path) {
    const std::optional<Followed> target = followed(path);
    struct stat found {};
    return target && (target->open || (::stat(target->path.c_str(), &found) == 0 && !S_ISREG(found.st_mode)));
}

bool leadToOneName(const std::string& a, const std::string& b) {
    const auto whole = [](const std::string& path) {
        std::error_code failed;
        const std::optional<Followed> end = followed(path);
        if (end && end->open) { // whose own link shows no name that there is, where it is a pipe
            return fs::weakly_canonical(folderOf(end->path), failed) / end->path.filename();
        }
        // What is not there yet is found from the working folder only where the path says so.
        const fs::path absolute = fs::absolute(end ? end->path : fs::path{path}, failed);
        fs::path result = failed ? fs::path{} : fs::weakly_canonical(absolute, failed);
        return failed ? fs::path{path} : result;
    };
    return whole(a) == whole(b);
}

bool isSameFile(const std::string& a, const std::string& b) {
    std::error_code error;
    return fs::equivalent(a, b, error) || leadToOneName(a, b);
}

bool isOpenAs(int descriptor, const std::string& path) {
    struct stat open {};
    struct stat found {};
    return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &found) == 0 && open.st_dev == found.st_dev &&
           open.st_ino == found.st_ino;
}

bool hasOtherNames(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && found.st_nlink > 1 && !isWrittenInPlace(path);
}

} // namespace cmksim
