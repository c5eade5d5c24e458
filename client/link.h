// Link: keeps one Session connected to some server of a connect string: connects, carries bytes and time to
// the session, and tells its events.
//
// Thread rule: everything on the executor given at construction, including the handler; the handler is never
// called from inside start(), wake(), set_hosts() or stop(). Logins that wait for others have a thread of
// their own; the destructor waits for the one that is under way.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/host_cycle.h"
#include "client/session/session.h"
#include "client/transport.h"

namespace paddock::client {

struct LinkOptions {
  SessionOptions session;
  int32_t connect_timeout_ms = 5000;  // of one attempt: name, TCP and handshake
  bool renew_sessions = false;        // an expired session is followed by a new one
  MakeTransport transport = nullptr;  // TCP when not given
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
  // Takes effect at the next attempt; a connection to a server that is no longer in the list is given up now.
  void set_hosts(std::vector<HostPort> hosts);
  Session& session() { return session_; }
  const Session& session() const { return session_; }
  // Why the latest attempt or connection failed, with the server's name. Empty before the first failure.
  const std::string& last_error() const { return last_error_; }

 private:
  using Error = boost::system::error_code;

  void next_host();
  void begin_attempt();
  Transport::Listener listener();
  void opened();
  void settle();
  void take_login_step();
  void login_stepped(uint64_t number, const Result<LoginToken>& token);
  void received(std::string_view bytes);
  void write();
  void lost(std::string_view reason);
  void pump();
  void tick();
  // True: the session had expired, and a new one has taken its place.
  bool tell_events();
  bool has_ended() const;
  std::string reason_of_end(bool renewed) const;

  // Fixed at construction
  boost::asio::any_io_executor executor_;
  const LinkOptions options_;

  Session session_;
  uint64_t seed_;
  HostCycle hosts_;
  Handler handler_;
  bool stopped_ = false;
  bool wake_posted_ = false;
  std::string last_error_;

  // One attempt, and the connection that comes of it
  bool under_way_ = false;
  bool attempting_ = false;
  bool writing_ = false;
  HostPort host_;
  Instant deadline_;
  const std::shared_ptr<Transport> transport_;
  boost::asio::steady_timer pause_;
  boost::asio::steady_timer ticker_;
  // Logins
  std::optional<LoginStep> waiting_step_;
  bool step_under_way_ = false;
  std::unique_ptr<boost::asio::thread_pool> login_thread_;  // once there is work for it
};

}  // namespace paddock::client
