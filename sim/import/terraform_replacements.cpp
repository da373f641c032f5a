#include "import/terraform_replacements.hpp"

#include "az/references.hpp"
#include "base/text.hpp"
#include "import/terraform_instances.hpp"
#include "import/terraform_references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace cmksim::import {

namespace {

/// `replace_because_cannot_update` and the attributes that cannot be.
void tellReason(const std::string& address, Node change, Diagnostics& diagnostics) {
    std::string reason = terraformText(change, "action_reason");
    std::ranges::replace(reason, '_', ' ');
    std::string paths;
    const Node list = terraformPath(change, "change.replace_paths");
    for (std::size_t i = 0; list && list.isSequence() && i < list.size(); ++i) {
        std::string path;
        for (const Node part : list.item(i).items()) {
            path.append(path.empty() ? "" : ".").append(part.text());
        }
        paths.append(paths.empty() ? "" : ", ").append(path);
    }
    if (!reason.empty() || !paths.empty()) {
        diagnostics.warning(change.mark(),
                            fmt::format("{} is destroyed and made anew{}{}", inQuotes(address),
                                        reason.empty() ? "" : ": " + reason, paths.empty() ? "" : " (" + paths + ")"),
                            "the timeline does so");
    }
}

/// Where an instance stands before the plan, which may move it.
Mark placeIn(const TerraformPlaces& prior, const std::string& address, const std::string& previous) {
    const auto moved = prior.find(previous);
    const auto found = moved != prior.end() ? moved : prior.find(address);
    return found != prior.end() ? found->second : Mark{};
}

} // namespace

std::vector<TerraformReplacement> readReplacements(const TerraformInstances& instances, const TerraformPlaces& prior,
                                                   Diagnostics& diagnostics) {
    std::vector<TerraformReplacement> replaced;
    for (const auto& [address, change] : instances.changes()) {
        const TerraformType* type = instances.typeNamed(terraformText(change, "type"));
        const Node actions = terraformPath(change, "change.actions");
        if (type == nullptr || !actions || actions.size() != 2) {
            continue;
        }
        const Node before = terraformPath(change, "change.before");
        const std::vector<std::string_view> paths = TerraformInstances::pathsOf(*type, "vault");
        const auto vault = readAzureId(paths.empty() ? std::string{} : terraformText(before, paths.front()));
        const auto planned = std::ranges::find(instances.all(), address, &TerraformInstance::address);
        replaced.push_back({type->thing, terraformText(before, "name"),
                            vault && !vault->names.empty() ? vault->names.front() : std::string{},
                            planned != instances.all().end() ? planned->mark : Mark{},
                            placeIn(prior, address, terraformText(change, "previous_address")),
                            actions.item(0).text() == "create"});
        tellReason(address, change, diagnostics);
    }
    return replaced;
}

} // namespace cmksim::import
