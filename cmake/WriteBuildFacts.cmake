# What a build was made of, as a source file that changes only with it: cmake -DSOURCE=… -DOUTPUT=… -DCOMPILER=…
# -DBUILD_TYPE=… -DSYSTEM=… -P WriteBuildFacts.cmake
set(commit "unknown")
find_package(Git QUIET)
if(GIT_FOUND)
    execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE} log -1 --format=%h\ of\ %cs OUTPUT_VARIABLE found
        RESULT_VARIABLE failed ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT failed)
        set(commit ${found})
        execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE} status --porcelain --untracked-files=no
            OUTPUT_VARIABLE changed ERROR_QUIET)
        if(changed)
            string(APPEND commit ", changed")
        endif()
    endif()
endif()
set(text "#include \"program/version.hpp\"

namespace cmksim::program {

std::string_view builtCommit() { return \"${commit}\"; }
std::string_view builtWith() { return \"${BUILD_TYPE}, ${COMPILER}, ${SYSTEM}\"; }

} // namespace cmksim::program
")
set(before "")
if(EXISTS ${OUTPUT})
    file(READ ${OUTPUT} before)
endif()
if(NOT before STREQUAL text)
    file(WRITE ${OUTPUT} "${text}")
endif()
