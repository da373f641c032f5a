// How things stood, against what a replay says of resources, and against what is plain to see of the rest.
#include "base/time.hpp"
#include "report/status_history.hpp"

#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/wording.hpp"
#include "property/generator.hpp"
#include "property/harness.hpp"
#include "support/compiled.hpp"
#include "trace/intervals.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace cmksim;
using namespace cmksim::report;

namespace {

#ifdef NDEBUG
constexpr std::uint64_t worlds = 300;
#else
constexpr std::uint64_t worlds = 30;
#endif

/// An interval of a replay as a status history has it, as far as it lasts.
struct Stood {
    Instant from{};
    std::string text;

    friend bool operator==(const Stood&, const Stood&) = default;
};

std::vector<Stood> lasting(std::vector<Stood> all) {
    std::vector<Stood> kept;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool passes = i + 1 < all.size() && all[i + 1].from == all[i].from;
        if (!passes && (kept.empty() || kept.back().text != all[i].text)) {
            kept.push_back(all[i]);
        }
    }
    return kept;
}

/// Up to the first comma: conditions and lost data are told by other records.
std::string head(const std::string& text) { return text.substr(0, text.find(',')); }

const Subject& named(const StatusHistory& statusHistory, std::string_view name) {
    return *std::ranges::find(statusHistory.subjects, name, &Subject::name);
}

StatusHistory statusHistoryOfWorld(std::string_view yaml) {
    Catalog catalog;
    const Program program = test::soundProgram(std::string{yaml}, catalog);
    return statusHistoryOf(program, nominalPhases(program));
}

std::vector<std::string> textsOf(const Subject& subject) {
    std::vector<std::string> texts;
    for (const StatusInterval& interval : subject.intervals) {
        texts.push_back(interval.text);
    }
    return texts;
}

} // namespace

TEST_CASE("resources stand as a replay says, on random worlds") {
    Catalog catalog;
    for (std::uint64_t seed = 0; seed < worlds; ++seed) {
        const Program program = test::soundProgram(property::toYaml(property::randomWorld(seed)), catalog);
        const Phases phases = nominalPhases(program);
        const StatusHistory statusHistory = statusHistoryOf(program, phases);
        const Trace trace = replay(program, phases);
        const auto stories = storiesOf(trace, program.until);
        for (const ResourceId id : program.resources.ids()) {
            std::vector<Stood> told;
            for (const StateInterval& interval : stories[id].intervals) {
                const Model& model = program.modelOf(id);
                const ResourceStatus& status = interval.status;
                const std::string name{stateName(model, status)};
                told.push_back({interval.from, status.presence == Presence::Deleted  ? "deleted"
                                               : status.presence == Presence::Absent ? "not there"
                                               : status.reason == Reason::None
                                                   ? name
                                                   : name + ": " + std::string{nameOf(status.reason)}});
            }
            std::vector<Stood> seen;
            for (const StatusInterval& interval : statusHistory.subjects[id.index()].intervals) {
                seen.push_back({interval.from, head(interval.text)});
            }
            INFO("world " << seed << ", " << program.resources[id].name);
            const std::vector<Stood> one = lasting(seen);
            const std::vector<Stood> other = lasting(told);
            REQUIRE(one.size() == other.size());
            CHECK(one == other);
        }
    }
}

TEST_CASE("spells of everything leave no gap, on random worlds") {
    Catalog catalog;
    for (std::uint64_t seed = 0; seed < worlds; ++seed) {
        const Program program = test::soundProgram(property::toYaml(property::randomWorld(seed)), catalog);
        for (const Subject& subject : statusHistoryOf(program, nominalPhases(program)).subjects) {
            INFO("world " << seed << ", " << subject.name);
            CHECK(subject.intervals.front().from == scenarioStart);
            CHECK(subject.intervals.back().to == program.until);
            for (std::size_t i = 1; i < subject.intervals.size(); ++i) {
                CHECK(subject.intervals[i].from == subject.intervals[i - 1].to);
            }
        }
    }
}

TEST_CASE("vaults, keys, identities and grants stand as they are left") {
    const StatusHistory statusHistory = statusHistoryOfWorld(R"(
cmksim: 1
name: everything goes
estate:
  vaults:
    contoso-kv:
      softDeleteRetentionInDays: 7
      keys: {cmk: {versions: [{}, {}]}, spare: }
      accessPolicies: {reader: [get, wrapKey, unwrapKey]}
  identities: {reader: }
  resources: {registry: {service: acr, identity: reader, key: contoso-kv/cmk}}
timeline:
  - {at: 1h, do: key.update, target: contoso-kv/cmk/v1, with: {enabled: false}}
  - {at: 2h, do: key.update, target: contoso-kv/cmk/v2, with: {enabled: false}}
  - {at: 3h, do: key.delete, target: contoso-kv/spare}
  - {at: 4h, do: policy.delete, target: contoso-kv, with: {identity: reader}}
  - {at: 5h, do: identity.delete, target: reader}
  - {at: 6h, do: vault.delete, target: contoso-kv}
until: 8h
)");
    using Texts = std::vector<std::string>;
    CHECK(textsOf(named(statusHistory, "contoso-kv/cmk")) ==
          Texts{"newest version v2", "newest version v2, v1 disabled", "newest version v2, v1 disabled, v2 disabled"});
    CHECK(textsOf(named(statusHistory, "contoso-kv/spare")) ==
          Texts{"newest version v1", "soft-deleted, purged at +7d3h"});
    CHECK(textsOf(named(statusHistory, "reader")) == Texts{"there", "deleted"});
    CHECK(textsOf(named(statusHistory, "contoso-kv policy reader")) == Texts{"held", "not held"});
    CHECK(textsOf(named(statusHistory, "contoso-kv")) ==
          Texts{"access policies, open to all networks, no purge protection", "soft-deleted, purged at +7d6h"});
}

TEST_CASE("a resource leans on another key once it was moved to it") {
    const StatusHistory statusHistory = statusHistoryOfWorld(R"(
cmksim: 1
name: moved
estate:
  vaults:
    contoso-kv:
      enablePurgeProtection: true
      keys: {old: , new: }
      accessPolicies: {reader: [get, wrapKey, unwrapKey]}
  identities: {reader: }
  resources: {registry: {service: acr, identity: reader, key: contoso-kv/old}}
timeline:
  - {at: 1h, do: resource.update, target: registry, with: {key: contoso-kv/new}}
until: 2h
)");
    std::vector<std::string> keys;
    for (const Tie& tie : statusHistory.ties) {
        if (tie.from == 0 && statusHistory.subjects[tie.to].kind == SubjectKind::Key) {
            keys.push_back(statusHistory.subjects[tie.to].name + " " + formatDuration(tie.since - scenarioStart) + " " +
                           formatDuration(tie.until - scenarioStart));
        }
    }
    CHECK(keys == std::vector<std::string>{"contoso-kv/old 0s 1h", "contoso-kv/new 1h 2h"});
}
