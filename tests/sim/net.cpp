#include "tests/sim/net.h"

#include <algorithm>

namespace paddock::sim {

// --- Net

void Net::heal(Machine from, Machine to) {
  cuts_.erase({from, to});
  pump();
}

void Net::heal_all() {
  cuts_.clear();
  pump();
}

void Net::pump() {
  std::erase_if(connections_, [](const auto& connection) { return connection.expired(); });
  for (size_t i = 0; i < connections_.size(); ++i) {
    if (const auto connection = connections_[i].lock()) connection->pump();
  }
}

std::shared_ptr<Connection> Net::connect(Machine first, Machine second) {
  if (connections_.size() > 64) {
    std::erase_if(connections_, [](const auto& connection) { return connection.expired(); });
  }
  auto connection = std::make_shared<Connection>(*this, first, second);
  connections_.push_back(connection);
  return connection;
}

std::vector<std::shared_ptr<Connection>> Net::open_connections() {
  std::vector<std::shared_ptr<Connection>> open;
  for (const auto& weak : connections_) {
    const auto connection = weak.lock();
    if (connection && connection->open()) open.push_back(connection);
  }
  return open;
}

// --- Connection

Connection::Connection(Net& net, Machine first, Machine second) : net_(net) {
  ends_[0].machine = first;
  ends_[1].machine = second;
}

void Connection::listen(Side side, Action gone, Action drained) {
  end(side).gone = std::move(gone);
  end(side).drained = std::move(drained);
}

void Connection::send(Side from, size_t bytes, Action deliver) {
  if (end(from).held) push(from, bytes, std::move(deliver));
}

void Connection::push(Side from, size_t bytes, Action deliver) {
  End& sender = end(from);
  if (broken_ || !end(other(from)).held) return;
  sender.last_arrival = std::max(sender.last_arrival, Instant{net_.scheduler().now().ns + net_.delay_ns()});
  sender.sent.push_back({sender.last_arrival, bytes, std::move(deliver)});
  sender.bytes += bytes;
  if (sender.bytes > net_.knobs().low_water_bytes) sender.above_water = true;
  arm(from);
}

void Connection::arm(Side from) {
  End& sender = end(from);
  if (sender.armed || sender.sent.empty() || net_.blocked(sender.machine, end(other(from)).machine)) return;
  sender.armed = true;
  const Instant when = std::max(sender.sent.front().arrives, sender.stalled_until);
  net_.scheduler().at(when, [self = shared_from_this(), from] {
    self->end(from).armed = false;
    self->arrive(from);
  });
}

void Connection::arrive(Side from) {
  End& sender = end(from);
  End& receiver = end(other(from));
  if (sender.sent.empty() || net_.blocked(sender.machine, receiver.machine)) return;
  if (sender.stalled_until > net_.scheduler().now()) return arm(from);
  Item item = std::move(sender.sent.front());
  sender.sent.pop_front();
  sender.bytes -= item.bytes;
  arm(from);
  if (!item.deliver) {
    tell_gone(other(from));
  } else if (receiver.held) {
    item.deliver();
  }
  if (sender.held && sender.above_water && sender.bytes <= net_.knobs().low_water_bytes) {
    sender.above_water = false;
    if (sender.drained) sender.drained();
  }
}

void Connection::tell_gone(Side side) {
  End& listener = end(side);
  if (!listener.held) return;
  listener.held = false;
  listener.sent.clear();
  const Action gone = std::move(listener.gone);
  listener.drained = nullptr;
  if (gone) gone();
}

void Connection::close(Side side) {
  End& closer = end(side);
  if (!closer.held) return;
  push(side, 0, nullptr);
  closer.held = false;
  closer.gone = nullptr;
  closer.drained = nullptr;
  end(other(side)).sent.clear();
}

void Connection::abandon(Side side, bool lossy) {
  End& ended = end(side);
  if (!ended.held) return;
  if (lossy && !ended.sent.empty()) ended.sent.resize(net_.random().below(ended.sent.size() + 1));
  close(side);
}

void Connection::reset() {
  for (const Side side : {Side::first, Side::second}) {
    end(side).sent.clear();
    net_.scheduler().after_ns(net_.delay_ns(), [self = shared_from_this(), side] { self->tell_gone(side); });
  }
  broken_ = true;
}

void Connection::stall(Side from, Instant until) {
  end(from).stalled_until = std::max(end(from).stalled_until, until);
}

void Connection::pump() {
  arm(Side::first);
  arm(Side::second);
}

}  // namespace paddock::sim
