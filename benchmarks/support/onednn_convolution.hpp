#pragma once
// A convolution of oneDNN's, to have something to compare with: for programs that link it (LUTRA_HAS_ONEDNN).

#include <benchmark/benchmark.h>

#ifdef LUTRA_HAS_ONEDNN
#include <cstddef>
#include <cstdint>
#include <dnnl.hpp>
#include <unordered_map>
#ifdef _OPENMP
#include <omp.h>
#endif

namespace lutra::benchmarks {

/// A convolution with a ReLU behind it, or with what `below` makes of negative sums; weights in whatever layout oneDNN
/// likes best, and images in `layout`.
class OneDnnConvolution {
 public:
  /// Channels in and out, lines and columns of the image, and of the window, which has a border around the image. With
  /// `depthwise` each channel has a window of its own.
  struct Size {
    dnnl::memory::dim in, out, height, width, kernel = 3;
    bool depthwise = false;
  };

  /// Input channels, outputs, and lines and columns are the benchmark's arguments; on one thread.
  OneDnnConvolution(const benchmark::State& state, dnnl::memory::data_type image, dnnl::memory::data_type weight)
      : OneDnnConvolution({state.range(0), state.range(1), state.range(2), state.range(2)}, 1, image, weight) {}

  /// On `threads`, as all that run from now on.
  OneDnnConvolution(const Size& size, [[maybe_unused]] int threads, dnnl::memory::data_type image,
                    dnnl::memory::data_type weight, dnnl::memory::format_tag layout = dnnl::memory::format_tag::any,
                    float below = 0) {
#ifdef _OPENMP
    omp_set_num_threads(threads);
#endif
    const auto any = dnnl::memory::format_tag::any;
    const dnnl::memory::dim border = size.kernel / 2;
    const dnnl::memory::dims weights = size.depthwise ? dnnl::memory::dims{size.out, 1, 1, size.kernel, size.kernel}
                                                      : dnnl::memory::dims{size.out, size.in, size.kernel, size.kernel};
    const dnnl::convolution_forward::desc description(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
        {{1, size.in, size.height, size.width}, image, layout}, {weights, weight, any},
        {{1, size.out, size.height, size.width}, image, layout}, {1, 1}, {border, border}, {border, border});
    dnnl::post_ops relu;
    relu.append_eltwise(1, dnnl::algorithm::eltwise_relu, below, 0);
    dnnl::primitive_attr attributes;
    attributes.set_post_ops(relu);
    if (image != dnnl::memory::data_type::f32) attributes.set_output_scales(0, {0.01F});
    const dnnl::convolution_forward::primitive_desc chosen(description, attributes, engine_);
    convolution_ = dnnl::convolution_forward(chosen);
    add(DNNL_ARG_SRC, chosen.src_desc());
    add(DNNL_ARG_WEIGHTS, chosen.weights_desc());
    add(DNNL_ARG_DST, chosen.dst_desc());
  }

  void run() {
    convolution_.execute(stream_, arguments_);
    stream_.wait();
  }

  /// What it reads and what it gives, if these are floats.
  [[nodiscard]] float* input() { return static_cast<float*>(arguments_.at(DNNL_ARG_SRC).get_data_handle()); }
  [[nodiscard]] float* answer() { return static_cast<float*>(arguments_.at(DNNL_ARG_DST).get_data_handle()); }
  /// Reads what another gives, in the same layout.
  void read(const OneDnnConvolution& other) { arguments_.at(DNNL_ARG_SRC) = other.arguments_.at(DNNL_ARG_DST); }

 private:
  /// Codes of 0 to 3 as bytes, and as floats small numbers that are not denormal.
  void add(int name, const dnnl::memory::desc& description) {
    const dnnl::memory memory(description, engine_);
    const bool is_float = description.data_type() == dnnl::memory::data_type::f32;
    for (std::size_t i = 0; i < description.get_size() / (is_float ? 4 : 1); ++i)
      if (is_float)
        static_cast<float*>(memory.get_data_handle())[i] = static_cast<float>(i % 7) * 0.1F;
      else
        static_cast<std::uint8_t*>(memory.get_data_handle())[i] = static_cast<std::uint8_t>(i % 4);
    arguments_.emplace(name, memory);
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  dnnl::convolution_forward convolution_;
  std::unordered_map<int, dnnl::memory> arguments_;
};

}  // namespace lutra::benchmarks
#endif
