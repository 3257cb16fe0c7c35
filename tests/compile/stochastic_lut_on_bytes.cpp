// A network that forgot its encoder.
// must not compile: lutra: StochasticLut reads Bit .*put Thermometer or Binarize before it
// must not compile: layer_accepts_input<false, *lutra::StochasticLut<6, 12.*|StochasticLut<6,
// 12>::Bound<lutra::Signal<lutra::Byte

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Byte, Shape{1, 4, 4}>>(StochasticLut<6, 12>{} | GroupSum<3>{});
  fit(net, Dataset<Byte>{});
  (void)freeze(net);
}
