#include "program/evidence.hpp"

#include "base/sha256.hpp"
#include "catalog/base_models.hpp"
#include "program/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace cmksim::program {

namespace {

constexpr std::string_view formatOption = "format";

/// The digest of a base model's file, by its name.
std::string digestOf(std::string_view file) {
    const auto bases = catalog::baseModels();
    const auto base = std::ranges::find_if(bases, [&](const auto& one) { return one.file.name == file; });
    return base == bases.end() ? std::string{} : sha256(base->file.text);
}

report::UsedFile ofBasePlatform() { return {.sha256 = sha256(catalog::basePlatform().text), .file = {}}; }

} // namespace

std::string programName() { return fmt::format("cmksim {} ({})", CMKSIM_VERSION, builtCommit()); }

void Evidence::settle(std::string_view option, std::chrono::year_month_day day) {
    words_.push_back(fmt::format("--{}={:04}-{:02}-{:02}", option, static_cast<int>(day.year()),
                                 static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day())));
}

Evidence Evidence::without(std::string_view option) const {
    Evidence other = *this;
    const std::string word = fmt::format("--{}", option);
    const auto at = std::ranges::find_if(
        other.words_, [&](const std::string& one) { return one == word || one.starts_with(word + '='); });
    if (at != other.words_.end()) {
        other.words_.erase(at, at + (*at == word ? 2 : 1)); // its value may be a word of its own
    }
    return other;
}

Evidence Evidence::as(std::string_view format) const {
    Evidence other = without(formatOption);
    other.words_.push_back(fmt::format("--{}={}", formatOption, format));
    return other;
}

JsonValue Evidence::of(const Program& program) const {
    const Program* const one = &program;
    return of(std::span{&one, 1});
}

JsonValue Evidence::of(std::span<const Program* const> programs) const {
    std::vector<const Model*> models;
    for (const Program* program : programs) {
        models.insert(models.end(), program->models.begin(), program->models.end());
    }
    const auto name = [](const Model* model) { return std::tie(model->service, model->version, model->file); };
    std::ranges::sort(models, {}, name);
    const auto repeated = std::ranges::unique(models, {}, name);
    models.erase(repeated.begin(), repeated.end());
    const auto read = files_.digests(); // a model that was read is told by its file, whatever its name
    std::vector<report::UsedModel> used;
    for (const Model* model : models) {
        report::UsedModel& entry = used.emplace_back(report::UsedModel{model->service, model->version, {}});
        if (read.contains(model->file)) {
            entry.from.file = model->file;
        } else {
            const auto [digest, isNew] = digests_.try_emplace(model->file);
            if (isNew) {
                digest->second = digestOf(model->file);
            }
            entry.from.sha256 = digest->second;
        }
    }
    const std::string& platform = programs.front()->platform->file;
    return with(std::move(used),
                read.contains(platform) ? report::UsedFile{.sha256 = {}, .file = platform} : ofBasePlatform());
}

JsonValue Evidence::ofAll() const {
    std::vector<report::UsedModel> used;
    for (const catalog::BaseModel& base : catalog::baseModels()) {
        used.push_back(
            {std::string{base.service}, std::string{base.version}, {.sha256 = sha256(base.file.text), .file = {}}});
    }
    return with(std::move(used), ofBasePlatform());
}

JsonValue Evidence::with(std::vector<report::UsedModel> models, report::UsedFile platform) const {
    report::RestsOn all{programName(), std::move(models), std::move(platform), {}, words_};
    for (const auto& [path, digest] : files_.digests()) {
        all.inputs.push_back({path, digest});
    }
    return report::restsOnShape().write(all);
}

} // namespace cmksim::program
