#include "client/shell/words.h"

#include <catch2/catch.hpp>

namespace paddock::client::shell {
namespace {

std::vector<std::string> texts(std::string_view line) {
  const auto words = split_words(line);
  REQUIRE(words.ok());
  std::vector<std::string> out;
  for (const Word& word : *words) out.push_back(word.text);
  return out;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("blanks separate words and either quote keeps them together") {
  CHECK(texts("  create /a\thello ") == Texts{"create", "/a", "hello"});
  CHECK(texts("create /a 'two words' \"it's\" 'say \"hi\"'") ==
        Texts{"create", "/a", "two words", "it's", "say \"hi\""});
  CHECK(texts("pre'fix it'post") == Texts{"prefix itpost"});
  CHECK(texts("set /a \"\"") == Texts{"set", "/a", ""});
  CHECK(texts("").empty());
  CHECK_FALSE(split_words("set /a 'open").ok());
}

TEST_CASE("a transaction is cut at unquoted semicolons at the end of words") {
  const auto parts = split_at_semicolons(*split_words("create /a x; set /b y;z ';' ; delete /c;"));
  REQUIRE(parts.size() == 3);
  CHECK(parts[0] == std::vector<Word>{{"create", false}, {"/a", false}, {"x", false}});
  CHECK(parts[1] == std::vector<Word>{{"set", false}, {"/b", false}, {"y;z", false}, {";", true}});
  CHECK(parts[2] == std::vector<Word>{{"delete", false}, {"/c", false}});
  CHECK(split_at_semicolons({}).empty());
}

}  // namespace paddock::client::shell
