// Real numbers are quantized before they are encoded.
// must not compile: lutra: Thermometer reads codes, Byte or Level<n>; bring real numbers to codes with a Quantizer
// must not compile: Thermometer<3>
// must not compile: lutra::Real

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Real, Shape{4, 1, 1}>>(Thermometer<3>{} | StochasticLut<2, 4>{} | GroupSum<2>{});
  fit(net, Dataset<Real>{});
  (void)freeze(net);
}
