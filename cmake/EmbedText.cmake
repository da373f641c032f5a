# Writes a text file into a C++ file, so that the program carries it:
#   cmake -DINPUT=FILE -DOUTPUT=FILE.cpp -DHEADER=folder/name.hpp -DFUNCTION=name -P EmbedText.cmake
# The text becomes a raw string literal, byte for byte (lines end in \n).

file(READ "${INPUT}" text)
get_filename_component(folder "${HEADER}" DIRECTORY)
set(delimiter "text")
set(count 0)
string(FIND "${text}" ")${delimiter}\"" at)
while(NOT at EQUAL -1) # the delimiter must not end the literal early, whatever the file says
    math(EXPR count "${count} + 1")
    set(delimiter "text${count}")
    string(FIND "${text}" ")${delimiter}\"" at)
endwhile()
get_filename_component(name "${INPUT}" NAME)

file(WRITE "${OUTPUT}" "// Written by cmake/EmbedText.cmake; change ${name} instead.
#include \"${HEADER}\"

namespace cmksim::${folder} {

std::string_view ${FUNCTION}() {
    return R\"${delimiter}(${text})${delimiter}\";
}

} // namespace cmksim::${folder}
")
