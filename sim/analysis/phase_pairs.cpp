#include "analysis/phase_pairs.hpp"

#include "analysis/clock_offsets.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace cmksim::analysis {

namespace {

Duration remainder(Duration of, Duration by) {
    const Duration rest = of % by;
    return rest < Duration::zero() ? rest + by : rest;
}

std::vector<Duration> eachOnce(std::vector<Duration> phases) {
    std::ranges::sort(phases);
    const auto repeated = std::ranges::unique(phases);
    phases.erase(repeated.begin(), repeated.end());
    return phases;
}

/// Cuts `all` into pieces that begin at its first and at the `starts` behind that.
std::vector<std::pair<Duration, Duration>> piecesOf(Duration first, Duration last,
                                                    const std::vector<Duration>& starts) {
    std::vector<std::pair<Duration, Duration>> pieces;
    for (const Duration start : starts) {
        if (first < start && start <= last) {
            pieces.emplace_back(first, start - Duration{1});
            first = start;
        }
    }
    pieces.emplace_back(first, last);
    return pieces;
}

/// Every `grid` from 0 on, shifted, between two phases.
std::vector<Duration> gridLines(Duration first, Duration last, Duration grid, Duration shift) {
    std::vector<Duration> lines;
    for (Duration line = first + remainder(-(first + shift), grid); line <= last; line += grid) {
        lines.push_back(line);
    }
    return lines;
}

} // namespace

PairCutter::PairCutter(const Program& program, const ResourceMoments& moments, ResourceId resource)
    : revalidation_{program.modelOf(resource).revalidation.nominal},
      rotation_{program.modelOf(resource).rotationClock->nominal}, ties_{moments.offsets.size() > 1} {
    findMeetings(program, moments, clockOffsetsAtFirst(program, resource));
    findStretches(program.modelOf(resource), moments);
}

/// Where both clocks, or what rules count from their looks, strike at once. A look for a newer version does something
/// in the first state alone.
void PairCutter::findMeetings(const Program& program, const ResourceMoments& moments,
                              std::span<const Duration> offsets) {
    movesTogether_ =
        std::ranges::any_of(moments.lives, [](const Life& life) { return !life.phase && !life.rotationPhase; });
    const std::int64_t strikes = (program.until - scenarioStart) / rotation_ + 1;
    const std::int64_t different = revalidation_.count() / std::gcd(revalidation_.count(), rotation_.count());
    std::vector<Duration> shifts;
    for (std::int64_t strike = 0; strike < std::min(strikes, different); ++strike) {
        for (const Duration one : offsets) {
            for (const Duration other : offsets) {
                shifts.push_back(remainder(strike * rotation_ + one - other, revalidation_));
            }
        }
    }
    shifts_ = eachOnce(std::move(shifts));
    std::int64_t measure = revalidation_.count();
    for (const Duration shift : shifts_) {
        measure = std::gcd(measure, (shift - shifts_.front()).count());
    }
    grid_ = Duration{measure};
}

/// Where looks for a newer version fall between the same changes. Two revalidations after one all is as it stays, and
/// which clock strikes first makes no difference, unless a model remembers more than that.
void PairCutter::findStretches(const Model& model, const ResourceMoments& moments) {
    const bool remembers =
        model.retains || model.recoveryClock || model.conditions.size() > (model.tolerating.valid() ? 1U : 0U);
    const Duration unsettled = 2 * revalidation_;
    std::vector<Duration> changes;
    std::vector<Duration> starts{Duration::zero()};
    const auto add = [&](Duration phase) { starts.push_back(remainder(phase, rotation_)); };
    for (const Life& life : moments.lives) {
        if (life.rotationPhase) {
            continue;
        }
        changes.push_back(Duration::zero());
        for (const Instant change : moments.changes) {
            for (const Duration moved : moments.offsets) {
                if (change >= life.birth) {
                    changes.push_back(remainder(change - moved - life.birth, rotation_));
                }
            }
        }
        for (const Life& other : moments.lives) {
            for (const Duration shift : other.phase ? shifts_ : std::vector<Duration>{}) {
                const Duration meeting = remainder(*other.phase + other.birth - life.birth - shift, revalidation_);
                for (Duration look = meeting; look < rotation_; look += revalidation_) {
                    add(look);
                    add(look + Duration{1});
                }
            }
        }
    }
    changes = eachOnce(std::move(changes));
    for (const Duration change : changes) {
        add(change);
        add(change + Duration{1});
        if (unsettled < rotation_) {
            add(change + unsettled + Duration{1});
        }
    }
    for (const auto& [first, last] : piecesOf(Duration::zero(), rotation_ - Duration{1}, eachOnce(std::move(starts)))) {
        const bool near = remembers || std::ranges::any_of(changes, [&, first = first](Duration change) {
                              return remainder(first - change, rotation_) <= unsettled;
                          });
        stretches_.push_back({first, last, near});
    }
}

std::vector<PhaseClass> PairCutter::cut(const PhaseClass& revalidations) const {
    std::vector<PhaseClass> found;
    for (const Stretch& stretch : stretches_) {
        PhaseClass whole = revalidations;
        whole.rotation = stretch.first;
        whole.rotationSpan = stretch.last - stretch.first;
        if (!stretch.near || !movesTogether_) {
            found.push_back(whole);
            continue;
        }
        const Duration shift = shifts_.front();
        const auto phases = piecesOf(whole.first, whole.last, gridLines(whole.first, whole.last, grid_, Duration{}));
        const auto rotations = piecesOf(whole.rotation, whole.lastRotation(),
                                        gridLines(whole.rotation, whole.lastRotation(), grid_, shift));
        for (const auto& [first, last] : phases) {
            for (const auto& [rotation, lastRotation] : rotations) {
                cutBox({first, last, rotation, whole.recovery, lastRotation - rotation}, found);
            }
        }
    }
    return found;
}

