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

void RawImport::count(Mark mark, std::string_view type, CountsBySource& in) {
    auto& types = in[mark.source];
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
    move(ways, from.ways);
    move(baseless, from.baseless);
    const auto add = [](CountsBySource& to, const CountsBySource& more) {
        for (const auto& [source, types] : more) {
            for (const auto& [type, number] : types) {
                to[source][type] += number;
            }
        }
    };
    add(others, from.others);
    add(reported, from.reported);
}

} // namespace cmksim::import
