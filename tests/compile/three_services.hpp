// An estate of one resource of each service, and what is reported of one more line.
#pragma once

#include "support/compiled.hpp"

#include <string>
#include <string_view>

namespace cmksim::test {

/// Two vaults, three identities and one resource of each service, on lines 3 to 16; what follows stands on line 17.
inline constexpr std::string_view threeServices = R"(cmksim: 1
name: x
estate:
  vaults:
    kv1:
      keys: {cmk: {}, other: {}}
    kv2:
      keys: {cmk: {}}
  identities:
    app: {}
    db: {}
    out: {type: DelegatedUserAssigned}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
    acc: {service: cosmosdb, identity: app, key: kv1/cmk}
    clu: {service: documentdb, identity: app, key: kv1/cmk}
)";

/// What is reported of one entry, in braces, of a timeline; it stands at 18:3.
inline std::string reportOfEntry(std::string_view entry) {
    return Compiled{std::string{threeServices} + "timeline:\n- " + std::string{entry} + "\n"}.messages();
}

/// What is reported of one more resource, `new`; its description stands at 17:10.
inline std::string reportOfResource(std::string_view description) {
    return Compiled{std::string{threeServices} + "    new: " + std::string{description} + "\n"}.messages();
}

} // namespace cmksim::test
