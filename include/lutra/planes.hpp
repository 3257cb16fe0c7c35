#pragma once
// Where a network's values live while it works: channel-major planes with the batch innermost. One row is one value of
// the signal for every sample of the batch; a Bit row is packed, 64 samples a word; gradients are always float rows.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/sizes.hpp>
#include <lutra/parallel.hpp>
#include <lutra/signal.hpp>
#include <memory>
#include <new>
#include <type_traits>

namespace lutra {

/// A view of `rows` rows, `stride` stored elements apart; or, where `places` is given, row i is places[i] strides from
/// the beginning, and rows are longer than a stride: they overlap. An empty view (no data) means "not wanted".
template <class Kind>
struct Planes {
  using Storage = storage_t<Kind>;

  Storage* data = nullptr;
  std::size_t rows = 0;
  std::size_t stride = 0;
  const std::uint32_t* places = nullptr;

  [[nodiscard]] Storage* row(std::size_t i) const noexcept {
    return data + (places == nullptr ? i : places[i]) * stride;
  }
  [[nodiscard]] Planes slice(std::size_t first, std::size_t count) const noexcept {
    if (data == nullptr) return {};
    if (places != nullptr) return {data, count, stride, places + first};
    return {row(first), count, stride};
  }
  explicit operator bool() const noexcept { return data != nullptr; }
};

using Gradients = Planes<Real>;

/// Threads that may add to different rows at once: of overlapping rows, one.
[[nodiscard]] inline int row_threads(int threads, const Gradients& rows) noexcept {
  return rows.places == nullptr ? threads : 1;
}

/// What one pass over a batch needs to know. Rows are padded to whole words of 64 samples; the gradient of padding is
/// 0.
struct Pass {
  std::size_t samples = 0;
  bool training = false;
  int threads = 1;
  /// Not 0 inside of a convolution, where a sample is a window of an image. Input planes may then have `places`: rows
  /// that overlap, but only within each this many rows, which read one channel.
  std::size_t overlap = 0;
  /// Where not null, the gradients of parameters from the store's number `first_parameter` on are written here, and not
  /// to the store: inside of a convolution threads have places of their own.
  float* gradients = nullptr;
  std::size_t first_parameter = 0;

  [[nodiscard]] std::size_t words() const noexcept { return kernels::words_for(samples); }
  [[nodiscard]] std::size_t padded() const noexcept { return words() * kernels::word_bits; }

  /// The pieces of the batch, in words, that threads share. They depend on the batch alone, so that sums over pieces
  /// come out the same at any thread count; at most 8, so that what is kept for each piece stays small. Of a
  /// convolution threads have bands each, and small pieces would only cost.
  [[nodiscard]] Pieces pieces() const noexcept {
    return {words(), std::max<std::size_t>((words() + 7) / 8, overlap > 0 ? 8 : 1)};
  }

  /// The most pieces of any batch up to this size: 8 words make 8 pieces, but 9 words only 5.
  [[nodiscard]] std::size_t most_pieces() const noexcept { return std::min<std::size_t>(words(), 8); }
};

/// The stored elements from one row of such planes to the next, for this batch.
template <class Kind>
[[nodiscard]] constexpr std::size_t row_stride(const Pass& pass) noexcept {
  return std::is_same_v<Kind, Bit> ? pass.words() : pass.padded();
}

/// A batch may be smaller than the one reserved for: the same memory, with this batch's distance between rows.
template <class Kind>
[[nodiscard]] Planes<Kind> fitted(Planes<Kind> planes, const Pass& pass) noexcept {
  planes.stride = row_stride<Kind>(pass);
  return planes;
}

/// Sets all of the rows, which do not overlap, to 0.
inline void clear(const Pass& pass, const Gradients& rows) {
  parallel_for(pass.threads, rows.rows, [&](std::size_t i) { std::fill_n(rows.row(i), rows.stride, 0.0F); });
}

/// One block of memory for all of a network's activations. It is filled twice by the same calls: first to measure,
/// then, after `allocate`, to hand out. Everything is aligned to a cache line.
class Arena {
 public:
  template <class T>
  [[nodiscard]] T* claim(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::size_t at = used_;
    used_ += (count * sizeof(T) + alignment - 1) / alignment * alignment;
    return memory_ == nullptr ? nullptr : reinterpret_cast<T*>(memory_.get() + at);
  }

  template <class Kind>
  [[nodiscard]] Planes<Kind> claim_planes(std::size_t rows, const Pass& pass) {
    const std::size_t stride = row_stride<Kind>(pass);
    return {claim<storage_t<Kind>>(rows * stride), rows, stride};
  }

  void measure() noexcept {
    memory_.reset();
    used_ = 0;
  }
  /// After measuring: one allocation of all that was claimed, zeroed; the same claims again give the memory out.
  void allocate() {
    memory_.reset(static_cast<std::byte*>(::operator new (used_ + alignment, std::align_val_t{alignment})));
    std::memset(memory_.get(), 0, used_);
    used_ = 0;
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return used_; }

 private:
  static constexpr std::size_t alignment = 64;
  struct Free {
    void operator()(std::byte* memory) const noexcept { ::operator delete (memory, std::align_val_t{alignment}); }
  };
  std::unique_ptr<std::byte, Free> memory_;
  std::size_t used_ = 0;
};

}  // namespace lutra
