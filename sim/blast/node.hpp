// What resources stand on: every vault, its network rules, key, version of a key, identity and grant of an estate, and
// the action by which it is lost.
#pragma once

#include "action/action.hpp"
#include "engine/dependencies.hpp"
#include "engine/program.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cmksim::blast {

enum class BlastNodeKind : std::uint8_t { Vault, Network, Key, Version, Identity, Grant };
inline constexpr std::array<std::string_view, 6> nodeKindNames{"vault",   "network",  "key",
                                                               "version", "identity", "grant"};

/// It can be lost by itself.
struct Losable {
    std::string by; // `key.delete contoso-kv/acr-cmk`
};

/// It is lost already, or nothing takes it away alone: resources may use it all the same.
struct NotLosable {
    std::string why;
};

/// The estate has nothing of that name, and had not: resources may use the name all the same.
struct MereName {
    std::string why; // it cannot be lost
};

struct BlastNode {
    Dependencies::Vertex vertex{}; // of a version that the graph does not tell from its key, the key's
    std::string name;              // as a target of the timeline, where it can be one
    BlastNodeKind kind{};
    Action loss; // that takes it away, or would
    std::variant<Losable, NotLosable, MereName> losability;

    [[nodiscard]] bool isLosable() const { return std::holds_alternative<Losable>(losability); }
    [[nodiscard]] bool isThere() const { return !std::holds_alternative<MereName>(losability); }
    /// By which action it is lost, or why it cannot be.
    [[nodiscard]] const std::string& lossText() const;
};

/// Those nodes of the graph that can be lost, in the order of the estate.
std::vector<BlastNode> nodesOf(const Program& program, const Dependencies& dependencies);

/// Everything of that name in the estate, whether it can be lost or not: what is deleted, or disabled, or the only
/// version of its key, or a resource's own identity, is asked for as well. What the estate merely names is there too,
/// such as a version that a key lacks.
std::vector<BlastNode> nodesNamed(const Program& program, const Dependencies& dependencies, std::string_view name);

/// By when losses at the start count, and all have looked twice.
Instant noticedBy(const Program& program, std::span<const TimelineEntry> losses);

/// The resources that use a node, and what stands on them. Of a version that is not there, those that name it, and not
/// all that use its key.
std::vector<ResourceId> resourcesOn(const Program& program, const Dependencies& dependencies, const BlastNode& node);

} // namespace cmksim::blast
