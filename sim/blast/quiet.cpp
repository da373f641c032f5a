#include "blast/quiet.hpp"

#include <utility>

namespace cmksim::blast {

Quiet::Quiet(const Program& program) {
    for (const AtRest& trouble : troublesAtRest(program)) {
        atRest_.emplace(trouble.resource, trouble.status);
    }
    for (const ResourceBounds& one : boundsOf(program, OpenTimings::All).resources) {
        if (!one.outages.empty()) {
            downFrom_.emplace(one.resource, one.outages.front().start.instant.least);
        }
        for (const ImpairmentBounds& interval : one.impairments) {
            impairedFrom_[one.resource].emplace(interval.by, interval.start.least);
        }
    }
}

RestStatus Quiet::of(ResourceId id) const {
    const auto known = atRest_.find(id);
    return known != atRest_.end() ? known->second : RestStatus::Up;
}

bool Quiet::isDownBy(ResourceId id, Instant at) const {
    const auto known = downFrom_.find(id);
    return of(id) == RestStatus::Down || (known != downFrom_.end() && known->second <= at);
}

bool Quiet::isImpairedBy(ResourceId id, const Impairer& by, Instant at) const {
    const auto known = impairedFrom_.find(id);
    if (known == impairedFrom_.end() || !known->second.contains(by)) {
        return isDownBy(id, at);
    }
    return known->second.at(by) <= at || isDownBy(id, at);
}

std::optional<BlastImpairment> impairmentBeside(const Program& program, const ResourceBounds& lost,
                                                const Quiet& quiet) {
    std::optional<Extent<Duration>> from;
    Impairment all;
    for (const ImpairmentBounds& interval : lost.impairments) {
        if (quiet.isImpairedBy(lost.resource, interval.by, interval.start.least)) {
            continue;
        }
        const Extent<Duration> start{interval.start.least.time_since_epoch(), interval.start.most.time_since_epoch()};
        from = from.value_or(start);
        from->include(start.least);
        from->include(start.most);
        all.include(impairmentBy(program.modelOf(lost.resource), interval.by));
    }
    return from ? std::optional{BlastImpairment{lost.resource, std::move(all), *from}} : std::nullopt;
}

} // namespace cmksim::blast
