#pragma once
// A progress bar for terminals: rate, time left, loss and accuracy in one line that rewrites itself and fits the
// window. Where the output is not a terminal (a log, a pipe) there is no bar, and a line an epoch only if it is asked
// for.

#include <cstdio>
#include <lutra/train/history.hpp>

namespace lutra {

enum class ProgressLines {
  automatic,  ///< a live bar on a terminal; elsewhere nothing
  epochs,     ///< one line an epoch, anywhere; on a terminal with the bar below
};

/// An observer for fit that shows how it goes on `out`, which must outlive it:
/// `fit(net, train, {.observer = progress_bar()});`
[[nodiscard]] Observer progress_bar(ProgressLines lines = ProgressLines::automatic, std::FILE* out = stderr);

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/train/define/progress.hpp>
#endif
