// What the documents say of the tree, held against the tree: links lead somewhere, and headers include only what
// docs/architecture.md lets them.
#define BOOST_TEST_MODULE docs
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace {

const std::filesystem::path source_dir = LUTRA_SOURCE_DIR;

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The headers of lutra that a file includes, such as "lutra/signal.hpp".
std::vector<std::string> includes_of(const std::filesystem::path& file) {
  std::istringstream lines(read_text(file));
  std::vector<std::string> found;
  const std::string begin = "#include <lutra/";
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(begin)) found.push_back(line.substr(10, line.find('>') - 10));
  return found;
}

struct Rule {
  std::string folder;                ///< of headers, or one header
  std::vector<std::string> allowed;  ///< beginnings of what they may include
  std::vector<std::string> except{};
};

const std::vector<Rule> rules{
    {"include/lutra/kernels", {"lutra/kernels/"}},
    {"include/lutra/io", {"lutra/io/", "lutra/error.hpp"}},
    {"include/lutra/data",
     {"lutra/data/", "lutra/io/", "lutra/error.hpp", "lutra/inline.hpp", "lutra/signal.hpp", "lutra/random.hpp"}},
    {"include/lutra/boxes", {"lutra/boxes/", "lutra/kernels/", "lutra/error.hpp", "lutra/inline.hpp"}},
    {"include/lutra/circuit/engine",
     {"lutra/circuit/", "lutra/kernels/", "lutra/error.hpp", "lutra/inline.hpp", "lutra/parallel.hpp",
      "lutra/signal.hpp"}},
    {"include/lutra/circuit",
     {"lutra/circuit/", "lutra/io/", "lutra/error.hpp", "lutra/inline.hpp", "lutra/signal.hpp"},
     {"include/lutra/circuit/engine", "include/lutra/circuit/image_engine.hpp"}},
    {"include/lutra/compose",
     {"lutra/compose/", "lutra/circuit/builder.hpp", "lutra/circuit/side_by_side.hpp", "lutra/circuit/unroll.hpp",
      "lutra/error.hpp", "lutra/parameters.hpp", "lutra/planes.hpp", "lutra/signal.hpp"}},
    {"include/lutra/layers",
     {"lutra/layers/", "lutra/compose/", "lutra/compose.hpp", "lutra/kernels/", "lutra/error.hpp", "lutra/near.hpp",
      "lutra/parameters.hpp", "lutra/planes.hpp"}},
    {"include/lutra/train",
     {"lutra/train/", "lutra/boxes/", "lutra/compose/", "lutra/compose.hpp", "lutra/layers/", "lutra/network.hpp",
      "lutra/data/", "lutra/io/", "lutra/kernels/", "lutra/error.hpp", "lutra/inline.hpp", "lutra/parallel.hpp",
      "lutra/parameters.hpp", "lutra/planes.hpp", "lutra/random.hpp", "lutra/signal.hpp", "lutra/snapshot.hpp"}},
    {"include/lutra/search",
     {"lutra/search/", "lutra/train/", "lutra/layers/", "lutra/network.hpp", "lutra/compose/", "lutra/compose.hpp",
      "lutra/circuit/", "lutra/data/", "lutra/io/", "lutra/error.hpp", "lutra/inline.hpp", "lutra/parameters.hpp",
      "lutra/random.hpp", "lutra/signal.hpp"}},
    {"export/include/lutra/export",
     {"lutra/export/", "lutra/circuit/", "lutra/io/", "lutra/data/accuracy.hpp", "lutra/error.hpp", "lutra/inline.hpp",
      "lutra/signal.hpp", "lutra/version.hpp"}},
};

bool begins_with_one_of(const std::string& text, const std::vector<std::string>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](const std::string& beginning) { return text.starts_with(beginning); });
}

/// The document without its blocks of code.
std::string prose_of(const std::string& document) {
  std::istringstream lines(read_text(source_dir / document));
  std::string text;
  bool code = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) code = !code;
    if (!code) text += line + "\n";
  }
  return text;
}

/// GitHub's anchors: lower case, spaces to dashes, everything but letters, digits, dashes and underscores left out.
bool has_heading(const std::string& document, const std::string& anchor) {
  std::istringstream lines(document);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("#")) continue;
    std::string made;
    for (const char c : line.substr(line.find_first_not_of("# "))) {
      if (c >= 'A' && c <= 'Z')
        made += static_cast<char>(c - 'A' + 'a');
      else if (c == ' ')
        made += '-';
      else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')
        made += c;
    }
    if (made == anchor) return true;
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(headers_include_only_what_their_storey_may_know) {
  for (const Rule& rule : rules) {
    std::size_t headers = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source_dir / rule.folder)) {
      const auto name = std::filesystem::relative(entry.path(), source_dir).generic_string();
      if (entry.path().extension() != ".hpp" || begins_with_one_of(name, rule.except)) continue;
      ++headers;
      for (const std::string& included : includes_of(entry.path()))
        BOOST_TEST(begins_with_one_of(included, rule.allowed), name << " includes " << included);
    }
    BOOST_TEST(headers > 0U, rule.folder << " has no headers");
  }
}

BOOST_AUTO_TEST_CASE(third_party_libraries_stay_where_they_are_said_to_be) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> homes{
      {"#include <xsimd", {"include/lutra/kernels/"}},
      {"#include <zlib", {"include/lutra/io/"}},
      {"#include <xtensor", {"include/lutra/io/xtensor.hpp"}},
      {"#include <lutra/io/xtensor", {"include/lutra/data/npy.hpp"}},
  };
  for (const char* folder : {"include", "export/include"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source_dir / folder)) {
      if (entry.path().extension() != ".hpp") continue;
      const auto name = std::filesystem::relative(entry.path(), source_dir).generic_string();
      const std::string text = read_text(entry.path());
      for (const auto& [include, places] : homes)
        BOOST_TEST((text.find(include) == std::string::npos || begins_with_one_of(name, places)),
                   name << " has " << include);
    }
}

BOOST_AUTO_TEST_CASE(every_link_inside_the_documents_leads_to_a_file_and_a_heading) {
  for (const std::string document : {"README.md", "docs/tutorial.md", "docs/layers.md", "docs/architecture.md",
                                     "docs/export.md", "docs/formats.md", "docs/results.md", "docs/performance.md"}) {
    const std::string text = prose_of(document);
    BOOST_TEST(!text.empty(), document << " is not there");
    for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 1)) {
      const std::string target = text.substr(at + 2, text.find(')', at) - at - 2);
      if (target.find("://") != std::string::npos) continue;
      const auto hash = std::min(target.find('#'), target.size());
      const auto file =
          hash == 0 ? source_dir / document : (source_dir / document).parent_path() / target.substr(0, hash);
      BOOST_TEST(std::filesystem::exists(file), document << " links to " << target);
      if (hash < target.size())
        BOOST_TEST(has_heading(read_text(file), target.substr(hash + 1)), document << " links to " << target);
    }
  }
}
