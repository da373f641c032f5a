#include "compile/compile.hpp"

#include "action/action.hpp"
#include "az/translate.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "compile/compiler.hpp"
#include "compile/objectives.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace cmksim::compile {

namespace {

/// How many pairs of identity and key one resource may come to have; more is no rehearsal but an attack.
constexpr std::size_t mostPathsOfAResource = 100'000;

constexpr std::size_t mostAttachableIdentities = 64;

/// The kind of an identity of the estate; `…Identity` at the end is how some services write it.
std::optional<IdentityKind> identityKind(std::string_view type) {
    constexpr std::string_view suffix = "Identity";
    if (type.ends_with(suffix)) {
        type.remove_suffix(suffix.size());
    }
    const auto found = std::ranges::find(identityKindNames, type);
    if (found == identityKindNames.end()) {
        return {};
    }
    return static_cast<IdentityKind>(found - identityKindNames.begin());
}

} // namespace

Compiler::Compiler(const Scenario& scenario, std::span<const EntrySpec> timeline, Catalog& catalog,
                   Diagnostics& diagnostics)
    : scenario_{scenario}, timeline_{timeline}, catalog_{catalog}, diagnostics_{diagnostics},
      names_{program_, diagnostics} {
    unknownService_.states.push_back({});
}

std::optional<Program> Compiler::compile() {
    program_.platform = &catalog_.platform();
    for (const std::string& feature : catalog_.platform().features) {
        program_.names.features.push_back(feature);
    }
    chooseModels();
    program_.name = scenario_.name;
    program_.start = scenario_.start;
    declareNames();
    compileEstate();
    compileTimeline();
    if (scenario_.drill) {
        drill_ = drillRules();
    }
    if (!diagnostics_.hasErrors()) { // else an entry may name nothing
        linkEntries(program_);
    }
    reportCircles();
    tellWhatUnmodelledCarry();
    limitPaths();
    if (diagnostics_.hasErrors()) {
        return {};
    }
    return std::move(program_);
}

// --- models ----------------------------------------------------------------------------------------------------------

void Compiler::chooseModels() {
    std::vector<Name> services;
    for (const ResourceSpec& resource : scenario_.estate.resources) {
        services.push_back(resource.service);
    }
    for (const EntrySpec& entry : timeline_) {
        const ActionSpec* action = entry.action();
        if (const ResourceSpec* resource = action != nullptr ? action->resource() : nullptr) {
            services.push_back(resource->service);
        }
    }

    std::map<std::string_view, std::string_view> versions;
    for (const ModelChoice& choice : scenario_.models) {
        const std::vector<std::string_view> known = catalog_.versions(choice.service.text);
        if (known.empty()) {
            names_.reportUnknown("service", choice.service.text, choice.service.mark, catalog_.services(),
                                 catalog::servicesAreListed);
        } else if (std::ranges::find(known, choice.version.text) == known.end()) {
            names_.reportUnknown("version of " + std::string{choice.service.text}, choice.version.text,
                                 choice.version.mark, known);
        } else {
            versions.emplace(choice.service.text, choice.version.text);
        }
    }
    for (const Name& service : services) {
        if (!service.present() || models_.contains(service.text)) {
            continue;
        }
        const Model* model = &unknownService_;
        if (catalog_.versions(service.text).empty()) {
            names_.reportUnknown("service", service.text, service.mark, catalog_.services(),
                                 catalog::servicesAreListed);
        } else if (const Model* known = catalog_.model(service.text, versions[service.text], diagnostics_)) {
            model = known;
        }
        models_.emplace(service.text, program_.models.push_back(model));
        declareSlots(*model);
    }
}

// --- names -----------------------------------------------------------------------------------------------------------

