#include "analysis/retirement.hpp"

#include "analysis/bounds.hpp"
#include "analysis/reaction_worlds.hpp"
#include "analysis/same_courses.hpp"
#include "analysis/worlds.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "engine/timeline_walk.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>

namespace cmksim::analysis {

namespace {

/// Whether a resource fares the same, as far as bounds tell.
bool areAlike(const ResourceBounds& one, const ResourceBounds& other) {
    const auto isSameOutage = [](const OutageBounds& a, const OutageBounds& b) {
        return a.start.instant == b.start.instant && a.end.instant == b.end.instant &&
               a.length.extent == b.length.extent && a.over == b.over;
    };
    const auto isSameInterval = [](const ImpairmentBounds& a, const ImpairmentBounds& b) {
        return a.by == b.by && a.start == b.start && a.end == b.end && a.over == b.over && a.always == b.always;
    };
    return one.downtime.extent == other.downtime.extent && one.mayLoseData == other.mayLoseData &&
           std::ranges::equal(one.outages, other.outages, isSameOutage) &&
           std::ranges::equal(one.impairments, other.impairments, isSameInterval);
}

/// Whether an entry of a story says that a version is enabled, or is not; nothing where it says neither.
std::optional<bool> setsEnabled(const Program& story, const TimelineEntry& entry, const OnVersion& version) {
    const auto* update = entry.action<KeyUpdate>();
    if (update == nullptr || !update->settings.enabled || update->vault != version.vault ||
        update->key != version.key) {
        return std::nullopt;
    }
    if (update->version.valid()) {
        return update->version == version.version ? update->settings.enabled : std::nullopt;
    }
    const SimulationState then = stateAt(story, entry.at);
    const auto& versions = then.world().key(version.key).versions;
    return !versions.empty() && versions.back().name == version.version ? update->settings.enabled : std::nullopt;
}

/// The earliest and the latest of all outages, however they are taken together.
struct OutageEnds {
    std::optional<Extent<Instant>> start;
    std::optional<Extent<Instant>> end;

    explicit OutageEnds(const std::vector<OutageBounds>& outages) {
        const auto include = [](std::optional<Extent<Instant>>& all, const Extent<Instant>& one) {
            all = all ? Extent<Instant>{std::min(all->least, one.least), std::max(all->most, one.most)} : one;
        };
        for (const OutageBounds& outage : outages) {
            include(start, outage.start.instant);
            include(end, outage.end.instant);
        }
    }
    friend bool operator==(const OutageEnds&, const OutageEnds&) = default;
};

/// Whether a resource fares differently at some timing, however its outages are taken together; both bounds are exact.
bool areSurelyDifferent(const ResourceBounds& one, const ResourceBounds& other) {
    return one.downtime.extent != other.downtime.extent || one.mayLoseData != other.mayLoseData ||
           OutageEnds{one.outages} != OutageEnds{other.outages};
}

/// How long after the end of a story something may still go over to another version.
Duration longestRotation(const Program& program) {
    Duration longest{};
    for (const ResourceId id : program.resources.ids()) {
        const auto& clock = program.modelOf(id).rotationClock;
        longest = std::max(longest, clock ? clock->nominal : Duration::zero());
    }
    return longest;
}

Duration longestRetention(const Program& program) {
    Duration longest{};
    for (const ResourceId id : program.resources.ids()) {
        const Model& model = program.modelOf(id);
        if (model.retains) {
            longest = std::max(longest, model.ownClocks[model.retains->versions].latest);
        }
    }
    return longest;
}

class RetirementSearch {
public:
    RetirementSearch(const Program& program, const OnVersion& version, OpenTimings open, std::uint64_t mostReplays,
                     const Patience& patience)
        : longer_{program}, version_{version}, open_{open}, mostReplays_{mostReplays}, patience_{patience} {
        if (const std::optional<EntryId> own = disablingOf(program, version)) {
            found_.disabledByStory = program.entries[*own].at;
            longer_ = withoutDisabling(program, version, *own);
        }
        const Duration looks = longestPeriod(program) + longestRecovery(program);
        found_.lookedUntil = program.until + longestRotation(program) + looks + longestRetention(program);
        longer_.until = found_.lookedUntil + 2 * looks;
    }

