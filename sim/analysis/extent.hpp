// The least and the most of something.
#pragma once

#include <algorithm>

namespace cmksim::analysis {

/// From the least to the greatest value over everything that is open.
template <class T>
struct Extent {
    T least{};
    T most{};

    void include(T value) {
        least = std::min(least, value);
        most = std::max(most, value);
    }
    [[nodiscard]] bool isPoint() const { return least == most; }
    friend bool operator==(const Extent&, const Extent&) = default;
};

} // namespace cmksim::analysis
