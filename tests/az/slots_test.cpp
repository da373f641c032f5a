// Commands of resources that have several keys.
#include "az/translated.hpp"

#include <catch2/catch.hpp>

namespace cmksim::slots_test {

using namespace cmksim::test;

namespace {

/// A story of one entry about a resource that is called `it`.
std::string storyOf(std::string_view resource, std::string_view entry) {
    return "cmksim: 1\nname: x\nestate:\n  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, "
           "list, "
           "wrapKey, unwrapKey]}, keys: {cmk: {}, next: {}}}}\n  identities: {app: {}}\n  resources:\n    it: " +
           std::string{resource} + "\ntimeline:\n- {at: 1h, " + std::string{entry} + "}\n";
}

/// What that entry is, and the commands that do it.
std::string written(std::string_view resource, std::string_view entry) {
    return readAndWritten(storyOf(resource, entry));
}

} // namespace

TEST_CASE("a command names the keys of several slots, where the CLI has options for them") {
    const std::string uri = "https://kv1.vault.azure.net/keys/next";
    for (const std::string service : {"postgresql", "mysql"}) {
        const std::string server = "{service: " + service +
                                   ", keys: {primary: {key: kv1/cmk, identity: app}, backup: {key: kv1/cmk, "
                                   "identity: app}}}";
        const std::string words = (service == "mysql" ? "mysql" : "postgres") + std::string{" flexible-server update"};
        const std::string command = "az " + words + " --name it --backup-key " + uri + " --backup-identity app\n";
        CHECK(written(server,
                      "do: resource.update, target: it, with: {keys: {backup: {key: kv1/next, identity: app}}}") ==
              "resource.update keys: {backup: {key: kv1/next, identity: app}}\n" + command);
        CHECK(written(server, "az: " + words + " -n it --backup-key " + uri + " --backup-identity app") ==
              "resource.update keys: {backup: {key: \"" + uri + "\", identity: app}}\n" + command);
        // The slot of the short form is said by its options.
        CHECK(
            written(server, "do: resource.update, target: it, with: {keys: {primary: {key: kv1/next, identity: app}}}")
                .ends_with("az " + words + " --name it --key " + uri + " --identity app\n"));
    }
    // All keys at once are what the option takes away.
    CHECK(written("{service: mysql, keys: {primary: {key: kv1/cmk, identity: app}, backup: {key: kv1/cmk, identity: "
                  "app}}}",
                  "do: resource.update, target: it, with: {keys: {primary: null, backup: null}}")
              .ends_with("az mysql flexible-server update --name it --disable-data-encryption\n"));
    CHECK(written("{service: postgresql}",
                  "az: postgres flexible-server create -n new --key " + uri + " --identity app --backup-identity app")
              .find("slot 'backup' needs 'key'") != std::string::npos);

    const std::string workspace = "{service: databricks, keys: {managed-services: {key: kv1/cmk, identity: "
                                  "FirstPartyIdentity}, managed-disks: {key: kv1/cmk, identity: app}, "
                                  "dbfs-root: {key: kv1/cmk, identity: app}}}";
    const std::string update = "az databricks workspace update --name it";
    CHECK(written(workspace, "az: 'databricks workspace update -n it --disk-key-vault https://kv1.vault.azure.net/ "
                             "--disk-key-name next --disk-key-version v1'") ==
          "resource.update keys: {managed-disks: {key: \"" + uri + "/v1\"}}\n" + update +
              " --disk-key-vault https://kv1.vault.azure.net --disk-key-name next --disk-key-version v1\n");
    CHECK(written(workspace, "do: resource.update, target: it, with: {keys: {dbfs-root: {key: kv1/next/v1}}}")
              .ends_with(update + " --key-vault https://kv1.vault.azure.net --key-name next --key-version v1\n"));
    CHECK(written(workspace, "az: databricks workspace update -n it --key-source Microsoft.Keyvault --key-vault "
                             "https://kv1.vault.azure.net --key-name next --key-version v1")
              .starts_with("resource.update keys: {dbfs-root: {key: \"" + uri + "/v1\"}}\n"));
    CHECK(written(workspace, "az: databricks workspace update -n it --key-source Default")
              .find("takes away the key of the slot 'dbfs-root' is not simulated") != std::string::npos);
    CHECK(written(workspace, "az: databricks workspace update -n it --disk-key-vault https://kv1.vault.azure.net")
              .find("give --disk-key-vault and --disk-key-name") != std::string::npos);
    // A setting that is updated alone is an action of its own.
    CHECK(written(workspace, "az: databricks workspace update -n it --disk-key-vault https://kv1.vault.azure.net "
                             "--disk-key-name next --disk-key-auto-rotation true")
              .find("\nresource.update automaticRotation: true\n" + update + " --disk-key-auto-rotation true\n") !=
          std::string::npos);
    // What uses the key of the disks of a new workspace is made with it, and has no option.
    const std::string services = " --managed-services-key-vault https://kv1.vault.azure.net "
                                 "--managed-services-key-name cmk";
    const std::string disks = " --disk-key-vault https://kv1.vault.azure.net --disk-key-name next";
    const std::string create = "databricks workspace create --name new";
    CHECK(written(workspace, "az: " + create + services + disks + " --disk-key-source Microsoft.Keyvault") ==
          "resource.create service: databricks, keys: {managed-services: {key: "
          "\"https://kv1.vault.azure.net/keys/cmk\", identity: FirstPartyIdentity}, managed-disks: {key: \"" +
              uri + "\", identity: \"system:new\"}}\naz " + create + disks + services + "\n");
    CHECK(written(workspace, "az: " + create + services).find("managed-disks") == std::string::npos);
    // Of a workspace that is there it is made for the first key, which the command names alone; another one is said by
    // resource.update.
    CHECK(written("{service: databricks, identity: FirstPartyIdentity, key: kv1/cmk}",
                  "az: databricks workspace update -n it --disk-key-source Microsoft.Keyvault" + disks) ==
          "resource.update keys: {managed-disks: {key: \"" + uri + "\"}}\n" + update + disks +
              " --disk-key-version ''\n");
    CHECK(written(workspace, "do: resource.update, target: it, with: {keys: {managed-disks: {identity: app}}}") ==
          "resource.update keys: {managed-disks: {identity: app}}\n");
}

TEST_CASE("a command puts keys on a list and takes them off it, whatever slots they are in") {
    const std::string vault = "key-vault-uri=https://kv1.vault.azure.net";
    const std::string uri = "https://kv1.vault.azure.net/keys/";
    for (const std::string service : {"eventhubs", "servicebus"}) {
        INFO(service);
        const std::string it = "{service: " + service + ", keys: {first: {key: kv1/cmk, identity: app}}}";
        const std::string add = service + " namespace encryption add --namespace-name it";
        const std::string remove = service + " namespace encryption remove --namespace-name it";
        CHECK(written(it, "az: '" + add + " -g g --encryption-config key-name=next " + vault +
                              "/ user-assigned-identity=app --infra-encryption'") ==
              "resource.update keys: [{add: \"" + uri + "next\", identity: app}]\naz " + add + " --encryption-config " +
                  vault + " key-name=next user-assigned-identity=app\n");
        CHECK(written(it, "az: '" + remove + " -g g --encryption-config key-name=cmk " + vault +
                              " user-assigned-identity=app'") ==
              "resource.update keys: [{remove: \"" + uri + "cmk\", identity: app}]\naz " + remove +
                  " --encryption-config " + vault + " key-name=cmk user-assigned-identity=app\n");
        // Each time that the option is given it is another key; without an identity it is for the resource's own.
        CHECK(written(it, "az: '" + add + " --encryption-config " + vault +
                              " key-name=next key-version=v1 --encryption-config key-name=cmk " + vault +
                              " user-assigned-identity=app'") ==
              "resource.update keys: [{add: \"" + uri + "next/v1\", identity: \"system:it\"}, {add: \"" + uri +
                  "cmk\", identity: app}]\naz " + add + " --encryption-config " + vault +
                  " key-name=next key-version=v1 --encryption-config " + vault +
                  " key-name=cmk user-assigned-identity=app\n");
        CHECK(written(it, "do: resource.update, target: it, with: {keys: [{remove: kv1/cmk, identity: app}]}")
                  .ends_with("\naz " + remove + " --encryption-config " + vault +
                             " key-name=cmk user-assigned-identity=app\n"));
        // The tool would fill in an identity; a list that changes in two ways takes two commands; a slot is none of it.
        for (const std::string keys :
             {"[{remove: kv1/cmk}]", "[{add: kv1/next, identity: app}, {remove: kv1/cmk, identity: app}]",
              "{key-2: {key: kv1/next, identity: app}}"}) {
            CHECK(written(it, "do: resource.update, target: it, with: {keys: " + keys + "}") ==
                  "resource.update keys: " + keys + "\n");
        }

        // That a version is kept is told where it is put on the list.
        const std::string version = " --encryption-config key-name=cmk key-version=v1 " + vault;
        const auto warned = [&](const std::string& command) {
            return Compiled{storyOf(it, "az: '" + command + version + "'")}.messages().find(
                       "is kept when the key is") != std::string::npos;
        };
        CHECK(warned(add));
        CHECK_FALSE(warned(remove));

        CHECK(written(it, "az: " + add).find("needs --encryption-config\n") != std::string::npos);
        CHECK(written(it, "az: " + add + " -g g").find("needs --encryption-config\n") != std::string::npos);
        for (const std::string part : {"key-name=next", "user-assigned-identity=app", "key-version=v1"}) {
            CHECK(written(it, "az: " + add + " --encryption-config " + part)
                      .find("give --encryption-config key-vault-uri and --encryption-config key-name") !=
                  std::string::npos);
        }
        CHECK(written(it, "az: " + add + " --encryption-config next")
                  .find("expected NAME=VALUE behind '--encryption-config', not 'next'") != std::string::npos);
        CHECK(written(it, "az: " + add + " --encryption-config key-nam=next")
                  .find("takes no 'key-nam'; did you mean 'key-name'?") != std::string::npos);
        CHECK(written(it, "az: " + add + " --encryption-config federated-client-id=x")
                  .find("takes no 'federated-client-id'; its names: key-name, key-vault-uri, key-version, "
                        "user-assigned-identity") != std::string::npos);
    }
}

TEST_CASE("a list of keys is changed where the service has one, by what comes and what goes") {
    const auto update = [](const std::string& service, const std::string& with) {
        return written("{service: " + service + ", key: kv1/cmk, identity: app}",
                       "do: resource.update, target: it, with: {" + with + "}");
    };
    CHECK(update("acr", "keys: [{add: kv1/next}]").find("a 'acr' has no list of keys; say 'key', it has one") !=
          std::string::npos);
    CHECK(update("postgresql", "keys: [{add: kv1/next}]")
              .find("a 'postgresql' has no list of keys; say 'keys: {SLOT: {key: …}}'; each slot is for something") !=
          std::string::npos);
    CHECK(update("eventhubs", "key: kv1/next, keys: [{remove: kv1/cmk}]")
              .find("changes of the list of keys, and 'key' or 'identity'") != std::string::npos);
    CHECK(update("eventhubs", "key: null, keys: [{remove: kv1/cmk}]").find("'key: null'") != std::string::npos);
    CHECK(update("eventhubs", "keys: [{identity: app}]").find("needs one of 'add' and 'remove'") != std::string::npos);
    CHECK(update("eventhubs", "keys: [{add: kv1/next, remove: kv1/cmk}]").find("needs one of 'add' and 'remove'") !=
          std::string::npos);
    CHECK(update("eventhubs", "keys: [{add: kv1/next, slot: two}]").find("has no field 'slot'") != std::string::npos);
}

} // namespace cmksim::slots_test
