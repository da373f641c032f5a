// What objectives ask for, one thing after the other, and in words.

#include "analysis/objectives.hpp"
#include "base/time.hpp"

#include <fmt/format.h>

namespace cmksim::analysis {

std::string askedText(const Objective& objective, ObjectiveKind kind) {
    switch (kind) {
    case ObjectiveKind::Rto: return fmt::format("rto {}", formatDuration(*objective.rto));
    case ObjectiveKind::Downtime:
        return fmt::format("downtime {} per {}", formatDuration(objective.downtime->most),
                           formatDuration(objective.downtime->per));
    case ObjectiveKind::NoDataLoss: return "no data loss";
    case ObjectiveKind::NoImpairment: break;
    }
    return "no impairment";
}

std::vector<AskedThing> askedBy(std::span<const Objective> objectives) {
    std::vector<AskedThing> all;
    for (std::size_t i = 0; i < objectives.size(); ++i) {
        const Objective& one = objectives[i];
        const auto add = [&](bool isAsked, ObjectiveKind kind) {
            if (isAsked) {
                all.push_back({i, kind});
            }
        };
        add(one.rto.has_value(), ObjectiveKind::Rto);
        add(one.downtime.has_value(), ObjectiveKind::Downtime);
        add(one.noDataLoss, ObjectiveKind::NoDataLoss);
        add(one.noImpairment, ObjectiveKind::NoImpairment);
    }
    return all;
}

} // namespace cmksim::analysis
