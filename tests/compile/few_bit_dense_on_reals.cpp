// A layer of whole numbers fed with real ones.
// must not compile: lutra: Dense with weights of few bits reads Bit, Byte, Level<n> or Count; put Quantize before it
// must not compile: Dense<4
// must not compile: lutra::Real

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Byte, Shape{4, 1, 1}>>(ToReal{} | Dense<4, BinaryWeights>{} | Relu{} | Dense<2>{});
  fit(net, Dataset<Byte>{});
}
