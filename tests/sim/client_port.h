// ClientPort: one server's client connections: bytes in, cut into frames and handed to the replica as far as
// it takes them, and bytes out.
//
// Owner: the server; process_ended() when its process does.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/base/ids.h"
#include "server/replica/replica.h"
#include "tests/sim/net.h"

namespace paddock::sim {

class Server;
struct World;

// What a client hears of its connection.
class ClientEnd {
 public:
  virtual ~ClientEnd() = default;
  virtual void connected() = 0;
  virtual void received(const std::string& bytes) = 0;
  virtual void disconnected() = 0;
};

class ClientPort {
 public:
  ClientPort(World& world, Server& self) : world_(world), self_(self) {}

  // A client's machine opens a connection; what it sends goes through bytes_arrived().
  std::shared_ptr<Connection> accept(Machine client, ClientEnd& end);
  void bytes_arrived(const Connection* connection, std::string bytes);

  void send(replica::ClientOutput&& output);
  // Hands over what was held back and may be taken now. True if there was any.
  bool resume(replica::Replica& replica, Now now);
  void process_ended(bool lossy);

 private:
  struct Client {
    std::shared_ptr<Connection> connection;
    ClientEnd* end = nullptr;
    std::string inbox;
    bool dropped = false;  // the replica has no more use for its frames
  };
  // True if a frame was taken.
  bool take_frames(ConnectionId id, Client& client, replica::Replica& replica, Now now);

  World& world_;
  Server& self_;
  uint64_t last_id_ = 0;
  std::map<ConnectionId, Client> clients_;
};

}  // namespace paddock::sim
