#include "program/command.hpp"

#include <unistd.h>

#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    // A reader that goes away is an error in writing like any other.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        const std::vector<std::string> words(argv + 1, argv + argc);
        return static_cast<int>(cmksim::program::runProgram(
            words, {std::cout, std::cerr, isatty(STDOUT_FILENO) == 1, isatty(STDERR_FILENO) == 1}));
    } catch (const std::exception& error) {
        std::cerr << "cmksim: internal error: " << error.what() << '\n';
        return static_cast<int>(cmksim::program::ExitCode::InternalError);
    }
}
