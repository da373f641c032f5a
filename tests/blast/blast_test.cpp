// What goes down with what.
#include "blast/blast.hpp"
#include "blast/support.hpp"

#include "engine/replay.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

using namespace cmksim;
using namespace cmksim::blast;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

std::string estateOf(std::string_view vault, std::string_view resources) {
    return "cmksim: 1\nname: x\nestate:\n  vaults:\n    kv1: {" + std::string{vault} +
           "}\n  identities: {app: {}, last: {recoverable: false}}\n  resources:\n" + std::string{resources} + "\n";
}

/// The blast of one node.
Blast blastOf(const std::string& text, const std::string& node) {
    const Compiled compiled{text};
    INFO(compiled.errors << node);
    REQUIRE(compiled.program);
    std::vector<Blast> blasts = blastsOf(Dependencies{*compiled.program}, node);
    REQUIRE(blasts.size() == 1);
    return blasts.front();
}

/// The same with registries that cannot take another identity once theirs is deleted.
std::string withOldRegistries(std::string estate) {
    return estate.insert(estate.find("estate:"), "models: {acr: \"2023-10\"}\n");
}

constexpr std::string_view policies =
    "accessPolicies: {app: [get, list, wrapKey, unwrapKey], last: [get, list, wrapKey, "
    "unwrapKey]}, keys: {cmk: {}}";
constexpr std::string_view registry = "    reg: {service: acr, identity: app, key: kv1/cmk}";

} // namespace

TEST_CASE("the loss of a key takes its resources down within the period, and can be undone until it is purged") {
    const Blast blast = blastOf(estateOf(policies, registry), "kv1/cmk");
    CHECK(blast.resources == std::vector{ResourceId{0}});
    CHECK(blast.down == Extent<Duration>{0s, 3599s});
    CHECK(blast.recoverable);
    CHECK(blast.recovery == std::vector<std::string>{"key.recover kv1/cmk"});
    CHECK(blast.until == std::chrono::hours{24} * 90);
    const Blast pinned = blastOf(
        estateOf(policies, "    reg: {service: acr, identity: app, key: kv1/cmk, revalidationPhase: 7m}"), "kv1/cmk");
    CHECK(pinned.down == Extent<Duration>{7min, 7min});
}

TEST_CASE(
    "a way back that needs a step by hand once a database no longer heals by itself says until when it does not") {
    const std::string database = "    db: {service: sqldb, identity: app, key: kv1/cmk}";
    for (const std::string node : {"kv1/cmk", "kv1"}) {
        INFO(node);
        const Blast blast = blastOf(estateOf(policies, database), node);
        CHECK(blast.recovery.size() == 1);
        REQUIRE(blast.stepsUntil);
        CHECK(*blast.stepsUntil >= 30min);
        CHECK(*blast.stepsUntil < 31min);
        CHECK(blast.until == std::chrono::hours{24} * 90);
        REQUIRE(blast.losses.size() == 1); // the membership of a failover group, and so on
        CHECK(blast.losses.front().resource == ResourceId{0});
        CHECK(blast.losses.front().at.least >= scenarioStart + 30min);
        CHECK(blast.losses.front().at.most < scenarioStart + 50min);
    }
    CHECK(blastOf(estateOf(policies, registry), "kv1/cmk").losses.empty());
}

TEST_CASE("each resource that a loss takes down has its own range") {
    const std::string two = "    reg: {service: acr, identity: app, key: kv1/cmk, revalidationPhase: 7m}\n"
                            "    other: {service: acr, identity: app, key: kv1/cmk}";
    const Blast blast = blastOf(estateOf(policies, two), "kv1/cmk");
    CHECK(blast.resources == std::vector{ResourceId{0}, ResourceId{1}});
    CHECK(blast.downOf == std::vector<Extent<Duration>>{{7min, 7min}, {0s, 3599s}});
    CHECK(blast.down == Extent<Duration>{0s, 3599s});
}

