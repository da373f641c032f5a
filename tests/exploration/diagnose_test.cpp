// Symptoms made by a known fault lead back to it, and never to one that cannot have made them.
#include "base/time.hpp"
#include "exploration/diagnose.hpp"

#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "exploration/faults.hpp"
#include "property/generator.hpp"
#include "property/harness.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <random>

namespace cmksim::diagnose_test {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::exploration;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

const std::string estate = R"(cmksim: 1
name: x
estate:
  vaults:
    kv1:
      accessPolicies: {one: [get, list, wrapKey, unwrapKey], two: [get, list, wrapKey, unwrapKey]}
      keys: {a: , b: {versions: [{expires: 6h}]}}
  identities: {one: , two: }
  resources:
    registry: {service: acr, identity: one, key: kv1/a}
    account: {service: cosmosdb, identity: two, key: kv1/a}
    ledger: {service: documentdb, identity: two, key: kv1/b}
)";

Symptom seen(const Program& program, std::string_view resource, std::string_view state, Duration at,
             Reason reason = Reason::None) {
    Symptom symptom;
    const auto found = std::ranges::find(program.resources, resource, &ResourceProgram::name);
    symptom.seen.resource = ResourceId{static_cast<std::size_t>(found - program.resources.begin())};
    const Model& model = program.modelOf(symptom.seen.resource);
    for (const StateId id : model.states.ids()) {
        if (model.states[id].name == state) {
            symptom.seen.states.push_back(id);
        }
    }
    if (reason != Reason::None) {
        symptom.seen.reason = reason;
    }
    symptom.at = scenarioStart + at;
    return symptom;
}

/// How every resource stands at the end of a story that lasts so long.
std::vector<Symptom> seenAtLast(const Program& program, std::vector<TimelineEntry> entries, Duration after) {
    const Program story = withTimeline(program, std::move(entries), scenarioStart + after);
    std::vector<Symptom> symptoms;
    for (const ResourceEnd& end : replay(story, nominalPhases(story)).ends) {
        Symptom symptom;
        symptom.at = story.until;
        symptom.seen.resource = end.resource;
        symptom.seen.states = {end.status.state};
        symptom.seen.reason = end.status.reason;
        symptoms.push_back(std::move(symptom));
    }
    return symptoms;
}

