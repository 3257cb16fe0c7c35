// Real numbers do not join bits.
// must not compile: lutra: concat joins signals of one kind; put the same encoder, Binarize or ToReal at the end of
// each branch must not compile: Real must not compile: Bit

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Bit, Shape{8, 1, 1}>>(concat(ToReal{}, StochasticLut<4, 8>{}) | GroupSum<2>{});
  fit(net, Dataset<Bit>{});
}
