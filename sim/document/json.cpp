#include "document/json.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

namespace cmksim::document {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr int deepest = 256;
constexpr std::string_view blanks = " \t\r\n";

/// Line and column of places that come in the order of the text.
class Places {
public:
    /// `text` is what is read; `lines`, as long, is what the user wrote.
    Places(std::string_view text, std::string_view lines)
        : text_{text}, lines_{lines}, at_{lines.data()}, lineStart_{lines.data()} {}

    Place of(const char* read) {
        const char* const end = lines_.data() + lines_.size();
        const char* const place = std::clamp(lines_.data() + (read - text_.data()), at_, end);
        while (at_ < place) {
            const void* found = std::memchr(at_, '\n', static_cast<std::size_t>(place - at_));
            if (found == nullptr) {
                break;
            }
            at_ = static_cast<const char*>(found) + 1;
            lineStart_ = at_;
            ++line_;
        }
        at_ = place;
        return {line_, static_cast<std::uint32_t>(place - lineStart_ + 1)};
    }

private:
    std::string_view text_;
    std::string_view lines_;
    const char* at_;
    const char* lineStart_;
    std::uint32_t line_ = 1;
};

/// The text with its comments blanked out, and so what is no character of a JSON string in strings, such as the line
/// breaks that Resource Manager takes: every place stays what it is.
std::string withoutComments(std::string text) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quoted) {
            if (text[i] == '\\') {
                ++i;
            } else if (static_cast<unsigned char>(text[i]) < ' ') {
                text[i] = ' ';
            } else {
                quoted = text[i] != '"';
            }
        } else if (text[i] == '"') {
            quoted = true;
        } else if (text.compare(i, 2, "//") == 0 || text.compare(i, 2, "/*") == 0) {
            const bool line = text[i + 1] == '/';
            const std::size_t close = line ? text.find('\n', i) : text.find("*/", i + 2);
            const std::size_t end = close == std::string::npos ? text.size() : close + (line ? 0 : 2);
            std::replace_if(
                text.begin() + static_cast<std::ptrdiff_t>(i), text.begin() + static_cast<std::ptrdiff_t>(end),
                [](char c) { return c != '\n'; }, ' ');
            i = end - 1;
        }
    }
    return text;
}

/// Takes values out of a text, in its order.
class JsonReader {
public:
    explicit JsonReader(Places& places) : places_{places} {}

    [[nodiscard]] simdjson::error_code error() const { return error_; }
    [[nodiscard]] bool tooDeep() const { return tooDeep_; }
    [[nodiscard]] bool isScalar() const { return scalar_; }
    [[nodiscard]] bool sound() const { return error_ == simdjson::SUCCESS && !tooDeep_; }

    void readValue(ondemand::value& here, DocumentBuilder& builder) {
        builder_ = &builder;
        value(here, 0);
    }

    void read(ondemand::document& document, DocumentBuilder& builder) {
        readWhole(document, [&](ondemand::value& here) { readValue(here, builder); });
        if (scalar_) { // no file of ours is a lone scalar, which is told
            builder.null({1, 1});
        }
    }

    /// Calls `visit` with the whole value, unless it is a lone scalar.
    template <class Visit>
    void readWhole(ondemand::document& document, Visit visit) {
        ondemand::value whole;
        const auto error = document.get_value().get(whole);
        scalar_ = error == simdjson::SCALAR_DOCUMENT_AS_VALUE;
        if (error == simdjson::SUCCESS) {
            visit(whole);
        } else if (!scalar_) {
            error_ = error;
        }
    }

