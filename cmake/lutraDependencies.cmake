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

# FindLutraCblas.cmake lies beside this file. Its path is given for that one search only.
macro(lutra_need_cblas)
    list(PREPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}")
    find_package(LutraCblas QUIET)
    list(POP_FRONT CMAKE_MODULE_PATH)
endmacro()

lutra_need(xtl)  # first: xsimd's own config forgets to look for it
lutra_need(xsimd)
lutra_need(xtensor)
lutra_need(Threads)
lutra_need(ZLIB)
lutra_need_cblas()
if(NOT LutraCblas_FOUND)
    string(CONCAT lutra_no_cblas "lutra: no BLAS with cblas.h found. Install one, such as libopenblas-serial-dev, or "
        "set LUTRA_CBLAS_INCLUDE_DIR and LUTRA_CBLAS_LIBRARY")
    if(CMAKE_FIND_PACKAGE_NAME STREQUAL "lutra")
        set(lutra_FOUND FALSE)
        set(lutra_NOT_FOUND_MESSAGE "${lutra_no_cblas}")
        return()
    endif()
    message(FATAL_ERROR "${lutra_no_cblas}")
endif()
find_package(OpenMP QUIET COMPONENTS CXX)
if(NOT OpenMP_CXX_FOUND)
    message(STATUS "lutra: OpenMP not found, training and the engine will use one thread")
endif()
