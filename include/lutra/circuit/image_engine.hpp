#pragma once
// Runs a circuit on one large image after another: where Engine has 64 samples a word, this one has 64 pixels of a
// line. The answers are those of circuits::evaluate, whatever the instruction set, the number of threads or the image's
// size.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/engine/check_input.hpp>
#include <lutra/circuit/engine/codes/program.hpp>
#include <lutra/circuit/engine/image/band.hpp>
#include <lutra/circuit/engine/image/compile.hpp>
#include <lutra/circuit/engine/image/program.hpp>
#include <lutra/circuit/engine/image/split.hpp>
#include <lutra/circuit/engine/workspace.hpp>
#include <lutra/error.hpp>
#include <lutra/parallel.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/engine/image/run_band.hpp>
#endif

namespace lutra {

struct ImageEngineOptions {
  std::size_t threads = 1;     ///< that share the lines of a frame, 8 or more of the answer each
  std::size_t tile_lines = 0;  ///< lines of the frame worked on at once; 0 lets the engine choose
};

/// An image circuit made ready to run. Its first stages, those that work at each place, run on packed pixels; what
/// looks at all places at once, such as a classifier's last layers, runs as on one pixel of many channels where there
/// are weights, else as in Engine for one sample. (Where that reads several images, or one of more than 16 bits a
/// value, all of the circuit does, and is unrolled.) It keeps nothing of the circuit; running changes nothing in it, so
/// that any number of threads may run one engine at once. `Arch` is the instruction set.
template <class Arch = kernels::ChosenArch>
class BasicImageEngine {
 public:
  /// Throws Error where the circuit's input has more than 16 bits a value or 2^30 in all, or no thread is asked for.
  explicit BasicImageEngine(const Circuit& circuit, ImageEngineOptions options = {})
      : input_(circuit.input()), output_(circuit.output()), threads_(options.threads) {
    engine::check_input_type(input_);
    if (options.threads == 0) throw Error("image engine: threads", "ImageEngineOptions", "at least 1", "0");
    const std::size_t lines = std::min(options.tile_lines, input_.shape.height);
    const engine::SplitCircuit parts = engine::split_circuit(circuit);
    if (parts.image && engine::has_weights(*parts.image))
      codes_ = engine::compile_codes(*parts.image);
    else if (parts.image)
      image_ = engine::compile_image(*parts.image, lines);
    if (parts.rest) {
      if (const auto pixel = engine::as_one_pixel(*parts.rest))
        dense_ = engine::compile_codes(*pixel);
      else
        rest_.emplace(*parts.rest);
    }
    if (parts.image && parts.rest) between_ = parts.image->output();
  }

  [[nodiscard]] std::size_t input_size() const noexcept { return input_.size(); }
  [[nodiscard]] std::size_t output_size() const noexcept { return output_.size(); }

  /// The circuit's answer for one frame, channel after channel, row after row, as evaluate() gives it. With uint8_t the
  /// input has at most 8 bits a value; answers of at most 8 bits may be had as bytes.
  /// Throws Error, before anything is written, where a size does not fit or a value is larger than the input's maximum.
  void run(std::span<const std::uint8_t> frame, std::span<std::uint32_t> answers) const { run_frame(frame, answers); }
  void run(std::span<const std::uint16_t> frame, std::span<std::uint32_t> answers) const { run_frame(frame, answers); }
  void run(std::span<const std::uint8_t> frame, std::span<std::uint8_t> answers) const { run_frame(frame, answers); }
  void run(std::span<const std::uint16_t> frame, std::span<std::uint8_t> answers) const { run_frame(frame, answers); }

 private:
  template <class T, class Answer>
  void run_frame(std::span<const T> frame, std::span<Answer> answers) const {
    if (frame.size() != input_.size())
      throw Error("image engine: values of the frame", "", std::to_string(input_.size()), std::to_string(frame.size()));
    if (answers.size() != output_.size())
      throw Error("image engine: room for answers", "", std::to_string(output_.size()), std::to_string(answers.size()));
    if (output_.width > 8 * sizeof(Answer))
      throw Error("image engine: type of the answers", "output of " + std::to_string(output_.width) + " bits",
                  "uint32_t", "uint8_t");
    engine::check_values(frame, input_.size(), input_.width);
    if (!rest_ && !dense_) return run_image(frame, where(answers.data()));
    if (!image_ && !codes_) return run_rest(frame, answers);
    if (between_.width <= 8) {
      std::vector<std::uint8_t> values(between_.size());
      run_image(frame, where(values.data()));
      run_rest(std::span<const std::uint8_t>(values), answers);
    } else {
      std::vector<std::uint32_t> values(between_.size());
      run_image(frame, where(values.data()));
      const std::vector<std::uint16_t> narrow(values.begin(), values.end());
      run_rest(std::span<const std::uint16_t>(narrow), answers);
    }
  }

  static engine::FrameAnswers where(std::uint32_t* integers) noexcept { return {integers, nullptr}; }
  static engine::FrameAnswers where(std::uint8_t* bytes) noexcept { return {nullptr, bytes}; }

  /// A band of the image for each thread. The lines around a band, which its windows look at, are computed twice.
  template <class T>
  void run_image(std::span<const T> frame, const engine::FrameAnswers& answers) const {
    if (codes_) return engine::run_codes(*codes_, frame, answers, threads_, *pool_);
    engine::RunBand<T>* const run_band = engine::band_runner<Arch, T>();
    const std::size_t height = image_->output.height;
    const std::size_t bands = std::min(threads_, Pieces{height, fewest_lines}.size());
    parallel_for(static_cast<int>(bands), bands, [&](std::size_t i) {
      const auto workspace = pool_->lend();
      run_band(*image_, height * i / bands, height * (i + 1) / bands, frame.data(), answers, *workspace);
    });
  }

  template <class T>
  void run_rest(std::span<const T> values, std::span<std::uint32_t> answers) const {
    if (dense_) return engine::run_codes(*dense_, values, where(answers.data()), 1, *pool_);
    rest_->run(values, answers);
  }
  template <class T>
  void run_rest(std::span<const T> values, std::span<std::uint8_t> answers) const {
    if (dense_) return engine::run_codes(*dense_, values, where(answers.data()), 1, *pool_);
    std::vector<std::uint32_t> wide(answers.size());
    rest_->run(values, wide);
    std::ranges::transform(wide, answers.begin(), [](std::uint32_t value) { return static_cast<std::uint8_t>(value); });
  }

  static constexpr std::size_t fewest_lines = 8;

  circuits::Type input_, output_, between_;
  std::size_t threads_;
  std::optional<engine::ImageProgram> image_;
  std::optional<engine::CodeProgram> codes_;  ///< in its place, where there are weights
  std::optional<engine::CodeProgram> dense_;  ///< what looks at all places, where it has weights
  std::optional<BasicEngine<Arch>> rest_;     ///< where it has none
  std::shared_ptr<engine::WorkspacePool> pool_ = std::make_shared<engine::WorkspacePool>();
};

using ImageEngine = BasicImageEngine<>;

#ifdef LUTRA_DISPATCH
extern template class BasicImageEngine<kernels::ChosenArch>;
#endif

}  // namespace lutra
