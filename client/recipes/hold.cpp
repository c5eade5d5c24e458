#include "client/recipes/hold.h"

#include <boost/asio/post.hpp>

#include "client/helpers.h"
#include "client/recipes/own_node.h"

namespace paddock::recipes {

using client::ConnectionState;

Holding::Holding(ClientPtr zk, Node node, LossPolicy policy, OnData on_data)
    : zk_(std::move(zk)), node_(std::move(node)), policy_(policy), on_data_(std::move(on_data)) {}

void Holding::begin(std::vector<std::string> also) {
  also_ = std::move(also);
  states_ = zk_->listen_state([weak = weak_from_this()](const ConnectionState& state) {
    if (const auto self = weak.lock()) self->on_state(state);
  });
  watch();
}

void Holding::watch() {
  events_ = zk_->listen_events(node_.path, [weak = weak_from_this()](const client::Event& event) {
    const auto self = weak.lock();
    if (!self || self->ended_) return;
    if (event.type == client::EventType::deleted) {
      self->lost_.request_stop();
    } else {
      self->look();
    }
  });
  look();
}

void Holding::on_state(ConnectionState state) {
  if (ended_) return;
  switch (state) {
    case ConnectionState::suspended:
    case ConnectionState::read_only:
      if (policy_ == LossPolicy::suspended) lost_.request_stop();
      break;
    case ConnectionState::lost:
    case ConnectionState::closed:
      lost_.request_stop();
      break;
    case ConnectionState::connected:
      look();
  }
}

void Holding::look() {
  const auto seen = [weak = weak_from_this(), path = node_.path](const Outcome<client::NodeData>& node) {
    if (const auto self = weak.lock()) self->looked(path, node);
  };
  zk_->get(node_.path, true, seen);
}

void Holding::looked(const std::string& path, const Outcome<client::NodeData>& node) {
  if (ended_ || path != node_.path) return;
  const bool others = node && node.value.stat.ephemeral_owner != node_.owner.value;
  if (node.err == ErrorCode::no_node || node.err == ErrorCode::session_expired || others)
    lost_.request_stop();
  if (node && on_data_) on_data_(node.value.data);
}

Async<ErrorCode> Holding::end() {
  const auto self = shared_from_this();
  ended_ = true;
  states_.cancel();
  events_.cancel();
  Async<ErrorCode> removal =
      node_.unique ? client::remove_surely(zk_, node_.path) : drop_node(zk_, node_.path, node_.owner);
  ErrorCode err = co_await std::move(removal);
  for (const std::string& path : also_) {
    const ErrorCode further = co_await client::remove_surely(zk_, path);
    if (err == ErrorCode::ok) err = further;
  }
  co_return err;
}

Hold::Hold(std::shared_ptr<Holding> holding) : share_(std::make_shared<Share>(std::move(holding))) {}

Hold::Share::~Share() {
  if (!holding) return;
  const auto executor = holding->client()->executor();
  boost::asio::post(executor, [executor, held = std::move(holding)] {
    boost::asio::co_spawn(executor, held->end(), boost::asio::detached);
  });
}

Hold Hold::again(const Reference& reference) {
  Hold hold;
  hold.share_ = reference.lock();
  return hold;
}

Async<Outcome<Nothing>> Hold::release(Limits limits) {
  auto share = std::exchange(share_, nullptr);
  if (!share || share.use_count() > 1) co_return Outcome<Nothing>{};
  const auto holding = std::exchange(share->holding, nullptr);
  share.reset();  // nobody may find it again
  const auto work = [holding](std::stop_token) -> Async<Outcome<Nothing>> {
    const ErrorCode err = co_await holding->end();
    co_return Outcome<Nothing>{err, {}};
  };
  co_return co_await client::abandonable<Nothing>(holding->client(), limits, work);
}

}  // namespace paddock::recipes
