# How lutra's own programs are compiled. Never exported and never linked by lutra::lutra: warnings and CPU flags are
# the consumer's choice, not ours.

include(CheckCXXCompilerFlag)

# Standard C++ and not GNU's, so that an extension does not slip into a header.
set(CMAKE_CXX_EXTENSIONS OFF)

add_library(lutra_own_flags INTERFACE)
target_compile_options(lutra_own_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow
    # Indices go between signed and unsigned everywhere; clang counts that under -Wconversion.
    -Wconversion -Wno-sign-conversion)

# Errors only for the compilers that the tests run with: a newer one has new warnings, and they should not stop a user.
if((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^12\\.")
   OR (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^14\\."))
    target_compile_options(lutra_own_flags INTERFACE -Werror)
endif()

# g++ before 13 calls half of its own AVX-512 intrinsics uninitialized (GCC bug 105593) and takes additions to strings for
# overlapping copies (GCC bug 105651); clang keeps watch instead.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(lutra_own_flags INTERFACE -Wno-uninitialized -Wno-maybe-uninitialized -Wno-restrict)
endif()

# Products and sums stay apart, so that every instruction set gives the same bits.
target_compile_options(lutra_own_flags INTERFACE -ffp-contract=off)

# Examples and benchmarks that are built along with the tests. What they spend their time on lies in the library, so
# those that a test runs take hardly longer; the others only have to compile.
add_library(lutra_quick_build INTERFACE)
if(LUTRA_QUICK_BUILD)
    target_compile_options(lutra_quick_build INTERFACE -O0)
endif()

# Programs that instantiate the kernels themselves: the tests, and the benchmarks of single kernels.
add_library(lutra_header_only INTERFACE)
target_link_libraries(lutra_header_only INTERFACE lutra::lutra)
if(LUTRA_NATIVE)
    check_cxx_compiler_flag(-march=native LUTRA_HAS_MARCH_NATIVE)
    if(LUTRA_HAS_MARCH_NATIVE)
        target_compile_options(lutra_header_only INTERFACE -march=native)
    endif()
endif()

# Programs that run anywhere, with the kernels chosen at run time, as we advise our users to.
add_library(lutra_chosen_kernels INTERFACE)
target_link_libraries(lutra_chosen_kernels INTERFACE
    $<IF:$<TARGET_EXISTS:lutra::dispatch>,lutra::dispatch,lutra_header_only>)
