# Whether lutra::dispatch can be made here. It takes a CPU whose instruction sets it knows and GNU's binary tools, which
# hide what is compiled for a newer CPU from the linker (dispatch/CMakeLists.txt).

# GNU's by name: CMake would take LLVM's with clang++, and those know neither option.
find_program(LUTRA_GNU_LD NAMES ld.bfd ld)
find_program(LUTRA_GNU_OBJCOPY NAMES objcopy)
mark_as_advanced(LUTRA_GNU_LD LUTRA_GNU_OBJCOPY)

if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|aarch64|arm64)$" AND CMAKE_SIZEOF_VOID_P EQUAL 8
   AND UNIX AND NOT APPLE AND LUTRA_GNU_LD AND LUTRA_GNU_OBJCOPY
   AND CMAKE_CXX_COMPILER_ID MATCHES "^(GNU|Clang)$")
    set(lutra_can_dispatch ON)
else()
    set(lutra_can_dispatch OFF)
endif()
option(LUTRA_BUILD_DISPATCH "Provide lutra::dispatch, kernels chosen at run time" ${lutra_can_dispatch})

if(LUTRA_BUILD_DISPATCH)
    # Inside of another project it is compiled when something links it.
    if(PROJECT_IS_TOP_LEVEL)
        add_subdirectory(dispatch)
    else()
        add_subdirectory(dispatch EXCLUDE_FROM_ALL)
    endif()
endif()
