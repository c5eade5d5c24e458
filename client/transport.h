// Transport: the connection below a Link, one at a time: bytes to and from one server. Programs use
// TCP or TLS; who has another network, such as a simulated one, names it in ClientOptions.
//
// Thread rule: the client's executor. The listener is never called from inside open(), send() or close(), and
// hears nothing more of what was closed.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "client/connect_string.h"

namespace paddock::client {

class Transport {
 public:
  struct Listener {
    std::function<void()> opened;
    std::function<void(std::string_view bytes)> received;
    std::function<void()> sent;  // what was given to send()
    // It could not be opened, or is gone: close() is all that is left to do.
    std::function<void(std::string_view reason)> failed;
  };

  virtual ~Transport() = default;
  // Requires: nothing is open.
  virtual void open(const HostPort& server, Listener listener) = 0;
  // Requires: it is open, and what was sent before has left.
  virtual void send(std::string bytes) = 0;
  // Without a word to the server. May be called at any time.
  virtual void close() = 0;
};

using MakeTransport = std::function<std::shared_ptr<Transport>(const boost::asio::any_io_executor&)>;

}  // namespace paddock::client
