// Facts with several readings, and files of models under a choice of them.
#include "catalog/catalog.hpp"
#include "catalog/readings.hpp"
#include "document/yaml.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace cmksim::catalog {
namespace {

constexpr std::string_view file = R"(readings:
  mood:
    meaning: how it feels
    values:
      glad: {meaning: well, assumed: we hope so}
      sad: {meaning: not well, assumed: we fear so}
text: {by-reading: mood, glad: smiles, sad: weeps}
rows:
  - always
  - {by-reading: mood, sad: handkerchief}
only-glad: {by-reading: mood, glad: {song: loud}}
)";

struct Read {
    explicit Read(std::string_view text, const ReadingChoice& choice = {}) {
        const auto source = std::make_shared<const Source>("file.yaml", std::string{text});
        document = underReadings(parseDocument(source, diagnostics), source, choice, diagnostics);
        std::ostringstream out;
        diagnostics.print(out);
        errors = std::move(out).str();
    }
    [[nodiscard]] Node root() const { return document->root(); }

    Diagnostics diagnostics;
    std::shared_ptr<const Document> document;
    std::string errors;
};

std::vector<FactReading> threeReadings() {
    const auto reading = [](std::string name, const std::vector<std::string>& values) {
        FactReading one{std::move(name), "", {}};
        for (const std::string& value : values) {
            one.values.push_back({value, "", {}});
        }
        return one;
    };
    return {reading("a", {"1", "2"}), reading("b", {"1", "2", "3"}), reading("c", {"1", "2"})};
}

TEST_CASE("without a choice every fact stands as its first reading") {
    const Read read{file};
    CHECK(read.errors.empty());
    CHECK(read.root().find("text").text() == "smiles");
    CHECK(read.root().find("rows").size() == 1);
    CHECK(read.root().find("only-glad").find("song").text() == "loud");
}

TEST_CASE("under another reading its facts stand, and what has none under it is left out") {
    const Read read{file, {{"mood", "sad"}}};
    CHECK(read.root().find("text").text() == "weeps");
    CHECK(read.root().find("rows").item(1).text() == "handkerchief");
    CHECK_FALSE(read.root().find("only-glad"));
}

TEST_CASE("a fact by a reading that is not declared, or with a value that it does not have, is an error in its place") {
    const std::string begin{file};
    CHECK(Read{begin + "more: {by-reading: weather, sun: 1}\n"}.errors.find(
              "file.yaml:12:20: error: 'readings' declares no 'weather'") != std::string::npos);
    CHECK(Read{begin + "more: {by-reading: mood, angry: 1}\n"}.errors.find(
              "file.yaml:12:26: error: 'angry' is no value of the reading 'mood'") != std::string::npos);
}

TEST_CASE("a reading of texts alone is told from one that changes what happens") {
    Catalog catalog;
    Diagnostics diagnostics;
    const Model* model = catalog.model("cosmosdb", "", diagnostics);
    REQUIRE(model);
    for (const FactReading& reading : catalog.readingsOf(*model)) {
        INFO(reading.name);
        CHECK(reading.changesCourse == (reading.name != "unusable-key-error"));
    }
}

TEST_CASE("every base model can be read under every combination of its readings") {
    Diagnostics diagnostics;
    Catalog nominal;
    for (const ModelEntry& entry : nominal.entries()) {
        const Model* model = nominal.model(entry.service, entry.version, diagnostics);
        REQUIRE(model);
        for (const ReadingChoice& choice : combinationsOf(nominal.readingsOf(*model))) {
            Catalog other{choice};
            INFO(entry.service << ' ' << entry.version << ": " << textOf(choice));
            CHECK(other.model(entry.service, entry.version, diagnostics) != nullptr);
        }
    }
    std::ostringstream errors;
    diagnostics.print(errors);
    CHECK(errors.str().empty());
}

TEST_CASE("combinations begin with the nominal one and are all there, one by one fewer") {
    const std::vector<FactReading> readings = threeReadings();
    const auto all = combinationsOf(readings);
    CHECK(all.size() == 12);
    CHECK(textOf(all.front()) == "a=1, b=1, c=1");
    CHECK(textOf(all.back()) == "a=2, b=3, c=2");
    const auto few = oneByOne(readings);
    CHECK(few.size() == 5);
    CHECK(few.front() == all.front());
    CHECK(textOf(few[2]) == "a=1, b=2, c=1");
}

} // namespace
} // namespace cmksim::catalog
