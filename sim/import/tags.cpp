#include "import/tags.hpp"

#include "base/text.hpp"
#include "import/azure_fields.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cmksim::import {

namespace {

std::string unknownText(std::string_view what) { return std::string{unknownMark}.append(what); }

/// Names of tags are the same whatever their case.
auto tagNamed(std::vector<RawTag>& tags, std::string_view name) {
    return std::ranges::find_if(tags, [&](const RawTag& one) { return equalIgnoringCase(one.name, name); });
}

} // namespace

std::vector<RawTag> tagsIn(Node tags) {
    std::vector<RawTag> all;
    if (!isThere(tags)) {
        return all;
    }
    if (tags.isScalar() && !tags.text().empty()) {
        const std::string said{tags.text()};
        all.push_back({isUnknownText(said) ? said : unknownText(said), {}, tags.mark()});
    }
    all.reserve(all.size() + tags.size()); // there are as many of them as resources
    for (const auto [name, value] : tags.entries()) {
        RawTag tag{std::string{name.text()}, textOf(value), name.mark()};
        if (isThere(value) && !value.isScalar()) {
            tag.value = unknownText("no text");
        }
        if (const auto same = tagNamed(all, tag.name); same != all.end()) {
            *same = std::move(tag);
        } else if (!tag.name.empty()) {
            all.push_back(std::move(tag));
        }
    }
    return all;
}

void mergeTags(const std::vector<RawTag>& found, bool stays, std::string_view owner, std::vector<RawTag>& known,
               Teller& teller) {
    const auto isNameKnown = [](const RawTag& one) { return !isUnknownText(one.name); };
    const bool knowsSome = std::ranges::any_of(known, isNameKnown) || std::ranges::any_of(found, isNameKnown);
    for (const RawTag& one : found) {
        const auto same = tagNamed(known, one.name);
        if (same == known.end()) {
            known.push_back(one);
        } else if (isUnknownText(same->value)) {
            same->value = one.value;
            same->mark = one.mark;
        } else if (!isUnknownText(one.value) && one.value != same->value) {
            teller.tell(one.mark,
                        fmt::format("tag {} of {} is {} here and {} at {}", inQuotes(one.name), owner,
                                    inQuotes(one.value), inQuotes(same->value), placeText(same->mark)),
                        stays ? "the other is newer and holds" : "what stands here is later and holds");
            if (!stays) {
                same->value = one.value;
                same->mark = one.mark;
            }
        }
    }
    if (knowsSome) { // which there are is told by one of the two
        std::erase_if(known, [&](const RawTag& one) { return !isNameKnown(one); });
    }
}

void addTags(const std::vector<RawTag>& tags, std::string_view owner, Teller& teller, JsonObject& fields) {
    JsonObject known;
    known.reserve(tags.size());
    for (const RawTag& one : tags) {
        if (isUnknownText(one.name)) {
            teller.tell(one.mark, fmt::format("tags of {} are not known ({})", owner, readable(one.name)),
                        tagsAreLeftOut);
        } else if (isUnknownText(one.value)) {
            teller.tell(one.mark,
                        fmt::format("tag {} of {} is not known ({})", inQuotes(one.name), owner, readable(one.value)),
                        tagsAreLeftOut);
        } else {
            known.emplace_back(one.name, one.value);
        }
    }
    if (!known.empty()) {
        fields.emplace_back("tags", std::move(known));
    }
}

} // namespace cmksim::import
