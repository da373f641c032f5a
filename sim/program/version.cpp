#include "program/version.hpp"

#include "catalog/catalog.hpp"

#include <fmt/format.h>

namespace cmksim::program {

std::string versionText() {
    std::string text = "cmksim " CMKSIM_VERSION "\n";
    text += fmt::format("commit  {}\n", builtCommit());
    const Catalog catalog;
    std::string_view label = "models";
    for (const std::string_view service : catalog.services()) {
        std::string versions;
        for (const std::string_view version : catalog.versions(service)) {
            versions.append(versions.empty() ? "" : ", ").append(version);
        }
        text += fmt::format("{:<8}{} {}\n", label, service, versions);
        label = "";
    }
    return text + fmt::format("build   {}\n", builtWith());
}

} // namespace cmksim::program
