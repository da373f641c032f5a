// Keys that a service takes on to newer versions by itself, whatever version a command names, while their automatic
// rotation is on. A scenario that names a version means that one, and so they are taken without it.
#pragma once

#include "az/command_target.hpp"
#include "scenario/ast.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace cmksim::az {

/// For which resources automatic rotation is on at a place of a timeline, as far as the file itself says. Follows it in
/// the order of the file.
class RotationLedger {
public:
    explicit RotationLedger(const EstateSpec& estate);

    void note(const ActionSpec& action);
    void note(const CommandAction& action);

    [[nodiscard]] const std::set<std::string, std::less<>>& on() const { return on_; }

private:
    void set(std::string_view resource, bool on);

    std::set<std::string, std::less<>> on_;
};

/// Takes the version from each key that the service takes on to newer ones after this action, and says so.
void leaveVersions(GivenCommand& given, const AzureTerms& terms, CommandAction& action);

} // namespace cmksim::az
