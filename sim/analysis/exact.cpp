#include "analysis/exact.hpp"

#include <boost/multiprecision/cpp_int.hpp>

#include <stdexcept>
#include <utility>

namespace cmksim::analysis {

struct Ratio::Value {
    boost::multiprecision::cpp_rational number;
};

Ratio::Ratio() noexcept = default;
Ratio::Ratio(std::int64_t whole) : Ratio{whole, 1} {}
Ratio::Ratio(std::int64_t numerator, std::int64_t denominator) { set({{numerator, denominator}}); }
Ratio::Ratio(const Ratio& other) : value_{other.value_ ? std::make_unique<Value>(*other.value_) : nullptr} {}
Ratio::Ratio(Ratio&& other) noexcept = default;
Ratio& Ratio::operator=(Ratio&& other) noexcept = default;
Ratio::~Ratio() = default;

Ratio& Ratio::operator=(const Ratio& other) {
    if (this != &other) {
        *this = Ratio{other};
    }
    return *this;
}

void Ratio::set(Value value) { value_ = value.number.is_zero() ? nullptr : std::make_unique<Value>(std::move(value)); }

Ratio& Ratio::operator+=(const Ratio& other) {
    if (!value_) {
        *this = other;
    } else if (other.value_) {
        set({value_->number + other.value_->number});
    }
    return *this;
}

Ratio& Ratio::operator*=(const Ratio& other) {
    if (!other.value_) {
        value_.reset();
    } else if (value_) {
        value_->number *= other.value_->number;
    }
    return *this;
}

Ratio& Ratio::operator/=(const Ratio& other) {
    if (!other.value_) {
        throw std::domain_error{"a ratio is divided by 0"};
    }
    if (value_) {
        value_->number /= other.value_->number;
    }
    return *this;
}

bool operator==(const Ratio& left, const Ratio& right) {
    return left.value_ && right.value_ ? left.value_->number == right.value_->number : !left.value_ && !right.value_;
}

std::strong_ordering operator<=>(const Ratio& left, const Ratio& right) {
    const int sign = left.value_ && right.value_ ? left.value_->number.compare(right.value_->number)
                     : left.value_               ? left.value_->number.sign()
                     : right.value_              ? -right.value_->number.sign()
                                                 : 0;
    return sign <=> 0;
}

double Ratio::toDouble() const { return value_ ? value_->number.convert_to<double>() : 0; }

std::string Ratio::numerator() const { return value_ ? boost::multiprecision::numerator(value_->number).str() : "0"; }

std::string Ratio::denominator() const {
    return value_ ? boost::multiprecision::denominator(value_->number).str() : "1";
}

} // namespace cmksim::analysis
