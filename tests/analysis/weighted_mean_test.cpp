#include "analysis/weighted_mean.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <random>

namespace cmksim::weighted_mean_test {

using namespace cmksim;
using namespace cmksim::analysis;

TEST_CASE("a weighted mean is the sum of what was weighed by the sum of its weights") {
    std::mt19937_64 random{1};
    const std::array<Ratio, 3> weights{Ratio(1, 3), Ratio(1, 3600), Ratio(2, 7)};
    for (int round = 0; round < 200; ++round) {
        WeightedMean mean;
        Ratio sum;
        Ratio weight;
        for (int i = 0; i < 20; ++i) {
            const Ratio& part = weights.at(random() % weights.size());
            const auto first = static_cast<std::int64_t>(random() % 1000);
            const auto last = first + static_cast<std::int64_t>(random() % 1000);
            const auto parts = 1 + static_cast<std::int64_t>(random() % 50);
            mean.add(Duration{first}, Duration{last}, Parts{parts});
            mean.weigh(part);
            sum += part * parts * (first + last) / 2;
            weight += part * parts;
        }
        REQUIRE(mean.weight() == weight);
        REQUIRE(mean.mean() == sum / weight);
    }
}

TEST_CASE("a weighted mean is exact where whole numbers would run out") {
    constexpr std::int64_t large = std::numeric_limits<std::int64_t>::max() / 8;
    WeightedMean mean;
    for (int i = 0; i < 9; ++i) {
        mean.add(Duration{large}, Duration{large}, Parts{1});
        mean.weigh(Ratio(1, 9));
    }
    CHECK(mean.weight() == 1);
    CHECK(mean.mean() == large);
}

} // namespace cmksim::weighted_mean_test
