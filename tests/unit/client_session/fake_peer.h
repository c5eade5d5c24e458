// Test double of a server's end of one session: speaks frames to a Session and lets the test read what came.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "client/session/session.h"
#include "protocol/client/records.h"
#include "protocol/jute/codec.h"

namespace paddock::client {

inline std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

inline std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return hex;
}

struct SentFrame {
  int32_t xid = 0;
  OpCode type = OpCode::error;
  std::string body;
};

// A session, the clock it is told, and what it has reported.
struct FakePeer {
  explicit FakePeer(const SessionOptions& options = {}) : session(options) {}

  Now now() const { return Now{Instant{}.plus_ms(clock_ms), WallTime{}}; }
  // Framed.
  static std::string frame(std::string_view payload) {
    std::string out;
    jute::Writer writer(out);
    const size_t start = writer.begin_frame();
    writer.write_raw(payload);
    writer.end_frame(start);
    return out;
  }
  bool give(std::string_view bytes) {
    const bool taken = session.received(bytes, now());
    for (SessionEvent& event : session.take_events()) events.push_back(std::move(event));
    return taken;
  }
  bool reply(int32_t xid, int64_t zxid, ErrorCode err = ErrorCode::ok, std::string_view body = {}) {
    return give(frame(jute::encoded(ReplyHeader{xid, zxid, static_cast<int32_t>(err)}) + std::string(body)));
  }
  bool event(EventType type, std::string_view path, int64_t zxid = -1) {
    return give(frame(jute::encoded(ReplyHeader{kXidNotification, zxid, 0}) +
                      jute::encoded(WatcherEvent{static_cast<int32_t>(type), kStateSyncConnected, path})));
  }
  // Accepts the handshake; returns the request that the session had sent.
  std::string accept(int64_t id = 0x1001, int32_t timeout_ms = 30000, bool read_only = false,
                     const std::string& host = {}) {
    session.connected(now(), host);
    std::string request = session.take_output();
    const std::string password(16, 'p');
    give(frame(jute::encoded(ConnectResponse{0, timeout_ms, id, password, read_only})));
    return request;
  }
  void lose_connection() {
    session.disconnected(now());
    give("");
  }
  // What the session wants written, taken apart.
  std::vector<SentFrame> sent() {
    std::vector<SentFrame> frames;
    const std::string out = session.take_output();
    jute::Reader reader(out);
    while (!reader.at_end()) {
      const std::string_view payload = reader.read_buffer().view();
      jute::Reader inner(payload);
      RequestHeader header;
      REQUIRE(jute::decode(inner, header));
      frames.push_back({header.xid, static_cast<OpCode>(header.type), std::string(inner.rest())});
    }
    return frames;
  }
  void get(uint64_t tag, std::string_view path, WatchIntent watch = WatchIntent::none) {
    session.submit(tag, OpCode::get_data, jute::encoded(PathWatchRequest{path, watch != WatchIntent::none}),
                   watch, path);
  }
  // The events since the last call as words: "connected", "1:ok", "deleted /a".
  std::vector<std::string> told() {
    give("");
    std::vector<std::string> words;
    for (const SessionEvent& event : events) words.push_back(word_of(event));
    events.clear();
    return words;
  }
  static std::string word_of(const SessionEvent& event) {
    static const char* const states[] = {"disconnected", "connecting",  "connected",
                                         "expired",      "auth_failed", "closed"};
    static const char* const types[] = {"?", "created", "deleted", "changed", "children"};
    if (const auto* changed = std::get_if<StateChanged>(&event))
      return states[static_cast<int>(changed->state)];
    if (const auto* replied = std::get_if<Replied>(&event)) {
      return fmt::format("{}:{}", replied->tag, replied->err == ErrorCode::ok ? "ok" : name_of(replied->err));
    }
    const auto& notified = std::get<Notified>(event);
    return fmt::format("{} {}", types[static_cast<int>(notified.type)], notified.path);
  }

  Session session;
  int64_t clock_ms = 1000;
  std::vector<SessionEvent> events;
};

using Words = std::vector<std::string>;

}  // namespace paddock::client