/// Cuts a box in which the looks of both clocks meet along one line at most.
void PairCutter::cutBox(const PhaseClass& box, std::vector<PhaseClass>& found) const {
    const Duration second{1};
    // What is to be added to a rotation phase for that of the revalidation that it meets.
    const Duration ahead =
        box.first - remainder(box.first, grid_) - (box.rotation - remainder(box.rotation + shifts_.front(), grid_));
    const Duration from = std::max(box.first, box.rotation + ahead);
    const Duration to = std::min(box.last, box.lastRotation() + ahead);
    const auto add = [&](Duration first, Duration last, Duration rotation, Duration lastRotation, Pairing pairing) {
        if (first <= last && rotation <= lastRotation) {
            found.push_back(
                {first, last, rotation, box.recovery, lastRotation - rotation, first == last ? Pairing::All : pairing});
        }
    };
    if (from > to) {
        found.push_back(box);
        return;
    }
    const Duration low = from - ahead;
    const Duration high = to - ahead;
    add(box.first, box.last, box.rotation, low - second, Pairing::All);
    add(box.first, box.last, high + second, box.lastRotation(), Pairing::All);
    add(box.first, from - second, low, high, Pairing::All);
    add(to + second, box.last, low, high, Pairing::All);
    add(from + second, to, low, high - second, Pairing::RotatesFirst);
    if (ties_) {
        add(from, to, low, high, Pairing::Together);
        add(from, to - second, low + second, high, Pairing::RevalidatesFirst);
    } else {
        add(from, to, low, high, Pairing::RevalidatesFirst);
    }
}

/// Of how many boxes at least a class comes to be.
std::uint64_t PairCutter::boxesOf(const PhaseClass& revalidations) const {
    const auto rows = [&](Duration length) { return static_cast<std::uint64_t>(length / grid_ + 1); };
    std::uint64_t boxes = 0;
    for (const Stretch& stretch : stretches_) {
        boxes += stretch.near && movesTogether_
                     ? rows(revalidations.last - revalidations.first) * rows(stretch.last - stretch.first)
                     : 1;
    }
    return boxes;
}

std::optional<std::vector<PhaseClass>> PairCutter::cut(std::span<const PhaseClass> revalidations,
                                                       std::size_t most) const {
    std::vector<PhaseClass> all;
    for (const PhaseClass& one : revalidations) {
        if (all.size() + boxesOf(one) > most) { // before they are made: there may be many millions
            return std::nullopt;
        }
        std::ranges::move(cut(one), std::back_inserter(all));
        if (all.size() > most) {
            return std::nullopt;
        }
    }
    return all;
}

std::vector<PhaseClass> atOneRotation(const PhaseClass& one) {
    const auto at = [&](Duration first, Duration last, Duration rotation) {
        return PhaseClass{first, last, rotation, one.recovery};
    };
    if (one.rotationSpan == Duration::zero()) {
        return {at(one.first, one.last, one.rotation)};
    }
    switch (one.pairing) {
    case Pairing::All: return {at(one.first, one.last, one.rotation), at(one.last, one.last, one.lastRotation())};
    case Pairing::RotatesFirst:
        return {at(one.first, one.last, one.rotation), at(one.last, one.last, one.lastRotation())};
    case Pairing::RevalidatesFirst:
        return {at(one.first, one.first, one.rotation), at(one.first, one.last, one.lastRotation())};
    case Pairing::Together: break;
    }
    return {at(one.first, one.first, one.rotation), at(one.last, one.last, one.lastRotation())};
}

namespace {

/// How many whole numbers some intervals hold.
std::int64_t sizeOf(std::vector<std::pair<Duration, Duration>>& intervals) {
    std::ranges::sort(intervals);
    std::int64_t size = 0;
    Duration next{};
    for (const auto& [first, last] : intervals) {
        const Duration from = std::max(first, next);
        if (from <= last) {
            size += (last - from).count() + 1;
            next = last + Duration{1};
        }
    }
    return size;
}

} // namespace

PairCover coverOf(const Program& program, ResourceId resource, std::span<const PhaseClass> classes) {
    const Model& model = program.modelOf(resource);
    const std::int64_t rotations = model.rotationClock->nominal.count();
    const auto& fleet = program.resources[resource].fleet;
    const bool open = hasOpenPhase(program, resource);
    const auto phases = static_cast<std::size_t>(open ? model.revalidation.nominal.count() : 1);
    std::vector<std::vector<std::pair<Duration, Duration>>> covered(phases);
    for (const PhaseClass& one : classes) {
        for (Duration phase = one.first; phase <= one.last; ++phase) {
            for (const PhaseClass& part : within(one, phase, phase)) {
                covered[static_cast<std::size_t>(phase.count())].emplace_back(part.rotation, part.lastRotation());
            }
        }
    }
    PairCover cover;
    for (std::size_t i = 0; i < phases; ++i) {
        const Duration phase{static_cast<std::int64_t>(i)};
        const std::int64_t weight = fleet && fleet->phases ? std::int64_t{fleet->phases->at(phase)} : 1;
        const std::int64_t size = sizeOf(covered[i]);
        cover.all += weight * rotations;
        cover.covered += weight * size;
        cover.splitsSomePhase = cover.splitsSomePhase || (0 < size && size < rotations);
        if (size == 0) {
            cover.none.push_back({phase, phase});
        }
    }
    merge(cover.none);
    return cover;
}

} // namespace cmksim::analysis
