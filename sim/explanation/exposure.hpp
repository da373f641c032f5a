// Which resources of an estate could show a symptom.
#pragma once

#include "engine/program.hpp"
#include "explanation/explain.hpp"

#include <string>
#include <vector>

namespace cmksim::explanation {

/// One resource that a cause can meet.
struct Exposed {
    std::string resource;
    std::string service;
    std::string key;           // as the estate writes it
    std::string identity;      // empty: none is set
    Reason now = Reason::None; // why it is down at the end of the story, or of an estate's first hours
    std::vector<Reason> could; // the causes that a change elsewhere would bring about; the most common first
};

/// The resources with a key, in the order of the estate, that have one of the causes at the end of the nominal replay
/// or could come to have it while they are used as they are. Of all services where `services` is empty. What only a
/// change of the resource itself brings about (a malformed key URI, no identity) counts where it is so already.
std::vector<Exposed> exposedTo(const Program& program, const std::vector<Reason>& causes,
                               const std::vector<std::string>& services);

} // namespace cmksim::explanation
