// The words of a run that models define: its schema names them. Where values are written there need be none.
#pragma once

#include "base/shape.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

struct RunWords {
    std::vector<std::string> services;
    std::vector<std::string> states;
    std::vector<std::string> operations;
};

/// A text that is one of these.
inline shape::Shape<std::string_view> oneOfWords(const std::vector<std::string>& words) {
    return {shape::wordSchema(words), [](std::string_view text, const shape::Free&) { return JsonValue{text}; }};
}

/// What a resource's state is called: the name of one, or that it is not there.
inline shape::Shape<std::string_view> anyStateName(const RunWords& words) {
    std::vector<std::string> states = words.states;
    states.insert(states.end(), {"Deleted", "Absent"});
    return oneOfWords(states);
}

} // namespace cmksim::report
