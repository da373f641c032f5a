// Files of an import, whatever they are: what is in them is one estate.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/catalog.hpp"
#include "document/document.hpp"
#include "import/arm_template.hpp"
#include "import/raw_import.hpp"
#include "import/terraform.hpp"
#include "scenario/parse.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::program {

/// Collects what files say. Errors are reported to the diagnostics; then the raw import is not whole.
class ImportFiles {
public:
    ImportFiles(Catalog& catalog, FileReader& reader, Diagnostics& diagnostics)
        : catalog_{catalog}, reader_{reader}, diagnostics_{diagnostics} {}

    /// Rows as the Azure CLI, PowerShell and graph queries print them.
    void takeRows(const std::string& path);

    /// A template, or a file of parameters for all of them.
    void takeTemplate(const std::string& path);

    /// A state, or a plan, which `plan()` then has.
    void takeTerraform(const std::string& path);

    /// All files of a folder and of those in it, by name, each as what it is. A plan counts as what it leads to; logs
    /// are told and left out.
    void takeFolder(const std::string& path);

    /// Values of parameters from the command line, which come before those of files.
    void setParameters(const std::vector<std::pair<std::string, std::string>>& parameters);

    /// Works out the templates that were taken. Once, after all files.
    RawImport finish();

    [[nodiscard]] std::optional<TerraformReading>& plan() { return plan_; }

private:
    void takeFile(const std::string& path);
    void countPage(std::string_view text, const std::string& path);

    Catalog& catalog_;
    FileReader& reader_;
    Diagnostics& diagnostics_;
    /// What one file said, in the order of the files; templates are worked out when all parameters are known.
    struct Part {
        RawImport raw;
        std::shared_ptr<const Document> armTemplate;
    };
    std::vector<Part> parts_;
    std::map<std::size_t, std::size_t> pages_; // rows that were read of a query, by the number that it found
    ArmParameters parameters_;
    std::optional<TerraformReading> plan_;
};

} // namespace cmksim::program
