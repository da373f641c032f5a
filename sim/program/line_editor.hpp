// Lines of input: at a terminal with history and completion, else as they come.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::program {

class LineEditor {
public:
    /// The words that may go on from the beginning of a line.
    using Complete = std::function<std::vector<std::string>(std::string_view line)>;

    LineEditor(std::string_view program, Complete complete);
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    /// Whether the input is a terminal.
    [[nodiscard]] bool isInteractive() const;

    /// Whether SIGTERM has asked the program to end. While an editor lives, the first one is noted, and no line is read
    /// from then on; one that comes more than a second later ends the program at once.
    [[nodiscard]] static bool wasTerminated();

    /// The next line without its end; an empty one where it was interrupted (Ctrl-C); nothing at the end (Ctrl-D), and
    /// once the program was asked to end.
    std::optional<std::string> read(const std::string& prompt);

private:
    class EndWatch;
    class Terminal;
    std::unique_ptr<EndWatch> endWatch_;
    std::unique_ptr<Terminal> terminal_;
};

} // namespace cmksim::program
