// Frames whose thresholds are all different need as many values.
// must not compile: lutra: BinaryModulation<Frames, Channels> has more thresholds than its input has values
// must not compile: Level<3>

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Level<3>, Shape{4}>>(modulate(BinaryModulation<8>{}, StochasticLut<4, 10>{} | GroupSum<2>{}));
  fit(net, Dataset<Level<3>>{});
}
