#include "report/plan_losses.hpp"

#include "analysis/bounds.hpp"
#include "blast/blast.hpp"
#include "engine/alike.hpp"
#include "report/clock.hpp"
#include "report/shapes.hpp"
#include "report/state_losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace cmksim::report {

namespace {

/// What those that are impaired lose while nothing is done from the instant of the plan on, over everything that is
/// open.
std::vector<StateLoss> lossesAhead(const Recovery& recovery) {
    const Program& program = recovery.program;
    std::vector<ResourceId> losing;
    for (const ImpairedResource& impaired : recovery.impaired) {
        if (canLose(program.modelOf(impaired.resource)) &&
            std::ranges::find(losing, impaired.resource) == losing.end()) {
            losing.push_back(impaired.resource);
        }
    }
    std::vector<StateLoss> losses;
    if (losing.empty()) {
        return losses;
    }
    std::vector<TimelineEntry> entries;
    std::ranges::copy_if(program.entries, std::back_inserter(entries),
                         [&](const TimelineEntry& entry) { return entry.at <= recovery.at; });
    const Program left =
        withResources(withTimeline(program, std::move(entries), recovery.at + longestLookedAhead), losing);
    for (const ResourceBounds& one : boundsOf(left, OpenTimings::All).resources) {
        if (std::ranges::find(losing, one.resource) != losing.end()) {
            losses.insert(losses.end(), one.losses.begin(), one.losses.end());
        }
    }
    return losses;
}

} // namespace

std::vector<PlanLoss> lossesBeside(const Recovery& recovery) {
    const Program& program = recovery.program;
    std::vector<PlanLoss> losses;
    if (recovery.purpose == RecoveryPurpose::SetUp) {
        return losses;
    }
    for (const StateLoss& one : lostBy(program, recovery.at)) {
        losses.push_back({one, true});
    }
    for (const StateLoss& one : lossesAhead(recovery)) {
        const bool isHad = std::ranges::any_of(losses, [&](const PlanLoss& had) {
            return had.loss.resource == one.resource && had.loss.state == one.state && had.loss.loss == one.loss;
        });
        if (!isHad && one.at.most > recovery.at) {
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

shape::Record<PlanLoss, Program> planLossShape() {
    const auto loss = [](const PlanLoss& one) -> const auto& { return one.loss; };
    return shape::Record<PlanLoss, Program>{}
        .field("resource", resourceName(), [](const PlanLoss& one) { return one.loss.resource; })
        .include(lossShape(), loss)
        .listedBefore("resource")
        .field("came", &PlanLoss::came)
        .field("at", [](const PlanLoss& one) { return one.loss.at; });
}

} // namespace cmksim::report
