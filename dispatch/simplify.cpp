// Simplification, compiled once.

#include <lutra/circuit/define/simplify.hpp>
