// Link: keeps one Session connected to some server of a connect string. Resolves names again at every turn,
// connects, carries bytes and time to the session, and tells its events.
//
// Thread rule: everything on the executor given at construction, including the handler; the handler is never
// called from inside start(), wake() or stop().
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/host_cycle.h"
#include "client/session/session.h"

namespace paddock::client {

struct LinkOptions {
  SessionOptions session;
  int32_t connect_timeout_ms = 5000;  // of one attempt: name, TCP and handshake
};

class Link : public std::enable_shared_from_this<Link> {
 public:
  using Handler = std::function<void(SessionEvent&)>;

  Link(boost::asio::any_io_executor executor, std::vector<HostPort> hosts, const LinkOptions& options,
       uint64_t seed);

  void start(Handler handler);
  // Drops the connection without a word; the handler is not called again.
  void stop();
  // To be called after a use of session(): its output and events go out soon, together.
  void wake();
  // Ends the session.
  void close();
  Session& session() { return session_; }
  const Session& session() const { return session_; }
  // Why the latest attempt or connection failed, with the server's name. Empty before the first failure.
  const std::string& last_error() const { return last_error_; }

 private:
  using Tcp = boost::asio::ip::tcp;
  using Error = boost::system::error_code;

  void next_host();
  void begin_attempt();
  void connect(std::vector<Tcp::endpoint> endpoints);
  void opened();
  void read();
  void write();
  void lost(std::string_view reason);
  void pump();
  void tick();
  void tell_events();
  bool has_ended() const;

  // Fixed at construction
  boost::asio::any_io_executor executor_;
  const LinkOptions options_;

  Session session_;
  HostCycle hosts_;
  Handler handler_;
  bool stopped_ = false;
  bool wake_posted_ = false;
  std::string last_error_;

  // One attempt. Completions carry its number and are void once it is over.
  uint64_t attempt_ = 0;
  bool attempting_ = false;
  HostPort host_;
  Instant deadline_;
  Tcp::resolver resolver_;
  Tcp::socket socket_;
  boost::asio::steady_timer pause_;
  boost::asio::steady_timer ticker_;
  std::string writing_;
  std::array<char, 64 << 10> input_;
};

}  // namespace paddock::client
