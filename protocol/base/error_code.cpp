#include "protocol/base/error_code.h"

namespace paddock {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::ok: return "Ok";
    case ErrorCode::system_error: return "SystemError";
    case ErrorCode::runtime_inconsistency: return "RuntimeInconsistency";
    case ErrorCode::data_inconsistency: return "DataInconsistency";
    case ErrorCode::connection_loss: return "ConnectionLoss";
    case ErrorCode::marshalling_error: return "MarshallingError";
    case ErrorCode::unimplemented: return "Unimplemented";
    case ErrorCode::operation_timeout: return "OperationTimeout";
    case ErrorCode::bad_arguments: return "BadArguments";
    case ErrorCode::unknown_session: return "UnknownSession";
    case ErrorCode::new_config_no_quorum: return "NewConfigNoQuorum";
    case ErrorCode::reconfig_in_progress: return "ReconfigInProgress";
    case ErrorCode::api_error: return "APIError";
    case ErrorCode::no_node: return "NoNode";
    case ErrorCode::no_auth: return "NoAuth";
    case ErrorCode::bad_version: return "BadVersion";
    case ErrorCode::no_children_for_ephemerals: return "NoChildrenForEphemerals";
    case ErrorCode::node_exists: return "NodeExists";
    case ErrorCode::not_empty: return "NotEmpty";
    case ErrorCode::session_expired: return "SessionExpired";
    case ErrorCode::invalid_callback: return "InvalidCallback";
    case ErrorCode::invalid_acl: return "InvalidACL";
    case ErrorCode::auth_failed: return "AuthFailed";
    case ErrorCode::session_moved: return "SessionMoved";
    case ErrorCode::not_read_only: return "NotReadOnly";
    case ErrorCode::ephemeral_on_local_session: return "EphemeralOnLocalSession";
    case ErrorCode::no_watcher: return "NoWatcher";
    case ErrorCode::request_timeout: return "RequestTimeout";
    case ErrorCode::reconfig_disabled: return "ReconfigDisabled";
    case ErrorCode::session_closed_require_auth: return "SessionClosedRequireAuth";
    case ErrorCode::quota_exceeded: return "QuotaExceeded";
    case ErrorCode::throttled_op: return "ThrottledOp";
  }
  return "Error";
}

}  // namespace paddock
