#include "program/fault_stories.hpp"

#include "analysis/phase_classes.hpp"
#include "base/flow_yaml.hpp"
#include "base/time.hpp"
#include "engine/action_ids.hpp"
#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "engine/simulation_state.hpp"
#include "exploration/faults.hpp"
#include "report/action_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace cmksim::program {

namespace {

constexpr Instant firstFault = scenarioStart + std::chrono::hours{1};
constexpr std::array<Duration, 2> pauses{std::chrono::minutes{1}, std::chrono::hours{3}};

/// No retention and no recovery of an identity is longer.
constexpr Instant end = scenarioStart + std::chrono::hours{24} * 120;

/// A fault, and when.
struct Step {
    Instant at{};
    Action fault;
};

/// In the ids of one estate.
struct Story {
    std::vector<Step> steps;
    std::string name;
};

std::string words(const Program& program, const Action& fault) {
    const TimelineEntry entry = entryOf(program, fault, firstFault);
    const std::string with = flowYaml(argumentsOf(program, entry));
    return fmt::format("{} {}{}", entry.name, entry.target, with.empty() ? "" : " {" + with + "}");
}

/// Nothing where it is told to stop.
std::optional<std::vector<Story>> storiesOf(const Program& estate, unsigned faults, const Progress& progress) {
    std::vector<Story> stories;
    std::vector<Record> ignored;
    SimulationState start{estate, nominalPhases(estate)};
    start.advanceTo(firstFault, ignored);
    for (const Action& first : faultsIn(estate, start)) {
        if (progress.cancelled()) {
            return std::nullopt;
        }
        const Story one{{{firstFault, first}}, words(estate, first)};
        if (faults == 1) {
            stories.push_back(one);
            continue;
        }
        SimulationState after = start;
        after.act(first, ignored);
        for (const Duration pause : pauses) {
            SimulationState later = after;
            later.advanceTo(firstFault + pause, ignored);
            for (const Action& second : faultsIn(estate, later)) {
                Story two = one;
                two.steps.push_back({firstFault + pause, second});
                two.name += fmt::format(", {} later {}", formatDuration(pause), words(estate, second));
                stories.push_back(std::move(two));
            }
        }
    }
    return stories;
}

/// An estate that is ready to be told stories, and its parts.
class Side {
public:
    explicit Side(const Program& program) : whole_{withTimeline(program, {}, end)}, parts_{partsOf(whole_)} {
        vaultInPart_.resize(whole_.names.vaults.size());
        keyInPart_.resize(whole_.names.keys.size());
        identityInPart_.resize(whole_.names.identities.size());
        resourceInPart_.resize(whole_.resources.size());
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            listPart(i);
        }
        for (const NewVault& vault : whole_.vaults) {
            vaults_.emplace(whole_.names.vaults[vault.vault].text, vault.vault);
            for (const NewKey& key : vault.keys) {
                keys_.emplace(std::pair{vault.vault, whole_.names.keys[key.key].text}, key.key);
            }
        }
        for (const IdentityId id : whole_.names.identities.ids()) {
            identities_.emplace(whole_.names.identities[id].text, id);
        }
        for (const ResourceId id : whole_.resources.ids()) {
            resources_.emplace(whole_.resources[id].name, id);
        }
    }

    [[nodiscard]] const Program& whole() const { return whole_; }
    [[nodiscard]] const EstatePart& part(std::size_t place) const { return parts_[place]; }
    /// The names of everything in a part.
    [[nodiscard]] const std::set<std::string>& namesIn(std::size_t part) const { return names_[part]; }

    /// The one part that a story is about.
    [[nodiscard]] std::optional<std::size_t> partOf(const Story& story) const {
        std::optional<std::size_t> only;
        for (const Step& step : story.steps) {
            const auto found = partByThing_.find(thingOf(step.fault));
            if (found == partByThing_.end() || found->second == parts_.size() || (only && *only != found->second)) {
                return std::nullopt;
            }
            only = found->second;
        }
        return only;
    }

    /// A story of another estate in the ids of this one; nothing where it has no name for something in it.
    [[nodiscard]] std::optional<Story> translated(const Story& story, const Program& other) const {
        ByName byName{*this, other};
        Story mine = story;
        for (Step& step : mine.steps) {
            step.fault = IdMapper{byName}.mapped(step.fault);
        }
        return byName.missing ? std::nullopt : std::optional{std::move(mine)};
    }

    [[nodiscard]] Program played(const Story& story) const {
        return withTimeline(whole_, entriesOf(whole_, story), end);
    }

    /// Adds the resources that read what a story changes.
    void addConcerned(const Story& story, std::set<std::string>& names) const {
        for (const Step& step : story.steps) {
            for (const ResourceId id : parts_[*partOf(story)].resources) {
                if (isConcerned(id, step.fault)) {
                    names.insert(whole_.resources[id].name);
                }
            }
        }
    }

