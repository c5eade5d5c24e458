#include "server/config/session_secrets.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using namespace paddock;
using namespace paddock::config;

namespace {

using Word = SessionSecrets::ZooKeeper;

const std::string kOne(32, 'a');
const std::string kTwo(64, 'b');

std::string fault_of(const std::string& text) {
  const auto parsed = parse_session_secrets(text);
  return parsed ? "no fault" : parsed.fault().message;
}

}  // namespace

TEST_CASE("session secrets: in their order, between comments and blank lines") {
  const auto found = parse_session_secrets("# ours\n\n  " + kOne + " \r\n" + kTwo + "\n");
  REQUIRE(found);
  CHECK(found->secrets == std::vector<std::string>{kOne, kTwo});
  CHECK(found->zookeeper == Word::nowhere);
}

TEST_CASE("session secrets: what ZooKeeper computes may be accepted besides, and never alone") {
  const auto found = parse_session_secrets(kOne + "\nzookeeper");
  REQUIRE(found);
  CHECK(found->secrets.size() == 1);
  CHECK(found->zookeeper == Word::behind);
  CHECK(parse_session_secrets("# first\nzookeeper\n" + kOne)->zookeeper == Word::first);
  CHECK(parse_session_secrets("zookeeper\n" + kOne + "\nzookeeper")->zookeeper == Word::first);
  CHECK(fault_of("zookeeper\n") == "there is no secret in it");
  CHECK(fault_of("") == "there is no secret in it");
}

TEST_CASE("session secrets: a weak line is named by its number, and not shown") {
  CHECK(fault_of(kOne + "\nhunter2") ==
        "line 2: a secret of 7 characters can be guessed; at least 32, as of `openssl rand -hex 32`");
  CHECK(fault_of("\n" + kOne + " " + kTwo) == "line 2: a secret has no blanks");
}

TEST_CASE("session secrets: a file that everybody can read holds none") {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "paddock-session-secrets";
  std::ofstream(path) << kOne;
  using std::filesystem::perms;
  std::filesystem::permissions(path, perms::owner_read | perms::group_read | perms::others_read);
  const auto open = load_session_secrets(path.string());
  REQUIRE_FALSE(open);
  CHECK(open.fault().message == path.string() + " can be read by everybody: chmod o= it");
  std::filesystem::permissions(path, perms::owner_read | perms::group_read);
  CHECK(load_session_secrets(path.string()));
  std::filesystem::permissions(path, perms::owner_all);
  std::ofstream(path) << "short";
  CHECK(load_session_secrets(path.string()).fault().message.starts_with(path.string() + ": line 1: "));
  std::filesystem::remove(path);
  CHECK_FALSE(load_session_secrets(path.string()));
}
