#include "tests/recipe_sim/program_transport.h"

#include "tests/recipe_sim/program.h"
#include "tests/sim/server.h"
#include "tests/sim/world.h"

namespace paddock::recipe_sim {

using sim::Side;

template <class Tell>
void ProgramTransport::later(Tell tell) {
  program_.post([self = shared_from_this(), number = number_, tell] {
    if (number != self->number_) return;
    const auto listener = self->listener_;  // it may close us
    tell(*listener);
  });
}

void ProgramTransport::open(const client::HostPort& server, Listener listener) {
  listener_ = std::make_shared<const Listener>(std::move(listener));
  auto& world = program_.world();
  world.scheduler.after_ns(world.net.delay_ns(), [this, number = number_, id = ServerId{server.port}] {
    if (number == number_) dial(id);
  });
}

void ProgramTransport::dial(ServerId id) {
  server_ = id;
  sim::Server& server = program_.world().server(id);
  if (!server.up()) return later([](const Listener& listener) { listener.failed("refused"); });
  connection_ = server.clients().accept(program_.machine(), *this);
  connection_->listen(
      Side::first, [this] { disconnected(); }, nullptr);
}

void ProgramTransport::connected() {
  later([](const Listener& listener) { listener.opened(); });
}

void ProgramTransport::received(const std::string& bytes) {
  later([bytes](const Listener& listener) { listener.received(bytes); });
}

void ProgramTransport::disconnected() {
  connection_ = nullptr;
  later([](const Listener& listener) { listener.failed("gone"); });
}

// What is sent on a connection that is gone already goes nowhere; the program hears of that soon.
void ProgramTransport::send(std::string bytes) {
  if (!connection_) return;
  sim::ClientPort& port = program_.world().server(server_).clients();
  const size_t size = bytes.size();
  connection_->send(Side::first, size, [&port, at = connection_.get(), bytes = std::move(bytes)] {
    port.bytes_arrived(at, bytes);
  });
  later([](const Listener& listener) { listener.sent(); });
}

void ProgramTransport::close() {
  ++number_;
  listener_ = nullptr;
  if (connection_) connection_->close(Side::first);
  connection_ = nullptr;
}

void ProgramTransport::abandon(bool lossy) {
  ++number_;
  listener_ = nullptr;
  if (connection_) connection_->abandon(Side::first, lossy);
  connection_ = nullptr;
}

void ProgramTransport::reset() {
  if (connection_) connection_->reset();
}

}  // namespace paddock::recipe_sim
