#include "report/rests_on.hpp"

namespace cmksim::report {

const shape::Record<RestsOn>& restsOnShape() {
    using shape::Record;
    static const auto file = Record<UsedFile>{}.optional("sha256", &UsedFile::sha256).optional("file", &UsedFile::file);
    static const auto model = Record<UsedModel>{}
                                  .field("service", &UsedModel::service)
                                  .field("version", &UsedModel::version)
                                  .include(file, &UsedModel::from);
    static const auto input = Record<UsedInput>{}.field("file", &UsedInput::file).field("sha256", &UsedInput::sha256);
    static const auto all = Record<RestsOn>{}
                                .field("program", &RestsOn::program)
                                .field("models", shape::list(model), &RestsOn::models)
                                .field("platform", file, &RestsOn::platform)
                                .field("inputs", shape::list(input), &RestsOn::inputs)
                                .field("command", &RestsOn::command);
    return all;
}

shape::Properties evidenceProperties() { return {{"evidence", restsOnShape().schema(), false}}; }

} // namespace cmksim::report
