#include "client/shell/exit_code.h"

#include "protocol/base/check.h"

namespace paddock::client::shell {

ExitCode exit_code_of(ErrorCode err) {
  PADDOCK_CHECK(err != ErrorCode::ok, "an exit code of an error is asked for success");
  switch (err) {
    case ErrorCode::connection_loss:
    case ErrorCode::session_expired:
    case ErrorCode::operation_timeout:
      return ExitCode::unreachable;
    case ErrorCode::no_auth:
    case ErrorCode::auth_failed:
    case ErrorCode::session_closed_require_auth:
      return ExitCode::not_permitted;
    case ErrorCode::bad_version:
      return ExitCode::conflict;
    case ErrorCode::bad_arguments:
      return ExitCode::usage;
    default:
      return ExitCode::refused;
  }
}

}  // namespace paddock::client::shell
