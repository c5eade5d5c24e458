// Test double of a ZooKeeper server on loopback: accepts connections, opens sessions and answers what its
// script says. Runs on the test's own io_context, so a test is one thread and needs no sleeps; where it runs
// on another one, it must not use Catch's assertions, which only the test's thread may.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/client.h"
#include "client/connect_string.h"
#include "protocol/base/check.h"
#include "protocol/client/opcode.h"
#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "protocol/jute/frame_splitter.h"

namespace paddock::client {

struct Answer {
  ErrorCode err = ErrorCode::ok;
  std::string body = {};
  bool silent = false;  // no answer at all
  bool drop = false;    // close the connection instead
};

class FakeServer {
  using Tcp = boost::asio::ip::tcp;

 public:
  using Script = std::function<Answer(OpCode type, std::string_view body)>;

  FakeServer(boost::asio::io_context& io, Script script, const char* address = "127.0.0.1")
      : acceptor_(io, Tcp::endpoint(boost::asio::ip::make_address(address), 0)), script_(std::move(script)) {
    accept();
  }

  HostPort address() const {
    const auto endpoint = acceptor_.local_endpoint();
    return {endpoint.address().to_string(), endpoint.port()};
  }
  void drop_connections() {
    for (const auto& peer : peers_) peer->socket.close();
    peers_.clear();
  }
  // Takes its work off the io_context.
  void stop() {
    acceptor_.close();
    drop_connections();
  }
  // Ends the session at the next handshake, and at all later ones.
  void expire_sessions() { expired_ = true; }
  // Only those that are taken up again, from now on; new ones get this number.
  void forget_sessions(int64_t next) {
    forgotten_ = true;
    next_session_ = next;
  }
  void send_event(EventType type, std::string_view path) {
    for (const auto& peer : peers_) {
      send(*peer, jute::encoded(ReplyHeader{kXidNotification, -1, 0}) +
                      jute::encoded(WatcherEvent{static_cast<int32_t>(type), kStateSyncConnected, path}));
    }
  }
  int handshakes() const { return handshakes_; }
  const std::vector<OpCode>& seen() const { return seen_; }

 private:
  struct Peer {
    explicit Peer(Tcp::socket taken) : socket(std::move(taken)) {}
    Tcp::socket socket;
    jute::FrameSplitter in{1 << 20};
    std::array<char, 4096> input{};
    bool greeted = false;
  };

  void accept() {
    acceptor_.async_accept([this](boost::system::error_code err, Tcp::socket socket) {
      if (err) return;
      peers_.push_back(std::make_shared<Peer>(std::move(socket)));
      read(peers_.back());
      accept();
    });
  }

  void read(const std::shared_ptr<Peer>& peer) {
    peer->socket.async_read_some(boost::asio::buffer(peer->input),
                                 [this, peer](boost::system::error_code err, size_t size) {
                                   if (err) return;
                                   const auto space = peer->in.space(size);
                                   std::copy_n(peer->input.begin(), size, space.begin());
                                   peer->in.commit(size);
                                   while (const auto frame = peer->in.next()) {
                                     if (!take(*peer, *frame)) return peer->socket.close();
                                   }
                                   read(peer);
                                 });
  }

  bool take(Peer& peer, std::string_view frame) {
    jute::Reader reader(frame);
    if (!std::exchange(peer.greeted, true)) {
      ConnectRequest request;
      PADDOCK_CHECK(jute::decode(reader, request), "a connect request of {} bytes", frame.size());
      ++handshakes_;
      const std::string password(16, 'p');
      const int64_t id = request.session_id ? request.session_id : next_session_;
      const bool refused = expired_ || (forgotten_ && request.session_id != 0 && id != next_session_);
      send(peer, jute::encoded(refused ? ConnectResponse{0, 0, 0, password, false}
                                       : ConnectResponse{0, request.timeout_ms, id, password, false}));
      return true;
    }
    RequestHeader header;
    PADDOCK_CHECK(jute::decode(reader, header), "a request of {} bytes", frame.size());
    const auto type = static_cast<OpCode>(header.type);
    seen_.push_back(type);
    const Answer answer =
        type == OpCode::close_session || type == OpCode::ping ? Answer{} : script_(type, reader.rest());
    if (answer.drop) return false;
    if (!answer.silent) {
      send(peer,
           jute::encoded(ReplyHeader{header.xid, ++zxid_, static_cast<int32_t>(answer.err)}) + answer.body);
    }
    return true;
  }

  void send(Peer& peer, const std::string& payload) {
    std::string frame;
    jute::Writer writer(frame);
    const size_t start = writer.begin_frame();
    writer.write_raw(payload);
    writer.end_frame(start);
    boost::asio::write(peer.socket, boost::asio::buffer(frame));
  }

  Tcp::acceptor acceptor_;
  Script script_;
  std::vector<std::shared_ptr<Peer>> peers_;
  std::vector<OpCode> seen_;
  int handshakes_ = 0;
  int64_t zxid_ = 0;
  bool expired_ = false;
  bool forgotten_ = false;
  int64_t next_session_ = 0x77;
};

// Runs the test's thread until `done`, which must come true within 10 s.
inline void run_until(boost::asio::io_context& io, const std::function<bool()>& done) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!done()) {
    REQUIRE(std::chrono::steady_clock::now() < limit);
    io.restart();
    io.run_one_until(limit);
  }
}

// Declared behind the client and before its recipes: lets those end. A recipe that waits is told of its end
// by the loop, or has a node to remove, and keeps itself and the client until then.
struct LastWords {
  boost::asio::io_context& io;
  std::shared_ptr<AsyncClient>& zk;
  ~LastWords() {
    const std::weak_ptr<AsyncClient> held = std::exchange(zk, nullptr);
    run_until(io, [&] { return held.expired(); });
  }
};

}  // namespace paddock::client
