# What 'cmake --install' puts where, and the packages that CPack makes of it.
include(GNUInstallDirs)

# The manual and what shells complete come from the program's own table of commands.
set(share ${PROJECT_BINARY_DIR}/share)
find_program(GZIP gzip)
set(compress "")
if(GZIP)
    set(compress COMMAND sh -c "${GZIP} -9nf ${share}/man/man1/*.1")
endif()
add_custom_command(OUTPUT ${share}/stamp
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${share}
    COMMAND cmksim completion all ${share}
    ${compress}
    COMMAND ${CMAKE_COMMAND} -E touch ${share}/stamp
    DEPENDS cmksim
    COMMENT "Writing the manual and the completions"
    VERBATIM)
add_custom_target(cmksim_share ALL DEPENDS ${share}/stamp)

install(TARGETS cmksim RUNTIME)
install(DIRECTORY ${share}/ DESTINATION ${CMAKE_INSTALL_DATADIR} PATTERN stamp EXCLUDE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/schemas ${PROJECT_SOURCE_DIR}/scenarios
    DESTINATION ${CMAKE_INSTALL_DATADIR}/cmksim)

# Licences: ours, and those of what is in the program.
set(doc ${CMAKE_INSTALL_DATADIR}/doc/cmksim)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${doc} RENAME copyright)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md
    ${PROJECT_SOURCE_DIR}/packaging/third-party.md DESTINATION ${doc})
foreach(package IN ITEMS libboost1.74-dev libyaml-cpp0.7 libsimdjson14 libfmt9 libutf8proc2 libedit2 libxxhash-dev
        robin-map-dev librandom123-dev libtinfo6 libbsd0 libmd0 libc6 libstdc++6)
    if(EXISTS /usr/share/doc/${package}/copyright)
        install(FILES /usr/share/doc/${package}/copyright DESTINATION ${doc}/third-party RENAME ${package}.txt)
    endif()
endforeach()
foreach(module IN ITEMS d3-axis d3-color d3-dispatch d3-drag d3-ease d3-format d3-interpolate d3-scale d3-selection
        d3-time d3-time-format d3-timer d3-transition d3-zoom d3-array internmap)
    install(FILES ${PROJECT_BINARY_DIR}/sim/page/web/node_modules/${module}/LICENSE DESTINATION ${doc}/third-party
        RENAME ${module}.txt)
endforeach()

set(CPACK_PACKAGE_NAME cmksim)
set(CPACK_PACKAGE_VENDOR "The cmksim authors")
set(CPACK_PACKAGE_CONTACT "The cmksim authors")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "simulator of cloud resources that are encrypted with customer-managed keys
 It replays what happens when a key, a vault, an identity or a grant goes away, and
 says when what goes dark, what goes with it, and what brings it back until when.")
include(CPack)

# A program that needs nothing of the system that it runs on: the same objects, linked with static libraries. Debian has
# none of simdjson and fmt, whose sources './dev package' fetches.
set(CMKSIM_STATIC_SOURCES "" CACHE STRING "simdjson.cpp and format.cc, for the target cmksim_static")
if(CMKSIM_STATIC_SOURCES)
    add_library(cmksim_static_parts OBJECT ${CMKSIM_STATIC_SOURCES})
    foreach(source IN LISTS CMKSIM_STATIC_SOURCES)
        cmake_path(GET source PARENT_PATH folder)
        target_include_directories(cmksim_static_parts PRIVATE ${folder} ${folder}/../include)
    endforeach()
    get_property(archives GLOBAL PROPERTY CMKSIM_ARCHIVES)
    set(files "")
    foreach(archive IN LISTS archives)
        list(APPEND files $<TARGET_FILE:${archive}>)
    endforeach()
    set(static ${PROJECT_BINARY_DIR}/static/cmksim)
    add_custom_command(OUTPUT ${static}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/static
        COMMAND ${CMAKE_CXX_COMPILER} -static -s -o ${static} $<TARGET_OBJECTS:cmksim> -Wl,--start-group ${files}
            -Wl,--end-group $<TARGET_OBJECTS:cmksim_static_parts> -lboost_program_options -lyaml-cpp -lutf8proc -ledit
            -ltinfo -lbsd -lmd
        DEPENDS cmksim ${archives} cmksim_static_parts $<TARGET_OBJECTS:cmksim_static_parts>
        COMMAND_EXPAND_LISTS
        COMMENT "Linking a static program"
        VERBATIM)
    add_custom_target(cmksim_static DEPENDS ${static})
endif()
