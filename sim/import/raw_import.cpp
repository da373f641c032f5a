#include "import/raw_import.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cmksim::import {

std::string readable(std::string_view text) {
    std::string plain{text};
    std::erase(plain, unknownMark);
    return plain;
}

void RawImport::other(Mark mark, std::string_view type) {
    auto& types = others[mark.source];
    const auto known = types.find(type);
    if (known != types.end()) {
        ++known->second;
    } else {
        types.emplace(type, 1);
    }
}

void RawImport::append(RawImport from) {
    const auto move = [](auto& target, auto& source) {
        if (target.empty()) {
            target = std::move(source);
        } else {
            std::ranges::move(source, std::back_inserter(target));
        }
    };
    move(vaults, from.vaults);
    move(keys, from.keys);
    move(identities, from.identities);
    move(grants, from.grants);
    move(roles, from.roles);
    move(resources, from.resources);
    move(mentions, from.mentions);
    move(applications, from.applications);
    move(baseless, from.baseless);
    for (const auto& [source, types] : from.others) {
        for (const auto& [type, count] : types) {
            others[source][type] += count;
        }
    }
}

} // namespace cmksim::import
