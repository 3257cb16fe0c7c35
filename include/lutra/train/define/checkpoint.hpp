#pragma once
// Defines what <lutra/train/checkpoint.hpp> declares.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/io/atomic_file.hpp>
#include <lutra/io/binary.hpp>
#include <lutra/network.hpp>
#include <lutra/snapshot.hpp>
#include <lutra/train/checkpoint.hpp>
#include <lutra/train/history.hpp>
#include <lutra/train/optimizer.hpp>
#include <string>
#include <vector>

namespace lutra {

namespace detail {

inline void write_snapshot(io::ByteWriter& writer, const Snapshot& snapshot) {
  writer.list(snapshot.values);
  for (const auto& list : snapshot.integers) writer.list(list);
  for (const auto& list : snapshot.reals) writer.list(list);
}

[[nodiscard]] inline Snapshot read_snapshot(io::ByteReader& reader, const ParameterStore& store) {
  const auto same_size = [&](std::size_t expected, std::size_t got, const std::string& name) {
    if (expected != got) reader.fail(name, std::to_string(expected) + " values", std::to_string(got));
  };
  Snapshot snapshot;
  snapshot.values = reader.list<float>("parameters");
  same_size(store.values().size(), snapshot.values.size(), "parameters");
  for (const auto& buffer : store.integer_buffers()) {
    snapshot.integers.push_back(reader.list<std::uint32_t>(buffer.name));
    same_size(buffer.values.size(), snapshot.integers.back().size(), buffer.name);
  }
  for (const auto& buffer : store.real_buffers()) {
    snapshot.reals.push_back(reader.list<float>(buffer.name));
    same_size(buffer.values.size(), snapshot.reals.back().size(), buffer.name);
  }
  return snapshot;
}

inline void check_signature(io::ByteReader& reader, const std::string& expected) {
  const std::string got = reader.text("network");
  if (got != expected) throw Error("parameters of another network", reader.file(), expected, got);
}

inline void check_run(io::ByteReader& reader, const std::string& expected) {
  const std::string got = reader.text("run");
  if (got != expected) throw Error("checkpoint of another run", reader.file(), expected, got);
}

inline constexpr char parameter_magic[] = "LUTRAPAR";
inline constexpr char checkpoint_magic[] = "LUTRACHK";
inline constexpr std::uint32_t parameter_version = 1;
inline constexpr std::uint32_t checkpoint_version = 1;

LUTRA_INLINE void save_parameters(const std::string& network, const ParameterStore& store,
                                  const std::filesystem::path& path) {
  io::ByteWriter writer;
  writer.text(network);
  write_snapshot(writer, take_snapshot(store));
  io::write_file(path, io::frame(parameter_magic, parameter_version, writer.bytes()));
}

LUTRA_INLINE void load_parameters(const std::string& network, ParameterStore& store,
                                  const std::filesystem::path& path) {
  const std::string file = io::read_file(path);
  const bool is_checkpoint = file.starts_with(checkpoint_magic);
  auto reader = is_checkpoint ? io::unframe(file, checkpoint_magic, checkpoint_version, "checkpoint", path.string())
                              : io::unframe(file, parameter_magic, parameter_version, "parameter file", path.string());
  check_signature(reader, network);
  const Snapshot snapshot = read_snapshot(reader, store);
  if (!is_checkpoint) reader.end();
  put_back(snapshot, store);
}

}  // namespace detail

namespace detail {

LUTRA_INLINE void save_checkpoint(const std::filesystem::path& path, const std::string& network, const std::string& run,
                                  const ParameterStore& store, const RunState& state) {
  io::ByteWriter writer;
  writer.text(network);
  write_snapshot(writer, take_snapshot(store));
  writer.text(run);
  writer.number<std::uint64_t>(state.epoch);
  writer.number<std::uint64_t>(state.step);
  writer.number<double>(state.loss);
  writer.number<std::uint64_t>(state.correct);
  writer.number<double>(state.seconds);
  writer.number<std::uint64_t>(state.optimizer.steps);
  writer.list(state.optimizer.first);
  writer.list(state.optimizer.second);
  writer.number<std::uint64_t>(state.history.epochs.size());
  for (const EpochResult& e : state.history.epochs) {
    writer.number<std::uint64_t>(e.epoch);
    for (const double value :
         {e.rate_factor, e.train_loss, e.train_accuracy, e.validation_loss, e.validation_accuracy, e.seconds})
      writer.number<double>(value);
  }
  writer.number<std::uint64_t>(state.history.best_epoch);
  writer.number<std::uint8_t>(state.has_best ? 1 : 0);
  writer.number<double>(state.best_score);
  writer.number<std::uint64_t>(state.epochs_since_best);
  if (state.has_best) write_snapshot(writer, state.best);
  io::write_file(path, io::frame(checkpoint_magic, checkpoint_version, writer.bytes()));
}

LUTRA_INLINE void check_can_be_written(const std::filesystem::path& path) { const io::AtomicFile can_be_written(path); }

LUTRA_INLINE RunState load_checkpoint(const std::filesystem::path& path, const std::string& network,
                                      const std::string& run, ParameterStore& store) {
  const std::string file = io::read_file(path);
  auto reader = io::unframe(file, checkpoint_magic, checkpoint_version, "checkpoint", path.string());
  check_signature(reader, network);
  const Snapshot snapshot = read_snapshot(reader, store);
  check_run(reader, run);
  RunState state;
  state.epoch = reader.number<std::uint64_t>("epoch");
  state.step = reader.number<std::uint64_t>("step");
  state.loss = reader.number<double>("loss");
  state.correct = reader.number<std::uint64_t>("correct");
  state.seconds = reader.number<double>("seconds");
  state.optimizer.steps = reader.number<std::uint64_t>("optimizer steps");
  state.optimizer.first = reader.list<float>("first moments");
  state.optimizer.second = reader.list<float>("second moments");
  for (const auto* moments : {&state.optimizer.first, &state.optimizer.second})
    if (!moments->empty() && moments->size() != store.values().size())
      reader.fail("optimizer moments", std::to_string(store.values().size()), std::to_string(moments->size()));
  state.history.epochs.resize(reader.length("history", 7 * 8));
  for (EpochResult& e : state.history.epochs) {
    e.epoch = static_cast<std::size_t>(reader.number<std::uint64_t>("epoch of the history"));
    for (double* value :
         {&e.rate_factor, &e.train_loss, &e.train_accuracy, &e.validation_loss, &e.validation_accuracy, &e.seconds})
      *value = reader.number<double>("history");
  }
  state.history.best_epoch = static_cast<std::size_t>(reader.number<std::uint64_t>("best epoch"));
  state.has_best = reader.number<std::uint8_t>("best weights' flag") != 0;
  state.best_score = reader.number<double>("best score");
  state.epochs_since_best = reader.number<std::uint64_t>("epochs since the best");
  if (state.has_best) state.best = read_snapshot(reader, store);
  reader.end();
  put_back(snapshot, store);
  return state;
}

}  // namespace detail
}  // namespace lutra
