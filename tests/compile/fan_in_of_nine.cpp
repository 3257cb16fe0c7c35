// A look-up table has at most 8 inputs.
// must not compile: lutra: StochasticLut<N, Nodes> has N = 1 to 8 inputs a node
// must not compile: StochasticLut<9, 4

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Bit, Shape{16, 1, 1}>>(StochasticLut<9, 4>{} | GroupSum<2>{});
  fit(net, Dataset<Bit>{});
  (void)freeze(net);
}
