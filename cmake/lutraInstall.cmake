# Installation: headers, the hand-written Verilog parts and scripts, and a package that find_package(lutra) finds.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# lutra::dispatch is the one part that is compiled. Where lutra is part of another project it may not have been, and is
# left out. Without it nothing depends on the machine's architecture, and the package lies under share/.
set(lutra_targets lutra lutra_export)
set(lutra_cmake_dir "${CMAKE_INSTALL_DATADIR}/cmake/lutra")
set(lutra_for_any_machine ARCH_INDEPENDENT)
if(LUTRA_BUILD_DISPATCH AND PROJECT_IS_TOP_LEVEL)
    list(APPEND lutra_targets lutra_dispatch)
    set(lutra_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/lutra")
    set(lutra_for_any_machine)
endif()
set(lutra_share_dir "${CMAKE_INSTALL_DATADIR}/lutra")

install(TARGETS ${lutra_targets} EXPORT lutraTargets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT lutraTargets NAMESPACE lutra:: DESTINATION "${lutra_cmake_dir}")

foreach(folder include export/include)
    if(IS_DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}")
        install(DIRECTORY "${folder}/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.hpp")
    endif()
endforeach()

if(IS_DIRECTORY "${PROJECT_SOURCE_DIR}/export/rtl")
    install(DIRECTORY export/rtl DESTINATION "${lutra_share_dir}")
endif()
file(GLOB lutra_export_scripts CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/export/*.sh")
if(lutra_export_scripts)
    install(PROGRAMS ${lutra_export_scripts} DESTINATION "${lutra_share_dir}")
endif()
install(FILES LICENSE DESTINATION "${lutra_share_dir}")

configure_package_config_file(cmake/lutraConfig.cmake.in "${PROJECT_BINARY_DIR}/lutraConfig.cmake"
    INSTALL_DESTINATION "${lutra_cmake_dir}"
    PATH_VARS lutra_share_dir)
# Before 1.0 a minor version may break its users.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/lutraConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion ${lutra_for_any_machine})
install(FILES
    "${PROJECT_BINARY_DIR}/lutraConfig.cmake"
    "${PROJECT_BINARY_DIR}/lutraConfigVersion.cmake"
    cmake/lutraDependencies.cmake
    DESTINATION "${lutra_cmake_dir}")
