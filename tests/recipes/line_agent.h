// What the agents have in common: a client that does what lines on standard input say and tells on standard
// output what came of it, so that Python tests can have many of them, in processes of their own, beside
// kazoo's.
//
//   PROGRAM CONNECT-STRING [SESSION-TIMEOUT-MS]
//
// A request is "TAG COMMAND ARGUMENT...", its answer "TAG ok [VALUE...]" or "TAG ERROR". Answers come when
// they are there, not in order. What happens later to what TAG has begun is told as "TAG ...".
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "client/coroutine.h"
#include "client/recipes/hold.h"

namespace paddock::recipes {

using Words = std::vector<std::string>;

class LineAgent {
 public:
  LineAgent(boost::asio::io_context& io, ClientPtr zk) : zk_(std::move(zk)), input_(io, ::dup(STDIN_FILENO)) {
    states_ = zk_->listen_state(
        [](const client::ConnectionState& state) { say("- state " + std::string(client::name_of(state))); });
  }
  virtual ~LineAgent() = default;

  Async<void> run() {
    boost::asio::streambuf buffer;
    for (;;) {
      const auto [err, size] =
          co_await boost::asio::async_read_until(input_, buffer, '\n', boost::asio::as_tuple(use_awaitable));
      if (err) break;
      std::istream stream(&buffer);
      std::string line;
      std::getline(stream, line);
      std::istringstream text(line);
      const Words words{std::istream_iterator<std::string>(text), {}};
      if (words.size() >= 2) boost::asio::co_spawn(zk_->executor(), answer(words), boost::asio::detached);
    }
    drop_all();
    co_await zk_->async_close(use_awaitable);
  }

 protected:
  // What comes behind the tag; `words`: tag, command, arguments and empty words up to at least six.
  virtual Async<std::string> perform(Words words) = 0;
  // Gives up what it has, before the session is closed.
  virtual void drop_all() = 0;

  static void say(const std::string& line) { std::cout << line << std::endl; }
  static std::string word_of(ErrorCode err) {
    return err == ErrorCode::ok ? "ok" : std::string(name_of(err));
  }
  static Limits within(const std::string& ms) {
    return ms == "-" ? Limits() : Limits(Deadline::in_ms(std::stoll(ms)));
  }
  const ClientPtr& zk() const { return zk_; }

 private:
  Async<void> answer(Words words) {
    words.resize(std::max<size_t>(words.size(), 6), "");
    const std::string answer = co_await perform(words);
    say(words[0] + " " + answer);
  }

  const ClientPtr zk_;
  boost::asio::posix::stream_descriptor input_;
  client::Subscription states_;
};

// main() of an agent.
template <class Agent>
int run_agent(int argc, char** argv) {
  const auto servers = client::parse_connect_string(argc > 1 ? argv[1] : "");
  if (!servers) {
    std::cerr << servers.fault().message << std::endl;
    return 2;
  }
  boost::asio::io_context io;
  client::ClientOptions options;
  options.renew_sessions = true;
  options.connect_timeout_ms = 2000;
  options.session.timeout_ms = argc > 2 ? std::atoi(argv[2]) : 10000;
  {
    const auto zk = std::make_shared<client::AsyncClient>(io.get_executor(), servers.value(), options);
    const auto agent = std::make_shared<Agent>(io, zk);
    boost::asio::co_spawn(
        io, [agent]() { return agent->run(); }, [&io](const std::exception_ptr&) { io.stop(); });
  }
  io.run();
  return 0;
}

}  // namespace paddock::recipes