void Compiler::declareNames() {
    const EstateSpec& estate = scenario_.estate;
    // Every resource has an identity of its own.
    program_.names.identities.reserve(1 + estate.identities.size() + estate.resources.size());
    names_.declareIdentity(firstPartyIdentityName, IdentityKind::FirstParty, false);
    declareIdentities();
    for (const VaultSpec& vault : estate.vaults) {
        declareVault(vault);
    }
    declarePerimeters();
    program_.resources.reserve(estate.resources.size());
    for (const ResourceSpec& resource : estate.resources) {
        declareResource(resource);
    }
    for (const UnmodelledSpec& resource : estate.unmodelled) {
        names_.declareUnmodelled(resource.name.text);
    }
    keysOfEstate_ = program_.names.keys.size();
    identitiesOfEstate_ = program_.names.identities.size();

    for (const EntrySpec& entry : timeline_) {
        if (entry.action() == nullptr || !entry.action()->target.present()) {
            continue;
        }
        const ActionSpec& action = *entry.action();
        if (action.kind == kindOf<VaultCreate>) {
            declareVault(*action.vault());
        } else if (const ResourceSpec* resource = action.resource()) {
            declareResource(*resource);
        } else if (action.kind == kindOf<IdentityCreate> && !action.target.text.starts_with(ownIdentityPrefix)) {
            names_.declareIdentity(action.target.text, IdentityKind::UserAssigned, true);
        }
    }
    // Keys that are made in vaults that exist, now that those are known.
    for (const EntrySpec& entry : timeline_) {
        const ActionSpec* action = entry.action();
        if (action == nullptr || !ruleOf(action->kind).traits.makes ||
            ruleOf(action->kind).traits.target != TargetKind::Key) {
            continue;
        }
        const auto target = parseShortKey(action->target.text);
        if (target && target->version.empty()) {
            names_.declareKey(names_.mentionVault(target->vault), {target->key, action->target.mark});
        }
    }
}

/// A federated identity comes after the parts that it is made of, wherever it is written.
void Compiler::declareIdentities() {
    std::vector<const IdentitySpec*> federated;
    for (const IdentitySpec& identity : scenario_.estate.identities) {
        const IdentityKind kind = kindOfIdentity(identity);
        if (kind == IdentityKind::Federated) {
            federated.push_back(&identity);
            continue;
        }
        for (const Name& part : {identity.with, identity.app}) {
            if (part.present()) {
                diagnostics_.error(part.mark, "only a federated identity is made of two others",
                                   "say 'type: Federated' too, or leave it out");
            }
        }
        declareIdentity(identity, kind);
    }
    for (const IdentitySpec* identity : federated) {
        declareFederated(*identity);
    }
}

IdentityKind Compiler::kindOfIdentity(const IdentitySpec& identity) {
    if (!identity.type.present()) {
        return IdentityKind::UserAssigned;
    }
    const auto given = identityKind(identity.type.text);
    if (given && *given != IdentityKind::SystemAssigned) {
        return *given;
    }
    if (given) {
        diagnostics_.error(identity.type.mark, "a system-assigned identity belongs to a resource",
                           "write 'identity: SystemAssigned' there");
    } else {
        names_.reportUnknown("identity type", identity.type.text, identity.type.mark,
                             {identityKindNames.begin(), identityKindNames.end()});
    }
    return IdentityKind::UserAssigned;
}

IdentityId Compiler::declareIdentity(const IdentitySpec& identity, IdentityKind kind) {
    const IdentityId id = names_.declareIdentity(identity.name.text, kind, identity.recoverable);
    if (identity.deleted) {
        program_.names.identities[id].deleted = identity.deleted->value;
    }
    if (identity.principalId.present() || identity.clientId.present() || identity.id.present()) {
        program_.azure.identities[id] = {std::string{identity.principalId.text}, std::string{identity.clientId.text},
                                         std::string{identity.id.text}};
    }
    return id;
}

