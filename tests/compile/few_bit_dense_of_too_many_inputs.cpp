// Sums that a float does not count exactly.
// must not compile: lutra: sums of this Dense could be larger than floats count exactly
// must not compile: Dense<4

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Byte, Shape{400, 1, 1}>>(Dense<4, FewBitWeights<8>>{} | Quantize<4>{});
  fit(net, Dataset<Byte>{});
}
