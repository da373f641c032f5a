#include "reference/event.hpp"

#include <algorithm>

namespace cmksim::reference {

std::string nameOf(EventKind kind) {
    switch (kind) {
    case EventKind::Fact: return "fact";
    case EventKind::Action: return "action";
    case EventKind::DataLost: return "data-lost";
    case EventKind::Condition: return "condition";
    case EventKind::Transition: return "transition";
    case EventKind::KeyRotated: return "key-rotated";
    case EventKind::Loss: return "loss";
    case EventKind::Operation: return "operation";
    case EventKind::Expectation: return "expectation";
    }
    return {};
}

std::string describe(const Event& event) {
    std::string line = "t=" + std::to_string(event.t) + " " + nameOf(event.kind);
    const auto add = [&line](const char* label, const std::string& value) {
        if (!value.empty()) {
            line += std::string{" "} + label + "=" + value;
        }
    };
    add("name", event.name);
    add("subject", event.subject);
    add("result", event.result);
    add("error", event.error);
    if (event.status != 0) {
        add("status", std::to_string(event.status));
    }
    add("from", event.from);
    add("to", event.to);
    add("reason", event.reason);
    add("slot", event.slot);
    if (event.kind == EventKind::Expectation) {
        add("recoverable", event.recoverable ? "true" : "false");
    }
    return line;
}

std::string describe(const ResourceRow& row) {
    return "end of " + row.name + " (" + row.service + "): " + row.state + ", " + row.reason + ", downtime " +
           std::to_string(row.downtime) + ", outages " + std::to_string(row.outages) +
           (row.recoverable ? ", recoverable" : ", not recoverable");
}

namespace {

template <class Item>
std::string firstDifferenceOf(const std::vector<Item>& expected, const std::vector<Item>& actual) {
    for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
        if (i < expected.size() && i < actual.size() && expected[i] == actual[i]) {
            continue;
        }
        return "expected " + (i < expected.size() ? describe(expected[i]) : std::string{"nothing more"}) +
               "\nactual   " + (i < actual.size() ? describe(actual[i]) : std::string{"nothing more"}) + "\n";
    }
    return {};
}

} // namespace

std::string firstDifference(const Replay& expected, const Replay& actual) {
    std::string difference = firstDifferenceOf(expected.events, actual.events);
    if (difference.empty()) {
        difference = firstDifferenceOf(expected.resources, actual.resources);
    }
    if (difference.empty() && expected.passed != actual.passed) {
        difference = expected.passed ? "expected the run to pass\n" : "expected the run not to pass\n";
    }
    return difference;
}

} // namespace cmksim::reference
