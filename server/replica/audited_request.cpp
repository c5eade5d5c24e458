#include "server/replica/audited_request.h"

#include <algorithm>
#include <array>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "protocol/client/multi.h"
#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "protocol/jute/reader.h"

namespace paddock::replica {
namespace {

using client::OpCode;

constexpr std::string_view kCreate = "create";
constexpr std::string_view kDelete = "delete";
constexpr std::string_view kSetData = "setData";
constexpr std::string_view kSetAcl = "setAcl";
constexpr std::string_view kMulti = "multiOperation";
constexpr std::string_view kReconfig = "reconfig";

// Empty for flags that are none: such a create has failed.
std::string_view znode_type(int32_t flags) {
  constexpr auto kTypes = std::to_array<std::string_view>(
      {"persistent", "ephemeral", "persistent_sequential", "ephemeral_sequential", "container",
       "persistent_with_ttl", "persistent_sequential_with_ttl"});
  const auto index = static_cast<size_t>(flags);
  return flags >= 0 && index < kTypes.size() ? kTypes[index] : std::string_view();
}

// As ZKUtil.aclToString has it: nothing between two entries, and a null is written out.
std::string acl_text(const znode::AclView& acl) {
  constexpr std::pair<int32_t, char> kLetters[] = {{client::kPermCreate, 'c'},
                                                   {client::kPermDelete, 'd'},
                                                   {client::kPermRead, 'r'},
                                                   {client::kPermWrite, 'w'},
                                                   {client::kPermAdmin, 'a'}};
  std::string text;
  const auto append = [&text](const jute::Text& part) {
    text += part.is_null() ? std::string_view("null") : part.view();
    text += ':';
  };
  for (const client::Acl& entry : acl) {
    append(entry.id.scheme);
    append(entry.id.id);
    for (const auto& [permission, letter] : kLetters) {
      if ((entry.perms & permission) != 0) text += letter;
    }
  }
  return text;
}

// The part of each name that AuthUtil shows, as whoAmI does, and none that is blank.
std::string users(const znode::Identities& identities) {
  std::string names;
  for (const znode::Identity& identity : identities) {
    const std::string_view name = znode::display_user(identity);
    if (std::all_of(name.begin(), name.end(), [](unsigned char c) { return c <= ' '; })) continue;
    if (!names.empty()) names += ',';
    names += name;
  }
  return names;
}

std::optional<std::string> text_of(const jute::Text& text) {
  if (text.is_null()) return std::nullopt;
  return text.str();
}

// As 3.9 does it: of a request that cannot be read there is told what comes before the broken place.
template <class Record>
Record read(std::string_view body) {
  jute::Reader reader(body);
  Record record;
  [[maybe_unused]] const bool is_whole = jute::decode(reader, record);
  return record;
}

template <class Create>
void describe_create(std::string_view body, AuditRecord& record) {
  const auto request = read<Create>(body);
  record.operation = kCreate;
  record.znode = text_of(request.path);
  record.znode_type = znode_type(request.flags);
}

template <class Change>
void describe_change(std::string_view operation, std::string_view body, AuditRecord& record) {
  const auto request = read<Change>(body);
  record.operation = operation;
  record.znode = text_of(request.path);
  if constexpr (std::is_same_v<Change, client::SetAclRequest>) record.acl = acl_text(request.acl);
}

// What was asked for.
void describe(OpCode type, std::string_view body, AuditRecord& record) {
  switch (type) {
    case OpCode::create_ttl:
      return describe_create<client::CreateTtlRequest>(body, record);
    case OpCode::remove:
      return describe_change<client::DeleteRequest>(kDelete, body, record);
    case OpCode::set_data:
      return describe_change<client::SetDataRequest>(kSetData, body, record);
    case OpCode::set_acl:
      return describe_change<client::SetAclRequest>(kSetAcl, body, record);
    case OpCode::reconfig:
      record.operation = kReconfig;
      return;
    default:
      return describe_create<client::CreateRequest>(body, record);
  }
}

// Of an operation within a multi; empty: it is not told.
std::string_view operation_of(OpCode type) {
  switch (type) {
    case OpCode::create:
    case OpCode::create2:
    case OpCode::create_container:
    case OpCode::create_ttl:
      return kCreate;
    case OpCode::remove:
    case OpCode::delete_container:
      return kDelete;
    case OpCode::set_data:
      return kSetData;
    default:
      return {};
  }
}

// ZooKeeper looks the type up by the path that was asked for, so that of a sequential node is not told.
std::string_view type_within_multi(const client::MultiOp& op, const jute::Text& path) {
  const auto* create = std::get_if<client::CreateRequest>(&op.body);
  return create != nullptr && create->path == path ? znode_type(create->flags) : std::string_view();
}

bool has_failed(const znode::OpResult& result) {
  return result.type == OpCode::error;
}

}  // namespace

bool AuditedRequest::is_audited(OpCode type) {
  return client::kind_of(type) == client::OpKind::write && type != OpCode::close_session;
}

AuditRecord AuditedRequest::whose() const {
  AuditRecord record;
  record.session = session_;
  record.user = users(*identities_);
  record.address = identities_->front().id;  // every connection's first one
  return record;
}

void AuditedRequest::append_records(const znode::ApplyResult& result,
                                    std::vector<AuditRecord>& records) const {
  if (type_ != OpCode::multi) return append_single(result.op, records);
  const bool failed =
      has_failed(result.op) || std::any_of(result.parts.begin(), result.parts.end(), has_failed);
  if (!failed) return append_multi(result.parts, records);
  AuditRecord record = whose();
  record.operation = kMulti;
  record.result = AuditRecord::Result::failure;
  records.push_back(std::move(record));
}

// A node that was made has its final name.
void AuditedRequest::append_single(const znode::OpResult& result, std::vector<AuditRecord>& records) const {
  AuditRecord record = whose();
  describe(type_, body_, record);
  if (result.err != ErrorCode::ok) record.result = AuditRecord::Result::failure;
  if (!has_failed(result)) record.znode = text_of(result.path);
  records.push_back(std::move(record));
}

void AuditedRequest::append_multi(const std::vector<znode::OpResult>& parts,
                                  std::vector<AuditRecord>& records) const {
  jute::Reader reader(body_);
  std::vector<client::MultiOp> ops;
  if (!client::decode_multi(reader, ops) || ops.size() != parts.size()) return;
  for (size_t i = 0; i < parts.size(); ++i) {
    AuditRecord record = whose();
    record.operation = operation_of(parts[i].type);
    if (record.operation.empty()) continue;
    record.znode = text_of(parts[i].path);
    record.znode_type = type_within_multi(ops[i], parts[i].path);
    records.push_back(std::move(record));
  }
}

}  // namespace paddock::replica
