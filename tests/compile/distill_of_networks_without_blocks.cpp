// Blocks are what distill pairs.
// must not compile: lutra: distill pairs the teacher's blocks with the student's: put block\(\.\.\.\) around as many

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Bit, Shape{16, 1, 1}>>(block(StochasticLut<4, 4>{}) | StochasticLut<4, 4>{} | GroupSum<2>{});
  auto other = bind<Signal<Bit, Shape{16, 1, 1}>>(StochasticLut<4, 4>{} | StochasticLut<4, 4>{} | GroupSum<2>{});
  distill(net, other, Dataset<Bit>{});
}
