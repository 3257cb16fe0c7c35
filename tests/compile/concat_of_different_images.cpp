// A list of nodes does not join an image.
// must not compile: lutra: concat joins channels, so its branches must give the same height and width
// must not compile: Shape ?\{3, 4, 4\}|Shape\{3, 4, 4\}|\{3, 4, 4\}
// must not compile: StochasticLut<4, 64|\{64, 1, 1\}

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net =
      bind<Signal<Byte, Shape{1, 4, 4}>>(Thermometer<3>{} | concat(identity, StochasticLut<4, 64>{}) | GroupSum<2>{});
  fit(net, Dataset<Byte>{});
}
