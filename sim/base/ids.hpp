// Strong identifiers: an index that knows what it counts, and vectors that only it can index.
#pragma once

#include "base/folders.hpp"

#include <cassert>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace cmksim {

/// The index of one thing of a kind. A default-made id names nothing.
template <class Tag>
class Id {
public:
    constexpr Id() = default;
    constexpr explicit Id(std::size_t index) : value_{static_cast<std::uint32_t>(index)} {}

    [[nodiscard]] constexpr std::size_t index() const {
        assert(valid());
        return value_;
    }
    [[nodiscard]] constexpr bool valid() const { return value_ != nothing; }
    friend constexpr auto operator<=>(Id, Id) = default;

private:
    static constexpr std::uint32_t nothing = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t value_ = nothing;
};

/// A set of ids of which there are few: as many as `Bits` has.
template <class IdType, class Bits>
class IdSet {
public:
    static constexpr std::size_t capacity = std::numeric_limits<Bits>::digits;

    constexpr void insert(IdType id) { bits_ = static_cast<Bits>(bits_ | bit(id)); }
    [[nodiscard]] constexpr bool contains(IdType id) const { return (bits_ & bit(id)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    [[nodiscard]] constexpr bool hasOneOf(IdSet others) const { return (bits_ & others.bits_) != 0; }
    /// As a number of its own.
    [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }
    friend constexpr auto operator<=>(IdSet, IdSet) = default;

private:
    static constexpr std::uint32_t bit(IdType id) {
        assert(id.index() < capacity);
        return std::uint32_t{1} << id.index();
    }
    Bits bits_ = 0;
};

/// A vector indexed by one kind of id.
template <class IdType, class T>
class IdVector {
public:
    IdVector() = default;
    explicit IdVector(std::size_t size, const T& value = T{}) : items_(size, value) {}

    [[nodiscard]] T& operator[](IdType id) { return items_[id.index()]; }
    [[nodiscard]] const T& operator[](IdType id) const { return items_[id.index()]; }

    IdType push_back(T item) {
        items_.push_back(std::move(item));
        return IdType{items_.size() - 1};
    }
    void reserve(std::size_t count) { items_.reserve(count); }
    void resize(std::size_t count) { items_.resize(count); }
    void assign(std::size_t count, const T& value) { items_.assign(count, value); }
    void clear() { items_.clear(); }

    [[nodiscard]] std::size_t size() const { return items_.size(); }
    [[nodiscard]] bool empty() const { return items_.empty(); }
    [[nodiscard]] auto begin() { return items_.begin(); }
    [[nodiscard]] auto end() { return items_.end(); }
    [[nodiscard]] auto begin() const { return items_.begin(); }
    [[nodiscard]] auto end() const { return items_.end(); }
    [[nodiscard]] T& back() { return items_.back(); }
    [[nodiscard]] const T& back() const { return items_.back(); }
    friend bool operator==(const IdVector&, const IdVector&) = default;

    /// The ids of all items, in order: `for (auto vault : vaults.ids())`.
    class IdRange {
    public:
        class Iterator {
        public:
            using value_type = IdType;
            using difference_type = std::ptrdiff_t;

            Iterator() = default;
            explicit Iterator(std::size_t index) : index_{index} {}
            IdType operator*() const { return IdType{index_}; }
            Iterator& operator++() {
                ++index_;
                return *this;
            }
            Iterator operator++(int) { return Iterator{index_++}; }
            friend bool operator==(Iterator, Iterator) = default;

        private:
            std::size_t index_ = 0;
        };
        explicit IdRange(std::size_t size) : size_{size} {}
        [[nodiscard]] Iterator begin() const { return Iterator{0}; }
        [[nodiscard]] Iterator end() const { return Iterator{size_}; }

    private:
        std::size_t size_;
    };
    [[nodiscard]] IdRange ids() const { return IdRange{items_.size()}; }

private:
    std::vector<T> items_;
};

} // namespace cmksim

template <class Tag>
struct std::hash<cmksim::Id<Tag>> {
    std::size_t operator()(cmksim::Id<Tag> id) const noexcept {
        return id.valid() ? std::hash<std::size_t>{}(id.index()) : ~std::size_t{0};
    }
};
