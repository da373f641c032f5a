// What the things of a scenario may be called.
#pragma once

#include "base/diagnostics.hpp"
#include "scenario/ast.hpp"

#include <array>
#include <string_view>

namespace cmksim::scenario {

/// The fields of a resource that every service has.
inline constexpr std::array<std::string_view, 18> resourceFields{"service",
                                                                 "name",
                                                                 "count",
                                                                 "identity",
                                                                 "identities",
                                                                 "key",
                                                                 "keys",
                                                                 "automaticRotation",
                                                                 "revalidationPhase",
                                                                 "recoveryPhase",
                                                                 "rotationPhase",
                                                                 "outboundIp",
                                                                 "network",
                                                                 "state",
                                                                 "on",
                                                                 "region",
                                                                 "tenant",
                                                                 "tags"};

/// 3 to 24 letters, digits and hyphens.
bool isVaultName(std::string_view text);

/// 1 to 127 letters, digits and hyphens.
bool isKeyName(std::string_view text);

/// 1 to 32 letters and digits.
bool isVersionName(std::string_view text);

/// Each reports a name that something new may not have. An absent name is taken as reported already.
void checkVaultName(const Name& name, Diagnostics& diagnostics);
void checkKeyName(const Name& name, Diagnostics& diagnostics);
void checkVersionName(const Name& name, Diagnostics& diagnostics);

/// Any other name: free, but for `/`, `:` and control characters. `what` is what it names: "an identity".
void checkFreeName(const Name& name, std::string_view what, Diagnostics& diagnostics);

} // namespace cmksim::scenario
