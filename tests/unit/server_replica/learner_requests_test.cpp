// A leader and what its learners send, as items of the sequence; the quorum is the leader alone.
#include "server/replica/learner_requests.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "server/replica/sequence.h"

namespace paddock::replica {
namespace {

using client::OpCode;
using quorum::PacketType;

constexpr LinkId kF1{uint64_t{1} << 63 | 1};
constexpr LinkId kF2{uint64_t{1} << 63 | 2};

class Leader {
 public:
  explicit Leader(bool local_sessions = false)
      : core_(make_options(local_sessions), std::make_unique<znode::State>(znode::Options{}), {}, Random(1),
              {}) {
    core_.engine.tick(now_);
    settle();
    REQUIRE(sequence_.is_leading());
  }

  void request(LinkId from, int64_t session, int32_t cxid, OpCode type, std::string_view body,
               const jute::Vector<client::Id>& identities = {}) {
    send(from, PacketType::request,
         jute::encoded(quorum::ForwardedHead{session, cxid, static_cast<int32_t>(type)}) + std::string(body),
         jute::encoded(identities));
  }
  void create(LinkId from, int64_t session, int32_t cxid, std::string_view path,
              const jute::Vector<client::Acl>& acl = {client::Acl{client::kPermAll, {"world", "anyone"}}}) {
    request(from, session, cxid, OpCode::create, jute::encoded(client::CreateRequest{path, "", acl, 0}));
  }
  void create_ephemeral(LinkId from, int64_t session, int32_t cxid, std::string_view path) {
    const jute::Vector<client::Acl> acl = {client::Acl{client::kPermAll, {"world", "anyone"}}};
    request(from, session, cxid, OpCode::create, jute::encoded(client::CreateRequest{path, "", acl, 1}));
  }
  void create_session(LinkId from, int64_t session) {
    request(from, session, 0, OpCode::create_session, jute::encoded(client::CreateSessionRequest{4000}),
            jute::Vector<client::Id>::make_null());
  }
  void revalidate(LinkId from, int64_t session) {
    send(from, PacketType::revalidate, jute::encoded(quorum::SessionTimeout{session, 4000}), {});
  }
  void send(LinkId from, PacketType type, std::string data, std::string authinfo) {
    sequence_.work_off(zab::FromLearner{from, ServerId{2}, type, Zxid{-1}, Bytes(std::move(data)),
                                        Bytes(std::move(authinfo))},
                       now_);
  }
  void pass(int64_t ms) {
    for (; ms > 0; ms -= 500) {
      now_.monotonic = now_.monotonic.plus_ms(500);
      core_.service->tick(now_);
      settle();
    }
  }

  // What was committed since the last call, as "session/cxid what": the name of the transaction, or its
  // error.
  std::vector<std::string> committed() {
    settle();
    return std::exchange(committed_, {});
  }
  const znode::State& state() const { return *core_.state; }

 private:
  static ReplicaOptions make_options(bool local_sessions) {
    ReplicaOptions options;
    options.local_sessions = local_sessions;
    options.engine.self = ServerId{1};
    options.tick_ms = 1000;
    return options;
  }

  void settle() {
    for (zab::Ready ready = core_.engine.take_ready(); !ready.empty(); ready = core_.engine.take_ready()) {
      for (const zab::SequenceItem& item : ready.sequence) {
        if (const auto* decided = std::get_if<zab::Committed>(&item)) note(*decided);
        sequence_.work_off(item, now_);
      }
      if (!ready.disk.empty()) core_.engine.persisted(store::seq_of(ready.disk.back()));
    }
  }
  void note(const zab::Committed& decided) {
    const auto txn = txn::decode_txn(decided.txn.view());
    REQUIRE(txn.ok());
    std::string what(client::name_of(static_cast<OpCode>(txn->header.type)));
    if (const auto* error = std::get_if<txn::ErrorTxn>(&txn->body)) what = std::to_string(error->err);
    committed_.push_back(std::to_string(txn->header.session_id) + "/" + std::to_string(txn->header.cxid) +
                         " " + what);
  }

