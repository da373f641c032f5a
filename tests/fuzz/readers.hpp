// What reads the texts of others, each as one call that takes any bytes: for fuzzers, and for the test that every seed
// goes through.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::fuzz {

/// Something that takes any bytes. It ends by `std::abort` where the program does what it never may: an internal error,
/// a story that goes another way in the naive reference, or an edit that changes what it may not.
struct Reader {
    std::string_view name;
    std::function<void(std::string_view bytes)> read;
};

/// In the order in which they are listed for a person.
const std::vector<Reader>& readers();

/// The reader of that name; null where there is none.
const Reader* readerOf(std::string_view name);

} // namespace cmksim::fuzz
