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

    /// The next line without its end; an empty one where it was interrupted (Ctrl-C); nothing at the end (Ctrl-D).
    std::optional<std::string> read(const std::string& prompt);

private:
    class Terminal;
    std::unique_ptr<Terminal> terminal_;
};

} // namespace cmksim::program
