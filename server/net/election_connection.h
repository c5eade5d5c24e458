// ElectionConnection: one established connection of the election mesh, behind its hello. Cuts what arrives
// into messages; keeps at most one message that waits to be sent, the newest.
//
// Owner: its ElectionPeer and the operations that are pending; after close() it tells nobody anything.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/jute/frame_splitter.h"
#include "server/net/stream.h"

namespace paddock::net {

class ElectionConnection : public std::enable_shared_from_this<ElectionConnection> {
 public:
  struct Listener {
    std::function<void(std::string_view body)> message;
    // The last call; not after close(). Empty: nothing can be said about it.
    std::function<void(const std::string& why)> lost;
  };

  ElectionConnection(Stream stream, Listener listener);

  // `received` came along behind the hello.
  void start(std::string_view received);
  // A whole frame. Replaces one that still waits.
  void send(std::string frame);
  void close();

 private:
  void arm_read();
  void on_readable();
  void deliver();
  void put(std::string_view received);
  void write_now();
  void arm_write();
  std::string why_lost(const boost::system::error_code& error) const;
  void lose(const std::string& why = {});

  Stream stream_;
  Listener listener_;
  jute::FrameSplitter input_;
  std::string begun_;    // the frame that is being written
  size_t written_ = 0;   // of begun_
  std::string waiting_;  // the newest behind it
  bool write_armed_ = false;
  bool closed_ = false;
};

}  // namespace paddock::net
