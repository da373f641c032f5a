#include "document/yaml.hpp"

#include "base/text.hpp"
#include "document/encoding.hpp"
#include "document/json.hpp"
#include "document/yaml_input.hpp"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <istream>
#include <optional>
#include <string>

namespace cmksim::document {

namespace {

/// Leaves the parser early; what is wrong has been reported.
struct Stop {};

Place placeOf(const YAML::Mark& mark) {
    return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

/// Where the quotes of the scalar at `at` open, behind its anchor or tag; npos when it is not in quotes.
std::size_t openingQuote(std::string_view text, std::size_t at) {
    while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
        at = text.find_first_not_of(" \t\r\n", text.find_first_of(" \t\r\n", at));
    }
    const bool opens = at < text.size() && (text[at] == '"' || text[at] == '\'');
    return opens ? at : std::string_view::npos;
}

/// Whether the quotes that `text` starts with close again.
bool isClosed(std::string_view text) {
    const char quote = text.front();
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (quote == '"' && text[at] == '\\') {
            ++at;
        } else if (text[at] == quote) {
            const bool doubled = quote == '\'' && at + 1 < text.size() && text[at + 1] == quote;
            if (!doubled) {
                return true;
            }
            ++at;
        }
    }
    return false;
}

/// Hands the parser's events to a builder.
class Handler final : public YAML::EventHandler {
public:
    Handler(const Source& source, DocumentBuilder& builder, YamlInput& input, Diagnostics& diagnostics)
        : source_{source}, text_{withoutByteOrderMark(source.text())}, builder_{builder}, input_{input},
          diagnostics_{diagnostics} {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) {
            refuseSecond(mark);
        }
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        progress(mark);
        builder_.null(nullPlace(mark), anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        progress(mark);
        builder_.alias(placeOf(mark), anchor);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        progress(mark);
        checkTag(mark, tag);
        const bool quoted = tag == "!";
        builder_.scalar(placeOf(mark), value, quoted, anchor);
        lastScalar_ = offsetOf(mark);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        progress(mark);
        checkTag(mark, tag);
        builder_.beginSequence(placeOf(mark), anchor);
    }
    void OnSequenceEnd() override { builder_.endSequence(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        progress(mark);
        checkTag(mark, tag);
        builder_.beginMapping(placeOf(mark), anchor);
    }
    void OnMapEnd() override { builder_.endMapping(); }

    /// The parser takes a quoted text that the end of the file cuts off for a whole one. Reports it.
    [[nodiscard]] bool checkLastQuote() const {
        const std::size_t opening = openingQuote(text_, lastScalar_);
        if (opening == std::string_view::npos || isClosed(text_.substr(opening))) {
            return true;
        }
        diagnostics_.error(markAt(source_, opening), "these quotes are not closed");
        return false;
    }

    /// The start of the last node that was read whole or begun.
    [[nodiscard]] Mark lastMark() const { return {&source_, last_.line, last_.column}; }

private:
    void progress(const YAML::Mark& mark) {
        if (builder_.overflown()) {
            throw Stop{};
        }
        last_ = placeOf(mark);
        input_.nodeRead();
    }

    void checkTag(const YAML::Mark& mark, const std::string& tag) {
        const bool none = tag.empty() || tag == "?" || tag == "!";
        if (!none) {
            const Place place = placeOf(mark);
            constexpr std::string_view standard = "tag:yaml.org,2002:";
            const std::string name = tag.starts_with(standard) ? "!!" + tag.substr(standard.size()) : tag;
            diagnostics_.error({&source_, place.line, place.column},
                               fmt::format("tags such as {} are not supported", inQuotes(name)));
        }
    }

    [[noreturn]] void refuseSecond(const YAML::Mark& mark) {
        const Place place = placeOf(mark);
        const Mark at{&source_, place.line, place.column};
        if (text_.substr(offsetOf(mark)).starts_with("---")) {
            diagnostics_.error(at, "a second document", "a file holds one");
        } else {
            diagnostics_.error(at, "this does not belong to what stands above it", "check the indentation");
        }
        throw Stop{};
    }

    /// The parser says of a value that is not written that it stands at whatever comes next; we say at the colon or
    /// dash before it.
    [[nodiscard]] Place nullPlace(const YAML::Mark& mark) const {
        constexpr std::size_t farthest = 4096;
        const Place given = placeOf(mark);
        const std::size_t end = offsetOf(mark);
        const bool written = end < text_.size() && std::string_view{"~nN&!"}.find(text_[end]) != std::string_view::npos;
        const std::size_t windowStart = end - std::min(end, farthest);
        const std::string_view window = text_.substr(windowStart, end - windowStart);
        const std::size_t before = window.find_last_not_of(" \t\r\n");
        if (written || before == std::string_view::npos) {
            return given;
        }
        const auto lines = static_cast<std::uint32_t>(std::ranges::count(window.substr(before), '\n'));
        const std::size_t lineEnd = window.substr(0, before).rfind('\n');
        const bool lineStartKnown = lineEnd != std::string_view::npos || windowStart == 0;
        if (lines == 0 || lines >= given.line || !lineStartKnown) {
            return given;
        }
        const std::size_t lineStart = lineEnd == std::string_view::npos ? 0 : lineEnd + 1;
        return {given.line - lines, static_cast<std::uint32_t>(before - lineStart + 1)};
    }

    [[nodiscard]] std::size_t offsetOf(const YAML::Mark& mark) const {
        return std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
    }

    const Source& source_;
    std::string_view text_;
    DocumentBuilder& builder_;
    YamlInput& input_;
    Diagnostics& diagnostics_;
    Place last_{1, 1};
    std::size_t lastScalar_ = 0;
    int documents_ = 0;
};

/// What the parser's terser messages mean for a person.
struct Rewording {
    std::string_view theirs;
    std::string_view ours;
    std::string_view help;
};

std::optional<Rewording> rewordingOf(std::string_view theirs) {
    const std::array rewordings{
        Rewording{YAML::ErrorMsg::EOF_IN_SCALAR, "the text ends inside of quotes", ""},
        Rewording{YAML::ErrorMsg::DOC_IN_SCALAR, "the document ends inside of quotes", ""},
        Rewording{YAML::ErrorMsg::END_OF_SEQ_FLOW, "expected ',' or ']' in a list in brackets", ""},
        Rewording{YAML::ErrorMsg::END_OF_MAP_FLOW, "expected ',' or '}' in a mapping in braces", ""},
        Rewording{YAML::ErrorMsg::END_OF_MAP, "expected a key of the mapping above", "check the indentation"},
        Rewording{YAML::ErrorMsg::END_OF_SEQ, "expected a '-' of the list above", "check the indentation"},
        Rewording{YAML::ErrorMsg::MAP_VALUE, "a ':' has no place here",
                  "check the indentation; a text that holds ': ' needs quotes"},
        Rewording{YAML::ErrorMsg::MAP_KEY, "a key has no place here", "check the indentation"},
        Rewording{YAML::ErrorMsg::BLOCK_ENTRY, "a list entry has no place here", "check the indentation"},
        Rewording{YAML::ErrorMsg::FLOW_END, "a closing bracket without its opening one", ""},
        Rewording{YAML::ErrorMsg::UNKNOWN_TOKEN, "no value starts with this character",
                  "a text that does needs quotes"},
        Rewording{YAML::ErrorMsg::TAB_IN_INDENTATION, "a tab in the indentation", "use spaces"},
        Rewording{YAML::ErrorMsg::ALIAS_NOT_FOUND, "a '*' must be followed by the name of an anchor",
                  "a text that starts with one needs quotes"},
        Rewording{YAML::ErrorMsg::ANCHOR_NOT_FOUND, "a '&' must be followed by a name",
                  "a text that starts with one needs quotes"},
    };
    const auto known = std::ranges::find(rewordings, theirs, &Rewording::theirs);
    return known != rewordings.end() ? std::optional{*known} : std::nullopt;
}

/// The name at a mark, as far as an alias goes.
std::string_view aliasAt(std::string_view line, std::uint32_t column) {
    const std::string_view rest = line.substr(std::min<std::size_t>(column, line.size()));
    return rest.substr(0, rest.find_first_of(" ,]}\t"));
}

Mark markOf(const YAML::Mark& mark, const Source& source) {
    if (mark.is_null()) {
        return {&source, 0, 0};
    }
    const std::string_view text = withoutByteOrderMark(source.text());
    if (static_cast<std::size_t>(std::max(mark.pos, 0)) >= text.size()) {
        return markAt(source, text.find_last_not_of(" \t\r\n") + 1); // the end, where the parser says a column of 0
    }
    const Place place = placeOf(mark);
    return {&source, place.line, place.column};
}

void report(const YAML::ParserException& error, const Source& source, Mark lastNode, Diagnostics& diagnostics) {
    const Mark mark = markOf(error.mark, source);
    if (dynamic_cast<const YAML::DeepRecursion*>(&error) != nullptr) {
        diagnostics.error(lastNode, "nested too deeply");
        return;
    }
    if (error.msg.starts_with(YAML::ErrorMsg::UNKNOWN_ANCHOR)) {
        diagnostics.error(
            mark, fmt::format("no anchor {} stands above", inQuotes(aliasAt(source.line(mark.line), mark.column))));
        return;
    }
    if (const std::optional<Rewording> known = rewordingOf(error.msg)) {
        diagnostics.error(mark, std::string{known->ours}, std::string{known->help});
    } else {
        diagnostics.error(mark, error.msg);
    }
}

} // namespace

bool readYaml(const Source& source, DocumentBuilder& builder, Diagnostics& diagnostics) {
    const Mark whole{&source, 0, 0};
    if (source.text().size() > largestFile) {
        diagnostics.error(whole, fmt::format("the file is larger than {} MiB", largestFile / (1024 * 1024)));
        return false;
    }
    if (!checkEncoding(source, diagnostics)) {
        return false;
    }
    YamlInput input{withoutByteOrderMark(source.text())};
    std::istream stream{&input};
    Handler handler{source, builder, input, diagnostics};
    try {
        YAML::Parser parser{stream};
        const bool found = parser.HandleNextDocument(handler);
        if (!input.exhausted()) {
            if (!found) {
                diagnostics.error(whole, "the file is empty");
                return false;
            }
            parser.HandleNextDocument(handler);
        }
    } catch (const Stop&) {
        return false;
    } catch (const YAML::ParserException& error) {
        if (!input.exhausted()) {
            report(error, source, handler.lastMark(), diagnostics);
            return false;
        }
    }
    if (input.exhausted()) {
        diagnostics.error(handler.lastMark(), "what follows is too long to be read in one piece",
                          "write long lists and mappings one entry a line, without brackets");
        return false;
    }
    return !builder.overflown() && handler.checkLastQuote();
}

std::shared_ptr<const Document> parseDocument(std::shared_ptr<const Source> source, Diagnostics& diagnostics) {
    if (source->name().ends_with(".json")) {
        return parseJson(std::move(source), diagnostics);
    }
    const Source& text = *source;
    DocumentBuilder builder{std::move(source), diagnostics};
    return readYaml(text, builder, diagnostics) ? builder.finish() : nullptr;
}

} // namespace cmksim::document
