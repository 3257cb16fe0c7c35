#define BOOST_TEST_MODULE chosen
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/kernels/chosen.hpp>
#include <type_traits>

namespace k = lutra::kernels;

BOOST_AUTO_TEST_CASE(header_only_the_instruction_set_is_what_the_file_is_compiled_for) {
#if defined(__AVX512BW__)
  static_assert(k::instruction_set() == "avx512");
#elif defined(__AVX2__)
  static_assert(k::instruction_set() == "avx2");
#elif defined(__SSE2__)
  static_assert(k::instruction_set() == "sse2");
#else
  static_assert(k::instruction_set() == "neon");
#endif
  static_assert(std::is_same_v<k::ChosenArch, k::DefaultArch>);
}

BOOST_AUTO_TEST_CASE(header_only_a_chosen_kernel_is_the_kernel_itself) {
  using LutBits =
      void (*)(const std::uint64_t*, std::size_t, const std::uint64_t* const*, std::uint64_t*, std::size_t) noexcept;
  const LutBits chosen = k::chosen::lut_bits<k::DefaultArch>, own = k::lut_bits<k::DefaultArch>;
  BOOST_TEST((chosen == own));
}
