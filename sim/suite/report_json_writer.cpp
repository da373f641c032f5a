#include "suite/report_json_writer.hpp"

#include "base/json_value.hpp"

#include <cassert>
#include <ostream>
#include <type_traits>

namespace cmksim::suite {

JsonWriter& JsonWriter::end() {
    assert(!levels_.empty() && "only what was opened is ended");
    const Level level = levels_.back();
    levels_.pop_back();
    if (!level.empty && levels_.size() < brokenDepth_) {
        breakLine();
    }
    out_ << level.close;
    return *this;
}

JsonWriter& JsonWriter::field(std::string_view name, std::string_view value) {
    return written(name, jsonString(value));
}

JsonWriter& JsonWriter::tree(std::string_view name, const JsonValue& value) {
    value.visit([&]<class Value>(const Value& what) {
        if constexpr (std::is_same_v<Value, JsonObject>) {
            object(name).members(value).end();
        } else if constexpr (std::is_same_v<Value, JsonArray>) {
            list(name);
            for (const JsonValue& item : what) {
                tree({}, item);
            }
            end();
        } else {
            written(name, value.line());
        }
    });
    return *this;
}

JsonWriter& JsonWriter::members(const JsonValue& object) {
    for (const auto& [name, member] : object.fields()) {
        tree(name, member);
    }
    return *this;
}

JsonWriter& JsonWriter::strings(std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) {
        return *this;
    }
    list(name);
    for (const std::string& value : values) {
        item(value);
    }
    return end();
}

JsonWriter& JsonWriter::item(std::string_view value) { return written({}, jsonString(value)); }

JsonWriter& JsonWriter::open(std::string_view name, char begin, char close) {
    this->begin(name);
    out_ << begin;
    levels_.push_back({close});
    return *this;
}

JsonWriter& JsonWriter::written(std::string_view name, std::string_view value) {
    begin(name);
    out_ << value;
    return *this;
}

void JsonWriter::begin(std::string_view name) {
    if (!levels_.empty()) {
        const bool broken = levels_.size() <= brokenDepth_;
        if (!levels_.back().empty) {
            out_ << (broken ? "," : ", ");
        }
        if (broken) {
            breakLine();
        }
        levels_.back().empty = false;
    }
    if (!name.empty()) {
        out_ << jsonString(name) << ": ";
    }
}

void JsonWriter::breakLine() { out_ << '\n' << std::string(levels_.size(), ' '); }

} // namespace cmksim::suite
