// A prompt at which a scenario is played: reads lines, moves time when told to, does what is asked, and tells what
// came of it.
#pragma once

#include "rehearsal/event_reporter.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::rehearsal {

/// What a line came to.
enum class Reply : std::uint8_t {
    Done,
    Wrong,   // it could not be understood or carried out, and nothing happened
    Refused, // what was done was refused
    Quit,
};

/// A line without the blanks around it.
std::string_view trimmed(std::string_view line);

class Prompt {
public:
    /// Writes a scenario to a file, and says what became of that; behind a `?` where nothing was written.
    using Save = std::function<std::string(const std::string& path, const std::string& text)>;

    Prompt(Rehearsal& rehearsal, Disclosure disclosure, std::filesystem::path file, const TextStyle& style,
           std::ostream& out, Save save);

    /// What stands before a line: `+1h10m> `.
    [[nodiscard]] std::string text() const;

    Reply answer(std::string_view line);

    /// The words that can begin or go on a line, for completion.
    [[nodiscard]] std::vector<std::string> wordsFor(std::string_view line) const;

    /// Writes a text to a file, and tells what became of that.
    Reply saveText(std::string_view path, const std::string& text);

    [[nodiscard]] EventReporter& reporter() { return reporter_; }

private:
    struct Order;
    [[nodiscard]] std::vector<Order> orders() const;

    Reply wait(std::string_view rest);
    Reply until(std::string_view rest);
    Reply status(std::string_view rest);
    Reply why(std::string_view rest);
    Reply actions(std::string_view rest);
    Reply plan(std::string_view rest);
    Reply undo(std::string_view rest);
    Reply save(std::string_view rest);
    Reply help(std::string_view rest);
    Reply quit(std::string_view rest);

    Reply obey(std::string_view trimmedLine);
    Reply goTo(Instant instant);
    Reply act(std::string_view line);
    Reply complain(std::string_view what, std::string_view help = {});

    Rehearsal& rehearsal_;
    Disclosure disclosure_;
    std::filesystem::path file_;
    TextStyle style_;
    std::ostream& out_;
    Save save_;
    EventReporter reporter_;
};

} // namespace cmksim::rehearsal
