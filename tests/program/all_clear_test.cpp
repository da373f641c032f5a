// Every sentence that gives the all-clear has a case in which it is said and one, a little different, in which it may
// not be. An entry of the table without such a pair fails here.
#include "running.hpp"

#include "report/all_clear.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace cmksim::all_clear_test {

using namespace cmksim;
using namespace cmksim::report;
using namespace cmksim::test;

namespace {

/// A command line; FILE and BOOK stand for the scenario and the runbook.
struct Said {
    std::vector<std::string> words;
    std::string scenario;
    std::string runbook;
};

struct Example {
    AllClear which{};
    Said clear;
    Said belied;
};

constexpr std::string_view head = "cmksim: 1\nname: x\nuntil: 8h\nestate:\n";

std::string estate(const std::string& vault,
                   const std::string& resources = "reg: {service: acr, identity: app, key: kv1/cmk}",
                   const std::string& timeline = "") {
    return std::string{head} + "  vaults: {kv1: {" + vault + "}}\n  identities: {app: {}}\n  resources: {" + resources +
           "}\n" + (timeline.empty() ? "" : "timeline:\n" + timeline);
}

const std::string grant = "accessPolicies: {app: [get, wrapKey, unwrapKey]}";
const std::string protect = "enablePurgeProtection: true, ";
const std::string roles = "enableRbacAuthorization: true, roleAssignments: {app: Key Vault Crypto User}, keys: {cmk: "
                          "{roleAssignments: {app: Key Vault Crypto User}}}";
const std::string sound = protect + grant + ", keys: {cmk: {}}";
const std::string spare = protect + grant + ", keys: {cmk: {}, spare: {}}";
const std::string registry = "reg: {service: acr, identity: app, key: kv1/cmk}";
const std::string unplayed = "um: {service: unmodelled, type: T, key: kv1/cmk}";
const std::string pinned = "reg: {service: acr, identity: app, key: kv1/cmk, revalidationPhase: 0s}";

std::string entry(const std::string& at, const std::string& action, const std::string& target) {
    return "  - {at: " + at + ", do: " + action + ", target: " + target + "}\n";
}

/// The key is deleted and recovered.
std::string deleted(const std::string& from, const std::string& to, const std::string& resources = registry) {
    return estate(sound, resources, entry(from, "key.delete", "kv1/cmk") + entry(to, "key.recover", "kv1/cmk"));
}

std::string keptWithin(const std::string& rto) { return "objectives: {reg: {rto: " + rto + "}}\n"; }

std::string expecting(const std::string& state) {
    return estate(sound, pinned,
                  entry("10m", "key.delete", "kv1/cmk") + "  - {at: 1h10m, expect: {reg: " + state + "}}\n");
}

std::string book(const std::string& key) {
    return "```sh\naz keyvault key recover --vault-name kv1 --name " + key + "\n```\n";
}

/// An estate alone.
std::string bare(const std::string& vault) {
    return "cmksim-estate: 1\nvaults: {kv1: {" + vault + "}}\nidentities: {app: {}}\nresources: {" + registry + "}\n";
}

std::vector<Example> examples() {
    const std::string switched = "  - {at: 1h, do: vault.update, target: kv1, with: {enableRbacAuthorization: true}}\n"
                                 "  - {at: 1h1m, do: role.assign, target: kv1, with: {identity: app, role: Key Vault "
                                 "Crypto User}}\n";
    const std::string healthy = estate(sound);
    const std::string quick = deleted("10m", "50m"); // no look at nominal phases meets it
    const std::string slow = deleted("10m", "2h");
    const std::string withSpare =
        estate(spare, registry, entry("10m", "key.delete", "kv1/cmk") + entry("2h", "key.recover", "kv1/cmk"));
    const std::string expiring = // later on
        estate(protect + grant + ", keys: {cmk: {versions: [{expires: 80h}]}}", registry,
               entry("10m", "key.delete", "kv1/cmk") + entry("2h", "key.recover", "kv1/cmk"));
    const std::string twoKeys = estate(spare);
    const std::string twoUsers = estate(sound, registry + ", other: {service: acr, identity: app, key: kv1/cmk}");
    const std::string fleet = "reg: {service: acr, identity: app, key: kv1/cmk, count: 10, revalidationPhase: spread}";
    return {
        {AllClear::NeverDown, {{"bounds", "FILE"}, healthy, {}}, {{"bounds", "FILE"}, quick, {}}},
        {AllClear::NotDownHere,
         {{"bounds", "--timing", "nominal", "FILE"}, quick, {}},
         {{"bounds", "--timing", "nominal", "FILE"}, slow, {}}},
        {AllClear::Throughout, {{"run", "FILE"}, healthy, {}}, {{"run", "FILE"}, quick, {}}},
        {AllClear::NoMemberDown,
         {{"run", "FILE"}, estate(sound, fleet), {}},
         {{"run", "FILE"}, deleted("10m", "50m", fleet), {}}},
        {AllClear::NothingLost,
         {{"bounds", "FILE"}, estate(spare, registry, entry("1h", "key.delete", "kv1/spare")), {}},
         {{"bounds", "FILE"}, estate(spare, registry, entry("1h", "key.delete", "kv1/cmk")), {}}},
        {AllClear::NotUsed, {{"blast", "FILE"}, twoKeys, {}}, {{"blast", "FILE"}, healthy, {}}},
        {AllClear::StaysUp,
         {{"blast", "--node", "kv1/cmk role Key Vault Crypto User app", "FILE"}, estate(roles), {}},
         {{"blast", "--node", "kv1/cmk", "FILE"}, estate(roles), {}}},
        {AllClear::WayBackStays,
         {{"blast", "--node", "kv1 policy app", "FILE"}, healthy, {}},
         {{"blast", "--node", "kv1/cmk", "FILE"}, healthy, {}}},
        {AllClear::NoPair,
         {{"blast", "--pairs", "FILE"}, healthy, {}},
         {{"blast", "--pairs", "FILE"}, estate(roles), {}}},
        {AllClear::NoSupport,
         {{"blast", "--why", "reg", "FILE"}, estate(sound, "reg: {service: acr}"), {}},
         {{"blast", "--why", "reg", "FILE"}, healthy, {}}},
        {AllClear::InvariantHolds,
         {{"explore", "--invariant", "no-data-loss", "FILE"}, healthy, {}},
         {{"explore", "--invariant", "no-data-loss", "FILE"},
          estate("enableSoftDelete: false, " + grant + ", keys: {cmk: {}}"),
          {}}},
        {AllClear::NoFinding,
         {{"lint", "FILE"}, healthy, {}},
         {{"lint", "FILE"}, estate(grant + ", keys: {cmk: {}}"), {}}},
        {AllClear::NoStep,
         {{"plan", "FILE"}, healthy, {}},
         {{"plan", "FILE"}, estate(sound + ", networkAcls: {defaultAction: Deny}"), {}}},
        {AllClear::OnlyWait,
         {{"plan", "--at", "1h40m", "FILE"}, deleted("10m", "1h30m", pinned), {}},
         {{"plan", "--at", "1h20m", "FILE"}, deleted("10m", "1h30m", pinned), {}}},
        {AllClear::Replayed,
         {{"plan", "--at", "1h20m", "FILE"}, slow, {}},
         {{"plan", "--at", "1h20m", "FILE"},
          estate("enableSoftDelete: false, " + grant + ", keys: {cmk: {}}", registry,
                 entry("10m", "key.delete", "kv1/cmk")),
          {}}},
        {AllClear::EndReached,
         {{"plan", "--at", "1h20m", "--runbook", "BOOK", "FILE"}, withSpare, book("cmk")},
         {{"plan", "--at", "1h20m", "--runbook", "BOOK", "FILE"}, withSpare, book("spare")}},
        {AllClear::EndReached,
         {{"plan", "--at", "1h20m", "--runbook", "BOOK", "FILE"}, withSpare, book("cmk")},
         {{"plan", "--at", "1h20m", "--runbook", "BOOK", "FILE"}, expiring, book("cmk")}},
        {AllClear::AlsoDownNone,
         {{"diagnose", "--symptom", "reg KeyNotFound at 3h", "FILE"}, healthy, {}},
         {{"diagnose", "--symptom", "reg KeyNotFound at 3h", "FILE"}, twoUsers, {}}},
        {AllClear::Passed, {{"run", "FILE"}, expecting("Inaccessible"), {}}, {{"run", "FILE"}, expecting("Ready"), {}}},
        {AllClear::NoExpectations, {{"run", "FILE"}, slow, {}}, {{"run", "FILE"}, expecting("Inaccessible"), {}}},
        {AllClear::GatePasses,
         {{"gate", "FILE"}, estate(spare, registry, entry("1h", "key.delete", "kv1/spare")), {}},
         {{"gate", "FILE"}, estate(spare, registry, entry("1h", "key.delete", "kv1/cmk")), {}}},
        {AllClear::GateChangesNothing,
         {{"gate", "BOOK", "--estate", "FILE"}, bare(sound), "az keyvault key show --vault-name kv1 --name cmk\n"},
         {{"gate", "BOOK", "--estate", "FILE"}, bare(sound), "az keyvault key delete --vault-name kv1 --name cmk\n"}},
        {AllClear::NoFindingInOrder,
         {{"gate", "FILE"},
          estate(protect + "enableRbacAuthorization: false, " + grant + ", keys: {cmk: {}}", registry, switched),
          {}},
         {{"gate", "FILE"},
          estate(protect + "enableRbacAuthorization: false, " + grant + ", keys: {cmk: {}}", registry,
                 switched + entry("1h2m", "key.delete", "kv1/cmk")),
          {}}},
        {AllClear::NoneDownAtAnyRepair,
         {{"deadline", "FILE", "--repair", "key.recover kv1/spare"},
          estate(spare, registry, entry("10m", "key.delete", "kv1/spare")),
          {}},
         {{"deadline", "FILE", "--repair", "key.recover kv1/cmk"},
          estate(spare, registry, entry("10m", "key.delete", "kv1/cmk")),
          {}}},
        {AllClear::RepairWhenever,
         {{"deadline", "FILE", "--repair", "key.recover kv1/cmk", "--rto", "400d"},
          estate(sound, registry, entry("10m", "key.delete", "kv1/cmk")),
          {}},
         {{"deadline", "FILE", "--repair", "key.recover kv1/cmk", "--rto", "1h"},
          estate(sound, registry, entry("10m", "key.delete", "kv1/cmk")),
          {}}},
        {AllClear::KeptIsWhole,
         {{"handout", "FILE", "--for", "facilitator"},
          estate(sound, pinned, entry("10m", "key.delete", "kv1/cmk")),
          {}},
         {{"handout", "FILE", "--for", "facilitator"},
          estate("enableSoftDelete: false, " + grant + ", keys: {cmk: {}}", pinned,
                 entry("10m", "key.delete", "kv1/cmk")),
          {}}},
        {AllClear::DrillPassed,
         {{"drill", "FILE", "--script", "BOOK"},
          estate(sound, pinned, entry("10m", "key.delete", "kv1/cmk")),
          "key.recover kv1/cmk\ndone\n"},
         {{"drill", "FILE", "--script", "BOOK"},
          estate(sound, pinned, entry("10m", "key.delete", "kv1/cmk")),
          "key.create kv1/other\ndone\n"}},
        {AllClear::NothingDark,
         {{"handout", "FILE", "--for", "facilitator"}, estate(sound, pinned), {}},
         {{"handout", "FILE", "--for", "facilitator"},
          estate(sound, pinned, entry("10m", "key.delete", "kv1/cmk")),
          {}}},
        {AllClear::ObjectiveHolds,
         {{"bounds", "FILE"}, deleted("10m", "2h") + keptWithin("4h"), {}},
         {{"bounds", "FILE"}, deleted("10m", "2h") + keptWithin("1h"), {}}},
        {AllClear::ObjectiveHolds,
         {{"plan", "--at", "2h", "FILE"},
          estate(sound, registry, entry("10m", "key.delete", "kv1/cmk")) + keptWithin("4h"),
          {}},
         {{"plan", "--at", "2h", "FILE"},
          estate(sound, registry, entry("10m", "key.delete", "kv1/cmk")) + keptWithin("10m"),
          {}}},
        {AllClear::ObjectiveHolds,
         {{"report", "FILE"}, deleted("10m", "2h") + keptWithin("4h"), {}},
         {{"report", "FILE"}, deleted("10m", "2h") + keptWithin("1h"), {}}},
        {AllClear::NoneUnreachable,
         {{"report", "FILE"}, healthy, {}},
         {{"report", "FILE"}, deleted("10m", "20m"), {}}}, // at some phases alone
        {AllClear::NoDataLost,
         {{"report", "FILE"}, deleted("10m", "2h"), {}},
         {{"report", "FILE"}, estate(sound, pinned, entry("10m", "key.delete", "kv1/cmk")), {}}},
        {AllClear::NoDataLost,
         {{"report", "FILE"}, deleted("10m", "2h"), {}},
         {{"report", "FILE"}, deleted("10m", "2h", registry + ", " + unplayed), {}}},
        {AllClear::NoModelledDataLost,
         {{"report", "FILE"}, deleted("10m", "2h", registry + ", " + unplayed), {}},
         {{"report", "FILE"}, estate(sound, pinned + ", " + unplayed, entry("10m", "key.delete", "kv1/cmk")), {}}},
        {AllClear::NothingLost,
         {{"bounds", "FILE"}, estate(spare, registry, entry("1h", "key.delete", "kv1/spare")), {}},
         {{"bounds", "FILE"},
          estate(spare, registry + ", um: {service: unmodelled, type: T, key: kv1/spare}",
                 entry("1h", "key.delete", "kv1/spare")),
          {}}},
        {AllClear::NoFinding,
         {{"lint", "FILE"}, healthy, {}},
         {{"lint", "FILE"}, estate(grant + ", keys: {cmk: {}}", unplayed), {}}},
        {AllClear::CanBeRetired,
         {{"bounds", "--retire", "kv1/cmk/v1", "FILE"},
          estate(sound, registry, entry("1h", "key.rotate", "kv1/cmk")),
          {}},
         {{"bounds", "--retire", "kv1/cmk/v2", "FILE"},
          estate(sound, registry, entry("1h", "key.rotate", "kv1/cmk")),
          {}}},
    };
}

/// What stands before the first part that is filled in; what is quiet or coloured is the same text.
std::string_view fixedPartOf(AllClear which) {
    const std::string_view text = textOf(which);
    return text.substr(0, text.find('{'));
}

/// Whether it says the sentence, wherever lines are broken.
bool says(Said said, AllClear which) {
    const Folder folder;
    const std::string file = folder.file("s.yaml", said.scenario);
    const std::string runbook = folder.file("way.sh", said.runbook);
    std::ranges::replace(said.words, std::string{"FILE"}, file);
    std::ranges::replace(said.words, std::string{"BOOK"}, runbook);
    const Ran ran{said.words};
    std::string flat;
    for (const char c : ran.out) {
        const bool blank = c == ' ' || c == '\n';
        if (!blank || flat.empty() || flat.back() != ' ') {
            flat += blank ? ' ' : c;
        }
    }
    UNSCOPED_INFO(ran.out << ran.err);
    CHECK(ran.code != 2);
    return has(flat, fixedPartOf(which));
}

} // namespace

TEST_CASE("every sentence that gives the all-clear is said where it is true, and not where something belies it") {
    const std::vector<Example> all = examples();
    for (std::size_t i = 0; i < allClearCount; ++i) {
        const auto which = static_cast<AllClear>(i);
        CAPTURE(textOf(which));
        REQUIRE(std::ranges::find(all, which, &Example::which) != all.end());
        for (const Example& example : all) { // of some sentences there are several
            if (example.which == which) {
                CHECK(says(example.clear, which));
                CHECK_FALSE(says(example.belied, which));
            }
        }
    }
}

} // namespace cmksim::all_clear_test