  Now now_{Instant{}.plus_ms(1'000'000), WallTime{1'700'000'000'000}};
  Core core_;
  ReadPath reads_{core_};
  ConnectHandshake handshake_{core_, Random(1), now_};
  Sequence sequence_{core_, reads_, handshake_, now_};
  std::vector<std::string> committed_;
};

using Committed = std::vector<std::string>;

}  // namespace

TEST_CASE("every REQUEST becomes one transaction, in order, with its session and cxid, failed or not") {
  Leader leader;
  leader.create_session(kF1, 10);
  leader.create(kF1, 10, 1, "/a");
  leader.create(kF1, 10, 2, "/a");
  leader.create(kF1, 10, 3, "/none/b");
  leader.request(kF1, 10, 4, OpCode::set_data, "nonsense");
  leader.request(kF1, 10, 5, OpCode::check, "");
  leader.request(kF1, 10, 6, OpCode::get_data, "");
  leader.request(kF1, 10, 7, OpCode::delete_container, jute::encoded(client::PathRecord{"/a"}));
  leader.request(kF1, 10, 8, OpCode::close_session, "");
  CHECK(leader.committed() == Committed{"10/0 createSession", "10/1 create", "10/2 -110", "10/3 -101",
                                        "10/4 -5", "10/5 -6", "10/6 -6", "10/7 -8", "10/8 closeSession"});
}

TEST_CASE("a write of a session that is unknown, closing or another learner's is refused") {
  Leader leader;
  leader.create_session(kF1, 10);
  leader.create(kF1, 99, 1, "/unknown");
  leader.create(kF2, 10, 1, "/foreign");
  leader.create(kF1, 10, 2, "/mine");
  leader.request(kF1, 10, 3, OpCode::close_session, "");
  leader.create(kF1, 10, 4, "/late");
  CHECK(leader.committed() == Committed{"10/0 createSession", "99/1 -112", "10/1 -118", "10/2 create",
                                        "10/3 closeSession", "10/4 -112"});
}

TEST_CASE("a session may be closed by a learner that does not own it") {
  Leader leader;
  leader.create_session(kF1, 10);
  leader.request(kF2, 10, 7, OpCode::close_session, "");
  CHECK(leader.committed() == Committed{"10/0 createSession", "10/7 closeSession"});
}

TEST_CASE("a session that revalidates elsewhere has moved there") {
  Leader leader;
  leader.create_session(kF1, 10);
  leader.revalidate(kF2, 10);
  leader.create(kF1, 10, 1, "/old");
  leader.create(kF2, 10, 2, "/new");
  CHECK(leader.committed() == Committed{"10/0 createSession", "10/1 -118", "10/2 create"});
}

TEST_CASE("the identities of a REQUEST are those that ACLs are held against") {
  Leader leader;
  leader.create_session(kF1, 10);
  leader.create(kF1, 10, 1, "/a", {client::Acl{client::kPermAll, {"digest", "u:h"}}});
  leader.committed();
  const std::string body = jute::encoded(client::CreateRequest{
      "/a/b", "", jute::Vector<client::Acl>{client::Acl{client::kPermAll, {"world", "anyone"}}}, 0});
  leader.request(kF1, 10, 2, OpCode::create, body, {{"digest", "x:h"}});
  leader.request(kF1, 10, 3, OpCode::create, body, {{"digest", "u:h"}});
  CHECK(leader.committed() == Committed{"10/2 -102", "10/3 create"});
}

TEST_CASE("a session of a learner lives as long as its touches come, and then ends") {
  Leader leader;
  leader.create_session(kF1, 10);
  leader.create_session(kF1, 11);
  leader.committed();
  for (int i = 0; i < 3; ++i) {
    leader.pass(3'000);
    leader.send(
        kF1, PacketType::ping,
        jute::encoded(quorum::SessionTimeout{99, 4000}) + jute::encoded(quorum::SessionTimeout{10, 4000}),
        {});
  }
  CHECK(leader.committed() == Committed{"11/0 closeSession"});
  leader.pass(5'000);
  CHECK(leader.committed() == Committed{"10/0 closeSession"});
}

TEST_CASE("what no learner sends changes nothing") {
  Leader leader;
  leader.send(kF1, PacketType::request, "short", {});
  leader.send(kF1, PacketType::request, "", {});
  leader.send(kF1, PacketType::revalidate, "x", {});
  leader.send(kF1, PacketType::ping, "x", {});
  leader.send(kF1, PacketType::sync, "", {});
  leader.request(kF1, 10, 0, OpCode::create_session, "x");
  leader.send(kF1, PacketType::request, jute::encoded(quorum::ForwardedHead{10, 1, 1}), "no identities");
  CHECK(leader.committed() == Committed{"10/0 -5", "10/1 -5"});
}

TEST_CASE("with local sessions a learner's write is done for a session that only the learner knows") {
  constexpr int64_t kOfServer2 = int64_t{2} << 56 | 5;
  constexpr int64_t kOfServer1 = int64_t{1} << 56 | 5;  // the leader itself
  Leader leader(true);
  leader.create(kF1, kOfServer2, 1, "/a");
  leader.create_ephemeral(kF1, kOfServer2, 2, "/e");
  leader.create(kF1, kOfServer1, 1, "/b");
  const std::string second = std::to_string(kOfServer2);
  CHECK(leader.committed() ==
        Committed{second + "/1 create", second + "/2 -120", std::to_string(kOfServer1) + "/1 -112"});

  // What the learner makes the ensemble's may own something, and belongs to that learner.
  leader.create_session(kF1, kOfServer2);
  leader.create_ephemeral(kF1, kOfServer2, 3, "/e");
  leader.create(kF2, kOfServer2, 4, "/c");
  CHECK(leader.committed() ==
        Committed{second + "/0 createSession", second + "/3 create", second + "/4 -118"});

  // What it sent before it heard of the session's end is not taken for a local session's.
  leader.request(kF1, kOfServer2, 5, OpCode::close_session, "");
  CHECK(leader.committed().size() == 1);
  leader.create(kF1, kOfServer2, 6, "/late");
  leader.pass(5'000);
  leader.create(kF1, kOfServer2, 7, "/late");
  CHECK(leader.committed() == Committed{second + "/6 -112", second + "/7 -112"});
}

}  // namespace paddock::replica
