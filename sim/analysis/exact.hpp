// Exact ratios, as probabilities and means are.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>

namespace cmksim::analysis {

/// A rational number of any size, in lowest terms. An operation takes a few divisions as long as both parts fit in 64
/// bits, and about a hundred times as long as one of whole numbers where they do not. The library that computes with
/// larger ones is seen by one file alone, as it takes seconds to compile.
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

    [[nodiscard]] bool isZero() const noexcept { return !large_ && numerator_ == 0; }
    [[nodiscard]] double toDouble() const;
    /// In decimal digits.
    [[nodiscard]] std::string numerator() const;
    [[nodiscard]] std::string denominator() const;

private:
    struct Large;
    [[nodiscard]] Large asLarge() const;
    void set(Large value);
    bool setProduct(std::int64_t numerator, std::int64_t denominator);

    std::int64_t numerator_ = 0; // in lowest terms, and no minimum of its type: it has an opposite
    std::int64_t denominator_ = 1;
    std::unique_ptr<Large> large_; // what does not fit into these, and nothing else
};

} // namespace cmksim::analysis
