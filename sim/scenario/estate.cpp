#include "scenario/estate.hpp"

#include "scenario/named.hpp"
#include "scenario/names.hpp"

namespace cmksim::scenario {

namespace {

IdentitySpec readIdentity(const Name& name, Node node, Diagnostics& diagnostics) {
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
    identity.recoverable = fields.boolean("recoverable").value_or(true);
    fields.finish();
    return identity;
}

} // namespace

EstateSpec readEstate(MappingReader& fields, const Reading& reading) {
    Diagnostics& diagnostics = reading.diagnostics;
    EstateSpec estate;
    estate.vaults = readNamed<VaultSpec>(fields.take("vaults"), "vaults by name", diagnostics,
                                         [&](const Name& name, Node node) { return readVault(name, node, reading); });
    estate.identities =
        readNamed<IdentitySpec>(fields.take("identities"), "identities by name", diagnostics,
                                [&](const Name& name, Node node) { return readIdentity(name, node, diagnostics); });
    estate.roleAssignments = readRoleAssignments(fields.take("roleAssignments"), diagnostics);
    estate.resources =
        readNamed<ResourceSpec>(fields.take("resources"), "resources by name", diagnostics,
                                [&](const Name& name, Node node) { return readResource(name, node, reading); });
    fields.finish();
    return estate;
}

std::vector<RoleSpec> readRoleAssignments(Node node, Diagnostics& diagnostics) {
    return readNamed<RoleSpec>(node, "identities with their roles", diagnostics, [&](const Name& name, Node roles) {
        return RoleSpec{name, readNameOrNames(roles, "the name of a role", diagnostics)};
    });
}

} // namespace cmksim::scenario
