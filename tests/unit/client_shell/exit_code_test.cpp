#include "client/shell/exit_code.h"

#include <catch2/catch.hpp>

#include "client/shell/progress.h"

namespace paddock::client::shell {

TEST_CASE("exit codes have classes") {
  CHECK(exit_code_of(ErrorCode::no_node) == ExitCode::refused);
  CHECK(exit_code_of(ErrorCode::bad_arguments) == ExitCode::usage);
  CHECK(exit_code_of(ErrorCode::connection_loss) == ExitCode::unreachable);
  CHECK(exit_code_of(ErrorCode::session_expired) == ExitCode::unreachable);
  CHECK(exit_code_of(ErrorCode::no_auth) == ExitCode::not_permitted);
  CHECK(exit_code_of(ErrorCode::auth_failed) == ExitCode::not_permitted);
  CHECK(exit_code_of(ErrorCode::bad_version) == ExitCode::conflict);
}

TEST_CASE("progress is told with its total, if that is known") {
  CHECK(progress_text("deleted", 300, 1000) == "deleted 300 of 1000 [======              ]");
  CHECK(progress_text("deleted", 2000, 1000) == "deleted 2000 of 1000 [====================]");
  CHECK(progress_text("copied", 300, 0) == "copied 300");
}

}  // namespace paddock::client::shell
