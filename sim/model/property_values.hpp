// The values of a resource's properties (`sku`, `contentTrust`), and what an update asks of them. Both are small, as
// searches hash and copy the state of every resource.
#pragma once

#include "base/ids.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>

namespace cmksim {

using PropertyId = Id<struct PropertyTag>;

/// The value of each property of a model, by its place among the values that the property can have.
class PropertyValues {
public:
    static constexpr std::size_t mostProperties = 8; // of a model
    static constexpr std::size_t mostValues = 16;    // of a property

    [[nodiscard]] constexpr std::size_t operator[](PropertyId id) const { return bits_ >> shift(id) & valueMask; }
    constexpr void set(PropertyId id, std::size_t value) {
        bits_ = (bits_ & ~(valueMask << shift(id))) | static_cast<std::uint32_t>(value) << shift(id);
    }
    /// As a number of its own.
    [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }
    friend constexpr auto operator<=>(const PropertyValues&, const PropertyValues&) = default;

private:
    static constexpr std::uint32_t bitsOfAValue = 32 / mostProperties;
    static constexpr std::uint32_t valueMask = mostValues - 1;
    static_assert(mostValues == std::size_t{1} << bitsOfAValue);

    static constexpr std::uint32_t shift(PropertyId id) {
        return static_cast<std::uint32_t>(id.index()) * bitsOfAValue;
    }

    std::uint32_t bits_ = 0;
};

/// The properties that an update names, each with the value that it is to have.
class PropertyChanges {
public:
    constexpr void set(PropertyId id, std::size_t value) {
        to_.set(id, value);
        named_.insert(id);
    }
    [[nodiscard]] constexpr bool names(PropertyId id) const { return named_.contains(id); }
    [[nodiscard]] constexpr bool empty() const { return named_.empty(); }
    [[nodiscard]] constexpr std::size_t operator[](PropertyId id) const { return to_[id]; }

    /// The values afterwards; what is not named stays.
    [[nodiscard]] constexpr PropertyValues appliedTo(PropertyValues values) const {
        for (std::size_t place = 0; place < PropertyValues::mostProperties; ++place) {
            if (const PropertyId id{place}; names(id)) {
                values.set(id, to_[id]);
            }
        }
        return values;
    }
    friend constexpr auto operator<=>(const PropertyChanges&, const PropertyChanges&) = default;

private:
    PropertyValues to_;
    IdSet<PropertyId, std::uint8_t> named_;
};

} // namespace cmksim
