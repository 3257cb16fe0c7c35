// Readers of data, compiled once.

#include <lutra/data/define/csv.hpp>
#include <lutra/data/define/digits.hpp>
#include <lutra/data/define/idx.hpp>
#include <lutra/data/define/split.hpp>

template struct lutra::Dataset<lutra::Byte>;
template struct lutra::Dataset<lutra::Bit>;
template struct lutra::Dataset<lutra::Real>;
