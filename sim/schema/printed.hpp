// Schemas of what commands print that no shape describes, as it is written piece by piece: the lines of a run. Every
// field is known, and all are there but those named optional.
#pragma once

#include "base/json_value.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::schema::printed {

/// The kinds of values.
JsonValue text();
JsonValue flag();
JsonValue count(); // a whole number, 0 or more
JsonValue line();  // counted from 1
JsonValue timestamp();
JsonValue ratio(); // `[numerator, denominator]`

JsonValue list(JsonValue item);
JsonValue record(JsonObject required, JsonObject optional = {});

/// The tags of a resource, where it has some.
JsonValue tags();

/// The list of resources without a model, which every report ends with that has any.
JsonValue unmodelled();

/// What a result rests on, as `cmksim verify` takes it.
JsonValue evidence();

/// One of the words.
JsonValue oneOf(const std::vector<std::string>& words);

template <class Words>
JsonValue oneOf(const Words& words) {
    return oneOf(std::vector<std::string>{words.begin(), words.end()});
}

} // namespace cmksim::schema::printed
