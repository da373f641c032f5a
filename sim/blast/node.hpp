// What resources stand on: every vault, its network rules, key, version of a key, identity and grant of an estate, and
// the action by which it is lost.
#pragma once

#include "action/action.hpp"
#include "engine/dependencies.hpp"
#include "engine/program.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::blast {

enum class BlastNodeKind : std::uint8_t { Vault, Network, Key, Version, Identity, Grant };
inline constexpr std::array<std::string_view, 6> nodeKindNames{"vault",   "network",  "key",
                                                               "version", "identity", "grant"};

struct BlastNode {
    Dependencies::Vertex vertex{};
    std::string name; // as a target of the timeline, where it can be one
    BlastNodeKind kind{};
    Action loss;
    std::string lossName; // `key.delete contoso-kv/acr-cmk`
};

/// Those nodes of the graph that can be lost, in the order of the estate.
std::vector<BlastNode> nodesOf(const Program& program, const Dependencies& dependencies);

} // namespace cmksim::blast
