#include "server/replica/large_answers.h"

#include <catch2/catch.hpp>

#include "protocol/client/multi.h"
#include "server.h"

namespace paddock::replica {
using namespace testing;
using Outcome = LargeAnswer::Outcome;

namespace {

// A server whose clients are expected to take 200 bytes, and a parent whose children are a larger answer.
struct Crowded {
  Server server;

  Crowded() {
    server.options.answers.usual_bytes = 200;
    server.options.answers.max_bytes = 2000;
  }
  void make_children(size_t count) {
    Client maker = server.client();
    maker.create("/big");
    for (size_t i = 0; i < count; ++i) maker.create("/big/a-name-of-twenty-" + std::to_string(10 + i));
    server.persist();
  }
  Client back(const Client& client) {
    Client next = server.connection("10.0.0.7");
    next.ask_session(again(client));
    server.persist();
    CHECK(next.heard() == Heard{"session"});
    return next;
  }
  std::vector<LargeAnswer> remarks() const {
    std::vector<LargeAnswer> found;
    for (const Remark& remark : server.remarks()) {
      if (const auto* answer = std::get_if<LargeAnswer>(&remark)) found.push_back(*answer);
    }
    return found;
  }
};

}  // namespace

TEST_CASE("an answer that its client may not take is sent and remarked with path, size and limit") {
  Crowded crowded;
  crowded.make_children(10);
  Client client = crowded.server.client();
  client.children("/big");
  CHECK(client.heard() == Heard{"1 ok"});
  REQUIRE(crowded.remarks().size() == 1);
  const LargeAnswer remark = crowded.remarks().front();
  CHECK(remark.path == "/big");
  CHECK(remark.type == OpCode::get_children);
  CHECK(remark.bytes == client.replies().back().body.size() + 16);
  CHECK(remark.limit == 200);
  CHECK(remark.outcome == Outcome::sent);
  CHECK(remark.session == client.session());
  client.get("/big");
  CHECK(crowded.remarks().size() == 1);
}

TEST_CASE("a session that loses its connection twice over an answer is told instead of sent it again") {
  Crowded crowded;
  crowded.make_children(10);
  Client client = crowded.server.client();
  for (int i = 0; i < 2; ++i) {
    client.children("/big");
    CHECK(client.heard() == Heard{"1 ok"});
    client.disconnect();
    client = crowded.back(client);
  }
  client.children("/big");
  client.get("/big");
  CHECK(client.heard() == Heard{"1 -5", "2 ok"});
  CHECK(client.replies()[0].body.empty());
  CHECK(crowded.remarks().back().outcome == Outcome::refused);
  // Of somebody else nothing is known.
  Client other = crowded.server.client();
  other.children("/big");
  CHECK(other.heard() == Heard{"1 ok"});
}

TEST_CASE("a client that comes back before its end is noticed is known by that") {
  Crowded crowded;
  crowded.make_children(10);
  Client client = crowded.server.client();
  for (int i = 0; i < 2; ++i) {
    client.children("/big");
    client = crowded.back(client);
  }
  client.children("/big");
  CHECK(client.heard() == Heard{"1 -5"});
}

TEST_CASE("a client that has taken such answers for a while may lose its connection as often as it likes") {
  Crowded crowded;
  crowded.make_children(10);
  Client client = crowded.server.client();
  for (int i = 0; i < 5; ++i) {
    client.children("/big");
    CHECK(client.heard() == Heard{"1 ok"});
    crowded.server.pass(6000);
    client.children("/big");
    client.disconnect();
    client = crowded.back(client);
  }
}

TEST_CASE("what is smaller than what was lost is still sent") {
  LargeAnswers answers({200, 2000});
  const SessionId session{7};
  for (uint64_t connection = 1; connection <= 2; ++connection) {
    answers.sent(session, ConnectionId{connection}, 900, Instant{});
    answers.sent(session, ConnectionId{connection}, 500, Instant{});
    CHECK(answers.outcome_of(session, OpCode::get_data, 500) == Outcome::sent);
    answers.connection_lost(session, ConnectionId{connection}, Instant{});
  }
  CHECK(answers.outcome_of(session, OpCode::get_data, 499) == Outcome::sent);
  CHECK(answers.outcome_of(session, OpCode::get_data, 500) == Outcome::refused);
  CHECK(answers.outcome_of(SessionId{8}, OpCode::get_data, 500) == Outcome::sent);
}

TEST_CASE("a multiRead is held to sixteen times of what a client usually takes") {
  const LargeAnswers answers({100, 5000});
  const SessionId session{7};
  CHECK(answers.outcome_of(session, OpCode::multi_read, 1600) == Outcome::sent);
  CHECK(answers.outcome_of(session, OpCode::multi_read, 1601) == Outcome::above_maximum);
  CHECK(answers.outcome_of(session, OpCode::get_children, 5000) == Outcome::sent);
  CHECK(answers.outcome_of(session, OpCode::get_children, 5001) == Outcome::above_maximum);
}

TEST_CASE("no answer is larger than the maximum, however it is asked for") {
  Crowded crowded;
  crowded.make_children(100);
  Client client = crowded.server.client();
  client.children("/big");
  CHECK(client.heard() == Heard{"1 -5"});
  CHECK(crowded.remarks().back().outcome == Outcome::above_maximum);
  CHECK(crowded.remarks().back().limit == 2000);

  // Many that would be small alone.
  std::string body;
  jute::Writer writer(body);
  for (int i = 0; i < 1000; ++i) {
    jute::encode(writer, client::MultiHeader{static_cast<int32_t>(OpCode::get_data), false, -1});
    jute::encode(writer, client::PathWatchRequest{"/big", false});
  }
  client::encode_multi_end(writer);
  client.send(OpCode::multi_read, body);
  CHECK(client.heard() == Heard{"2 -5"});
  CHECK(client.replies().back().body.empty());
  // It was not built as a whole before.
  CHECK(crowded.remarks().back().bytes < 2300);
}

}  // namespace paddock::replica
