#include "catalog/catalog.hpp"

#include "base/text.hpp"
#include "catalog/azure_reader.hpp"
#include "catalog/base_models.hpp"
#include "catalog/fact_reader.hpp"
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
    std::vector<FactReading> readings{}; // of the model, once it is read

    [[nodiscard]] auto key() const { return std::tie(service, version); }
};

namespace {

/// A file of models/ under a choice of readings, and the readings that it gives.
struct ModelFile {
    std::shared_ptr<const Document> document; // null where there is none, as reported
    std::vector<FactReading> readings;
};

ModelFile readFile(const std::shared_ptr<const Source>& source, const ReadingChoice& choice, Diagnostics& diagnostics) {
    ModelFile file;
    const auto whole = source ? parseDocument(source, diagnostics) : nullptr;
    if (!whole) {
        return file;
    }
    if (whole->root().find("readings")) {
        FactReader facts{diagnostics};
        MappingReader fields{whole->root(), "a model", diagnostics};
        facts.documents(fields);
        file.readings = readReadings(fields, facts);
        noteCourse(whole->root(), file.readings);
    }
    file.document = underReadings(whole, source, choice, diagnostics);
    return file;
}

ModelFile readBase(const BaseFile& file, const ReadingChoice& choice, Diagnostics& diagnostics) {
    return readFile(std::make_shared<const Source>(std::string{file.name}, std::string{file.text}), choice,
                    diagnostics);
}

/// The `*.yaml` and `*.yml` in a directory, by name.
std::vector<std::string> modelFiles(const std::string& path, Diagnostics& diagnostics) {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator entry{path, error}, end; !error && entry != end; entry.increment(error)) {
        if (entry->path().extension() == ".yaml" || entry->path().extension() == ".yml") {
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

Catalog::Catalog(ReadingChoice choice) : choice_{std::move(choice)} {
    for (const BaseModel& base : baseModels()) {
        slots_.push_back({.service = std::string{base.service},
                          .version = std::string{base.version},
                          .title = std::string{base.title},
                          .base = &base});
    }
    std::ranges::sort(slots_, {}, &Slot::key);
    Diagnostics diagnostics;
    ModelFile file = readBase(basePlatform(), choice_, diagnostics);
    auto platform = file.document ? readPlatform(*file.document, diagnostics) : std::nullopt;
    assert(platform && "the base platform is sound");
    platformReadings_ = std::move(file.readings);
    platform_ = std::make_unique<const Platform>(std::move(*platform));
}

Catalog::~Catalog() = default;
Catalog::Catalog(Catalog&&) noexcept = default;
Catalog& Catalog::operator=(Catalog&&) noexcept = default;

void Catalog::addDirectory(const std::string& path, FileReader& files, Diagnostics& diagnostics) {
    addFiles(modelFiles(path, diagnostics), files, diagnostics);
}

const Model* Catalog::addFile(const std::string& path, FileReader& files, Diagnostics& diagnostics) {
    addFiles({path}, files, diagnostics);
    const auto slot =
        std::ranges::find_if(slots_, [&](const Slot& one) { return one.model && one.model->file == path; });
    return slot == slots_.end() ? nullptr : slot->model.get();
}

void Catalog::addFiles(const std::vector<std::string>& paths, FileReader& files, Diagnostics& diagnostics) {
    std::vector<ModelFile> read;
    for (const std::string& name : paths) {
        ModelFile file = readFile(files.read(name, {}, diagnostics), choice_, diagnostics);
        if (file.document) {
            read.push_back(std::move(file));
        }
    }
    // Models are read in the light of the platform, so that comes first.
    for (ModelFile& file : read) {
        if (kindOf(*file.document) == ModelFileKind::Platform) {
            if (auto platform = readPlatform(*file.document, diagnostics)) {
                platformReadings_ = std::move(file.readings);
                platform_ = std::make_unique<const Platform>(std::move(*platform));
            }
        }
    }
    for (ModelFile& file : read) {
        if (kindOf(*file.document) == ModelFileKind::Azure) {
            if (auto terms = readAzureTerms(*file.document, diagnostics)) {
                terms->file = std::filesystem::absolute(terms->file).string(); // it is not taken for one of ours
                userTerms_.push_back(std::move(*terms));
            }
        } else if (kindOf(*file.document) != ModelFileKind::Platform) {
            add(*file.document, std::move(file.readings), diagnostics);
        }
    }
}

void Catalog::add(const Document& document, std::vector<FactReading> readings, Diagnostics& diagnostics) {
    if (kindOf(document) == ModelFileKind::Other) {
        diagnostics.error(document.root().mark(), "this is no model: it does not begin with 'cmksim-model'");
        return;
    }
    auto model = readModel(document, *platform_, diagnostics);
    if (!model) {
        return;
    }
    Slot slot{
        .service = model->service, .version = model->version, .title = model->title, .readings = std::move(readings)};
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
            const auto document = readBase(file, choice_, diagnostics).document;
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

std::vector<FactReading> Catalog::readingsOf(const Model& model) const {
    std::vector<FactReading> readings = platformReadings_;
    const auto slot = std::ranges::find(slots_, &model, [](const Slot& one) { return one.model.get(); });
    if (slot != slots_.end()) {
        for (const FactReading& reading : slot->readings) {
            if (std::ranges::find(readings, reading.name, &FactReading::name) == readings.end()) {
                readings.push_back(reading);
            }
        }
    }
    return readings;
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
        ModelFile file = readBase(slot->base->file, choice_, diagnostics);
        auto model = file.document ? readModel(*file.document, *platform_, diagnostics) : std::nullopt;
        if (!model) {
            return nullptr;
        }
        slot->readings = std::move(file.readings);
        slot->model = std::make_unique<const Model>(std::move(*model));
    }
    return slot->model.get();
}

} // namespace cmksim::catalog
