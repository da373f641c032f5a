#include "engine/fleet.hpp"

#include "engine/draws.hpp"

#include <algorithm>

namespace cmksim::engine {

MemberPhases::MemberPhases(std::vector<std::uint32_t> perSecond) {
    before_.push_back(0);
    sumBefore_.push_back({});
    for (std::size_t second = 0; second < perSecond.size(); ++second) {
        before_.push_back(before_.back() + perSecond[second]);
        sumBefore_.push_back(sumBefore_.back() + Duration{second} * perSecond[second]);
    }
}

MemberPhases MemberPhases::together(std::uint32_t members, Duration phase, Duration period) {
    std::vector<std::uint32_t> perSecond(static_cast<std::size_t>(period.count()), 0);
    perSecond[static_cast<std::size_t>(phase.count())] = members;
    return MemberPhases{std::move(perSecond)};
}

void MemberPhases::giveRotations(std::vector<Duration> rotations) {
    rotations_ = std::move(rotations);
    for (std::size_t second = 0; second + 1 < before_.size(); ++second) {
        std::sort(rotations_.begin() + before_[second], rotations_.begin() + before_[second + 1]);
    }
}

Member MemberPhases::before(Duration phase, Duration rotation) const {
    const auto first = rotations_.begin() + before(phase);
    const auto last = rotations_.begin() + before(phase + Duration{1});
    return static_cast<Member>(std::lower_bound(first, last, rotation) - rotations_.begin());
}

MemberPhases MemberPhases::spread(std::uint32_t members, Duration period) {
    const auto seconds = static_cast<std::uint64_t>(period.count());
    std::vector<std::uint32_t> perSecond(seconds, 0);
    // Member i stands at the second i * period / members, rounded down: the members below a second are as many as it
    // takes to come that far.
    const auto below = [&](std::uint64_t second) { return (second * members + seconds - 1) / seconds; };
    for (std::uint64_t second = 0; second < seconds; ++second) {
        perSecond[second] = static_cast<std::uint32_t>(below(second + 1) - below(second));
    }
    return MemberPhases{std::move(perSecond)};
}

MemberPhases MemberPhases::drawn(std::uint32_t members, Duration period, const Draws& draws, ResourceId fleet) {
    std::vector<std::uint32_t> perSecond(static_cast<std::size_t>(period.count()), 0);
    for (std::uint32_t place = 0; place < members; ++place) {
        ++perSecond[static_cast<std::size_t>(draws.memberPhase(fleet, place, period).count())];
    }
    return MemberPhases{std::move(perSecond)};
}

Duration MemberPhases::sumOfPhases(Duration first, Duration last) const {
    return sumBefore_[static_cast<std::size_t>(last.count()) + 1] - sumBefore_[static_cast<std::size_t>(first.count())];
}

Duration MemberPhases::phaseOf(Member member) const {
    const auto after = std::ranges::upper_bound(before_, member);
    return Duration{after - before_.begin() - 1};
}

void drawPhases(Fleet& fleet, ResourceId id, const Model& model, const Draws& draws) {
    if (fleet.drawn) {
        std::vector<Duration> rotations;
        for (Member member = 0; fleet.phases && fleet.phases->haveRotations() && member < fleet.members; ++member) {
            rotations.push_back(fleet.phases->rotationOf(member));
        }
        fleet.phases = MemberPhases::drawn(fleet.members, model.revalidation.nominal, draws, id);
        if (!rotations.empty()) {
            std::ranges::sort(rotations); // those that are spread, in the order of the members
            fleet.phases->giveRotations(std::move(rotations));
        }
    }
    if (fleet.rotationsDrawn) {
        std::vector<Duration> rotations;
        for (Member member = 0; member < fleet.members; ++member) {
            rotations.push_back(draws.memberRotation(id, member, model.rotationClock->nominal));
        }
        fleet.phases->giveRotations(std::move(rotations));
    }
}

std::string memberName(std::string_view fleet, Member member) {
    constexpr std::size_t digits = 6;
    const std::string number = std::to_string(member);
    std::string name{fleet};
    return name.append(1, '-').append(number.size() < digits ? digits - number.size() : 0, '0').append(number);
}

} // namespace cmksim::engine
