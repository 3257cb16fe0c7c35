// A float layer fed with bits.
// must not compile: lutra: Dense reads Real; put ToReal before it
// must not compile: Dense<4>
// must not compile: lutra::Bit

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Byte, Shape{4, 1, 1}>>(Thermometer<2>{} | Dense<4>{} | Relu{} | Dense<2>{});
  fit(net, Dataset<Byte>{});
}
