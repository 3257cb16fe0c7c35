#pragma once
// What the tests of float kernels share: rows of random numbers that start where no vector is aligned, and comparisons
// to the bit.

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/random.hpp>
#include <utility>
#include <vector>

namespace lutra::test {

/// `count` numbers from `make()`, the first of them `offset` elements into the storage, with untouched ones around.
template <class T>
class Row {
 public:
  template <class Make>
  Row(std::size_t count, std::size_t offset, Make make)
      : storage_(count + offset + guards, guard), count_(count), offset_(offset) {
    for (std::size_t i = 0; i < count; ++i) data()[i] = static_cast<T>(make());
  }
  [[nodiscard]] T* data() { return storage_.data() + offset_; }
  [[nodiscard]] const T* data() const { return storage_.data() + offset_; }
  [[nodiscard]] std::size_t size() const { return count_; }
  T& operator[](std::size_t i) { return data()[i]; }
  const T& operator[](std::size_t i) const { return data()[i]; }

  /// Every bit the same, also of NaNs and of what lies around.
  friend bool operator==(const Row& a, const Row& b) {
    return a.storage_.size() == b.storage_.size() &&
           std::memcmp(a.storage_.data(), b.storage_.data(), a.storage_.size() * sizeof(T)) == 0;
  }

 private:
  static constexpr std::size_t guards = 5;
  static constexpr T guard = static_cast<T>(77);
  std::vector<T> storage_;
  std::size_t count_, offset_;
};

/// Uniform in -1..1.
inline auto signed_uniform(Random& random) {
  return [&random] { return 2 * random.uniform() - 1; };
}

/// How far `got` is from `expected`, in units of the larger of 1 and its size.
inline double distance(double got, double expected) {
  return std::abs(got - expected) / std::max(1.0, std::abs(expected));
}

/// Calls body.operator()<N>() for N = 1 to 8.
template <class Body>
void for_every_fan_in(const Body& body) {
  [&]<std::size_t... N>(std::index_sequence<N...>) { (body.template operator()<N + 1>(), ...); }
  (std::make_index_sequence<8>());
}

}  // namespace lutra::test
