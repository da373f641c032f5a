#include "schema/schema.hpp"

#include "schema/estate_schema.hpp"
#include "schema/known_words.hpp"
#include "schema/model_schema.hpp"
#include "schema/scenario_schema.hpp"

#include <array>

namespace cmksim::schema {

std::span<const Kind> fileKinds() {
    static constexpr std::array kinds{Kind{"scenario", scenarioSchema}, Kind{"estate", estateSchema},
                                      Kind{"model", modelSchema},
                                      Kind{"platform", [](const KnownWords&) { return platformSchema(); }},
                                      Kind{"azure", [](const KnownWords&) { return azureSchema(); }}};
    return kinds;
}

std::string schemaText(const Kind& kind, Catalog& catalog, Diagnostics& diagnostics) {
    return kind.schema(knownWords(catalog, diagnostics)).print() + "\n";
}

} // namespace cmksim::schema
