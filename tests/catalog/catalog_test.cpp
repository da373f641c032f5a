// Which model a service and version lead to, and what a directory of the user's changes in that.
#include "small_model.hpp"

#include "catalog/base_models.hpp"
#include "catalog/catalog.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

namespace cmksim::catalog {
namespace {

using test::smallModel;
using test::smallModelWith;

/// A directory of its own that goes away with it.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::random_device random;
        do {
            path_ = std::filesystem::temp_directory_path() / ("cmksim-models-" + std::to_string(random()));
        } while (!std::filesystem::create_directory(path_));
    }
    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    void write(const std::string& name, std::string_view text) const { std::ofstream{path_ / name} << text; }
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

std::string printed(const Diagnostics& diagnostics) {
    std::ostringstream out;
    diagnostics.print(out);
    return out.str();
}

void add(Catalog& catalog, const TemporaryDirectory& directory, Diagnostics& diagnostics) {
    DiskFileReader files;
    catalog.addDirectory(directory.path(), files, diagnostics);
}

TEST_CASE("the newest version of a service is the greatest by text") {
    Catalog catalog;
    CHECK(catalog.services() ==
          std::vector<std::string_view>{"acr",        "akskms",     "appconfig",    "azureml", "cognitiveservices",
                                        "cosmosdb",   "databricks", "datafactory",  "disk",    "diskencryptionset",
                                        "documentdb", "eventhubs",  "loganalytics", "mysql",   "openai",
                                        "postgresql", "search",     "servicebus",   "sqldb",   "storage",
                                        "vm"});
    CHECK(catalog.versions("acr") ==
          std::vector<std::string_view>{"2020-01-preview", "2020-03-preview", "2023-10", "2026-11"});
    CHECK(catalog.newestVersion("acr") == "2026-11");
    Diagnostics diagnostics;
    REQUIRE(catalog.model("acr", "", diagnostics) != nullptr);
    CHECK(catalog.model("acr", "", diagnostics)->version == "2026-11");
    CHECK(catalog.model("acr", "2020-01-preview", diagnostics)->version == "2020-01-preview");
}

TEST_CASE("a model is read once and stays where it is, wherever the catalog goes") {
    Catalog catalog;
    Diagnostics diagnostics;
    const Model* model = catalog.model("acr", "", diagnostics);
    REQUIRE(model != nullptr);
    const Platform* platform = &catalog.platform();
    CHECK(catalog.model("acr", "2026-11", diagnostics) == model);
    Catalog moved = std::move(catalog);
    CHECK(moved.model("acr", "", diagnostics) == model);
    CHECK(&moved.platform() == platform);
}

TEST_CASE("an unknown service or version has no model, and the caller says so") {
    Catalog catalog;
    Diagnostics diagnostics;
    CHECK(catalog.model("arc", "", diagnostics) == nullptr);
    CHECK(catalog.model("acr", "1999-01", diagnostics) == nullptr);
    CHECK(catalog.versions("arc").empty());
    CHECK(catalog.newestVersion("arc").empty());
    CHECK(diagnostics.all().empty());
}

TEST_CASE("a directory adds services and versions") {
    const TemporaryDirectory directory;
    directory.write("store.yaml", smallModel);
    directory.write("acr.yaml", test::with(smallModelWith("service: store", "service: acr"), "2026-01\n", "2099-01\n"));
    directory.write("notes.txt", "not a model");
    Catalog catalog;
    Diagnostics diagnostics;
    add(catalog, directory, diagnostics);
    CHECK(printed(diagnostics).empty());
    CHECK(catalog.services() ==
          std::vector<std::string_view>{"acr",        "akskms",     "appconfig",    "azureml", "cognitiveservices",
                                        "cosmosdb",   "databricks", "datafactory",  "disk",    "diskencryptionset",
                                        "documentdb", "eventhubs",  "loganalytics", "mysql",   "openai",
                                        "postgresql", "search",     "servicebus",   "sqldb",   "storage",
                                        "store",      "vm"});
    CHECK(catalog.model("store", "", diagnostics)->title == "Contoso Store");
    CHECK(catalog.newestVersion("acr") == "2099-01");
    CHECK(catalog.model("acr", "2023-10", diagnostics)->title == "Azure Container Registry");
}

TEST_CASE("a directory's model takes the place of the base model of the same service and version") {
    const TemporaryDirectory directory;
    directory.write("mine.yaml",
                    test::with(smallModelWith("service: store", "service: acr"), "2026-01\n", "2026-11\n"));
    Catalog catalog;
    Diagnostics diagnostics;
    add(catalog, directory, diagnostics);
    CHECK(printed(diagnostics).empty());
    CHECK(catalog.entries().size() == Catalog{}.entries().size());
    CHECK(catalog.model("acr", "", diagnostics)->title == "Contoso Store");
    CHECK(catalog.model("acr", "", diagnostics)->file == directory.path() + "/mine.yaml");
}

TEST_CASE("a directory's platform takes the place of the base one, for the models beside it too") {
    const TemporaryDirectory directory;
    directory.write("a.yaml", smallModelWith("[get, wrapKey]", "[get, useKey]"));
    directory.write("platform.yaml", test::with(basePlatform().text, "known: [get, ", "known: [get, useKey, "));
    Catalog catalog;
    Diagnostics diagnostics;
    add(catalog, directory, diagnostics);
    CHECK(printed(diagnostics).empty());
    CHECK(catalog.platform().keyPermissions[1] == "useKey");
    CHECK(catalog.platform().file == directory.path() + "/platform.yaml");
    CHECK(catalog.model("store", "", diagnostics) != nullptr);
}

TEST_CASE("two files of one service and version are an error") {
    const TemporaryDirectory directory;
    directory.write("a.yaml", smallModel);
    directory.write("b.yaml", smallModel);
    Catalog catalog;
    Diagnostics diagnostics;
    add(catalog, directory, diagnostics);
    CHECK(printed(diagnostics) == directory.path() +
                                      "/b.yaml:3:10: error: store 2026-01 stands in another file too; "
                                      "it is in '" +
                                      directory.path() + "/a.yaml'\nversion: 2026-01\n         ^\n");
}

TEST_CASE("a broken model is reported and left out, the sound ones beside it are not") {
    const TemporaryDirectory directory;
    directory.write("broken.yaml", smallModelWith("period: 10m", "period: 0s"));
    directory.write("sound.yaml", smallModelWith("2026-01\n", "2027-01\n"));
    Catalog catalog;
    Diagnostics diagnostics;
    add(catalog, directory, diagnostics);
    CHECK(diagnostics.all().size() == 1);
    CHECK(catalog.versions("store") == std::vector<std::string_view>{"2027-01"});
}

TEST_CASE("a file that is neither a model nor a platform is an error") {
    const TemporaryDirectory directory;
    directory.write("story.yaml", "cmksim: 1\nname: a scenario\n");
    Catalog catalog;
    Diagnostics diagnostics;
    add(catalog, directory, diagnostics);
    CHECK(printed(diagnostics) == directory.path() + "/story.yaml:1:1: error: this is no model: it does not begin with "
                                                     "'cmksim-model'\ncmksim: 1\n^\n");
}

TEST_CASE("a directory that cannot be read is an error") {
    Catalog catalog;
    DiskFileReader files;
    Diagnostics diagnostics;
    catalog.addDirectory("/no/such/directory", files, diagnostics);
    CHECK(printed(diagnostics) == "error: cannot read the directory '/no/such/directory': No such file or directory\n");
}

} // namespace
} // namespace cmksim::catalog
