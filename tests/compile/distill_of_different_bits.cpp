// A block of the student has a counterpart for each of its bits.
// must not compile: lutra: distill compares bits: each block of the student gives a Bit signal of the shape

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Bit, Shape{16, 1, 1}>>(block(StochasticLut<4, 4>{}) | GroupSum<2>{});
  auto other = bind<Signal<Bit, Shape{16, 1, 1}>>(block(StochasticLut<4, 8>{}) | GroupSum<2>{});
  distill(net, other, Dataset<Bit>{});
}
