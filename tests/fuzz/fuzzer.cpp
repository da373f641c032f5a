// libFuzzer's entry: '--reader=NAME' says what reads the bytes.

#include "fuzz/readers.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string_view>

namespace {

const cmksim::fuzz::Reader* chosen = nullptr;

} // namespace

// libFuzzer passes over what begins with two dashes.
extern "C" int LLVMFuzzerInitialize(int* count, char*** words) {
    constexpr std::string_view option = "--reader=";
    for (const char* const word : std::span{*words, static_cast<std::size_t>(*count)}) {
        if (const std::string_view text{word}; text.starts_with(option)) {
            chosen = cmksim::fuzz::readerOf(text.substr(option.size()));
        }
    }
    if (chosen == nullptr) {
        std::cerr << "expected --reader=NAME, of:";
        for (const auto& reader : cmksim::fuzz::readers()) {
            std::cerr << ' ' << reader.name;
        }
        std::cerr << '\n';
        std::exit(2);
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    chosen->read({reinterpret_cast<const char*>(bytes), size});
    return 0;
}
