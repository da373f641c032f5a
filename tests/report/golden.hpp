// Whole outputs kept in files, compared as they are and written anew on demand.
#pragma once

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace cmksim::test {

/// Compares `text` with the file at `path`; with CMKSIM_UPDATE=1 in the environment it becomes that file instead.
inline void checkGolden(const std::string& path, std::string_view text) {
    const char* update = std::getenv("CMKSIM_UPDATE");
    if (update != nullptr && std::string_view{update} == "1") {
        std::ofstream{path, std::ios::binary} << text;
        return;
    }
    std::ifstream file{path, std::ios::binary};
    const std::string expected{std::istreambuf_iterator<char>{file}, {}};
    INFO(path << " differs; where the change is meant, run this test with CMKSIM_UPDATE=1 and review the difference");
    CHECK(expected == text);
}

} // namespace cmksim::test
