#include "catalog/catalog.hpp"

#include "base/text.hpp"
#include "catalog/azure_reader.hpp"
#include "catalog/base_models.hpp"
#include "catalog/model_reader.hpp"
#include "document/yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <system_error>
#include <tuple>
#include <utility>

namespace cmksim::catalog {

/// One model, perhaps not read yet.
struct Catalog::Slot {
    std::string service;
    std::string version;
    std::string title;
    const BaseModel* base = nullptr; // where to read it from
    std::unique_ptr<const Model> model{};

    [[nodiscard]] auto key() const { return std::tie(service, version); }
};

namespace {

std::shared_ptr<const Document> parseBase(const BaseFile& file, Diagnostics& diagnostics) {
    return parseDocument(std::make_shared<const Source>(std::string{file.name}, std::string{file.text}), diagnostics);
}

/// The `*.yaml` in a directory, by name.
std::vector<std::string> modelFiles(const std::string& path, Diagnostics& diagnostics) {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator entry{path, error}, end; !error && entry != end; entry.increment(error)) {
        if (entry->path().extension() == ".yaml") {
            names.push_back(entry->path().string());
        }
    }
    if (error) {
        diagnostics.error({}, fmt::format("cannot read the directory {}: {}", inQuotes(path), error.message()));
    }
    std::ranges::sort(names);
    return names;
}

} // namespace

Catalog::Catalog() {
    for (const BaseModel& base : baseModels()) {
        slots_.push_back({.service = std::string{base.service},
                          .version = std::string{base.version},
                          .title = std::string{base.title},
                          .base = &base});
    }
    std::ranges::sort(slots_, {}, &Slot::key);
    Diagnostics diagnostics;
    const auto document = parseBase(basePlatform(), diagnostics);
    auto platform = document ? readPlatform(*document, diagnostics) : std::nullopt;
    assert(platform && "the base platform is sound");
    platform_ = std::make_unique<const Platform>(std::move(*platform));
}

Catalog::~Catalog() = default;
Catalog::Catalog(Catalog&&) noexcept = default;
Catalog& Catalog::operator=(Catalog&&) noexcept = default;

void Catalog::addDirectory(const std::string& path, FileReader& files, Diagnostics& diagnostics) {
    std::vector<std::shared_ptr<const Document>> documents;
    for (const std::string& name : modelFiles(path, diagnostics)) {
        const auto source = files.read(name, {}, diagnostics);
        if (const auto document = source ? parseDocument(source, diagnostics) : nullptr) {
            documents.push_back(document);
        }
    }
    // Models are read in the light of the platform, so that comes first.
    for (const auto& document : documents) {
        if (kindOf(*document) == ModelFileKind::Platform) {
            if (auto platform = readPlatform(*document, diagnostics)) {
                platform_ = std::make_unique<const Platform>(std::move(*platform));
            }
        }
    }
    for (const auto& document : documents) {
        if (kindOf(*document) == ModelFileKind::Azure) {
            if (auto terms = readAzureTerms(*document, diagnostics)) {
                userTerms_.push_back(std::move(*terms));
            }
        } else if (kindOf(*document) != ModelFileKind::Platform) {
            add(*document, diagnostics);
        }
    }
}

void Catalog::add(const Document& document, Diagnostics& diagnostics) {
    if (kindOf(document) == ModelFileKind::Other) {
        diagnostics.error(document.root().mark(), "this is no model: it does not begin with 'cmksim-model'");
        return;
    }
    auto model = readModel(document, *platform_, diagnostics);
    if (!model) {
        return;
    }
    Slot slot{.service = model->service, .version = model->version, .title = model->title};
    const auto place = std::ranges::lower_bound(slots_, slot.key(), {}, &Slot::key);
    if (place == slots_.end() || place->key() != slot.key()) {
        slot.model = std::make_unique<const Model>(std::move(*model));
        slots_.insert(place, std::move(slot));
    } else if (!place->base) {
        diagnostics.error(document.root().find("version").mark(),
                          fmt::format("{} {} stands in another file too", slot.service, slot.version),
                          fmt::format("it is in '{}'", place->model->file));
    } else {
        slot.model = std::make_unique<const Model>(std::move(*model));
        *place = std::move(slot);
    }
}

const std::vector<AzureTerms>& Catalog::azure() {
    if (!azure_) {
        std::vector<AzureTerms> all = userTerms_;
        Diagnostics diagnostics;
        for (const BaseFile& file : baseTerms()) {
            const auto document = parseBase(file, diagnostics);
            auto terms = document ? readAzureTerms(*document, diagnostics) : std::nullopt;
            assert(terms && "the base terms are sound");
            if (std::ranges::find(userTerms_, terms->service, &AzureTerms::service) == userTerms_.end()) {
                all.push_back(std::move(*terms));
            }
        }
        azure_ = std::make_unique<const std::vector<AzureTerms>>(std::move(all));
    }
    return *azure_;
}

const Platform& Catalog::platform() const { return *platform_; }

std::vector<ModelEntry> Catalog::entries() const {
    std::vector<ModelEntry> entries;
    for (const Slot& slot : slots_) {
        entries.push_back({slot.service, slot.version, slot.title});
    }
    return entries;
}

std::vector<std::string_view> Catalog::services() const {
    std::vector<std::string_view> services;
    for (const Slot& slot : slots_) {
        if (services.empty() || services.back() != slot.service) {
            services.push_back(slot.service);
        }
    }
    return services;
}

std::vector<std::string_view> Catalog::versions(std::string_view service) const {
    std::vector<std::string_view> versions;
    for (const Slot& slot : slots_) {
        if (slot.service == service) {
            versions.push_back(slot.version);
        }
    }
    return versions;
}

std::string_view Catalog::newestVersion(std::string_view service) const {
    const auto known = versions(service);
    return known.empty() ? std::string_view{} : known.back();
}

const Model* Catalog::model(std::string_view service, std::string_view version, Diagnostics& diagnostics) {
    const std::string_view wanted = version.empty() ? newestVersion(service) : version;
    const auto slot = std::ranges::find_if(
        slots_, [&](const Slot& candidate) { return candidate.service == service && candidate.version == wanted; });
    if (slot == slots_.end()) {
        return nullptr;
    }
    if (!slot->model) {
        const auto document = parseBase(slot->base->file, diagnostics);
        auto model = document ? readModel(*document, *platform_, diagnostics) : std::nullopt;
        if (!model) {
            return nullptr;
        }
        slot->model = std::make_unique<const Model>(std::move(*model));
    }
    return slot->model.get();
}

} // namespace cmksim::catalog
