// Commands of resources that have several keys.
#include "az/translated.hpp"

#include <catch2/catch.hpp>

namespace cmksim::slots_test {

using namespace cmksim::test;

TEST_CASE("a command names the keys of several slots, where the CLI has options for them") {
    const auto written = [](std::string_view resource, std::string_view entry) {
        const std::string estate = "cmksim: 1\nname: x\nestate:\n  vaults: {kv1: {enablePurgeProtection: true, "
                                   "accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}, next: "
                                   "{}}}}\n  identities: {app: {}}\n  resources:\n    it: " +
                                   std::string{resource} + "\ntimeline:\n- {at: 1h, " + std::string{entry} + "}\n";
        return readAndWritten(estate);
    };
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
    // Of another workspace's disks it is said by resource.update.
    CHECK(written(workspace, "do: resource.update, target: it, with: {keys: {managed-disks: {identity: app}}}") ==
          "resource.update keys: {managed-disks: {identity: app}}\n");
}

} // namespace cmksim::slots_test
