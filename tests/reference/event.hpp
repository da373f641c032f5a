// What a replay says happened: plain records, without a type of the engine, so that whatever else replays a scenario
// can be compared with the reference.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cmksim::reference {

enum class EventKind : std::uint8_t {
    Fact,
    Action,
    DataLost,
    Condition,
    Transition,
    KeyRotated,
    Loss,
    Operation,
    Expectation,
};

/// One event. Fields that its kind does not have keep their defaults.
struct Event {
    std::int64_t t = 0; // seconds since the scenario's start
    EventKind kind{};
    std::string name;    // fact, action, condition, loss or operation
    std::string subject; // an action's or a fact's target, else the resource
    std::string result;  // action: ok, refused; operation: ok, denied; condition: true, false; expectation: likewise
    std::string error;   // of a refused action
    int status = 0;      // of a denied operation; 0: none
    std::string from;    // transition: state; key-rotated: version; expectation: downtime and outages
    std::string to;      // transition, expectation: state; key-rotated: version
    std::string reason;  // transition, expectation
    std::string slot;    // transition, key-rotated: of a resource with several keys
    bool recoverable = true; // expectation

    friend bool operator==(const Event&, const Event&) = default;
};

/// How a resource stands at the end.
struct ResourceRow {
    std::string name;
    std::string service;
    std::string state;
    std::string reason;
    std::int64_t downtime = 0; // seconds
    std::int64_t outages = 0;
    bool recoverable = true;

    friend bool operator==(const ResourceRow&, const ResourceRow&) = default;
};

struct Replay {
    std::vector<Event> events;
    std::vector<ResourceRow> resources;
    bool passed = true;          // every expectation held, and nothing was refused unexpectedly
    std::set<std::string> rules; // of the reference: those that decided something and that no event tells
};

/// `transition`, `key-rotated`, … as in the JSON that `run` prints.
std::string nameOf(EventKind kind);

/// The event on one line, for a person.
std::string describe(const Event& event);
std::string describe(const ResourceRow& row);

/// The first place where two replays differ, on a few lines; empty when they agree.
std::string firstDifference(const Replay& expected, const Replay& actual);

} // namespace cmksim::reference