TEST_CASE("a way back that a later expiry of the key makes insufficient says until when its steps work") {
    const std::string expiring = "enablePurgeProtection: true, accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, "
                                 "keys: {cmk: {expires: 20d}}";
    const Blast blast = blastOf(estateOf(expiring, registry), "kv1/cmk");
    CHECK(blast.recovery == std::vector<std::string>{"key.recover kv1/cmk"});
    CHECK(blast.stepsUntil == std::chrono::hours{24} * 20);
    CHECK(blast.until == std::chrono::hours{24} * 90);
    CHECK_FALSE(blastOf(estateOf(policies, registry), "kv1/cmk").stepsUntil);
}

TEST_CASE("what is purged at once cannot be undone") {
    const Blast blast = blastOf(estateOf("enableSoftDelete: false, " + std::string{policies}, registry), "kv1/cmk");
    CHECK_FALSE(blast.recoverable);
    CHECK(blast.until == 0s);
}

TEST_CASE("of two grants either will do, so neither takes anything down alone") {
    const std::string estate =
        estateOf("enableRbacAuthorization: true, roleAssignments: {app: Key Vault Crypto User}, keys: {cmk: "
                 "{roleAssignments: {app: Key Vault Crypto User}}}",
                 registry);
    CHECK(blastOf(estate, "kv1 role Key Vault Crypto User app").resources.empty());
    CHECK(blastOf(estate, "kv1/cmk role Key Vault Crypto User app").resources.empty());
    CHECK(blastOf(estate, "kv1").resources.size() == 1);
}

TEST_CASE("an identity can be brought back for 30 days, and one that is final only where another will do") {
    CHECK(blastOf(withOldRegistries(estateOf(policies, registry)), "app").until == std::chrono::hours{24} * 30);
    const Blast rotated = blastOf(estateOf(policies, registry), "app");
    CHECK(rotated.recoverable); // by a rotation to another identity
    CHECK_FALSE(rotated.until);
    const Blast cluster =
        blastOf(estateOf(policies, "    clu: {service: documentdb, identity: last, key: kv1/cmk}"), "last");
    CHECK(cluster.recoverable); // the cluster takes another identity while it is down
    CHECK_FALSE(cluster.until);
    const std::string final = estateOf(policies, "    reg: {service: acr, identity: last, key: kv1/cmk}");
    CHECK_FALSE(blastOf(withOldRegistries(final), "last").recoverable);
}

TEST_CASE("a resource that goes down anyway is not the action's doing") {
    const std::string estate = estateOf("accessPolicies: {}, keys: {cmk: {}}", registry);
    CHECK(blastOf(estate, "kv1").resources.empty());
}

TEST_CASE("the worst comes first") {
    const Compiled compiled{withOldRegistries(
        estateOf(policies, std::string{registry} + "\n    clu: {service: documentdb, identity: app, key: kv1/cmk}\n"
                                                   "    fin: {service: acr, identity: last, key: kv1/cmk}"))};
    REQUIRE(compiled.program);
    const std::vector<Blast> blasts = blastsOf(Dependencies{*compiled.program}, std::nullopt);
    CHECK(blasts.front().node.name == "last"); // it cannot be undone
    CHECK(blasts[1].resources.size() == 3);
    const auto grant = std::ranges::find(blasts, "kv1 policy app", [](const Blast& one) { return one.node.name; });
    REQUIRE(grant != blasts.end());
    CHECK(grant->recovery == std::vector<std::string>{"policy.set kv1"}); // with what both of its resources need
    for (std::size_t i = 1; i < blasts.size(); ++i) {
        CHECK((blasts[i - 1].resources.empty() <= blasts[i].resources.empty()));
    }
}