    /// Calls `visit` with each row until it returns false. Whether the text has rows.
    template <class Visit>
    bool readRows(ondemand::document& document, Visit visit) {
        ondemand::value whole;
        ondemand::json_type type{};
        if (document.get_value().get(whole) != simdjson::SUCCESS || whole.type().get(type) != simdjson::SUCCESS) {
            return false;
        }
        if (type == ondemand::json_type::array) {
            rows(whole, visit);
            return true;
        }
        ondemand::object fields;
        if (type != ondemand::json_type::object || !check(whole.get_object().get(fields))) {
            return false;
        }
        bool found = false;
        for (auto item : fields) {
            std::string_view name;
            if (!check(item.error()) || !check(item.unescaped_key().get(name))) {
                return true;
            }
            if ((name == "data" || name == "value" || name == "records" || name == "Data" || name == "Value") &&
                item.value().type().get(type) == simdjson::SUCCESS && type == ondemand::json_type::array) {
                found = true;
                ondemand::value list;
                if (check(item.value().get(list))) {
                    rows(list, visit);
                }
            }
        }
        return found;
    }

private:
    [[nodiscard]] bool failed() const { return error_ != simdjson::SUCCESS || builder_->overflown() || tooDeep_; }

    void value(ondemand::value& here, int depth) {
        const Place place = places_.of(here.raw_json_token().data());
        ondemand::json_type type{};
        if (!check(here.type().get(type))) {
            builder_->null(place); // a key has a value, whatever is wrong
        } else {
            switch (type) {
            case ondemand::json_type::array: array(here, place, depth); break;
            case ondemand::json_type::object: object(here, place, depth); break;
            case ondemand::json_type::string: string(here, place); break;
            case ondemand::json_type::null: null(here, place); break;
            case ondemand::json_type::number: number(here, place); break;
            case ondemand::json_type::boolean: boolean(here, place); break;
            }
        }
    }

    template <class Visit>
    void rows(ondemand::value& list, Visit visit) {
        ondemand::array items;
        if (!check(list.get_array().get(items))) {
            return;
        }
        for (auto item : items) {
            ondemand::value one;
            if (!check(item.get(one)) || !visit(one)) {
                return;
            }
        }
    }

    bool check(simdjson::error_code error) {
        if (error != simdjson::SUCCESS) {
            error_ = error;
        }
        return error == simdjson::SUCCESS;
    }

    bool descend(int depth) {
        tooDeep_ = tooDeep_ || depth >= deepest;
        return !tooDeep_;
    }

    void array(ondemand::value& here, Place place, int depth) {
        ondemand::array items;
        if (!descend(depth) || !check(here.get_array().get(items))) {
            builder_->null(place);
            return;
        }
        builder_->beginSequence(place);
        for (auto item : items) {
            ondemand::value one;
            if (failed() || !check(item.get(one))) {
                break;
            }
            value(one, depth + 1);
        }
        builder_->endSequence();
    }

    void object(ondemand::value& here, Place place, int depth) {
        ondemand::object fields;
        if (!descend(depth) || !check(here.get_object().get(fields))) {
            builder_->null(place);
            return;
        }
        builder_->beginMapping(place);
        for (auto item : fields) {
            std::string_view name;
            ondemand::raw_json_string raw;
            if (failed() || !check(item.error()) || !check(item.key().get(raw))) {
                break;
            }
            const Place at = places_.of(raw.raw() - 1);
            ondemand::value inner;
            if (!key(item, raw.raw(), name) || !check(item.value().get(inner))) {
                break;
            }
            builder_->scalar(at, name, true);
            value(inner, depth + 1);
        }
        builder_->endMapping();
    }

    /// What has nothing to unescape is taken from where it stands.
    void string(ondemand::value& here, Place place) {
        std::string_view text = here.raw_json_token();
        if (text.find('\\') == std::string_view::npos) {
            ondemand::raw_json_string taken;
            check(here.get_raw_json_string().get(taken));
            text = text.substr(1, text.rfind('"') - 1);
        } else {
            check(here.get_string().get(text));
        }
        builder_->scalar(place, text, true);
    }

    /// The name of a field, which the library has seen to end.
    bool key(simdjson::simdjson_result<ondemand::field>& item, const char* begin, std::string_view& name) {
        const char* end = begin;
        while (*end != '"' && *end != '\\') {
            ++end;
        }
        name = {begin, static_cast<std::size_t>(end - begin)};
        return *end == '"' || check(item.unescaped_key().get(name));
    }

