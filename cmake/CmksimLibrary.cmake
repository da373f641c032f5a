# Our own code: warnings are errors, and a folder sees only the folders that it names.

add_library(cmksim_options INTERFACE)
target_compile_options(cmksim_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wduplicated-cond -Wlogical-op -Werror
    -Wno-restrict) # g++ 12 sees overlaps in the concatenation of strings where there are none (GCC bug 105651)
if(CMKSIM_SANITIZE)
    # With sanitizers g++ 12 takes std::regex for uninitialised.
    target_compile_options(cmksim_options INTERFACE -fsanitize=${CMKSIM_SANITIZE} -fno-omit-frame-pointer
        -Wno-maybe-uninitialized)
    target_link_options(cmksim_options INTERFACE -fsanitize=${CMKSIM_SANITIZE})
endif()

# cmksim_library(FOLDER SOURCES… [USES folders…] [LINKS targets…]): the library of one folder under sim/. USES are the
# folders that it may include from, LINKS the libraries of others that only it sees.
function(cmksim_library folder)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES;LINKS")
    set(target cmksim_${folder})
    if(arg_SOURCES)
        add_library(${target} STATIC ${arg_SOURCES})
        set(scope PUBLIC)
        target_link_libraries(${target} PRIVATE cmksim_options ${arg_LINKS})
    else()
        add_library(${target} INTERFACE)
        set(scope INTERFACE)
    endif()
    target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR}/sim)
    list(TRANSFORM arg_USES PREPEND cmksim_)
    target_link_libraries(${target} ${scope} ${arg_USES})
endfunction()
