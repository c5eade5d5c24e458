#include "server/config/config.h"

#include <fmt/core.h>
#include <catch2/catch.hpp>

#include <unistd.h>
#include <filesystem>
#include <fstream>

using namespace paddock;
using namespace paddock::config;

namespace {

class Directory {
 public:
  Directory() : path_(std::filesystem::temp_directory_path() / fmt::format("paddock_config_{}", getpid())) {
    std::filesystem::create_directories(path_);
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  std::string write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }
  std::string path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Config loaded(std::vector<std::string> arguments, std::string jvm_flags = "") {
  auto config = load_config(CommandLine{std::move(arguments), std::move(jvm_flags)});
  if (!config) FAIL(config.fault().message);
  return std::move(*config);
}

std::string fault_of(std::vector<std::string> arguments) {
  auto config = load_config(CommandLine{std::move(arguments), ""});
  return config ? "no fault" : config.fault().message;
}

}  // namespace

TEST_CASE("options are split like a shell does") {
  CHECK(split_options("") == std::vector<std::string>{});
  CHECK(split_options("  -Da=1\t-Db=2 ") == std::vector<std::string>{"-Da=1", "-Db=2"});
  CHECK(split_options("-Da='1 2' \"-Db=3 4\" -Dc=5\\ 6 ''") ==
        std::vector<std::string>{"-Da=1 2", "-Db=3 4", "-Dc=5 6", ""});
  CHECK(split_options("'a\\b' \"a\\\"b\"") == std::vector<std::string>{"a\\b", "a\"b"});
}

TEST_CASE("the short form PORT DATADIR TICKTIME MAXCNXNS") {
  const Config two = loaded({"2181", "/tmp/back\\slash"});
  CHECK(two.client_port == 2181);
  CHECK(two.data_dir == "/tmp/back\\slash");
  CHECK(two.data_log_dir == "/tmp/back\\slash");
  CHECK(two.tick_ms == 3000);
  const Config four = loaded({"2181", "/d", "500", "7"});
  CHECK(four.tick_ms == 500);
  CHECK(four.max_client_connections == 7);
  CHECK(fault_of({"port", "/d"}) == "command line:1: clientPort: 'port' is not a number from 0 to 65535");
}

TEST_CASE("a command line that means nothing is refused") {
  CHECK(fault_of({}) == "neither a zoo.cfg nor PORT DATADIR was given");
  CHECK(fault_of({"--port", "1"}) == "'--port' is not an option");
  CHECK(fault_of({"1", "/d", "1", "1", "1"}) == "too many arguments behind PORT DATADIR TICKTIME MAXCNXNS");
  CHECK(fault_of({"/nowhere/zoo.cfg"}) == "cannot read /nowhere/zoo.cfg: No such file or directory");
  CHECK(fault_of({"/tmp"}) == "/tmp is a directory, not a file");
}

TEST_CASE("the command line's -D wins over SERVER_JVMFLAGS, other flags of a JVM are ignored") {
  const Config config = loaded({"-Dzookeeper.snapCount=3", "2181", "/d"},
                               "-Xmx2g -Dzookeeper.snapCount=1 -Dzookeeper.maxCnxns=2 -server");
  CHECK(config.property("snapCount") == "3");
  CHECK(config.property("maxCnxns") == "2");
}

TEST_CASE("an ensemble needs a myid that is one of its servers") {
  const Directory directory;
  const std::string file = directory.write(
      "zoo.cfg",
      fmt::format("dataDir={}\ninitLimit=1\nsyncLimit=1\nserver.1=a:1:2;2181\nserver.2=b:1:2;h:2182;k:2282",
                  directory.path()));
  CHECK(fault_of({file}).find("/myid: No such file") != std::string::npos);
  directory.write("myid", "2\nanything");
  const Config config = loaded({file});
  CHECK(config.server_id == 2);
  CHECK(config.client_port == 2182);
  CHECK(config.client_port_address == "h");
  CHECK(config.secure_client_port == 2282);
  CHECK(config.secure_client_port_address == "k");
  directory.write("myid", "2 \n");
  CHECK(fault_of({file}).find("/myid: '2 ' is not a number without blanks") != std::string::npos);
  directory.write("myid", "3");
  CHECK(fault_of({file}).find("/myid: there is no server.3 line for myid 3") != std::string::npos);
}

TEST_CASE("a standalone server needs no myid and takes the port of its only server line") {
  const Directory directory;
  const Config config =
      loaded({directory.write("zoo.cfg", fmt::format("dataDir={}\nserver.5=a:1:2;2199", directory.path()))});
  CHECK(config.is_standalone());
  CHECK(config.server_id == 0);
  CHECK(config.client_port == 2199);
  CHECK(config.client_port_address.empty());
}

TEST_CASE("the ensemble may stand in a file of its own, whose name carries the version") {
  const Directory directory;
  const std::string dynamic =
      directory.write("zoo.cfg.dynamic.100000003", "server.1=a:1:2;2181\nserver.2=b:1:2;2181\n");
  const std::string file = directory.write(
      "zoo.cfg",
      fmt::format("dataDir={}\ninitLimit=1\nsyncLimit=1\ndynamicConfigFile={}", directory.path(), dynamic));
  directory.write("myid", "1");
  const Config config = loaded({file});
  CHECK(config.membership.members.size() == 2);
  CHECK(config.membership.version == 0x100000003);
  CHECK(config.client_port == 2181);

  directory.write("zoo.cfg.dynamic.100000003", "server.1=a:1:2\ntickTime=1\n");
  CHECK(fault_of({file}) == dynamic + ":2: tickTime does not belong into a dynamic configuration");
}
