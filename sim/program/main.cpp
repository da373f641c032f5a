#include "base/descriptor_buffer.hpp"
#include "program/command.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <streambuf>
#include <string>
#include <vector>

namespace {

/// Under mpirun every process has a terminal of its own, whose text ends up in a file as often as not.
bool isTerminal(int descriptor) {
    const bool isOneOfMany = std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr || std::getenv("PMI_SIZE") != nullptr;
    return !isOneOfMany && isatty(descriptor) == 1;
}

/// A standard stream that the caller has closed stays one that can be neither read nor written. Otherwise the next file
/// that is opened has its number, and what is printed goes there.
void keepClosedStreams() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) < 0) { // then the lowest number that is free is this one
            static_cast<void>(::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
        }
    }
}

/// Standard output, written by way of a buffer that knows why a write failed. Whatever else writes there, such as the
/// editor of lines, goes the same way.
class StandardOutput {
public:
    StandardOutput() : before_{std::cout.rdbuf(&buffer_)} {}
    ~StandardOutput() { std::cout.rdbuf(before_); }
    StandardOutput(const StandardOutput&) = delete;
    StandardOutput& operator=(const StandardOutput&) = delete;

private:
    cmksim::DescriptorBuffer buffer_{STDOUT_FILENO};
    std::streambuf* before_;
};

} // namespace

int main(int argc, char** argv) {
    // A reader that goes away, and a file that may not grow, are errors in writing like any other.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    keepClosedStreams();
    const StandardOutput standardOutput;
    try {
        const std::vector<std::string> words(argv + 1, argv + argc);
        return static_cast<int>(cmksim::program::runProgram(
            words, {std::cout, std::cerr, isTerminal(STDOUT_FILENO), isTerminal(STDERR_FILENO)}));
    } catch (const std::exception& error) {
        std::cerr << "cmksim: internal error: " << error.what() << '\n';
        return static_cast<int>(cmksim::program::ExitCode::InternalError);
    }
}
