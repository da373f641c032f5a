#include "report/least_grant_report.hpp"

#include "base/time.hpp"
#include "blast/unmodelled.hpp"
#include "report/action_fields.hpp"
#include "report/az_commands.hpp"
#include "report/resource_names.hpp"
#include "report/shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>

namespace cmksim::report {

namespace {

TimelineEntry entryFor(const Program& program, const Action& grant) { return entryOf(program, grant, scenarioStart); }

std::string keyName(const Program& program, const LeastGrant& found) {
    return program.names.vaults[found.vault].text + '/' + program.names.keys[found.key].text;
}

/// `the role Key Vault Crypto User on kv1/cmk`, `the access policy [get, wrapKey] in kv1`.
std::string grantText(const Program& program, const Action& grant) {
    if (const auto* role = std::get_if<RoleAssign>(&grant)) {
        const std::string scope = std::holds_alternative<AboveVaults>(role->scope) ? std::string{"above all vaults"}
                                                                                   : "on " + targetName(program, grant);
        return fmt::format("the role {} {}", program.platform->roles[role->role.index()].name, scope);
    }
    std::string permissions;
    for (std::size_t i = 0; i < program.platform->keyPermissions.size(); ++i) {
        if ((std::get<PolicySet>(grant).permissions >> i & 1U) != 0) {
            permissions.append(permissions.empty() ? "" : ", ").append(program.platform->keyPermissions[i]);
        }
    }
    return fmt::format("an access policy in {} with {}", targetName(program, grant), permissions);
}

/// Those that may use what a policy replaces, and of which it is not known what they need: without a model, or with the
/// identity attached for something else.
std::vector<std::string> unknownUsers(const Program& program, const LeastGrant& found) {
    std::vector<std::string> unknown;
    const bool replaces = std::ranges::any_of(
        found.held, [](const HeldGrant& held) { return std::holds_alternative<PolicySet>(held.grant); });
    if (!replaces || !std::holds_alternative<PolicySet>(found.grant)) {
        return unknown;
    }
    for (const ResourceId id : found.attached) {
        unknown.push_back(program.resources[id].name);
    }
    for (const Unmodelled* one : unmodelledUsing(program, PolicyDelete{{found.vault}, found.identity, {}}, {})) {
        unknown.push_back(one->name);
    }
    return unknown;
}

std::string_view verdictOn(const HeldGrant& held) {
    return !held.counts ? "does not count in the vault's permission model" : held.least ? "is that" : "is not that";
}

/// What the fields of a grant are told of.
struct LeastGrantContext {
    const Program& program;
    const AzCommands& commands;

    operator const Program&() const { return program; }
};

const shape::Record<LeastGrant, LeastGrantContext>& leastGrantShape() {
    using shape::list;
    using shape::Record;
    const auto entry = [](const Action& grant, const LeastGrantContext& context) {
        return entryFor(context.program, grant);
    };
    static const auto made = Record<Action, LeastGrantContext>{}
                                 .include(entryShape(), entry)
                                 .field("az", [entry](const Action& grant, const LeastGrantContext& context) {
                                     return joinedCommands(context.commands.of(entry(grant, context)));
                                 });
    static const auto held = Record<HeldGrant, LeastGrantContext>{}
                                 .include(made, &HeldGrant::grant)
                                 .field("counts", &HeldGrant::counts)
                                 .field("least", &HeldGrant::least);
    static const auto all =
        Record<LeastGrant, LeastGrantContext>{}
            .field("identity",
                   [](const LeastGrant& found, const LeastGrantContext& context) {
                       return context.program.names.identities[found.identity].text;
                   })
            .field("key", [](const LeastGrant& found,
                             const LeastGrantContext& context) { return keyName(context.program, found); })
            .field("services", &LeastGrant::services)
            .field("resources", list(resourceName()), &LeastGrant::users)
            .field("sharing", list(resourceName()), &LeastGrant::sharing)
            .field("losing", list(resourceName()), &LeastGrant::losing)
            .field("unknown", [](const LeastGrant& found,
                                 const LeastGrantContext& context) { return unknownUsers(context.program, found); })
            .field("grant", made, &LeastGrant::grant)
            .field("countsWithin", &LeastGrant::countsWithin)
            .field("suffices", &LeastGrant::suffices)
            .field("held", list(held), &LeastGrant::held);
    return all;
}

} // namespace

void writeLeastGrantText(const Program& program, const LeastGrant& found, const std::vector<AzureTerms>& terms,
                         const TextStyle& style, std::ostream& out) {
    const AzCommands commands{program, terms, AzCommands::Use::ToBeRun};
    const TimelineEntry entry = entryFor(program, found.grant);
    Page page{style, out};
    const auto fact = [&](std::string_view label, const Phrase& body) {
        page.paragraph(Phrase{"  "}.add(label, Paint::Quiet).padTo(11), body);
    };
    page.paragraph({}, Phrase{program.names.identities[found.identity].text, Paint::Strong}.add(" for ").add(
                           keyName(program, found), Paint::Strong));
    fact("least", Phrase{grantText(program, found.grant), Paint::Event});
    for (const std::string& command : commands.of(entry)) {
        page.whole(Phrase{"  $ ", Paint::Quiet}.add(command));
    }
    if (const RequiredPermission* required = commands.requiredPermissionOf(entry)) {
        fact("role", Phrase{required->role + ", for who makes it"});
    }
    const std::string users = resourceNames(program, found.users);
    const std::string sharing = resourceNames(program, found.sharing);
    const std::string services = fmt::format("{}", fmt::join(found.services, ", "));
    fact("for",
         Phrase{users.empty() ? fmt::format("no resource of the estate yet; what {} ask for", services)
                              : fmt::format("{} ({})", users + (sharing.empty() ? "" : ", " + sharing), services)});
    if (!sharing.empty()) {
        fact("shared",
             Phrase{fmt::format("{} by other keys of the vault: it replaces the policy that is there, so that it has "
                                "what all of them need",
                                sharing)});
    }
    if (const std::vector<std::string> unknown = unknownUsers(program, found); !unknown.empty()) {
        fact("unknown", Phrase{fmt::format("what {} may need of the policy that it replaces", fmt::join(unknown, ", ")),
                               Paint::Warning});
    }
    fact("counts", Phrase{fmt::format("within {} of being made; the next look after that sees it",
                                      formatDuration(found.countsWithin))});
    if (!users.empty()) {
        fact("played", found.suffices ? Phrase{"with this grant alone none of them lacks a permission", Paint::Good}
                                      : Phrase{"with this grant alone some of them lack a permission", Paint::Bad});
    }
    if (!found.losing.empty()) {
        fact("takes", Phrase{fmt::format("a permission from {}", resourceNames(program, found.losing)), Paint::Bad});
    }
    for (const HeldGrant& held : found.held) {
        fact("it has", Phrase{fmt::format("{}, which {}", grantText(program, held.grant), verdictOn(held)),
                              held.counts ? Paint::Plain : Paint::Warning});
    }
    if (found.held.empty()) {
        fact("it has", Phrase{"no grant that lets it use the key", Paint::Warning});
    }
}

shape::Properties leastGrantProperties() { return leastGrantShape().properties(); }

JsonValue leastGrantJson(const Program& program, const LeastGrant& found, const std::vector<AzureTerms>& terms) {
    const AzCommands commands{program, terms, AzCommands::Use::ToBeRun};
    return leastGrantShape().write(found, LeastGrantContext{program, commands});
}

} // namespace cmksim::report
