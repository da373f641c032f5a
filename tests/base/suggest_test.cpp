#include "base/suggest.hpp"

#include <array>
#include <catch2/catch.hpp>

using namespace cmksim;

namespace {

constexpr std::array<std::string_view, 5> fields{"enablePurgeProtection", "enableSoftDelete", "networkAcls", "keys",
                                                 "at"};

} // namespace

TEST_CASE("a slip of the finger finds the name that was meant") {
    CHECK(nearestName("enablePurgeProtecton", fields) == "enablePurgeProtection");
    CHECK(nearestName("enablePurgeProtcetion", fields) == "enablePurgeProtection");
    CHECK(nearestName("networkAcl", fields) == "networkAcls");
    CHECK(nearestName("kyes", fields) == "keys");
    CHECK(nearestName("keyss", fields) == "keys");
}

TEST_CASE("letter case counts for little") {
    CHECK(nearestName("ENABLESOFTDELETE", fields) == "enableSoftDelete");
    CHECK(nearestName("enable_soft_delete", fields) == "enableSoftDelete");
    CHECK(nearestName("AT", fields) == "at");
}

TEST_CASE("what is far from every name suggests none") {
    CHECK(nearestName("frobnicate", fields).empty());
    CHECK(nearestName("az", fields).empty());
    CHECK(nearestName("", fields).empty());
    CHECK(nearestName("k", fields).empty());
    CHECK(nearestName("keys", {}).empty());
}

TEST_CASE("of names equally near the first is suggested") {
    constexpr std::array<std::string_view, 2> names{"id-1", "id-2"};
    CHECK(nearestName("id-3", names) == "id-1");
}

TEST_CASE("a very long name is only compared but for its case") {
    const std::string lower(10'000, 'a');
    const std::string upper(10'000, 'A');
    const std::array<std::string_view, 1> names{lower};
    CHECK(nearestName(upper, names) == lower);
    CHECK(nearestName(lower + "b", names).empty());
}

TEST_CASE("a suggestion names the nearest, or all where there are few") {
    CHECK(suggestion("keyz", fields) == "did you mean 'keys'?");
    CHECK(suggestion("frobnicate", fields) == "known: enablePurgeProtection, enableSoftDelete, networkAcls, keys, at");
    CHECK(suggestion("frobnicate", {}).empty());
    const std::vector<std::string_view> many(9, "something");
    CHECK(suggestion("frobnicate", many).empty());
}

TEST_CASE("a message ends where there is nothing to suggest") {
    const std::vector<std::string_view> many(9, "something");
    CHECK(withSuggestion("no field 'keyz'", "keyz", fields) == "no field 'keyz'; did you mean 'keys'?");
    CHECK(withSuggestion("no field 'x'", "x", many) == "no field 'x'");
    CHECK(withSuggestion("no field 'x'", "x", many, "see there") == "no field 'x'; see there");
}
