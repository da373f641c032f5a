// What an import tells: of things that are alike no more than a hundred one by one.
#pragma once

#include "base/diagnostics.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace cmksim::import {

class Teller {
public:
    explicit Teller(Diagnostics& diagnostics) : diagnostics_{diagnostics} {}

    /// `help` says what becomes of it, and is what things are alike in.
    void tell(Mark mark, std::string message, std::string_view help);

    /// How many there were beyond those told. Once, at the end.
    void countUntold();

private:
    Diagnostics& diagnostics_;
    std::map<std::string, std::size_t, std::less<>> told_;
};

/// `FILE:LINE` of a place.
std::string placeText(Mark mark);

} // namespace cmksim::import
