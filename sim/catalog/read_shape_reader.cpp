#include "catalog/read_shape_reader.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace cmksim::catalog {

namespace {

constexpr std::string_view eachPrefix = "each ";
constexpr std::string_view allPrefix = "all ";
constexpr std::string_view ifPrefix = "if ";
constexpr std::string_view elseName = "else";

class ShapeReader {
public:
    ShapeReader(bool ofService, FactReader& facts) : ofService_{ofService}, facts_{facts} {}

    ReadShape read(Node node) {
        if (node.isMapping()) {
            return mapping(node);
        }
        if (!node.isSequence()) {
            return node.isNull() ? ReadShape{} : scalar(node);
        }
        shape::Items items;
        for (const Node item : node.items()) {
            items.items.push_back(read(item));
        }
        return {std::move(items)};
    }

private:
    ReadShape mapping(Node node) {
        if (node.size() > 0) {
            const Entry first = node.entry(0);
            if (first.key.text().starts_with(eachPrefix) && node.size() == 1) {
                return {shape::Each{list(first.key, eachPrefix), {read(first.value)}}};
            }
            if (first.key.text().starts_with(allPrefix) && node.size() == 1) {
                return {shape::All{list(first.key, allPrefix), {read(first.value)}}};
            }
            if (first.key.text().starts_with(ifPrefix)) {
                return {choice(node, first)};
            }
        }
        shape::Fields fields;
        for (const Entry entry : node.entries()) {
            checkValues(entry.key);
            fields.fields.push_back({std::string{entry.key.text()}, read(entry.value)});
        }
        return {std::move(fields)};
    }

    ReadList list(Node key, std::string_view prefix) {
        const auto found = std::ranges::find(readListNames, key.text().substr(prefix.size()));
        if (found == readListNames.end()) {
            report(key, prefix, "list", readListNames);
            return {};
        }
        return static_cast<ReadList>(found - readListNames.begin());
    }

    shape::If choice(Node node, const Entry& first) {
        shape::If choice;
        const std::string_view test = first.key.text().substr(ifPrefix.size());
        const auto found = std::ranges::find(readTestNames, test);
        if (found != readTestNames.end()) {
            choice.test = static_cast<ReadTest>(found - readTestNames.begin());
        } else if (ofService_) {
            choice.test = std::string{test};
        } else {
            report(first.key, ifPrefix, "test", readTestNames);
        }
        choice.then.push_back(read(first.value));
        for (std::size_t i = 1; i < node.size(); ++i) {
            const Entry other = node.entry(i);
            if (other.key.text() != elseName || i > 1) {
                facts_.reportUnknown(other.key, "part of a choice", std::vector<std::string_view>{elseName});
            } else {
                choice.otherwise.push_back(read(other.value));
            }
        }
        return choice;
    }

    ReadShape scalar(Node node) {
        const std::string_view text = node.text();
        if (text == managedShape) {
            return {shape::Managed{}};
        }
        if (!node.quoted() && (text == "true" || text == "false")) {
            return {text == "true"};
        }
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (!node.quoted() && !text.empty() && error == std::errc{} && end == text.data() + text.size()) {
            return {number};
        }
        checkValues(node);
        return {shape::Text{std::string{text}}};
    }

    /// Reports what stands in braces and is no value.
    void checkValues(Node node) {
        const std::string_view text = node.text();
        for (std::size_t open = text.find('{'); open != std::string_view::npos && !ofService_;) {
            const std::size_t close = text.find('}', open);
            const std::string_view name = text.substr(open + 1, close - open - 1);
            if (close == std::string_view::npos || std::ranges::find(readValueNames, name) == readValueNames.end()) {
                const std::vector<std::string_view> known(readValueNames.begin(), readValueNames.end());
                facts_.diagnostics().error(node.mark(), "unknown value " + inQuotes(name), suggestion(name, known));
                return;
            }
            open = text.find('{', close);
        }
    }

    template <class Names>
    void report(Node node, std::string_view prefix, std::string_view what, const Names& known) {
        std::vector<std::string> spelt;
        for (const std::string_view name : known) {
            spelt.push_back(std::string{prefix}.append(name));
        }
        facts_.reportUnknown(node, what, std::vector<std::string_view>(spelt.begin(), spelt.end()));
    }

    bool ofService_;
    FactReader& facts_;
};

} // namespace

ReadShape readShape(Node node, bool ofService, FactReader& facts) { return ShapeReader{ofService, facts}.read(node); }

std::optional<CommandShape> readCommandShape(Node command, bool ofService, FactReader& facts) {
    if (!command.isMapping()) {
        return std::nullopt;
    }
    CommandShape shape;
    if (const Node prints = command.find("prints")) {
        shape.prints = readShape(prints, ofService, facts);
    }
    if (const Node columns = command.find("columns")) {
        for (const Entry column : columns.entries()) {
            shape.columns.emplace_back(column.key.text(), column.value.text());
        }
    }
    if (const Node lines = command.find("lines")) {
        for (const Node line : lines.items()) {
            shape.lines.push_back(readShape(line, ofService, facts));
        }
    }
    return shape.prints || !shape.lines.empty() ? std::optional{std::move(shape)} : std::nullopt;
}

std::vector<std::pair<AzureThing, ReadShape>> readManagedShapes(Node node, std::string_view service,
                                                                FactReader& facts) {
    std::vector<std::pair<AzureThing, ReadShape>> shapes;
    if (node && node.isMapping()) {
        for (const Entry entry : node.entries()) {
            if (const auto thing = facts.indexOf(entry.key, "kind of thing", azureThingNames)) {
                shapes.emplace_back(static_cast<AzureThing>(*thing), readShape(entry.value, !service.empty(), facts));
            }
        }
    }
    return shapes;
}

} // namespace cmksim::catalog
