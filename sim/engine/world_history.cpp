#include "engine/world_history.hpp"

#include <algorithm>
#include <cassert>

namespace cmksim::engine {

std::size_t PathTimeline::placeOf(const Segment& segment, MaterialId material) const {
    const Cell* first = &cells[segment.firstCell];
    for (std::uint32_t i = 2; i < segment.cellCount; ++i) {
        if (first[i].wrappedBy == material) {
            return segment.firstCell + i;
        }
    }
    return segment.firstCell + 1;
}

std::size_t PathTimeline::segmentAt(MomentId moment) const {
    const auto after = std::ranges::upper_bound(segments, moment, {}, &Segment::since);
    assert(after != segments.begin());
    return static_cast<std::size_t>(after - segments.begin()) - 1;
}

std::size_t WorldHistory::PathHash::operator()(const AccessPath& path) const noexcept {
    std::size_t hash = std::hash<const void*>{}(path.model);
    const auto mix = [&hash](std::size_t value) { hash = (hash ^ value) * 0x9E3779B97F4A7C15U; };
    mix(std::hash<PrincipalId>{}(path.principal));
    mix(static_cast<std::size_t>(path.identityKind));
    mix(std::hash<KeyReferenceId>{}(path.key));
    mix(path.outboundIp ? std::size_t{*path.outboundIp} + 1 : 0);
    mix(std::hash<NetworkId>{}(path.network) * 31 + std::hash<NetworkId>{}(path.self));
    return hash ^ (hash >> 29);
}

PathId WorldHistory::find(const AccessPath& path) const {
    const auto found = pathIds_.find(path);
    return found == pathIds_.end() ? PathId{} : found->second;
}

MomentId WorldHistory::find(const Position& position) const {
    const auto found = std::ranges::lower_bound(moments_, position);
    return found != moments_.end() && *found == position ? MomentId{static_cast<std::size_t>(found - moments_.begin())}
                                                         : MomentId{};
}

MomentId WorldHistory::causeOf(MomentId moment) const {
    const auto late = std::ranges::lower_bound(lateEffects_, moment, {}, &std::pair<MomentId, MomentId>::first);
    return late != lateEffects_.end() && late->first == moment ? late->second : moment;
}

} // namespace cmksim::engine
