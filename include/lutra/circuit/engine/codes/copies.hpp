#pragma once
// Pixels whose channels are those of others, in some order: where they lie in whole bytes, bytes are copied.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/codes/signal.hpp>
#include <lutra/circuit/stages.hpp>
#include <span>
#include <vector>

namespace lutra::engine {

/// Bytes of one of the signals that a step reads, of the pixel `offset` away, and where among a pixel's bytes they go.
struct CodeCopy {
  std::uint32_t signal;
  circuits::Offset offset;
  std::uint32_t from, to, bytes;
};

/// For each of `pixels` pixels of a block, the copies that give it what its share of `sources` names; nothing where
/// some of that does not lie in whole bytes.
[[nodiscard]] std::vector<std::vector<CodeCopy>> find_copies(const std::vector<CodeSignal>& from, const CodeSignal& to,
                                                             std::span<const CodeSource> sources, std::size_t pixels);

}  // namespace lutra::engine

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/engine/define/code_copies.hpp>
#endif