void Compiler::declareFederated(const IdentitySpec& identity) {
    const auto part = [&](const Name& name, std::string_view field, IdentityKind kind) {
        if (name.present()) {
            return names_.partOfFederated(name, kind);
        }
        diagnostics_.error(identity.type.mark,
                           "a federated identity is made of two others, and " + inQuotes(field) + " is missing",
                           "say 'with', its user-assigned identity, and 'app', its application");
        return IdentityId{};
    };
    const IdentityId with = part(identity.with, "with", IdentityKind::UserAssigned);
    const IdentityId app = part(identity.app, "app", IdentityKind::Application);
    if (identity.deleted || !identity.recoverable) {
        diagnostics_.error(identity.deleted ? identity.deleted->mark : identity.name.mark,
                           "a federated identity is deleted and recovered by its parts",
                           "say " + std::string{identity.deleted ? "'deleted'" : "'recoverable'"} + " of one of them");
    }
    const bool sound = with.valid() && app.valid();
    const IdentityId id = declareIdentity(identity, sound ? IdentityKind::Federated : IdentityKind::UserAssigned);
    program_.names.identities[id].with = with;
    program_.names.identities[id].app = app;
}

/// What the perimeters of the estate and the timeline name: resources among it are told apart by that. Where one
/// decides, all are, as it can come to name any.
void Compiler::declarePerimeters() {
    const auto declare = [&](const VaultSpec& vault) {
        networks(vault.perimeter);
        perimetersDecide_ =
            perimetersDecide_ || vault.publicNetworkAccess == scenario::PublicAccess::SecuredByPerimeter;
    };
    std::ranges::for_each(scenario_.estate.vaults, declare);
    for (const EntrySpec& entry : timeline_) {
        const ActionSpec* action = entry.action();
        if (const VaultSpec* vault = action != nullptr ? action->vault() : nullptr) {
            declare(*vault);
        }
    }
}

void Compiler::declareVault(const VaultSpec& vault) {
    if (!vault.name.present()) {
        return;
    }
    const VaultId id = names_.declareVault(vault.name, vault.kind);
    for (const KeySpec& key : vault.keys) {
        names_.declareKey(id, key.name);
    }
}

void Compiler::declareResource(const ResourceSpec& resource) {
    const auto model = models_.find(resource.service.text);
    if (!resource.key.present() || model == models_.end()) {
        return;
    }
    if (names_.isUnmodelled(resource.key.text)) {
        diagnostics_.error(resource.key.mark, inQuotes(resource.key.text) + " is a resource without a model already",
                           "give the other a name of its own");
        return;
    }
    const bool declared = names_.findResource(resource.key.text).valid();
    const ResourceId id = names_.declareResource(resource.key.text);
    if (!declared) {
        program_.resources[id].model = model->second;
        if (resource.azureName.present()) {
            program_.azure.resources[id] = resource.azureName.text;
        }
        if (!resource.tags.empty()) {
            program_.tags[id] = tagsOf(resource.tags);
        }
    } else if (program_.resources[id].model != model->second && isKnown(program_.modelOf(id))) {
        diagnostics_.error(resource.service.mark,
                           "resource " + inQuotes(resource.key.text) + " is of service " +
                               inQuotes(program_.modelOf(id).service) + " elsewhere",
                           "give the other service's resource a name of its own");
    }
}

// --- the timeline ----------------------------------------------------------------------------------------------------

void Compiler::compileTimeline() {
    std::vector<TimelineEntry> entries;
    Instant last = scenarioStart;
    for (const EntrySpec& spec : timeline_) {
        if (spec.when) {
            program_.reactions.push_back(reaction(spec));
            continue;
        }
        entries.push_back(entry(spec));
        last = std::max(last, spec.open ? spec.open->last : spec.at);
    }
    sortEntries(entries);
    for (TimelineEntry& one : entries) {
        program_.entries.push_back(std::move(one));
    }
    program_.until = scenario_.until.value_or(last + timeAfterLastEntry);
}

