// Feeds a text to the YAML parser and watches how far it runs ahead.
#pragma once

#include <cstddef>
#include <streambuf>
#include <string_view>

namespace cmksim::document {

/// The parser reads what is in brackets to their end before it tells of it, at about 250 bytes of memory a bracket or
/// comma. This input ends early once it has run too far ahead of the last node that was read, so a hostile text costs
/// no more than that.
class YamlInput final : public std::streambuf {
public:
    explicit YamlInput(std::string_view text);

    /// To be told of every node that the parser has come to.
    void nodeRead() { ahead_ = false; }

    /// Whether the text was cut off.
    [[nodiscard]] bool exhausted() const { return exhausted_; }

protected:
    std::streamsize xsgetn(char* to, std::streamsize count) override;

private:
    bool ahead_ = false; // nothing has been read since the last piece was handed out
    bool exhausted_ = false;
    std::size_t bytesAhead_ = 0;
    std::size_t marksAhead_ = 0;
};

} // namespace cmksim::document
