#include "server/config/jaas.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

using namespace paddock;
using namespace paddock::config;

namespace {

std::string fault_of(const char* text) {
  const auto parsed = parse_jaas(text);
  return parsed ? "no fault" : parsed.fault().message;
}

}  // namespace

TEST_CASE("JAAS: sections, modules and options are read as an operator writes them") {
  const auto sections = parse_jaas(R"(
    // ours
    Server {
      org.apache.zookeeper.server.auth.DigestLoginModule required
        user_super="adminsecret"   /* all
        of it */ user_bob="a \"b\" {c};"
        plain=word;
    };
    # theirs
    Client { a.B required; c.D optional x="1"; }
  )");
  REQUIRE(sections);
  REQUIRE(sections->size() == 2);
  const LoginModule& module = sections->at("Server").at(0);
  CHECK(module.name == "org.apache.zookeeper.server.auth.DigestLoginModule");
  CHECK(module.options == std::map<std::string, std::string>{{"user_super", "adminsecret"},
                                                             {"user_bob", "a \"b\" {c};"},
                                                             {"plain", "word"}});
  CHECK(sections->at("Client").size() == 2);
  CHECK(parse_jaas("")->empty());
}

TEST_CASE("JAAS: a fault names the line and shows no secret") {
  CHECK(fault_of("Server {\n a.B required\n user_bob=\"hidden\"\n}") == "line 4: a key is missing");
  CHECK(fault_of("Server { a.B required user_bob \"hidden\"; }") == "line 1: '=' is missing");
  CHECK(fault_of("Server { a.B required x=\"hidden") == "line 1: a quote is not closed");
  CHECK(fault_of("Server\n{ /* ") == "line 2: a comment is not closed");
  CHECK(fault_of("Server {") == "line 1: a login module is missing");
  CHECK(fault_of("A { a.B required; }; A { a.B required; };") == "line 1: a section that is there already");
  CHECK(fault_of("{ }") == "line 1: the name of a section is missing");
}

TEST_CASE("JAAS: an empty file holds no section, a missing one is named") {
  const std::string path = std::filesystem::temp_directory_path() / ("jaas_test." + std::to_string(::getpid()));
  std::ofstream(path).flush();
  const auto sections = load_jaas(path);
  std::filesystem::remove(path);
  REQUIRE(sections);
  CHECK(sections->empty());
  const auto missing = load_jaas(path);
  REQUIRE_FALSE(missing);
  CHECK(missing.fault().message ==
        "java.security.auth.login.config: cannot read " + path + ": No such file or directory");
}
