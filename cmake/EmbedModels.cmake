# Writes the base models into a C++ file, so that the program carries them:
#   cmake -DMODELS=DIR -DOUTPUT=FILE.cpp -P EmbedModels.cmake
# Every *.yaml in DIR becomes a raw string literal, byte for byte (lines end in \n), beside the service, version and
# title that stand in it: listing the models reads no YAML. platform.yaml is the platform; azure.yaml and azure-*.yaml say how Azure's
# tools write it all.

# The literal's delimiter must not end it early, whatever a file says.
function(raw_literal result text)
    set(delimiter "yaml")
    set(count 0)
    string(FIND "${text}" ")${delimiter}\"" at)
    while(NOT at EQUAL -1)
        math(EXPR count "${count} + 1")
        set(delimiter "yaml${count}")
        string(FIND "${text}" ")${delimiter}\"" at)
    endwhile()
    set(${result} "R\"${delimiter}(${text})${delimiter}\"sv" PARENT_SCOPE)
endfunction()

# The value of a plain field at the top of a file.
function(top_field result name file text)
    if(NOT "\n${text}" MATCHES "\n${name}: *([^ \r\n][^\r\n]*)")
        message(FATAL_ERROR "${file}: has no '${name}'")
    endif()
    string(STRIP "${CMAKE_MATCH_1}" value)
    raw_literal(value "${value}")
    set(${result} "${value}" PARENT_SCOPE)
endfunction()

file(GLOB files "${MODELS}/*.yaml")
list(SORT files)
set(models "")
set(platform "")
set(terms "")
set(termsCount 0)
set(count 0)
foreach(file IN LISTS files)
    file(READ "${file}" text)
    get_filename_component(name "${file}" NAME)
    raw_literal(literal "${text}")
    if(name STREQUAL "platform.yaml")
        set(platform "    static constexpr BaseFile file{\"models/${name}\", ${literal}};\n")
    elseif(name MATCHES "^azure(-.*)?\\.yaml$")
        string(APPEND terms "        BaseFile{\"models/${name}\", ${literal}},\n")
        math(EXPR termsCount "${termsCount} + 1")
    else()
        top_field(service service "${file}" "${text}")
        top_field(version version "${file}" "${text}")
        top_field(title title "${file}" "${text}")
        string(APPEND models
            "        BaseModel{${service}, ${version}, ${title},\n            {\"models/${name}\", ${literal}}},\n")
        math(EXPR count "${count} + 1")
    endif()
endforeach()
if(platform STREQUAL "" OR count EQUAL 0)
    message(FATAL_ERROR "${MODELS}: needs a platform.yaml and at least one model")
endif()

file(WRITE "${OUTPUT}" "// Written by cmake/EmbedModels.cmake; change models/*.yaml instead.
#include \"catalog/base_models.hpp\"

#include <array>

namespace cmksim::catalog {

using namespace std::string_view_literals; // no compiler has to count so many characters

std::span<const BaseModel> baseModels() {
    static constexpr std::array<BaseModel, ${count}> models{
${models}    };
    return models;
}

std::span<const BaseFile> baseTerms() {
    static constexpr std::array<BaseFile, ${termsCount}> files{
${terms}    };
    return files;
}

const BaseFile& basePlatform() {
${platform}    return file;
}

} // namespace cmksim::catalog
")