    void number(ondemand::value& here, Place place) {
        std::string_view text = here.raw_json_token();
        text = text.substr(0, text.find_last_not_of(blanks) + 1);
        double ignored = 0;
        check(here.get_double().get(ignored));
        builder_->scalar(place, text, false);
    }

    void boolean(ondemand::value& here, Place place) {
        bool flag = false;
        check(here.get_bool().get(flag));
        builder_->scalar(place, flag ? "true" : "false", false);
    }

    void null(ondemand::value& here, Place place) {
        bool isNull = false; // a word that only begins like it is told from it here
        check(here.is_null().get(isNull));
        check(isNull || error_ != simdjson::SUCCESS ? error_ : simdjson::N_ATOM_ERROR);
        builder_->null(place);
    }

    DocumentBuilder* builder_ = nullptr;
    Places& places_;
    bool scalar_ = false;
    simdjson::error_code error_ = simdjson::SUCCESS;
    bool tooDeep_ = false;
};

/// A text that the library can read, and what it has to say when it cannot.
class JsonText {
public:
    JsonText(const std::shared_ptr<const Source>& source, Diagnostics& diagnostics, JsonComments comments)
        : source_{diagnostics.keep(source)}, diagnostics_{diagnostics}, text_{source->text()} {
        capacity_ = source->text().capacity();
        if (comments == JsonComments::Allowed || capacity_ < text_.size() + simdjson::SIMDJSON_PADDING) {
            own_ = comments == JsonComments::Allowed ? withoutComments(source->text()) : source->text();
            own_.reserve(own_.size() + simdjson::SIMDJSON_PADDING);
            text_ = own_;
            capacity_ = own_.capacity();
        }
        lines_ = source->text();
        constexpr std::string_view mark = "\xEF\xBB\xBF";
        if (text_.starts_with(mark)) {
            text_.remove_prefix(mark.size());
            lines_.remove_prefix(mark.size());
            capacity_ -= mark.size();
        }
        begin(text_);
    }
    JsonText(const JsonText&) = delete;
    JsonText& operator=(const JsonText&) = delete;

    /// Reads a part of the text from now on.
    void begin(std::string_view part) {
        part_ = part;
        const auto before = static_cast<std::size_t>(part.data() - text_.data());
        const simdjson::padded_string_view padded{part.data(), part.size(), capacity_ - before};
        error_ = parser_.iterate(padded).get(document_);
    }

    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] Places places() const { return {text_, lines_}; }
    ondemand::document& document() { return document_; }

    /// Whether all was well; else it is reported, at the place that has been reached.
    bool judge(const JsonReader* reader) {
        simdjson::error_code error = reader != nullptr && error_ == simdjson::SUCCESS ? reader->error() : error_;
        if (reader != nullptr && reader->tooDeep()) {
            diagnostics_.error(here(), fmt::format("this nests deeper than {} levels", deepest));
            return false;
        }
        const std::string_view token = part_.substr(std::min(part_.find_first_not_of(blanks), part_.size()));
        const std::string_view bare = token.substr(0, token.find_last_not_of(blanks) + 1);
        if (error == simdjson::SUCCESS && reader != nullptr && reader->isScalar() && isLoneScalar(bare)) {
            document_.rewind();
            diagnostics_.error(here(), fmt::format("expected a mapping or a list, not {}",
                                                   bare.starts_with('"') ? "a text" : inQuotes(bare)));
            return false;
        }
        if (error == simdjson::SUCCESS && reader != nullptr && !atEnd()) {
            error = simdjson::TRAILING_CONTENT;
        }
        if (error != simdjson::SUCCESS) {
            diagnostics_.error(here(), fmt::format("this is no JSON: {}", simdjson::error_message(error)));
        }
        return error == simdjson::SUCCESS;
    }

