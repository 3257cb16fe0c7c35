#pragma once
// Pixels of a signal in memory: one by one, or one channel of many.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/circuit/engine/codes/image.hpp>
#include <lutra/circuit/engine/codes/signal.hpp>

namespace lutra::engine::detail {

struct CodePixels {
  const CodeSignal& signal;
  std::uint8_t* data;

  [[nodiscard]] std::uint32_t at(std::size_t pixel, std::size_t channel) const noexcept {
    if (signal.is_code()) return code_of(signal.image(), data, pixel, channel);
    std::uint32_t value;
    std::memcpy(&value, data + 4 * (pixel * signal.type.shape.channels + channel), sizeof value);
    return value;
  }

  template <class ValueOf>
  void set(std::size_t pixel, const ValueOf& value_of) const noexcept {
    const std::size_t channels = signal.type.shape.channels;
    if (signal.is_code()) {
      const CodeImage image = signal.image();
      std::memset(data + pixel * image.pixel_bytes(), 0, image.pixel_bytes());
      for (std::size_t c = 0; c < channels; ++c) set_code(image, data, pixel, c, value_of(c));
      return;
    }
    for (std::size_t c = 0; c < channels; ++c) {
      const std::uint32_t value = value_of(c);
      std::memcpy(data + 4 * (pixel * channels + c), &value, sizeof value);
    }
  }

  /// to[i · to_step] = the channel's value at pixel first + i · step.
  template <class T>
  void get_run(std::size_t first, std::size_t step, std::size_t count, std::size_t channel, T* to,
               std::size_t to_step = 1) const noexcept {
    if (!signal.is_code()) {
      for (std::size_t i = 0; i < count; ++i) to[i * to_step] = static_cast<T>(at(first + i * step, channel));
      return;
    }
    const CodeImage image = signal.image();
    const std::size_t bytes = step * image.pixel_bytes();
    const std::uint8_t* from = data + first * image.pixel_bytes();
    if (!image.is_packed()) {
      from += channel;
      for (std::size_t i = 0; i < count; ++i) to[i * to_step] = static_cast<T>(from[i * bytes]);
      return;
    }
    from += channel / kernels::codes_per_byte;
    const auto shift = static_cast<std::uint32_t>(2 * (channel % kernels::codes_per_byte));
    for (std::size_t i = 0; i < count; ++i) to[i * to_step] = static_cast<T>(from[i * bytes] >> shift & 3U);
  }

  /// The value of channel c at pixel first + i becomes channel(c)[i].
  template <class Channel>
  void set_run(std::size_t first, std::size_t count, const Channel& channel) const noexcept {
    const std::size_t channels = signal.type.shape.channels;
    if (!signal.is_code()) {
      for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t i = 0; i < count; ++i) {
          const auto value = static_cast<std::uint32_t>(channel(c)[i]);
          std::memcpy(data + 4 * ((first + i) * channels + c), &value, sizeof value);
        }
      return;
    }
    const CodeImage image = signal.image();
    const std::size_t bytes = image.pixel_bytes();
    std::uint8_t* const to = data + first * bytes;
    if (!image.is_packed() && channels <= 4) return set_word(to, count, channels, channel);
    std::memset(to, 0, count * bytes);
    std::size_t c = 0;
    for (; image.is_packed() && c + kernels::codes_per_byte <= channels; c += kernels::codes_per_byte)
      set_four(to + c / kernels::codes_per_byte, bytes, count, channel(c), channel(c + 1), channel(c + 2),
               channel(c + 3));
    for (; c < channels; ++c) {
      const auto* const from = channel(c);
      const std::size_t at = image.is_packed() ? c / kernels::codes_per_byte : c;
      const std::size_t shift = image.is_packed() ? 2 * (c % kernels::codes_per_byte) : 0;
      for (std::size_t i = 0; i < count; ++i) to[i * bytes + at] |= byte_of(from[i], shift);
    }
  }

 private:
  template <class T>
  [[nodiscard]] static std::uint8_t byte_of(T value, std::size_t shift) noexcept {
    return static_cast<std::uint8_t>(static_cast<std::int32_t>(value) << shift);
  }
  /// Pixels of up to four channels, a byte each, are written as a whole.
  template <class Channel>
  static void set_word(std::uint8_t* to, std::size_t count, std::size_t channels, const Channel& channel) noexcept {
    const auto set = [&](auto... each) {
      for (std::size_t i = 0; i < count; ++i, to += kernels::code_block) {
        std::uint64_t word = 0, shift = 0;
        ((word |= std::uint64_t{static_cast<std::uint8_t>(each[i])} << shift, shift += 8), ...);
        const std::uint64_t pixel[kernels::code_block / sizeof word] = {word};
        std::memcpy(to, pixel, sizeof pixel);
      }
    };
    switch (channels) {
      case 1:
        return set(channel(0));
      case 2:
        return set(channel(0), channel(1));
      case 3:
        return set(channel(0), channel(1), channel(2));
      default:
        return set(channel(0), channel(1), channel(2), channel(3));
    }
  }
  /// The codes of four channels.
  template <class T>
  static void set_four(std::uint8_t* to, std::size_t bytes, std::size_t count, const T* a, const T* b, const T* c,
                       const T* d) noexcept {
    for (std::size_t i = 0; i < count; ++i)
      to[i * bytes] =
          static_cast<std::uint8_t>(byte_of(a[i], 0) | byte_of(b[i], 2) | byte_of(c[i], 4) | byte_of(d[i], 6));
  }
};

}  // namespace lutra::engine::detail
