#pragma once
// zlib, without its global name `Byte`: with it, `using namespace lutra` would leave `Byte` ambiguous in every file
// that reads a gzipped data set. Include this instead of <zlib.h>; what has included <zlib.h> already keeps its name.

#define Byte ZlibByte  // NOLINT(readability-identifier-naming): the name is zlib's
#include <zlib.h>
#undef Byte
