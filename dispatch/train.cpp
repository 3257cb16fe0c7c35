// What of networks and their training is the same for all of them, compiled once.

#include <lutra/define/copy_parameters.hpp>
#include <lutra/define/parameters.hpp>
#include <lutra/define/snapshot.hpp>
#include <lutra/define/summary.hpp>
#include <lutra/train/define/checkpoint.hpp>
#include <lutra/train/define/optimizer.hpp>
#include <lutra/train/define/options.hpp>
#include <lutra/train/define/progress.hpp>
#include <lutra/train/define/redraw.hpp>
#include <lutra/train/define/strongest_inputs.hpp>
