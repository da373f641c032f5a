// The key access check: can this identity use that key now, and if not, why not (semantics, section 2)?
#pragma once

#include "engine/names.hpp"
#include "engine/world.hpp"
#include "model/model.hpp"

#include <cstdint>
#include <optional>

namespace cmksim::engine {

/// Everything that the answer to a check depends on, besides the world: resources that agree in it share its answers.
struct AccessPath {
    const Model* model = nullptr;
    PrincipalId principal; // invalid: no identity is set
    IdentityKind identityKind{};
    KeyReferenceId key;
    std::optional<std::uint32_t> outboundIp;
    NetworkId network; // from which it calls; invalid: from none that is named
    NetworkId self;    // the resource, where a perimeter names it

    friend bool operator==(const AccessPath&, const AccessPath&) = default;
};

/// What wraps a resource's data encryption key.
class Wrapping {
public:
    /// Nothing that anybody knows of: the first check that passes settles it.
    static Wrapping unknown() { return Wrapping{}; }
    static Wrapping by(MaterialId material) { return Wrapping{material}; }

    [[nodiscard]] bool known() const { return material_.valid(); }
    [[nodiscard]] MaterialId material() const { return material_; }
    friend bool operator==(Wrapping, Wrapping) = default;

private:
    Wrapping() = default;
    explicit Wrapping(MaterialId material) : material_{material} {}
    MaterialId material_;
};

/// Where a revalidation stops looking, though what it met is no reason but a condition.
struct Blindness {
    Reason reason = Reason::None; // the condition's; `None`: it sees everything
    ConditionSet raised;          // conditions up to that one

    friend bool operator==(const Blindness&, const Blindness&) = default;
};

/// What a check says.
struct Answer {
    Reason reason = Reason::None;
    ConditionSet raised;     // conditions that it met on its way; a check that is asked for meets none, they refuse
    Blindness blindDown;     // of a resource that is down
    Blindness blindUp;       // of one that is not
    MaterialId versionInUse; // valid where the check got as far as a version
    MaterialId newest; // the key's newest version, where it got as far as the key and that version can be used now

    friend bool operator==(const Answer&, const Answer&) = default;
};

/// Where a revalidation that answers so stops looking.
[[nodiscard]] inline const Blindness& blindnessOf(const Answer& answer, bool down) {
    return down ? answer.blindDown : answer.blindUp;
}

/// The answer of a revalidation of a resource whose key is wrapped so. Reasons that the model holds for conditions are
/// noted and passed. A lapsed credential is the resource's own matter and not looked at.
Answer revalidationAnswer(const World& world, const KeyReference& key, const AccessPath& path, Wrapping wrapping,
                          Instant now);

/// The answers of revalidations on one path, whatever wraps the key: what comes before its version is looked at once.
class RevalidationCheck {
public:
    RevalidationCheck(const World& world, const KeyReference& key, const AccessPath& path, Instant now);

    [[nodiscard]] Answer answer(Wrapping wrapping) const;

private:
    const World& world_;
    const KeyReference& key_;
    const AccessPath& path_;
    Instant now_;
    Answer beforeVersion_;
    bool stops_;
};

/// The answer of a check that is asked for. Without a wrapping it is of a key that wraps nothing yet: its version in
/// use is the one that the reference names, else the newest.
Answer askedAnswer(const World& world, const KeyReference& key, const AccessPath& path, Wrapping wrapping, Instant now);

/// What wraps a resource after it has looked for a newer version and been answered so: the version in use, or the key's
/// newest where the service rotates by itself, or leaves that to the resource.
MaterialId wrapsAfter(const KeyReference& key, const AccessPath& path, const Answer& answer);

/// What stands between a resource and its key, each thing for itself, whether a check gets as far or not: a reason for
/// most; each permission that is missing; of the firewall, that public access is off, that no rule
/// lets in, and that a perimeter keeps out.
class Lacks {
public:
    void add(Reason reason) { bits_ |= std::uint32_t{1} << place(reason); }
    void addFirewallRule() { bits_ |= std::uint32_t{1} << firewallRule; }
    void addPerimeter() { bits_ |= std::uint32_t{1} << perimeter; }
    /// The permission at `place` among those that the model requires in such a vault.
    void addPermission(std::uint32_t place) { bits_ |= std::uint32_t{1} << (firstPermission + place); }

    /// Those among them that are found out as one of these reasons.
    template <class Wanted>
    [[nodiscard]] Lacks where(Wanted wanted) const {
        Lacks some;
        for (std::uint32_t bit = 1; bit < bitCount; ++bit) {
            if (has(bit) && wanted(reasonOf(bit))) {
                some.bits_ |= std::uint32_t{1} << bit;
            }
        }
        return some;
    }

    static constexpr std::uint32_t bitCount = 32;
    [[nodiscard]] bool has(std::uint32_t bit) const { return (bits_ >> bit & 1U) != 0; }
    [[nodiscard]] bool has(Reason reason) const { return has(place(reason)); }
    [[nodiscard]] bool lacksFirewallRule() const { return has(firewallRule); }
    [[nodiscard]] bool lacksPerimeter() const { return has(perimeter); }
    /// Whether the permission at `place` among those that the model requires in such a vault is missing.
    [[nodiscard]] bool lacksPermission(std::uint32_t place) const { return has(firstPermission + place); }
    [[nodiscard]] bool empty() const { return bits_ == 0; }
    void include(Lacks other) { bits_ |= other.bits_; }
    friend bool operator==(Lacks, Lacks) = default;

private:
    static constexpr std::uint32_t firewallRule = checkedReasonCount; // the others stand between nothing
    static constexpr std::uint32_t perimeter = firewallRule + 1;
    static constexpr std::uint32_t firstPermission = perimeter + 1;

    static std::uint32_t place(Reason reason) { return static_cast<std::uint32_t>(reason); }
    static Reason reasonOf(std::uint32_t bit) {
        if (bit < checkedReasonCount) {
            return static_cast<Reason>(bit);
        }
        return bit < firstPermission ? Reason::VaultFirewallDenied : Reason::IdentityUnauthorized;
    }

    std::uint32_t bits_ = 0;
};

/// All that stands between a resource whose key is wrapped so and its key. An answer is `None`, without a condition,
/// exactly where nothing does.
Lacks lacksOf(const World& world, const KeyReference& key, const AccessPath& path, Wrapping wrapping, Instant now);

/// What is taken to wrap a resource of the estate when a scenario starts.
Wrapping wrappingAtStart(const World& world, const KeyReference& key);

} // namespace cmksim::engine
