#pragma once
// distill: a student of look-up tables learns what a teacher of dense layers found out, one block after another.

#include <cstddef>
#include <functional>
#include <lutra/compose.hpp>
#include <lutra/compose/parts.hpp>
#include <lutra/data/dataset.hpp>
#include <lutra/error.hpp>
#include <lutra/layers/to_real.hpp>
#include <lutra/network.hpp>
#include <lutra/snapshot.hpp>
#include <lutra/train/augment.hpp>
#include <lutra/train/fit.hpp>
#include <lutra/train/history.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lutra {

/// What the student is trained on at a time.
enum class Lesson {
  imitate,  ///< one block, to give the bits that the teacher's block gives
  task,     ///< one block, with the rest of the teacher behind it, to solve the task
  whole,    ///< all of the student, to solve the task
};

/// One call of fit within distill.
struct LessonInfo {
  Lesson lesson = Lesson::whole;
  std::size_t block = 0, blocks = 0;  ///< from 1; of the whole student, block 0
};

struct LessonResult {
  LessonInfo info;
  History history;
};

struct DistillOptions {
  FitOptions imitate{};  ///< its loss is Imitation, whatever is given here; History tells the share of bits that differ
  FitOptions task{};
  FitOptions whole{};
  std::function<void(const LessonInfo&)> on_lesson{};  ///< hears of each call of fit, before it
};

namespace detail {

/// One call of distill.
template <class TeacherExpression, class StudentExpression, class In>
class Distiller {
  using TeacherBlocks = Blocks<TeacherExpression>;
  using StudentBlocks = Blocks<StudentExpression>;
  using Data = Dataset<typename In::Kind>;

 public:
  static constexpr std::size_t blocks = StudentBlocks::count;

  Distiller(const Network<TeacherExpression, In>& teacher, Network<StudentExpression, In>& student, const Data& train,
            const DistillOptions& options, const Augmentation<typename In::Kind>& augment)
      : teacher_(teacher), student_(student), train_(train), options_(options), augment_(augment) {
    options_.imitate.loss = Imitation{};
    check("imitate", options_.imitate, true);
    check("task", options_.task, true);
    check("whole", options_.whole, false);
    check_data(student, train, options_.task.loss, "training data");
    check_data(student, train, options_.whole.loss, "training data");
  }

  std::vector<LessonResult> run() {
    [&]<std::size_t... Block>(std::index_sequence<Block...>) { (teach<Block>(), ...); }
    (std::make_index_sequence<blocks>{});
    if (options_.whole.epochs > 0) lesson({Lesson::whole, 0, blocks}, student_, options_.whole);
    return std::move(results_);
  }

 private:
  static void check(const char* lesson, const FitOptions& options, bool many) {
    if (many && !options.checkpoint.empty())
      throw Error("checkpoint", std::string("distill, ") + lesson, "none: there is one run a block",
                  options.checkpoint.string());
    check_options(options, options.validation != 0);
  }

  template <std::size_t Block>
  void teach() {
    constexpr std::size_t teacher_end = TeacherBlocks::places[Block] + 1;
    constexpr std::size_t student_at = StudentBlocks::places[Block];
    const auto& known = student_.expression();
    const auto learning = fixed(part_of<0, student_at>(known)) | part_of<student_at, student_at + 1>(known);
    const StorePlace at = place<student_at>(student_), end = place<student_at + 1>(student_);
    const StorePlace cut = place<teacher_end>(teacher_);

    if (options_.imitate.epochs > 0) {
      auto pair = bind<In>(concat(fixed(part_of<0, teacher_end>(teacher_.expression())), learning) | ToReal{});
      const StorePlace begin = copy_between(teacher_.parameters(), {}, cut, pair.parameters(), {});
      copy_between(student_.parameters(), {}, end, pair.parameters(), begin);
      lesson({Lesson::imitate, Block + 1, blocks}, pair, options_.imitate);
      const StorePlace after = end_of(pair.parameters());
      copy_between(pair.parameters(), before(after, at, end), after, student_.parameters(), at);
    }
    if (options_.task.epochs > 0) {
      constexpr std::size_t all = std::tuple_size_v<typename LayersOf<TeacherExpression>::type>;
      auto mixed = bind<In>(learning | fixed(part_of<teacher_end, all>(teacher_.expression())));
      const StorePlace begin = copy_between(student_.parameters(), {}, end, mixed.parameters(), {});
      copy_between(teacher_.parameters(), cut, end_of(teacher_.parameters()), mixed.parameters(), begin);
      lesson({Lesson::task, Block + 1, blocks}, mixed, options_.task);
      copy_between(mixed.parameters(), at, end, student_.parameters(), at);
    }
  }

