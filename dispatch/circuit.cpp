// What circuits are made of, and what is made of circuits: compiled once, for all who link the library.

#include <lutra/circuit/define/builder.hpp>
#include <lutra/circuit/define/file.hpp>
#include <lutra/circuit/define/hash.hpp>
#include <lutra/circuit/define/resize.hpp>
#include <lutra/circuit/define/serialize.hpp>
#include <lutra/circuit/define/side_by_side.hpp>
#include <lutra/circuit/define/unroll.hpp>
#include <lutra/circuit/define/validate.hpp>
