#pragma once
// Work over threads, split so that the split never shows in the result: what is added up is added in an order that
// depends on the work alone.
//
// The threads are our own and not OpenMP's. A thread that calls parallel_for never waits for one that has not begun:
// it goes on to do the work itself, so that on a busy machine, where OpenMP's threads spin until the last of them got
// its turn at every loop, a training step takes no longer than on one thread; and a forked process works, too.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace lutra {

/// How many threads 0 stands for in options: one for each processor.
[[nodiscard]] inline int thread_count(int asked) noexcept {
  return asked > 0 ? asked : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

/// `count` things in pieces of `piece` (the last may be smaller).
struct Pieces {
  std::size_t count;
  std::size_t piece;

  [[nodiscard]] constexpr std::size_t size() const noexcept { return count == 0 ? 0 : (count - 1) / piece + 1; }
  [[nodiscard]] constexpr std::size_t begin(std::size_t i) const noexcept { return i * piece; }
  [[nodiscard]] constexpr std::size_t end(std::size_t i) const noexcept { return std::min(count, (i + 1) * piece); }
};

namespace detail {

/// Threads that wait for work. There is one job at a time, and each thread, the caller included, has a part of it of
/// its own, the same in every job: what lies in its cache from one loop is what it needs in the next. Who is done with
/// that claims what is left of the others'.
class Workers {
 public:
  using Call = void (*)(const void* body, std::size_t begin, std::size_t end);
  static constexpr std::size_t most_threads = 256;

  /// Never destroyed: its threads may be waiting in it until the process ends.
  [[nodiscard]] static Workers& all() {
    static Workers* const workers = new Workers;
    return *workers;
  }

  /// call(body, begin, end) for ranges that cover 0..count-1, on this thread and up to threads - 1 others. A loop
  /// inside of a loop, or at the same time as another thread's, is done by the calling thread alone.
  void run(std::size_t threads, std::size_t count, Call call, const void* body) {
    if (busy_.test_and_set(std::memory_order_acquire)) return call(body, 0, count);
    threads = std::min({threads, count, most_threads});
    start(threads - 1);
    call_ = call;
    body_ = body;
    work_ = {count, (count - 1) / (4 * threads) + 1};
    done_.store(0, std::memory_order_relaxed);
    threads_.store(threads, std::memory_order_relaxed);
    const std::uint32_t job = job_.load(std::memory_order_relaxed) + 1;
    const std::size_t pieces = work_.size();
    for (std::size_t i = 0; i < threads; ++i)
      parts_[i].claims.store(std::uint64_t{job} << 32 | pieces * (i + 1) / threads << 16 | pieces * i / threads,
                             std::memory_order_release);
    job_.store(job, std::memory_order_release);
    job_.notify_all();
    help(0);
    for (std::uint32_t done = done_.load(std::memory_order_acquire); done != pieces;
         done = done_.load(std::memory_order_acquire))
      wait_for_change(done_, done);
    busy_.clear(std::memory_order_release);
  }

 private:
  struct alignas(64) Part {
    std::atomic<std::uint64_t> claims = 0;  // job: 32 bits, end: 16, next piece: 16
  };

  Workers() = default;

  void start(std::size_t helpers) {
    for (; started_ < helpers; ++started_) {
      try {
        std::thread([this, own = started_ + 1] { serve(own); }).detach();
      } catch (const std::system_error&) {
        return;  // the system has no more threads: those that there are do the work
      }
    }
  }

  [[noreturn]] void serve(std::size_t own) {
    for (std::uint32_t seen = 0;;) {
      wait_for_change(job_, seen);
      seen = job_.load(std::memory_order_acquire);
      if (own < threads_.load(std::memory_order_relaxed)) help(own);
    }
  }

  /// Does pieces of the job at hand until there are none, those of thread `own` first.
  void help(std::size_t own) {
    const std::size_t threads = threads_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < threads; ++i) do_part(parts_[(own + i) % threads]);
  }

  /// Job, end and next piece share one word, so that nothing can be claimed of a job that has ended, and a job does not
  /// end before what was claimed is done.
  void do_part(Part& part) {
    for (std::uint64_t claims = part.claims.load(std::memory_order_acquire);;) {
      const std::size_t next = claims & 0xffff, end = claims >> 16 & 0xffff;
      if (next >= end) return;
      if (!part.claims.compare_exchange_weak(claims, claims + 1, std::memory_order_acq_rel, std::memory_order_acquire))
        continue;
      call_(body_, work_.begin(next), work_.end(next));
      const std::size_t pieces = work_.size();
      if (done_.fetch_add(1, std::memory_order_acq_rel) + 1 == pieces) done_.notify_all();
      claims = part.claims.load(std::memory_order_acquire);
    }
  }

  /// Loops come in quick succession, with at most a few microseconds in between: it pays to look for the next one for
  /// a while. Then sleep, since others may want the processor.
  static void wait_for_change(const std::atomic<std::uint32_t>& word, std::uint32_t old) {
    using Clock = std::chrono::steady_clock;
    const auto enough = Clock::now() + std::chrono::microseconds(50);
    do {
      for (int look = 0; look < 8; ++look) {
        if (word.load(std::memory_order_acquire) != old) return;
#if defined(__SSE2__)
        _mm_pause();
#endif
      }
    } while (Clock::now() < enough);
    word.wait(old, std::memory_order_acquire);
  }

  std::atomic_flag busy_ = ATOMIC_FLAG_INIT;
  std::size_t started_ = 0;  // by whoever is busy
  Call call_ = nullptr;
  const void* body_ = nullptr;
  Pieces work_{0, 1};
  std::atomic<std::size_t> threads_ = 1;
  alignas(64) std::atomic<std::uint32_t> job_ = 0;
  alignas(64) std::atomic<std::uint32_t> done_ = 0;
  Part parts_[most_threads];
};

/// One loop's body, and the exception of the lowest index at which it threw.
template <class Body>
struct Loop {
  const Body& body;
  mutable std::mutex mutex{};
  mutable std::exception_ptr error{};
  mutable std::size_t failed = 0;

  static void run(const void* self, std::size_t begin, std::size_t end) {
    const Loop& loop = *static_cast<const Loop*>(self);
    for (std::size_t i = begin; i < end; ++i) {
      try {
        loop.body(i);
      } catch (...) {
        const std::lock_guard lock(loop.mutex);
        if (!loop.error || i < loop.failed) {
          loop.error = std::current_exception();
          loop.failed = i;
        }
      }
    }
  }
};

}  // namespace detail

/// Calls `body(i)` once for each i below `count`, on up to `threads` threads. Where bodies throw, the exception of the
/// lowest i is thrown on; on several threads only after the other bodies have ended.
template <class Body>
void parallel_for(int threads, std::size_t count, const Body& body) {
  if (threads > 1 && count > 1) {
    const detail::Loop<Body> loop{body};
    detail::Workers::all().run(static_cast<std::size_t>(threads), count, &detail::Loop<Body>::run, &loop);
    if (loop.error) std::rethrow_exception(loop.error);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) body(i);
}

}  // namespace lutra
