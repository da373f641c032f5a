// A random generator that gives the same numbers from the same seed on every machine.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace cmksim::property {

/// SplitMix64: a counter and a mixing function.
class Random {
public:
    explicit Random(std::uint64_t seed) : counter_{seed} {}

    std::uint64_t next() {
        counter_ += 0x9e3779b97f4a7c15U;
        std::uint64_t z = counter_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }

    /// 0 to `bound` - 1; nearly even for the small bounds of a test.
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }

    /// `least` to `most`, both in.
    std::int64_t between(std::int64_t least, std::int64_t most) {
        return least + static_cast<std::int64_t>(below(static_cast<std::size_t>(most - least + 1)));
    }

    bool chance(unsigned percent) { return below(100) < percent; }

    template <class T>
    const T& of(const std::vector<T>& items) {
        return items[below(items.size())];
    }

    /// One of a few texts or numbers; repeat one to make it likelier.
    template <class T>
    T oneOf(std::initializer_list<T> items) {
        return items.begin()[below(items.size())];
    }

private:
    std::uint64_t counter_;
};

} // namespace cmksim::property
