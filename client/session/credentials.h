// Credentials: what this client has authenticated with; sent again, in order and before anything else, on
// every new connection, because identities belong to a connection. Owner: a Session.
//
// Invariant: auth replies all carry the same xid and come in the order of the packets, so the oldest
// unanswered packet is the one that a reply means.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace paddock::client {

class Credentials {
 public:
  void add(uint64_t tag, std::string scheme, std::string data);
  // Appends the packets that this connection has not seen yet.
  void send_new(std::string& out);
  // A reply came: the tag that asked, or nothing when it answers a packet that was sent again.
  // False in `expected`: no packet is unanswered.
  std::optional<uint64_t> answered(bool& expected);
  // The connection is gone: everything is to be sent again. Returns the tags that were sent and not answered.
  std::vector<uint64_t> disconnected();
  // A new session: known_ is sent again on its first connection.
  void forget_connection() { sent_ = answered_ = 0; }
  // All tags without an answer, sent or not.
  std::vector<uint64_t> take_unanswered();

 private:
  struct Credential {
    std::string scheme;
    std::string data;
    std::optional<uint64_t> tag;  // until answered once
  };
  std::vector<Credential> known_;
  size_t sent_ = 0;      // of known_, on this connection
  size_t answered_ = 0;  // of those
};

}  // namespace paddock::client