    /// In the part that it is about, alone, with no resources but those named.
    [[nodiscard]] Program playedIn(std::size_t place, const Story& story,
                                   const std::set<std::string>& resources) const {
        const EstatePart& part = parts_[place];
        InPart inPart{*this};
        Story mine = story;
        for (Step& step : mine.steps) {
            step.fault = IdMapper{inPart}.mapped(step.fault);
        }
        Program played = withTimeline(part.program, entriesOf(part.program, mine), end);
        for (ResourceProgram& resource : played.resources) {
            if (!resources.contains(resource.name)) {
                resource.described.reset();
            }
        }
        return played;
    }

private:
    [[nodiscard]] bool isConcerned(ResourceId id, const Action& fault) const {
        if (resourceOf(fault).valid()) {
            return resourceOf(fault) == id;
        }
        const auto& described = whole_.resources[id].described;
        const IdentityId faulty = identityOf(fault);
        const auto isWith = [&](IdentityId used) {
            return !faulty.valid() || (used.valid() && whole_.names.consistsOf(used, faulty));
        };
        bool concerned = described && !vaultOf(fault).valid() && isWith(described->identity);
        const auto isOn = [&](const KeyUse& use) {
            const std::optional<NamedKey>& key = whole_.keys[use.key].named;
            return isWith(use.identity) &&
                   (!vaultOf(fault).valid() ||
                    (key && vaultOf(fault) == key->vault && (!keyOf(fault).valid() || keyOf(fault) == key->key)));
        };
        if (described) {
            described->eachKey([&](const KeyUse& use) { concerned = concerned || isOn(use); });
        }
        return concerned;
    }

    struct ByName {
        const Side& side;
        const Program& other;
        bool missing = false;

        template <class Map, class Key>
        auto find(const Map& map, const Key& key) {
            const auto found = map.find(key);
            missing = missing || found == map.end();
            return found != map.end() ? found->second : typename Map::mapped_type{};
        }
        VaultId operator()(VaultId id) { return find(side.vaults_, other.names.vaults[id].text); }
        KeyId operator()(KeyId id) {
            const KeyName& key = other.names.keys[id];
            return find(side.keys_, std::pair{(*this)(key.vault), key.text});
        }
        IdentityId operator()(IdentityId id) { return find(side.identities_, other.names.identities[id].text); }
        ResourceId operator()(ResourceId id) { return find(side.resources_, other.resources[id].name); }
        VersionNameId operator()(VersionNameId id) {
            const std::string name = other.names.text(id);
            const std::vector<std::string>& given = side.whole_.names.givenVersionNames;
            const auto mine = std::ranges::find(given, name);
            // A version that is not there is a story too: one of its name is not found.
            return mine != given.end() ? WorldNames::givenVersion(static_cast<std::size_t>(mine - given.begin())) : id;
        }
    };

    struct InPart {
        const Side& side;

        VaultId operator()(VaultId id) const { return side.vaultInPart_[id]; }
        KeyId operator()(KeyId id) const { return side.keyInPart_[id]; }
        IdentityId operator()(IdentityId id) const { return side.identityInPart_[id]; }
        ResourceId operator()(ResourceId id) const { return side.resourceInPart_[id]; }
    };

    static std::vector<TimelineEntry> entriesOf(const Program& program, const Story& story) {
        std::vector<TimelineEntry> entries;
        for (const Step& step : story.steps) {
            entries.push_back(entryOf(program, step.fault, step.at));
            entries.back().place = {1, static_cast<std::uint32_t>(entries.size())};
        }
        return entries;
    }

    /// A vault, a resource or an identity, by a number of its own.
    [[nodiscard]] std::size_t thingOf(const Action& fault) const {
        if (vaultOf(fault).valid()) {
            return vaultOf(fault).index();
        }
        if (resourceOf(fault).valid()) {
            return whole_.names.vaults.size() + resourceOf(fault).index();
        }
        return whole_.names.vaults.size() + whole_.resources.size() + identityOf(fault).index();
    }

    void listPart(std::size_t place) {
        const EstatePart& part = parts_[place];
        std::set<std::string>& names = names_.emplace_back();
        const auto number = [](const auto& ids, auto& inPart) {
            for (const auto id : ids.ids()) {
                inPart[ids[id]] = id;
            }
        };
        number(part.vaults, vaultInPart_);
        number(part.keys, keyInPart_);
        number(part.identities, identityInPart_);
        number(part.resources, resourceInPart_);
        for (const VaultId id : part.vaults) {
            partByThing_.emplace(id.index(), place);
            names.insert("vault " + whole_.names.vaults[id].text);
        }
        for (const ResourceId id : part.resources) {
            partByThing_.emplace(whole_.names.vaults.size() + id.index(), place);
            names.insert("resource " + whole_.resources[id].name);
        }
        for (const IdentityId id : part.identities) {
            // The service's own is in every part, and a story about it alone in none.
            const auto [known, isNew] =
                partByThing_.emplace(whole_.names.vaults.size() + whole_.resources.size() + id.index(), place);
            if (!isNew) {
                known->second = parts_.size();
            }
            names.insert("identity " + whole_.names.identities[id].text);
        }
    }

