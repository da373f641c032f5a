#include "scenario/estate.hpp"

#include "base/text.hpp"
#include "scenario/named.hpp"
#include "scenario/names.hpp"
#include "scenario/objectives.hpp"

#include <fmt/format.h>

namespace cmksim::scenario {

namespace {

IdentitySpec readIdentity(const Name& name, Node node, const Reading& reading) {
    Diagnostics& diagnostics = reading.diagnostics;
    checkFreeName(name, "an identity", diagnostics);
    if (name.text == "SystemAssigned") {
        diagnostics.error(name.mark, "an identity cannot be called 'SystemAssigned'",
                          "that stands for a resource's own identity");
    }
    IdentitySpec identity;
    identity.name = name;
    MappingReader fields{node, "an identity", name.mark, diagnostics};
    const auto text = [&](std::string_view field, std::string_view what, Name& into) {
        if (const Node value = fields.take(field)) {
            into = readName(value, what, diagnostics);
        }
    };
    text("type", "a type of identity", identity.type);
    text("principalId", "an id", identity.principalId);
    text("clientId", "an id", identity.clientId);
    text("id", "an id", identity.id);
    text("with", "the name of an identity", identity.with);
    text("app", "the name of an identity", identity.app);
    identity.recoverable = fields.boolean("recoverable").value_or(true);
    identity.deleted = readDeleted(fields, reading);
    fields.finish();
    return identity;
}

} // namespace

std::optional<Marked<Instant>> readDeleted(MappingReader& fields, const Reading& reading) {
    const Node node = fields.take("deleted");
    const std::optional<Instant> at = node ? readTimeChange(node, reading).value : std::nullopt;
    if (at && *at >= scenarioStart) {
        reading.diagnostics.error(node.mark(),
                                  fmt::format("{} is not before the scenario's start", inQuotes(node.text())),
                                  "what is deleted later is deleted by the timeline; or let 'start' be later");
        return std::nullopt;
    }
    return at ? std::optional{Marked<Instant>{*at, node.mark()}} : std::nullopt;
}

EstateSpec readEstate(MappingReader& fields, const Reading& reading) {
    Diagnostics& diagnostics = reading.diagnostics;
    EstateSpec estate;
    estate.vaults = readNamed<VaultSpec>(fields.take("vaults"), "vaults by name", diagnostics,
                                         [&](const Name& name, Node node) { return readVault(name, node, reading); });
    estate.identities =
        readNamed<IdentitySpec>(fields.take("identities"), "identities by name", diagnostics,
                                [&](const Name& name, Node node) { return readIdentity(name, node, reading); });
    estate.roleAssignments = readRoleAssignments(fields.take("roleAssignments"), diagnostics);
    estate.resources = readNamed<ResourceSpec>(fields.take("resources"), "resources by name", diagnostics,
                                               [&](const Name& name, Node node) {
                                                   if (!isUnmodelled(node)) {
                                                       return readResource(name, node, reading);
                                                   }
                                                   estate.unmodelled.push_back(readUnmodelled(name, node, diagnostics));
                                                   return ResourceSpec{};
                                               });
    std::erase_if(estate.resources, [](const ResourceSpec& resource) { return !resource.key.present(); });
    static_cast<void>(readObjectives(fields.take(objectivesField), diagnostics)); // `objectivesOf` gives them
    fields.finish();
    return estate;
}

std::vector<RoleSpec> readRoleAssignments(Node node, Diagnostics& diagnostics) {
    return readNamed<RoleSpec>(node, "identities with their roles", diagnostics, [&](const Name& name, Node roles) {
        return RoleSpec{name, readNameOrNames(roles, "the name of a role", diagnostics)};
    });
}

} // namespace cmksim::scenario
