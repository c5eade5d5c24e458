#include "client/shell/program.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>

namespace paddock::client::shell {

TEST_CASE("a program's end is told as a shell tells it") {
  CHECK(run_program({"sh", "-c", "exit 7"}, {}).value() == 7);
  CHECK(run_program({"sh", "-c", "kill -9 $$"}, {}).value() == 128 + 9);
  const auto missing = run_program({"/no/such/program"}, {});
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.fault().message == "/no/such/program: No such file or directory");
}

TEST_CASE("a program finds what was added to its environment, in place of what was there") {
  ::setenv("PADDOCK_TEST", "old", 1);
  const std::string check = R"sh([ "$PADDOCK_TEST" = new ] && [ "$(env | grep -c '^PADDOCK_TEST=')" = 1 ])sh";
  CHECK(run_program({"sh", "-c", check}, {{"PADDOCK_TEST", "new"}}).value() == 0);
  ::unsetenv("PADDOCK_TEST");
}

TEST_CASE("a program dies of a broken pipe, though we do not") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  CHECK(run_program({"sh", "-c", "kill -PIPE $$"}, {}).value() == 128 + SIGPIPE);
  std::signal(SIGPIPE, before);
}

}  // namespace paddock::client::shell
