#include "import/identity_index.hpp"

#include "catalog/fact_reader.hpp"
#include "import/match.hpp"
#include "import/resource_place.hpp"
#include "model/model.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace cmksim::import {

namespace {

constexpr std::string_view userAssigned = "userassignedidentity=";
constexpr std::string_view federated = "&federatedclientid=";
/// Where a client id would stand: it takes an application away, or says that there is none.
constexpr std::string_view noApplication = "None";

/// The id in `UserAssignedIdentity=ID&…`, in lower case; any other text as it is.
std::string plain(std::string_view text) {
    std::string lower = lowerCase(text);
    if (lower.starts_with(userAssigned)) {
        lower.erase(0, userAssigned.size());
        lower.resize(std::min(lower.find('&'), lower.size()));
    }
    return lower;
}

/// Type and name with less and less of where it is.
std::array<std::string, 3> wordsOf(const ResourcePlace& place) {
    const std::string words = place.type + ' ' + place.name;
    const std::string group = place.isOwnGroup ? std::string{"its own"} : place.group;
    return {words + ' ' + group + ' ' + place.subscription, words + ' ' + group, words};
}

/// Whether a description has nothing that is not known of an identity.
bool saysTheSame(const IdentityIndex::Identity& known, const RawIdentity& found) {
    return known.id == found.id && known.principalId == found.principalId && known.clientId == found.clientId;
}

/// Whether nothing that is known of two places tells them apart.
bool mayBeAt(const ResourcePlace& place, std::string_view id) {
    const auto other = placeOf(id);
    const auto agree = [](const std::string& a, const std::string& b) { return a.empty() || b.empty() || a == b; };
    return !other || (agree(place.subscription, other->subscription) &&
                      (place.isOwnGroup || other->isOwnGroup || agree(place.group, other->group)));
}

/// Whether two texts are ids of two resources.
bool areTwo(std::string_view a, std::string_view b) {
    const auto one = placeOf(a);
    const auto other = placeOf(b);
    return one && other && (one->name != other->name || !mayBeAt(*one, b));
}

} // namespace

std::vector<std::string> uniqueNames(std::span<const std::string> names,
                                     const std::function<std::string(std::size_t)>& orderOf) {
    std::unordered_map<std::string, std::size_t> taken; // how many are called so
    for (const std::string& name : names) {
        ++taken[name];
    }
    std::vector<std::string> unique{names.begin(), names.end()};
    std::vector<std::pair<std::string, std::size_t>> alike;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (taken.find(names[i])->second > 1) {
            alike.emplace_back(orderOf(i), i);
        }
    }
    std::ranges::sort(alike);
    std::set<std::string_view> kept;
    for (const auto& [order, i] : alike) {
        if (kept.insert(names[i]).second) {
            continue;
        }
        for (int number = 2; !taken.try_emplace(unique[i], 1).second; ++number) {
            unique[i] = fmt::format("{}-{}", names[i], number);
        }
    }
    return unique;
}

IdentityIndex::IdentityIndex(std::span<const RawIdentity> found) {
    std::vector<PlacedDescription> places;
    places.reserve(found.size());
    for (const RawIdentity& one : found) {
        places.push_back({one.id, one.mark});
    }
    const Sameness same = joinPlaces(places, false);
    // Descriptions of one place are one identity; so are those that share an object or client id, but for two that have
    // places of their own: what was blotted out of an export is the same text everywhere.
    std::vector<std::size_t> identityOf(same.things, identities_.max_size());
    std::vector<bool> isNews(found.size(), true); // whether it says what no other has said
    for (std::size_t i = 0; i < found.size(); ++i) {
        std::size_t& identity = identityOf[same.thingOf[i]];
        if (identity != identities_.max_size() && saysTheSame(identities_[identity], found[i])) {
            isAgain_.push_back(true);
            isNews[i] = false;
            note(identity, found[i]);
            continue;
        }
        for (const std::string* id : {&found[i].principalId, &found[i].clientId}) {
            const auto known = id->empty() ? byText_.end() : byText_.find(lowerCase(*id));
            if (identity == identities_.max_size() && known != byText_.end() && known->second < identities_.size() &&
                !areTwo(identities_[known->second].id, found[i].id)) {
                identity = known->second;
            }
        }
        isAgain_.push_back(identity != identities_.max_size());
        if (identity == identities_.max_size()) {
            identity = identities_.size();
            identities_.push_back({});
            written_.push_back(matchName(readable(found[i].name)));
        }
        for (const std::string* id : {&found[i].id, &found[i].principalId, &found[i].clientId}) {
            if (!id->empty()) {
                call(*id, identity, found[i]);
            }
        }
        learn(identities_[identity], found[i]);
        note(identity, found[i]);
    }
    // The same place is written in several ways: what is spoken of by one that has no description of its own.
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (const auto place = isNews[i] ? placeOf(found[i].id) : std::nullopt) {
            const std::size_t identity = identityOf[same.thingOf[i]];
            for (const std::string& words : wordsOf(*place)) {
                const auto [at, isNew] = byPlace_.try_emplace(words, identity);
                at->second = isNew || at->second == identity ? identity : identities_.max_size();
            }
        }
    }
    name();
}

