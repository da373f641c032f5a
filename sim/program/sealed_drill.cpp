#include "program/sealed_drill.hpp"

#include "base/base64.hpp"
#include "base/json_value.hpp"
#include "document/json.hpp"
#include "document/yaml.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace cmksim::program {

namespace {

constexpr std::string_view sealField = "seal";
constexpr std::size_t lineWidth = 76;

std::filesystem::path folderOf(const std::string& path) {
    return std::filesystem::path{path}.lexically_normal().parent_path();
}

bool isSealed(std::string_view text) {
    return text.find(fmt::format("\n{}: 1\n", scenario::sealedVersionField)) != std::string_view::npos;
}

} // namespace

std::string sealed(const std::vector<std::pair<std::string, std::string>>& files) {
    const std::filesystem::path folder = folderOf(files.front().first);
    JsonArray texts;
    for (const auto& [path, text] : files) {
        texts.push_back(
            JsonArray{std::filesystem::path{path}.lexically_normal().lexically_relative(folder).string(), text});
    }
    std::string out =
        "# A sealed drill: 'cmksim drill FILE' plays it. The seal keeps honest players from reading what\n"
        "# happens. It is no secret: it can be opened.\n";
    out += fmt::format("{}: 1\n{}: |\n", scenario::sealedVersionField, sealField);
    const std::string letters = base64(JsonValue{std::move(texts)}.line());
    for (std::size_t at = 0; at < letters.size(); at += lineWidth) {
        out += "  " + letters.substr(at, lineWidth) + '\n';
    }
    return out;
}

std::shared_ptr<const Source> UnsealingReader::read(const std::string& path, Mark from, Diagnostics& diagnostics) {
    const auto known = opened_.find(std::filesystem::path{path}.lexically_normal().string());
    if (known != opened_.end()) {
        return known->second;
    }
    auto source = files_.read(path, from, diagnostics);
    return source && isSealed(source->text()) ? open(source, diagnostics) : source;
}

std::shared_ptr<const Source> UnsealingReader::open(const std::shared_ptr<const Source>& source,
                                                    Diagnostics& diagnostics) {
    const Source& file = diagnostics.keep(source);
    const auto broken = [&] {
        diagnostics.error({&file, 1, 1}, "the seal is damaged", "ask for the file again");
        return nullptr;
    };
    const auto document = parseDocument(source, diagnostics);
    const Node seal = document ? document->root().find(sealField) : Node{};
    const auto text = seal ? fromBase64(seal.text()) : std::nullopt;
    if (!text) {
        return broken();
    }
    Diagnostics reading;
    const auto json = parseJson(std::make_shared<const Source>(source->name(), *text), reading);
    if (!json || !json->root().isSequence() || json->root().size() == 0) {
        return broken();
    }
    std::shared_ptr<const Source> scenario;
    for (const Node item : json->root().items()) {
        if (!item.isSequence() || item.size() != 2 || !item.item(0).isScalar() || !item.item(1).isScalar()) {
            return broken();
        }
        std::string content{item.item(1).text()};
        if (!scenario) {
            scenario = std::make_shared<const Source>(source->name(), std::move(content));
            continue;
        }
        const std::string path =
            (folderOf(source->name()) / std::string{item.item(0).text()}).lexically_normal().string();
        opened_[path] = std::make_shared<const Source>(path, std::move(content));
    }
    return scenario;
}

} // namespace cmksim::program
