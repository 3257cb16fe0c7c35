#pragma once

// The version of the library, in one place: CMake reads these three numbers from this file, and emitted designs
// repeat them, so that a circuit can be traced to the code that wrote it.

#define LUTRA_VERSION_MAJOR 0
#define LUTRA_VERSION_MINOR 1
#define LUTRA_VERSION_PATCH 0

#define LUTRA_TEXT_OF_(tokens) #tokens
#define LUTRA_TEXT_OF(tokens) LUTRA_TEXT_OF_(tokens)

/// The same as text: "0.1.0".
#define LUTRA_VERSION LUTRA_TEXT_OF(LUTRA_VERSION_MAJOR.LUTRA_VERSION_MINOR.LUTRA_VERSION_PATCH)

namespace lutra {

/// The version of the headers that this translation unit was compiled with, such as "0.1.0".
inline constexpr const char* version = LUTRA_VERSION;

}  // namespace lutra
