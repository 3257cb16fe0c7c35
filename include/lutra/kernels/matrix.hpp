#pragma once
// Float matrix products, through BLAS. Split into blocks that depend on the sizes alone, so that the bits do not depend
// on the number of threads (BLAS itself is expected to run on the calling thread). One product at a time: a BLAS need
// not be safe to call on several threads (Debian's serial OpenBLAS takes one buffer for two calls).

#include <cblas.h>

#include <cstddef>
#include <mutex>

namespace lutra::kernels {

/// c (m × n) = a (m × k) · b (k × n) + beta · c. All row-major; `transpose_a` says that a is stored as k × m, likewise
/// b.
inline void matrix_product(bool transpose_a, bool transpose_b, std::size_t m, std::size_t n, std::size_t k,
                           const float* a, std::size_t stride_a, const float* b, std::size_t stride_b, float beta,
                           float* c, std::size_t stride_c) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  cblas_sgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans,
              static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), 1.0F, a, static_cast<int>(stride_a), b,
              static_cast<int>(stride_b), beta, c, static_cast<int>(stride_c));
}

}  // namespace lutra::kernels
