// A loss wants scores.
// must not compile: lutra: this needs a network that ends in scores or real values; end it with GroupSum, Argmax or
// Dense must not compile: lutra::Bit

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Bit, Shape{16, 1, 1}>>(StochasticLut<4, 4>{});
  fit(net, Dataset<Bit>{});
}
