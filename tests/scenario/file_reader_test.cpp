#include "scenario/parse.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace cmksim::file_reader_test {

using namespace cmksim;
using namespace cmksim::scenario;

namespace {

std::string refusalOf(const std::string& path) {
    Diagnostics diagnostics;
    DiskFileReader reader;
    CHECK_FALSE(reader.read(path, {}, diagnostics));
    std::ostringstream out;
    diagnostics.print(out);
    return out.str();
}

} // namespace

TEST_CASE("a file is read whole, under the name it was asked for by") {
    const std::filesystem::path path = std::filesystem::temp_directory_path() / "cmksim-file-reader-test.yaml";
    const std::string text = "a: 1\r\n\xFF" + std::string(100'000, 'x');
    std::ofstream{path, std::ios::binary} << text;
    Diagnostics diagnostics;
    DiskFileReader reader;
    const auto source = reader.read(path.string(), {}, diagnostics);
    std::filesystem::remove(path);
    REQUIRE(source);
    CHECK(source->name() == path.string());
    CHECK(source->text() == text);
}

TEST_CASE("what cannot be read is an error") {
    CHECK(refusalOf("no/such/file.yaml") == "no/such/file.yaml: error: no such file or directory\n");
    CHECK(refusalOf("/") == "/: error: is a directory\n");
    CHECK(refusalOf("") == "error: cannot read '': no such file or directory\n");
    CHECK(refusalOf(std::string("a\0b", 3)) == "a\\x00b: error: no such file or directory\n");
    CHECK(refusalOf(std::string(10'000, 'x')).ends_with("xxx': file name too long\n"));
}

} // namespace cmksim::file_reader_test
