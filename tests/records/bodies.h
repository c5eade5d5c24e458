// Which record is the body of which request and of its successful reply (spec/client-protocol.md section 5),
// for tests that walk all of them. multi and multiRead are not records; their functions are in
// protocol/client/multi.h.
#pragma once

#include <type_traits>

#include "protocol/client/opcode.h"
#include "protocol/client/records.h"

namespace paddock::tests {

// A header alone.
struct NoBody {
  friend bool operator==(const NoBody&, const NoBody&) = default;
};

// Calls visit(std::type_identity<Record>()) and returns true; false for a multi and for what no client sends.
template <class Visitor>
bool visit_request_record(client::OpCode type, Visitor&& visit) {
  using client::OpCode;
  const auto is = [&]<class Record>(std::type_identity<Record> record) { return visit(record), true; };
  switch (type) {
    case OpCode::create:
    case OpCode::create2:
    case OpCode::create_container:
      return is(std::type_identity<client::CreateRequest>());
    case OpCode::create_ttl:
      return is(std::type_identity<client::CreateTtlRequest>());
    case OpCode::remove:
      return is(std::type_identity<client::DeleteRequest>());
    case OpCode::exists:
    case OpCode::get_data:
    case OpCode::get_children:
    case OpCode::get_children2:
      return is(std::type_identity<client::PathWatchRequest>());
    case OpCode::set_data:
      return is(std::type_identity<client::SetDataRequest>());
    case OpCode::get_acl:
    case OpCode::get_all_children_number:
    case OpCode::sync:
      return is(std::type_identity<client::PathRecord>());
    case OpCode::set_acl:
      return is(std::type_identity<client::SetAclRequest>());
    case OpCode::check:
      return is(std::type_identity<client::CheckVersionRequest>());
    case OpCode::reconfig:
      return is(std::type_identity<client::ReconfigRequest>());
    case OpCode::check_watches:
    case OpCode::remove_watches:
    case OpCode::add_watch:
      return is(std::type_identity<client::PathTypeRequest>());
    case OpCode::auth:
      return is(std::type_identity<client::AuthPacket>());
    case OpCode::sasl:
      return is(std::type_identity<client::SaslToken>());
    case OpCode::set_watches:
      return is(std::type_identity<client::SetWatchesRequest>());
    case OpCode::set_watches2:
      return is(std::type_identity<client::SetWatches2Request>());
    case OpCode::get_ephemerals:
      return is(std::type_identity<client::GetEphemeralsRequest>());
    case OpCode::create_session:
      return is(std::type_identity<client::CreateSessionRequest>());
    case OpCode::ping:
    case OpCode::who_am_i:
    case OpCode::close_session:
      return is(std::type_identity<NoBody>());
    default:
      return false;
  }
}

template <class Visitor>
bool visit_reply_record(client::OpCode type, Visitor&& visit) {
  using client::OpCode;
  const auto is = [&]<class Record>(std::type_identity<Record> record) { return visit(record), true; };
  switch (type) {
    case OpCode::create:
      return is(std::type_identity<client::CreateResponse>());
    case OpCode::create2:
    case OpCode::create_container:
    case OpCode::create_ttl:
      return is(std::type_identity<client::Create2Response>());
    case OpCode::exists:
    case OpCode::set_data:
    case OpCode::set_acl:
      return is(std::type_identity<client::StatResponse>());
    case OpCode::get_data:
    case OpCode::reconfig:
      return is(std::type_identity<client::GetDataResponse>());
    case OpCode::get_acl:
      return is(std::type_identity<client::GetAclResponse>());
    case OpCode::get_children:
      return is(std::type_identity<client::GetChildrenResponse>());
    case OpCode::get_children2:
      return is(std::type_identity<client::GetChildren2Response>());
    case OpCode::get_all_children_number:
      return is(std::type_identity<client::GetAllChildrenNumberResponse>());
    case OpCode::get_ephemerals:
      return is(std::type_identity<client::GetEphemeralsResponse>());
    case OpCode::sync:
      return is(std::type_identity<client::PathRecord>());
    case OpCode::add_watch:
      return is(std::type_identity<client::ErrorResponse>());
    case OpCode::who_am_i:
      return is(std::type_identity<client::WhoAmIResponse>());
    case OpCode::sasl:
      return is(std::type_identity<client::SaslToken>());
    case OpCode::remove:
    case OpCode::ping:
    case OpCode::auth:
    case OpCode::check_watches:
    case OpCode::remove_watches:
    case OpCode::set_watches:
    case OpCode::set_watches2:
    case OpCode::close_session:
      return is(std::type_identity<NoBody>());
    default:
      return false;
  }
}

}  // namespace paddock::tests
