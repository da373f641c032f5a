#include "analysis/exact.hpp"

#include <boost/multiprecision/cpp_int.hpp>

#include <limits>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <utility>

namespace cmksim::analysis {

struct Ratio::Large {
    boost::multiprecision::cpp_rational number;
};

namespace {

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

std::optional<std::int64_t> product(std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    const bool fits = !__builtin_mul_overflow(a, b, &result) && result != least;
    return fits ? std::optional{result} : std::nullopt;
}

std::optional<std::int64_t> sum(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
    std::int64_t result = 0;
    const bool fits = a && b && !__builtin_add_overflow(*a, *b, &result) && result != least;
    return fits ? std::optional{result} : std::nullopt;
}

std::optional<std::int64_t> small(const boost::multiprecision::cpp_int& number) {
    const bool fits = number > least && number <= std::numeric_limits<std::int64_t>::max();
    return fits ? std::optional{number.convert_to<std::int64_t>()} : std::nullopt;
}

} // namespace

Ratio::Ratio() noexcept = default;
Ratio::Ratio(std::int64_t whole) : Ratio{whole, 1} {}

Ratio::Ratio(std::int64_t numerator, std::int64_t denominator) {
    if (numerator == least || denominator <= 0) {
        set({{numerator, denominator}});
        return;
    }
    const std::int64_t common = std::gcd(numerator, denominator);
    numerator_ = numerator / common;
    denominator_ = denominator / common;
}

Ratio::Ratio(const Ratio& other)
    : numerator_{other.numerator_}, denominator_{other.denominator_},
      large_{other.large_ ? std::make_unique<Large>(*other.large_) : nullptr} {}
Ratio::Ratio(Ratio&& other) noexcept = default;
Ratio& Ratio::operator=(Ratio&& other) noexcept = default;
Ratio::~Ratio() = default;

Ratio& Ratio::operator=(const Ratio& other) {
    if (this != &other) {
        *this = Ratio{other};
    }
    return *this;
}

Ratio::Large Ratio::asLarge() const { return large_ ? *large_ : Large{{numerator_, denominator_}}; }

void Ratio::set(Large value) {
    const auto numerator = small(boost::multiprecision::numerator(value.number));
    const auto denominator = small(boost::multiprecision::denominator(value.number));
    const bool fits = numerator && denominator;
    numerator_ = fits ? *numerator : 0;
    denominator_ = fits ? *denominator : 1;
    large_ = fits ? nullptr : std::make_unique<Large>(std::move(value));
}

Ratio& Ratio::operator+=(const Ratio& other) {
    if (!large_ && !other.large_) {
        const std::int64_t common = std::gcd(denominator_, other.denominator_);
        const std::int64_t factor = other.denominator_ / common;
        const auto numerator = sum(product(numerator_, factor), product(other.numerator_, denominator_ / common));
        if (numerator) {
            // What the parts of both denominators that differ divide, the sum does not (Knuth, 4.5.1).
            const std::int64_t shared = std::gcd(*numerator, common);
            if (const auto denominator = product(denominator_ / shared, factor)) {
                numerator_ = *numerator / shared;
                denominator_ = *denominator;
                return *this;
            }
        }
    }
    set({asLarge().number + other.asLarge().number});
    return *this;
}

/// Whether the product fits.
bool Ratio::setProduct(std::int64_t numerator, std::int64_t denominator) {
    const std::int64_t one = std::gcd(numerator_, denominator);
    const std::int64_t other = std::gcd(numerator, denominator_);
    const auto above = product(numerator_ / one, numerator / other);
    const auto below = product(denominator_ / other, denominator / one);
    if (above && below) {
        numerator_ = *above;
        denominator_ = *below;
    }
    return above && below;
}

Ratio& Ratio::operator*=(const Ratio& other) {
    if (large_ || other.large_ || !setProduct(other.numerator_, other.denominator_)) {
        set({asLarge().number * other.asLarge().number});
    }
    return *this;
}

Ratio& Ratio::operator/=(const Ratio& other) {
    if (other.isZero()) {
        throw std::domain_error{"a ratio is divided by 0"};
    }
    const std::int64_t sign = other.numerator_ < 0 ? -1 : 1;
    if (large_ || other.large_ || !setProduct(sign * other.denominator_, sign * other.numerator_)) {
        set({asLarge().number / other.asLarge().number});
    }
    return *this;
}

bool operator==(const Ratio& left, const Ratio& right) {
    return left.large_ && right.large_ ? left.large_->number == right.large_->number
                                       : !left.large_ && !right.large_ && left.numerator_ == right.numerator_ &&
                                             left.denominator_ == right.denominator_;
}

std::strong_ordering operator<=>(const Ratio& left, const Ratio& right) {
    if (!left.large_ && !right.large_) {
        const auto one = product(left.numerator_, right.denominator_);
        const auto other = product(right.numerator_, left.denominator_);
        if (one && other) {
            return *one <=> *other;
        }
    }
    return left.asLarge().number.compare(right.asLarge().number) <=> 0;
}

double Ratio::toDouble() const {
    constexpr std::int64_t exact = std::int64_t{1}
                                   << 53; // up to which both are exact, and so their quotient is rounded once
    const bool isExact = !large_ && -exact <= numerator_ && numerator_ <= exact && denominator_ <= exact;
    return isExact ? static_cast<double>(numerator_) / static_cast<double>(denominator_)
                   : asLarge().number.convert_to<double>();
}

std::string Ratio::numerator() const {
    return large_ ? boost::multiprecision::numerator(large_->number).str() : std::to_string(numerator_);
}

std::string Ratio::denominator() const {
    return large_ ? boost::multiprecision::denominator(large_->number).str() : std::to_string(denominator_);
}

} // namespace cmksim::analysis
