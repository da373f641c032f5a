#include "sampling/tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace cmksim::sampling {

namespace {

/// Beyond this a histogram takes more memory than what it shows is worth.
constexpr std::int64_t mostBins = 8'192;

/// Quantile of the normal distribution for an interval of 95 %.
constexpr double z = 1.959963984540054;

Duration widthOf(Duration most) { return Duration{most.count() / mostBins + 1}; }

/// Reads numbers that follow each other in a text.
class NumberReader {
public:
    explicit NumberReader(std::string_view text) : text_{text} {}

    template <class Number>
    bool read(Number& number, char behind) {
        const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), number);
        const auto length = static_cast<std::size_t>(end - text_.data());
        if (error != std::errc{} || length >= text_.size() || text_[length] != behind) {
            return false;
        }
        text_.remove_prefix(length + 1);
        return true;
    }
    [[nodiscard]] bool atEnd() const { return text_.empty(); }

private:
    std::string_view text_;
};

} // namespace

Distribution::Distribution(Duration most) : width_{widthOf(most)}, size_{static_cast<int>(most / widthOf(most)) + 1} {}

std::uint64_t Distribution::countIn(int bin) const {
    return bin == 0 ? inFirst_ : bins_ ? std::uint64_t{bins_->at(bin)} : 0;
}

std::uint64_t& Distribution::later(int bin) {
    if (!bins_) {
        using Axis =
            boost::histogram::axis::integer<int, boost::histogram::use_default, boost::histogram::axis::option::none_t>;
        bins_.emplace(std::make_tuple(Axis{0, size_}));
    }
    return bins_->at(bin);
}

void Distribution::add(Duration value) {
    const int bin = static_cast<int>(value / width_);
    ++(bin == 0 ? inFirst_ : later(bin));
    const auto seconds = static_cast<std::uint64_t>(value.count());
    ++count_;
    sum_ += seconds;
    squares_ += Wide{seconds} * seconds;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
}

void Distribution::merge(const Distribution& other) {
    inFirst_ += other.inFirst_;
    if (bins_ && other.bins_) {
        *bins_ += *other.bins_;
    } else if (other.bins_) {
        bins_ = other.bins_;
    }
    count_ += other.count_;
    sum_ += other.sum_;
    squares_ += other.squares_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
}

double Distribution::mean() const { return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }

double Distribution::meanError() const {
    if (count_ < 2) {
        return 0;
    }
    // n · Σx² − (Σx)² is exact, and needs no more than 128 bits below 2^32 trials of 2^32 seconds.
    const Wide spread = Wide{count_} * squares_ - Wide{sum_} * sum_;
    const auto n = static_cast<double>(count_);
    const double variance = static_cast<double>(spread) / (n * (n - 1));
    return z * std::sqrt(variance / n);
}

Duration Distribution::quantile(double share) const {
    const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (int bin = 0; bin < size_; ++bin) {
        seen += countIn(bin);
        if (seen >= std::max<std::uint64_t>(rank, 1)) {
            return std::clamp(width_ * bin, min_, max_);
        }
    }
    return max_;
}

std::vector<std::uint64_t> Distribution::spread(std::size_t parts) const {
    std::vector<std::uint64_t> counts(parts, 0);
    const std::int64_t width = (max_ - min_).count() + 1;
    for (int bin = 0; bin < size_; ++bin) {
        if (const std::uint64_t count = countIn(bin)) {
            const Duration value = std::clamp(width_ * bin, min_, max_);
            const std::int64_t part = (value - min_).count() * static_cast<std::int64_t>(parts) / width;
            counts[static_cast<std::size_t>(part)] += count;
        }
    }
    return counts;
}

std::string Distribution::text() const {
    const auto high = static_cast<std::uint64_t>(squares_ >> 64U);
    const auto low = static_cast<std::uint64_t>(squares_);
    std::string text = fmt::format("{} {} {} {} {} {} {} ", width_.count(), count_, sum_, high, low,
                                   count_ == 0 ? 0 : min_.count(), max_.count());
    for (int bin = 0; bin < size_; ++bin) {
        if (const std::uint64_t count = countIn(bin)) {
            text += fmt::format("{}:{} ", bin, count);
        }
    }
    return text;
}

std::optional<Distribution> Distribution::parse(std::string_view text, Duration most) {
    Distribution read{most};
    NumberReader reader{text};
    std::int64_t width = 0;
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::int64_t min = 0;
    std::int64_t max = 0;
    if (!reader.read(width, ' ') || width != read.width_.count() || !reader.read(read.count_, ' ') ||
        !reader.read(read.sum_, ' ') || !reader.read(high, ' ') || !reader.read(low, ' ') || !reader.read(min, ' ') ||
        !reader.read(max, ' ')) {
        return {};
    }
    read.squares_ = (Wide{high} << 64U) | low;
    read.min_ = read.count_ == 0 ? Duration::max() : Duration{min};
    read.max_ = Duration{max};
    std::uint64_t counted = 0;
    while (!reader.atEnd()) {
        int bin = 0;
        std::uint64_t count = 0;
        if (!reader.read(bin, ':') || !reader.read(count, ' ') || bin < 0 || bin >= read.size_) {
            return {};
        }
        (bin == 0 ? read.inFirst_ : read.later(bin)) = count;
        counted += count;
    }
    return counted == read.count_ ? std::optional{std::move(read)} : std::nullopt;
}

void ResourceTally::add(const Outcome& outcome) {
    downtime.add(outcome.downtime);
    if (outcome.down) {
        firstSymptom.add(outcome.firstSymptom.time_since_epoch());
        lastSymptom.add(outcome.lastSymptom.time_since_epoch());
    }
    impairedFor.add(outcome.impairedFor);
    impaired += outcome.impaired ? 1 : 0;
    losses += outcome.dataLost ? 1 : 0;
    unexpected += outcome.unexpected ? 1 : 0;
}

void ResourceTally::merge(const ResourceTally& other) {
    downtime.merge(other.downtime);
    firstSymptom.merge(other.firstSymptom);
    lastSymptom.merge(other.lastSymptom);
    impairedFor.merge(other.impairedFor);
    impaired += other.impaired;
    losses += other.losses;
    unexpected += other.unexpected;
}

void ObjectiveTally::merge(const ObjectiveTally& other) {
    broken += other.broken;
    open += other.open;
}

void Tally::merge(const Tally& other) {
    trials += other.trials;
    losses += other.losses;
    outages += other.outages;
    impaired += other.impaired;
    for (std::size_t i = 0; i < resources.size(); ++i) {
        resources[i].merge(other.resources[i]);
    }
    for (std::size_t i = 0; i < objectives.size(); ++i) {
        objectives[i].merge(other.objectives[i]);
    }
}

Share shareOf(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) {
        return {};
    }
    const auto n = static_cast<double>(whole);
    const double p = static_cast<double>(part) / n;
    const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return {p, std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

} // namespace cmksim::sampling
