# Our own code: warnings are errors, and a folder sees only the folders that it names.

# Nearly all that a file costs are headers and templates: files of a folder are compiled eight at a time. Names that a
# file keeps to itself are therefore its folder's; './dev lint' compiles each file alone.
option(CMKSIM_TOGETHER "Compile several files of a folder at once" ON)

# cmksim_compile_together(TARGET FILES…): all but FILES, which have names in common.
function(cmksim_compile_together target)
    if(CMKSIM_TOGETHER)
        set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
        set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
endfunction()

add_library(cmksim_options INTERFACE)
target_compile_options(cmksim_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual)
if(NOT CMKSIM_TOGETHER)
    target_compile_options(cmksim_options INTERFACE -Wshadow) # else a parameter may have the name of another file's constant
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    if(CMKSIM_TOGETHER)
        # A class of one file may hold what the file keeps to itself.
        target_compile_options(cmksim_options INTERFACE -Wno-subobject-linkage)
    endif()
    # The compiler looks for memory to free above half a gigabyte, which it seldom needs; a seventh of its time went there.
    target_compile_options(cmksim_options INTERFACE --param=ggc-min-heapsize=524288)
    target_compile_options(cmksim_options INTERFACE -Wduplicated-cond -Wlogical-op -Werror
        -Wno-restrict) # g++ 12 sees overlaps in the concatenation of strings where there are none (GCC bug 105651)
endif()
if(CMKSIM_SANITIZE)
    # What a sanitizer finds ends the program, else a test passes with it.
    target_compile_options(cmksim_options INTERFACE -fsanitize=${CMKSIM_SANITIZE} -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
    target_compile_definitions(cmksim_options INTERFACE CMKSIM_SANITIZED)
    target_link_options(cmksim_options INTERFACE -fsanitize=${CMKSIM_SANITIZE})
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
        target_compile_options(cmksim_options INTERFACE -Wno-maybe-uninitialized) # g++ 12 takes std::regex for that
    endif()
endif()
if(CMKSIM_FUZZ)
    # Clang's libFuzzer counts what is reached in every library.
    target_compile_options(cmksim_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# What most files include, of the language and of fmt, is compiled once, before everything else. Each file still names
# what it needs: './dev lint' compiles without this.
option(CMKSIM_PRECOMPILE "Compile common headers once" ON)
set(common_headers <algorithm> <array> <charconv> <chrono> <filesystem> <fstream> <functional> <limits> <map> <memory>
    <optional> <ostream> <ranges> <set> <span> <sstream> <string> <string_view> <tuple> <unordered_map> <utility>
    <variant> <vector> <fmt/format.h>)
set(CMKSIM_DIR ${CMAKE_CURRENT_LIST_DIR})

# What the folders from engine/ on mostly include besides: a compiled program and what it is made from.
set(program_headers <engine/program.hpp> <engine/replay.hpp> <scenario/parse.hpp> <catalog/catalog.hpp>
    <base/json_value.hpp>)

# cmksim_precompiled(NAME [headers…]): a target whose precompiled headers others may use.
function(cmksim_precompiled name)
    if(CMKSIM_PRECOMPILE)
        add_library(${name} OBJECT ${CMKSIM_DIR}/precompiled.cpp)
        target_link_libraries(${name} PRIVATE cmksim_options fmt::fmt)
        target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/sim)
        target_precompile_headers(${name} PRIVATE ${common_headers} ${ARGN})
    endif()
endfunction()

# cmksim_use_precompiled(TARGET NAME)
function(cmksim_use_precompiled target name)
    if(CMKSIM_PRECOMPILE)
        target_link_libraries(${target} PRIVATE fmt::fmt)
        target_precompile_headers(${target} REUSE_FROM ${name})
        # Headers of the system that are precompiled count as ours, so that g++ 12 tells of the same bug more often.
        target_compile_options(${target} PRIVATE
            "$<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>")
    endif()
endfunction()

cmksim_precompiled(cmksim_precompiled)
cmksim_precompiled(cmksim_precompiled_program ${program_headers})

# The folders in which time is spent. What reads and prints is compiled with less effort, which takes a third off a build.
set(CMKSIM_WORKING_FOLDERS base document import compile engine trace analysis recovery blast exploration sampling deadline)

# cmksim_library(FOLDER SOURCES… [APART sources…] [USES folders…] [LINKS targets…]): the library of one folder under sim/. USES are the
# folders that it may include from, LINKS the libraries of others that only it sees. APART are those of the sources that
# are compiled alone.
function(cmksim_library folder)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;APART;USES;LINKS")
    set(target cmksim_${folder})
    if(arg_SOURCES)
        add_library(${target} STATIC ${arg_SOURCES})
        set_property(GLOBAL APPEND PROPERTY CMKSIM_ARCHIVES ${target})
        set(scope PUBLIC)
        cmksim_compile_together(${target} ${arg_APART})
        target_link_libraries(${target} PRIVATE cmksim_options ${arg_LINKS})
        if(folder STREQUAL engine OR engine IN_LIST arg_USES)
            cmksim_use_precompiled(${target} cmksim_precompiled_program)
        else()
            cmksim_use_precompiled(${target} cmksim_precompiled)
        endif()
        if(NOT folder IN_LIST CMKSIM_WORKING_FOLDERS)
            target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
        endif()
    else()
        add_library(${target} INTERFACE)
        set(scope INTERFACE)
    endif()
    target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR}/sim)
    list(TRANSFORM arg_USES PREPEND cmksim_)
    target_link_libraries(${target} ${scope} ${arg_USES})
endfunction()
