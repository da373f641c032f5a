// Random timelines: short stories that lead somewhere, told one after the other, with noise in between.
#pragma once

#include "property/cast.hpp"
#include "property/random.hpp"
#include "property/world_text.hpp"

#include <optional>
#include <string>

namespace cmksim::property {

class StoryTeller {
public:
    StoryTeller(Random& random, Cast& cast, WorldText& world) : random_{random}, cast_{cast}, world_{world} {}

    /// Writes the whole timeline.
    void tell();

private:
    // --- stories.cpp
    void keyDeleted();
    void keyPurgedAndRestored();
    void vaultDeleted();
    void vaultPurgedAndMadeAnew();
    void keyMovedToOtherVault();
    void backupsOverwritten();
    void keyRotated();
    void versionRunsOut();
    void identityDeleted();
    void identityRemoved();
    void ownIdentityTakesOver();
    void grantsWithdrawn();
    void permissionModelSwitched();
    void firewallClosed();
    void nameDoesNotResolve();
    void serviceStalls();

    // --- resource_stories.cpp
    void resourceDeleted();
    void resourceMade();
    void clusterFails();
    void resourceUpdated();
    void identityReplacedInTime();
    void keyAppears();
    void uriRepaired();
    void encryptionSwitchedOn();
    void defaultIdentityChanged();
    void everyParameterNamed();
    void registryLeavesItsIdentity();
    void recoveredBehindFirewall();
    void retentionChanged();
    void propertyChanged();

    // --- noise.cpp
    void anyAction();
    void anyVaultAction(const VaultRole& vault);
    void anyGrantAction(const VaultRole& vault);
    [[nodiscard]] FlowMap asATool(FlowMap change);
    void anyKeyAction(const VaultRole& vault);
    void anyIdentityAction();
    void anyResourceAction(const ResourceRole& resource);
    void tryOperation(const ResourceRole& resource);
    void expect(const ResourceRole& resource);

    // --- story_teller.cpp
    /// One action; returns false when the timeline has come to its end.
    bool act(std::string_view action, const std::string& target, const FlowMap& with = {});
    void observe();
    void pass();
    void passUntil(std::int64_t instant);
    void passToRevalidation();
    void add(const FlowMap& entry);
    void updateResource(const ResourceRole& resource, const std::string& key, const std::string& identity);
    void createResource(ResourceRole resource);
    [[nodiscard]] std::string someIdentity();
    [[nodiscard]] bool waitsForKey() const;
    [[nodiscard]] bool isPlain(const std::string& identity) const;
    [[nodiscard]] std::string toGrantee(std::string fields) const;
    [[nodiscard]] std::string toPart(const std::string& name) const;
    [[nodiscard]] std::string someGrantee();
    [[nodiscard]] const VaultRole& vaultOf(const ResourceRole& resource);
    [[nodiscard]] std::string someKeyOf(const VaultRole& vault);
    [[nodiscard]] std::optional<ResourceRole> someResource(std::string_view service);
    [[nodiscard]] std::string instantText(std::int64_t instant);

    Random& random_;
    Cast& cast_;
    WorldText& world_;
    std::int64_t now_ = 0;
    std::size_t noiseless_ = 0; // while above 0, a story goes on without anything in between
};

} // namespace cmksim::property
