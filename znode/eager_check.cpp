#include "znode/eager_check.h"

#include "protocol/base/paths.h"
#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "protocol/jute/reader.h"

namespace paddock::znode {
namespace {

using client::OpCode;

struct EagerCheck {
  const State& state;
  std::string_view body;
  const Identities& who;

  template <class Record>
  bool read(Record& record) const {
    jute::Reader reader(body);
    return jute::decode(reader, record);
  }

  ErrorCode permission(std::string_view path, int32_t perms) const {
    const NodeIndex node = state.tree().find(path);
    if (node == kNoNode) return ErrorCode::ok;
    const AclView& list = state.acls().list(state.tree().acl(node));
    return allows(list, perms, who, state.options()) ? ErrorCode::ok : ErrorCode::no_auth;
  }
  static bool has_parent(std::string_view path) {
    return path.find('/') != path.npos && path.find('\0') == path.npos && !is_special_path(path);
  }
  ErrorCode list(const AclView& asked) const {
    AclView fixed;
    const ErrorCode err = fix_up_acl(asked, who, state.options(), fixed);
    return err == ErrorCode::invalid_acl ? err : ErrorCode::ok;
  }

  ErrorCode create() const {
    client::CreateRequest request;
    if (!read(request) || !has_parent(request.path.view())) return ErrorCode::ok;
    const ErrorCode err = list(request.acl);
    return err != ErrorCode::ok ? err : permission(parent_path(request.path.view()), client::kPermCreate);
  }
  ErrorCode remove() const {
    client::DeleteRequest request;
    if (!read(request) || !has_parent(request.path.view())) return ErrorCode::ok;
    return permission(parent_path(request.path.view()), client::kPermDelete);
  }
  ErrorCode set_data() const {
    client::SetDataRequest request;
    return read(request) ? permission(request.path.view(), client::kPermWrite) : ErrorCode::ok;
  }
  ErrorCode set_acl() const {
    client::SetAclRequest request;
    if (!read(request)) return ErrorCode::ok;
    const ErrorCode err = list(request.acl);
    return err != ErrorCode::ok ? err : permission(request.path.view(), client::kPermAdmin);
  }
};

}  // namespace

ErrorCode eager_acl_error(const State& state, OpCode type, std::string_view body, const Identities& who) {
  const EagerCheck check{state, body, who};
  switch (type) {
    case OpCode::create:
    case OpCode::create2:
      return check.create();
    case OpCode::remove:
      return check.remove();
    case OpCode::set_data:
      return check.set_data();
    case OpCode::set_acl:
      return check.set_acl();
    default:
      return ErrorCode::ok;
  }
}

}  // namespace paddock::znode
