// A float layer has no circuit.
// must not compile: lutra: this layer has no exact circuit.*freeze a network of Bit layers, or harden\(net\) first
// must not compile: lutra::ToReal

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net =
      bind<Signal<Byte, Shape{4, 1, 1}>>(ToReal{} | Dense<4>{} | Binarize{} | StochasticLut<2, 4>{} | GroupSum<2>{});
  fit(net, Dataset<Byte>{});
  (void)freeze(net);
}
