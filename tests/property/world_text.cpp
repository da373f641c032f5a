#include "property/world_text.hpp"

namespace cmksim::property {

namespace {

void addSection(std::string& yaml, std::string_view name, const std::vector<std::string>& pieces) {
    if (pieces.empty()) {
        return;
    }
    yaml += name;
    yaml += ":\n";
    for (const std::string& piece : pieces) {
        yaml += piece + "\n";
    }
}

} // namespace

std::string toYaml(const WorldText& world) {
    std::string yaml = world.head + "estate:\n";
    if (world.vaults.empty() && world.identities.empty() && world.roleAssignments.empty() && world.resources.empty()) {
        yaml = world.head + "estate: {}\n";
    }
    addSection(yaml, "  vaults", world.vaults);
    addSection(yaml, "  identities", world.identities);
    addSection(yaml, "  roleAssignments", world.roleAssignments);
    addSection(yaml, "  resources", world.resources);
    addSection(yaml, "timeline", world.timeline);
    return yaml;
}

FlowMap& FlowMap::add(std::string_view name, std::string_view value) {
    if (!text_.empty()) {
        text_ += ", ";
    }
    text_ += name;
    text_ += ": ";
    text_ += value;
    return *this;
}

std::string flowList(const std::vector<std::string>& items) {
    std::string text = "[";
    for (const std::string& item : items) {
        text += (text.size() > 1 ? ", " : "") + item;
    }
    return text + "]";
}

std::string secondsText(std::int64_t seconds) { return std::to_string(seconds) + "s"; }

} // namespace cmksim::property
