#include "client/recipes/service_registration.h"

#include "client/helpers.h"
#include "client/recipes/naming.h"
#include "client/recipes/own_node.h"

namespace paddock::recipes {
namespace {

using client::ConnectionState;

bool is_node_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

}  // namespace

ServiceRegistration::State::State(const boost::asio::any_io_executor& executor, ServiceInstance what)
    : wake(executor), bell(executor) {
  const bool possible =
      is_node_name(what.name) && is_node_name(what.id) && what.type != ServiceType::sequential;
  const auto text = format_instance(what);
  if (possible && text) {
    say(what);
  } else {
    err = ErrorCode::bad_arguments;
    gone = true;
  }
}

void ServiceRegistration::State::say(const ServiceInstance& what) {
  data = *format_instance(what);
  instance = what;
  ++wanted;
  wake.notify();
}

ServiceRegistration::ServiceRegistration(ClientPtr zk, const std::string& base, ServiceInstance instance)
    : state_(std::make_shared<State>(zk->executor(), std::move(instance))),
      background_(zk, [zk, path = child_path(child_path(base, state_->instance.name), state_->instance.id),
                       state = state_](std::stop_token stop) { return keep(zk, path, state, stop); }) {}

Async<void> ServiceRegistration::keep(ClientPtr zk, std::string path, StatePtr state, std::stop_token stop) {
  if (state->gone) co_return;  // what cannot be registered is not ours to take away either
  const auto events =
      zk->listen_events(path, [notify = state->wake.notifier()](const client::Event&) { notify(); });
  const auto states = zk->listen_state([state](const ConnectionState& now) {
    if (now == ConnectionState::lost) state->present = false;
    state->wake.notify();
  });
  const bool ephemeral = state->instance.type == ServiceType::dynamic;
  const Limits limits(Deadline::never(), stop);
  int64_t session = 0;  // in which we have spoken last
  while (!stop.stop_requested() && !state->leaving && !zk->ended()) {
    const uint64_t wanted = state->wanted;
    const bool speak = wanted != state->said || session != zk->session_id().value;
    OwnNode node;
    node.path = path;
    node.data = state->data;
    node.mode = ephemeral ? client::CreateMode::ephemeral : client::CreateMode::persistent;
    node.speak = speak;
    node.may_replace = [speak](int64_t) { return speak; };
    state->err = co_await have_node(zk, node);
    state->present = state->err == ErrorCode::ok;
    state->tried = wanted;
    if (state->present) {
      state->said = wanted;
      session = zk->session_id().value;
    }
    state->bell.ring();
    if (state->err == ErrorCode::session_expired || state->wanted != wanted) continue;
    if (!state->leaving) co_await state->wake.wait(limits);
  }
  if (state->leaving || (ephemeral && state->present)) co_await client::remove_surely(zk, path);
  if (state->err == ErrorCode::ok && zk->ended()) state->err = ErrorCode::session_expired;
  state->present = false;
  state->gone = true;
  state->bell.ring();
}

Async<Outcome<Nothing>> ServiceRegistration::until_said(Limits limits) {
  const auto state = state_;
  const uint64_t wanted = state->wanted;
  const auto is_told = [state, wanted] {
    if (state->gone || (state->present && state->said >= wanted)) return true;
    // Whatever became of an attempt that did not know yet is not the answer.
    return state->tried >= wanted && state->err != ErrorCode::ok && state->err != ErrorCode::session_expired;
  };
  const bool told = co_await state->bell.until(is_told, limits);
  if (!told) co_return Outcome<Nothing>{ErrorCode::operation_timeout, {}};
  co_return Outcome<Nothing>{state->err, {}};
}

Async<Outcome<Nothing>> ServiceRegistration::registered(Limits limits) {
  return until_said(std::move(limits));
}

Async<Outcome<Nothing>> ServiceRegistration::update(ServiceInstance instance, Limits limits) {
  const ServiceInstance& old = state_->instance;
  const bool same = instance.name == old.name && instance.id == old.id && instance.type == old.type;
  if (!same || !format_instance(instance)) co_return Outcome<Nothing>{ErrorCode::bad_arguments, {}};
  if (state_->gone) co_return Outcome<Nothing>{ErrorCode::no_node, {}};
  state_->say(instance);
  co_return co_await until_said(limits);
}

Async<Outcome<Nothing>> ServiceRegistration::unregister(Limits limits) {
  const auto state = state_;
  state->leaving = true;
  state->wake.notify();
  const auto is_gone = [state] { return state->gone; };
  const bool gone = co_await state->bell.until(is_gone, limits);
  co_return Outcome<Nothing>{gone ? ErrorCode::ok : ErrorCode::operation_timeout, {}};
}

}  // namespace paddock::recipes
