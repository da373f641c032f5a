// Ratios are exact whatever their size.
#include "analysis/exact.hpp"

#include <boost/multiprecision/cpp_int.hpp>
#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace cmksim::exact_test {

using namespace cmksim::analysis;

namespace {

using Big = boost::multiprecision::cpp_rational;

void checkSame(const Ratio& ratio, const Big& big) {
    CHECK(ratio.numerator() == boost::multiprecision::numerator(big).str());
    CHECK(ratio.denominator() == boost::multiprecision::denominator(big).str());
    CHECK(ratio.toDouble() == big.convert_to<double>());
    CHECK(ratio.isZero() == big.is_zero());
}

} // namespace

TEST_CASE("sums, products and quotients of ratios of any size are those of arbitrary precision") {
    std::mt19937_64 random{7};
    const std::vector<std::int64_t> ends{0,
                                         1,
                                         -1,
                                         2,
                                         3600,
                                         86400,
                                         std::int64_t{1} << 53,
                                         std::numeric_limits<std::int64_t>::max(),
                                         std::numeric_limits<std::int64_t>::min()};
    const auto draw = [&]() -> std::int64_t {
        const auto kind = random() % 4;
        return kind == 0   ? ends[random() % ends.size()]
               : kind == 1 ? static_cast<std::int64_t>(random())
                           : static_cast<std::int64_t>(random() % 20'000) - 10'000;
    };
    Ratio ratio;
    Big big;
    for (int i = 0; i < 20'000; ++i) {
        const std::int64_t numerator = draw();
        const std::int64_t denominator = std::max<std::int64_t>(1, draw());
        const Ratio other{numerator, denominator};
        const Big otherBig{numerator, denominator};
        REQUIRE((ratio == other) == (big == otherBig));
        REQUIRE((ratio < other) == (big < otherBig));
        switch (random() % 4) {
        case 0: ratio += other, big += otherBig; break;
        case 1: ratio *= other, big *= otherBig; break;
        case 2:
            if (!other.isZero()) {
                ratio /= other, big /= otherBig;
            }
            break;
        default: ratio = other, big = otherBig; break;
        }
        checkSame(ratio, big);
    }
}

TEST_CASE("a ratio is not divided by 0") {
    Ratio one{1};
    CHECK_THROWS_AS(one /= Ratio{}, std::domain_error);
}

} // namespace cmksim::exact_test
