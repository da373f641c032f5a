#include "suite/broken_json.hpp"

#include "base/overloaded.hpp"

#include <ostream>
#include <string>

namespace cmksim::suite {

namespace {

class BrokenWriter {
public:
    BrokenWriter(std::size_t levels, std::ostream& out) : levels_{levels}, out_{out} {}

    void write(const JsonValue& value, std::size_t depth, const JsonObject& more) const {
        value.visit(Overloaded{
            [&](const JsonObject& fields) {
                if (depth < levels_ && !(fields.empty() && more.empty())) {
                    out_ << '{';
                    for (bool first = true; const auto& [name, inner] : fields) {
                        begin(first, depth);
                        out_ << jsonString(name) << ": ";
                        write(inner, depth + 1, {});
                    }
                    for (bool first = fields.empty(); const auto& [name, inner] : more) {
                        begin(first, depth);
                        out_ << jsonString(name) << ": " << inner.line();
                    }
                    end('}', depth);
                } else {
                    out_ << value.line();
                }
            },
            [&](const JsonArray& items) {
                if (depth < levels_ && !items.empty()) {
                    out_ << '[';
                    for (bool first = true; const JsonValue& item : items) {
                        begin(first, depth);
                        write(item, depth + 1, {});
                    }
                    end(']', depth);
                } else {
                    out_ << value.line();
                }
            },
            [&](const auto& /*scalar*/) { out_ << value.line(); },
        });
    }

private:
    void begin(bool& first, std::size_t depth) const {
        out_ << (first ? "\n" : ",\n") << std::string(depth + 1, ' ');
        first = false;
    }
    void end(char bracket, std::size_t depth) const { out_ << '\n' << std::string(depth, ' ') << bracket; }

    std::size_t levels_;
    std::ostream& out_;
};

} // namespace

void writeBroken(const JsonValue& value, std::size_t levels, std::ostream& out, const JsonObject& more) {
    BrokenWriter{levels, out}.write(value, 0, more);
}

} // namespace cmksim::suite
