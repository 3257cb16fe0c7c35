// 64 nodes do not divide into 10 groups.
// must not compile: lutra: GroupSum<Groups> divides its input into equal groups; give the layer before it a multiple of
// Groups nodes must not compile: GroupSum<10>

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Bit, Shape{16, 1, 1}>>(StochasticLut<4, 64>{} | GroupSum<10>{} | Argmax{});
  fit(net, Dataset<Bit>{});
  (void)freeze(net);
}
