#pragma once
// The signals of a program of codes: how they lie in memory, and how a step names what it reads of them.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/code_window.hpp>
#include <lutra/circuit/engine/codes/image.hpp>
#include <lutra/circuit/stages.hpp>

namespace lutra::engine {

/// A signal as it lies in memory: codes where it has at most 8 bits a value, and otherwise 32 bits a channel.
struct CodeSignal {
  circuits::Type type;
  std::size_t slot = 0;  ///< of the memory, which signals share one after another

  [[nodiscard]] bool is_code() const noexcept { return type.width <= 8; }
  [[nodiscard]] CodeImage image() const noexcept { return {type.shape, type.width}; }
  [[nodiscard]] std::size_t pixel_bytes() const noexcept {
    return is_code() ? image().pixel_bytes() : 4 * type.shape.channels;
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return type.shape.height * type.shape.width * pixel_bytes(); }
};

/// A channel of one of the signals that a step reads.
using circuits::CodeSource;

}  // namespace lutra::engine
