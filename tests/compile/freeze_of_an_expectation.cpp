// An expectation is hardened before it is frozen.
// must not compile: lutra: this layer has no exact circuit.*or harden\(net\) first where StochasticLut was trained as
// an expectation must not compile: lutra::Expectation

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net =
      bind<Signal<Byte, Shape{4, 1, 1}>>(Thermometer<3>{} | Expectation{} | StochasticLut<2, 4>{} | GroupSum<2>{});
  fit(net, Dataset<Byte>{});
  (void)freeze(net);
}
