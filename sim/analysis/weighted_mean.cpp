#include "analysis/weighted_mean.hpp"

#include <limits>

namespace cmksim::analysis {

bool WeightedMean::isAlike(const Ratio& part) const {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 2;
    return alike_.parts == 0 || (part == part_ && alike_.sixfold < most && counted_.sixfold < most);
}

void WeightedMean::weigh(const Ratio& part) {
    if (counted_.parts == 0) {
        return;
    }
    if (!isAlike(part)) {
        sum_ += part_ * alike_.sixfold / 6;
        weight_ += part_ * alike_.parts;
        alike_ = {};
    }
    part_ = part;
    alike_.sixfold += counted_.sixfold;
    alike_.parts += counted_.parts;
    counted_ = {};
}

// Ratios are compared with a number by way of another ratio, and added by way of common factors: both are worth
// avoiding.
Ratio WeightedMean::weight() const {
    Ratio weight = part_ * alike_.parts;
    if (!weight_.isZero()) {
        weight += weight_;
    }
    return weight;
}

Ratio WeightedMean::mean() const {
    if (weight_.isZero()) {
        return {alike_.sixfold, 6 * alike_.parts};
    }
    return (sum_ + part_ * alike_.sixfold / 6) / weight();
}

} // namespace cmksim::analysis
