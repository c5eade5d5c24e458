#include "server/config/dynamic_files.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "server/config/atomic_file.h"
#include "server/config/config.h"
#include "server/zab/membership_lines.h"

using namespace paddock;
using namespace paddock::config;

namespace {

zab::Membership three() {
  return zab::parse_membership(
             "server.1=127.0.0.1:2888:3888:participant;127.0.0.1:2181\n"
             "server.2=127.0.0.1:2889:3889:participant\n"
             "server.10=127.0.0.1:2890:3890:observer;2183\n"
             "version=100000003")
      .value();
}

// A directory of its own, with a zoo.cfg.
struct Files {
  std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("paddock-dynamic-" + std::to_string(getpid()));
  std::string zoo_cfg = (directory / "zoo.cfg").string();

  explicit Files(const std::string& text) {
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    REQUIRE(write_atomically(zoo_cfg, text).ok());
  }
  ~Files() { std::filesystem::remove_all(directory); }

  std::string read(const std::string& name) const { return read_file((directory / name).string()).value(); }
  bool has(const std::string& name) const { return std::filesystem::exists(directory / name); }
};

constexpr const char* kStatic =
    "# ours\ntickTime=2000\nclientPort=2181\nclientPortAddress=127.0.0.1\nclientPortListenBacklog=5\n"
    "server.1=127.0.0.1:2888:3888\nserver.2=\\\n  127.0.0.1:2889:3889\ngroup.1=1:2\nweight.1=1\n"
    "peerType=participant\ndynamicConfigFile=old\ndataDir=/data\n";

}  // namespace

TEST_CASE("zoo.cfg names the file that holds the members, and keeps everything else as it was written") {
  CHECK(pointing_to(kStatic, "/etc/zoo.cfg.dynamic.1", true).value() ==
        "# ours\ntickTime=2000\nclientPortListenBacklog=5\ndataDir=/data\n"
        "dynamicConfigFile=/etc/zoo.cfg.dynamic.1\n");
  CHECK(pointing_to("clientPort=2181", "/x", false).value() == "clientPort=2181\ndynamicConfigFile=/x\n");
}

TEST_CASE("a committed configuration is a file with its version in the name, and the proposed one is gone") {
  const Files files(kStatic);
  const DynamicFiles dynamic(files.zoo_cfg);
  REQUIRE(dynamic.back_up().ok());
  REQUIRE(dynamic.propose(three()).ok());
  CHECK(files.read("zoo.cfg.dynamic.next") ==
        "server.10=127.0.0.1:2890:3890:observer;0.0.0.0:2183\n"
        "server.1=127.0.0.1:2888:3888:participant;127.0.0.1:2181\n"
        "server.2=127.0.0.1:2889:3889:participant\n"
        "version=100000003");
  REQUIRE(dynamic.commit(three(), ServerId{1}).ok());
  CHECK(files.read("zoo.cfg.dynamic.100000003") ==
        "server.10=127.0.0.1:2890:3890:observer;0.0.0.0:2183\n"
        "server.1=127.0.0.1:2888:3888:participant;127.0.0.1:2181\n"
        "server.2=127.0.0.1:2889:3889:participant");
  CHECK(files.read("zoo.cfg.bak") == kStatic);
  CHECK_FALSE(files.has("zoo.cfg.dynamic.next"));
  SECTION("and is read at the next start") {
    const std::string text = files.read("zoo.cfg");
    CHECK(text.find("clientPort=") == std::string::npos);
    CHECK(text.find("dynamicConfigFile=" + files.zoo_cfg + ".dynamic.100000003\n") != std::string::npos);
  }
}

TEST_CASE("a server without a client address in its line keeps its clientPort") {
  const Files files(kStatic);
  REQUIRE(DynamicFiles(files.zoo_cfg).commit(three(), ServerId{2}).ok());
  CHECK(files.read("zoo.cfg").find("clientPort=2181\n") != std::string::npos);
}

TEST_CASE("a file that cannot be written is named") {
  const Status written = DynamicFiles("/nowhere/zoo.cfg").propose(three());
  REQUIRE_FALSE(written.ok());
  CHECK(written.fault().message.find("/nowhere/zoo.cfg.dynamic.next") != std::string::npos);
}