/// A text stands for an identity from now on; one that stands for another one already, for neither.
void IdentityIndex::call(const std::string& text, std::size_t identity, const RawIdentity& found) {
    const auto [at, isNew] = byText_.try_emplace(lowerCase(text), identity);
    if (isNew || at->second == identity || at->second >= identities_.max_size()) {
        return;
    }
    if (areTwo(identities_[at->second].id, found.id)) {
        shared_.push_back({found.mark, written_[at->second], found.name, text});
        at->second = identities_.max_size();
    }
}

/// Whose description it is, and whether that makes it.
void IdentityIndex::note(std::size_t identity, const RawIdentity& found) {
    ofEach_.push_back(identity);
    identities_[identity].isMade = identities_[identity].isMade || !(found.mentioned || found.isFound);
    identities_[identity].isFound = identities_[identity].isFound || found.isFound;
}

void IdentityIndex::learn(Identity& identity, const RawIdentity& found) {
    const auto take = [&](std::string& to, const std::string& from, std::string_view field) {
        if (from.empty() || (isUnknownText(from) && !to.empty())) {
            return;
        }
        const bool differs = !to.empty() && !isUnknownText(to) && lowerCase(to) != lowerCase(from);
        if (differs && field != "id") {
            conflicts_.push_back({found.mark, found.name, std::string{field}, to, from});
        }
        if (field != "id" || to.empty() || (isPlaceless(to) && !isPlaceless(from))) {
            to = from;
        }
    };
    take(identity.id, found.id, "id");
    take(identity.principalId, found.principalId, "principalId");
    take(identity.clientId, found.clientId, "clientId");
}

void IdentityIndex::name() {
    std::vector<std::string> names = uniqueNames(written_, [&](std::size_t i) { return lowerCase(identities_[i].id); });
    for (std::size_t i = 0; i < names.size(); ++i) {
        identities_[i].name = std::move(names[i]);
    }
}

std::string IdentityIndex::addUnknown(std::string_view text, PrincipalIdKind kind) {
    const std::string id = plain(text);
    const auto place = placeOf(id);
    Identity identity;
    const std::size_t slash = text.rfind('/');
    std::string name = matchName(readable(place ? text.substr(slash + 1, text.find('&', slash) - slash - 1) : text));
    if (place) {
        identity.id = text.substr(text.find('/'), text.find('&') - text.find('/'));
    } else if (kind == PrincipalIdKind::Principal) {
        identity.principalId = text;
    } else if (kind == PrincipalIdKind::Client || isUnknownText(text)) { // what is not known is not written
        identity.clientId = text;
    }
    identity.name = freeName(name);
    byText_.try_emplace(id, identities_.size());
    identities_.push_back(std::move(identity));
    written_.push_back(std::move(name));
    return identities_.back().name;
}

/// The name itself where no identity has it, else with a number.
std::string IdentityIndex::freeName(const std::string& name) const {
    std::set<std::string_view> taken;
    for (const Identity& one : identities_) {
        taken.insert(one.name);
    }
    std::string free = name;
    for (int number = 2; taken.contains(free); ++number) {
        free = fmt::format("{}-{}", name, number);
    }
    return free;
}

