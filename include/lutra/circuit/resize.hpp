#pragma once
// A circuit for images of another size: filters that were trained on small images, run on large ones.

#include <cstddef>
#include <lutra/circuit/circuit.hpp>

namespace lutra {

/// The same stages for an input of `height` x `width` pixels: windows have the same offsets and strides, and stand at
/// as many more (or fewer) places as fit. It is the circuit of the same network with the same parameters, bound to an
/// image of that size. Throws Error where a stage reads its input as a whole and not at each place (a classifier's last
/// layers), where height or width differ from the circuit's by no multiple of the strides' product (windows of a Same
/// convolution would begin at other pixels), or where no place is left.
[[nodiscard]] Circuit resize(const Circuit& circuit, std::size_t height, std::size_t width);

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/define/resize.hpp>
#endif
