// The ways in which a random world can go, played by the naive reference: phases, other timings and readings drawn from
// what the documents leave open. The ends of ranges, and phases at which something is just or just not seen, come up
// often.
#pragma once

#include "property/harness.hpp"
#include "property/world_text.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cmksim::property {

/// A time during which a resource denies operations that its service allows a whole resource.
struct Denial {
    std::string resource;
    std::int64_t from = 0; // seconds since the start
    std::int64_t to = 0;   // not in it; the end of what was played where it is not over
    bool down = false;     // else a condition denies some
};

/// What is drawn, and what stands at its nominal value.
struct Freedom {
    bool timings = true;  // besides phases
    bool readings = true; // of what documents disagree about
};

/// A course by its number; the same number draws the same of every world with the same resources and entries. Course 0
/// is nominal, course 1 has every timing at its latest.
struct Course {
    std::uint64_t number = 0;
    Freedom freedom;
    std::vector<std::int64_t> moments; // seconds since the start, around which phases matter; two worlds that are
                                       // compared have the same
};

/// The instants of a world's timeline, and its start.
std::vector<std::int64_t> momentsOf(const std::string& yaml);

/// What a world comes to in one course, as text; a sound one.
reference::Replay play(const std::string& yaml, const Course& course);

/// Those of resources that are there; one whose creation failed denies nothing that it ever allowed.
std::vector<Denial> denialsIn(const std::string& yaml, const Course& course);

/// Those of `more` that are in none of `fewer`, or are worse there.
std::vector<Denial> denialsBeyond(const std::vector<Denial>& more, const std::vector<Denial>& fewer);

/// The world without what pins phases.
WorldText withOpenPhases(WorldText world);

std::string describe(const Denial& denial);

} // namespace cmksim::property