    Program whole_; // without a timeline
    std::vector<EstatePart> parts_;
    std::vector<std::set<std::string>> names_;
    std::unordered_map<std::size_t, std::size_t> partByThing_;
    IdVector<VaultId, VaultId> vaultInPart_;
    IdVector<KeyId, KeyId> keyInPart_;
    IdVector<IdentityId, IdentityId> identityInPart_;
    IdVector<ResourceId, ResourceId> resourceInPart_;
    std::map<std::string, VaultId> vaults_; // of the estate; one that is only spoken of has no story
    std::map<std::pair<VaultId, std::string>, KeyId> keys_;
    std::map<std::string, IdentityId> identities_;
    std::map<std::string, ResourceId> resources_;
};

class FaultComparer {
public:
    FaultComparer(const Program& a, const Program& b, const Progress& progress)
        : progress_{progress}, a_{a}, b_{b}, atRest_{compare(a_.whole(), b_.whole(), progress)} {}

    FaultComparison run(unsigned faults) {
        found_.complete = atRest_ && playAll(faults);
        return std::move(found_);
    }

private:
    /// Whether it came to the end.
    bool playAll(unsigned faults) {
        std::set<std::string> compared;
        const auto playOfA = [&](const Story& story) {
            compared.insert(story.name);
            const auto other = b_.translated(story, a_.whole());
            return !other || play(story, *other);
        };
        const auto playOfB = [&](const Story& story) {
            const auto other = compared.contains(story.name) ? std::nullopt : a_.translated(story, b_.whole());
            return !other || play(*other, story);
        };
        const auto all = [&](const Side& side, const auto& one) {
            const auto stories = storiesOf(side.whole(), faults, progress_);
            return stories && std::ranges::all_of(*stories, one);
        };
        return all(a_, playOfA) && all(b_, playOfB);
    }

    /// Whether it could be compared.

    bool play(const Story& inA, const Story& inB) {
        std::optional<Comparison> comparison = compareStory(inA, inB);
        if (!comparison) {
            return false;
        }
        ++found_.stories;
        found_.atNominal.insert(comparison->atNominal.begin(), comparison->atNominal.end());
        if (comparison->differs()) {
            found_.differences.push_back({inA.name, std::move(*comparison)});
        }
        return true;
    }

    [[nodiscard]] std::optional<Comparison> compareStory(const Story& inA, const Story& inB) const {
        const auto partA = a_.partOf(inA);
        const auto partB = b_.partOf(inB);
        const bool alone = !atRest_->differs() && partA && partB && a_.namesIn(*partA) == b_.namesIn(*partB);
        if (!alone) {
            return compare(a_.played(inA), b_.played(inB), progress_);
        }
        std::set<std::string> concerned;
        a_.addConcerned(inA, concerned);
        b_.addConcerned(inB, concerned);
        std::optional<Comparison> comparison =
            compare(a_.playedIn(*partA, inA, concerned), b_.playedIn(*partB, inB, concerned), progress_);
        if (comparison && comparison->first) {
            addOtherPhases(comparison->first->phases);
        }
        return comparison;
    }

    /// Of the parts that were not played any phase will do.
    void addOtherPhases(std::vector<std::pair<std::string, Duration>>& phases) const {
        std::vector<std::pair<std::string, Duration>> all;
        std::set<std::string> listed;
        for (const Program* program : {&a_.whole(), &b_.whole()}) {
            for (const ResourceId id : program->resources.ids()) {
                const std::string& name = program->resources[id].name;
                const auto known = std::ranges::find(phases, name, &std::pair<std::string, Duration>::first);
                if ((known != phases.end() || hasOpenPhase(*program, id)) && listed.insert(name).second) {
                    all.emplace_back(name, known != phases.end() ? known->second : Duration::zero());
                }
            }
        }
        phases = std::move(all);
    }

    const Progress& progress_;
    Side a_;
    Side b_;
    std::optional<Comparison> atRest_; // nothing: it was told to stop
    FaultComparison found_;
};

} // namespace

FaultComparison compareUnderFaults(const Program& a, const Program& b, unsigned faults, const Progress& progress) {
    return FaultComparer{a, b, progress}.run(faults);
}

} // namespace cmksim::program
