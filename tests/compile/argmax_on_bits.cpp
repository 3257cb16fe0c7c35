// A classifier that forgot its head.
// must not compile: lutra: Argmax chooses among Count or Real scores; put GroupSum before it
// must not compile: Argmax
// must not compile: lutra::Bit

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Byte, Shape{4, 1, 1}>>(Thermometer<2>{} | StochasticLut<4, 10>{} | Argmax{});
  fit(net, Dataset<Byte>{});
  (void)freeze(net);
}
