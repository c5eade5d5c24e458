#include "service.h"

#include <utility>

namespace paddock::znode::test {

Service::Service(const Options& wanted) : options(wanted), state(options), preparer(state) {}

Caller Service::connect(const std::string& secret) {
  ++sessions_;
  Caller caller{
      {static_cast<uint64_t>(sessions_)}, {sessions_ | int64_t{1} << 56}, {ip_identity("127.0.0.1")}};
  if (!secret.empty()) {
    const auto added = authenticate(client::AuthPacket{0, "digest", secret}, caller.who, options);
    REQUIRE(added.has_value());
    caller.who.insert(caller.who.end(), added->begin(), added->end());
  }
  const Request opening = request(OpCode::create_session, client::CreateSessionRequest{30'000});
  CHECK(write(caller, opening).err == ErrorCode::ok);
  return caller;
}

void Service::submit(const Caller& caller, const Request& asked) {
  zxid = zxid.next();
  now.ms += 7;
  const WriteRequest write{caller.session, {++cxid_},   asked.type,
                           asked.body,     &caller.who, caller.session_check};
  const StateChecksum before = state.checksum();
  Prepared prepared = preparer.prepare(write, zxid, now);
  CHECK(state.checksum() == before);
  excesses_.insert(excesses_.end(), prepared.excesses.begin(), prepared.excesses.end());
  last_bytes_ = prepared.txn;
  auto decoded = txn::decode_txn(last_bytes_);
  REQUIRE(decoded.ok());
  last_ = std::move(*decoded);
  CHECK(txn::encode_txn(*last_) == last_bytes_);
  CHECK(last_->zxid() == zxid);
  CHECK(last_->header.session_id == caller.session.value);
  CHECK(last_->header.cxid == cxid_);
  CHECK(last_->header.time_ms == now.ms);
  pending_.push_back(Pending{asked.type, std::move(prepared.txn), prepared.err});
}

Answer Service::apply_next() {
  REQUIRE(!pending_.empty());
  const Pending pending = std::move(pending_.front());
  pending_.pop_front();
  const auto txn = txn::decode_txn(pending.txn);
  REQUIRE(txn.ok());
  state.apply(*txn, watches, *this, result_);
  CHECK_FALSE(result_.digest_mismatch);
  preparer.applied(txn->zxid());
  Answer answer;
  jute::Writer body(answer.body);
  answer.err = write_reply(pending.asked, result_, state, body);
  CHECK(result_.op.err == pending.err);
  return answer;
}

std::vector<Answer> Service::settle() {
  std::vector<Answer> answers;
  while (!pending_.empty()) answers.push_back(apply_next());
  return answers;
}

Answer Service::write(const Caller& caller, const Request& asked) {
  submit(caller, asked);
  return settle().back();
}

Answer Service::read(const Caller& caller, const Request& asked) {
  Answer answer;
  jute::Writer body(answer.body);
  ReadRequest request{caller.connection, caller.session, asked.type, asked.body, &caller.who};
  request.lists = &lists_;
  answer.err = znode::read(state, watches, request, body, *this);
  return answer;
}

std::vector<Event> Service::events() {
  return std::exchange(events_, {});
}

client::Stat Service::stat(std::string_view path) const {
  const NodeIndex node = state.tree().find(path);
  REQUIRE(node != kNoNode);
  return state.tree().stat(node);
}

void Service::deliver(ConnectionId to, client::EventType event, std::string_view path, int64_t event_zxid,
                      const jute::Vector<client::Acl>*) {
  events_.push_back(Event{to.value, event, std::string(path), event_zxid});
}

AclView open_list() {
  return {client::Acl{client::kPermAll, {"world", "anyone"}}};
}

AclView list_for(std::string_view scheme, std::string_view id, int32_t perms) {
  return {client::Acl{perms, {scheme, id}}};
}

Request create(jute::Text path, jute::Buffer data, int32_t flags, const AclView& acl, OpCode type) {
  return request(type, client::CreateRequest{path, data, acl, flags});
}
Request create_ttl(jute::Text path, int64_t ttl_ms, int32_t flags) {
  return request(OpCode::create_ttl, client::CreateTtlRequest{path, "", open_list(), flags, ttl_ms});
}
Request remove(jute::Text path, int32_t version) {
  return request(OpCode::remove, client::DeleteRequest{path, version});
}
Request set_data(jute::Text path, jute::Buffer data, int32_t version) {
  return request(OpCode::set_data, client::SetDataRequest{path, data, version});
}
Request set_acl(jute::Text path, const AclView& acl, int32_t version) {
  return request(OpCode::set_acl, client::SetAclRequest{path, acl, version});
}
Request close_session() {
  return Request{OpCode::close_session, ""};
}
Request look(OpCode type, jute::Text path, bool watch) {
  return request(type, client::PathWatchRequest{path, watch});
}
Request about_watch(OpCode type, jute::Text path, int32_t kind) {
  return request(type, client::PathTypeRequest{path, kind});
}

client::MultiOp op_create(jute::Text path, int32_t flags, OpCode type, const AclView& acl) {
  return {type, client::CreateRequest{path, "data", acl, flags}};
}
client::MultiOp op_create_ttl(jute::Text path, int32_t flags, int64_t ttl_ms) {
  return {OpCode::create_ttl, client::CreateTtlRequest{path, "data", open_list(), flags, ttl_ms}};
}
client::MultiOp op_remove(jute::Text path, int32_t version) {
  return {OpCode::remove, client::DeleteRequest{path, version}};
}
client::MultiOp op_set(jute::Text path, jute::Buffer data, int32_t version) {
  return {OpCode::set_data, client::SetDataRequest{path, data, version}};
}
client::MultiOp op_check(jute::Text path, int32_t version) {
  return {OpCode::check, client::CheckVersionRequest{path, version}};
}
client::MultiOp op_read(OpCode type, jute::Text path) {
  return {type, client::PathWatchRequest{path, false}};
}

Request multi(const std::vector<client::MultiOp>& ops, OpCode type) {
  Request asked{type, ""};
  jute::Writer body(asked.body);
  client::encode_multi(body, ops);
  return asked;
}

Parts parts_of(const Answer& answer) {
  jute::Reader reader(answer.body);
  std::vector<client::MultiResult> results;
  REQUIRE(client::decode_multi_results(reader, results));
  CHECK(reader.at_end());
  Parts parts;
  for (const client::MultiResult& result : results) {
    const auto* failure = std::get_if<client::ErrorResponse>(&result.body);
    parts.emplace_back(result.type, failure != nullptr ? failure->err : 0);
  }
  return parts;
}

std::string digest_of(const std::string& secret) {
  const auto added = authenticate(client::AuthPacket{0, "digest", secret}, {}, Options{});
  REQUIRE(added.has_value());
  return added->back().id;
}

}  // namespace paddock::znode::test
