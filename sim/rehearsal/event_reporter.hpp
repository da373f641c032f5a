// What an onlooker is told while a rehearsal goes: everything, or only what a service itself would show.
#pragma once

#include "engine/program.hpp"
#include "rehearsal/rehearsal.hpp"
#include "report/layout.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cmksim::rehearsal {

enum class Disclosure : std::uint8_t {
    Everything,
    Symptoms, // neither the story's own actions nor the reason behind a state
};

class EventReporter {
public:
    EventReporter(const Rehearsal& rehearsal, Disclosure disclosure, const TextStyle& style, std::ostream& out)
        : rehearsal_{rehearsal}, disclosure_{disclosure}, style_{style}, out_{out} {}

    /// Everything that happened since the last time, a line each, and the first refusal of what was done here.
    void tellNews();

    /// As if everything up to now had been told.
    void skipToNow() { told_ = rehearsal_.now(); }

    /// How every resource stands; and with everything disclosed whatever else is not as it should be.
    void tellStatus() const;

    /// What keeps a resource down, what was behind it, and the documented way back.
    void tellWhy(ResourceId resource) const;

private:
    void tell(const Record& record, Page& page) const;
    void tellDone(const Record& record, Page& page) const;
    void tellTransition(const Record& record, Page& page) const;

    const Rehearsal& rehearsal_;
    Disclosure disclosure_;
    TextStyle style_;
    std::ostream& out_;
    Instant told_ = Instant::min(); // everything up to then
};

} // namespace cmksim::rehearsal
