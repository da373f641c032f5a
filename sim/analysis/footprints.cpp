#include "analysis/footprints.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::analysis {

namespace {

/// Worlds that differ in more ways than this are beyond any scenario that was written to be read.
constexpr std::size_t mostWays = 4'096;

} // namespace

void appendFootprint(const std::vector<Record>& records, Footprint& footprint) {
    for (const Record& record : records) {
        if (record.is<ActionDone>()) {
            footprint.push_back(record.refused());
        }
    }
}

std::vector<FootprintGroup> groupByFootprint(const std::vector<PhaseClass>& classes,
                                             const std::function<Footprint(const PhaseClass&)>& footprintOf) {
    std::vector<FootprintGroup> groups;
    for (const PhaseClass& phases : classes) {
        Footprint footprint = footprintOf(phases);
        const auto known = std::ranges::find(groups, footprint, &FootprintGroup::footprint);
        if (known == groups.end()) {
            groups.push_back({std::move(footprint), {phases}});
        } else {
            known->classes.push_back(phases);
        }
    }
    return groups;
}

void Shapers::add(std::size_t who, std::vector<FootprintGroup> groups) {
    if (groups.size() < 2 || ways_ * groups.size() > mostWays) {
        return;
    }
    ways_ *= groups.size();
    shapers_.push_back({who, std::move(groups)});
}

bool Shapers::forEachChoice(const std::function<bool(std::span<const Choice>)>& visit) const {
    std::vector<Choice> choices;
    return choose(choices, visit);
}

bool Shapers::choose(std::vector<Choice>& choices, const std::function<bool(std::span<const Choice>)>& visit) const {
    if (choices.size() == shapers_.size()) {
        return visit(choices);
    }
    const Shaper& shaper = shapers_[choices.size()];
    return std::ranges::all_of(shaper.groups, [&](const FootprintGroup& group) {
        choices.push_back({shaper.who, &group});
        const bool goOn = choose(choices, visit);
        choices.pop_back();
        return goOn;
    });
}

} // namespace cmksim::analysis