void Compiler::limitPaths() {
    struct Reach {
        std::set<std::pair<IdentityId, std::uint32_t>> principals;
        std::set<KeyReferenceId> keys;
    };
    std::map<ResourceId, Reach> reach;
    std::set<ResourceId> reported;
    for (const EntrySpec& spec : timeline_) {
        const ActionSpec* action = spec.action();
        if (action == nullptr ||
            (action->kind != kindOf<ResourceRemoveIdentity> && action->kind != kindOf<ResourceUpdate>)) {
            continue;
        }
        const ResourceId id = names_.findResource(action->target.text);
        if (id.valid() && program_.resources[id].attachable.size() > mostAttachableIdentities &&
            reported.insert(id).second) {
            diagnostics_.error(action->target.mark,
                               "more than 64 identities are set for or removed from " + inQuotes(action->target.text));
        }
    }
    // One name may stand for many principals, one after the other.
    std::map<IdentityId, std::uint32_t> remade;
    for (const TimelineEntry& entry : program_.entries) {
        if (const auto* created = entry.action<IdentityCreate>()) {
            ++remade[created->identity];
        } else if (const Action* action = entry.resourceAction()) {
            const ResourceId id = resourceOf(*action);
            const ResourceProgram& resource = program_.resources[id];
            if (resource.shapesWorld) {
                ++remade[resource.ownIdentity];
            }
            const IdentityId identity = identityOf(*action);
            Reach& of = reach[id];
            of.principals.emplace(identity, remade[identity]);
            of.keys.insert(keyReferenceOf(*action));
            for (const KeyUse& other : otherKeysOf(*action)) {
                of.principals.emplace(other.identity, remade[other.identity]);
                of.keys.insert(other.key);
            }
        }
    }
    for (const auto& [id, of] : reach) {
        if (of.principals.size() * of.keys.size() > mostPathsOfAResource) {
            diagnostics_.error(scenario_.nameMark, "resource " + inQuotes(program_.resources[id].name) +
                                                       " is given too many identities and keys to follow them all");
        }
    }
}

namespace {

/// The instant that is open, unless it is refused or its first is taken, which is told.
std::optional<OpenInstant> openInstantOf(const Scenario& scenario, OpenInstants taken, Diagnostics& diagnostics) {
    const auto found =
        std::ranges::find_if(scenario.timeline, [](const EntrySpec& entry) { return entry.open.has_value(); });
    if (found == scenario.timeline.end()) {
        return std::nullopt;
    }
    const auto& [last, mark] = *found->open;
    switch (taken) {
    case OpenInstants::Refused:
        diagnostics.error(mark, "one instant is needed here, and this one is open",
                          "'cmksim bounds' and 'cmksim deadline' take a range");
        return std::nullopt;
    case OpenInstants::First:
        diagnostics.warning(mark,
                            "this instant is open, and the first of its range is played: " +
                                formatDuration(found->at - scenarioStart),
                            "'cmksim bounds' and 'cmksim deadline' look at all of them");
        return std::nullopt;
    case OpenInstants::Kept: break;
    }
    return OpenInstant{found->at, last, {mark.line, mark.column}};
}

} // namespace

std::optional<CompiledDrill> compileDrill(const Scenario& scenario, Catalog& catalog, Diagnostics& diagnostics,
                                          OpenInstants open) {
    const std::optional<OpenInstant> openInstant = openInstantOf(scenario, open, diagnostics);
    TranslatedTimeline translated;
    if (hasCommands(scenario)) {
        translated = translateCommands(scenario, catalog, diagnostics);
    }
    Compiler compiler{scenario, hasCommands(scenario) ? translated.entries : scenario.timeline, catalog, diagnostics};
    std::optional<Program> program = compiler.compile();
    if (program) {
        program->openInstant = openInstant;
        const std::size_t errors = diagnostics.errorCount();
        program->objectives = compileObjectives(scenario, *program, diagnostics);
        if (diagnostics.errorCount() > errors) {
            return std::nullopt;
        }
    }
    return program ? std::optional{CompiledDrill{*std::move(program), compiler.drill()}} : std::nullopt;
}

std::optional<Program> compileScenario(const Scenario& scenario, Catalog& catalog, Diagnostics& diagnostics,
                                       OpenInstants open) {
    std::optional<CompiledDrill> compiled = compileDrill(scenario, catalog, diagnostics, open);
    return compiled ? std::optional{std::move(compiled->program)} : std::nullopt;
}

} // namespace cmksim::compile
