// The engine but for its kernels, compiled once.

#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/engine/define/byte_convolution.hpp>
#include <lutra/circuit/engine/define/code_convolution.hpp>
#include <lutra/circuit/engine/define/code_copies.hpp>
#include <lutra/circuit/engine/define/compile.hpp>
#include <lutra/circuit/engine/define/compile_codes.hpp>
#include <lutra/circuit/engine/define/compile_image.hpp>
#include <lutra/circuit/engine/define/depthwise.hpp>
#include <lutra/circuit/engine/define/plan_lines.hpp>
#include <lutra/circuit/engine/define/run_byte_lines.hpp>
#include <lutra/circuit/engine/define/run_codes.hpp>
#include <lutra/circuit/engine/define/run_depthwise_lines.hpp>
#include <lutra/circuit/engine/define/run_lines.hpp>
#include <lutra/circuit/engine/define/split.hpp>
#include <lutra/circuit/engine/define/spread.hpp>
#include <lutra/circuit/image_engine.hpp>

template class lutra::BasicEngine<lutra::kernels::ChosenArch>;
template class lutra::BasicImageEngine<lutra::kernels::ChosenArch>;
