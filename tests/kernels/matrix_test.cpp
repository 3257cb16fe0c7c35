#define BOOST_TEST_MODULE matrix
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/matrix.hpp>
#include <support/floats.hpp>

namespace k = lutra::kernels;
using lutra::Random;
using lutra::Seed;
using lutra::test::Row;
using lutra::test::signed_uniform;

BOOST_AUTO_TEST_CASE(products_of_parts_of_matrices_agree_with_three_loops_and_touch_nothing_else) {
  Random random(Seed{1});
  for (const std::size_t m : {1, 3, 32})
    for (const std::size_t n : {1, 5, 64})
      for (const std::size_t inner : {1, 7, 130})
        for (int form = 0; form < 8; ++form) {
          const bool transpose_a = (form & 1) != 0, transpose_b = (form & 2) != 0;
          const float beta = (form & 4) != 0 ? 1.0F : 0.0F;
          // Rows are longer than what is used of them.
          const std::size_t stride_a = (transpose_a ? m : inner) + 3;
          const std::size_t stride_b = (transpose_b ? inner : n) + 1, stride_c = n + 2;
          const Row<float> a((transpose_a ? inner : m) * stride_a, 1, signed_uniform(random));
          const Row<float> b((transpose_b ? n : inner) * stride_b, 2, signed_uniform(random));
          Row<float> c(m * stride_c, 3, signed_uniform(random));
          const Row<float> before = c;
          k::matrix_product(transpose_a, transpose_b, m, n, inner, a.data(), stride_a, b.data(), stride_b, beta,
                            c.data(), stride_c);
          for (std::size_t i = 0; i < m; ++i)
            for (std::size_t j = 0; j < stride_c; ++j) {
              const std::size_t at = i * stride_c + j;
              if (j >= n) {
                BOOST_TEST(c[at] == before[at]);
                continue;
              }
              double sum = static_cast<double>(beta * before[at]);
              for (std::size_t l = 0; l < inner; ++l)
                sum += static_cast<double>(a[transpose_a ? l * stride_a + i : i * stride_a + l]) *
                       static_cast<double>(b[transpose_b ? j * stride_b + l : l * stride_b + j]);
              BOOST_TEST(std::abs(static_cast<double>(c[at]) - sum) < 1e-4);
            }
        }
}

BOOST_AUTO_TEST_CASE(what_was_there_does_not_matter_where_beta_is_zero) {
  const float a = 2, b = 3;
  float c = std::nanf("");
  k::matrix_product(false, false, 1, 1, 1, &a, 1, &b, 1, 0, &c, 1);
  BOOST_TEST(c == 6.0F);
}
