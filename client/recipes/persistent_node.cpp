#include "client/recipes/persistent_node.h"

#include <set>

#include "client/recipes/own_node.h"

namespace paddock::recipes {

PersistentNode::PersistentNode(ClientPtr zk, std::string path, std::string data)
    : state_(std::make_shared<State>(zk->executor(), std::move(data))),
      background_(zk,
                  [zk, path, state = state_](std::stop_token stop) { return keep(zk, path, state, stop); }) {}

void PersistentNode::set_data(std::string data) {
  state_->data = std::move(data);
  state_->wake.notify();
}

Async<void> PersistentNode::keep(ClientPtr zk, std::string path, std::shared_ptr<State> state,
                                 std::stop_token stop) {
  const auto events =
      zk->listen_events(path, [notify = state->wake.notifier()](const client::Event&) { notify(); });
  const auto states = zk->listen_state([state](const client::ConnectionState& now) {
    if (now == client::ConnectionState::lost) state->present = false;
    state->wake.notify();
  });
  const Limits limits(Deadline::never(), stop);
  std::set<int64_t> ours;
  SessionId owner;
  while (!stop.stop_requested() && !zk->ended()) {
    OwnNode node;
    node.path = path;
    node.data = state->data;
    node.may_replace = [ours](int64_t owner) { return ours.contains(owner); };
    state->err = co_await have_node(zk, node);
    state->present = state->err == ErrorCode::ok;
    if (state->present) ours.insert((owner = zk->session_id()).value);
    if (state->err == ErrorCode::session_expired || (state->present && node.data != state->data)) continue;
    co_await state->wake.wait(limits);
  }
  if (state->present) co_await drop_node(zk, path, owner);
}

}  // namespace paddock::recipes
