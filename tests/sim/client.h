// Client: a machine that uses the ensemble: a real client::Session that connects to one server after another,
// asks what its workload says, and checks all that it hears. When a session has ended it begins another one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "client/session/session.h"
#include "protocol/base/random.h"
#include "tests/sim/client_history.h"
#include "tests/sim/client_port.h"
#include "tests/sim/order_checker.h"
#include "tests/sim/reconfigurations.h"
#include "tests/sim/watch_checker.h"
#include "tests/sim/workload.h"
#include "tests/sim/world.h"

namespace paddock::sim {

class Client : public ClientEnd {
 public:
  Client(World& world, int number, Random random);

  void start();
  // The connection breaks.
  void disconnect();
  // The machine stops without a word; after `ms` it is back as somebody new.
  void die(int64_t ms);
  // Ends the session properly, and begins another one.
  void close();

  // Its session, while somebody is there to keep it alive.
  SessionId session() const { return dead_ || ended_ ? SessionId{} : session_->id(); }
  size_t answered() const { return answered_; }
  size_t written() const { return written_; }

  // --- ClientEnd
  void connected() override;
  void received(const std::string& bytes) override;
  void disconnected() override;

 private:
  Now now() const;
  void begin();
  void arm_think();
  void think();
  Request next_request();
  bool is_super() const;
  void arm_tick();
  void try_connect();
  void reconnect_later();
  void drop_connection();
  void flush();
  void work_off_events();
  void on(const client::StateChanged& changed);
  void on(const client::Replied& replied);
  void on(const client::Notified& notified);

  World& world_;
  const int number_;
  const Machine machine_;
  Random random_;
  Workload workload_;
  Reconfigurations reconfigurations_;
  // The session; all of it new when another one begins
  uint64_t life_ = 0;
  std::unique_ptr<client::Session> session_;
  std::unique_ptr<OrderChecker> order_;
  std::unique_ptr<WatchChecker> watches_;
  std::map<uint64_t, Operation> asked_;
  uint64_t last_tag_ = 0;
  bool dead_ = false;
  bool ended_ = false;
  // The connection
  std::shared_ptr<Connection> connection_;
  ServerId server_;
  bool connecting_ = false;
  size_t answered_ = 0;
  size_t written_ = 0;
};

}  // namespace paddock::sim
