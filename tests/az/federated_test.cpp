// Commands that name an identity of two parts, by options apart.
#include "az/translated.hpp"

#include <catch2/catch.hpp>

namespace cmksim::federated_test {

using namespace cmksim::test;
using namespace cmksim::compile;

TEST_CASE("an option that names the application of another tenant is read with the identity that is used as it") {
    const auto read = [](const std::string& options) {
        return Compiled{"cmksim: 1\nname: x\nestate:\n  vaults:\n    kv1: {keys: {k: {}}}\n  identities:\n    ua: {}\n"
                        "    app: {type: Application, clientId: 22222222-2222-2222-2222-222222222222}\n"
                        "    fed: {type: Federated, with: ua, app: app}\n  resources:\n"
                        "    st: {service: storage, identity: ua, key: kv1/k}\ntimeline:\n"
                        "  - {at: 1h, az: 'storage account update -n st -g g" +
                        options + "'}\n"};
    };
    const Compiled both = read(" -u ua --key-vault-federated-client-id 22222222-2222-2222-2222-222222222222");
    INFO(both.messages());
    REQUIRE(both.program);
    const auto* update = both.program->entries[EntryId{0}].action<ResourceUpdate>();
    REQUIRE(update != nullptr);
    CHECK(both.program->names.identities[update->identity].text == "fed");
    const Compiled alone = read(" --key-vault-federated-client-id 22222222-2222-2222-2222-222222222222");
    CHECK_FALSE(alone.program);
    CHECK(alone.messages().find("which identity is used as that application is not said") != std::string::npos);
}

} // namespace cmksim::federated_test
