// What many trials come to: counts and sums in whole numbers alone, so that any division of the trials adds up to the
// same bytes.
#pragma once

#include "base/instant.hpp"
#include "sampling/outcome.hpp"

#include <boost/histogram.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::sampling {

/// Lengths or points of time, in seconds.
class Distribution {
public:
    /// No value is above `most`.
    explicit Distribution(Duration most);

    void add(Duration value);
    void merge(const Distribution& other);

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] Duration min() const { return min_; }
    [[nodiscard]] Duration max() const { return max_; }
    [[nodiscard]] double mean() const;
    /// Half the width of the interval that holds the mean in 95 of 100 samplings.
    [[nodiscard]] double meanError() const;
    /// The least value that a share of the values does not exceed, to within the width of a bin.
    [[nodiscard]] Duration quantile(double share) const;
    [[nodiscard]] Duration binWidth() const { return width_; }

    /// How many values fall into each of so many equal parts from the least to the greatest.
    [[nodiscard]] std::vector<std::uint64_t> spread(std::size_t parts) const;

    /// Everything as one line of text, and back; nothing for a text that is none, or of another width.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] static std::optional<Distribution> parse(std::string_view text, Duration most);

    friend bool operator==(const Distribution&, const Distribution&) = default;

private:
    using Histogram =
        boost::histogram::histogram<std::tuple<boost::histogram::axis::integer<int, boost::histogram::use_default,
                                                                               boost::histogram::axis::option::none_t>>,
                                    boost::histogram::dense_storage<std::uint64_t>>;
    __extension__ using Wide = unsigned __int128;

    [[nodiscard]] std::uint64_t countIn(int bin) const;
    /// The count of a bin other than the first, to be changed.
    std::uint64_t& later(int bin);

    Duration width_;
    int size_;                      // bins
    std::uint64_t inFirst_ = 0;     // of the first; most resources of a large estate have no value beyond it,
    std::optional<Histogram> bins_; // and need no other bin
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
    Wide squares_ = 0;
    Duration min_ = Duration::max();
    Duration max_ = Duration::zero();
};

struct ResourceTally {
    explicit ResourceTally(Duration until)
        : downtime{until}, firstSymptom{until}, lastSymptom{until}, impairedFor{until} {}

    Distribution downtime;     // of every trial
    Distribution firstSymptom; // since the start, of those with an outage
    Distribution lastSymptom;
    Distribution impairedFor;     // of every trial
    std::uint64_t impaired = 0;   // trials in which it is up and denies something at some time
    std::uint64_t losses = 0;     // trials in which data is lost
    std::uint64_t unexpected = 0; // trials in which an action on it comes out otherwise than expected

    void add(const Outcome& outcome);
    void merge(const ResourceTally& other);
    friend bool operator==(const ResourceTally&, const ResourceTally&) = default;
};

/// How one thing that an objective asks for fares.
struct ObjectiveTally {
    std::uint64_t broken = 0; // trials in which it is
    std::uint64_t open = 0;   // in which it is not so far, and an outage goes on when the program ends

    void merge(const ObjectiveTally& other);
    friend bool operator==(const ObjectiveTally&, const ObjectiveTally&) = default;
};

struct Tally {
    Tally(std::size_t resourceCount, Duration until, std::size_t asked = 0)
        : resources(resourceCount, ResourceTally{until}), objectives(asked) {}

    std::uint64_t trials = 0;
    std::uint64_t losses = 0;   // trials in which any data is lost
    std::uint64_t outages = 0;  // trials in which any resource goes down
    std::uint64_t impaired = 0; // trials in which any resource is up and denies something at some time
    std::vector<ResourceTally> resources;
    std::vector<ObjectiveTally> objectives; // of each thing asked for, in order

    void merge(const Tally& other);
    friend bool operator==(const Tally&, const Tally&) = default;
};

/// A share with the interval (Wilson's) that holds it in 95 of 100 samplings.
struct Share {
    double value = 0;
    double low = 0;
    double high = 0;
};
Share shareOf(std::uint64_t part, std::uint64_t whole);

} // namespace cmksim::sampling
