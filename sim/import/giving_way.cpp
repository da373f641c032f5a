#include "import/giving_way.hpp"

#include "import/resource_place.hpp"
#include "import/slots.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace cmksim::import {

namespace {

/// Takes from a known resource what one description of it tells of.
void giveWay(RawResource& known, const RawResource& said, bool saysAll) {
    if (!said.key.empty()) {
        known.key.clear();
        // An estate with several keys calls the first one by its slot.
        std::erase_if(known.slots, [&](const RawSlot& one) {
            return one.slot == slotAt(0) || scenario::equalIgnoringCase(one.use.key, said.key);
        });
    }
    for (const RawSlot& slot : said.slots) {
        std::erase_if(known.slots, [&](const RawSlot& one) { return one.slot == slot.slot; });
    }
    // Where a template has a key and names no identity, the identity is the default one.
    if (!said.identity.empty() || (saysAll && hasKey(said))) {
        known.identity.clear();
    }
}

} // namespace

RawImport withoutWhatChanges(RawImport known, const ReportedChange& reported) {
    std::vector<PlacedDescription> places;
    std::vector<const RawResource*> said;
    for (const RawResource& one : known.resources) {
        places.push_back({one.id, one.mark});
    }
    for (const RawImport* side : {&reported.before, &reported.after}) {
        for (const RawResource& one : side->resources) {
            places.push_back({one.id, one.mark});
            said.push_back(&one);
        }
    }
    const Sameness same = joinPlaces(places, false);
    std::vector<RawResource*> byThing(same.things, nullptr);
    for (std::size_t i = 0; i < known.resources.size(); ++i) {
        byThing[same.thingOf[i]] = &known.resources[i];
    }
    const std::size_t first = known.resources.size();
    // What is not there afterwards goes as the known estate has it.
    std::vector<bool> stays(same.things);
    for (std::size_t i = first + reported.before.resources.size(); i < places.size(); ++i) {
        stays[same.thingOf[i]] = true;
    }
    for (std::size_t i = 0; i < said.size(); ++i) {
        const std::size_t thing = same.thingOf[first + i];
        if (byThing[thing] != nullptr && stays[thing]) {
            giveWay(*byThing[thing], *said[i], reported.replacesPolicies);
        }
    }
    return known;
}

} // namespace cmksim::import
