#pragma once
// convolve<Kernel<H, W>>(expression): any dense expression as the filter bank of a convolution. It reads a window of
// the image at every place, with the same parameters everywhere.
//
// A window at one place and the same window at the next lie one pixel apart. In channel-major planes with the batch
// innermost that is one row apart: so input (channel, row, column) of *all* windows is one contiguous run of memory,
// the channel's plane from that pixel on, and the expression trains on (place, sample) pairs as it does on samples.
// Nothing is copied for it but where a border or a stride wants the image laid out anew.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/compose/bands.hpp>
#include <lutra/compose/contract.hpp>
#include <lutra/compose/frame.hpp>
#include <lutra/compose/lanes.hpp>
#include <lutra/compose/slide.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lutra {

/// The size of a window, in pixels.
template <std::size_t Height, std::size_t Width = Height>
struct Kernel {
  static_assert(Height >= 1 && Width >= 1, "lutra: Kernel<Height, Width> has at least one pixel");
  static constexpr std::size_t height = Height, width = Width;
};

/// Pixels from one place of a window to the next; 1 where it is not given.
template <std::size_t Rows, std::size_t Columns = Rows>
struct Stride {
  static_assert(Rows >= 1 && Columns >= 1, "lutra: Stride<Rows, Columns> is at least 1");
  static constexpr std::size_t rows = Rows, columns = Columns;
};

/// See Padding; Valid where none is given.
struct Valid {};
struct Same {};

namespace detail {

template <class Wanted, class... Options>
inline constexpr bool has_option = (std::is_same_v<Wanted, Options> || ...);

template <class Option>
inline constexpr bool is_stride = false;
template <std::size_t Rows, std::size_t Columns>
inline constexpr bool is_stride<Stride<Rows, Columns>> = true;

/// The one of the options that is a Stride.
template <class... Options>
struct StrideOf {
  using type = Stride<1>;
};
template <class First, class... Rest>
struct StrideOf<First, Rest...> {
  using type = std::conditional_t<is_stride<First>, First, typename StrideOf<Rest...>::type>;
};

}  // namespace detail

/// In: any kind, an image of channels × height × width; the expression reads Shape{channels, Kernel height, Kernel
/// width} and gives n values of Bit, Count or Real; out: that kind, Shape{n, places down, places across}. Same adds a
/// border of 0 (a code 0, a bit 0) around the image. Ends the expression in Argmax, every place gets a class. A layer
/// inside that needs to know its batch (BatchNorm) goes behind the convolution instead. Freezes to the expression's
/// stages, each repeated at every place.
template <class KernelType, class ExpressionType, class... Options>
struct Convolve {
  using CompositeTag = void;
  ExpressionType expression;

  static std::string name() {
    return "convolve<" + std::to_string(KernelType::height) + "x" + std::to_string(KernelType::width) + ">(" +
           ExpressionType::name() + ")";
  }

  template <class In>
  class Bound {
    using StrideType = typename detail::StrideOf<Options...>::type;
    static constexpr Padding padding = detail::has_option<Same, Options...> ? Padding::same : Padding::valid;
    static constexpr bool fits =
        padding == Padding::same || (In::shape.height >= KernelType::height && In::shape.width >= KernelType::width);
    static_assert(error::layer_accepts_input<fits, Convolve, In>::value,
                  "lutra: the kernel is larger than the image; take a smaller Kernel, or Same to add a border");
    static constexpr Frame frame{
        In::shape,
        {fits ? In::shape.height : KernelType::height, KernelType::height, StrideType::rows, padding},
        {fits ? In::shape.width : KernelType::width, KernelType::width, StrideType::columns, padding}};
    using Window = Signal<typename In::Kind, Shape{In::shape.channels, KernelType::height, KernelType::width}>;
    using InnerCell = Cell<ExpressionType, Window>;
    using Inner = detail::output_of<InnerCell>;
    static_assert(error::layer_accepts_input<!is_class<typename In::Kind>, Convolve, In>::value,
                  "lutra: a class is an answer, which no layer reads; put Argmax at the end");
    static_assert(error::layer_accepts_input<places_of<Inner> == 1, Convolve, In>::value,
                  "lutra: a convolution gives one class a place; put the Argmax of its windows at the end of it");
    using InPlanes = Planes<typename In::Kind>;

