// A drill whose file does not show what happens: its text and that of the files that it refers to, as letters that no
// person reads by accident. That is no secret: this program opens it for all who ask.
#pragma once

#include "scenario/parse.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::program {

/// The text of a sealed file. Of `files`, paths with their texts, the first is the scenario; the others are such that
/// it refers to.
std::string sealed(const std::vector<std::pair<std::string, std::string>>& files);

/// Reads sealed files as what is in them, and all others as they are.
class UnsealingReader : public FileReader {
public:
    explicit UnsealingReader(FileReader& files) : files_{files} {}

    std::shared_ptr<const Source> read(const std::string& path, Mark from, Diagnostics& diagnostics) override;

private:
    std::shared_ptr<const Source> open(const std::shared_ptr<const Source>& source, Diagnostics& diagnostics);

    FileReader& files_;
    std::map<std::string, std::shared_ptr<const Source>> opened_; // what sealed files hold beside their scenarios
};

} // namespace cmksim::program
