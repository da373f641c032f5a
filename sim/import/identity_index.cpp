#include "import/identity_index.hpp"

#include "catalog/fact_reader.hpp"
#include "import/match.hpp"

#include <fmt/format.h>

namespace cmksim::import {

namespace {

/// A template does not know where it is deployed, but names things of whole ids too: those of one name are one.
bool isPlaceless(std::string_view id) { return id.starts_with(placelessId); }

} // namespace

std::string unusedName(const std::string& name, std::set<std::string>& taken) {
    std::string free = name;
    for (int i = 2; !taken.insert(free).second; ++i) {
        free = fmt::format("{}-{}", name, i);
    }
    return free;
}

std::optional<std::size_t> IdentityIndex::find(const RawIdentity& found) const {
    std::optional<std::size_t> known;
    for (const std::string& id : {found.id, found.principalId, found.clientId}) {
        const auto at = id.empty() ? byText_.end() : byText_.find(lowerCase(id));
        if (at != byText_.end()) {
            known = at->second;
        }
    }
    if (!known) {
        const auto named = byName_.find(matchName(found.name));
        if (named != byName_.end() && (isPlaceless(found.id) || isPlaceless(identities_[named->second].id))) {
            known = named->second;
        }
    }
    return known;
}

void IdentityIndex::add(const RawIdentity& found) {
    const std::optional<std::size_t> known = find(found);
    const std::size_t index = known.value_or(identities_.size());
    if (!known) {
        const std::string name = matchName(found.name);
        identities_.push_back({unusedName(name, taken_), {}, {}, {}});
        byName_.try_emplace(name, index);
    }
    Identity& identity = identities_[index];
    const auto learn = [&](std::string& to, const std::string& from) {
        if (!from.empty()) {
            to = to.empty() || isPlaceless(to) ? from : to;
            byText_.try_emplace(lowerCase(from), index);
        }
    };
    learn(identity.id, found.id);
    learn(identity.principalId, found.principalId);
    learn(identity.clientId, found.clientId);
}

std::string IdentityIndex::nameOf(std::string_view text) const {
    constexpr std::string_view userAssigned = "userassignedidentity=";
    if (lowerCase(text.substr(0, userAssigned.size())) == userAssigned) {
        text.remove_prefix(userAssigned.size());
        text = text.substr(0, text.find('&'));
    }
    const std::string lower = lowerCase(text);
    if (lower == "firstpartyidentity") {
        return "FirstPartyIdentity";
    }
    const auto found = byText_.find(lower);
    return found != byText_.end() ? identities_[found->second].name : std::string{};
}

bool IdentityIndex::isOwn(std::string_view text) {
    const std::string lower = lowerCase(text);
    return lower == "system" || lower == "[system]" || lower == "systemassigned" || lower == "systemassignedidentity";
}

} // namespace cmksim::import
