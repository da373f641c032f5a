#include "import/arm_expression.hpp"

#include "catalog/fact_reader.hpp"

#include <charconv>
#include <utility>

namespace cmksim::import {

namespace {

constexpr int deepestExpression = 64;

bool isNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

class ExpressionParser {
public:
    explicit ExpressionParser(std::string_view text) : rest_{text} {}

    std::optional<ArmExpression> parse() {
        ArmExpression whole = expression(0);
        skipBlanks();
        return sound_ && rest_.empty() ? std::optional{std::move(whole)} : std::nullopt;
    }

private:
    void skipBlanks() {
        while (!rest_.empty() && std::string_view{" \t\r\n"}.find(rest_.front()) != std::string_view::npos) {
            rest_.remove_prefix(1);
        }
    }

    bool take(char c) {
        skipBlanks();
        if (rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    void expect(char c) { sound_ = take(c) && sound_; }

    ArmExpression expression(int depth) {
        if (depth > deepestExpression) {
            sound_ = false;
        }
        skipBlanks();
        if (!sound_ || rest_.empty()) {
            sound_ = false;
            return {};
        }
        ArmExpression part = rest_.front() == '\''                            ? string()
                             : isDigit(rest_.front()) || rest_.front() == '-' ? number()
                                                                              : call(depth);
        return members(std::move(part), depth);
    }

    ArmExpression string() {
        rest_.remove_prefix(1);
        std::string text;
        while (!rest_.empty()) {
            if (rest_.front() != '\'') {
                text += rest_.front();
            } else if (rest_.starts_with("''")) {
                text += '\'';
                rest_.remove_prefix(1);
            } else {
                rest_.remove_prefix(1);
                return {JsonValue{std::move(text)}};
            }
            rest_.remove_prefix(1);
        }
        sound_ = false;
        return {};
    }

    ArmExpression number() {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        sound_ = sound_ && error == std::errc{};
        rest_.remove_prefix(sound_ ? static_cast<std::size_t>(end - rest_.data()) : rest_.size());
        return {JsonValue{value}};
    }

    std::string name() {
        skipBlanks();
        std::size_t length = 0;
        while (length < rest_.size() && (isNameStart(rest_[length]) || (length > 0 && isDigit(rest_[length])))) {
            ++length;
        }
        std::string text{rest_.substr(0, length)};
        rest_.remove_prefix(length);
        sound_ = sound_ && length > 0;
        return text;
    }

    ArmExpression call(int depth) {
        ArmCall part{name(), {}};
        if (take('.')) {
            part.name.append(".").append(name());
        }
        part.name = lowerCase(part.name);
        expect('(');
        if (sound_ && !take(')')) {
            do {
                part.arguments.push_back(expression(depth + 1));
            } while (sound_ && take(','));
            expect(')');
        }
        return {std::move(part)};
    }

    ArmExpression members(ArmExpression part, int depth) {
        for (int taken = 0; sound_; ++taken) {
            skipBlanks();
            ArmExpression which;
            bool safe = false;
            if (rest_.starts_with(".?")) {
                safe = true;
                rest_.remove_prefix(1);
            } else if (take('.')) {
                safe = take('?');
            } else if (!rest_.starts_with('[')) {
                break;
            }
            if (rest_.starts_with('?')) {
                rest_.remove_prefix(1);
            }
            if (take('[')) {
                safe = take('?') || safe;
                which = expression(depth + 1);
                expect(']');
            } else {
                which = {JsonValue{name()}};
            }
            part = {ArmMember{std::make_unique<ArmExpression>(std::move(part)),
                              std::make_unique<ArmExpression>(std::move(which)), safe}};
            sound_ = sound_ && taken < deepestExpression;
        }
        return part;
    }

    std::string_view rest_;
    bool sound_ = true;
};

} // namespace

bool isArmExpression(std::string_view text) {
    return text.size() > 2 && text.front() == '[' && text.back() == ']' && text[1] != '[';
}

std::optional<ArmExpression> parseArmExpression(std::string_view text) {
    return ExpressionParser{text.substr(1, text.size() - 2)}.parse();
}

} // namespace cmksim::import
