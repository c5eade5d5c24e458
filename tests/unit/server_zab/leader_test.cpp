// A leader and learners that the test plays.
#include <catch2/catch.hpp>

#include "lone_engine.h"
#include "protocol/jute/codec.h"

namespace paddock::zab::test {
namespace {

using quorum::PacketType;

constexpr Zxid o(uint32_t counter) {
  return Zxid::of(2, counter);
}  // of the old epoch
constexpr Zxid e(uint32_t counter) {
  return Zxid::of(3, counter);
}  // of this leader's

// The server with the highest id. It has logged 2.1 to 2.4, and knows 2.1 and 2.2 to be committed.
struct Leader : LoneEngine {
  explicit Leader(int64_t members = 3) : LoneEngine(members, members) { log({o(1), o(2), o(3), o(4)}, o(2)); }

  static LinkId link(int64_t learner, int attempt = 0) {
    return LinkId{kFirstLearner.value + static_cast<uint64_t>(learner * 10 + attempt)};
  }
  void lead() {
    start();
    elect(options.self.value);
    REQUIRE((*this)->role() == Role::leading);
  }
  void info(LinkId on, int64_t server, uint32_t accepted, PacketType type = PacketType::follower_info) {
    up(on);
    const std::string data = jute::encoded(quorum::LearnerInfo{server, quorum::kProtocolJava, 0});
    say(on, type, Zxid::of(accepted, 0), data);
  }
  void introduce_ours(LinkId on, int64_t server) {
    up(on);
    say(on, PacketType::follower_info, Zxid::of(2, 0),
        jute::encoded(quorum::LearnerInfo{server, quorum::kProtocolPaddock, 0}));
  }
  void promise(LinkId on, Zxid position, int32_t current = 2) {
    const char data[] = {0, 0, 0, static_cast<char>(current)};
    if (current < 0) {
      say(on, PacketType::ack_epoch, position, "\xff\xff\xff\xff");
    } else {
      say(on, PacketType::ack_epoch, position, std::string_view(data, 4));
    }
  }
  void ack(LinkId on, Zxid zxid) { say(on, PacketType::ack, zxid, {}); }
  // All of the way to UPTODATE.
  void follow(int64_t server, Zxid position, int attempt = 0, PacketType type = PacketType::follower_info) {
    const LinkId on = link(server, attempt);
    info(on, server, 2, type);
    persist();
    promise(on, position);
    persist();
    ack(on, e(0));
  }
  void serve() {
    lead();
    for (int64_t id = 1; id < options.self.value; ++id) info(link(id), id, 2);
    persist();
    for (int64_t id = 1; id < options.self.value; ++id) promise(link(id), o(4));
    persist();
    for (int64_t id = 1; id < options.self.value; ++id) ack(link(id), e(0));
    forget();
  }
  void forget() {
    for (int64_t id = 1; id < options.self.value; ++id) sent(link(id));
    disk(), told();
  }
  void propose() {
    const Zxid zxid = (*this)->next_zxid();
    (*this)->propose(zxid, Bytes("x"));
    look();
  }
};

}  // namespace

TEST_CASE("a leader invites when its own promise of the epoch is durable") {
  Leader leader;
  leader.lead();
  CHECK(leader.disk().empty());
  leader.info(Leader::link(1), 1, 7);
  CHECK(leader.disk() == " w8/2");
  CHECK(leader.sent(Leader::link(1)).empty());
  leader.persist();
  CHECK(leader.sent(Leader::link(1)) == " LEADERINFO8.0");
}

TEST_CASE("the inherited tail goes out as committed, and is committed when a quorum holds it") {
  Leader leader;
  leader.lead();
  leader.info(Leader::link(1), 1, 2);
  leader.persist();
  leader.promise(Leader::link(1), o(2));
  CHECK(leader.sent(Leader::link(1)) == " LEADERINFO3.0 DIFF2.4 P2.3 C2.3 P2.4 C2.4 NEWLEADER3.0");
  CHECK(leader.data_of(PacketType::new_leader) == leader.options.membership.to_text());
  CHECK(leader.told() == " c2.1 c2.2");
  leader.ack(Leader::link(1), e(0));
  CHECK(leader.told().empty());  // this server's own current epoch is not durable
  leader.persist();
  CHECK(leader.told() == " c2.3 c2.4 serving3.0");
  CHECK(leader.sent(Leader::link(1)) == " UPTODATE");
  leader.ack(Leader::link(1), e(0));
  CHECK_FALSE(leader.closed(Leader::link(1)));
}

TEST_CASE(
    "a server whose history is ahead does not count, and leads instead if there is no quorum without it") {
  Leader leader;
  leader.lead();
  leader.info(Leader::link(1), 1, 2);
  SECTION("without another") {
    leader.persist();
    leader.promise(Leader::link(1), o(5));
    CHECK(leader->role() == Role::looking);
  }
  SECTION("with another") {
    leader.info(Leader::link(2), 2, 2);
    leader.persist();
    leader.promise(Leader::link(1), o(1), 3);
    CHECK(leader.closed(Leader::link(1)));
    CHECK(leader->role() == Role::leading);
    leader.promise(Leader::link(2), o(4));
    CHECK(leader->phase() == Phase::synchronization);
    SECTION("and once there is a quorum it is cut") {
      leader.info(Leader::link(1, 1), 1, 3);
      leader.promise(Leader::link(1, 1), o(5), -1);
      CHECK(leader.sent(Leader::link(1, 1)) == " LEADERINFO3.0 TRUNC2.4 NEWLEADER3.0");
    }
  }
}

TEST_CASE("a promise counts while its link lasts, and without it the leader is over") {
  Leader leader(5);
  leader.lead();
  for (const int64_t id : {1, 2, 3}) leader.info(Leader::link(id), id, 2);
  leader.persist();
  leader.promise(Leader::link(1), o(1));
  SECTION("it would not promise the same epoch again") {
    leader.down(Leader::link(1));
    CHECK(leader->role() == Role::looking);
  }
  SECTION("one that had not promised is only gone") {
    leader.down(Leader::link(2));
    CHECK(leader->phase() == Phase::discovery);
    leader.promise(Leader::link(3), o(1));
    CHECK(leader->phase() == Phase::synchronization);
  }
}

TEST_CASE("the ACK of NEWLEADER counts while its link lasts") {
  Leader leader;
  leader.lead();
  leader.info(Leader::link(1), 1, 2);
  leader.persist();
  leader.promise(Leader::link(1), o(4));
  leader.ack(Leader::link(1), e(0));
  leader.down(Leader::link(1));
  leader.persist();  // only now the leader holds its own epoch
  CHECK(leader.told().find("serving") == std::string::npos);
  leader.info(Leader::link(1, 1), 1, 3);
  leader.promise(Leader::link(1, 1), o(4), -1);
  leader.ack(Leader::link(1, 1), e(0));
  CHECK(leader.told() == " c2.3 c2.4 serving3.0");
}

TEST_CASE("rule 8: a server that comes as a stranger has lost what it acknowledged under its own name") {
  Leader leader;
  leader.serve();
  leader.info(Leader::link(1, 1), -(int64_t{1} << 32) - 1, 0, PacketType::observer_info);
  CHECK(leader.closed(Leader::link(1)));
  leader.promise(Leader::link(1, 1), Zxid{}, 0);
  CHECK_FALSE(leader.closed(Leader::link(1, 1)));
  CHECK_FALSE(leader.closed(Leader::link(2)));
}

TEST_CASE("what the replica cannot read ends the learner's link, and without a quorum the role") {
  Leader leader;
  leader.serve();
  const Now now = leader.now();
  leader->refuse_learner(Leader::link(1), "nonsense", now);
  leader->refuse_learner(Leader::link(7), "of a link that is gone", now);
  leader.look();
  CHECK(leader.closed(Leader::link(1)));
  CHECK(leader->role() == Role::leading);
  leader->refuse_learner(Leader::link(2), "nonsense", now);
  leader.look();
  CHECK(leader->role() == Role::looking);
}

TEST_CASE(
    "rule 9: what is said to a learner that renews leaves behind UPTODATE, and its PINGs go on to count") {
  Leader leader;
  leader.options.last_counter = 1;
  leader.lead();
  leader.introduce_ours(Leader::link(1), 1);
  leader.persist();
  leader.promise(Leader::link(1), o(4));
  leader.persist();
  leader.ack(Leader::link(1), e(0));
  leader->request_sync(1);
  leader.look();
  leader.propose();
  leader.persist();
  leader.ack(Leader::link(1), e(1));
  leader.forget();
  CHECK_FALSE(leader->may_propose());
  leader.say(Leader::link(1), PacketType::ping, e(1), "");
  CHECK(leader.told().find(" s1") != std::string::npos);
  leader.persist();
  CHECK(leader.sent(Leader::link(1)) == " LEADERINFO4.0");
  leader->send_to_learner(Leader::link(1), PacketType::sync, Zxid{}, Bytes());
  leader.look();
  leader.promise(Leader::link(1), e(1), 3);
  leader.persist();
  CHECK(leader.sent(Leader::link(1)) == " DIFF3.1 NEWLEADER4.0");
  leader.ack(Leader::link(1), Zxid::of(4, 0));
  CHECK(leader.sent(Leader::link(1)) == " UPTODATE SYNC0.0");
  CHECK(leader.told() == " serving4.0");
  CHECK(leader->may_propose());
}

TEST_CASE("a Java server's (e,0) is no history ahead of a log that ends before it") {
  Leader leader;
  leader.recovered.epochs = {5, 5};  // with nothing logged in 5
  leader.lead();
  leader.info(Leader::link(1), 1, 5);
  leader.persist();
  leader.promise(Leader::link(1), Zxid::of(5, 0), 5);
  CHECK(leader->phase() == Phase::synchronization);
}

TEST_CASE("one that promised the epoch before is no support") {
  Leader leader;
  leader.lead();
  leader.info(Leader::link(1), 1, 2);
  leader.persist();
  leader.promise(Leader::link(1), o(4), -1);
  CHECK(leader->phase() == Phase::discovery);
}

TEST_CASE("a voter that has promised a later epoch makes a new one necessary") {
  Leader leader(5);
  leader.serve();
  leader.info(Leader::link(4, 1), 4, 9);
  CHECK(leader->role() == Role::looking);
  CHECK(leader.told() == " stopped");
}

TEST_CASE(
    "an observer that promised a later epoch as a voter makes a new one necessary, a stranger does not") {
  Leader leader;
  Member& observer = leader.options.membership.members[ServerId{4}];
  observer.id = ServerId{4};
  observer.observer = true;
  leader.serve();
  leader.info(Leader::link(5), 5, 9, PacketType::observer_info);
  CHECK(leader->role() == Role::leading);
  leader.info(Leader::link(4), 4, 9, PacketType::observer_info);
  CHECK(leader->role() == Role::looking);
}

TEST_CASE("between its plan and UPTODATE a learner is sent nothing else") {
  Leader leader;
  leader.lead();
  leader.follow(1, o(4));
  leader.persist();
  REQUIRE(leader->phase() == Phase::broadcast);
  leader.propose();
  leader.info(Leader::link(2), 2, 2);
  leader.promise(Leader::link(2), o(4));
  leader.propose();
  leader.persist();
  leader.ack(Leader::link(1), e(1));
  leader.ack(Leader::link(1), e(2));
  CHECK(leader.sent(Leader::link(2)) == " LEADERINFO3.0 DIFF2.4 NEWLEADER3.0");
  leader.ack(Leader::link(2), e(0));
  CHECK(leader.sent(Leader::link(2)) == " UPTODATE P3.1 P3.2 C3.1 C3.2");
}

TEST_CASE("a proposal is committed by a quorum, and told to all in order") {
  Leader leader;
  leader.serve();
  leader.propose();
  leader.propose();
  CHECK(leader.sent(Leader::link(1)) == " P3.1 P3.2");
  leader.ack(Leader::link(1), e(1));
  CHECK(leader.told().empty());
  leader.persist();
  CHECK(leader.told() == " c3.1");
  leader.ack(Leader::link(2), e(1));
  leader.ack(Leader::link(2), e(2));
  CHECK(leader.told() == " c3.2");
  CHECK(leader.sent(Leader::link(2)) == " P3.1 P3.2 C3.1 C3.2");
}

// The follower's log may be a snapshot now, without what it had acknowledged: a commit that counts on it is
// lost with the leader.
TEST_CASE("what a follower acknowledged before it joined anew does not count") {
  Leader leader(5);
  leader.serve();
  leader.propose();
  leader.persist();
  leader.ack(Leader::link(1), e(1));
  leader.down(Leader::link(1));
  leader.info(Leader::link(1, 1), 1, 3);
  leader.promise(Leader::link(1, 1), Zxid{}, -1);
  leader.told();
  leader.ack(Leader::link(2), e(1));
  CHECK(leader.told().empty());
  leader.ack(Leader::link(3), e(1));
  CHECK(leader.told() == " c3.1");
}

TEST_CASE("an ACK of what was never sent closes the link") {
  Leader leader;
  leader.serve();
  leader.propose();
  SECTION("not proposed") {
    leader.ack(Leader::link(1), e(2));
  }
  SECTION("of another epoch") {
    leader.ack(Leader::link(1), Zxid::of(4, 1));
  }
  CHECK(leader.closed(Leader::link(1)));
}

TEST_CASE("an ACK of what was sent with COMMIT changes nothing, whenever it comes") {
  Leader leader;
  leader.lead();
  leader.info(Leader::link(1), 1, 2);
  leader.persist();
  leader.promise(Leader::link(1), o(2));
  leader.ack(Leader::link(1), o(3));
  leader.ack(Leader::link(1), e(0));
  leader.persist();
  leader.ack(Leader::link(1), o(4));
  CHECK(leader->phase() == Phase::broadcast);
  CHECK_FALSE(leader.closed(Leader::link(1)));
}

TEST_CASE("a server outside the configuration follows without counting") {
  Leader leader;
  leader.serve();
  leader.follow(9, o(4));
  CHECK(leader.sent(Leader::link(9)) == " LEADERINFO3.0 DIFF2.4 NEWLEADER3.0 UPTODATE");
  leader.down(Leader::link(1));
  leader.propose();
  leader.told();
  leader.ack(Leader::link(9), e(1));
  leader.persist();
  CHECK(leader.told().empty());
  leader.ack(Leader::link(2), e(1));
  CHECK(leader.told() == " c3.1");
  CHECK(leader.sent(Leader::link(9)) == " P3.1 C3.1");
}

TEST_CASE("an observer is informed, and never asked") {
  Leader leader;
  leader.serve();
  leader.follow(9, o(4), 0, PacketType::observer_info);
  leader.sent(Leader::link(9));
  leader.propose();
  leader.ack(Leader::link(1), e(1));
  leader.persist();
  CHECK(leader.sent(Leader::link(9)) == " I3.1");
  SECTION("its acknowledgements are no one's") {
    leader.propose();
    leader.ack(Leader::link(9), e(2));
    CHECK(leader.closed(Leader::link(9)));
  }
}

TEST_CASE("a server that connects again has one link") {
  Leader leader;
  leader.serve();
  leader.info(Leader::link(1, 1), 1, 3);
  CHECK(leader.closed(Leader::link(1)));
  CHECK(leader.sent(Leader::link(1, 1)) == " LEADERINFO3.0");
}

TEST_CASE("what learners ask keeps its place among commits") {
  Leader leader;
  leader.serve();
  leader.propose();
  leader.persist();
  leader.say(Leader::link(2), PacketType::request, Zxid{-1}, "one");
  leader.ack(Leader::link(1), e(1));
  leader.say(Leader::link(1), PacketType::revalidate, Zxid{-1}, "two");
  CHECK(leader.told() == " from2 c3.1 from1");
}

TEST_CASE("a quorum's answers to one round of pings confirm every sync that came before it") {
  Leader leader;
  leader.serve();
  leader->request_sync(1);
  leader->request_sync(2);
  leader.look();
  CHECK(leader.sent(Leader::link(1)) == " PING3.0");
  leader.say(Leader::link(1), PacketType::ping, e(0), "");
  CHECK(leader.told() == " from1 s1");
  CHECK(leader.sent(Leader::link(1)) == " PING3.0");
  leader.say(Leader::link(1), PacketType::ping, e(0), "");
  CHECK(leader.told() == " from1 s2");
}

TEST_CASE("an answer to an earlier ping confirms nothing") {
  Leader leader;
  leader.serve();
  leader.pass(50);
  CHECK(leader.sent(Leader::link(1)) == " PING3.0");
  leader->request_sync(1);
  leader.look();
  leader.say(Leader::link(1), PacketType::ping, e(0), "");
  CHECK(leader.told() == " from1");
  leader.say(Leader::link(1), PacketType::ping, e(0), "");
  CHECK(leader.told() == " from1 s1");
}

TEST_CASE("a voter that answers pings and acknowledges nothing is dropped") {
  Leader leader;
  leader.serve();
  leader.propose();
  leader.ack(Leader::link(2), e(1));
  for (int i = 0; i < 12; ++i) {
    leader.pass(50);
    for (const int64_t id : {1, 2}) {
      if (!leader.closed(Leader::link(id))) leader.say(Leader::link(id), PacketType::ping, e(0), "");
    }
  }
  CHECK(leader.closed(Leader::link(1)));
  CHECK_FALSE(leader.closed(Leader::link(2)));
  CHECK(leader->role() == Role::leading);
}

TEST_CASE("a leader that no quorum joins gives up after initLimit") {
  Leader leader;
  leader.lead();
  leader.pass(1000);
  CHECK(leader->role() == Role::leading);
  leader.pass(100);
  CHECK(leader->role() == Role::looking);
}

TEST_CASE("history is read from the disk piece by piece, and a hole at its beginning means a snapshot") {
  Leader leader;
  leader.options.history_count = 1;
  leader.serve();
  leader.info(Leader::link(1, 1), 1, 3);
  leader.promise(Leader::link(1, 1), o(1), -1);
  const LinkId link = Leader::link(1, 1);
  CHECK(leader.sent(link) == " LEADERINFO3.0");
  REQUIRE(leader.history_reads().size() == 1);
  const store::HistoryRead read = leader.history_reads().back();
  CHECK(read.after == o(1));
  CHECK(read.last == o(4));
  SECTION("there") {
    leader->history_fetched({read.id, true, false, {{{}, o(2), Bytes("x")}}}, leader.now());
    leader.look();
    CHECK(leader.sent(link) == " DIFF2.4 P2.2 C2.2");
    const store::HistoryRead next = leader.history_reads().back();
    CHECK(next.after == o(2));
    leader->history_fetched({next.id, true, true, {{{}, o(3), Bytes("x")}, {{}, o(4), Bytes("x")}}},
                            leader.now());
    leader.look();
    CHECK(leader.sent(link) == " P2.3 C2.3 P2.4 C2.4 NEWLEADER3.0");
  }
  SECTION("a hole") {
    leader->history_fetched({read.id, false, false, {}}, leader.now());
    leader.look();
    REQUIRE(leader.snapshot_reads().size() == 1);
    const uint64_t image = leader.snapshot_reads().back().id;
    leader->snapshot_piece({image, e(0), Bytes("piece"), true}, leader.now());
    leader.look();
    CHECK(leader.sent(link) == " SNAP3.0 NEWLEADER3.0");
    CHECK(leader.snapshot_reads().back().close);
  }
}

TEST_CASE("an image is sent at the pace of its link") {
  Leader leader;
  leader.serve();
  leader.info(Leader::link(1, 1), 1, 3);
  leader.promise(Leader::link(1, 1), Zxid{}, -1);
  const uint64_t image = leader.snapshot_reads().back().id;
  leader->snapshot_piece({image, o(3), Bytes(std::string(1 << 20, 'x')), false}, leader.now());
  leader.look();
  CHECK(leader.snapshot_reads().size() == 1);
  leader->link_drained(Leader::link(1, 1), leader.now());
  leader.look();
  CHECK(leader.snapshot_reads().size() == 2);
  leader->snapshot_piece({image, o(3), Bytes("x"), true}, leader.now());
  leader.look();
  CHECK(leader.sent(Leader::link(1, 1)) == " LEADERINFO3.0 SNAP2.3 P2.4 C2.4 NEWLEADER3.0");
  SECTION("and is let go when the link is lost") {
    CHECK(leader.snapshot_reads().back().close);
  }
}

TEST_CASE("observers get no more snapshots at a time than may be, voters do") {
  Leader leader;
  leader.options.snapshot_syncs = 1;
  leader.serve();
  const auto asks = [&](int64_t server, PacketType type) {
    leader.info(Leader::link(server, 1), server, 3, type);
    leader.promise(Leader::link(server, 1), Zxid{}, -1);
    return !leader.closed(Leader::link(server, 1));
  };
  CHECK(asks(8, PacketType::observer_info));
  const uint64_t first = leader.snapshot_reads().back().id;
  CHECK_FALSE(asks(9, PacketType::observer_info));
  CHECK(leader.snapshot_reads().back().close);
  CHECK(leader.snapshot_reads().back().id != first);
  CHECK(asks(1, PacketType::follower_info));
  SECTION("and one after the other") {
    leader.down(Leader::link(1, 1));
    leader->snapshot_piece({first, e(0), Bytes("x"), true}, leader.now());
    leader.look();
    leader.info(Leader::link(9, 2), 9, 3, PacketType::observer_info);
    leader.promise(Leader::link(9, 2), Zxid{}, -1);
    CHECK_FALSE(leader.closed(Leader::link(9, 2)));
  }
}

TEST_CASE(
    "an observer whose history the disk does not have is turned away, too, when there are snapshots enough") {
  Leader leader;
  leader.options.history_count = 1;
  leader.options.snapshot_syncs = 1;
  leader.serve();
  const auto asks = [&](int64_t server, Zxid position) {
    leader.info(Leader::link(server, 1), server, 3, PacketType::observer_info);
    leader.promise(Leader::link(server, 1), position, -1);
  };
  asks(8, Zxid{});
  asks(9, o(1));
  CHECK_FALSE(leader.closed(Leader::link(9, 1)));
  leader->history_fetched({leader.history_reads().back().id, false, false, {}}, leader.now());
  leader.look();
  CHECK(leader.closed(Leader::link(9, 1)));
  CHECK_FALSE(leader.closed(Leader::link(8, 1)));
}

TEST_CASE("observers get no more old history at a time than may be") {
  Leader leader;
  leader.options.history_count = 1;
  leader.options.diff_syncs = 1;
  leader.serve();
  for (const int64_t server : {8, 9}) {
    leader.info(Leader::link(server, 1), server, 3, PacketType::observer_info);
    leader.promise(Leader::link(server, 1), o(1), -1);
  }
  CHECK_FALSE(leader.closed(Leader::link(8, 1)));
  CHECK(leader.closed(Leader::link(9, 1)));
  SECTION("what memory holds goes at once, and is none of them") {
    leader.follow(7, o(4), 0, PacketType::observer_info);
    CHECK_FALSE(leader.closed(Leader::link(7)));
  }
}

TEST_CASE("what an image newer than the plan holds is not proposed again") {
  Leader leader;
  leader.serve();
  leader.propose();
  leader.info(Leader::link(1, 1), 1, 3);
  leader.promise(Leader::link(1, 1), Zxid{}, -1);
  leader.propose();
  leader.persist();
  leader.ack(Leader::link(2), e(1));
  leader->snapshot_piece({leader.snapshot_reads().back().id, e(1), Bytes("x"), true}, leader.now());
  leader.look();
  leader.ack(Leader::link(1, 1), e(0));
  CHECK(leader.sent(Leader::link(1, 1)) == " LEADERINFO3.0 SNAP3.1 NEWLEADER3.0 UPTODATE P3.2");
}

}  // namespace paddock::zab::test