std::vector<std::string> causes(const Program& program, const std::vector<Diagnosis>& found) {
    std::vector<std::string> texts;
    for (const Diagnosis& one : found) {
        std::string text;
        for (const SuspectedFault& step : one.steps) {
            const TimelineEntry entry = entryOf(program, step.action, step.when.least);
            text += entry.name + ' ' + entry.target + ' ' + formatDuration(step.when.least - scenarioStart) + ".." +
                    formatDuration(step.when.most - scenarioStart) + ' ';
        }
        texts.push_back(text);
    }
    return texts;
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("an identity may have been deleted a day before what it took down goes dark") {
    const Compiled compiled{estate};
    REQUIRE(compiled.program);
    const std::vector<Symptom> symptoms{
        seen(*compiled.program, "registry", "Inaccessible", 20h, Reason::TokenAcquisitionFailed),
        seen(*compiled.program, "registry", "Ready", 18h)};
    const std::vector<Diagnosis> found = diagnose(*compiled.program, symptoms, 1);
    const auto deletion = std::ranges::find_if(found, [](const Diagnosis& one) {
        return one.steps.size() == 1 && std::holds_alternative<IdentityDelete>(one.steps.front().action);
    });
    REQUIRE(deletion != found.end());
    CHECK(deletion->steps.front().when.least == scenarioStart);
    CHECK(deletion->steps.front().when.most > scenarioStart + 18h);
}

TEST_CASE("a reason names its mishap, and the last time that all was well narrows it down") {
    const Compiled compiled{estate};
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    const auto disabled = seen(program, "registry", "Revoked", 3h, Reason::KeyDisabled);
    CHECK(causes(program, diagnose(program, {disabled}, 1)) == Texts{"key.update kv1/a 0s..3h "});
    // Ready at 2h50m means that it looked before: the fault is at most an hour older.
    CHECK(causes(program, diagnose(program, {disabled, seen(program, "registry", "Ready", 2h + 50min)}, 1)) ==
          Texts{"key.update kv1/a 1h50m2s..3h "});
}

TEST_CASE("what others show rules causes out") {
    const Compiled compiled{estate};
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    const auto down = seen(program, "registry", "Inaccessible", 3h);
    const auto fine = seen(program, "account", "Ready", 4h + 30min);
    const auto alone = causes(program, diagnose(program, {down}, 1));
    const auto both = causes(program, diagnose(program, {down, fine}, 1));
    CHECK(alone.size() > both.size());
    for (const std::string& cause : both) {
        CHECK(cause.find("vault.delete") == std::string::npos);
    }
}

TEST_CASE("a key that expires needs no action") {
    const Compiled compiled{estate};
    REQUIRE(compiled.program);
    CHECK(causes(*compiled.program,
                 diagnose(*compiled.program, {seen(*compiled.program, "ledger", "Inaccessible", 7h)}, 2)) == Texts{""});
}

TEST_CASE("where no single mishap explains it all, two do") {
    const Compiled compiled{estate};
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    const std::vector<Symptom> symptoms{seen(program, "registry", "Revoked", 3h, Reason::KeyDisabled),
                                        seen(program, "ledger", "Inaccessible", 3h, Reason::KeyNotFound)};
    CHECK(diagnose(program, symptoms, 1).empty());
    CHECK(causes(program, diagnose(program, symptoms, 2)) == Texts{"key.update kv1/a 0s..3h key.delete kv1/b 0s..3h "});
}

TEST_CASE("parts that have nothing to do with each other are explained one by one") {
    const Compiled compiled{R"(cmksim: 1
name: x
estate:
  vaults:
    kv1: {accessPolicies: {one: [get, wrapKey, unwrapKey]}, keys: {a: }}
    kv2: {accessPolicies: {two: [get, wrapKey, unwrapKey]}, keys: {b: {versions: [{expires: 30m}]}}}
    kv3: {accessPolicies: {three: [get, wrapKey, unwrapKey]}, keys: {c: }}
  identities: {one: , two: , three: }
  resources:
    first: {service: acr, identity: one, key: kv1/a}
    second: {service: acr, identity: two, key: kv2/b}
    third: {service: acr, identity: three, key: kv3/c}
    fourth: {service: acr, identity: three, key: kv3/c}
)"};
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    const auto disabled = seen(program, "first", "Revoked", 3h, Reason::KeyDisabled);
    const auto expired = seen(program, "second", "Inaccessible", 3h, Reason::KeyExpired);
    const auto gone = seen(program, "third", "Inaccessible", 3h, Reason::KeyNotFound);
    CHECK(diagnose(program, {disabled, gone}, 1).empty());
    CHECK(causes(program, diagnose(program, {expired, disabled}, 1)) == Texts{"key.update kv1/a 0s..3h "});
    const auto found = diagnose(program, {disabled, gone, expired}, 2);
    CHECK(causes(program, found) == Texts{"key.update kv1/a 0s..3h key.delete kv3/c 0s..3h "});
    REQUIRE(found.size() == 1);
    CHECK(found[0].at.size() == 2);
    REQUIRE(found[0].alsoDown.size() == 1);
    CHECK(program.resources[found[0].alsoDown[0]].name == "fourth");
}

TEST_CASE("of two grants of which either will do both are found, though neither alone does anything") {
    const Compiled compiled{R"(cmksim: 1
name: x
estate:
  vaults:
    kv1:
      enableRbacAuthorization: true
      roleAssignments: {app: [Key Vault Crypto Service Encryption User], else: [Key Vault Crypto User]}
      keys: {a: {roleAssignments: {app: [Key Vault Crypto User]}}}
  identities: {app: , else: }
  resources:
    registry: {service: acr, identity: app, key: kv1/a}
    other: {service: acr, identity: else, key: kv1/a}
)"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    const std::vector<Symptom> symptoms{seen(program, "registry", "Revoked", 3h, Reason::IdentityUnauthorized),
                                        seen(program, "registry", "Ready", 1h),
                                        seen(program, "other", "Ready", 4h + 30min)};
    CHECK(diagnose(program, symptoms, 1).empty());
    CHECK(causes(program, diagnose(program, symptoms, 2)) ==
          Texts{"vault.update kv1 2s..2h29m58s vault.update kv1 2h2s..4h30m ", // away and back
                "role.remove kv1 0s..3h role.remove kv1/a 0s..3h "});
}

