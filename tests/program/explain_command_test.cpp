#include "program/running.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace cmksim::explain_command_test {

using namespace cmksim::test;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

constexpr std::string_view hostile = R"(cmksim: 1
name: "<script>alert('x')</script> & \"quotes\": %% #"
estate:
  vaults: {kv1: {accessPolicies: {id: [get, wrapKey, unwrapKey]}, keys: {k: {}}}}
  identities: {id: {}}
  resources: {"<b>": {service: acr, identity: id, key: kv1/k}}
timeline:
  - {at: 10m, do: key.delete, target: kv1/k}
  - {at: 11m, do: key.purge, target: kv1/k}
)";

} // namespace

TEST_CASE("an explanation ends with a story that passes as it stands") {
    const Folder folder;
    const Ran ran{{"explain", "UnwrapFailed", "--service", "documentdb"}};
    CHECK(ran.code == 0);
    CHECK(has(ran.out, "no help"));
    const std::size_t story = ran.out.find("cmksim: 1\n");
    REQUIRE(story != std::string::npos);
    CHECK(Ran{{"run", folder.file("story.yaml", ran.out.substr(story))}}.code == 0);
}

TEST_CASE("explain knows what it does not know") {
    CHECK(has(Ran{{"explain", "KeyNotFond"}}.err, "did you mean 'KeyNotFound'?"));
    CHECK(Ran{{"explain", "KeyNotFond"}}.code == 2);
    CHECK(Ran{{"explain"}}.code == 2);
    CHECK(Ran{{"explain", "KeyNotFound", "--symptom", "x"}}.code == 2);
    CHECK(Ran{{"explain", "--symptom", "the printer is on fire"}}.code == 2);
    CHECK(has(Ran{{"explain", "--symptom", "Access to Key Encryption Key is forbidden", "--format", "json"}}.out,
              R"("service": "acr")"));
}

TEST_CASE("what was typed is never suggested, and a service that is silent is said to be") {
    const std::string told = Ran{{"explain", "KeyNotFound", "--service", "nonsense"}}.err;
    CHECK_FALSE(has(told, "did you mean 'KeyNotFound'?"));
    CHECK(has(told, "'nonsense' says nothing of 'KeyNotFound'"));
    CHECK(has(Ran{{"explain", "--symptom", "the printer is on fire"}}.err, "not known"));
}

TEST_CASE("no service's way back is printed as that of all that answer alike") {
    const std::string denied = Ran{{"explain", "--symptom", "KeyAccessDenied"}}.out;
    CHECK_FALSE(has(denied, "fix      Give the identity the role Key Vault Crypto User, or"));
    const std::string down = Ran{{"explain", "--symptom", "Inaccessible"}}.out;
    CHECK_FALSE(has(down, "means    the key, the vault"));
    CHECK(has(down, "differs from service to service"));
    const std::string one = Ran{{"explain", "--symptom", "Inaccessible", "--service", "mysql"}}.out;
    CHECK_FALSE(has(one, "differs from service to service"));
    CHECK_FALSE(has(one, "the content of the registry"));
    CHECK(has(Ran{{"explain", "--symptom", "KeyExpired"}}.out, "cmksim explain KeyExpired"));
    CHECK(
        has(Ran{{"explain", "--symptom", "KeyAccessDenied", "--format", "json"}}.out, R"("advice": [{"services": [)"));
}

TEST_CASE("symptoms are put together, and looked for in an estate") {
    const Folder folder;
    const std::string estate = folder.file("estate.yaml", R"(cmksim-estate: 1
vaults:
  open-kv: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}, off: {enabled: false}}}
identities: {app: {}}
resources:
  images: {service: acr, identity: app, key: open-kv/cmk}
  orders: {service: cosmosdb, identity: app, key: open-kv/off}
  plain: {service: acr}
)");
    const Ran ran{
        {"explain", "--symptom", "Operation unwrapKey is not allowed on a disabled key.", "--estate", estate}};
    CHECK(ran.code == 0);
    CHECK(has(ran.out, "orders (cosmosdb): shows it: KeyDisabled."));
    CHECK(has(ran.out, "images (acr): could show it: KeyDisabled."));
    CHECK_FALSE(has(ran.out, "plain (acr)"));
    const Ran both{{"explain", "--symptom", "KeyDisabled", "--symptom",
                    "Request is blocked due to Customer Managed Key not being accessible."}};
    CHECK(has(both.out, "one cause may stand behind all of them: KeyDisabled"));
    CHECK(Ran{{"explain", "KeyDisabled", "--estate", estate}}.code == 2);
}

TEST_CASE("a model is drawn as its states with the reasons between them") {
    const Ran mermaid{{"diagram", "cosmosdb"}};
    CHECK(
        mermaid.out.starts_with("stateDiagram-v2\n    [*] --> Ready\n    Ready --> Revoked: IdentityNotAssigned<br/>"));
    CHECK(has(Ran{{"diagram", "acr", "--format", "dot"}}.out, "Degraded while"));
    CHECK(has(Ran{{"diagram", "acr", "--format", "svg"}}.err, "use dot"));
}

