// Service: a server's way of a request in miniature: prepare, later apply, tell the watches, reply; and
// reads. Its digest is checked at every transaction.
//
//   Service service;
//   Caller alice = service.connect();
//   CHECK(service.write(alice, create("/a")).err == ErrorCode::ok);
//   service.submit(alice, remove("/a"));                            // prepared, not yet applied
//   CHECK(service.settle().back().err == ErrorCode::ok);
#pragma once

#include <catch2/catch.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/client/multi.h"
#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "znode/prepare.h"
#include "znode/read.h"
#include "znode/state.h"

namespace paddock::znode::test {

using client::OpCode;

struct Request {
  OpCode type = OpCode::error;
  std::string body;
};

struct Caller {
  ConnectionId connection;
  SessionId session;
  Identities who;
  ErrorCode session_check = ErrorCode::ok;

  Caller as(ErrorCode check) const {
    Caller copy = *this;
    copy.session_check = check;
    return copy;
  }
};

struct Answer {
  ErrorCode err = ErrorCode::ok;
  std::string body;

  template <class Record>
  Record as() const {
    auto record = jute::decoded<Record>(body);
    REQUIRE(record.has_value());
    return *record;
  }
};

struct Event {
  uint64_t connection = 0;
  client::EventType type = client::EventType::none;
  std::string path;
  int64_t zxid = 0;
  friend bool operator==(const Event&, const Event&) = default;
};

class Service : public WatchSink {
 public:
  explicit Service(const Options& options = {});

  // A session of its own, on a connection of its own. `secret`: "user:password" to prove.
  Caller connect(const std::string& secret = "");

  // Prepares now, applies when settle() comes to it.
  void submit(const Caller& caller, const Request& request);
  // Applies the oldest transaction that is outstanding.
  Answer apply_next();
  std::vector<Answer> settle();
  Answer write(const Caller& caller, const Request& request);
  Answer read(const Caller& caller, const Request& request);
  // The events since the last call.
  std::vector<Event> events();

  // The transaction of the last submit.
  const txn::Txn& last() const { return *last_; }
  // What went over a quota since the last call.
  std::vector<QuotaExcess> excesses() { return std::exchange(excesses_, {}); }
  size_t outstanding() const { return preparer.outstanding(); }
  client::Stat stat(std::string_view path) const;
  bool has(std::string_view path) const { return state.tree().find(path) != kNoNode; }

  Options options;
  State state;
  Watches watches;
  Preparer preparer;
  Zxid zxid{0};
  WallTime now{1'700'000'000'000};

 private:
  struct Pending {
    OpCode asked;
    std::string txn;
    ErrorCode err;
  };
  void deliver(ConnectionId to, client::EventType event, std::string_view path, int64_t zxid,
               const jute::Vector<client::Acl>* readable_by) override;

  ChildLists lists_;
  std::deque<Pending> pending_;
  std::optional<txn::Txn> last_;
  std::string last_bytes_;
  std::vector<Event> events_;
  std::vector<QuotaExcess> excesses_;
  ApplyResult result_;
  int64_t sessions_ = 0;
  int32_t cxid_ = 0;
};

// --- Requests, in the words of the client's API ---
AclView open_list();
AclView list_for(std::string_view scheme, std::string_view id, int32_t perms = client::kPermAll);

template <class Record>
Request request(OpCode type, const Record& record) {
  return Request{type, jute::encoded(record)};
}
Request create(jute::Text path, jute::Buffer data = "", int32_t flags = 0, const AclView& acl = open_list(),
               OpCode type = OpCode::create);
Request create_ttl(jute::Text path, int64_t ttl_ms, int32_t flags = 5);
Request remove(jute::Text path, int32_t version = -1);
Request set_data(jute::Text path, jute::Buffer data, int32_t version = -1);
Request set_acl(jute::Text path, const AclView& acl, int32_t version = -1);
Request close_session();
// On a path, watching or not: exists, getData, getChildren, getChildren2.
Request look(OpCode type, jute::Text path, bool watch = false);
// checkWatches, removeWatches, addWatch.
Request about_watch(OpCode type, jute::Text path, int32_t kind);

// Operations of a multi.
client::MultiOp op_create(jute::Text path, int32_t flags = 0, OpCode type = OpCode::create,
                          const AclView& acl = open_list());
client::MultiOp op_create_ttl(jute::Text path, int32_t flags, int64_t ttl_ms);
client::MultiOp op_remove(jute::Text path, int32_t version = -1);
client::MultiOp op_set(jute::Text path, jute::Buffer data, int32_t version = -1);
client::MultiOp op_check(jute::Text path, int32_t version = -1);
client::MultiOp op_read(OpCode type, jute::Text path);
Request multi(const std::vector<client::MultiOp>& ops, OpCode type = OpCode::multi);

// The results of a multi, as (type, err) pairs.
using Parts = std::vector<std::pair<OpCode, int32_t>>;
Parts parts_of(const Answer& answer);

// "user:hash" as the digest scheme has it.
std::string digest_of(const std::string& secret);

}  // namespace paddock::znode::test