  template <class Net>
  void lesson(const LessonInfo& info, Net& net, const FitOptions& options) {
    if (options_.on_lesson) options_.on_lesson(info);
    results_.push_back({info, fit(net, train_, options, augment_)});
  }

  /// Where in a network's store the first `End` layers end.
  template <std::size_t End, class Net>
  static StorePlace place(const Net& net) {
    return end_of(bind<In>(part_of<0, End>(net.expression())).parameters());
  }
  /// As far before `place` as `first` is before `end`.
  static StorePlace before(const StorePlace& place, const StorePlace& first, const StorePlace& end) {
    return {place.values - (end.values - first.values), place.integers - (end.integers - first.integers),
            place.reals - (end.reals - first.reals)};
  }

  const Network<TeacherExpression, In>& teacher_;
  Network<StudentExpression, In>& student_;
  const Data& train_;
  DistillOptions options_;
  const Augmentation<typename In::Kind>& augment_;
  std::vector<LessonResult> results_;
};

/// Whether the first `Block` blocks of both give the same bits-to-be: Bit signals of one shape.
template <class TeacherExpression, class StudentExpression, class In, std::size_t... Block>
constexpr bool blocks_match(std::index_sequence<Block...>) {
  using Teacher = Blocks<TeacherExpression>;
  using Student = Blocks<StudentExpression>;
  const auto match = []<class A, class B>(std::type_identity<A>, std::type_identity<B>) {
    return std::is_same_v<A, B> && std::is_same_v<typename A::Kind, Bit>;
  };
  return (match(std::type_identity<SignalAfter<Teacher::places[Block] + 1, TeacherExpression, In>>{},
                std::type_identity<SignalAfter<Student::places[Block] + 1, StudentExpression, In>>{}) &&
          ...);
}

}  // namespace detail

/// Trains `student` with the help of `teacher`, a trained network for the same input whose blocks (see block) give as
/// many bits as the student's, block for block. For each block of the student in turn: options.imitate trains it, on
/// what the student's blocks before it give, to give the bits of the teacher's block; options.task trains it for the
/// task, with the teacher's layers behind it. Meanwhile all other layers are fixed. At the end options.whole trains all
/// of the student for the task. A lesson of 0 epochs is left out. Each sample is changed by `augment`
/// each time it is shown. Before it is called, the student's encoders want to be fitted.
/// Throws Error as fit does; then the student is as the last whole lesson left it.
template <class TeacherExpression, class StudentExpression, class In>
std::vector<LessonResult> distill(const Network<TeacherExpression, In>& teacher,
                                  Network<StudentExpression, In>& student, const Dataset<typename In::Kind>& train,
                                  const DistillOptions& options = {},
                                  const Augmentation<typename In::Kind>& augment = {}) {
  constexpr std::size_t blocks = detail::Blocks<StudentExpression>::count;
  constexpr bool same_count = blocks > 0 && blocks == detail::Blocks<TeacherExpression>::count;
  static_assert(error::signals_match<same_count, TeacherExpression, StudentExpression>::value,
                "lutra: distill pairs the teacher's blocks with the student's: put block(...) around as many parts of "
                "one as of the other, and around one at least");
  if constexpr (same_count) {
    constexpr bool match =
        detail::blocks_match<TeacherExpression, StudentExpression, In>(std::make_index_sequence<blocks>{});
    static_assert(error::signals_match<match, TeacherExpression, StudentExpression>::value,
                  "lutra: distill compares bits: each block of the student gives a Bit signal of the shape that the "
                  "teacher's block gives");
    if constexpr (match) return detail::Distiller(teacher, student, train, options, augment).run();
  }
  return {};
}

}  // namespace lutra
