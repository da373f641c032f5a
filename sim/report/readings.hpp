// What a result says of documents that disagree: which readings were looked at, and what hangs on them.
#pragma once

#include "base/shape.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace cmksim::report {

struct ReadingsSaid {
    struct Depending {
        std::string subject;
        std::string claim;
        std::vector<std::map<std::string, std::string, std::less<>>> under; // the readings by which it holds, by fact
    };
    std::vector<std::string> names; // of the facts that documents disagree about
    std::size_t combinations = 1;
    bool complete = false;
    std::string lookedAt;
    std::vector<Depending> depending;
};

const shape::Record<ReadingsSaid>& readingsShape();

/// The field `readings`, which is left out where no documents disagree.
shape::Properties readingsProperties();

} // namespace cmksim::report
