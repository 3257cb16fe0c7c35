#pragma once
// What flows between two layers: a value kind and a shape, both known to the compiler. Kinds say what one value means;
// a Shape says how many there are and how they lie (channels, then rows, then columns).

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>

namespace lutra {

/// channels × height × width; a flat vector of n values is Shape{n, 1, 1}.
struct Shape {
  std::size_t channels = 1;
  std::size_t height = 1;
  std::size_t width = 1;

  [[nodiscard]] constexpr std::size_t size() const noexcept { return channels * height * width; }
  [[nodiscard]] constexpr bool same_image(const Shape& other) const noexcept {
    return height == other.height && width == other.width;
  }
  friend constexpr bool operator==(const Shape&, const Shape&) = default;
};

[[nodiscard]] inline std::string to_string(const Shape& shape) {
  return std::to_string(shape.channels) + "x" + std::to_string(shape.height) + "x" + std::to_string(shape.width);
}

/// Bits needed to write every integer 0..maximum; at least 1.
[[nodiscard]] constexpr std::uint32_t bits_for(std::uint64_t maximum) noexcept {
  std::uint32_t bits = 1;
  while (bits < 64 && (maximum >> bits) != 0) ++bits;
  return bits;
}

/// Raw input, 0..255.
struct Byte {
  using Storage = std::uint8_t;
  static constexpr std::uint32_t bits = 8;
  static std::string name() { return "Byte"; }
};

/// An unsigned code 0..2^Bits-1, such as the reading of a converter.
template <std::uint32_t Bits>
struct Level {
  static_assert(Bits >= 1 && Bits <= 16, "lutra: Level<Bits> holds codes of 1 to 16 bits");
  using Storage = std::conditional_t<(Bits <= 8), std::uint8_t, std::uint16_t>;
  static constexpr std::uint32_t bits = Bits;
  static std::string name() { return "Level<" + std::to_string(Bits) + ">"; }
};

/// 0 or 1; planes are packed, 64 samples a word.
struct Bit {
  using Storage = std::uint64_t;
  static constexpr std::uint32_t bits = 1;
  static std::string name() { return "Bit"; }
};

/// A float. Training only: a circuit has none.
struct Real {
  using Storage = float;
  static std::string name() { return "Real"; }
};

/// A whole number 0..Maximum (a popcount). In training a float that is always a whole number; what it stands for is
/// that number times the scale of the layer that made it (one over the temperature of a GroupSum).
template <std::uint64_t Maximum>
struct Count {
  using Storage = float;
  static constexpr std::uint64_t maximum = Maximum;
  static constexpr std::uint32_t bits = bits_for(Maximum);
  static std::string name() { return "Count<" + std::to_string(Maximum) + ">"; }
};

/// The index of the largest of `Classes` scores, ties to the lowest. In training the plane keeps the scores, one
/// channel a class, so that a loss can be taken over them; the circuit keeps the index alone. An image of Classes × H ×
/// W scores is a class for each place.
template <std::size_t Classes>
struct Class {
  using Storage = float;
  static constexpr std::size_t classes = Classes;
  static std::string name() { return "Class<" + std::to_string(Classes) + ">"; }
};

template <class Kind>
using storage_t = typename Kind::Storage;

template <class Kind>
inline constexpr bool is_count = false;
template <std::uint64_t Maximum>
inline constexpr bool is_count<Count<Maximum>> = true;

template <class Kind>
inline constexpr bool is_class = false;
template <std::size_t Classes>
inline constexpr bool is_class<Class<Classes>> = true;

template <class Kind>
inline constexpr bool is_level = false;
template <std::uint32_t Bits>
inline constexpr bool is_level<Level<Bits>> = true;

/// Whole codes as they come from outside: Byte or Level<Bits>.
template <class Kind>
inline constexpr bool is_code = std::same_as<Kind, Byte> || is_level<Kind>;

/// Kinds whose planes are floats and take gradients of the loss as they are.
template <class Kind>
inline constexpr bool is_float_plane = std::same_as<typename Kind::Storage, float>;

/// What flows between two layers. `Signal<Bit, Shape{32, 28, 28}>` is 32 channels of 28 × 28 bits.
template <class KindType, Shape ShapeValue>
struct Signal {
  using Kind = KindType;
  static constexpr Shape shape = ShapeValue;
  static constexpr std::size_t size = ShapeValue.size();
  static_assert(ShapeValue.size() > 0, "lutra: a signal has at least one value; every side of its Shape is at least 1");

  static std::string name() { return Kind::name() + " " + to_string(ShapeValue); }
};

/// Answers a sample, each of which has a loss of its own: a class for each place of an image, else one.
template <class S>
inline constexpr std::size_t places_of = is_class<typename S::Kind> ? S::shape.height* S::shape.width : 1;

/// The shape of a signal in a circuit, where of a class the index alone is left.
template <class S>
inline constexpr Shape circuit_shape = {is_class<typename S::Kind> ? 1 : S::shape.channels, S::shape.height,
                                        S::shape.width};

}  // namespace lutra