    Retirement find() {
        addUnmodelled();
        if (!found_.unmodelled.empty()) {
            return found_;
        }
        const Program shown = nominalTimeline(longer_);
        without_ = boundsOf(longer_, shown, open_, mostReplays_, patience_);
        refusedBefore_ = refusedIn(without_, shown);
        if (!without_.exact()) {
            return found_;
        }
        addNeedingAtEnd();
        if (!found_.needing.empty()) {
            found_.verdict = RetirementVerdict::Needed;
            return found_;
        }
        Instant harmful = scenarioStart - Duration{1};
        do {
            // Later is better, but where a key is not there for a while and the version cannot be disabled.
            const std::optional<Instant> from = firstHarmless(harmful);
            if (!from) {
                return found_;
            }
            found_.from = *from;
            harmful = lastHarmfulAfter(*from);
        } while (harmful >= found_.from && !patience_.isOver());
        found_.verdict = patience_.isOver() ? RetirementVerdict::Unknown : RetirementVerdict::Found;
        return found_;
    }

private:
    void addUnmodelled() {
        for (const Unmodelled& one : longer_.unmodelled) {
            const bool uses = std::ranges::any_of(one.keys, [&](const Unmodelled::KeyUse& use) {
                return use.key.named && use.key.named->key == version_.key &&
                       (!use.key.named->version.valid() || use.key.named->version == version_.version);
            });
            const bool mayUse = one.keyNotRead && (one.vaults.empty() ||
                                                   std::ranges::find(one.vaults, version_.vault) != one.vaults.end());
            if (uses || mayUse) {
                found_.unmodelled.push_back(one.name);
            }
        }
    }

    /// What is wrapped by it when all is over may come back later, and then needs it: that it is down hides this.
    void addNeedingAtEnd() {
        if (longer_.reactions.empty()) {
            addNeedingAtEnd(longer_);
            return;
        }
        const ReactionWorlds worlds{longer_, mostReplays_};
        for (std::uint64_t i = 0; i < worlds.count() && !patience_.isOver(); ++i) {
            addNeedingAtEnd(worlds.world(i).program);
        }
    }

    void addNeedingAtEnd(const Program& program) {
        const SimulationState end = stateAt(program, program.until);
        const auto& versions = end.world().key(version_.key).versions;
        const auto version = std::ranges::find(versions, version_.version, &KeyVersion::name);
        if (version == versions.end()) {
            return;
        }
        const auto isNeeded = [&](const SlotState& slot) {
            return (slot.wrapping.known() && slot.wrapping.material() == version->material) ||
                   std::ranges::any_of(slot.retained, [&](const RetainedVersion& one) {
                       return one.material == version->material && one.until > program.until;
                   });
        };
        std::vector<Record> ignored;
        forEachWorld(program, open_, [&](const PossibleWorld& world) {
            for (const ResourceId id : program.resources.ids()) {
                if (std::ranges::find(found_.needing, id) != found_.needing.end()) {
                    continue;
                }
                world.forEachEnd(id, [&](const OpenPhases& phases) {
                    ResourceReplay walk{program, world.history(), id, phases, ignored};
                    walk.finish();
                    bool needs = false;
                    walk.resource().eachSlot([&](const SlotState& slot) { needs = needs || isNeeded(slot); });
                    if (needs && walk.resource().presence == Presence::Present && !walk.resource().dataLost &&
                        std::ranges::find(found_.needing, id) == found_.needing.end()) {
                        found_.needing.push_back(id);
                    }
                    ignored.clear();
                });
            }
            return !patience_.isOver();
        });
        std::ranges::sort(found_.needing);
    }

    struct Trial {
        bool exact = false; // else no difference shows, be there one or not
        bool harmless = false;
        bool sure = false; // that it is not harmless
        std::vector<ResourceId> needing;
    };

    /// Where bounds differ: they do as well where outages of the same courses are only taken together otherwise.
    [[nodiscard]] Courses coursesWith(const Program& with, const ResourceBounds& before,
                                      const ResourceBounds& now) const {
        if (areSurelyDifferent(before, now)) {
            return Courses::Different;
        }
        return with.reactions.empty() ? coursesOf(longer_, with, open_, before.resource) : Courses::NotKnown;
    }

    [[nodiscard]] Trial disabledAt(Instant at) const {
        KeyUpdate disabling{version_, {}};
        disabling.settings.enabled = false;
        std::vector<TimelineEntry> entries(longer_.entries.begin(), longer_.entries.end());
        entries.push_back(entryOf(longer_, disabling, at));
        Program with = withTimeline(longer_, std::move(entries), longer_.until);
        with.reactions = longer_.reactions;
        const Program shown = nominalTimeline(with);
        const ScenarioBounds bounds = boundsOf(with, shown, open_, mostReplays_, patience_);
        const bool isRefused = refusedIn(bounds, shown) != refusedBefore_;
        Trial trial{bounds.exact(), bounds.exact() && !isRefused, bounds.exact() && isRefused, {}};
        for (const ResourceBounds& one : without_.resources) {
            const auto now = std::ranges::find(bounds.resources, one.resource, &ResourceBounds::resource);
            if (now != bounds.resources.end() && areAlike(*now, one)) {
                continue;
            }
            const bool isThere = now != bounds.resources.end();
            const bool isKnown = bounds.exact() && isThere;
            const Courses courses = isKnown   ? coursesWith(with, one, *now)
                                    : isThere ? Courses::NotKnown
                                              : Courses::Different;
            if (courses != Courses::Same) {
                trial.needing.push_back(one.resource);
                trial.sure = trial.sure || courses == Courses::Different;
            }
        }
        trial.harmless = trial.harmless && trial.needing.empty();
        return trial;
    }

