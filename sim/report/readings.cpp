#include "report/readings.hpp"

namespace cmksim::report {

namespace {

using Choice = std::map<std::string, std::string, std::less<>>;

shape::Shape<Choice> choiceShape() {
    return {JsonObject{{"type", "object"}}, [](const Choice& choice, const shape::Free&) {
                return JsonValue{JsonObject(choice.begin(), choice.end())};
            }};
}

} // namespace

const shape::Record<ReadingsSaid>& readingsShape() {
    using Depending = ReadingsSaid::Depending;
    static const auto depending = shape::Record<Depending>{}
                                      .field("subject", &Depending::subject)
                                      .field("claim", &Depending::claim)
                                      .field("under", shape::list(choiceShape()), &Depending::under);
    static const auto all = shape::Record<ReadingsSaid>{}
                                .field("names", &ReadingsSaid::names)
                                .field("combinations", shape::line<std::size_t>(), &ReadingsSaid::combinations)
                                .field("complete", &ReadingsSaid::complete)
                                .field("lookedAt", &ReadingsSaid::lookedAt)
                                .field("depending", shape::list(depending), &ReadingsSaid::depending);
    return all;
}

shape::Properties readingsProperties() { return {{"readings", readingsShape().schema(), false}}; }

} // namespace cmksim::report
