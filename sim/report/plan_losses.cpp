#include "report/plan_losses.hpp"

#include "blast/blast.hpp"
#include "report/clock.hpp"
#include "report/extent.hpp"
#include "report/state_losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace cmksim::report {

std::vector<PlanLoss> lossesBeside(const Recovery& recovery) {
    const Program& program = recovery.program;
    std::vector<PlanLoss> losses;
    if (recovery.purpose == RecoveryPurpose::SetUp) {
        return losses;
    }
    for (const StateLoss& one : lostBy(program, recovery.at)) {
        losses.push_back({one, true});
    }
    std::vector<TimelineEntry> entries;
    std::ranges::copy_if(program.entries, std::back_inserter(entries),
                         [&](const TimelineEntry& entry) { return entry.at <= recovery.at; });
    for (const StateLoss& one :
         lossesAtEnds(withTimeline(program, std::move(entries), recovery.at + longestLookedAhead))) {
        const bool ails = std::ranges::find(recovery.ailing, one.resource, &Ailment::resource) != recovery.ailing.end();
        const bool isHad = std::ranges::any_of(losses, [&](const PlanLoss& had) {
            return had.loss.resource == one.resource && had.loss.state == one.state && had.loss.loss == one.loss;
        });
        if (ails && !isHad && one.at.most > recovery.at) {
            losses.push_back({one, false});
        }
    }
    return losses;
}

std::string textOf(const Program& program, const PlanLoss& loss) {
    const Extent<Instant>& at = loss.loss.at;
    const std::string when =
        at.isPoint() ? "at " + Clock::sinceStart(at.least)
                     : fmt::format("between {} and {}", Clock::sinceStart(at.least), Clock::sinceStart(at.most));
    return lossText(program, loss.loss) +
           (loss.came ? "; since " + Clock::sinceStart(at.least) : fmt::format("; {}, unless it is back before", when));
}

JsonArray lossesJson(const Recovery& recovery) {
    JsonArray losses;
    for (const PlanLoss& one : lossesBeside(recovery)) {
        JsonObject lost{{"resource", recovery.program.resources[one.loss.resource].name}};
        std::ranges::move(lossFields(recovery.program, one.loss), std::back_inserter(lost));
        lost.emplace_back("came", one.came);
        lost.emplace_back("at", extent(one.loss.at));
        losses.emplace_back(std::move(lost));
    }
    return losses;
}

} // namespace cmksim::report
