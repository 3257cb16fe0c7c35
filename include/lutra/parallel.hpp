#pragma once
// Work over threads, split so that the split never shows in the result: what is added up is added in an order that
// depends on the work alone. Without OpenMP everything runs on the calling thread and gives the same bits.

#include <algorithm>
#include <cstddef>
#include <exception>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace lutra {

/// How many threads 0 stands for in options: all that OpenMP offers; 1 without OpenMP.
[[nodiscard]] inline int thread_count(int asked) noexcept {
#ifdef _OPENMP
    return asked > 0 ? asked : omp_get_max_threads();
#else
    static_cast<void>(asked);
    return 1;
#endif
}

/// Calls `body(i)` once for each i below `count`, on up to `threads` threads. Where bodies throw, the exception of the
/// lowest i is thrown on; on several threads only after the other bodies have ended.
template <class Body>
void parallel_for(int threads, std::size_t count, const Body& body) {
#ifdef _OPENMP
    if (threads > 1 && count > 1) {
        std::exception_ptr error;
        const auto n = static_cast<std::ptrdiff_t>(count);
        std::ptrdiff_t failed = n;
#pragma omp parallel for num_threads(threads) schedule(static)
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            try {
                body(static_cast<std::size_t>(i));
            } catch (...) {
#pragma omp critical(lutra_parallel_error)
                if (i < failed) {
                    failed = i;
                    error = std::current_exception();
                }
            }
        }
        if (error)
            std::rethrow_exception(error);
        return;
    }
#else
    static_cast<void>(threads);
#endif
    for (std::size_t i = 0; i < count; ++i)
        body(i);
}

/// `count` things in pieces of `piece` (the last may be smaller).
struct Pieces {
    std::size_t count;
    std::size_t piece;

    [[nodiscard]] constexpr std::size_t size() const noexcept { return count == 0 ? 0 : (count - 1) / piece + 1; }
    [[nodiscard]] constexpr std::size_t begin(std::size_t i) const noexcept { return i * piece; }
    [[nodiscard]] constexpr std::size_t end(std::size_t i) const noexcept { return std::min(count, (i + 1) * piece); }
};

}  // namespace lutra
