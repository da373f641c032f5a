// What resources stand on: every vault, its network rules, key, version of a key, identity and grant of an estate, and
// the action by which somebody loses it.
#pragma once

#include "action/action.hpp"
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

struct DependencyNode {
    std::string name; // as a target of the timeline, where it can be one
    BlastNodeKind kind{};
    Action loss;
    std::string lossName; // `key.delete contoso-kv/acr-cmk`
};

/// In the order of the estate.
std::vector<DependencyNode> nodesOf(const Program& program);

/// Whether a resource of the estate uses a node, whatever it would do without: reaches its key through it.
bool uses(const Program& program, ResourceId resource, const DependencyNode& node);

} // namespace cmksim::blast