TEST_CASE("every mishap is found again from what it does, and every cause named makes the symptoms") {
    const Compiled compiled{estate};
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    const SimulationState start{program, nominalPhases(program)};
    std::size_t tried = 0;
    for (const Action& fault : faultsIn(program, start)) {
        const auto found = diagnose(program, seenAtLast(program, {entryOf(program, fault, scenarioStart + 1h)}, 3h), 1);
        const bool again = found.front().steps.empty() || std::ranges::any_of(found, [&](const Diagnosis& one) {
                               const auto entry = entryOf(program, one.steps.front().action, scenarioStart);
                               const auto wanted = entryOf(program, fault, scenarioStart);
                               return entry.name == wanted.name && entry.target == wanted.target;
                           });
        CHECK(again);
        ++tried;
    }
    CHECK(tried > 8);
}

TEST_CASE("whatever two mishaps do in a random estate is explained by no more than two") {
    std::size_t pairs = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Catalog catalog;
        const Program compiled = test::soundProgram(property::toYaml(property::randomWorld(seed)), catalog);
        const Program program = withTimeline(compiled, {}, scenarioStart + 5h);
        std::mt19937_64 random{seed};
        SimulationState simulation{program, nominalPhases(program)};
        std::vector<TimelineEntry> entries;
        std::vector<Record> ignored;
        for (const Instant from : {scenarioStart, scenarioStart + 2h}) {
            const Instant at = from + Duration{random() % 7200};
            simulation.advanceTo(at, ignored);
            const std::vector<Action> faults = faultsIn(program, simulation);
            if (!faults.empty()) {
                const Action& fault = faults[random() % faults.size()];
                entries.push_back(entryOf(program, fault, at));
                simulation.act(fault, ignored);
            }
        }
        pairs += entries.size() == 2 ? 1U : 0U;
        INFO("seed " << seed);
        CHECK_FALSE(diagnose(program, seenAtLast(program, std::move(entries), 5h), 2).empty());
    }
    CHECK(pairs > 50);
}

namespace {

/// Asks to end after so many advances.
class EndsAfter : public Progress {
public:
    explicit EndsAfter(std::size_t most) : most_{most} {}
    void advance(std::size_t items) override { done_ += items; }
    [[nodiscard]] bool cancelled() const override { return done_ > most_; }

private:
    std::size_t most_;
    std::size_t done_ = 0;
};

} // namespace

TEST_CASE("a diagnosis that is cancelled has causes that it would have had, and fewer") {
    const Compiled compiled{estate};
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    const std::vector<Symptom> symptoms{seen(program, "registry", "Inaccessible", 3h)};
    const Texts all = causes(program, diagnose(program, symptoms, 1));
    REQUIRE(all.size() > 1);
    std::size_t before = 0;
    for (const std::size_t most : {std::size_t{0}, std::size_t{2}, std::size_t{5}, std::size_t{1000}}) {
        EndsAfter progress{most};
        const Texts some = causes(program, diagnose(program, symptoms, 1, &progress));
        CHECK(some.size() >= before);
        for (const std::string& cause : some) {
            CHECK(std::ranges::find(all, cause) != all.end());
        }
        before = some.size();
    }
    CHECK(before == all.size());
}

TEST_CASE("a cause is found whose symptoms show only with timings at different ends") {
    const Compiled compiled{R"(cmksim: 1
name: x
estate:
  vaults:
    kv1:
      enableRbacAuthorization: true
      enablePurgeProtection: true
      roleAssignments: {app: Key Vault Crypto User}
      keys: {a: }
  identities: {app: }
  resources:
    set: {service: diskencryptionset, identity: app, key: kv1/a}
    disk: {service: disk, on: [set]}
    machine: {service: vm, on: [disk]}
)"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    // The token of the identity ends early, and the machine goes on for long.
    const auto found =
        diagnose(program, {seen(program, "set", "KeyUnavailable", 3h), seen(program, "machine", "Running", 3h)}, 1);
    CHECK(std::ranges::any_of(found, [](const Diagnosis& one) {
        return one.steps.size() == 1 && std::holds_alternative<IdentityDelete>(one.steps.front().action);
    }));
    CHECK_FALSE(combinesEveryEnd(program, 1)); // how long machines take to start, and how long they go on
    const Compiled plain{estate};
    REQUIRE(plain.program);
    CHECK(combinesEveryEnd(*plain.program, 2));
}

} // namespace cmksim::diagnose_test
