// Exact ratios, as probabilities and means are.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>

namespace cmksim::analysis {

/// A rational number of any size, in lowest terms. Slow: one operation takes about a hundred times as long as one of
/// whole numbers. The library that computes with it is seen by one file alone, as it takes seconds to compile.
class Ratio {
public:
    Ratio() noexcept; // 0
    Ratio(std::int64_t whole);
    Ratio(std::int64_t numerator, std::int64_t denominator);
    Ratio(const Ratio& other);
    Ratio(Ratio&& other) noexcept;
    Ratio& operator=(const Ratio& other);
    Ratio& operator=(Ratio&& other) noexcept;
    ~Ratio();

    Ratio& operator+=(const Ratio& other);
    Ratio& operator*=(const Ratio& other);
    Ratio& operator/=(const Ratio& other);
    friend Ratio operator+(Ratio left, const Ratio& right) { return left += right; }
    friend Ratio operator*(Ratio left, const Ratio& right) { return left *= right; }
    friend Ratio operator/(Ratio left, const Ratio& right) { return left /= right; }

    friend bool operator==(const Ratio& left, const Ratio& right);
    friend std::strong_ordering operator<=>(const Ratio& left, const Ratio& right);

    [[nodiscard]] bool isZero() const noexcept { return !value_; }
    [[nodiscard]] double toDouble() const;
    /// In decimal digits.
    [[nodiscard]] std::string numerator() const;
    [[nodiscard]] std::string denominator() const;

private:
    struct Value;
    void set(Value value);

    std::unique_ptr<Value> value_; // none: 0
};

} // namespace cmksim::analysis