TEST_CASE("a model's picture shows what time alone brings about, what is borne for a while, and ways back by hand") {
    const Ran mermaid{{"diagram", "sqldb"}};
    CHECK(has(mermaid.out, "VaultDnsUnresolved, borne for 1d<br/>"));
    CHECK(has(mermaid.out, "    Denied --> Inaccessible: after 30m1s\n"));
    CHECK(has(mermaid.out, "    Denied --> Online: 0s (0s to 50m) after a look that finds the key usable\n"));
    CHECK(has(mermaid.out, "    Inaccessible --> Online: by hand: resource.revalidate\n"));
    CHECK(has(Ran{{"diagram", "sqldb", "--format", "dot"}}.out, "\"Denied\" -> \"Inaccessible\" [label=\"after 30m1s"));
}

TEST_CASE("a picture names what was done, says what its looks mean, and has a fleet as high as many of it are down") {
    const Folder folder;
    const std::string file = folder.file("in.yaml", R"(cmksim: 1
name: A fleet
until: 12h
estate:
  vaults:
    contoso-kv: {accessPolicies: {reader: [get, list, wrapKey, unwrapKey]}, keys: {cmk: }}
  identities: {reader: }
  resources:
    edge: {service: acr, count: 10, identity: reader, key: contoso-kv/cmk, revalidationPhase: spread}
    search: {service: unmodelled, type: Microsoft.Search/searchServices, key: contoso-kv/cmk}
timeline:
  - {at: 1h, do: key.delete, target: contoso-kv/cmk}
  - {at: 4h, do: key.recover, target: contoso-kv/cmk}
)");
    const Ran svg{{"diagram", file, "--format", "svg"}};
    CHECK(has(svg.out, ">key.delete contoso-kv/cmk</text>"));
    CHECK(has(svg.out, "<title>at most 10 of 10 down at once;"));
    CHECK(has(svg.out, ">how many of a fleet are down</text>"));
    CHECK(has(svg.out, ">no model, not known</text>"));
    CHECK_FALSE(has(svg.out, ">impaired</text>"));
    const std::string mermaid = Ran{{"diagram", file}}.out;
    CHECK(has(mermaid, "section edge (10 members)"));
    CHECK(has(mermaid, "    0 of 10 down :active, 2026-01-01T00:00:00, "));
    CHECK(has(mermaid, "    10 of 10 down :crit, "));
    CHECK(has(mermaid, " to 10 of 10 down :crit, ") == false);
}

TEST_CASE("a picture has the worst first, and folds what stood well where there are many lanes") {
    const Folder folder;
    const auto drawn = [&](int count) {
        std::string resources;
        for (int i = 0; i < count; ++i) {
            resources += "    well-" + std::to_string(i) + ": {service: acr, identity: reader, key: good-kv/cmk}\n";
        }
        const std::string file = folder.file("in.yaml", R"(cmksim: 1
name: Many
until: 12h
estate:
  vaults:
    good-kv: {accessPolicies: {reader: [get, list, wrapKey, unwrapKey]}, keys: {cmk: }}
    bad-kv: {accessPolicies: {reader: [get, list, wrapKey, unwrapKey]}, keys: {cmk: , gone: }}
  identities: {reader: }
  resources:
)" + resources + R"(    dark: {service: acr, identity: reader, key: bad-kv/cmk}
    lost: {service: acr, identity: reader, key: bad-kv/gone}
timeline:
  - {at: 1h, do: key.update, target: bad-kv/cmk, with: {enabled: false}}
  - {at: 2h, do: key.delete, target: bad-kv/gone}
  - {at: 3h, do: key.purge, target: bad-kv/gone}
)");
        return Ran{{"diagram", file, "--format", "svg"}}.out;
    };
    const std::string few = drawn(3);
    CHECK(few.find(">lost</text>") < few.find(">dark</text>"));
    CHECK(few.find(">dark</text>") < few.find(">well-0</text>"));
    CHECK(few.find(">well-0</text>") < few.find(">well-2</text>"));
    CHECK_FALSE(has(few, "all the time"));
    const std::string many = drawn(20);
    CHECK(has(many, ">dark</text>"));
    CHECK_FALSE(has(many, ">well-0</text>"));
    CHECK(has(many, ">and 20 more as they should be all the time</text>"));
}

TEST_CASE("a scenario is drawn over time, whatever stands in its names") {
    const Folder folder;
    const std::string file = folder.file("in.yaml", hostile);
    const Ran svg{{"diagram", file, "--format", "svg"}};
    CHECK(svg.code == 0);
    CHECK(has(svg.out, "&lt;script&gt;alert('x')&lt;/script&gt; &amp; &quot;quotes&quot;"));
    CHECK_FALSE(has(svg.out, "<script>"));
    CHECK(has(svg.out, "<title>Inaccessible, KeyNotFound, data lost, 1h to 2h11m</title>"));
    CHECK(has(svg.out, "<title>data lost at 11m</title>"));
    CHECK(has(svg.out, ">its data is lost</text>"));
    CHECK(has(svg.out, ">data was lost</text>"));
    const Ran mermaid{{"diagram", file}};
    CHECK(has(mermaid.out, "    data lost :milestone, crit, 2026-01-01T00:11:00, 0s\n"));
    CHECK(
        has(mermaid.out, "    title #60;script#62;alert('x')#60;/script#62; #38; #34;quotes#34;#58; #37;#37; #35;\n"));
    CHECK(Ran{{"diagram", folder.path("none.yaml")}}.code == 2);
}

} // namespace cmksim::explain_command_test