private:
    /// Whether all of the part has been read.
    bool atEnd() {
        const char* place = nullptr;
        return document_.current_location().get(place) != simdjson::SUCCESS ||
               part_.find_first_not_of(blanks, static_cast<std::size_t>(place - part_.data())) ==
                   std::string_view::npos;
    }

    /// Whether the part is a text, a number, true, false or null, and nothing else.
    bool isLoneScalar(std::string_view bare) {
        document_.rewind();
        ondemand::json_type type{};
        double number = 0;
        bool flag = false;
        std::string_view text;
        if (document_.type().get(type) != simdjson::SUCCESS) {
            return false;
        }
        switch (type) {
        case ondemand::json_type::number: return document_.get_double().get(number) == simdjson::SUCCESS && atEnd();
        case ondemand::json_type::string: return document_.get_string().get(text) == simdjson::SUCCESS && atEnd();
        case ondemand::json_type::boolean: return document_.get_bool().get(flag) == simdjson::SUCCESS && atEnd();
        case ondemand::json_type::null: return bare == "null";
        default: return false;
        }
    }

    Mark here() {
        const char* place = nullptr;
        if (error_ != simdjson::SUCCESS || document_.current_location().get(place) != simdjson::SUCCESS) {
            place = part_.data() + (error_ == simdjson::SUCCESS ? part_.size() : 0);
        }
        const Place at = places().of(place);
        return {&source_, at.line, at.column};
    }

    const Source& source_;
    Diagnostics& diagnostics_;
    std::string own_;
    std::string_view text_;
    std::string_view lines_;   // the same as the user wrote it
    std::size_t capacity_ = 0; // from the text's begin on
    std::string_view part_;
    ondemand::parser parser_;
    ondemand::document document_;
    simdjson::error_code error_ = simdjson::SUCCESS;
};

/// The values of JSON Lines; none for a text that is one value. No value begins on a line of its own after one that was
/// closed, unless a line is a value.
std::vector<std::string_view> jsonLines(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t begin = text.find_first_not_of(blanks); begin != std::string_view::npos;
         begin = text.find_first_not_of(blanks, begin)) {
        const std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
        const std::size_t last = line.find_last_not_of(blanks);
        if (lines.empty() && (line.front() != '{' || line[last] != '}')) {
            return {};
        }
        lines.push_back(line.substr(0, last + 1));
        begin += line.size();
    }
    return lines.size() > 1 ? lines : std::vector<std::string_view>{};
}

} // namespace

std::shared_ptr<const Document> parseJson(std::shared_ptr<const Source> source, Diagnostics& diagnostics,
                                          JsonComments comments) {
    JsonText text{source, diagnostics, comments};
    if (!text.judge(nullptr)) {
        return nullptr;
    }
    Places places = text.places();
    DocumentBuilder builder{std::move(source), diagnostics};
    if (comments == JsonComments::Allowed) {
        builder.letLastDuplicateHold();
    }
    JsonReader reader{places};
    reader.read(text.document(), builder);
    if (builder.overflown()) {
        return nullptr;
    }
    return text.judge(&reader) ? builder.finish() : nullptr;
}

bool forEachJsonRow(std::shared_ptr<const Source> source, Diagnostics& diagnostics, const JsonRowVisitor& visit) {
    JsonText text{source, diagnostics, JsonComments::Forbidden};
    const std::vector<std::string_view> lines = jsonLines(text.text());
    if (lines.empty() && !text.judge(nullptr)) {
        return false;
    }
    Places places = text.places();
    JsonReader reader{places};
    bool sound = true;
    DocumentBuilder builder{source, diagnostics};
    const auto row = [&](ondemand::value& value) {
        builder.clear();
        reader.readValue(value, builder);
        const auto document = reader.sound() ? builder.finish() : nullptr;
        sound = sound && document != nullptr;
        if (document) {
            visit(document->root());
        }
        return sound;
    };
    if (!lines.empty()) {
        return std::ranges::all_of(lines, [&](std::string_view line) {
            text.begin(line);
            if (text.judge(nullptr)) {
                reader.readWhole(text.document(), row);
            }
            return text.judge(&reader) && sound;
        });
    }
    if (!reader.readRows(text.document(), row)) {
        places = text.places();
        text.document().rewind();
        reader.readWhole(text.document(), row);
    }
    return (sound || !reader.sound()) && text.judge(&reader);
}

} // namespace cmksim::document
