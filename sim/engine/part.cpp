#include "engine/part.hpp"

#include "base/overloaded.hpp"
#include "engine/action_ids.hpp"
#include "engine/dependencies.hpp"
#include "engine/part_filler.hpp"

#include <boost/pending/disjoint_sets.hpp>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace cmksim::engine {

namespace {

/// The things that the timeline names in one breath are in one part.
class TimelineTies {
public:
    TimelineTies(const Program& whole, const Dependencies& tied, const std::vector<IdentityId>& shared,
                 std::vector<std::size_t> places)
        : whole_{whole}, tied_{tied}, shared_{shared}, places_{std::move(places)}, sets_{places_.size()} {
        for (const TimelineEntry& entry : whole.entries) {
            if (const Action* action = entry.action()) {
                begin();
                note(*action);
            }
        }
        for (const Reaction& reaction : whole.reactions) {
            begin();
            for (const Expectation& one : reaction.trigger) {
                name(node::Resource{one.resource});
            }
            if (const Action* action = reaction.entry.action()) {
                note(*action);
            } else if (const auto* attempt = std::get_if<Attempt>(&reaction.entry.what)) {
                name(node::Resource{attempt->resource});
            }
        }
    }

    /// The part of each vertex; all are of one where something concerns the whole.
    [[nodiscard]] std::vector<std::size_t> places() {
        for (std::size_t& place : places_) {
            place = ofWhole_ ? 0 : sets_.find_set(place);
        }
        return std::move(places_);
    }

private:
    void begin() { first_.reset(); }

    void name(const DependencyNode& node) {
        const std::size_t place = places_[tied_.vertexOf(node)];
        if (first_) {
            sets_.union_set(*first_, place);
        }
        first_ = place;
    }

    void note(const Action& action) {
        const bool begun = first_.has_value();
        struct {
            TimelineTies& ties;
            VaultId operator()(VaultId id) const {
                ties.name(node::Vault{id});
                return id;
            }
            KeyId operator()(KeyId id) const {
                ties.name(node::Key{id});
                return id;
            }
            IdentityId operator()(IdentityId id) const {
                if (std::ranges::find(ties.shared_, id) == ties.shared_.end()) {
                    ties.name(node::Identity{id});
                }
                return id;
            }
            ResourceId operator()(ResourceId id) const {
                ties.name(node::Resource{id});
                return id;
            }
            KeyReferenceId operator()(KeyReferenceId id) const {
                if (const std::optional<NamedKey>& key = ties.whole_.keys[id].named) {
                    ties.name(node::Key{key->key});
                }
                return id;
            }
            BackupFileId operator()(BackupFileId id) const {
                ties.nameFile(id);
                return id;
            }
        } const noting{*this};
        static_cast<void>(IdMapper{noting}.mapped(action));
        // A grant above all vaults to the service's own identity, which is in every part.
        ofWhole_ = ofWhole_ || (!begun && !first_);
    }

    /// What is backed up in one place may be restored in another.
    void nameFile(BackupFileId id) {
        if (first_) {
            const auto [known, isNew] = files_.try_emplace(id, *first_);
            sets_.union_set(known->second, *first_);
        }
    }

    const Program& whole_;
    const Dependencies& tied_;
    const std::vector<IdentityId>& shared_;
    std::vector<std::size_t> places_;
    boost::disjoint_sets_with_storage<> sets_;
    std::optional<std::size_t> first_; // what the entry in hand named last
    std::unordered_map<BackupFileId, std::size_t> files_;
    bool ofWhole_ = false;
};

class Divider {
public:
    explicit Divider(const Dependencies& tied)
        : whole_{tied.estate()}, tied_{tied}, places_{tied.parts()}, shared_{sharedIdentities(whole_, tied)} {}

    /// Gives the parts their shares of the timeline as well.
    void tieByTimeline() {
        places_ = TimelineTies{whole_, tied_, shared_, std::move(places_)}.places();
        withTimeline_ = true;
    }

    std::vector<EstatePart> divide() {
        collect();
        if (withTimeline_) {
            collectTimeline();
        }
        PartFiller filler{whole_};
        for (EstatePart& part : parts_) {
            for (const IdentityId id : shared_) {
                part.identities.push_back(id);
                part.program.identities.push_back(id);
            }
            filler.fill(part);
        }
        return std::move(parts_);
    }

private:
    /// In the order in which they are asked for first.
    EstatePart& partOf(const DependencyNode& node) {
        const auto [known, isNew] = partAt_.try_emplace(places_[tied_.vertexOf(node)], parts_.size());
        if (isNew) {
            parts_.emplace_back();
        }
        return parts_[known->second];
    }

    [[nodiscard]] bool isShared(IdentityId id) const { return std::ranges::find(shared_, id) != shared_.end(); }

