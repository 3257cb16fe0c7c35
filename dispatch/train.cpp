// What of training knows no network, compiled once.

#include <lutra/define/summary.hpp>
#include <lutra/train/define/checkpoint.hpp>
#include <lutra/train/define/optimizer.hpp>
#include <lutra/train/define/options.hpp>
#include <lutra/train/define/progress.hpp>
