// What is wrong with an input: values that know their place, gathered, and printed in one way.
#pragma once

#include "base/folders.hpp"

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim {

/// A text of the user's, with the name that they know it by. Its memory goes on a little beyond its end, as
/// readers that look at many bytes at once need.
class Source {
public:
    Source(std::string name, std::string text);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& text() const { return text_; }

    /// Line `number` (from 1) without its end; empty when there is no such line.
    [[nodiscard]] std::string_view line(std::uint32_t number) const;

private:
    std::string name_;
    std::string text_;
};

/// A place in a source: line and column count from 1, columns in bytes. A default-made one names no place.
struct Mark {
    const Source* source = nullptr;
    std::uint32_t line = 0;
    std::uint32_t column = 0;

    friend bool operator==(const Mark&, const Mark&) = default;
};

enum class Severity : std::uint8_t { Error, Warning };

/// One thing to tell the user. Messages are one line, lower case, without a full stop; what the user wrote stands in
/// single quotes; a help says what to do instead ("did you mean 'x'?").
struct Diagnostic {
    Severity severity = Severity::Error;
    Mark mark;
    std::string message;
    std::string help;
};

/// Gathers diagnostics and keeps the sources that they point into alive. Beyond 10,000 they are only counted.
class Diagnostics {
public:
    /// Keeps `source` as long as these diagnostics live; marks may point into it.
    const Source& keep(std::shared_ptr<const Source> source);

    void error(Mark mark, std::string message, std::string help = {});
    void warning(Mark mark, std::string message, std::string help = {});

    [[nodiscard]] bool hasErrors() const { return errors_ > 0; }
    [[nodiscard]] std::size_t errorCount() const { return errors_; }
    [[nodiscard]] const std::vector<Diagnostic>& all() const { return diagnostics_; }

    /// Writes all of them in the order of their sources and places, each once:
    /// `FILE:LINE:COLUMN: error: message; help`, the line, a caret.
    void print(std::ostream& out) const;

private:
    void add(Severity severity, Mark mark, std::string message, std::string help);

    std::vector<std::shared_ptr<const Source>> sources_;
    std::vector<Diagnostic> diagnostics_;
    std::size_t errors_ = 0;
    std::size_t dropped_ = 0;
};

} // namespace cmksim
