// A circuit does not read real numbers.
// must not compile: lutra: a circuit reads whole numbers; bind the network to Byte, Level<n> or Bit to freeze it
// must not compile: lutra::Real

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Real, Shape{4, 1, 1}>>(Binarize{} | StochasticLut<2, 4>{} | GroupSum<2>{});
  fit(net, Dataset<Real>{});
  (void)freeze(net);
}