    void collect() {
        for (const VaultId id : whole_.names.vaults.ids()) {
            EstatePart& part = partOf(node::Vault{id});
            part.vaults.push_back(id);
            for (const KeyId key : whole_.names.keysOf[id]) {
                part.keys.push_back(key);
            }
        }
        for (const ResourceId id : whole_.resources.ids()) {
            partOf(node::Resource{id}).resources.push_back(id);
        }
        for (const IdentityId id : whole_.names.identities.ids()) {
            if (!isShared(id)) {
                partOf(node::Identity{id}).identities.push_back(id);
            }
        }
        for (const NewVault& vault : whole_.vaults) {
            partOf(node::Vault{vault.vault}).program.vaults.push_back(vault);
        }
        for (const IdentityId id : whole_.identities) {
            if (!isShared(id)) {
                partOf(node::Identity{id}).program.identities.push_back(id);
            }
        }
        for (const NewRole& role : whole_.rootRoles) {
            partOf(node::Identity{role.identity}).program.rootRoles.push_back(role);
        }
    }

    /// Gives an entry to the part that it names; one with expectations to each that has one of their resources.
    void assign(EntryId id, const TimelineEntry& entry) {
        const auto give = [&](EstatePart& part) {
            if (part.entries.empty() || part.entries.back() != id) {
                part.entries.push_back(id);
            }
        };
        if (const Action* action = entry.action()) {
            if (std::holds_alternative<FeatureRegister>(*action)) {
                everywhere_.push_back(id);
            } else {
                give(partOf(*action));
            }
        } else if (const auto* attempt = std::get_if<Attempt>(&entry.what)) {
            give(partOf(node::Resource{attempt->resource}));
        } else if (const auto* read = std::get_if<ReadRequest>(&entry.what)) {
            std::visit(Overloaded{[](Everything) {}, [&](const OnVault& at) { give(partOf(node::Vault{at.vault})); },
                                  [&](const OnVersion& at) { give(partOf(node::Vault{at.vault})); },
                                  [&](const OnIdentity& at) {
                                      if (!isShared(at.identity)) {
                                          give(partOf(node::Identity{at.identity}));
                                      }
                                  }},
                       read->at);
        } else {
            for (const Expectation& one : std::get<std::vector<Expectation>>(entry.what)) {
                give(partOf(node::Resource{one.resource}));
            }
        }
    }

    EstatePart& partOf(const Action& action) {
        if (const ResourceId id = resourceOf(action); id.valid()) {
            return partOf(node::Resource{id});
        }
        if (const VaultId id = vaultOf(action); id.valid()) {
            return partOf(node::Vault{id});
        }
        const IdentityId id = identityOf(action);
        if (id.valid() && !isShared(id)) {
            return partOf(node::Identity{id});
        }
        if (parts_.empty()) {
            parts_.emplace_back(); // of an estate in which there is nothing
        }
        return parts_.front();
    }

    void collectTimeline() {
        for (const EntryId id : whole_.entries.ids()) {
            assign(id, whole_.entries[id]);
        }
        for (EstatePart& part : parts_) {
            for (const EntryId id : everywhere_) {
                part.entries.push_back(id);
            }
            std::ranges::sort(part.entries);
        }
        for (std::uint32_t i = 0; i < whole_.reactions.size(); ++i) {
            partOf(node::Resource{whole_.reactions[i].trigger.front().resource}).reactions.push_back(i);
        }
    }

    const Program& whole_;
    const Dependencies& tied_;
    bool withTimeline_ = false;
    std::vector<std::size_t> places_; // the part of each vertex, by the graph's own numbers
    std::vector<IdentityId> shared_;  // in every part
    std::vector<EntryId> everywhere_; // entries in every part
    std::vector<EstatePart> parts_;
    std::unordered_map<std::size_t, std::size_t> partAt_; // places in `parts_`
};

} // namespace

std::vector<EstatePart> partsOf(const Program& whole) { return partsOf(Dependencies{whole}); }

std::vector<EstatePart> partsOf(const Dependencies& whole) { return Divider{whole}.divide(); }

std::vector<EstatePart> partsWithTimeline(const Program& whole) {
    const Dependencies tied{whole};
    Divider divider{tied};
    divider.tieByTimeline();
    return divider.divide();
}

EstatePart withoutResources(const Program& whole, const std::vector<bool>& leftOut) {
    EstatePart rest;
    const auto takeAll = [](const auto& all, auto& into) {
        for (const auto id : all.ids()) {
            into.push_back(id);
        }
    };
    takeAll(whole.names.vaults, rest.vaults);
    takeAll(whole.names.keys, rest.keys);
    takeAll(whole.names.identities, rest.identities);
    takeAll(whole.entries, rest.entries);
    for (const ResourceId id : whole.resources.ids()) {
        if (!leftOut[id.index()]) {
            rest.resources.push_back(id);
        }
    }
    for (std::uint32_t i = 0; i < whole.reactions.size(); ++i) {
        rest.reactions.push_back(i);
    }
    rest.program.vaults = whole.vaults;
    rest.program.identities = whole.identities;
    rest.program.rootRoles = whole.rootRoles;
    PartFiller{whole}.fill(rest);
    return rest;
}

Action EstatePart::inWhole(Action action) const {
    struct {
        const EstatePart& part;
        VaultId operator()(VaultId id) const { return part.vaults[id]; }
        KeyId operator()(KeyId id) const { return part.keys[id]; }
        IdentityId operator()(IdentityId id) const { return part.identities[id]; }
        ResourceId operator()(ResourceId id) const { return part.resources[id]; }
        KeyReferenceId operator()(KeyReferenceId id) const { return part.references[id]; }
    } const inWhole{*this};
    return IdMapper{inWhole}.mapped(std::move(action));
}

} // namespace cmksim::engine
