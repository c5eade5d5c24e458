// ProgramTransport: a client's connections through the simulated network. A server is named by its id, as its
// port.
#pragma once

#include <memory>

#include "client/transport.h"
#include "tests/sim/client_port.h"

namespace paddock::recipe_sim {

class Program;

class ProgramTransport : public client::Transport,
                         public sim::ClientEnd,
                         public std::enable_shared_from_this<ProgramTransport> {
 public:
  explicit ProgramTransport(Program& program) : program_(program) {}

  // --- client::Transport
  void open(const client::HostPort& server, Listener listener) override;
  void send(std::string bytes) override;
  void close() override;

  // The process ends: what it sent may be lost.
  void abandon(bool lossy);
  // The network breaks the connection.
  void reset();

  // --- sim::ClientEnd
  void connected() override;
  void received(const std::string& bytes) override;
  void disconnected() override;

 private:
  void dial(ServerId server);
  // `tell`: void(const Listener&), in the program's time, unless the connection was closed before.
  template <class Tell>
  void later(Tell tell);

  Program& program_;
  uint64_t number_ = 0;  // of the connection
  std::shared_ptr<const Listener> listener_;
  ServerId server_;
  std::shared_ptr<sim::Connection> connection_;
};

}  // namespace paddock::recipe_sim
