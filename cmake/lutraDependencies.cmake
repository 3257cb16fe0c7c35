# What the library needs. Included by the project and, once installed, by lutraConfig.cmake: both use the same list, so
# that find_package and add_subdirectory cannot drift apart.

# Inside of find_package(lutra), a missing dependency is for the caller to handle; in our own project it is an error.
if(CMAKE_FIND_PACKAGE_NAME STREQUAL "lutra")
    include(CMakeFindDependencyMacro)
    macro(lutra_need)
        find_dependency(${ARGV})
    endmacro()
else()
    macro(lutra_need)
        find_package(${ARGV} REQUIRED)
    endmacro()
endif()

lutra_need(xtl)  # first: xsimd's own config forgets to look for it
lutra_need(xsimd)
lutra_need(xtensor)
lutra_need(Threads)
lutra_need(ZLIB)
