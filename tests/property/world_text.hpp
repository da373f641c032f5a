// A random world as text: a scenario file in parts, so that parts can be left out until only those remain that matter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::property {

/// A scenario as YAML text in pieces; each is one line of a section, indented as it stands there.
struct WorldText {
    std::string head; // up to `estate:`
    std::vector<std::string> vaults;
    std::vector<std::string> identities;
    std::vector<std::string> roleAssignments;
    std::vector<std::string> resources;
    std::vector<std::string> timeline;

    /// The sections whose pieces may be left out, those first that are most likely not to matter.
    [[nodiscard]] std::vector<std::vector<std::string>*> sections() {
        return {&timeline, &resources, &roleAssignments, &vaults, &identities};
    }
};

std::string toYaml(const WorldText& world);

/// A YAML mapping in flow style, field by field.
class FlowMap {
public:
    FlowMap& add(std::string_view name, std::string_view value);

    [[nodiscard]] bool empty() const { return text_.empty(); }
    [[nodiscard]] std::string text() const { return "{" + text_ + "}"; }

private:
    std::string text_;
};

/// `[a, b, c]`.
std::string flowList(const std::vector<std::string>& items);

/// A duration in seconds as the language writes it.
std::string secondsText(std::int64_t seconds);

} // namespace cmksim::property
