// Boxes that are found in images, compiled once.

#include <lutra/boxes/define/average_precision.hpp>
#include <lutra/boxes/define/decode.hpp>
#include <lutra/boxes/define/suppress.hpp>
