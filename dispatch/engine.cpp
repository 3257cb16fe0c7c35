// The engine but for its kernels, compiled once.

#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/engine/define/compile.hpp>

template class lutra::BasicEngine<lutra::kernels::ChosenArch>;
