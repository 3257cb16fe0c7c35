#pragma once
// A normalization as the kernels of its gradient take it.

namespace lutra::kernels {

/// x̂ = (x - mean) · inverse, and its gradient dx = scale · (dy - d_mean - x̂ · dx_mean).
struct Normalization {
  float mean, inverse;
  float scale = 0, d_mean = 0, dx_mean = 0;
};

}  // namespace lutra::kernels
