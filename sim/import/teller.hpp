// What an import tells: of things that are alike no more than a hundred one by one.
#pragma once

#include "base/diagnostics.hpp"

#include <concepts>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace cmksim::import {

class Teller {
public:
    explicit Teller(Diagnostics& diagnostics) : diagnostics_{diagnostics} {}

    /// `help` says what becomes of it, and is what things are alike in.
    void tell(Mark mark, std::string message, std::string_view help);

    /// The same of a message that costs something to write: `message` is called where it is told.
    template <std::invocable Message>
    void tell(Mark mark, const Message& message, std::string_view help) {
        if (isReported(help)) {
            write(mark, message(), help);
        }
    }

    /// How many there were beyond those told. Once, at the end.
    void countUnreported();

private:
    bool isReported(std::string_view help);
    void write(Mark mark, std::string message, std::string_view help);

    Diagnostics& diagnostics_;
    std::map<std::string, std::size_t, std::less<>> reported_;
};

/// `FILE:LINE` of a place.
std::string placeText(Mark mark);

} // namespace cmksim::import
