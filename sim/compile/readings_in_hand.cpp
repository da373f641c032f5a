#include "compile/readings_in_hand.hpp"

#include <algorithm>

namespace cmksim::compile {

std::vector<FactReading> readingsInHand(const Program& program, const Catalog& catalog, const ReadingChoice& given,
                                        WordReadings ofWords) {
    std::vector<FactReading> readings;
    for (const Model* model : program.models) {
        for (const FactReading& reading : catalog.readingsOf(*model)) {
            const bool known = std::ranges::find(readings, reading.name, &FactReading::name) != readings.end();
            const bool counts = reading.changesCourse || ofWords == WordReadings::Counted;
            if (!known && !given.contains(reading.name) && counts) {
                readings.push_back(reading);
            }
        }
    }
    return readings;
}

} // namespace cmksim::compile
