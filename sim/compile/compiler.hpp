// The parts of the compile step that estates and timelines share.
#pragma once

#include "catalog/catalog.hpp"
#include "compile/drill.hpp"
#include "compile/names.hpp"
#include "engine/program.hpp"
#include "scenario/ast.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cmksim::compile {

class Compiler {
public:
    /// The timeline has no commands in it.
    Compiler(const Scenario& scenario, std::span<const EntrySpec> timeline, Catalog& catalog, Diagnostics& diagnostics);

    std::optional<Program> compile();

    /// What the scenario says as a drill, once it has compiled.
    [[nodiscard]] const DrillRules& drill() const { return drill_; }

private:
    /// Whether a name must be part of the estate, may come later, or is that of a key that is taken away.
    enum class Scope : std::uint8_t { Estate, Timeline, Removal };

    // compile.cpp
    void chooseModels();
    void declareNames();
    void declareIdentities();
    IdentityKind kindOfIdentity(const IdentitySpec& identity);
    IdentityId declareIdentity(const IdentitySpec& identity, IdentityKind kind);
    void declareFederated(const IdentitySpec& identity);
    void declareVault(const VaultSpec& vault);
    void declareResource(const ResourceSpec& resource);
    void compileTimeline();
    void limitPaths();

    // estate.cpp
    void compileEstate();
    void attachGrantedIdentities();
    NewVault newVault(const VaultSpec& spec);
    Unmodelled unmodelled(const UnmodelledSpec& spec);
    static Tags tagsOf(std::span<const TagSpec> specs);
    std::optional<KeyReference> readKeyReference(const Name& name, Scope scope);
    VaultSettings settings(const VaultSpec& spec);
    std::optional<std::vector<NetworkId>> networks(const std::optional<std::vector<Name>>& names);
    void declarePerimeters();
    NewKey newKey(VaultId vault, const KeySpec& spec);
    std::vector<NewRole> roles(const std::vector<RoleSpec>& specs, VaultKindId kind);
    void checkKind(VaultKindId kind, const VaultSpec& spec);
    NewResource newResource(ResourceId id, const ResourceSpec& spec, Scope scope);
    std::optional<Duration> recoveryPhase(const Model& model, const Marked<Duration>& given);
    std::optional<Duration> rotationPhase(const Model& model, const Marked<Duration>& given);
    void spreadRotations(const ResourceSpec& spec, const Timing& clock, Duration period, Fleet& fleet);
    std::optional<Fleet> fleet(ResourceId id, const ResourceSpec& spec);
    KeyReferenceId keyReference(ResourceId id, const Name& name, Scope scope);
    IdentityId identityInUse(ResourceId id, const Name& name, Scope scope);

    // slots.cpp
    SlotId slotNamed(const Model& model, const Name& name);
    void declareSlots(const Model& model);
    std::vector<std::pair<SlotId, const KeyUseSpec*>> slotsNamed(const Model& model, std::span<const KeyUseSpec> specs,
                                                                 bool shortForm);
    void giveKeys(ResourceId id, const ResourceSpec& spec, Scope scope, NewResource& resource);
    std::vector<SlotChange> slotChanges(ResourceId id, const ActionSpec& spec);
    bool takesList(const Model& model, const ActionSpec& spec, bool shortForm);

    // bases.cpp
    void standOn(ResourceId id, const Model& model, const ResourceSpec& spec, NewResource& resource);
    void giveState(const Model& model, const ResourceSpec& spec, NewResource& resource);
    void reportCircles();
    void tellWhatUnmodelledCarry();

    // properties.cpp
    void warnOfProperties(const ResourceSpec& spec, const Model& model, const NewResource& resource);
    PropertyValues properties(const Model& model, const ResourceSpec& spec);
    std::optional<std::size_t> propertyValue(const PropertyRule& property, const PropertySpec& given);
    std::vector<std::string_view> propertyNames();
    PropertyChanges propertyChanges(const Model& model, const ActionSpec& spec);

    // timeline.cpp
    TimelineEntry entry(const EntrySpec& spec);
    const Model* compileWhat(const ActionSpec& spec, TimelineEntry& entry);
    const Model* compileWhat(const scenario::TrySpec& spec, TimelineEntry& entry);
    const Model* compileWhat(const scenario::LookSpec& spec, TimelineEntry& entry);
    const Model* compileWhat(const std::vector<ExpectationSpec>& spec, TimelineEntry& entry);
    const Model* compileWhat(const scenario::CommandSpec& spec, TimelineEntry& entry);
    ReadRequest readRequest(const scenario::LookSpec& spec);
    Reaction reaction(const EntrySpec& spec);

    // action.cpp
    friend class ActionResolver;
    std::optional<Action> action(const ActionSpec& spec);

    // expectations.cpp
    std::vector<Expectation> expectations(const std::vector<ExpectationSpec>& specs);
    std::optional<Expectation> expectation(const ExpectationSpec& spec);
    std::optional<ExpectedResult> expectedResult(const EntrySpec& spec, const Model* model);

    // drill.cpp
    DrillRules drillRules();
    std::string forbiddenTarget(const ForbidAction& action);

    /// Whether more can be said of a resource than that its service is unknown, which has been reported.
    [[nodiscard]] static bool isKnown(const Model& model) { return !model.service.empty(); }

    const Scenario& scenario_;
    std::span<const EntrySpec> timeline_;
    Catalog& catalog_;
    Diagnostics& diagnostics_;
    Program program_;
    DrillRules drill_;
    Names names_;
    Model unknownService_; // stands in where a service is unknown, so that the rest can be looked at
    std::map<std::string_view, ModelId> models_; // by service
    // By text, and whether it leads to a key: one service may take keys of a kind of vaults that another does not.
    std::map<std::pair<std::string, bool>, KeyReferenceId> keyReferences_;
    std::map<std::pair<ResourceId, ResourceId>, Mark> baseMarks_; // where it is said that one stands on another
    std::multimap<std::string, ResourceId> onUnmodelled_;         // by the name of what has no model
    bool perimetersDecide_ = false;                               // over some vault's network, at some time
    std::size_t identitiesOfEstate_ = 0;                          // those of the estate come first
    std::size_t keysOfEstate_ = 0;
};

} // namespace cmksim::compile
