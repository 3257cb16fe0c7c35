#pragma once
// Everything needed to compose, train and freeze a network and to run its circuit. What brings in other libraries or is
// needed now and then is included by itself: data loaders (lutra/data/*.hpp), exporters (lutra/export/*.hpp).

#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/file.hpp>
#include <lutra/circuit/simplify.hpp>
#include <lutra/compose.hpp>
#include <lutra/data/dataset.hpp>
#include <lutra/data/split.hpp>
#include <lutra/error.hpp>
#include <lutra/harden.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/binary_depthwise.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/depthwise.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/lut_trees.hpp>
#include <lutra/layers/or_pool.hpp>
#include <lutra/layers/space_to_depth.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/layers/to_real.hpp>
#include <lutra/network.hpp>
#include <lutra/signal.hpp>
#include <lutra/summary.hpp>
#include <lutra/train/augment.hpp>
#include <lutra/train/checkpoint.hpp>
#include <lutra/train/evaluate.hpp>
#include <lutra/train/fit.hpp>
#include <lutra/train/progress.hpp>
#include <lutra/version.hpp>