std::string IdentityIndex::addFederated(const std::string& with, const std::string& application,
                                        std::span<const RawApplication> known) {
    constexpr std::string_view ofApplication = identityKindNames[static_cast<std::size_t>(IdentityKind::Application)];
    constexpr std::string_view ofFederated = identityKindNames[static_cast<std::size_t>(IdentityKind::Federated)];
    const auto add = [&](Identity identity) {
        identity.name = freeName(matchName(identity.name));
        written_.push_back(identity.name);
        identities_.push_back(std::move(identity));
        return identities_.back().name;
    };
    std::string app = nameOf(application);
    if (app.empty()) {
        const auto read = std::ranges::find(known, lowerCase(application), &RawApplication::application);
        const bool isRead = read != known.end();
        const std::string principal = isRead ? read->principalId : std::string{};
        byText_.try_emplace(lowerCase(application), identities_.size());
        if (!principal.empty()) {
            byText_.try_emplace(lowerCase(principal), identities_.size());
        }
        app = add({.name = isRead && !read->name.empty() ? read->name : application,
                   .id = {},
                   .principalId = principal,
                   .clientId = application,
                   .type = std::string{ofApplication}});
    }
    const auto there = std::ranges::find_if(identities_, [&](const Identity& one) {
        return one.type == ofFederated && one.with == with && one.app == app;
    });
    return there != identities_.end() ? there->name
                                      : add({.name = fmt::format("{}-as-{}", with, app),
                                             .id = {},
                                             .principalId = {},
                                             .clientId = {},
                                             .type = std::string{ofFederated},
                                             .with = with,
                                             .app = app});
}

void IdentityIndex::isOne(const std::string& unknown, const std::string& id) {
    const auto open = byText_.find(lowerCase(unknown));
    const auto known = byText_.find(plain(id));
    if (open == byText_.end() || open->second >= identities_.size()) {
        return;
    }
    if (known != byText_.end()) {
        identities_[open->second].isOther = known->second != open->second;
        open->second = known->second;
        return;
    }
    identities_[open->second].principalId = id;
    byText_.emplace(plain(id), open->second);
}

void IdentityIndex::addFirstParty(std::string_view principal) { firstParty_.push_back(lowerCase(principal)); }

std::string IdentityIndex::nameOf(std::string_view text) const {
    const std::string lower = plain(text);
    if (lower == "firstpartyidentity" || std::ranges::find(firstParty_, lower) != firstParty_.end()) {
        return "FirstPartyIdentity";
    }
    const auto found = byText_.find(lower);
    if (found != byText_.end()) {
        return found->second < identities_.size() ? identities_[found->second].name : std::string{};
    }
    // A template may refer to one that another source describes.
    if (const auto reference = symbolicReference(lower)) {
        const bool isPrincipal = reference->way == "principalid" || reference->way == "clientid";
        return isPrincipal ? nameOf(reference->id) : std::string{};
    }
    if (const auto place = placeOf(lower)) {
        for (const std::string& words : wordsOf(*place)) {
            const auto known = byPlace_.find(words);
            if (known != byPlace_.end() && known->second >= identities_.size()) {
                return {}; // one of several
            }
            if (known != byPlace_.end() && mayBeAt(*place, identities_[known->second].id)) {
                return identities_[known->second].name;
            }
        }
    }
    return {};
}

bool IdentityIndex::isShared(std::string_view text) const {
    const auto found = byText_.find(plain(text));
    return found != byText_.end() && found->second >= identities_.size();
}

bool IdentityIndex::isOwn(std::string_view text) {
    const std::string lower = lowerCase(text);
    return lower == "system" || lower == "[system]" || lower == "systemassigned" || lower == "systemassignedidentity";
}

bool IdentityIndex::isFederated(std::string_view text) {
    const std::string lower = lowerCase(text);
    return lower.find(federated) != std::string::npos;
}

IdentityIndex::FederatedParts IdentityIndex::federatedParts(std::string_view text) {
    const std::string lower = lowerCase(text);
    const std::size_t at = std::min(lower.find(federated), lower.size());
    const std::size_t begin = lower.starts_with(userAssigned) ? userAssigned.size() : 0;
    const std::size_t application = std::min(at + federated.size(), lower.size());
    return {std::string{text.substr(begin, at - begin)},
            std::string{text.substr(application, text.find('&', application) - application)}};
}

std::string IdentityIndex::federatedAs(std::string_view identity, std::string_view application) {
    if (equalIgnoringCase(application, noApplication)) {
        return std::string{identity};
    }
    return std::string{identity}.append("&FederatedClientId=").append(application);
}

} // namespace cmksim::import
