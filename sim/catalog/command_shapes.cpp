#include "catalog/command_shapes.hpp"

#include "catalog/base_models.hpp"
#include "catalog/read_shape_reader.hpp"
#include "document/yaml.hpp"
#include "scenario/parse.hpp"

#include <algorithm>
#include <memory>

namespace cmksim::catalog {

namespace {

std::shared_ptr<const Document> documentOf(const AzureTerms& terms, Diagnostics& diagnostics) {
    const auto base = std::ranges::find(baseTerms(), terms.file, &BaseFile::name);
    if (base != baseTerms().end()) {
        return parseDocument(std::make_shared<Source>(std::string{base->name}, std::string{base->text}), diagnostics);
    }
    DiskFileReader files;
    const auto source = files.read(terms.file, {}, diagnostics);
    return source ? parseDocument(source, diagnostics) : nullptr;
}

} // namespace

ReadShapes readShapes(const std::vector<AzureTerms>& terms) {
    ReadShapes shapes;
    for (const AzureTerms& one : terms) {
        Diagnostics diagnostics; // the files have been read once, so that nothing is wrong with them
        FactReader facts{diagnostics};
        const auto document = documentOf(one, diagnostics);
        const Node commands = document ? document->root().find("commands") : Node{};
        for (std::size_t i = 0; commands && i < commands.size(); ++i) {
            const auto [name, fields] = commands.entry(i);
            if (auto shape = readCommandShape(fields, !one.service.empty(), facts)) {
                shapes.commands.emplace(std::string{name.text()}, std::move(*shape));
            }
        }
        for (auto& [thing, shape] :
             readManagedShapes(document ? document->root().find("resource-manager") : Node{}, one.service, facts)) {
            shapes.managed.emplace(std::pair{one.service, thing}, std::move(shape));
        }
    }
    return shapes;
}

} // namespace cmksim::catalog
