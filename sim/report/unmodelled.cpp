#include "report/unmodelled.hpp"

#include "report/resource_names.hpp"
#include "report/signs.hpp"
#include "report/tags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cmksim::report {

namespace {

/// VAULT/KEY where it is one, with its version; else the text as it stands.
std::string keyText(const Program& program, const KeyReference& key) {
    if (!key.named) {
        return key.text;
    }
    const NamedKey& named = *key.named;
    std::string text = program.names.vaults[named.vault].text + '/' + program.names.keys[named.key].text;
    return named.version.valid() ? text + '/' + program.names.text(named.version) : text;
}

const std::string& identityText(const Program& program, IdentityId id) { return program.names.identities[id].text; }

const shape::List<shape::Record<Unmodelled, Program>>& listShape() {
    static const auto use =
        shape::Record<Unmodelled::KeyUse, Program>{}
            .field("key", [](const Unmodelled::KeyUse& one, const Program& of) { return keyText(of, one.key); })
            .field("identity", shape::orNull(shape::Deduced{}), [](const Unmodelled::KeyUse& one, const Program& of) {
                return one.identity.valid() ? &identityText(of, one.identity) : nullptr;
            });
    static const shape::Shape<IdentityId, Program> identity{
        shape::textSchema(), [](IdentityId id, const Program& of) { return JsonValue{identityText(of, id)}; }};
    static const shape::Shape<VaultId, Program> vault{
        shape::textSchema(), [](VaultId id, const Program& of) { return JsonValue{of.names.vaults[id].text}; }};
    static const auto resources =
        shape::list(shape::Record<Unmodelled, Program>{}
                        .field("name", &Unmodelled::name)
                        .field("type", &Unmodelled::type)
                        .field("keys", shape::list(use), &Unmodelled::keys)
                        .field("identities", shape::list(identity), &Unmodelled::identities)
                        .field("on", &Unmodelled::on)
                        .field("known", [](const Unmodelled& one, const Program& of) { return knownOf(of, one); })
                        .unlessEmpty("vaults", shape::list(vault), &Unmodelled::vaults)
                        .unlessEmpty("keyNotRead", &Unmodelled::keyNotRead)
                        .unlessEmpty("tags", tagsShape(), &Unmodelled::tags));
    return resources;
}

} // namespace

std::string whatItHangsOn(const Program& program, const Unmodelled& resource) {
    std::string text;
    const auto add = [&](std::string part) { text.append(text.empty() ? "" : ", ").append(part); };
    std::vector<IdentityId> reported;
    for (const Unmodelled::KeyUse& use : resource.keys) {
        add("key " + keyText(program, use.key) +
            (use.identity.valid() ? " through " + identityText(program, use.identity) : ""));
        reported.push_back(use.identity);
    }
    for (const IdentityId id : resource.identities) {
        if (std::ranges::find(reported, id) == reported.end()) {
            add("identity " + identityText(program, id));
        }
    }
    std::string vaults;
    for (const VaultId vault : resource.vaults) {
        vaults += (vaults.empty() ? "" : " or ") + program.names.vaults[vault].text;
        if (!resource.keyNotRead) {
            add("vault " + program.names.vaults[vault].text);
        }
    }
    if (resource.keyNotRead) {
        add("a key that was not read, of " + (vaults.empty() ? "any vault" : "vault " + vaults));
    }
    for (const std::string& base : resource.on) {
        add("on " + base);
    }
    return text;
}

std::string knownOf(const Program& program, const Unmodelled& resource) {
    return resource.carries.empty() ? std::string{unmodelledWords}
                                    : fmt::format("{}, and so of {}, which {} on it", unmodelledWords,
                                                  resourceNames(program, resource.carries),
                                                  resource.carries.size() == 1 ? "stands" : "stand");
}

bool isCarried(const Program& program, ResourceId resource) {
    return std::ranges::any_of(program.unmodelled, [&](const Unmodelled& one) {
        return std::ranges::find(one.carries, resource) != one.carries.end();
    });
}

void writeUnmodelledText(const Program& program, const TextStyle& style, std::ostream& out) {
    if (program.unmodelled.empty()) {
        return;
    }
    Page page{style, out};
    page.blank();
    page.heading("No model", (style.unicode ? unicodeSigns : asciiSigns).rule);
    for (const Unmodelled& one : program.unmodelled) {
        const std::string uses = whatItHangsOn(program, one);
        page.paragraph({}, Phrase{one.name, Paint::Strong}
                               .add(fmt::format(" ({})", one.type), Paint::Quiet)
                               .add(uses.empty() ? "" : ": " + uses)
                               .add(fmt::format("; {}", knownOf(program, one)), Paint::Warning));
    }
}

shape::Properties unmodelledProperties() {
    return {{"unmodelled", listShape().schema<std::vector<Unmodelled>>(), false}};
}

JsonValue unmodelledJson(const Program& program) { return listShape().write(program.unmodelled, program); }

JsonValue withUnmodelled(JsonValue report, const Program& program) {
    return program.unmodelled.empty() ? std::move(report) : report.with("unmodelled", unmodelledJson(program));
}

} // namespace cmksim::report
