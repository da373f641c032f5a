// `cmksim models`: the services that are known, and what is known of each.
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::models_command_test {

using namespace cmksim;
using namespace cmksim::program;
using namespace cmksim::test;

TEST_CASE("the list of models has every service and version") {
    const Ran ran{{"models"}};
    CHECK(ran.code == 0);
    CHECK(ran.err.empty());
    for (const auto* name : {"acr", "cosmosdb", "documentdb", "2020-01-preview", "2023-10"}) {
        CHECK(has(ran.out, name));
    }
}

TEST_CASE("a service's model is the newest, another version has to be asked for") {
    const Ran newest{{"models", "acr"}};
    CHECK(newest.code == 0);
    CHECK(has(newest.out, "2026-11"));
    CHECK(has(newest.out, "From Troubleshoot a customer-managed key"));
    const Ran preview{{"models", "acr=2020-01-preview"}};
    CHECK(preview.code == 0);
    CHECK(has(preview.out, "PreviewNotRegistered"));
    CHECK_FALSE(has(newest.out, "PreviewNotRegistered"));
}

TEST_CASE("an unknown service or version suggests the nearest") {
    const Ran service{{"models", "arc"}};
    CHECK(service.code == 2);
    CHECK(service.out.empty());
    CHECK(service.err == "cmksim models: error: unknown service 'arc'; did you mean 'acr'?\n");
    const Ran version{{"models", "acr=2020-01-previw"}};
    CHECK(version.code == 2);
    CHECK(version.err ==
          "cmksim models: error: acr has no version '2020-01-previw'; did you mean '2020-01-preview'?\n");
}

TEST_CASE("the option --output writes a model's description to a file") {
    const Folder folder;
    const std::string to = folder.path("acr.txt");
    const Ran ran{{"models", "acr", "--output", to}};
    CHECK(ran.code == 0);
    CHECK(ran.out.empty());
    CHECK(textOf(to) == Ran{{"models", "acr"}}.out);
}

TEST_CASE("a model of a directory that is broken is reported where it is broken") {
    const Folder folder;
    const std::string file = folder.file("bad.yaml", "cmksim-model: 1\nservice: [\n");
    const Ran ran{{"models", "--models", folder.path()}};
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.starts_with(file + ':'));
}

TEST_CASE("services are compared side by side, answers alike told once") {
    const Ran ran{{"models", "--compare", "acr", "servicebus", "storage"}};
    CHECK(ran.code == 0);
    CHECK(has(ran.out, "looks at its key every\n  1h                              acr\n"));
    CHECK(has(ran.out, "  5m (not documented)             servicebus\n"));
    CHECK(has(ran.out, "permissions in a policy\n  get, wrapKey and unwrapKey"));
    CHECK(has(ran.out, "KeyExpiry (it goes on)"));
    const Ran page{{"models", "--compare", "acr", "storage", "--format", "markdown"}};
    CHECK(has(page.out, "| service | looks at its key every |"));
    CHECK(has(page.out, "| Azure Container Registry (`acr`) | 1h | 1h | within 1h | yes |\n"));
    CHECK(has(page.out, "| `acr`, 2026-11 | Degraded (it goes on) | VaultFirewallDenied |\n"));
    CHECK(has(page.out, "### KeyDisabled\n"));
    const Ran others{{"models", "--compare", "sqldb", "vm", "loganalytics", "openai"}};
    CHECK(has(others.out, "for 30m1s after it goes down"));
    CHECK(has(others.out, "Unavailable, tolerated for 1h to 1d (not documented)"));
    CHECK(has(others.out, "as its own page alone says"));
    CHECK_FALSE(has(others.out, "KeyUriMalformed\n  Stopped"));
    CHECK(has(others.out, "vm is, for the reason\n"));
    CHECK(Ran{{"models", "acr", "storage"}}.code == 2);
    CHECK(Ran{{"models", "--compare", "acr", "stroage"}}.code == 2);
}

TEST_CASE("a model is begun of a service that can be called so, and of no other") {
    for (const std::string_view name : {"x\x1b[31m", "two\nlines", "a b", "1st", "a=b", "a/b"}) {
        const Ran ran{{"models", "--new", std::string{name}}};
        CAPTURE(ran.err);
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
        CHECK(has(ran.err, "--new: expected a name of letters, digits, '-' and '_' that begins with a letter"));
        CHECK_FALSE(has(ran.err, "\x1b"));
    }
    CHECK(Ran{{"models", "--new", "my-service_2"}}.code == 0);
}

} // namespace cmksim::models_command_test
