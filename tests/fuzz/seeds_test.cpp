// Every seed of the fuzzers goes through its reader, cut short and with a byte changed as well; so the fuzzers work
// where no clang is at hand.

#include "fuzz/readers.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

using namespace cmksim::fuzz;

namespace {

std::string textOf(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

} // namespace

TEST_CASE("every reader takes its seeds, whole, cut short and changed, without an internal error") {
    const char* folder = std::getenv("CMKSIM_SEEDS");
    REQUIRE(folder != nullptr);
    std::mt19937 random{20};
    for (const Reader& reader : readers()) {
        std::size_t seeds = 0;
        for (const auto& file : std::filesystem::directory_iterator{std::filesystem::path{folder} / reader.name}) {
            std::string text = textOf(file.path());
            if (++seeds > 12 || text.size() > 20'000) {
                continue; // all of them are the fuzzers' task
            }
            reader.read(text);
            reader.read(std::string_view{text}.substr(0, text.size() / 2));
            if (!text.empty()) {
                text[random() % text.size()] = static_cast<char>(random());
            }
            reader.read(text);
        }
        CAPTURE(reader.name);
        CHECK(seeds > 0);
    }
}
