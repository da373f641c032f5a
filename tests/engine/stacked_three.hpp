// A set with a key, a disk on it without one, and a machine on the disk.
#pragma once

#include "stacked.hpp"

#include <string>

namespace cmksim::test {

inline std::string standsOnRules(const std::string& rules) {
    return "stands-on: {services: [set, volume], state: Stopped, " + rules + "assumed: for tests}\n";
}

/// `more` are further resources; rules are those of `stands-on`.
inline Compiled threeDeep(const std::string& timeline, const std::string& ofDisk = "",
                          const std::string& ofMachine = "", const std::string& more = "",
                          const std::string& phase = "") {
    return {{stackedModel("set", "1m", "delete-needs-nothing-on-it: true\n"),
             stackedModel("volume", "1m", standsOnRules(ofDisk)),
             stackedModel("machine", "1m", standsOnRules(ofMachine))},
            "cmksim: 1\nname: x\nuntil: 20m\nestate:\n"
            "  vaults: {kv1: {accessPolicies: {app: [get]}, keys: {cmk: {}, own: {}}}}\n"
            "  identities: {app: {}}\n"
            "  resources:\n"
            "    vm: {service: machine, on: [data]}\n"
            "    data: {service: volume, on: [des]}\n"
            "    des: {service: set, identity: app, key: kv1/cmk" +
                phase + "}\n" + more + "timeline:\n" + (timeline.empty() ? "  []\n" : timeline)};
}

inline const std::string keyOff = "  - {at: 90s, do: key.update, target: kv1/cmk, with: {enabled: false}}\n";
inline const std::string keyOn = "  - {at: 5m, do: key.update, target: kv1/cmk, with: {enabled: true}}\n";

} // namespace cmksim::test