    /// By their places, the disabling among them, which has none: what does not come out as it is to in every case.
    [[nodiscard]] static std::multiset<TextPlace> refusedIn(const ScenarioBounds& bounds, const Program& shown) {
        std::multiset<TextPlace> refused;
        for (const ExpectationBounds& one : bounds.expectations) {
            if (!one.always) {
                refused.insert(shown.entries[one.entry].place);
            }
        }
        return refused;
    }

    /// After an instant that is not; nothing where the last that is looked at is not either.
    [[nodiscard]] std::optional<Instant> firstHarmless(Instant harmful) {
        Trial last = disabledAt(found_.lookedUntil);
        if (!last.harmless) {
            const bool isKnown = last.exact && !patience_.isOver();
            found_.verdict = isKnown ? RetirementVerdict::Needed : RetirementVerdict::Unknown;
            found_.needing = std::move(last.needing);
            return std::nullopt;
        }
        Instant harmless = found_.lookedUntil;
        while (harmless - harmful > Duration{1} && !patience_.isOver()) {
            const Instant middle = harmful + (harmless - harmful) / 2;
            Trial trial = disabledAt(middle);
            if (trial.harmless) {
                harmless = middle;
            } else {
                harmful = middle;
                found_.mayBeLater = !trial.sure;
                found_.needing = std::move(trial.needing);
            }
        }
        return harmless;
    }

    /// Of the instants after one at which something happens to its vault, and those beside them; before it where none
    /// is harmful.
    [[nodiscard]] Instant lastHarmfulAfter(Instant from) {
        for (std::size_t i = longer_.entries.size(); i-- > 0;) {
            const TimelineEntry& entry = longer_.entries[EntryId{i}];
            if (entry.action() == nullptr || vaultOf(*entry.action()) != version_.vault) {
                continue;
            }
            const Instant at = entry.at;
            for (const Instant beside : {at + Duration{1}, at}) {
                if (beside <= from) {
                    continue;
                }
                if (const Trial trial = disabledAt(beside); !trial.harmless) {
                    found_.mayBeLater = !trial.sure;
                    return beside;
                }
            }
        }
        return from - Duration{1};
    }

    Program longer_; // until nothing is to come
    OnVersion version_;
    OpenTimings open_;
    std::uint64_t mostReplays_;
    Patience patience_;
    ScenarioBounds without_;
    std::multiset<TextPlace> refusedBefore_;
    Retirement found_;
};

} // namespace

std::vector<OnVersion> versionsOf(const Program& shown) {
    std::map<std::pair<VaultId, KeyId>, std::vector<VersionNameId>> seen;
    TimelineWalk walk{shown, nominalPhases(shown)};
    const auto look = [&] {
        for (const VaultId vault : shown.names.vaults.ids()) {
            for (const KeyId key : shown.names.keysOf[vault]) {
                std::vector<VersionNameId>& all = seen[{vault, key}];
                for (const KeyVersion& version : walk.state().world().key(key).versions) {
                    if (std::ranges::find(all, version.name) == all.end()) {
                        all.push_back(version.name);
                    }
                }
            }
        }
    };
    look();
    std::vector<Record> ignored;
    for (const EntryId id : shown.entries.ids()) {
        if (shown.entries[id].action() != nullptr) {
            walk.playTo(id, ignored);
            look();
        }
    }
    std::vector<OnVersion> versions;
    for (const auto& [key, names] : seen) {
        for (const VersionNameId name : names) {
            versions.push_back({key.first, key.second, name});
        }
    }
    return versions;
}

std::optional<EntryId> disablingOf(const Program& story, const OnVersion& version) {
    std::optional<EntryId> first;
    for (const EntryId id : story.entries.ids()) {
        const std::optional<bool> enabled = setsEnabled(story, story.entries[id], version);
        if (enabled) {
            first = *enabled ? std::nullopt : std::optional{first.value_or(id)};
        }
    }
    return first;
}

Program withoutDisabling(const Program& story, const OnVersion& version, EntryId from) {
    std::vector<TimelineEntry> entries(story.entries.begin(), story.entries.end());
    for (std::size_t i = from.index(); i < entries.size(); ++i) {
        if (setsEnabled(story, entries[i], version)) {
            std::get<KeyUpdate>(std::get<Action>(entries[i].what)).settings.enabled.reset();
        }
    }
    Program without = withTimeline(story, std::move(entries), story.until);
    without.reactions = story.reactions;
    return without;
}

Retirement retirementOf(const Program& program, const OnVersion& version, OpenTimings open, std::uint64_t mostReplays,
                        const Patience& patience) {
    return RetirementSearch{program, version, open, mostReplays, patience}.find();
}

} // namespace cmksim::analysis
