#include "document/from_json.hpp"

#include "base/overloaded.hpp"
#include "document/builder.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::document {

namespace {

/// What lies deeper than this stands on one line, such as a resource of an estate or an entry of a timeline; and what
/// is short.
constexpr std::size_t deepestBlock = 3;
constexpr std::size_t shortLine = 100;

/// A value as text, with the place of every key and value in the order of the walk.
class PlacedText {
public:
    explicit PlacedText(std::uint32_t firstLine) : text_(firstLine - 1, '\n'), line_{firstLine} {}

    void write(const JsonValue& value, std::size_t depth = 0) {
        remember();
        const bool isBlock = depth < deepestBlock && value.line().size() > shortLine;
        const std::optional<std::size_t> blockDepth = isBlock ? std::optional{depth} : std::nullopt;
        value.visit(Overloaded{[&](const JsonArray& items) {
                                   writeAll("[]", items, blockDepth,
                                            [&](const JsonValue& item) { write(item, depth + 1); });
                               },
                               [&](const JsonObject& fields) {
                                   writeAll("{}", fields, blockDepth, [&](const JsonValue::Field& field) {
                                       remember();
                                       text_ += jsonString(field.first) + ": ";
                                       write(field.second, depth + 1);
                                   });
                               },
                               [&](const auto& /*scalar*/) { text_ += value.line(); }});
    }

    [[nodiscard]] std::string takeText() { return std::move(text_) + '\n'; }
    [[nodiscard]] const std::vector<Place>& places() const { return places_; }

private:
    /// In lines of their own, where they make up a block.
    template <class Elements, class Write>
    void writeAll(std::string_view brackets, const Elements& elements, std::optional<std::size_t> blockDepth,
                  Write writeOne) {
        text_ += brackets.front();
        bool isFirst = true;
        for (const auto& element : elements) {
            text_ += isFirst ? "" : blockDepth ? "," : ", ";
            isFirst = false;
            if (blockDepth) {
                breakLine(*blockDepth + 1);
            }
            writeOne(element);
        }
        if (blockDepth) {
            breakLine(*blockDepth);
        }
        text_ += brackets.back();
    }

    void breakLine(std::size_t depth) {
        text_ += '\n';
        ++line_;
        lineStart_ = text_.size();
        text_.append(depth, ' ');
    }

    void remember() { places_.push_back({line_, static_cast<std::uint32_t>(text_.size() - lineStart_ + 1)}); }

    std::string text_;
    std::uint32_t line_;
    std::size_t lineStart_ = text_.size();
    std::vector<Place> places_;
};

/// The nodes of a value, at their places.
class NodeWriter {
public:
    NodeWriter(DocumentBuilder& builder, const std::vector<Place>& places) : builder_{builder}, next_{places.begin()} {}

    void write(const JsonValue& value) {
        const Place here = *next_++;
        value.visit(Overloaded{[&](std::nullptr_t) { builder_.null(here); },
                               [&](const std::string& text) { builder_.scalar(here, text, true); },
                               [&](const JsonArray& items) {
                                   builder_.beginSequence(here);
                                   for (const JsonValue& item : items) {
                                       write(item);
                                   }
                                   builder_.endSequence();
                               },
                               [&](const JsonObject& fields) {
                                   builder_.beginMapping(here);
                                   for (const auto& [name, field] : fields) {
                                       builder_.scalar(*next_++, name, true);
                                       write(field);
                                   }
                                   builder_.endMapping();
                               },
                               [&](const auto& /*number or flag*/) { builder_.scalar(here, value.line(), false); }});
    }

private:
    DocumentBuilder& builder_;
    std::vector<Place>::const_iterator next_;
};

} // namespace

std::shared_ptr<const Document> documentOf(const JsonValue& value, std::string name, Diagnostics& diagnostics,
                                           std::uint32_t firstLine, ShownLines lines) {
    PlacedText placed{firstLine};
    placed.write(value);
    std::string text = placed.takeText();
    if (lines == ShownLines::LeftOut) {
        text = {};
    }
    DocumentBuilder builder{std::make_shared<const Source>(std::move(name), std::move(text)), diagnostics};
    NodeWriter{builder, placed.places()}.write(value);
    return builder.finish();
}

} // namespace cmksim::document
