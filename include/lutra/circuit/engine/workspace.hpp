#pragma once
// The memory a run of the engine works in. It is kept and lent again, so that only the first calls allocate, and each
// thread of a call has its own.

#include <cstddef>
#include <cstdint>
#include <lutra/kernels/arch.hpp>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace lutra::engine {

template <class T>
using AlignedVector = std::vector<T, xsimd::aligned_allocator<T, 64>>;

struct Workspace {
  AlignedVector<std::uint64_t> rows;            ///< packed bits, row after row
  AlignedVector<unsigned char> planes;          ///< a block of the raw input, value-major
  std::vector<std::uint64_t> packed;            ///< samples of single bits, 64 a word
  std::vector<const void*> samples;             ///< where each sample of a tile starts
  std::vector<const std::uint64_t*> read_rows;  ///< operands of one step
  std::vector<std::uint64_t*> written_rows;
  std::vector<std::uint32_t> integers;  ///< one value of every sample of a tile
  std::vector<std::uint8_t> bits;       ///< rows of a single sample, a byte each

  // Convolutions of few-bit codes.
  AlignedVector<std::uint8_t> tables;               ///< of the lines that a window sees
  AlignedVector<std::int16_t> sums;                 ///< of each pixel of these lines
  AlignedVector<std::int16_t> dense_sums;           ///< of the windows at each pixel
  AlignedVector<std::int16_t> window_sums;          ///< of a line of the answer
  AlignedVector<std::uint8_t> packed_line;          ///< two bits of each code of a line
  std::vector<AlignedVector<std::uint8_t>> images;  ///< signals of a whole frame
  std::vector<std::int64_t> lines;                  ///< which are there
};

/// Lends workspaces; any number of threads may ask at once.
class WorkspacePool {
 public:
  /// Gives its workspace back when it goes.
  class Loan {
   public:
    Loan(WorkspacePool& pool, std::unique_ptr<Workspace> workspace) noexcept
        : pool_(&pool), workspace_(std::move(workspace)) {}
    Loan(Loan&&) noexcept = default;
    Loan& operator=(Loan&&) = delete;
    ~Loan() {
      if (workspace_) pool_->take_back(std::move(workspace_));
    }
    Workspace& operator*() const noexcept { return *workspace_; }

   private:
    WorkspacePool* pool_;
    std::unique_ptr<Workspace> workspace_;
  };

  [[nodiscard]] Loan lend() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto workspace = std::move(idle_.back());
        idle_.pop_back();
        return {*this, std::move(workspace)};
      }
      // Room for all that are lent is made here, because giving one back must not fail.
      idle_.reserve(++made_);
    }
    return {*this, std::make_unique<Workspace>()};
  }

 private:
  void take_back(std::unique_ptr<Workspace> workspace) noexcept {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(workspace));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> idle_;
  std::size_t made_ = 0;
};

}  // namespace lutra::engine
