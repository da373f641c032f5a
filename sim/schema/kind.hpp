// What has a schema: a kind of file that is read, or of result that a command prints as JSON.
#pragma once

#include <string_view>

namespace cmksim {
class JsonValue;
}

namespace cmksim::schema {

struct KnownWords;

struct Kind {
    std::string_view name; // as `cmksim schema` takes it
    JsonValue (*schema)(const KnownWords& words) = nullptr;
};

} // namespace cmksim::schema