   public:
    using Output = Signal<typename Inner::Kind, Shape{Inner::size, frame.y.places(), frame.x.places()}>;
    using OutPlanes = Planes<typename Output::Kind>;
    static constexpr bool trainable = InnerCell::trainable;
    static constexpr bool freezable = detail::is_freezable<typename InnerCell::Bound>;

    Bound(const Convolve& layer, Binding& binding)
        : lanes_(layer.expression, binding, frame, KernelType::height * KernelType::width,
                 Inner::size + In::shape.channels * KernelType::height) {
      sources_ = frame.sources();
      for (std::size_t c = 0; c < In::shape.channels; ++c)
        for (std::size_t y = 0; y < KernelType::height; ++y)
          for (std::size_t x = 0; x < KernelType::width; ++x)
            places_.push_back(static_cast<std::uint32_t>(frame.place(c, y, x)));
    }

    void reserve(Arena& arena, const Pass& pass) {
      const bool nested = pass.overlap > 0;
      if (!frame.is_image() || nested) {
        image_ = arena.claim_planes<typename In::Kind>(frame.size(), pass);
        d_image_ = arena.claim_planes<Real>(frame.size(), pass);
      }
      if (nested) {
        out_ = arena.claim_planes<typename Output::Kind>(Output::size, pass);
        d_out_ = arena.claim_planes<Real>(Output::size, pass);
      }
      lanes_.reserve(arena, pass);
    }

    void forward(const Pass& pass, InPlanes in, OutPlanes out) {
      const InPlanes image = image_of(pass, in, image_);
      if (image.data != in.data) lay_out(pass, in, image);
      const OutPlanes own = contiguous(pass, out, out_);
      lanes_.for_each_band(pass, [&](auto& layers, const Pass& band_pass, const Bands::Band& band) {
        layers.forward(band_pass, windows(image, band), places(own, band));
      });
      if (own.data != out.data) copy_rows(pass, own, out);
    }

    /// What lies between the expression's layers is computed again for each band, rather than kept: that takes less
    /// time than to fetch it from memory.
    void backward(const Pass& pass, InPlanes in, OutPlanes out, Gradients d_out, Gradients d_in) {
      const InPlanes image = image_of(pass, in, image_);
      const OutPlanes own_out = contiguous(pass, out, out_);
      const Gradients own_d_out = contiguous(pass, d_out, d_out_);
      if (own_d_out.data != d_out.data) copy_rows(pass, d_out, own_d_out);
      const Gradients d_image = d_in ? image_of(pass, d_in, d_image_) : d_in;
      const bool own = d_image.data != d_in.data;
      if (own) clear(pass, d_image);
      lanes_.learn_from_each_band(
          pass, static_cast<bool>(d_in), [&](auto& layers, const Pass& band_pass, const Bands::Band& band) {
            const auto from = windows(image, band);
            const auto to = places(own_out, band);
            detail::recall(layers, band_pass, from, to);
            layers.backward(band_pass, from, to, places(own_d_out, band), windows(d_image, band));
          });
      if (own) add_back(pass, d_image, d_in);
    }

    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      circuits::Builder window_builder({Window::shape, bits_for(in.maximum)});
      const auto answer =
          detail::freeze_layer<ExpressionType, Window>(lanes_.expression(), window_builder, window_builder.input());
      const Circuit window = std::move(window_builder).finish(answer, circuit_shape<Inner>);
      auto out = circuits::slide(builder, in, window, frame);
      out.maximum = answer.maximum;
      out.scale = answer.scale;
      out.reals = answer.reals;
      out.ordered = answer.ordered;
      out.lowest = answer.lowest;
      return out;
    }
    [[nodiscard]] float scale() const { return detail::scale_of(lanes_.expression()); }

