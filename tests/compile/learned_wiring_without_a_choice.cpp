// One candidate is no choice.
// must not compile: lutra: LearnedWiring<Candidates> chooses among at least 2 candidates
// must not compile: LearnedWiring<1>

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Bit, Shape{16, 1, 1}>>(StochasticLut<4, 4, LearnedWiring<1>>{} | GroupSum<2>{});
  fit(net, Dataset<Bit>{});
  (void)freeze(net);
}
