# Finds a BLAS with its C interface and makes the target lutra::cblas of it.
#
# CMake's FindBLAS finds the Fortran symbols but not cblas.h, and needs a Fortran or C compiler for some vendors; a
# header and a library are all that is needed here. To use another BLAS, set LUTRA_CBLAS_INCLUDE_DIR and
# LUTRA_CBLAS_LIBRARY.

set(lutra_cblas_suffixes openblas-serial openblas openblas-pthread openblas-openmp blas)
# The serial OpenBLAS comes first: lutra splits work over threads itself, and two thread pools get into each other's way.
find_path(LUTRA_CBLAS_INCLUDE_DIR NAMES cblas.h PATH_SUFFIXES ${lutra_cblas_suffixes})
find_library(LUTRA_CBLAS_LIBRARY NAMES openblas cblas blas PATH_SUFFIXES ${lutra_cblas_suffixes})
mark_as_advanced(LUTRA_CBLAS_INCLUDE_DIR LUTRA_CBLAS_LIBRARY)
unset(lutra_cblas_suffixes)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LutraCblas REQUIRED_VARS LUTRA_CBLAS_LIBRARY LUTRA_CBLAS_INCLUDE_DIR)

if(LutraCblas_FOUND AND NOT TARGET lutra::cblas)
    add_library(lutra::cblas UNKNOWN IMPORTED)
    set_target_properties(lutra::cblas PROPERTIES
        IMPORTED_LOCATION "${LUTRA_CBLAS_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${LUTRA_CBLAS_INCLUDE_DIR}")
endif()