   private:
    /// The image that windows are read from: the given one where its pixels lie as in the frame, else the own copy.
    template <class Kind>
    static Planes<Kind> image_of(const Pass& pass, Planes<Kind> given, Planes<Kind> own) noexcept {
      return frame.is_image() && given.places == nullptr ? contiguous(pass, given, own) : fitted(own, pass);
    }
    /// The given planes where row follows row, as in an image of this batch; within bands of another convolution they
    /// do not, and it is the own ones.
    template <class Kind>
    static Planes<Kind> contiguous(const Pass& pass, Planes<Kind> given, Planes<Kind> own) noexcept {
      return given.stride == row_stride<Kind>(pass) ? given : fitted(own, pass);
    }
    template <class Kind>
    static void copy_rows(const Pass& pass, Planes<Kind> from, Planes<Kind> to) {
      for (std::size_t i = 0; i < from.rows; ++i)
        std::memcpy(to.row(i), from.row(i), row_stride<Kind>(pass) * sizeof(*from.data));
    }
    template <class Kind>
    static constexpr std::size_t a_word = std::is_same_v<Kind, Bit> ? 1 : kernels::word_bits;  // stored elements

    /// What the windows of a band read.
    template <class Kind>
    [[nodiscard]] Planes<Kind> windows(Planes<Kind> image, const Bands::Band& band) const noexcept {
      if (!image) return {};
      auto* const first = image.data + band.window * a_word<Kind>;
      // Windows of one pixel do not overlap: their rows are the image's channels.
      if constexpr (frame.is_point()) return {first, Window::size, frame.run() * image.stride};
      return {first, Window::size, image.stride, places_.data()};
    }
    /// The output's places of a band.
    template <class Kind>
    static Planes<Kind> places(Planes<Kind> image, const Bands::Band& band) noexcept {
      return {image.data + band.output * a_word<Kind>, Inner::size,
              Output::shape.height * Output::shape.width * image.stride};
    }

    void lay_out(const Pass& pass, InPlanes in, InPlanes image) const {
      const std::size_t bytes = image.stride * sizeof(*image.data);
      parallel_for(pass.threads, image.rows, [&](std::size_t i) {
        if (sources_[i] == Frame::border)
          std::memset(image.row(i), 0, bytes);
        else
          std::memcpy(image.row(i), in.row(sources_[i]), bytes);
      });
    }
    void add_back(const Pass& pass, Gradients d_image, Gradients d_in) const {
      parallel_for(row_threads(pass.threads, d_in), d_image.rows, [&](std::size_t i) {
        if (sources_[i] == Frame::border) return;
        const float* const from = d_image.row(i);
        float* const to = d_in.row(sources_[i]);
        for (std::size_t s = 0; s < pass.padded(); ++s) to[s] += from[s];
      });
    }
    detail::Lanes<InnerCell> lanes_;
    std::vector<std::uint32_t> places_;   // of the window's values in the laid out image
    std::vector<std::uint32_t> sources_;  // of the laid out image in the given one
    InPlanes image_;
    Gradients d_image_;
    OutPlanes out_;  // within another convolution
    Gradients d_out_;
  };
};

/// `composition` at every place of a Kernel that slides over the image; Options: Stride<rows, columns>, Same or Valid.
/// `convolve<Kernel<3, 3>, Same>(StochasticLut<6, 64>{} | StochasticLut<6, 16>{})`
template <class KernelType, class... Options, Expression ExpressionType>
[[nodiscard]] constexpr auto convolve(ExpressionType composition) {
  static_assert(((detail::is_stride<Options> || std::is_same_v<Options, Same> || std::is_same_v<Options, Valid>)&&...),
                "lutra: convolve takes Stride<rows, columns>, Same and Valid as options");
  return Convolve<KernelType, ExpressionType, Options...>{std::move(composition)};
}

/// `expression` at every pixel: convolve<Kernel<1>>.
template <Expression ExpressionType>
[[nodiscard]] constexpr auto pointwise(ExpressionType composition) {
  return convolve<Kernel<1>>(std::move(composition));
}

}  // namespace lutra
