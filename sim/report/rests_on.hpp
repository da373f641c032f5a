// What a result rests on, as `cmksim verify` takes it.
#pragma once

#include "base/shape.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cmksim::report {

/// A file that was read is told by its name, which is among the inputs; one that the program carries by its digest.
struct UsedFile {
    std::optional<std::string> sha256;
    std::optional<std::string> file;
};

struct UsedModel {
    std::string service;
    std::string version;
    UsedFile from;
};

struct UsedInput {
    std::string file;
    std::string sha256;
};

struct RestsOn {
    std::string program; // its version and commit
    std::vector<UsedModel> models;
    UsedFile platform;
    std::vector<UsedInput> inputs;
    std::vector<std::string> command;
};

const shape::Record<RestsOn>& restsOnShape();

/// The field `evidence`.
shape::Properties evidenceProperties();

} // namespace cmksim::report
