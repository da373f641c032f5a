#include "base/shape.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::shape_test {

using namespace shape;

namespace {

constexpr std::array<std::string_view, 2> toneNames{"low", "high"};
enum class Tone : std::uint8_t { Low, High };

struct Note {
    Tone tone{};
    Duration length{};
};

struct Tune {
    std::string name;
    std::vector<Note> notes;
    std::optional<Duration> rest = {};
    bool isOld = false;
    const Note* last = nullptr;
};

/// Names are told in a language.
struct Language {
    std::string name;
};

shape::Record<Note> note() {
    return shape::Record<Note>{}.field("tone", word<Tone>(toneNames), &Note::tone).field("length", &Note::length);
}

shape::Record<Tune, Language> tune() {
    return shape::Record<Tune, Language>{}
        .field("name", [](const Tune& one, const Language& in) { return one.name + in.name; })
        .field("notes", list(note()), &Tune::notes)
        .field("pause", &Tune::rest)
        .optional("rest", &Tune::rest)
        .unlessEmpty("old", &Tune::isOld)
        .field("count", [](const Tune& one) { return one.notes.size(); });
}

std::string fieldsOf(const JsonValue& schema) {
    std::string names;
    for (const auto& [name, value] : schema.fields()[1].second.fields()) {
        names += name + ' ';
    }
    return names;
}

} // namespace

TEST_CASE("a record prints its fields in their order, and leaves out those with nothing to say") {
    CHECK(
        tune().write(Tune{"do", {{Tone::High, Duration{3}}}, Duration{1}, true}, Language{"-re"}).line() ==
        R"({"name": "do-re", "notes": [{"tone": "high", "length": 3}], "pause": 1, "rest": 1, "old": true, "count": 1})");
    CHECK(tune().write(Tune{"do", {}}, Language{}).line() ==
          R"({"name": "do", "notes": [], "pause": null, "count": 0})");
}

TEST_CASE("the schema of a record comes from the same fields: those that are always there first") {
    CHECK(
        tune().schema().line() ==
        R"({"type": "object", "properties": {"name": {"type": "string"}, "notes": {"type": "array", "items": )"
        R"({"type": "object", "properties": {"tone": {"enum": ["low", "high"]}, "length": {"type": "integer", "minimum": 0}}, )"
        R"("additionalProperties": false, "required": ["tone", "length"]}}, )"
        R"("pause": {"oneOf": [{"type": "null"}, {"type": "integer", "minimum": 0}]}, )"
        R"("count": {"type": "integer", "minimum": 0}, "rest": {"type": "integer", "minimum": 0}, )"
        R"("old": {"type": "boolean"}}, "additionalProperties": false, "required": ["name", "notes", "pause", "count"]})");
}

TEST_CASE("the fields of another record stand among a record's own, and need not be there where it may be missing") {
    const auto with =
        shape::Record<Tune>{}.field("name", &Tune::name).include(note(), &Tune::last).field("old", &Tune::isOld);
    const Note last{Tone::Low, Duration{2}};
    CHECK(with.write(Tune{"do", {}}).line() == R"({"name": "do", "old": false})");
    CHECK(with.write(Tune{.name = "do", .notes = {}, .last = &last}).line() ==
          R"({"name": "do", "tone": "low", "length": 2, "old": false})");
    CHECK(fieldsOf(with.schema()) == "name old tone length ");
}

TEST_CASE("a field is printed in its place where its schema lists it elsewhere") {
    const auto moved = shape::Record<Note>{}
                           .field("length", &Note::length)
                           .field("tone", word<Tone>(toneNames), &Note::tone)
                           .listedBefore("length");
    CHECK(moved.write(Note{}).line() == R"({"length": 0, "tone": "low"})");
    CHECK(fieldsOf(moved.schema()) == "tone length ");
}

TEST_CASE("a shape by a name among definitions is only referred to") {
    const auto named = shape::Record<Tune>{}.field("notes", list(note().as("note")), &Tune::notes);
    CHECK(named.schema().fields()[1].second.line() ==
          R"({"notes": {"type": "array", "items": {"$ref": "#/$defs/note"}}})");
    CHECK(named.write(Tune{"do", {{}}}).line() == R"({"notes": [{"tone": "low", "length": 0}]})");
}

TEST_CASE("of fields with one name, a schema of several records has the first") {
    const Properties first{{"a", textSchema()}, {"b", textSchema()}};
    const Properties second{{"b", flagSchema()}, {"c", flagSchema(), false}};
    const Properties all = joined({first, second});
    REQUIRE(all.size() == 3);
    CHECK(all[1].schema.line() == R"({"type": "string"})");
}

} // namespace cmksim::shape_test
