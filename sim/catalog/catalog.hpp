// All models that a run can ask for: those that the program carries, and those of the user.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/readings.hpp"
#include "model/azure.hpp"
#include "model/model.hpp"
#include "model/platform.hpp"
#include "scenario/parse.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::document {
class Document;
}

namespace cmksim::catalog {

/// What is said of an unknown service of which none is near.
inline constexpr std::string_view servicesAreListed = "'cmksim models' lists those that there are";

/// What a list of models says of one. The views are the catalog's.
struct ModelEntry {
    std::string_view service;
    std::string_view version;
    std::string_view title;
};

/// Models by service and version, and the platform under them. A base model is read when it is first asked for, so a
/// catalog costs next to nothing until then. Models and the platform stay where they are as long as the catalog lives.
class Catalog {
public:
    /// The base models and the base platform, each under a choice of the readings that they give.
    explicit Catalog(ReadingChoice choice = {});
    ~Catalog();
    Catalog(Catalog&&) noexcept;
    Catalog& operator=(Catalog&&) noexcept;

    /// Adds the models of every `*.yaml` and `*.yml` in a directory. One of a known service and version takes the
    /// other's place, and a platform that of the platform. Files with errors are reported and left out. To be called
    /// before the first model is asked for.
    void addDirectory(const std::string& path, FileReader& files, Diagnostics& diagnostics);

    /// The same of one file; the model that it is, or null where it is none, or has errors.
    const Model* addFile(const std::string& path, FileReader& files, Diagnostics& diagnostics);

    [[nodiscard]] const Platform& platform() const;

    /// All models, by service and then by version.
    [[nodiscard]] std::vector<ModelEntry> entries() const;

    /// All services, each once, by name.
    [[nodiscard]] std::vector<std::string_view> services() const;

    /// The versions of a service, oldest first; none for an unknown service.
    [[nodiscard]] std::vector<std::string_view> versions(std::string_view service) const;

    /// The greatest version of a service by text; empty for an unknown service.
    [[nodiscard]] std::string_view newestVersion(std::string_view service) const;

    /// The readings of the platform, and those of a model that has been asked for; of a name that several give the
    /// first stands for all.
    [[nodiscard]] std::vector<FactReading> readingsOf(const Model& model) const;
    [[nodiscard]] const std::vector<FactReading>& readings() const { return platformReadings_; }

    /// A model, the newest version of its service when `version` is empty. Null when there is none of that name, which
    /// is not reported, or when it cannot be read, which is.
    const Model* model(std::string_view service, std::string_view version, Diagnostics& diagnostics);

    /// How Azure's tools write what lies under every service, and each service; read when they are first asked for.
    const std::vector<AzureTerms>& azure();

private:
    struct Slot;

    void addFiles(const std::vector<std::string>& paths, FileReader& files, Diagnostics& diagnostics);
    void add(const Document& document, std::vector<FactReading> readings, Diagnostics& diagnostics);

    ReadingChoice choice_;
    std::vector<Slot> slots_; // by service and version
    std::unique_ptr<const Platform> platform_;
    std::vector<FactReading> platformReadings_;
    std::vector<AzureTerms> userTerms_;                    // of the user's files
    std::unique_ptr<const std::vector<AzureTerms>> azure_; // all of them, after the first call
};

} // namespace cmksim::catalog