TEST_CASE("two grants of which either will do are a pair, and nothing else is") {
    const Compiled compiled{
        estateOf("enableRbacAuthorization: true, roleAssignments: {app: [Key Vault Crypto User, Key "
                 "Vault Crypto Service Encryption User]}, keys: {cmk: {}}",
                 std::string{registry})};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const std::vector<LossPair> pairs = lossPairsOf(Dependencies{*compiled.program});
    REQUIRE(pairs.size() == 1);
    CHECK(pairs[0].one.kind == BlastNodeKind::Grant);
    CHECK(pairs[0].other.kind == BlastNodeKind::Grant);
    CHECK(pairs[0].resources == std::vector{ResourceId{0}});
    CHECK(pairs[0].down == Extent<Duration>{0s, 4199s});
    std::vector<std::string> held;
    for (const Support& support : supportsOf(Dependencies{*compiled.program}, ResourceId{0})) {
        held.push_back(std::string{nodeKindNames[static_cast<std::size_t>(support.node.kind)]} +
                       (support.alone      ? " alone"
                        : support.impaired ? " impairs"
                                           : " with " + std::to_string(support.together.size())));
    }
    CHECK(held == std::vector<std::string>{"identity alone", "grant with 1", "grant with 1", "network impairs",
                                           "vault alone", "key alone"});
}

TEST_CASE("what holds a resource up alone is what takes it down in blast") {
    const Compiled compiled{estateOf(policies, registry)};
    REQUIRE(compiled.program);
    std::map<std::string, Extent<Duration>> down; // a deleted identity after a day and an hour at the latest
    for (const Blast& one : blastsOf(Dependencies{*compiled.program}, {})) {
        if (!one.resources.empty()) {
            down.emplace(one.node.name, one.down);
        }
    }
    std::map<std::string, Extent<Duration>> held;
    for (const Support& support : supportsOf(Dependencies{*compiled.program}, ResourceId{0})) {
        CHECK(support.alone != support.impaired.has_value()); // the vault's network impairs a registry
        if (support.alone) {
            held.emplace(support.node.name, support.down);
        }
    }
    CHECK(down == held);
    CHECK(lossPairsOf(Dependencies{*compiled.program}).empty());
}

TEST_CASE("an application is lost as an identity is, and a federated identity goes with its parts") {
    const std::string text =
        "cmksim: 1\nname: x\nestate:\n  vaults:\n    kv1: {accessPolicies: {client: [get, wrapKey, "
        "unwrapKey]}, keys: {cmk: {}}}\n  identities: {fed: {type: Federated, with: app, app: client}, "
        "app: {}, client: {type: Application}}\n  resources:\n    acc: {service: cosmosdb, identity: "
        "fed, key: kv1/cmk}\n";
    const Compiled compiled{text};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const Dependencies dependencies{*compiled.program};
    for (const std::string_view part : {"app", "client"}) {
        INFO(part);
        const std::vector<BlastNode> nodes = nodesNamed(*compiled.program, dependencies, part);
        REQUIRE(nodes.size() == 1);
        CHECK(nodes.front().isLosable());
        CHECK(resourcesOn(*compiled.program, dependencies, nodes.front()).size() == 1);
    }
    const std::vector<BlastNode> whole = nodesNamed(*compiled.program, dependencies, "fed");
    REQUIRE(whole.size() == 1);
    CHECK(whole.front().lossText() == "nothing alone: it goes with app or client");
}

TEST_CASE("pairs of losses that are cancelled are some of those that there are") {
    /// Asks to end after it was asked so often.
    class EndsAfter : public Progress {
    public:
        explicit EndsAfter(std::size_t most) : most_{most} {}
        void advance(std::size_t) override {}
        [[nodiscard]] bool cancelled() const override { return ++asked_ > most_; }

    private:
        std::size_t most_;
        mutable std::size_t asked_ = 0;
    };
    const Compiled compiled{
        estateOf("enableRbacAuthorization: true, roleAssignments: {app: [Key Vault Crypto User, Key "
                 "Vault Crypto Service Encryption User]}, keys: {cmk: {}}",
                 std::string{registry})};
    REQUIRE(compiled.program);
    const Dependencies dependencies{*compiled.program};
    std::size_t before = 0;
    for (std::size_t most = 0; most < 40; ++most) { // within the single losses, then within the pairs
        EndsAfter progress{most};
        const std::size_t now = lossPairsOf(dependencies, 1, &progress).size();
        CHECK(now >= before);
        CHECK(now <= 1);
        before = now;
    }
    EndsAfter never{1'000'000};
    CHECK(lossPairsOf(dependencies, 1, &never).size() == 1);
}
